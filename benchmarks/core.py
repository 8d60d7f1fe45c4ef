"""The core beside the cheapest code, and by itself."""

from __future__ import annotations

import compileall
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

import partner_comms
from partner_comms import (
    Contract,
    change_rule,
    resolve_recipients,
    strategies,
)
from partner_comms.serialization import dump, load

from . import peers
from .by_hand import core as by_hand
from .cases import INTRODUCER, OPEN, Case, random_cases, run_decide, run_resolve, similar_contracts
from .measuring import Effort, Result, compare, cost


def results(effort: Effort) -> Iterator[Result]:
    yield from answers(effort)
    yield plain_values(effort)
    yield from bulk(effort)
    yield from json(effort)
    yield examples(effort)
    yield importing(effort)


# --- Answers --------------------------------------------------------------------------------------


def floor_decide(cases: list[Case]) -> None:
    for communication, about, gate in cases:
        by_hand.decide(communication, about, gate)


def floor_resolve(cases: list[Case]) -> None:
    for communication, about, gate in cases:
        by_hand.resolve(communication, about, gate)


def answers(effort: Effort) -> Iterator[Result]:
    cases = random_cases()
    for communication, about, gate in cases:
        answer = resolve_recipients(communication, about, gate=gate)
        known = by_hand.resolve(communication, about, gate)
        assert by_hand.decide(communication, about, gate) is answer.decision is known[0]
        assert (answer.to, answer.cc, answer.notices) == known[1:]
    lines = (
        ("`decide` / the decision by hand", run_decide, floor_decide, 2),
        ("`resolve_recipients` / the decision by hand", run_resolve, floor_decide, 8),
        ("`resolve_recipients` / the same by hand", run_resolve, floor_resolve, 2.5),
    )
    for what, ours, other, at_most in lines:
        both = partial(ours, cases), partial(other, cases)
        yield compare("core", what, *both, effort, at_most=at_most, calls=len(cases))


def plain_values(effort: Effort) -> Result:
    """Records are built, asked once and thrown away."""
    requests = list(map(peers.request_of, random_cases()))
    what = "from plain values / strict pydantic models"
    ours = partial(peers.run_plain_values, requests)
    theirs = partial(peers.run, peers.from_plain_values(peers.PYDANTIC), requests)
    return compare("core", what, ours, theirs, effort, at_most=1.5, calls=len(requests))


# --- A bulk change --------------------------------------------------------------------------------


def bulk(effort: Effort) -> Iterator[Result]:
    rows = effort.rows
    for introductions, at_most in ((min(500, rows), 0.4), (rows, 1.3)):
        contracts = similar_contracts(rows, introductions)
        change = partial(change_rule, contracts, INTRODUCER, gate=OPEN)
        loop = partial(by_hand.change_rule, contracts)
        assert list(change().after) == loop()
        what = f"`change_rule`, {introductions:,} introductions / a loop"
        yield compare("core", what, change, loop, effort, at_most=at_most)


# --- JSON, examples, import -----------------------------------------------------------------------


def json(effort: Effort) -> Iterator[Result]:
    contracts = [about for _, about, _ in random_cases() if type(about) is Contract]
    data = dump(contracts)
    yield cost("`dump` of a contract", lambda: dump(contracts), len(contracts), effort)
    yield cost("`load` of a contract", lambda: load(data, list[Contract]), len(contracts), effort)


def examples(effort: Effort) -> Result:
    count = min(effort.rows // 10, 500)

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies.contracts())
    def generate(_: Contract) -> None: ...

    return cost("an example of `strategies.contracts()`", generate, count, effort)


def importing(effort: Effort) -> Result:
    """In fresh interpreters, less the start of a bare one; the modules are compiled already."""
    compileall.compile_dir(Path(partner_comms.__file__).parent, quiet=1)
    lines = ("pass", "import attrs", "import partner_comms")
    starts = 10 if effort.seconds else 1
    ratios = []
    for _ in range(max(1, round(effort.seconds))):
        times = [[started(line) for line in lines] for _ in range(starts)]
        bare, attrs, ours = map(statistics.median, zip(*times, strict=True))
        ratios.append((ours - bare) / (attrs - bare))
    what = "`import partner_comms` / `import attrs`"
    return Result("core", what, ratios, 1.4, ours - bare)


def started(code: str) -> float:
    def processor_time() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    before = processor_time()
    subprocess.run([sys.executable, "-c", code], check=True)
    return processor_time() - before
