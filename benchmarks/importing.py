"""`import partner_comms` beside `import attrs`, in fresh interpreters, both less a bare start.

What is measured is the package as it is installed, with its compiled modules: where Python is
told to write none, each import compiles the source again, and that is another number.
"""

from __future__ import annotations

import compileall
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import partner_comms

from .measuring import Result, interleaved


def start(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


def results(quick: bool) -> Iterator[Result]:
    compileall.compile_dir(Path(partner_comms.__file__).parent, quiet=1)
    rounds, starts = (2, 1) if quick else (9, 10)
    values = [ratio_of_medians(starts) for _ in range(rounds)]
    yield Result("import", "`import partner_comms` / `import attrs`", values, 1.4)


def ratio_of_medians(starts: int) -> float:
    """Of several starts each, since a difference of two single starts is mostly noise."""
    times = interleaved(
        {
            "nothing": lambda: start("pass"),
            "attrs": lambda: start("import attrs"),
            "ours": lambda: start("import partner_comms"),
        },
        starts,
        clock=time.perf_counter,  # the time of other processes is not ours
    )
    nothing, attrs, ours = (statistics.median(each) for each in times.values())
    return (ours - nothing) / (attrs - nothing)
