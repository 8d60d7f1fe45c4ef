"""Ids one past every edge: two that differ are never taken for one, and no id ends a run."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import product
from typing import Any, ClassVar

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from partner_comms import FeatureGate, InvalidTypeError
from partner_comms.frames import change_deals, prefill_deals, resolve_deals

from .engines import (
    DUCKDB,
    ENGINES,
    PANDAS,
    PANDAS_ARROW,
    PANDAS_NULLABLE,
    POLARS,
    POLARS_LAZY,
    PYARROW,
    Engine,
    Row,
    rows_of,
    table,
)
from .spark import SPARK

OPEN = FeatureGate(premium=True, option_enabled=True)
# `convert_dtypes` makes whole numbers of floats again.
WITH_FLOATS = [engine for engine in ENGINES if engine is not PANDAS_NULLABLE]
# Older versions of narwhals don't know them: such a column is refused.
HALVES_ARE_KNOWN = hasattr(nw, "Float16")
WITH_HALVES = [each for each in WITH_FLOATS if HALVES_ARE_KNOWN and each.name != "DuckDB"]
EAGER = [engine for engine in ENGINES if engine not in (DUCKDB, POLARS_LAZY)]
INT, DECIMAL, TEXT = pa.int64(), pa.decimal128(20, 0), pa.string()

every = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)


def of(engine: Engine, ids: list[Any], kind: pa.DataType) -> Any:
    """Deals whose clients and introducers have those ids: first to the introducer, then to the
    client."""
    pairs = product(("introducer", "client"), ids)
    rows: list[Row] = [
        {"row": n, "id": each, "client_id": each, "introducer_id": each, "rule": rule}
        for n, (rule, each) in enumerate(pairs)
    ]
    return engine.make(table(rows, row=INT, id=kind, client_id=kind, introducer_id=kind, rule=TEXT))


def parties(engine: Engine, ids: list[Any], kind: pa.DataType) -> Any:
    """One party of each id, whose address names its place, and who prefers itself."""
    rows: list[Row] = [
        {"id": each, "email": f"n{n}@example.org", "introducer_id": each, "rule": None}
        for n, each in enumerate(ids)
    ]
    return engine.make(table(rows, id=kind, email=TEXT, introducer_id=kind, rule=TEXT))


def resolved(deals: Any, records: Any) -> Any:
    return resolve_deals(
        deals, clients=records, introducers=records, communication="mail_merge", gate=OPEN
    )


def found(engine: Engine, deals: Any, records: Any) -> list[int | None]:
    """For each deal the place of the party that it finds, the same in every function."""
    rows = rows_of(engine, resolved(deals, records), by="row")
    places = [row["to"] and int(row["to"].partition("@")[0][1:]) for row in rows]
    introducers, clients = places[: len(places) // 2], places[len(places) // 2 :]
    assert introducers == clients
    prefilled = prefill_deals(deals, clients=records, introducers=records)
    rows = rows_of(engine, prefilled, by="row")
    known = [each is not None for each in places]
    assert [row["prefill_source"] == "client" for row in rows] == known
    assert not any(row["differs_from_preferred"] for row in rows)
    changed = change_deals(deals, "client", selection=records, gate=OPEN)
    rows = rows_of(engine, changed, by="row")
    assert [row["change"] is not None for row in rows] == known
    return clients


@pytest.mark.unmeasured
class TestFloats:
    """D17: a float is the id that it says exactly, and no other: the limit follows its type."""

    @pytest.mark.parametrize(
        ("engine", "kind", "exact"),
        [
            *((engine, pa.float64(), 2**53) for engine in WITH_FLOATS),
            *((engine, pa.float32(), 2**24) for engine in WITH_FLOATS),
            *((engine, pa.float16(), 2**11) for engine in WITH_HALVES),
            (SPARK, pa.float32(), 2**24),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("other", [INT, pa.float64(), DECIMAL], ids=str)
    def test_one_past_the_edge(
        self, engine: Engine, kind: pa.DataType, exact: int, other: pa.DataType
    ) -> None:
        """From the limit on, a float is any of several ids: client 16,777,217's notice once went
        to client 16,777,216."""
        edge = [exact - 1, exact, -(exact - 1), -exact, 7, 0]
        written: list[Any] = [
            exact - 1, exact, exact + 1, 1 - exact, -exact, -exact - 1, 7, 0,
        ]  # fmt: skip
        if other == pa.float64() and exact == 2**53:
            written = [each for each in written if abs(each) <= exact]
        wanted = [written.index(exact - 1), None, written.index(1 - exact), None]
        wanted += [written.index(7), written.index(0)]
        deals = of(engine, [float(each) for each in edge], kind)
        records = parties(
            engine, [float(each) if other == pa.float64() else each for each in written], other
        )
        assert found(engine, deals, records) == wanted

    @pytest.mark.parametrize("engine", WITH_FLOATS, ids=lambda engine: engine.name)
    def test_what_is_no_whole_number(self, engine: Engine) -> None:
        """It is an id that no table has, even where the very same float is in it."""
        ids = [0.5, float("inf"), -float("inf"), 1.0, None]
        if "pandas" not in engine.name:
            ids.append(float("nan"))
        wanted = [None, None, None, 3, None, None][: len(ids)]
        deals, records = of(engine, ids, pa.float64()), parties(engine, ids, pa.float64())
        rows = rows_of(engine, resolved(deals, records), by="row")
        places = [f"n{each}@example.org" if each else None for each in wanted]
        assert [row["to"] for row in rows] == places * 2

    @pytest.mark.parametrize("engine", WITH_FLOATS, ids=lambda engine: engine.name)
    def test_zero_with_a_sign(self, engine: Engine) -> None:
        """0.0 and -0.0 are one id: where a table has both, it is ambiguous."""
        deals = of(engine, [-0.0, 0.0, 1.0], pa.float64())
        assert found(engine, deals, parties(engine, [0, 1], INT)) == [0, 0, 1]
        records = parties(engine, [-0.0, 0.0], pa.float64())
        notices = [row["notice"] for row in rows_of(engine, resolved(deals, records), by="row")]
        assert notices == ["ambiguous_id", "ambiguous_id", "unknown_id"] * 2

    @pytest.mark.parametrize("engine", WITH_FLOATS, ids=lambda engine: engine.name)
    @pytest.mark.parametrize("kind", [INT, pa.uint64(), pa.decimal128(38, 0)], ids=str)
    def test_ids_beyond_what_a_float_holds(self, engine: Engine, kind: pa.DataType) -> None:
        """They end no run: they are ids that the column of floats does not have."""
        ids = [2**53 + 1, 2**62 + 1, 5]
        floats = [float(2**53), float(2**62), 5.0]
        wanted = [None, None, 2]
        assert found(engine, of(engine, ids, kind), parties(engine, floats, pa.float64())) == wanted
        assert found(engine, of(engine, floats, pa.float64()), parties(engine, ids, kind)) == wanted


@pytest.mark.unmeasured
class TestIntegers:
    """D17: of any width, signed or not."""

    @every
    def test_beside_a_null(self, engine: Engine) -> None:
        """2^53 and 2^53 + 1 are two ids, also where pandas would rather have floats."""
        ids = [2**53, None, 2**53 + 1]
        records = [2**53 + 1, 2**53]
        made = of(engine, ids, INT)
        if engine.name.startswith("pandas"):
            made = of(PANDAS_ARROW, ids, INT)
        if engine.name == "pandas":
            made = made.astype({"id": "Int64", "client_id": object})
        assert found(engine, made, parties(engine, records, INT)) == [1, None, 0]

    @every
    @pytest.mark.parametrize(
        ("kind", "size"),
        [(INT, 2**63), (pa.int32(), 2**31), (pa.int16(), 2**15)],
        ids=str,
    )
    def test_one_past_the_edge(self, engine: Engine, kind: pa.DataType, size: int) -> None:
        """What has no room in the one column is an id of the other, and wraps around nowhere:
        it would be the id at the other end, or make that ambiguous."""
        ends, beyond = [size - 1, -size], [size, -size - 1]
        deals, ids = of(engine, ends, kind), [*beyond, *ends]
        assert found(engine, deals, parties(engine, ids, DECIMAL)) == [2, 3]
        records = parties(engine, ends, kind)
        assert found(engine, of(engine, ids, DECIMAL), records) == [None, None, 0, 1]
        changes = ["changed", "changed", "unchanged", "unchanged"]
        for chosen, wanted in (beyond, [None] * 4), (ends, changes):
            changed = change_deals(deals, "client", selection=chosen, gate=OPEN)
            assert [row["change"] for row in rows_of(engine, changed, by="row")] == wanted


class TestObjects:
    """What pandas makes of numbers in columns of objects."""

    @pytest.mark.unmeasured
    @pytest.mark.parametrize(
        ("ids", "wanted"),
        [
            ([7.0, None, 8.0], [0, None, 1]),
            ([7, None, 8.0], [0, None, 1]),
            ([np.int64(7), np.float32(8), float("nan")], [0, 1, None]),
            ([np.uint8(7), Decimal(8), pd.NA], [0, 1, None]),
            ([7.5, 8.0, float("inf")], [None, 1, None]),
            ([float(2**53), float(-(2**53)), 8], [None, None, 1]),
            ([np.float32(2**24), np.float32(-(2**24)), 8], [None, None, 1]),
            ([np.float16(2**11), np.float16(-(2**11)), 8], [None, None, 1]),
            ([float(1 - 2**53), -7, 8.0], [9, None, 1]),
            ([2**53 + 1, None, 8], [3, None, 1]),
            ([2**63, Decimal(2**63), 8], [None, None, 1]),
            ([2**64 + 7, 8], [None, 1]),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("kind", ["int64", "float64", "object", "Int64", "int64[pyarrow]"])
    def test_numbers(self, ids: list[Any], wanted: list[int | None], kind: str) -> None:
        pandas = ENGINES[0]
        made = of(pandas, [0] * len(ids), INT)
        for column in ("id", "client_id", "introducer_id"):
            made[column] = pd.Series(ids * 2, dtype=object)
        places = [7, 8, 2**53, 2**53 + 1, 2**24, 2**11, -(2**53), -(2**24), -(2**11), 1 - 2**53]
        records = parties(pandas, places, INT).astype({"id": kind, "introducer_id": kind})
        if kind == "float64":
            wanted = [None if each == 3 else each for each in wanted]
        assert found(pandas, made, records) == wanted

    def test_a_selection_of_wide_numbers(self) -> None:
        ids = [2**64 + 7, 8]
        made = of(PANDAS, [0, 0], INT).assign(id=pd.Series(ids * 2, dtype=object))
        changed = change_deals(made, "client", selection=ids[:1], gate=OPEN)
        assert [row["id"] for row in PANDAS.rows(changed)] == ids * 2
        changes = [row["change"] for row in PANDAS.rows(changed)]
        assert changes == ["changed", None, "unchanged", None]

    def test_the_idiom_for_nulls(self) -> None:
        """`where(notna(), None)` makes objects of floats: the same ids as before."""
        pandas = ENGINES[0]
        made = of(pandas, [7, None, 8], INT)
        idiom = made.astype(object).where(made.notna(), None)
        records = parties(pandas, [8, 7], INT)
        assert found(pandas, idiom, records) == found(pandas, made, records) == [1, None, 0]


def ids_of(kind: pa.DataType) -> list[Any]:
    return ["a", "b"] if kind == TEXT else [1, 2]


def distinct(engine: Engine, columns: Iterable[pa.Array]) -> list[pa.DataType]:
    """The types of the columns, once where pandas makes the same of several."""
    kinds: dict[Any, pa.DataType] = {}
    for column in columns:
        made = engine.make(pa.table({"id": column}))
        kinds.setdefault(made["id"].dtype if "pandas" in engine.name else column.type, column.type)
    return list(kinds.values())


KINDS = {
    engine: distinct(
        engine, [pa.array(ids_of(kind), kind) for kind in (INT, TEXT, pa.float64(), DECIMAL)]
    )
    for engine in EAGER
}
EMPTY = [pa.nulls(2, k) for k in (TEXT, pa.null(), pa.float32(), INT, pa.bool_(), pa.date32())]
WITHOUT_VALUES = [
    (engine, empty, kind)
    for engine in EAGER
    for empty in distinct(engine, EMPTY)
    for kind in KINDS[engine]
]


@pytest.mark.unmeasured
class TestColumnsWithoutValues:
    """A column that holds no value has no type to disagree with, where the engine knows."""

    @pytest.mark.parametrize(("engine", "empty", "kind"), WITHOUT_VALUES, ids=str)
    def test_no_introducer_yet(self, engine: Engine, empty: pa.DataType, kind: pa.DataType) -> None:
        """Such as an empty column of a CSV file, which is read as texts."""
        ids = ids_of(kind)
        deals = engine.make(
            table([{"id": each, "client_id": each} for each in ids], id=kind, client_id=kind)
            .append_column("introducer_id", pa.nulls(2, empty))
            .append_column("rule", pa.nulls(2, TEXT))
        )
        records = parties(engine, ids, kind)
        rows = engine.rows(resolved(deals, records))
        assert [row["to"] for row in rows] == ["n0@example.org", "n1@example.org"]
        prefilled = prefill_deals(deals, clients=records, introducers=records)
        assert [row["prefill_notice"] for row in engine.rows(prefilled)] == [None, None]
        changed = change_deals(deals, "client", selection=records, gate=OPEN)
        assert [row["change"] for row in engine.rows(changed)] == ["skipped", "skipped"]

    @pytest.mark.parametrize(
        ("engine", "kind"),
        [(each, kind) for each in (PANDAS_ARROW, POLARS, PYARROW) for kind in KINDS[each]],
        ids=str,
    )
    @pytest.mark.parametrize("empty", [TEXT, pa.null(), pa.float64(), INT], ids=str)
    def test_no_preferred_introducer_yet(
        self, engine: Engine, empty: pa.DataType, kind: pa.DataType
    ) -> None:
        """S11"""
        self.nobody_is_preferred(engine, kind, self.without_introducers(engine, kind, empty))

    DTYPES = ("object", "Int64", "str", "string", "float32", "float64", "category", "boolean")
    NOTHING: ClassVar = {
        **{dtype: pd.Series([None, None], dtype=dtype) for dtype in DTYPES},
        "object with NA": pd.Series([pd.NA, None], dtype=object),
    }

    @pytest.mark.parametrize("nothing", NOTHING)
    @pytest.mark.parametrize(
        ("engine", "kind"),
        [
            (engine, kind)
            for engine in (PANDAS, PANDAS_ARROW, PANDAS_NULLABLE)
            for kind in KINDS[engine]
        ],
        ids=str,
    )
    def test_all_types_that_pandas_has_for_nothing(
        self, engine: Engine, nothing: str, kind: pa.DataType
    ) -> None:
        """S11"""
        clients = self.without_introducers(engine, kind, TEXT)
        made = clients.assign(introducer_id=self.NOTHING[nothing])
        self.nobody_is_preferred(engine, kind, made)

    def without_introducers(self, engine: Engine, kind: pa.DataType, empty: pa.DataType) -> Any:
        ids = ids_of(kind)
        return engine.make(
            table([{"id": each} for each in ids], id=kind)
            .append_column("introducer_id", pa.nulls(2, empty))
            .append_column("rule", pa.nulls(2, TEXT))
        )

    def nobody_is_preferred(self, engine: Engine, kind: pa.DataType, clients: Any) -> None:
        ids = ids_of(kind)
        deals, records = of(engine, ids, kind), parties(engine, ids, kind)
        prefilled = prefill_deals(deals, clients=clients, introducers=records)
        rows = engine.rows(prefilled)
        assert [row["prefill_source"] for row in rows] == ["introducer"] * 4
        assert [row["differs_from_preferred"] for row in rows] == [False] * 4

    def test_where_the_engine_does_not_know(self) -> None:
        """Both columns are named, since the healthy one is not to blame."""
        deals = pl.LazyFrame(
            {"client_id": [1], "introducer_id": [None], "rule": ["client"]},
            schema_overrides={"introducer_id": pl.String},
        )
        records = pl.LazyFrame({"id": [1], "email": ["a@example.org"]})
        with pytest.raises(InvalidTypeError) as caught:
            resolve_deals(
                deals, clients=records, introducers=records, communication="other", gate=OPEN
            )
        assert str(caught.value) == (
            "introducers.id: got ids of type Int64; give ids of the type of deals.introducer_id, "
            "String; a lazy column that has no value needs that type too (schema_overrides, or a "
            "cast)"
        )
