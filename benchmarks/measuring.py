"""Two functions are compared by turns, in processor time, so that what slows one slows both."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

Clock = Callable[[], float]


class Effort(NamedTuple):
    """How much a run takes on."""

    rows: int
    """Deals in a large portfolio."""
    seconds: float
    """Each comparison is repeated for so long."""


class Result(NamedTuple):
    """One line of a table of the page."""

    table: str
    what: str
    values: Sequence[float]
    """One value a repeat; none where only the cost is measured."""
    at_most: float | None = None
    """A target for the median. It is printed, and no test fails for it."""
    cost: float | None = None
    """What one call of the library takes, in seconds of processor time."""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def quartiles(self) -> tuple[float, float]:
        if len(self.values) == 1:
            return self.values[0], self.values[0]
        lower, _, upper = statistics.quantiles(self.values, n=4, method="inclusive")
        return lower, upper

    def __str__(self) -> str:
        target = f"at most {self.at_most:g}" if self.at_most else ""
        missed = " <- over" if self.at_most and self.median > self.at_most else ""
        cost = f"  ({duration(self.cost)})" if self.cost else ""
        name = f"{self.table}: {self.what}"
        return f"{name:<60} {shown(self):<18} {target}{missed}{cost}"


def number(value: float) -> str:
    """Three digits: more would be noise."""
    return f"{value:,.{2 if value < 10 else 1 if value < 100 else 0}f}"


def shown(result: Result) -> str:
    """The median, and the quartiles unless they are all the same number."""
    if not result.values:
        return ""
    median, *quartiles = map(number, (result.median, *result.quartiles))
    return median if {median} == {*quartiles} else f"{median} ({'–'.join(quartiles)})"


def duration(seconds: float) -> str:
    units = ((1, "s"), (1e3, "ms"), (1e6, "µs"))
    value, unit = next((seconds * by, unit) for by, unit in units if seconds * by >= 1 or by == 1e6)
    return f"{value:,.0f} {unit}" if value >= 10 else f"{value:.2g} {unit}"


def compare(
    table: str,
    what: str,
    ours: Callable[[], object],
    other: Callable[[], object],
    effort: Effort,
    *,
    at_most: float | None = None,
    calls: int = 1,
    clock: Clock = time.process_time,
) -> Result:
    """How many times as long `ours` takes as `other`; one run of `ours` makes that many `calls`.

    At least three times, after a first run of both that does not count. Without any time, as in
    tests, each runs once.
    """
    pairs: list[tuple[float, float]] = []
    gc.collect()
    gc.freeze()  # a portfolio of a million deals is not looked through after each run
    if effort.seconds:
        ours(), other()
    end = time.monotonic() + effort.seconds
    at_least = 3 if effort.seconds else 1
    while len(pairs) < at_least or time.monotonic() < end:
        pairs.append((timed(ours, clock), timed(other, clock)))
    gc.unfreeze()
    cost = statistics.median(mine for mine, _ in pairs) / calls
    return Result(table, what, [mine / theirs for mine, theirs in pairs], at_most, cost)


def cost(what: str, function: Callable[[], object], calls: int, effort: Effort) -> Result:
    """What one call of the library takes, where there is nothing to compare it with."""
    same = compare("core", what, function, function, effort, calls=calls)
    return same._replace(values=[])


def timed(function: Callable[[], object], clock: Clock = time.process_time) -> float:
    gc.collect()
    gc.disable()
    start = clock()
    kept = function()
    taken = clock() - start
    gc.enable()
    del kept
    return taken
