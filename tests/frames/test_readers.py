"""What readers make of files and databases: each type of each engine is taken, or refused clearly.

The tables are those of the docs: a cell there is what is proved here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from partner_comms import FeatureGate, InvalidTypeError
from partner_comms.frames import change_deals, filter_deals, resolve_clients

from .engines import DUCKDB, PANDAS, POLARS, POLARS_LAZY, PYARROW, Engine
from .spark import SPARK, session

pytestmark = pytest.mark.unmeasured

OPEN = FeatureGate(premium=True, option_enabled=True)
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "frames.md"
TEXT = pa.string()


def words(kind: pa.DataType) -> pa.Array:
    return pa.array(["client", "a@example.org", None]).cast(kind)


def dictionary(values: pa.Array) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array([0, 1, None], pa.int32()), values.slice(0, 2))


UUIDS = pa.array([UUID(int=1).bytes, UUID(int=2).bytes, None], pa.binary(16))
NUMBERS = [1, 2, None]
COLUMNS: dict[str, pa.Array] = {
    "int8, int16, int32": pa.array(NUMBERS, pa.int16()),
    "int64": pa.array(NUMBERS, pa.int64()),
    "uint8, uint16, uint32": pa.array(NUMBERS, pa.uint32()),
    "uint64": pa.array(NUMBERS, pa.uint64()),
    "float16": pa.array([1.0, 2.0, None], pa.float16()),
    "float32": pa.array([1.0, 2.0, None], pa.float32()),
    "float64": pa.array([1.0, 2.0, None], pa.float64()),
    "decimal(20, 0)": pa.array([Decimal(1), Decimal(2), None], pa.decimal128(20, 0)),
    "decimal(38, 10)": pa.array([Decimal(1), Decimal(2), None], pa.decimal128(38, 10)),
    "string": words(TEXT),
    "large_string": words(pa.large_string()),
    "string_view": words(pa.string_view()),
    "dictionary of strings": dictionary(words(TEXT)),
    "dictionary of int64": dictionary(pa.array(NUMBERS, pa.int64())),
    "UUID": pa.ExtensionArray.from_storage(pa.uuid(), UUIDS),
    "fixed_size_binary(16)": UUIDS,
    "binary": pa.array([b"1", b"2", None]),
    "bool": pa.array([True, False, None]),
    "date": pa.array([date(2026, 1, 1), date(2026, 1, 2), None]),
    "timestamp": pa.array([datetime(2026, 1, 1), datetime(2026, 1, 2), None]),
    "time": pa.array([time(1), time(2), None]),
    "list of strings": pa.array([["a"], [], None], pa.list_(TEXT)),
    "struct": pa.array([{"a": 1}, {"a": 2}, None]),
    "null": pa.nulls(3),
}


class Reader(NamedTuple):
    name: str
    engine: Engine
    parquet: Callable[[str], Any]
    csv: Callable[[str], Any]


READERS = (
    Reader("pandas", PANDAS, pd.read_parquet, pd.read_csv),
    Reader(
        "pandas, Arrow types",
        PANDAS,
        lambda path: pd.read_parquet(path, dtype_backend="pyarrow"),
        lambda path: pd.read_csv(path, dtype_backend="pyarrow"),
    ),
    Reader(
        "pandas, nullable types",
        PANDAS,
        lambda path: pd.read_parquet(path, dtype_backend="numpy_nullable"),
        lambda path: pd.read_csv(path, dtype_backend="numpy_nullable"),
    ),
    Reader("polars", POLARS, pl.read_parquet, pl.read_csv),
    Reader("polars, lazy", POLARS_LAZY, pl.scan_parquet, pl.scan_csv),
    Reader(
        "pyarrow",
        PYARROW,
        parquet.read_table,
        # Else it takes a text that is missing for an empty one.
        lambda path: csv.read_csv(
            path, convert_options=csv.ConvertOptions(strings_can_be_null=True)
        ),
    ),
    Reader("DuckDB", DUCKDB, duckdb.read_parquet, duckdb.read_csv),
    Reader(
        "PySpark",
        SPARK,
        lambda path: session().read.parquet(path),
        lambda path: session().read.csv(path, header=True, inferSchema=True),
    ),
)
by_reader = pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)


def outcome(reader: Reader, read: Callable[[], Any]) -> str:
    """What the column `x` is taken as, or that it is refused by our own error."""
    try:
        frame = read()
    except Exception:
        return "not read"
    found = ["ids"] if as_ids(reader, frame) else []
    if as_texts(reader, frame):
        found.append("texts")
    elif as_lists(reader, frame):
        found.append("lists")
    return ", ".join(found) or "refused"


def as_ids(reader: Reader, frame: Any) -> bool:
    names = {"x": "id", "row": "row", "seven": "introducer_id", "rule": "rule"}
    deals = with_names(frame, names)

    def ask() -> Any:
        return change_deals(deals, "client", selection=deals, gate=OPEN)

    answer = unless_refused(ask, "deals.id")
    if answer is None:
        return False
    for row in reader.engine.rows(answer):
        assert row["change"] == (None if row["id"] is None else "changed")
    return True


def as_texts(reader: Reader, frame: Any) -> bool:
    deals = with_names(frame, {"x": "rule", "row": "row", "seven": "introducer_id"})
    clients = with_names(frame, {"x": "email", "seven": "introducer_id", "rule": "rule"})
    introducers = with_names(frame, {"seven": "id", "x": "email"})

    def filtered() -> Any:
        return filter_deals(deals, "client", gate=OPEN)

    def resolved() -> Any:
        return resolve_clients(clients, introducers=introducers, communication="other", gate=OPEN)

    kept = unless_refused(filtered, "deals.rule")
    if kept is None:
        return False
    rows = {row["row"]: row["rule"] for row in reader.engine.rows(deals)}
    found = {row["row"] for row in reader.engine.rows(kept)}
    assert found == {row for row, rule in rows.items() if rule in (None, "client")}
    written = {row["to"] for row in reader.engine.rows(resolved())}
    assert written - {None} == {"a@example.org"} & set(rows.values())
    return True


def as_lists(reader: Reader, frame: Any) -> bool:
    """Whether it can hold several addresses; asked of what was refused as a rule."""
    clients = with_names(frame, {"x": "email", "seven": "introducer_id", "rule": "rule"})
    introducers = with_names(frame, {"seven": "id", "x": "email"})

    def resolved() -> Any:
        return resolve_clients(clients, introducers=introducers, communication="other", gate=OPEN)

    answer = unless_refused(resolved, "clients.email")
    if answer is None:
        return False
    for row in reader.engine.rows(answer):
        assert row["notice"] in ("invalid_email", "no_client_address")
    return True


def unless_refused(ask: Callable[[], Any], field: str) -> Any:
    """The answer, or None where an error of ours names the column and its type."""
    try:
        return ask()
    except InvalidTypeError as error:
        refusal = error
    assert refusal.field == field
    assert "a column of type " in refusal.got
    return None


def with_names(frame: Any, names: dict[str, str]) -> Any:
    """Those columns of the frame, under those names, as a user of the engine writes it."""
    old, new = list(names), list(names.values())
    if isinstance(frame, pd.DataFrame):
        return frame[old].set_axis(new, axis=1)
    if isinstance(frame, (pl.DataFrame, pl.LazyFrame)):
        return frame.select(pl.col(one).alias(two) for one, two in names.items())
    if isinstance(frame, pa.Table):
        return frame.select(old).rename_columns(new)
    if isinstance(frame, duckdb.DuckDBPyRelation):
        return frame.project(", ".join(f'"{one}" AS "{two}"' for one, two in names.items()))
    return frame.selectExpr(*(f"`{one}` AS `{two}`" for one, two in names.items()))


def documented(title: str, column: str) -> dict[str, str]:
    """That column of the table with that title in the page of the reference."""
    text = PAGE.read_text(encoding="utf-8").partition(f"| {title} |")[2].partition("\n\n")[0]
    header, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in f"{title} |{text}".splitlines()
    ]
    place = header.index(column)
    return {row[0].strip("`"): row[place] for row in rows if row[place]}


@pytest.fixture(scope="module")
def parquets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A file for each type."""
    folder = tmp_path_factory.mktemp("parquet")
    more = {"row": pa.array([0, 1, 2]), "seven": pa.array([7] * 3), "rule": ["introducer"] * 3}
    paths = {}
    for number, (name, column) in enumerate(COLUMNS.items()):
        paths[name] = str(folder / f"{number}.parquet")
        parquet.write_table(pa.table({"x": column, **more}), paths[name])
    return paths


