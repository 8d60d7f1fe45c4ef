"""DuckDB and PySpark: lazy tables, whose work becomes one query."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import narwhals.stable.v2 as nw

from .._kinds import Kind, Table, kind_of_type, type_of
from .common import (
    as_list,
    as_table,
    carried_name,
    counted_once_each,
    same_answer,
    same_columns,
    same_uuid,
    type_of_values,
    with_plain_text,
    with_presence_joined,
    with_whole_numbers,
    working_names,
)


def _is_duckdb(native: Any) -> bool:
    return hasattr(native, "set_alias")


# --- In and out -----------------------------------------------------------------------------------


def names_of(frame: Any) -> list[Any]:
    return list(frame.columns)


def folded(name: Any) -> Any:
    """SQL takes upper and lower case for the same."""
    return str(name).casefold()


def can_meet(one: Any, other: Any) -> bool:
    """DuckDB does not join relations of two connections."""
    if not _is_duckdb(one):
        return True
    from duckdb import InvalidInputException

    try:
        one.set_alias("one").cross(other.set_alias("other"))
    except InvalidInputException:
        return False
    return True


def ids_as_frame(ids: object, like: Any) -> object:  # noqa: ARG001
    return as_list(ids)


def read(frame: Any, needed: Sequence[str], *, carried: bool) -> Table:
    """Under names that are not read as paths, patterns or functions."""
    names = list(frame.columns)
    if _is_duckdb(frame) and not carried:  # in one step, since DuckDB binds each
        return as_table(_selected(frame, dict(zip(needed, needed, strict=True))))
    working = [name if name in needed else carried_name(at) for at, name in enumerate(names)]
    table = as_table(_renamed(frame, working))
    return table if carried else table.select(*needed)


def _renamed(native: Any, names: Sequence[str]) -> Any:
    if not _is_duckdb(native):
        return native.toDF(*names)
    return _selected(native, dict(zip(native.columns, names, strict=True)))


def _selected(relation: Any, names: Mapping[str, str]) -> Any:
    """Those columns of DuckDB's relation, each under the name that it is to have."""
    from duckdb import SQLExpression

    return relation.select(*(SQLExpression(_quoted(old)).alias(new) for old, new in names.items()))


def write(table: Table, columns: Mapping[str, str], like: Any) -> Any:
    for name in set(columns).intersection(like.columns):
        kind, column = type_of(table, name), columns[name]
        if isinstance(kind, nw.Enum):
            table = table.with_columns(nw.col(column).cast(kind))
    working = working_names(like.columns, table.columns) | dict(columns)
    return _renamed(table.select(*working.values()).to_native(), list(working))


def keep(table: Table, kept: nw.Expr, like: Any) -> Any:
    return write(table.filter(kept), {}, like)


# --- Types ----------------------------------------------------------------------------------------

EMPTY_COLUMN = "; a column that has no value needs that type too (a CAST)"

_UNKNOWN: Final = {'"NULL"': Kind.NULL, "void": Kind.NULL, "UUID": Kind.UUID}
"""Types that narwhals does not tell apart, by the engines' own names."""
_NULLS: Final = ('"NULL"[]', "array<void>")
"""Lists that hold nulls alone."""


def kind_of(table: Table, column: str) -> Kind | None:
    kind = type_of(table, column)
    if isinstance(kind, nw.Unknown):
        return _UNKNOWN.get(type_name(table, column))
    native = _native_type(table, column)
    if native in _NULLS:
        return Kind.TEXTS
    return None if native.startswith("JSON") else kind_of_type(kind)  # narwhals takes it for a text


def type_name(table: Table, column: str) -> str:
    """Without the categories, which are data."""
    kind = type_of(table, column)
    if isinstance(kind, nw.Enum):
        return "Enum"
    return _native_type(table, column) if isinstance(kind, nw.Unknown) else str(kind)


def _native_type(table: Table, column: str) -> str:
    native = table.to_native()
    if _is_duckdb(native):
        return str(native.types[native.columns.index(column)])
    return str(native.schema[column].dataType.simpleString())


def with_text(table: Table, column: str, name: str) -> Table:
    """A column or a whole session can have a collation to which 'CLIENT' is 'client'."""
    native = table.to_native()
    if _is_duckdb(native):
        text = f'CAST({_quoted(column)} AS VARCHAR) COLLATE "binary"'
        return as_table(_replaced(native, name, text))
    table = with_plain_text(table, column, name)
    native = table.to_native()
    if getattr(native.schema[name].dataType, "collation", "UTF8_BINARY") == "UTF8_BINARY":
        return table
    from pyspark.sql import functions

    return as_table(native.withColumn(name, functions.collate(native[name], "UTF8_BINARY")))


def searchable(table: Table, text: nw.Expr) -> nw.Expr:
    """Java's matcher overflows its stack on long texts: it sees none."""
    if table.implementation.is_duckdb():
        return text
    return nw.when(text.str.len_chars() <= 254).then(text).otherwise(nw.lit(""))


