"""Examples in the README and the docs are tests; `pytest -m S1` runs the proofs of a clause."""

import re
import sys
from collections.abc import Iterator
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

# `-k S1` would find S10 to S14 as well, so each class named after a clause gets that clause's mark.
CLAUSES = [f"S{number}" for number in range(1, 15)] + [f"D{number}" for number in range(1, 21)]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "unmeasured: coverage is not measured while it runs")
    for clause in CLAUSES:
        config.addinivalue_line("markers", f"{clause}: proves clause {clause} of the rule book")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    for item in items:
        if " at 0x" in item.nodeid:
            raise pytest.UsageError(f"this id is another one in each process: {item.nodeid}")
        if named := re.search(r"::Test([SD]\d+)::", item.nodeid):
            item.add_marker(named[1])
    yield
    # The blocks of a page build on each other, so they keep their order under a plugin that
    # shuffles tests.
    blocks = iter(sorted(filter(_is_block, items), key=lambda item: item.location[:2]))
    items[:] = [next(blocks) if _is_block(item) else item for item in items]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Coverage costs two thirds of the time of a test that works in other people's code.

    What is marked as unmeasured reaches no line that no other test reaches.
    """
    coverage = sys.modules.get("coverage")  # which is there if it measures
    measured = coverage and coverage.Coverage.current()
    if measured is None or not item.get_closest_marker("unmeasured"):
        return (yield)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)  # which measures what it starts
        measured.stop()
        try:
            return (yield)
        finally:
            measured.start()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A process runs whole files, except that one runs all tests of Spark, which starts slowly."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "Spark" if "spark" in nodeid.lower() else super()._split_scope(nodeid)

    return ByFile(config, log)


def _is_block(item: pytest.Item) -> bool:
    return item.path.suffix == ".md"