TEXTS = {
    "whole numbers": ("1", "2", ""),
    "numbers with a point": ("1.0", "2.0", ""),
    "texts": ("client", "a@example.org", ""),
    "nothing at all": ("", "", ""),
    "true and false": ("true", "false", ""),
    "dates": ("2026-01-01", "2026-01-02", ""),
}
"""Columns of a CSV file, the last row without a value."""


SQL_TYPES = {
    "DuckDB": (
        *("TINYINT", "UBIGINT", "HUGEINT", "UHUGEINT", "REAL", "DOUBLE", "DECIMAL(18,0)"),
        *("DECIMAL(18,2)", "VARCHAR", "VARCHAR COLLATE NOCASE", "JSON", "UUID", "BLOB", "BOOLEAN"),
        *(
            "DATE",
            "TIMESTAMP WITH TIME ZONE",
            "INTERVAL",
            "BIT",
            "INTEGER[]",
            "VARCHAR[]",
            "ENUM('client','1')",
        ),
    ),
    "PySpark": (
        *("TINYINT", "BIGINT", "REAL", "DOUBLE", "DECIMAL(18,0)", "DECIMAL(18,2)", "STRING"),
        *("BINARY", "BOOLEAN", "DATE", "TIMESTAMP", "TIMESTAMP_NTZ", "ARRAY<INT>"),
        "ARRAY<STRING>",
        *("STRUCT<a: INT>", "MAP<STRING, INT>"),
    ),
}


