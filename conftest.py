"""Examples in the README and the docs are tests; `pytest -m S1` runs the proofs of a clause."""

import os
import re
import sys
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], pattern="*.md").pytest()

# No deadline, since machines that run tests are busy, and no phase that takes longer to explain a
# failure than to find it: `find`, in our examples, pays for that each time.
settings.register_profile(
    "ours", deadline=None, phases=[phase for phase in Phase if phase is not Phase.explain]
)
settings.load_profile("ours")

# For mutmut: each mutant is asked the same questions, by one process that runs the suite again.
settings.register_profile(
    "mutation",
    settings.get_profile("ours"),
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.differing_executors],
)

COVERAGE = "COVERAGE_PROCESS_CONFIG"
"""By this, coverage starts in each process that a test starts."""

# `-k S1` would find S10 to S14 as well, so each class named after a clause gets that clause's mark.
CLAUSES = [f"S{number}" for number in range(1, 15)] + [f"D{number}" for number in range(1, 21)]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "unmeasured: runs without coverage")
    config.addinivalue_line("markers", "spark: needs PySpark, and so Java")
    for clause in CLAUSES:
        config.addinivalue_line("markers", f"{clause}: proves clause {clause} of the rule book")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    for item in items:
        if " at 0x" in item.nodeid:
            raise pytest.UsageError(f"this id is another one in each process: {item.nodeid}")
        if named := re.search(r"::Test([SD]\d+)::", item.nodeid):
            item.add_marker(named[1])
        if _is_of_spark(item.nodeid):
            item.add_marker("spark")
    yield
    # What takes longest begins first; of a file, measured tests fill its caches.
    items.sort(key=lambda item: (_set_up(item.nodeid) is None, _is_unmeasured(item)))
    # The blocks of a page build on each other, so they keep their order under a plugin that
    # shuffles tests.
    blocks = iter(sorted(filter(_is_block, items), key=lambda item: item.location[:2]))
    items[:] = [next(blocks) if _is_block(item) else item for item in items]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Coverage would double the time of what is slow and reaches no line of its own."""
    coverage = os.environ.get(COVERAGE)
    if coverage is None or not _is_unmeasured(item):
        return (yield)
    tracer = sys.gettrace()
    sys.settrace(None)
    del os.environ[COVERAGE]
    try:
        return (yield)
    finally:
        os.environ[COVERAGE] = coverage
        sys.settrace(tracer)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A process runs whole files, and all files that share a set-up."""
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class ByFile(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return _set_up(nodeid) or super()._split_scope(nodeid)

    return ByFile(config, log)


def _set_up(nodeid: str) -> str | None:
    """What a test shares with those of other files: Spark, which starts slowly, or a built site."""
    if _is_of_spark(nodeid):
        return "Spark"
    return "site" if nodeid.startswith("tests/site/") else None


def _is_of_spark(nodeid: str) -> bool:
    return "spark" in nodeid.lower()


def _is_unmeasured(item: pytest.Item) -> bool:
    """So is what Hypothesis draws: no line should be covered by chance."""
    return any(item.get_closest_marker(marker) for marker in ("unmeasured", "hypothesis"))


def _is_block(item: pytest.Item) -> bool:
    return item.path.suffix == ".md"
