"""All measurements: `python -m benchmarks` writes them to the page of the docs.

With names (`python -m benchmarks scalar bulk`) or with `--quick` (small sizes, to see that all
runs) it only prints.
"""

from __future__ import annotations

import argparse

from . import BENCHMARKS, page, run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, few repeats")
    parser.add_argument("names", nargs="*", help=f"only these of {', '.join(BENCHMARKS)}")
    asked = parser.parse_args()
    load = page.load_average()  # before the measurements make one of their own
    results = []
    for result in run(asked.names or BENCHMARKS, quick=asked.quick):
        print(result, flush=True)
        results.append(result)
    if not (asked.names or asked.quick):
        page.write(results, load=load)


if __name__ == "__main__":
    main()