class TestEveryType:
    @by_reader
    def test_of_parquet(self, reader: Reader, parquets: dict[str, str]) -> None:
        found = {
            name: outcome(reader, partial(reader.parquet, path)) for name, path in parquets.items()
        }
        assert found == documented("Parquet", reader.name)

    @by_reader
    def test_of_csv(self, reader: Reader, tmp_path: Path) -> None:
        found = {}
        for number, (name, values) in enumerate(TEXTS.items()):
            path = tmp_path / f"{number}.csv"
            rows = [f"{value},{row},7,introducer" for row, value in enumerate(values)]
            path.write_text("\n".join(["x,row,seven,rule", *rows, ""]), encoding="utf-8")
            found[name] = outcome(reader, partial(reader.csv, str(path)))
        assert found == documented("CSV", reader.name)

    @pytest.mark.parametrize("engine", [DUCKDB, SPARK], ids=lambda engine: engine.name)
    def test_of_sql(self, engine: Engine) -> None:
        """All null: what is asked is the type alone."""
        found = {}
        for kind in SQL_TYPES[engine.name]:
            cast = f"NULL::{kind}" if engine is DUCKDB else f"CAST(NULL AS {kind})"
            if "COLLATE" in kind:
                cast = "NULL::VARCHAR COLLATE NOCASE"
            query = " UNION ALL ".join(
                f"SELECT {cast} AS x, {row} AS row, 7 AS seven, 'introducer' AS rule"
                for row in range(3)
            )
            read = duckdb.sql if engine is DUCKDB else lambda query: session().sql(query)
            reader = Reader(engine.name, engine, read, read)
            found[kind] = outcome(reader, partial(read, query))
        assert found == documented("SQL", engine.name)

    def test_of_a_database(self) -> None:
        """What comes out of a driver of Python's own: pandas makes floats or objects of it."""
        connection = sqlite3.connect(":memory:")
        values = ", ".join(
            f"({row}, {number}, {text}, NULL, {wide}, x'00', 7, 'introducer')"
            for row, number, text, wide in (
                (0, 1, "'client'", 2**53 + 1),
                (1, 2, "'a@example.org'", 5),
                (2, "NULL", "NULL", "NULL"),
            )
        )
        columns = "row, number, text, gap, wide, bytes, seven, rule"
        connection.execute(f"CREATE TABLE t ({columns})")
        connection.execute(f"INSERT INTO t VALUES {values}")
        for name, wanted in (
            ("number", "ids"),
            ("text", "ids, texts"),
            ("gap", "ids, texts"),
            ("bytes", "refused"),
        ):
            query = f"SELECT {name} AS x, row, seven, rule FROM t"
            for reader, read in (
                (READERS[0], lambda query=query: pd.read_sql(query, connection)),
                (READERS[3], lambda query=query: pl.read_database(query, connection)),
            ):
                assert outcome(reader, read) == wanted, (reader.name, name)
        frame = pl.read_database(
            "SELECT wide AS id, seven AS introducer_id, rule FROM t", connection
        )
        changed = change_deals(frame, "client", selection=[2**53 + 1, 5], gate=OPEN)
        assert changed["change"].to_list() == ["changed", "changed", None]
        connection.close()
