"""How columns are read, so that two values are equal where they are meant to be, and only there."""

from __future__ import annotations

from typing import Any, assert_never
from uuid import UUID

import narwhals.stable.v2 as nw

from .. import models
from ..errors import InvalidTypeError
from ..models import CommissionBlock, CommunicationRule, Identifier
from ._engines import Table
from ._kinds import Kind, kind_of, type_name, whole_objects
from ._types import with_bytes, with_letters

# --- Texts ----------------------------------------------------------------------------------------


def with_text(table: Table, column: str, name: str) -> Table:
    """`table` with `column` as text in `name`: a category is its text, an empty type is null."""
    text = nw.col(column)
    if table.select(column).collect_schema()[column] != nw.String:
        # Beside other values, a null may be cast to a text of its own.
        text = nw.when(~text.is_null()).then(text.cast(nw.String))
    return with_letters(table.with_columns(text.alias(name)), name)


def has_rule(column: str, rule: CommunicationRule) -> nw.Expr:
    """Whether the text in `column` is that rule, never null.

    A record that has an introducer and no rule has the default rule (S4).
    """
    text = nw.col(column)
    if rule is CommissionBlock().rule:
        return text.is_null() | (text == rule.value)
    return ~text.is_null() & (text == rule.value)


_ADDRESS = f"^(?:{models._ADDRESS.pattern})$"
_NO_ADDRESS = f"[\n\r\x85\u2028\u2029]|{models._ENCODED_WORD.pattern}"
"""The line breaks that `$` lets through at the end of a text, each in some dialect; and what the
core refuses beside."""


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


def with_one_type(
    frame: Table, mine: tuple[str, str], table: Table, other: tuple[str, str], spare: str
) -> tuple[Table, str, Table]:
    """Two columns of ids in one type, so that they compare; each is given as table and column.

    The frame's own column stays as it is: the second answer is the column to compare. Numbers meet
    as numbers, whatever their types; other ids must be of one type already.
    """
    by, key = mine[1], other[1]
    one, two = kind_of(frame, by), kind_of(table, key)
    common = _common(one, two)
    if common is None:
        got = f"ids of type {type_name(table, key)}"
        expected = f"ids of the type of {'.'.join(mine)}, {type_name(frame, by)}"
        raise InvalidTypeError(".".join(other), got, expected)
    if common in (Kind.WHOLE, Kind.LARGE) and _are_of_one_type(frame, by, table, key):
        return frame, by, table
    return with_key(frame, by, common, spare), spare, with_key(table, key, common, key)


def _common(one: Kind | None, two: Kind | None) -> Kind | None:
    kinds = {one, two} - {Kind.NULL}
    if len(kinds) < 2:
        return kinds.pop() if kinds else Kind.NULL
    numbers = (Kind.FLOAT, Kind.LARGE, Kind.WHOLE)
    if kinds <= set(numbers):
        return next(kind for kind in numbers if kind in kinds)
    return None


def _are_of_one_type(frame: Table, by: str, table: Table, key: str) -> bool:
    one = frame.select(by).collect_schema()[by]
    two = table.select(key).collect_schema()[key]
    # Not all engines can look up decimals, or the widest integers.
    return one == two and one.is_integer() and one not in (nw.Int128, nw.UInt128)


def with_key(table: Table, column: str, common: Kind, name: str) -> Table:
    """`table` with the ids of `column` in `name`, in a type in which ids of that kind compare.

    What no such id can be is null: a float that may be one of several whole numbers, and an empty
    text (D17).
    """
    key = nw.col(column)
    kind = kind_of(table, column)
    if table.implementation.is_pandas():
        values = table.to_native()[column]
        if kind is Kind.NULL:
            return _with_values(table, name, values.astype(object))  # which meet all types
        if kind is Kind.WHOLE and values.dtype == object:
            table, key = _with_values(table, name, whole_objects(values)), nw.col(name)
    match common:
        case Kind.TEXT:
            table = with_text(table, column, name)
            key = nw.when(nw.col(name) != "").then(nw.col(name))
        case Kind.WHOLE:
            key = key.cast(nw.Int64)
        case Kind.LARGE:
            key = nw.when(~key.is_null()).then(key.cast(nw.String))
        case Kind.FLOAT:
            key = key.cast(nw.Float64)
            key = nw.when((key > float(-_EXACT)) & (key < float(_EXACT))).then(key)
        case Kind.UUID | Kind.NULL:
            return with_bytes(table, column, name)
        case _:
            assert_never(common)
    return table.with_columns(key.alias(name))


def _with_values(table: Table, name: str, values: Any) -> Table:
    """A pandas table with those values under that name."""
    found: Table = nw.from_native(table.to_native().assign(**{name: values}))
    return found


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


# --- Numbers for facts ----------------------------------------------------------------------------


def choice(*cases: tuple[nw.Expr, int], usual: int) -> nw.Expr:
    """The number of the first case that holds. Conditions are never null: engines differ there."""
    number = nw.lit(int(usual), dtype=nw.Int8)
    for holds, this in reversed(cases):
        number = nw.when(holds).then(nw.lit(int(this), dtype=nw.Int8)).otherwise(number)
    return number
