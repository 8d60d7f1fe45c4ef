"""Writes the conformance cases as JSON Lines, or their schema, to standard output."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from partner_comms.conformance import shipped


def main(arguments: Sequence[str] | None = None) -> None:
    parser = ArgumentParser(prog="python -m partner_comms.conformance", description=__doc__)
    parser.add_argument("--schema", action="store_true", help="the JSON Schema of a line instead")
    wanted = parser.parse_args(arguments)
    sys.stdout.write(shipped("case.schema.json" if wanted.schema else "cases.jsonl"))


if __name__ == "__main__":
    main()
