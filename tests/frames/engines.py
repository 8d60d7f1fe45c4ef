"""The same table in each engine's own kind of frame, and back to plain rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

Row: TypeAlias = dict[str, Any]


class Engine(NamedTuple):
    name: str
    make: Callable[[pa.Table], Any]
    rows: Callable[[Any], list[Row]]
    ordered: bool = True
    """Whether the engine keeps the order of rows."""

    def __str__(self) -> str:
        """For the id of a test, which must be the same in each process that collects it."""
        return self.name


def table(rows: Sequence[Mapping[str, Any]], **types: pa.DataType) -> pa.Table:
    """A table of these columns; a column is of texts unless it is said to be of another type."""
    return pa.Table.from_pylist([dict(row) for row in rows], schema=pa.schema(list(types.items())))


def _pandas_rows(frame: pd.DataFrame) -> list[Row]:
    columns = {}
    for place, name in enumerate(frame.columns):
        column = frame.iloc[:, place]
        pairs = zip(column, column.isna(), strict=True)
        columns[name] = [None if missing else _plain(value) for value, missing in pairs]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(value: Any) -> Any:
    """Lists in Arrow's arrays come out of pandas as NumPy's."""
    return value.tolist() if isinstance(value, np.ndarray) else value


def _duckdb_rows(relation: duckdb.DuckDBPyRelation) -> list[Row]:
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def _without_views(source: pa.Table) -> pa.Table:
    """For engines that have one type of texts: older pyarrow crashes when it hands views out."""
    texts = {pa.string_view(): pa.string()}
    kinds = [field.with_type(texts.get(field.type, field.type)) for field in source.schema]
    return source.cast(pa.schema(kinds))


def _duckdb(source: pa.Table) -> duckdb.DuckDBPyRelation:
    return duckdb.from_arrow(_without_views(source))


def _polars(source: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(_without_views(source))
    assert isinstance(frame, pl.DataFrame)
    return frame


PANDAS = Engine("pandas", lambda source: source.to_pandas(), _pandas_rows)
PANDAS_ARROW = Engine(
    "pandas with pyarrow types",
    lambda source: source.to_pandas(types_mapper=pd.ArrowDtype),
    _pandas_rows,
)
PANDAS_NULLABLE = Engine(
    "pandas with nullable types",
    lambda source: source.to_pandas().convert_dtypes(dtype_backend="numpy_nullable"),
    _pandas_rows,
)
POLARS = Engine("polars", _polars, lambda frame: frame.to_dicts())
POLARS_LAZY = Engine(
    "polars lazy", lambda source: _polars(source).lazy(), lambda frame: frame.collect().to_dicts()
)
PYARROW = Engine("pyarrow", lambda source: source, lambda frame: frame.to_pylist())
DUCKDB = Engine("DuckDB", _duckdb, _duckdb_rows, ordered=False)

MAIN_ENGINES: tuple[Engine, ...] = (PANDAS, PANDAS_ARROW, POLARS, POLARS_LAZY, PYARROW, DUCKDB)
ENGINES: tuple[Engine, ...] = (
    PANDAS,
    PANDAS_ARROW,
    PANDAS_NULLABLE,
    POLARS,
    POLARS_LAZY,
    PYARROW,
    DUCKDB,
)


def rows_of(engine: Engine, frame: Any, *, by: str) -> list[Row]:
    """The rows of a frame, those of an engine without order sorted by that column."""
    rows = engine.rows(frame)
    return rows if engine.ordered else sorted(rows, key=lambda row: row[by])
