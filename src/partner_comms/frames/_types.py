"""Names and types that each engine treats in its own way: how columns come in, and go out again."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from ._engines import Table, _table

# --- Names ----------------------------------------------------------------------------------------


def names_of(table: Table) -> list[str]:
    """The names of the columns. polars warns where a lazy frame is asked for them in passing."""
    if table.implementation.is_polars():
        return list(table.collect_schema().names())
    return table.columns


def spare_prefix(*tables: Table) -> str:
    """What no column of the tables begins with, to name what is dropped again at the end."""
    prefix = "_"
    while any(str(column).startswith(prefix) for table in tables for column in names_of(table)):
        prefix += "_"
    return prefix


def _is_path(name: str) -> bool:
    """Whether Spark reads more than a name in it."""
    return "." in name or "`" in name


# --- In and out -----------------------------------------------------------------------------------


def prepared(table: Table) -> Table:
    """`table` in types and under names that its engine can work with.

    polars works lazily, as it does itself; pyarrow can't pick rows of views; Spark takes dots and
    backticks in names for its own.
    """
    engine = table.implementation
    if engine.is_polars():
        return table.lazy()
    native = table.to_native()
    if engine.is_pyarrow():
        import pyarrow as pa

        plain = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
        for name, kind in zip(native.schema.names, native.schema.types, strict=True):
            if kind in plain:
                native = _cast(native, name, plain[kind])
    elif engine.is_spark_like() and any(map(_is_path, native.columns)):
        spare = spare_prefix(table)
        names = enumerate(native.columns)
        native = native.toDF(*(f"{spare}{at}" if _is_path(name) else name for at, name in names))
    return _table(native)


def restored(native: Any, like: Any) -> Any:
    """What comes out: first the columns of `like`, in its types and under its names."""
    frame = _table(like)
    engine = frame.implementation
    if engine.is_polars() and isinstance(frame, nw.DataFrame):
        return native.collect()
    if engine.is_pyarrow():
        for name, kind in zip(like.schema.names, like.schema.types, strict=True):
            if str(kind).endswith("_view"):
                native = _cast(native, name, kind)
    elif engine.is_spark_like() and any(map(_is_path, like.columns)):
        native = native.toDF(*like.columns, *native.columns[len(like.columns) :])
    return native


def _cast(native: Any, name: str, kind: Any) -> Any:
    """A pyarrow table, that column in another type."""
    place = native.schema.get_field_index(name)
    field = native.schema.field(place).with_type(kind)
    return native.set_column(place, field, native[name].cast(kind))


# --- Columns --------------------------------------------------------------------------------------


def with_letters(table: Table, column: str) -> Table:
    """`table`, the texts of `column` equal where all their letters are.

    In SQL, a column or a whole session can have a collation to which 'CLIENT' is 'client'.
    """
    native = table.to_native()
    if table.implementation.is_duckdb():
        native = _replaced(native, column, f'{_quoted(column)} COLLATE "binary"')
    elif table.implementation.is_spark_like():
        if getattr(native.schema[column].dataType, "collation", "UTF8_BINARY") == "UTF8_BINARY":
            return table
        from pyspark.sql import functions

        native = native.withColumn(column, functions.collate(native[column], "UTF8_BINARY"))
    else:
        return table
    return _table(native)


def without_collation(table: Table, column: str) -> Table:
    """`table`, the texts of `column` free to meet texts that have a collation."""
    if not table.implementation.is_duckdb():
        return table
    text = f"decode(encode({_quoted(column)}))"  # the one way to take it off again
    return _table(_replaced(table.to_native(), column, text))


def _replaced(relation: Any, column: str, expression: str) -> Any:
    from duckdb import SQLExpression, StarExpression

    others = StarExpression(exclude=[column])
    return relation.select(others, SQLExpression(expression).alias(column))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def with_bytes(table: Table, column: str, name: str) -> Table:
    """`table` with the UUIDs of `column` in `name`, which pyarrow can't look up otherwise."""
    table = table.with_columns(nw.col(column).alias(name))
    if not table.implementation.is_pyarrow():
        return table
    import pyarrow as pa

    return _table(_cast(_cast(table.to_native(), name, pa.binary(16)), name, pa.binary()))


def with_type_of(table: Table, column: str, other: Table) -> Table:
    """`table`, its `column` of the type of categories that it has in `other`.

    A pandas column gets the categories that it lacks.
    """
    engine = table.implementation
    native, like = table.to_native(), other.to_native()
    if engine.is_polars():
        import polars as pl

        return _table(native.with_columns(pl.col(column).cast(like.collect_schema()[column])))
    if engine.is_pyarrow():
        return _table(_cast(native, column, like.schema.field(column).type))
    if engine.is_pandas():
        import pandas as pd

        dtype = like[column].dtype
        if isinstance(dtype, pd.CategoricalDtype):
            known = dtype.categories
            new = pd.Index(native[column].dropna().unique()).difference(known, sort=False)
            dtype = pd.CategoricalDtype(known.append(new), ordered=dtype.ordered)
        return _table(native.assign(**{column: native[column].astype(dtype)}))
    return table.with_columns(nw.col(column).cast(other.collect_schema()[column]))
