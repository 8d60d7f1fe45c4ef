"""How ids are compared: two that differ are never taken for one, whatever their columns' types."""

from __future__ import annotations

from typing import Any, NamedTuple, assert_never
from uuid import UUID

import narwhals.stable.v2 as nw

from ..errors import Identifier, InvalidTypeError
from ._columns import with_text
from ._engines import engine_of
from ._kinds import Kind, Table, type_of


class Field(NamedTuple):
    """A column of a table that the user gave, as errors name it."""

    table: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


def with_comparable_ids(
    table: Table, mine: Field, records: Table, theirs: Field, name: str
) -> tuple[Table, Table]:
    """`table` with the ids of `mine` in `name`, to compare with those of `theirs` in `records`.

    Numbers meet as whole numbers, whatever their types; other ids must be of one type already. A
    column without any value meets all types.
    """
    engine, by, key = engine_of(table), mine.column, theirs.column
    one, two = engine.kind_of(table, by), engine.kind_of(records, key)
    common = _common(one, two)
    if common is None:
        got = f"ids of type {engine.type_name(records, key)}"
        expected = f"ids of the type of {mine}, {engine.type_name(table, by)}"
        if Kind.TEXT in (one, two):
            expected += engine.EMPTY_COLUMN
        raise InvalidTypeError(str(theirs), got, expected)
    if common in (Kind.WHOLE, Kind.LARGE) and _are_of_one_type(table, by, records, key):
        return table.with_columns(nw.col(by).alias(name)), records
    return with_key(table, by, common, name), with_key(records, key, common, key)


def _common(one: Kind | None, two: Kind | None) -> Kind | None:
    """The kind in which both are compared, if there is one."""
    kinds = {Kind.WHOLE if kind is Kind.FLOAT else kind for kind in (one, two)} - {Kind.NULL}
    if len(kinds) < 2:
        return kinds.pop() if kinds else Kind.NULL
    return Kind.LARGE if kinds == {Kind.LARGE, Kind.WHOLE} else None


def _are_of_one_type(table: Table, by: str, records: Table, key: str) -> bool:
    one, two = type_of(table, by), type_of(records, key)
    # Not all engines can look up decimals, or the widest integers.
    return one == two and one.is_integer() and one not in (nw.Int128, nw.UInt128)


def with_key(table: Table, column: str, common: Kind, name: str) -> Table:
    """`table` with the ids of `column` in `name`, in a type in which ids of that kind compare.

    What no such id can be is null: a float that may be one of several whole numbers, and an empty
    text (D17).
    """
    table, key = engine_of(table).with_plain_ids(table, column, name, common), nw.col(name)
    match common:
        case Kind.TEXT:
            table = with_text(table, name, name)
            key = nw.when(key != "").then(key)
        case Kind.WHOLE | Kind.FLOAT:
            key = key.cast(nw.Int64)
        case Kind.LARGE:
            key = nw.when(~key.is_null()).then(key.cast(nw.String))
        case Kind.UUID | Kind.NULL | Kind.TEXTS:  # which no ids are
            return table
        case _:
            assert_never(common)
    return table.with_columns(key.alias(name))


def as_key(each: Identifier, kind: Kind, table: Table) -> Any:
    """What `with_key` makes of that id; None where no column of that kind has it."""
    if isinstance(each, UUID):
        return engine_of(table).plain_uuid(each)
    if not isinstance(each, int):
        return each
    if kind is Kind.LARGE:
        return str(each)
    return each if -(2**63) <= each < 2**63 else None
