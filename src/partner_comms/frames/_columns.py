"""How columns are read, so that two values are equal where they are meant to be, and only there."""

from __future__ import annotations

from typing import Any, NamedTuple, assert_never
from uuid import UUID

import narwhals.stable.v2 as nw

from .. import addresses
from ..codes import CommunicationRule
from ..errors import Identifier, InvalidTypeError
from ..models import CommissionBlock
from ._engines import engine_of
from ._kinds import Kind, Table, type_of


def first_of(*cases: tuple[nw.Expr, int], otherwise: int) -> nw.Expr:
    """The number of the first case that holds. Conditions are never null: engines differ there."""
    number = nw.lit(int(otherwise), dtype=nw.Int8)
    for holds, this in reversed(cases):
        number = nw.when(holds).then(nw.lit(int(this), dtype=nw.Int8)).otherwise(number)
    return number


# --- Texts ----------------------------------------------------------------------------------------


def with_text(table: Table, column: str, name: str) -> Table:
    """`table` with `column` as text in `name`: a category is its text, an empty type is null."""
    text = nw.col(column)
    if type_of(table, column) != nw.String:
        # Beside other values, a null may be cast to a text of its own.
        text = nw.when(~text.is_null()).then(text.cast(nw.String))
    return engine_of(table).with_letters(table.with_columns(text.alias(name)), name)


def has_rule(column: str, rule: CommunicationRule) -> nw.Expr:
    """Whether the text in `column` is that rule, never null.

    A record that has an introducer and no rule has the default rule (S4).
    """
    text = nw.col(column)
    if rule is CommissionBlock().rule:
        return text.is_null() | (text == rule.value)
    return ~text.is_null() & (text == rule.value)


_ADDRESS = f"^(?:{addresses.SHAPE})$"
_NO_ADDRESS = f"[\n\r\x85\u2028\u2029]|{addresses.EXCLUDED}"
"""The line breaks that `$` lets through at the end of a text, each in some dialect; and what the
core refuses as well."""


def with_validity(table: Table, column: str, name: str) -> Table:
    """`table` with whether the text in `column` is an address (D16) in `name`, never null.

    In words that mean the same in each engine's dialect of regular expressions.
    """
    text = nw.col(column).fill_null("")
    # Java's matcher overflows its stack on long texts: it gets none to see.
    short = nw.when(text.str.len_chars() <= 254).then(text).otherwise(nw.lit(""))
    valid = nw.col(name).str.contains(_ADDRESS) & ~nw.col(name).str.contains(_NO_ADDRESS)
    return table.with_columns(short.alias(name)).with_columns(valid.alias(name))


# --- Ids ------------------------------------------------------------------------------------------

_EXACT = 2**53
"""Below it, a float is one whole number; from it on, the number is any of several."""


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

    Numbers meet as numbers, whatever their types; other ids must be of one type already.
    """
    engine, by, key = engine_of(table), mine.column, theirs.column
    common = _common(engine.kind_of(table, by), engine.kind_of(records, key))
    if common is None:
        got = f"ids of type {engine.type_name(records, key)}"
        expected = f"ids of the type of {mine}, {engine.type_name(table, by)}"
        raise InvalidTypeError(str(theirs), got, expected)
    if common in (Kind.WHOLE, Kind.LARGE) and _are_of_one_type(table, by, records, key):
        return table.with_columns(nw.col(by).alias(name)), records
    return with_key(table, by, common, name), with_key(records, key, common, key)


def _common(one: Kind | None, two: Kind | None) -> Kind | None:
    kinds = {one, two} - {Kind.NULL}
    if len(kinds) < 2:
        return kinds.pop() if kinds else Kind.NULL
    numbers = (Kind.FLOAT, Kind.LARGE, Kind.WHOLE)
    if kinds <= set(numbers):
        return next(kind for kind in numbers if kind in kinds)
    return None


def _are_of_one_type(table: Table, by: str, records: Table, key: str) -> bool:
    one, two = type_of(table, by), type_of(records, key)
    # Not all engines can look up decimals, or the widest integers.
    return one == two and one.is_integer() and one not in (nw.Int128, nw.UInt128)


def with_key(table: Table, column: str, common: Kind, name: str) -> Table:
    """`table` with the ids of `column` in `name`, in a type in which ids of that kind compare.

    What no such id can be is null: a float that may be one of several whole numbers, and an empty
    text (D17).
    """
    engine = engine_of(table)
    is_empty = engine.kind_of(table, column) is Kind.NULL
    table, key = engine.with_plain_ids(table, column, name), nw.col(name)
    if is_empty and table.implementation.is_pandas():
        return table
    match common:
        case Kind.TEXT:
            table = with_text(table, name, name)
            key = nw.when(key != "").then(key)
        case Kind.WHOLE:
            key = key.cast(nw.Int64)
        case Kind.LARGE:
            key = nw.when(~key.is_null()).then(key.cast(nw.String))
        case Kind.FLOAT:
            key = key.cast(nw.Float64)
            key = nw.when((key > float(-_EXACT)) & (key < float(_EXACT))).then(key)
        case Kind.UUID | Kind.NULL:
            return table
        case _:
            assert_never(common)
    return table.with_columns(key.alias(name))


def as_key(each: Identifier, common: Kind, table: Table) -> Any:
    """What `with_key` makes of that id; None where no column of that kind has it."""
    if isinstance(each, UUID) and table.implementation.is_pyarrow():
        return each.bytes
    if not isinstance(each, int):
        return each
    if common is Kind.LARGE:
        return str(each)
    if common is Kind.WHOLE:
        return each if -(2**63) <= each < 2**63 else None
    return float(each) if -_EXACT < each < _EXACT else None
