"""The finite heart of the specification as data, for those who implement it again.

A view in a database, a form in a browser, a back office in another language: `check` runs it over
the cases of one operation and says where it differs. The same cases are shipped as JSON Lines with
a JSON Schema, which `python -m partner_comms.conformance` writes for a host that is not Python.

>>> from partner_comms.conformance import cases, check
>>> next(cases()).operation
'resolve'
>>> def gives_up(input):
...     return {"refused": "not_premium"}
>>> print(str(check(gives_up, operation="filter"))[:100])  # doctest: +ELLIPSIS
filter: 16 of 164 cases passed
filter/open/client/page (S13)
...
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any, Final, Literal, TypeAlias, get_args

from attrs import field, frozen

from partner_comms._html import named_values, table
from partner_comms.errors import InvalidTypeError, UnknownCodeError
from partner_comms.refusals import described

__all__ = ["Case", "Failure", "Json", "Operation", "Report", "cases", "check"]

Json: TypeAlias = Any
"""A plain JSON value: None, a bool, a number, a str, a list or a dict with str keys of these."""

Operation: TypeAlias = Literal[
    "resolve", "prefill", "filter", "change_rule", "address", "resolve_row"
]
_OPERATIONS: Final[tuple[Operation, ...]] = get_args(Operation)

_WRITER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False)

_SHOWN = 10
"""How many failures a report spells out: they seldom have more causes than that."""
_WIDTH = 300
"""How many characters of a value a report shows; the case itself holds all of them."""


@frozen(kw_only=True)
class Case:
    """One question and its answer, both plain JSON values.

    `clause` is the one that the case is about, `input` what the operation is asked, `expected`
    what it answers. `id` says the same in short, and stays the same in later versions.

    >>> case = next(cases())
    >>> case.id, case.clause, case.expected["reason"]
    ('resolve/open/manual_email/client/no_introducer/one/none', 'S9', 'no_introducer')
    """

    id: str
    clause: str
    operation: Operation
    input: Json = field(hash=False)
    expected: Json = field(hash=False)


def cases() -> Iterator[Case]:
    """Every case, in the order of the file, each a new one: what is done to one stays there.

    >>> sorted({case.operation for case in cases()})
    ['address', 'change_rule', 'filter', 'prefill', 'resolve', 'resolve_row']
    """
    yield from map(_case, shipped("cases.jsonl").splitlines())


def _case(line: str) -> Case:
    return Case(**json.loads(line))


def shipped(name: str) -> str:
    return (files(__name__) / name).read_text(encoding="utf-8")


@frozen(kw_only=True)
class Failure:
    """A case that went wrong: with another `answer` (as JSON has it), or with an `exception`.

    >>> report = check(lambda input: {"refused": "option_off"}, operation="filter")
    >>> report.failures[0].case.id, report.failures[0].answer
    ('filter/open/client/page', {'refused': 'option_off'})
    """

    case: Case
    answer: Json = field(default=None, hash=False)
    exception: Exception | None = None

    def __str__(self) -> str:
        got = "got" if self.exception is None else "raised"
        return "\n".join(
            (
                f"{self.case.id} ({self.case.clause})",
                f"  input    {_shown(self.case.input)}",
                f"  expected {_shown(self.case.expected)}",
                f"  {got:8} {_shown(self._outcome)}",
                *([] if self.exception else [f"  so       {self._difference}"]),
            )
        )

    @property
    def _outcome(self) -> Json:
        return self.answer if self.exception is None else self.exception

    @property
    def _difference(self) -> str:
        return "" if self.exception else _difference(self.case.expected, self.answer, "$")


@frozen(kw_only=True, repr=False)
class Report:
    """What `check` found: how many cases there were, and which of them failed, in their order.

    Readable in a terminal (`print`) and in a notebook.

    >>> check(lambda input: {}, operation="prefill").passed
    False
    """

    operation: Operation
    total: int
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Whether there was no failure."""
        return not self.failures

    def __repr__(self) -> str:
        return f"<Report on {self._summary}>"

    def __str__(self) -> str:
        shown = [str(failure) for failure in self.failures[:_SHOWN]]
        return "\n".join((self._summary, *shown, *self._left_out))

    def _repr_html_(self) -> str:
        rows = [
            (
                f.case.id,
                f.case.clause,
                *map(_shown, (f.case.input, f.case.expected, f._outcome)),
                f._difference,
            )
            for f in self.failures[:_SHOWN]
        ]
        summary = named_values((self.operation, self._summary.partition(": ")[2]))
        if not rows:
            return summary
        rows += [(text, *[""] * 5) for text in self._left_out]
        return summary + table(("Case", "Clause", "Input", "Expected", "Got", "So"), rows)

    @property
    def _left_out(self) -> list[str]:
        rest = len(self.failures) - _SHOWN
        return [f"… and {rest} more"] if rest > 0 else []

    @property
    def _summary(self) -> str:
        good = self.total - len(self.failures)
        return f"{self.operation}: {good} of {self.total} cases passed"


def check(implementation: Callable[[Json], Json], operation: Operation = "resolve") -> Report:
    """Run `implementation`, input in and answer out, over the cases of one operation.

    It goes on after a failure, and keeps the exceptions that the implementation raises. Answers
    are compared as JSON: `1` is not `true`, the order of keys does not count, the order of a list
    does. Another operation is refused with an `UnknownCodeError`.

    >>> answers = {str(case.input): case.expected for case in cases()}
    >>> check(lambda input: answers[str(input)], operation="prefill")
    <Report on prefill: 142 of 142 cases passed>
    """
    if not isinstance(operation, str):
        raise InvalidTypeError("operation", described(operation), "the name of one as a str")
    if operation not in _OPERATIONS:
        raise UnknownCodeError("operation", operation, _OPERATIONS)
    # Only those lines are read that name the operation, since reading is most of the work.
    named = f'"operation": "{operation}"'
    asked = [line for line in shipped("cases.jsonl").splitlines() if named in line]
    tried = (_failure(line, implementation) for line in asked)
    failures = tuple(failure for failure in tried if failure is not None)
    return Report(operation=operation, total=len(asked), failures=failures)


def _failure(line: str, implementation: Callable[[Json], Json]) -> Failure | None:
    case = _case(line)
    expected = _text(case.expected)
    try:
        text = _text(implementation(case.input))
        if text == expected:
            return None
        answer = json.loads(text)
    except Exception as error:
        return Failure(case=_case(line), exception=error)
    # A case of its own: the implementation may have changed the input that it was given.
    return None if _text(answer) == expected else Failure(case=_case(line), answer=answer)


def _text(value: Json) -> str:
    return _WRITER.encode(value)


def _shown(value: Json) -> str:
    text = repr(value) if isinstance(value, Exception) else _text(value)
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}…"


def _difference(expected: Json, got: Json, path: str) -> str:
    """The first place where two answers differ, which may be far behind what is shown of them."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in sorted(expected.keys() | got.keys()):
            if key not in got:
                return f"{path}.{key} is missing"
            if key not in expected:
                return f"{path}.{key} is not expected"
            if _text(expected[key]) != _text(got[key]):
                return _difference(expected[key], got[key], f"{path}.{key}")
    if isinstance(expected, list) and isinstance(got, list):
        for position, (one, other) in enumerate(zip(expected, got, strict=False)):
            if _text(one) != _text(other):
                return _difference(one, other, f"{path}[{position}]")
        return f"{path} has {len(got)} elements, not {len(expected)}"
    return f"{path} is {_shown(got)}, not {_shown(expected)}"
