"""polars: all work is lazy, as polars' own is; an eager frame is collected at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import narwhals.stable.v2 as nw

from .._kinds import Kind, Table, kind_of_type, type_of
from .common import (
    always,
    as_list,
    as_table,
    carried_name,
    case_number,
    is_open,
    same_column,
    same_name,
    same_text,
    same_uuid,
    type_of_values,
    with_plain_text,
    with_presence_joined,
    with_whole_numbers,
    working_names,
)

# --- In and out -----------------------------------------------------------------------------------


def names_of(frame: Any) -> list[Any]:
    return list(frame.lazy().collect_schema().names())


folded = same_name


can_meet = always


def ids_as_frame(ids: object, like: Any) -> object:
    import polars as pl

    if not isinstance(ids, pl.Series):
        return as_list(ids)
    frame = pl.DataFrame({"id": ids})
    return frame if isinstance(like, pl.DataFrame) else frame.lazy()


def read(frame: Any, needed: Sequence[str], *, carried: bool) -> Table:
    """By position, since polars takes a name like `^x$` for a pattern."""
    import polars as pl

    check_version(pl.__version__)
    names = enumerate(names_of(frame))
    working = [(at, name if name in needed else carried_name(at)) for at, name in names]
    if not carried:
        working = [(at, name) for at, name in working if name in needed]
    table = as_table(frame.lazy().select(pl.nth(at).alias(name) for at, name in working))
    if isinstance(frame, pl.LazyFrame):
        return table
    empty = [
        name
        for name in needed
        if frame[name].null_count() == len(frame) and is_open(name, kind_of(table, name))
    ]
    return (
        as_table(table.to_native().with_columns(pl.col(*empty).cast(pl.Null))) if empty else table
    )


def check_version(version: str) -> None:
    """polars 1.35 mixes up the lists of some rows, which could be a wrong recipient."""
    major, minor, *_ = version.split(".")
    if (int(major), int(minor)) < (1, 36):
        raise ImportError(
            "partner_comms.frames needs polars 1.36 or newer, since 1.35 mixes up rows; this is "
            f"{version}: pip install 'polars>=1.36'"
        )


def write(table: Table, columns: Mapping[str, str], like: Any) -> Any:
    import polars as pl

    working = working_names(names_of(like), table.collect_schema().names()) | dict(columns)
    found = {name: pl.col(column) for name, column in working.items()}
    kinds = table.to_native().collect_schema()
    for name, kind in like.collect_schema().items():
        is_category = isinstance(kind, (pl.Categorical, pl.Enum))
        # `read` leaves no type to a column that holds no value.
        if is_category if name in columns else kinds[working[name]] == pl.Null:
            found[name] = found[name].cast(kind)
    native = table.to_native().select(value.alias(name) for name, value in found.items())
    if not isinstance(like, pl.DataFrame):
        return native
    return native.collect(engine="in-memory" if len(like) < STREAMED_FROM else "auto")


STREAMED_FROM: Final = 500_000
"""Rows from which polars' stream, which takes more processor time, spreads it over several cores
well enough to take less time by the clock."""


def keep(table: Table, kept: nw.Expr, like: Any) -> Any:
    return write(table.filter(kept), {}, like)


# --- Types ----------------------------------------------------------------------------------------

EMPTY_COLUMN = "; a lazy column that has no value needs that type too (schema_overrides, or a cast)"


def kind_of(table: Table, column: str) -> Kind | None:
    native = str(table.to_native().collect_schema()[column])
    if native == "Null":
        return Kind.NULL
    if native == "List(Null)":
        return Kind.TEXTS
    return kind_of_type(type_of(table, column))


def type_name(table: Table, column: str) -> str:
    """Without the categories, which are data."""
    kind = type_of(table, column)
    if isinstance(kind, nw.Unknown):
        return str(table.to_native().collect_schema()[column])
    return "Enum" if isinstance(kind, nw.Enum) else str(kind)


with_text = with_plain_text
with_free_text = same_column
searchable = same_text


with_plain_ids = with_whole_numbers
plain_uuid = same_uuid


PLACE, _NUMBER, _TEXT = "place", "number", "text"


def comparable(
    left: Table, right: Table, folded: tuple[str, str], texts: tuple[str, str] | None
) -> tuple[Table, Table, Table | None]:
    """Equal numbers for equal texts that are compared, and the places of those that come out."""
    import polars as pl

    if texts is None:
        return left, right, None
    first = placed(left.to_native())
    second = placed(right.to_native(), first)
    words = second.select(pl.col(folded[1]).alias(_TEXT)).drop_nulls().unique()
    words = words.with_row_index(_NUMBER).cache()
    found = []
    for native, fold, text in zip((first, second), folded, texts, strict=True):
        place = pl.when(pl.col(text).is_not_null()).then(PLACE)
        numbered = native.join(words, left_on=fold, right_on=_TEXT, how="left")
        columns = {fold: pl.col(_NUMBER), text: place}
        found.append(as_table(numbered.with_columns(**columns).drop(PLACE, _NUMBER)))
    pairs = zip((first, second), texts, strict=True)
    kept = pl.concat(native.select(pl.col(text).alias(_TEXT)) for native, text in pairs)
    return found[0], found[1], as_table(kept)


def with_answer(table: Table, columns: Sequence[str], kept: Table | None) -> Table:
    if kept is None:
        return table
    of_columns = {name: (name, _TEXT) for name in columns}
    return as_table(gathered(table.to_native(), kept.to_native(), **of_columns))


def placed(native: Any, before: Any = None) -> Any:
    """With the places of its rows, which are behind those of the frame before.

    Counted last, since a join promises no order; and cached, since all that use the places must see
    the rows in one order.
    """
    import polars as pl

    if before is None:
        return native.with_row_index(PLACE).cache()
    rows_before = before.select(pl.len().alias("rows_before"))
    native = native.join(rows_before, how="cross").with_row_index(PLACE)
    place = pl.col(PLACE) + pl.col("rows_before")
    return native.with_columns(place).drop("rows_before").cache()


def gathered(native: Any, kept: Any, **columns: tuple[str, str]) -> Any:
    """With what is kept: each column from the column named last, by the places named first.

    To join is slower: twice for texts, ten times for lists. For that, all are put in one row,
    behind the others.
    """
    import polars as pl

    names = {column: f"all_{column}" for _, column in columns.values()}
    row = kept.select(pl.col(column).implode().alias(name) for column, name in names.items())
    is_other = pl.len() - 1
    found = {
        new: pl.col(names[column]).last().explode().gather(pl.col(place).head(is_other))
        for new, (place, column) in columns.items()
    }
    both = pl.concat([native, row], how="diagonal")
    return both.select(pl.exclude(*names.values(), *columns).head(is_other), **found)


# --- Rows -----------------------------------------------------------------------------------------


def once_each(table: Table, columns: Sequence[str], repeated: str) -> Table:
    """The first of them, in their order; to group lists takes ten times as long."""
    import polars as pl

    ids = pl.col("id")
    known = table.to_native().select(ids, *columns).filter(ids.is_not_null())
    marked = known.with_columns(ids.is_duplicated().alias(repeated))
    return as_table(marked.filter(ids.is_first_distinct()))


def look_up(table: Table, by: str, records: Table, absent: Mapping[str, int]) -> Table:
    found = as_table(
        table.to_native().join(
            records.to_native(),
            left_on=by,
            right_on="id",
            how="left",
            maintain_order="left",
            validate="m:1",  # true of the records, and three times as fast where order is kept
        )
    )
    return found.with_columns(nw.col(name).fill_null(value) for name, value in absent.items())


def with_presence(table: Table, by: str, records: Table, name: str, given: object) -> Table:
    """By a set where the records are there already; a lazy frame is joined, and stays lazy."""
    import polars as pl

    if not isinstance(given, pl.DataFrame):
        return with_presence_joined(look_up, table, by, records, name)
    ids = records.to_native().select("id").drop_nulls().collect().to_series()
    found = pl.col(by).is_in(ids.implode()).fill_null(False)
    return as_table(table.to_native().with_columns(found.cast(pl.Int8).alias(name)))


def with_values(
    table: Table,
    facts: Mapping[str, int],
    columns: Mapping[str, Sequence[Any]],
    text: str,  # noqa: ARG001
) -> Table:
    import polars as pl

    kind = {str: pl.String, int: pl.Int8, bool: pl.Boolean}
    found = {
        name: pl.lit(pl.Series(values, dtype=kind[type_of_values(values)])).gather(pl.col("case"))
        for name, values in columns.items()
    }
    native = table.with_columns(case_number(facts).alias("case")).to_native()
    return as_table(native.with_columns(**found))