def with_free_text(table: Table, column: str) -> Table:
    """In DuckDB, a text with a collation does not meet one with another."""
    native = table.to_native()
    if not _is_duckdb(native):
        return table
    text = f"decode(encode({_quoted(column)}))"  # the one way to take it off again
    return as_table(_replaced(native, column, text))


def _replaced(relation: Any, column: str, expression: str) -> Any:
    from duckdb import SQLExpression, StarExpression

    others = StarExpression(exclude=[column] if column in relation.columns else [])
    return relation.select(others, SQLExpression(expression).alias(column))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


with_plain_ids = with_whole_numbers
plain_uuid = same_uuid


comparable = same_columns
with_answer = same_answer


# --- Rows -----------------------------------------------------------------------------------------


def once_each(table: Table, columns: Sequence[str], repeated: str) -> Table:
    """By one `group_by`; in fewer steps than narwhals takes, since DuckDB binds each."""
    native = table.to_native()
    if not _is_duckdb(native):
        return counted_once_each(table, columns, repeated)
    found = (f"count(*) > 1 AS {repeated}", *(f"min({name}) AS {name}" for name in columns))
    known = native.filter("id IS NOT NULL")
    return as_table(known.aggregate(", ".join(("id", *found)), "id"))


def look_up(table: Table, by: str, records: Table, absent: Mapping[str, int]) -> Table:
    if _is_duckdb(table.to_native()):
        return as_table(_joined(table.to_native(), by, records.to_native(), absent))
    assert isinstance(table, nw.LazyFrame)
    assert isinstance(records, nw.LazyFrame)
    found = table.join(records, left_on=by, right_on="id", how="left")
    return found.with_columns(nw.col(name).fill_null(value) for name, value in absent.items())


def _joined(left: Any, by: str, right: Any, absent: Mapping[str, int]) -> Any:
    """In fewer steps than narwhals takes: DuckDB binds each, which counts on small tables."""
    from duckdb import SQLExpression

    theirs = {name: f"theirs.{name}" for name in right.columns if name != "id"}
    filled = {name: f"coalesce({theirs[name]}, {value})" for name, value in absent.items()}
    found = [SQLExpression(sql).alias(name) for name, sql in (theirs | filled).items()]
    other = right.set_alias("theirs")
    joined = left.set_alias("mine").join(other, f"mine.{by} = theirs.id", how="left")
    return joined.select(SQLExpression("mine.*"), *found).set_alias(left.alias)


def with_presence(table: Table, by: str, records: Table, name: str, given: object) -> Table:  # noqa: ARG001
    return with_presence_joined(look_up, table, by, records, name)


def with_values(
    table: Table,
    facts: Mapping[str, int],
    columns: Mapping[str, Sequence[Any]],
    text: str,  # noqa: ARG001
) -> Table:
    """As elements of constant lists, which take DuckDB less time than nested CASEs or a join.

    First the place of the row's values among those that differ, since there are hundreds of cases.
    """
    cases = list(zip(*columns.values(), strict=True))
    places = {values: place for place, values in enumerate(dict.fromkeys(cases))}
    (first, _), *others = facts.items()
    case = f"CAST({first} AS INTEGER)"
    for name, size in others:
        case = f"({case} * {size} + {name})"
    native = table.to_native()
    native = _with(native, {_PLACE: _element(native, [places[each] for each in cases], case)})
    different = zip(columns, zip(*places, strict=True), strict=True)
    return as_table(
        _with(native, {name: _element(native, values, _PLACE) for name, values in different})
    )


_PLACE: Final = "place"
_TYPES: Final = {str: "string", int: "smallint", bool: "boolean"}


def _element(native: Any, values: Sequence[Any], place: str) -> Any:
    """That of the list at the place that the SQL says, counted from 0."""
    kind, text = _TYPES[type_of_values(values)], json.dumps(values)
    # Where it can be, one text for all values, read once a query: for each literal, Spark would
    # call the JVM, and DuckDB its binder.
    if not _is_duckdb(native):
        from pyspark.sql import functions

        return functions.from_json(functions.lit(text), f"array<{kind}>")[functions.expr(place)]
    from duckdb import ConstantExpression, FunctionExpression, SQLExpression

    if kind != _TYPES[str]:  # DuckDB does not read texts as JSON writes them
        return SQLExpression(f"CAST('{text}' AS {kind}[])[{place} + 1]")
    found = ConstantExpression(list(values)), SQLExpression(f"{place} + 1")
    return FunctionExpression("list_extract", *found).cast(kind)


def _with(native: Any, columns: Mapping[str, Any]) -> Any:
    if not _is_duckdb(native):
        return native.withColumns(dict(columns))
    from duckdb import StarExpression

    return native.select(StarExpression(), *(each.alias(name) for name, each in columns.items()))
