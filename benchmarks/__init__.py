"""Measurements, as ratios within one run: machines differ, and the same one from hour to hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module

from .measuring import Result

BENCHMARKS = ("scalar", "importing", "memory", "bulk", "growth", "frames", "beside_peers")
"""The modules to run, in this order: each has a `results(quick)` that gives `Result`s."""


def run(names: Iterable[str], *, quick: bool) -> Iterator[Result]:
    for name in names:
        yield from import_module(f"{__name__}.{name}").results(quick)
