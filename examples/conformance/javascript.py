"""Runs the rule that `recipients.mjs` writes down, in node, through the conformance cases.

    python examples/conformance/javascript.py

One process answers all of them, a line of JSON each: that is all another language has to do.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

from partner_comms.conformance import Operation, Report, check

Json = Any
PROGRAM = Path(__file__).with_name("answer.mjs")
OPERATIONS: tuple[Operation, ...] = get_args(Operation)


@contextmanager
def javascript() -> Iterator[dict[Operation, Callable[[Json], Json]]]:
    """The operations, as node answers them."""
    with subprocess.Popen(
        ["node", str(PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        questions, answers = process.stdin, process.stdout
        assert questions is not None
        assert answers is not None

        def ask(operation: Operation, asked: Json) -> Json:
            questions.write(json.dumps({"operation": operation, "input": asked}) + "\n")
            questions.flush()
            return json.loads(answers.readline())

        def answering(operation: Operation) -> Callable[[Json], Json]:
            return lambda asked: ask(operation, asked)

        yield {operation: answering(operation) for operation in OPERATIONS}
        questions.close()


def reports() -> list[Report]:
    """What `check` says of each operation."""
    with javascript() as operations:
        return [check(answer, operation=name) for name, answer in operations.items()]


if __name__ == "__main__":
    for report in reports():
        print(report)
