"""What several engines do in the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any, TypeAlias
from uuid import UUID

import narwhals.stable.v2 as nw

from .._kinds import TEXT_COLUMNS, Kind, Table, exact_below, kind_of_type, type_of

LookUp: TypeAlias = Callable[[Table, str, Table, Mapping[str, int]], Table]


def as_table(native: Any) -> Table:
    table: Table = nw.from_native(native)
    return table


# --- Columns that are carried along ---------------------------------------------------------------


def carried_name(place: int) -> str:
    """What a column at that place of the user's frame is called until it is written."""
    return f"carried_{place}"


def working_names(names: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    """For each name in the user's frame, the name in a table that has those columns."""
    carried = [carried_name(place) for place in range(len(names))]
    return {
        name: other if other in columns else name
        for name, other in zip(names, carried, strict=True)
    }


# --- Columns that are no frames -------------------------------------------------------------------


def as_list(ids: object) -> object:
    """A column of another engine, or of NumPy, as a list; else what was given."""
    for name in ("tolist", "to_list", "to_pylist"):
        if hasattr(ids, name):
            return getattr(ids, name)()
    return ids


# --- Columns without values -----------------------------------------------------------------------


def is_open(column: str, kind: Kind | None) -> bool:
    """Whether a column that holds no value is taken as if it had no type.

    A text in a column of texts goes on being one, since rules that are changed have its type.
    """
    return column not in TEXT_COLUMNS or kind not in (Kind.TEXT, Kind.TEXTS)


# --- Texts ----------------------------------------------------------------------------------------


def with_plain_text(table: Table, column: str, name: str) -> Table:
    text = nw.col(column)
    if type_of(table, column) != nw.String:
        # Among other values, a null may be cast to a text of its own.
        text = nw.when(~text.is_null()).then(text.cast(nw.String))
    return table.with_columns(text.alias(name))


# --- Where there is nothing to do -----------------------------------------------------------------


def always(one: Any, other: Any) -> bool:  # noqa: ARG001
    return True


def same_name(name: Any) -> Any:
    return name


def same_column(table: Table, column: str) -> Table:  # noqa: ARG001
    return table


def same_text(table: Table, text: nw.Expr) -> nw.Expr:  # noqa: ARG001
    return text


def same_columns(
    left: Table,
    right: Table,
    folded: tuple[str, str],  # noqa: ARG001
    texts: tuple[str, str] | None,  # noqa: ARG001
) -> tuple[Table, Table, None]:
    return left, right, None


def same_answer(table: Table, columns: Sequence[str], kept: Table | None) -> Table:  # noqa: ARG001
    return table


def same_uuid(each: UUID) -> Any:
    return each


# --- Ids ------------------------------------------------------------------------------------------


def with_whole_numbers(table: Table, column: str, name: str, kind: Kind) -> Table:  # noqa: ARG001
    """`table` with the ids of `column` in `name`, floats as whole numbers."""
    ids = nw.col(column)
    if kind_of_type(type_of(table, column)) is Kind.FLOAT:
        limit = float(exact_below(type_of(table, column)))
        ids = ids.cast(nw.Float64)
        # NaN is larger than all numbers here.
        whole = (ids > -limit) & (ids < limit) & (ids % 1 == 0)
        ids = nw.when(whole.fill_null(False)).then(ids).cast(nw.Int64)
    return table.with_columns(ids.alias(name))


# --- Rows -----------------------------------------------------------------------------------------


def counted_once_each(table: Table, columns: Sequence[str], repeated: str) -> Table:
    """By one `group_by`."""
    known = table.select("id", *columns).filter(~nw.col("id").is_null())
    counted = known.group_by("id").agg(
        nw.len().alias(repeated), *(nw.col(column).min() for column in columns)
    )
    return counted.with_columns(nw.col(repeated) > 1)


def with_presence_joined(
    look_up: LookUp, table: Table, by: str, records: Table, name: str
) -> Table:
    once = counted_once_each(records, [], name)
    return look_up(table, by, once.with_columns(nw.lit(1, dtype=nw.Int8).alias(name)), {name: 0})


def case_number(facts: Mapping[str, int]) -> nw.Expr:
    """The place of the row's case, where the last of the facts changes fastest.

    In a number with just enough room: it is computed, carried and looked up once a row.
    """
    kind = nw.UInt8 if prod(facts.values()) <= 2**8 else nw.UInt16
    (first, _), *others = facts.items()
    number = nw.col(first).cast(kind)
    for name, size in others:
        number = number * nw.lit(size, dtype=kind) + nw.col(name).cast(kind)
    return number


def type_of_values(values: Sequence[str | bool | int | None]) -> type[str | int | bool]:
    """The one type of the values that are not null; a list of nulls is of texts."""
    return next((type(value) for value in values if value is not None), str)
