"""What would change between two answers about the same deals, row by row."""

from __future__ import annotations

from enum import IntEnum
from itertools import product
from typing import Final, assert_never

import narwhals.stable.v2 as nw

from ..codes import AnswerChange
from ._columns import first_of, with_text
from ._engines import engine_of
from ._ids import Field, with_comparable_ids
from ._kinds import Kind, Table
from ._lists import lists_of
from ._tables import NativeT, checked_suffix, read_tables, write


def compare(before: NativeT, after: NativeT, *, suffix: str = "") -> NativeT:
    """`after`, with what differs from `before` in `change`, a code of `AnswerChange`.

    Both are answers of `resolve_deals`, or of `resolve_clients`, and need `id`, `to` and `cc`. Rows
    are compared by their ids. Addresses are compared as in D9, and lists of them whatever their
    order; nobody equals nobody. `change` is null where there is not exactly one answer to compare
    with: the id is null, or `before` has no row with it, or several. `suffix` is put behind the
    name. One row comes out for each row of `after`; to count the changes, group by `change`.

    Raises `InvalidTypeError` and `ColumnsError`.

    >>> import polars as pl
    >>> before = pl.DataFrame({"id": [1, 2], "to": ["a@example.org"] * 2, "cc": [None, None]})
    >>> after = pl.DataFrame(
    ...     {"id": [1, 2], "to": ["a@example.org", None], "cc": ["b@example.org", None]}
    ... )
    >>> compare(before, after)["change"].to_list()
    ['copy_added', 'silenced']
    """
    added = "change" + checked_suffix(suffix)
    columns = ("id", "to", "cc")
    table, earlier = read_tables({"after": (after, columns), "before": (before, columns)}, [added])
    table = _with_keys(table, _AFTER)
    table = _with_earlier(table, _with_keys(earlier, _BEFORE))
    return write(_with_change(table), {added: _CHANGE}, after)


class _Found(IntEnum):
    """Whether there is a row of `before` to compare with."""

    NO = 0
    YES = 1


class _Step(IntEnum):
    """From whom to whom: what became of To, or of Cc."""

    SAME = 0
    ADDED = 1
    REMOVED = 2
    OTHER = 3


_BEFORE: Final = {"to": "to_before", "cc": "cc_before"}
_AFTER: Final = {"to": "to_after", "cc": "cc_after"}
_STEPS: Final = {"to": "to_step", "cc": "cc_step"}
_KEY, _FOUND, _CHANGE = "key", "found", "change_code"


def _with_keys(table: Table, names: dict[str, str]) -> Table:
    """`table` with what addresses are compared by: equal for the same ones, null for nobody."""
    for column, name in names.items():
        if engine_of(table).kind_of(table, column) is Kind.TEXTS:
            table = lists_of(table).with_key(table, column, name)
        else:
            table = with_text(table, column, name)
            table = table.with_columns(nw.col(name).str.to_lowercase().alias(name))
        table = engine_of(table).with_free_text(table, name)
    return table


def _with_earlier(table: Table, earlier: Table) -> Table:
    """`table` with the keys of the row of `earlier` that has the same id."""
    mine, theirs = Field("after", "id"), Field("before", "id")
    table, earlier = with_comparable_ids(table, mine, earlier, theirs, _KEY)
    earlier = engine_of(table).once_each(earlier, list(_BEFORE.values()), _FOUND)
    found = first_of((nw.col(_FOUND), _Found.NO), otherwise=_Found.YES)
    earlier = earlier.with_columns(found.alias(_FOUND))
    return engine_of(table).look_up(table, _KEY, earlier, {_FOUND: _Found.NO.value})


def _with_change(table: Table) -> Table:
    table = table.with_columns(_step(column).alias(name) for column, name in _STEPS.items())
    facts = {_FOUND: len(_Found), _STEPS["to"]: len(_Step), _STEPS["cc"]: len(_Step)}
    changes = [_change(*case) for case in product(_Found, _Step, _Step)]
    codes = [None if change is None else change.value for change in changes]
    return engine_of(table).with_values(table, facts, {_CHANGE: codes}, _AFTER["to"])


def _step(column: str) -> nw.Expr:
    was, now = nw.col(_BEFORE[column]), nw.col(_AFTER[column])
    return first_of(
        (was.is_null() & now.is_null(), _Step.SAME),
        (was.is_null(), _Step.ADDED),
        (now.is_null(), _Step.REMOVED),
        ((was == now).fill_null(False), _Step.SAME),
        otherwise=_Step.OTHER,
    )


def _change(found: _Found, to: _Step, cc: _Step) -> AnswerChange | None:
    """What To says first; there is no Cc without To (D8)."""
    if found is _Found.NO:
        return None
    match to:
        case _Step.ADDED:
            return AnswerChange.RESCUED
        case _Step.REMOVED:
            return AnswerChange.SILENCED
        case _Step.OTHER:
            return AnswerChange.REDIRECTED
        case _Step.SAME:
            return _OF_COPY[cc]
        case _:
            assert_never(to)


_OF_COPY: Final = {
    _Step.SAME: AnswerChange.SAME,
    _Step.ADDED: AnswerChange.COPY_ADDED,
    _Step.REMOVED: AnswerChange.COPY_REMOVED,
    _Step.OTHER: AnswerChange.COPY_CHANGED,
}
