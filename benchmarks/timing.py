"""Timing several functions beside each other, so that what slows one slows all."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping


def interleaved(functions: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """The median time of each, in seconds, one call of each after the other."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(repeats):
        for name, function in functions.items():
            gc.collect()
            gc.disable()
            start = time.perf_counter()
            result = function()
            times[name].append(time.perf_counter() - start)
            gc.enable()
            del result
    return {name: statistics.median(each) for name, each in times.items()}


def report(what: str, ratio: float, at_most: float) -> None:
    verdict = "" if ratio <= at_most else "   <- over"
    print(f"{what:<58} {ratio:6.2f}   (at most {at_most}){verdict}")
