"""All measurements, in processor time, written to `docs/measurements.md`.

With names they are only printed: `python -m benchmarks core --rows 100000 --seconds 2`.
"""

from __future__ import annotations

import argparse
from importlib import import_module

from . import page
from .measuring import Effort

BENCHMARKS = ("core", "peers", "frames", "sizes")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="deals in a large portfolio")
    parser.add_argument("--seconds", type=float, default=4, help="for each comparison")
    parser.add_argument("names", nargs="*", help=f"only these of {', '.join(BENCHMARKS)}")
    asked = parser.parse_args()
    effort = Effort(asked.rows, asked.seconds)
    found = []
    for name in asked.names or BENCHMARKS:
        for result in import_module(f"benchmarks.{name}").results(effort):
            print(result, flush=True)
            found.append(result)
    if not asked.names:
        page.write(found)


if __name__ == "__main__":
    main()
