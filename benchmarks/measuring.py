"""Measuring several functions beside each other, so that what slows one slows all."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

Key = TypeVar("Key")


class Result(NamedTuple):
    """A line of a table of the page: all that a benchmark gives."""

    table: str
    """The table's name, which is the name of its place in the page."""
    what: str
    values: Sequence[float]
    """What each repeat gave; one value where it is the same each time."""
    at_most: float | None = None
    """A target that the median should meet, and no test."""
    seconds: Sequence[float] = ()
    """What the library took at each repeat, where that says something by itself."""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def quartiles(self) -> tuple[float, float] | None:
        """Half of all repeats lie between these two; None where there was one only."""
        if len(self.values) == 1:
            return None
        lower, _, upper = statistics.quantiles(self.values, n=4, method="inclusive")
        return lower, upper

    def __str__(self) -> str:
        over = self.at_most is not None and self.median > self.at_most
        target = "" if self.at_most is None else f"at most {self.at_most:g}"
        return (
            f"{self.what:<62} {number(self.median):>6} {spread(self):<12} {target}"
            + " <- over" * over
        )


def number(value: float) -> str:
    """Three digits: more would be noise."""
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f}"


def spread(result: Result) -> str:
    return "–".join(map(number, result.quartiles or ()))


def interleaved(
    functions: Mapping[Key, Callable[[], object]],
    repeats: int,
    clock: Callable[[], float] = time.process_time,
) -> dict[Key, list[float]]:
    """The times of each, in seconds: one call of each after the other, as often as told.

    In processor time, unless another clock is given: by the clock on the wall, a function that
    takes longer than the system's time slice would seem slower on a busy machine than it is.
    """
    times: dict[Key, list[float]] = {name: [] for name in functions}
    for _ in range(repeats):
        for name, function in functions.items():
            gc.collect()
            gc.disable()
            start = clock()
            result = function()
            times[name].append(clock() - start)
            gc.enable()
            del result
    return times


def ratios(times: Sequence[float], beside: Sequence[float]) -> list[float]:
    """One ratio a repeat: both were measured within the same moment."""
    return [one / other for one, other in zip(times, beside, strict=True)]
