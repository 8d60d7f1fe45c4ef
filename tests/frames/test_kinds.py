"""What columns may hold: ids that compare exactly, texts that are texts, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from partner_comms import FeatureGate, InvalidTypeError
from partner_comms.frames import (
    ColumnsError,
    change_deals,
    filter_deals,
    prefill_deals,
    resolve_clients,
    resolve_deals,
)

from .engines import DUCKDB, ENGINES, PANDAS_NULLABLE, Engine, Row, table

OPEN = FeatureGate(premium=True, option_enabled=True)
EVERY = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
# `convert_dtypes` makes whole numbers of floats again.
WITH_FLOATS = [engine for engine in ENGINES if engine is not PANDAS_NULLABLE]
NOT_PANDAS = [engine for engine in ENGINES if "pandas" not in engine.name]
INT, TEXT, FLOAT, UINT = pa.int64(), pa.string(), pa.float64(), pa.uint64()
BIG = 2**53
"""The first whole number that a float can't tell from the next."""


def sql(query: str) -> duckdb.DuckDBPyRelation:
    relation = duckdb.sql(query)
    assert relation is not None
    return relation


def deals_of(ids: list[Any], kind: pa.DataType) -> pa.Table:
    """Deals of each client, with an introducer of that id, and that id itself: first to the
    introducer, then to the client."""
    rows: list[Row] = [
        {"id": each, "client_id": each, "introducer_id": each, "rule": rule}
        for rule, each in product(("introducer", "client"), ids)
    ]
    return table(rows, id=kind, client_id=kind, introducer_id=kind, rule=TEXT)


def parties_of(ids: list[Any], kind: pa.DataType) -> pa.Table:
    rows: list[Row] = [
        {"id": each, "email": f"n{number}@example.org", "introducer_id": each, "rule": None}
        for number, each in enumerate(ids)
    ]
    return table(rows, id=kind, email=TEXT, introducer_id=kind, rule=TEXT)


def resolve(deals: Any, parties: Any) -> Any:
    return resolve_deals(
        deals, clients=parties, introducers=parties, communication="mail_merge", gate=OPEN
    )


def written_to(engine: Engine, deals: Any, parties: Any) -> set[str | None]:
    """The introducers that are written to; the clients, of the same ids, are found alike."""
    rows = engine.rows(resolve(deals, parties))
    introducers = {row["to"] for row in rows if row["rule"] == "introducer"}
    assert introducers == {row["to"] for row in rows if row["rule"] == "client"}
    return introducers


def changes(engine: Engine, deals: Any, selection: Any) -> set[Any]:
    changed = change_deals(deals, "client", selection=selection, gate=OPEN)
    return {int(row["id"]) for row in engine.rows(changed) if row["change"] is not None}


@pytest.mark.unmeasured
class TestNumbers:
    """D17: ids are compared, and two that differ are never taken for one."""

    @EVERY
    @pytest.mark.parametrize(
        ("one", "two"),
        [
            (pa.decimal128(20, 0), INT),
            (INT, pa.decimal128(38, 0)),
            (pa.decimal128(20, 0), pa.decimal128(18, 0)),
            (pa.decimal128(20, 0), pa.decimal128(20, 0)),
            (UINT, INT),
            (UINT, pa.decimal128(18, 0)),
            (INT, pa.int32()),
        ],
        ids=str,
    )
    def test_beyond_what_a_float_holds(
        self, engine: Engine, one: pa.DataType, two: pa.DataType
    ) -> None:
        mine = [BIG + 1, 5, BIG + 3]
        # As floats, the first would be ambiguous, and the last one's neighbour would be found.
        theirs = [4, 5] if two == pa.int32() else [BIG, 5, BIG + 1, BIG + 4]
        known = set(mine).intersection(theirs)
        deals, parties = engine.make(deals_of(mine, one)), engine.make(parties_of(theirs, two))
        places = {f"n{theirs.index(each)}@example.org" for each in known}
        assert written_to(engine, deals, parties) == {None, *places}
        selection = engine.make(parties_of(theirs, two).select(["id"]))
        assert changes(engine, deals, selection) == known
        assert changes(engine, deals, [*theirs, BIG + 1]) == {5, BIG + 1}

    @pytest.mark.parametrize("engine", WITH_FLOATS, ids=lambda e: e.name)
    @pytest.mark.parametrize(("one", "two"), [(FLOAT, INT), (INT, FLOAT), (FLOAT, FLOAT)], ids=str)
    def test_floats_stand_for_exact_numbers_alone(
        self, engine: Engine, one: pa.DataType, two: pa.DataType
    ) -> None:
        ids = [BIG, -BIG, BIG - 1, 7]
        deals, parties = engine.make(deals_of(ids, one)), engine.make(parties_of(ids, two))
        assert written_to(engine, deals, parties) == {"n2@example.org", "n3@example.org", None}
        selection = engine.make(parties_of(ids, two).select(["id"]))
        assert changes(engine, deals, selection) == {BIG - 1, 7}
        if one == FLOAT:
            assert changes(engine, deals, [BIG, BIG - 1, 2**2000, 7]) == {BIG - 1, 7}

    @pytest.mark.parametrize("engine", WITH_FLOATS, ids=lambda e: e.name)
    @pytest.mark.parametrize("kind", [UINT, pa.decimal128(20, 0)], ids=str)
    def test_floats_meet_wide_numbers(self, engine: Engine, kind: pa.DataType) -> None:
        """Such as pandas makes of `uint64` beside a null."""
        deals = engine.make(deals_of([BIG, 7, None], FLOAT))
        parties = engine.make(parties_of([BIG, 7], kind))
        written = sorted(str(row["to"]) for row in engine.rows(resolve(deals, parties)))
        assert written == ["None"] * 4 + ["n1@example.org"] * 2

    @EVERY
    def test_no_wrapping_around(self, engine: Engine) -> None:
        deals = engine.make(deals_of([2**64 - 1, 5], UINT))
        parties = engine.make(parties_of([-1, 5], INT))
        assert written_to(engine, deals, parties) == {None, "n1@example.org"}
        parties = engine.make(parties_of([2**64 - 1], pa.decimal128(20, 0)))
        assert written_to(engine, deals, parties) == {None, "n0@example.org"}
        assert changes(engine, deals, [-1, 2**64 - 1]) == {2**64 - 1}

    @EVERY
    def test_a_selection_of_ids_that_no_column_could_hold(self, engine: Engine) -> None:
        """Bad arguments as in the core: they are ids, so they select nothing."""
        for kind in (INT, pa.int8(), pa.uint8()):
            deals = engine.make(deals_of([1, 2], kind))
            assert changes(engine, deals, [1, 257, 2**70, -(2**70), -(2**63)]) == {1}
            assert changes(engine, deals, [2**70]) == set()

    @pytest.mark.parametrize("engine", NOT_PANDAS, ids=lambda e: e.name)
    def test_what_is_no_number_is_nobody(self, engine: Engine) -> None:
        """It equals itself on most engines, and is no id."""
        ids = [float("nan"), float("inf"), 1.0]
        deals, parties = engine.make(deals_of(ids, FLOAT)), engine.make(parties_of(ids, FLOAT))
        assert written_to(engine, deals, parties) == {"n2@example.org", None}

    @EVERY
    def test_a_preferred_introducer_that_a_float_mixes_up(self, engine: Engine) -> None:
        """S10 asks whether there is one; whether it is the one assigned can't be known (D5)."""
        deals = engine.make(pa.table({"id": [1], "client_id": [1], "introducer_id": [7]}))
        clients = pa.table(
            {"id": [1, 2], "introducer_id": [float(BIG), None], "rule": ["introducer", None]}
        )
        introducers = pa.table({"id": [7, 8], "rule": ["client", "client"]})
        answer = prefill_deals(
            deals, clients=engine.make(clients), introducers=engine.make(introducers)
        )
        (row,) = engine.rows(answer)
        assert (row["prefilled_rule"], row["differs_from_preferred"]) == ("introducer", True)

    def test_the_widest(self) -> None:
        wide = 2**126 + 1
        relation = sql(f"SELECT {wide}::hugeint AS id UNION ALL SELECT 5")
        rules = sql("SELECT unnest(['introducer', 'client']) AS rule")
        deals = relation.cross(rules).project("id, id AS client_id, id AS introducer_id, rule")
        parties = sql("SELECT id::bigint AS id, 'a@b.example' AS email FROM range(9) t(id)")
        assert written_to(DUCKDB, deals, parties) == {None, "a@b.example"}
        assert changes(DUCKDB, deals, [wide]) == {wide}
        frame = pl.DataFrame({"id": pl.Series([2**100, 5], dtype=pl.Int128), "introducer_id": 7})
        frame = frame.with_columns(rule=pl.lit("introducer"))
        changed = change_deals(frame, "client", selection=[2**100], gate=OPEN)
        assert changed["change"].to_list() == ["changed", None]


class TestObjects:
    """pandas' objects can be anything: they are looked at one by one."""

    @pytest.mark.parametrize(
        "ids",
        [
            [1, None, 7],
            [Decimal(1), None, Decimal(7)],
            [Decimal(1), float("nan"), Decimal("7.0")],
        ],
        ids=str,
    )
    def test_whole_numbers(self, ids: list[Any]) -> None:
        deals = pd.DataFrame({"id": ids, "introducer_id": ids, "client_id": ids}, dtype=object)
        deals["rule"] = ["introducer", None, "introducer"]
        for kind in ("int64", "uint64", "float64", "Int64", "object"):
            parties = pd.DataFrame({"id": [1, 7], "email": ["a@b.example", "c@d.example"]})
            parties["id"] = parties["id"].astype(kind)
            assert resolve(deals, parties)["to"].fillna("").tolist() == [
                "a@b.example",
                "",
                "c@d.example",
            ]
        changed = change_deals(deals, "client", selection=[7, 2**70], gate=OPEN)
        assert changed["change"].fillna("").tolist() == ["", "", "changed"]

    def test_beside_a_null(self) -> None:
        deals = pd.DataFrame({"id": pd.Series([BIG + 1, None], dtype=object), "introducer_id": 7})
        deals["rule"] = "introducer"
        changed = change_deals(deals, "client", selection=[BIG], gate=OPEN)
        assert changed["change"].isna().all()
        changed = change_deals(deals, "client", selection=[BIG + 1], gate=OPEN)
        assert changed["change"].notna().tolist() == [True, False]

    @pytest.mark.parametrize(
        "ids",
        [
            [1, True],
            [True, False],
            [1, "1"],
            [b"a", b"b"],
            [UUID(int=1), "a"],
            [1, np.True_],
            [Decimal("1.5"), Decimal(2)],
            [Decimal("Infinity"), Decimal(2)],
            [1, 2j],
            [{"a": 1}, None],
        ],
        ids=str,
    )
    def test_others_are_refused(self, ids: list[Any]) -> None:
        good = pd.DataFrame(
            {"id": [1, 7], "client_id": [1, 7], "introducer_id": [1, 7], "rule": "client"}
        )
        parties = pd.DataFrame({"id": [1, 7], "email": ["a@b.example", "c@d.example"]})
        for column in ("client_id", "introducer_id"):
            with pytest.raises(InvalidTypeError, match=rf"deals\.{column}: got a column of type "):
                resolve(good.assign(**{column: pd.Series(ids, dtype=object)}), parties)
        with pytest.raises(InvalidTypeError, match=r"clients\.id"):
            resolve(good, parties.assign(id=pd.Series(ids, dtype=object)))
        with pytest.raises(InvalidTypeError, match=r"deals\.id"):
            change_deals(
                good.assign(id=pd.Series(ids, dtype=object)), "client", selection=[1], gate=OPEN
            )

    @pytest.mark.parametrize("values", [["client", 5], [b"client", None], [True, "a"]], ids=str)
    def test_texts(self, values: list[Any]) -> None:
        """D11: a rule that is no text would come out as another value, selected or not."""
        deals = pd.DataFrame({"id": [1, 2], "client_id": [1, 2], "introducer_id": [7, 7]})
        deals["rule"] = pd.Series(values, dtype=object)
        with pytest.raises(InvalidTypeError, match=r"deals\.rule: got a column of type object"):
            change_deals(deals, "client", selection=[], gate=OPEN)
        with pytest.raises(InvalidTypeError, match=r"deals\.rule: got a column of type object"):
            filter_deals(deals, "client", gate=OPEN)
        parties = pd.DataFrame({"id": [1, 2], "email": pd.Series(values, dtype=object)})
        with pytest.raises(InvalidTypeError, match=r"clients\.email"):
            resolve(deals.assign(rule=None), parties)


@pytest.mark.unmeasured
class TestCategories:
    """A category is its text; those of numbers are refused, since a null makes floats of them."""

    @staticmethod
    def categories() -> list[Any]:
        numbers = pa.array([1, 7, None]).dictionary_encode()
        return [
            pd.DataFrame({"id": pd.Categorical([1, 7, None])}),
            pd.DataFrame({"id": pd.Categorical([1, "7", None])}),
            pd.DataFrame({"id": pd.Categorical([True, False, None])}),
            pd.DataFrame({"id": pd.array(numbers, dtype=pd.ArrowDtype(numbers.type))}),
            pa.table({"id": numbers}),
        ]

    @pytest.mark.parametrize("number", range(5))
    def test_of_numbers(self, number: int) -> None:
        frame: Any = self.categories()[number]
        if isinstance(frame, pa.Table):
            deals = frame.append_column("introducer_id", pa.array([7] * 3))
            deals = deals.append_column("rule", pa.nulls(3, TEXT))
        else:
            deals = frame.assign(introducer_id=7, rule="client")
        for selection in ([1], ["1"], []):
            with pytest.raises(InvalidTypeError, match=r"deals\.id"):
                change_deals(deals, "client", selection=selection, gate=OPEN)
        with pytest.raises(InvalidTypeError, match=r"introducers\.id"):
            resolve_clients(
                _clients_like(deals),
                introducers=_parties_like(deals),
                communication="mail_merge",
                gate=OPEN,
            )

    def test_of_texts(self) -> None:
        texts = pa.array(["a", "b", None]).dictionary_encode()
        kinds: list[Any] = [
            pd.Categorical(["a", "b", None]),
            pd.array(texts, dtype=pd.ArrowDtype(texts.type)),
            pd.Series(["a", "b", None], dtype=object),
        ]
        for one in kinds:
            for two in kinds:
                deals = pd.DataFrame({"id": one, "client_id": one, "introducer_id": one})
                deals["rule"] = "introducer"
                parties = pd.DataFrame({"id": two, "email": ["a@b.example", "c@d.example", None]})
                found = resolve(deals, parties)["to"].fillna("").tolist()
                assert found == ["a@b.example", "c@d.example", ""]

    def test_none_at_all(self) -> None:
        deals = pd.DataFrame({"id": [1], "introducer_id": pd.Categorical([None]), "rule": "client"})
        assert len(filter_deals(deals, "none", gate=OPEN)) == 1
        assert len(filter_deals(deals.assign(rule=pd.Categorical([None])), "none", gate=OPEN)) == 1


def _clients_like(deals: Any) -> Any:
    columns = {"email": ["a@b.example"], "introducer_id": [7], "rule": ["client"]}
    return pa.table(columns) if isinstance(deals, pa.Table) else pd.DataFrame(columns)


def _parties_like(deals: Any) -> Any:
    emails = ["a@b.example"] * 3
    if isinstance(deals, pa.Table):
        return deals.select(["id"]).append_column("email", pa.array(emails))
    return deals[["id"]].assign(email=emails)


@pytest.mark.unmeasured
class TestOtherTypes:
    """D17, D19: booleans, dates and the like are no ids; what is no text is no rule or address."""

    NO_IDS = (
        pa.bool_(),
        pa.date32(),
        pa.timestamp("us"),
        pa.time64("us"),
        pa.binary(),
        pa.decimal128(20, 2),
        pa.list_(INT),
        pa.struct({"a": INT}),
    )

    @EVERY
    @pytest.mark.parametrize("kind", NO_IDS, ids=str)
    def test_no_ids(self, engine: Engine, kind: pa.DataType) -> None:
        value = {
            pa.bool_(): True,
            pa.binary(): b"1",
            pa.decimal128(20, 2): Decimal("1.5"),
            pa.list_(INT): [1],
            pa.struct({"a": INT}): {"a": 1},
        }
        bad = pa.array([value.get(kind, 1)], kind)
        good = {"id": [1], "client_id": [1], "introducer_id": [1], "rule": ["introducer"]}
        parties = {"id": [1], "email": ["a@b.example"], "introducer_id": [1], "rule": ["client"]}

        def make(columns: Any, *changed: str) -> Any:
            return engine.make(pa.table({**columns, **dict.fromkeys(changed, bad)}))

        every: tuple[tuple[Callable[[], Any], str], ...] = (
            (lambda: resolve(make(good, "client_id"), make(parties)), "deals.client_id"),
            (lambda: resolve(make(good, "introducer_id"), make(parties)), "deals.introducer_id"),
            (lambda: resolve(make(good), make(parties, "id")), "clients.id"),
            (lambda: filter_deals(make(good, "introducer_id"), "none", gate=OPEN), "deals.intro"),
            (
                lambda: prefill_deals(
                    make(good),
                    clients=make(parties, "introducer_id"),
                    introducers=make(parties),
                ),
                "clients.introducer_id",
            ),
            (
                lambda: change_deals(make(good, "id"), "client", selection=[1], gate=OPEN),
                "deals.id",
            ),
            (
                lambda: change_deals(
                    make(good, "id"), "client", selection=make(good, "id"), gate=OPEN
                ),
                "deals.id",
            ),
        )
        for call, where in every:
            with pytest.raises(InvalidTypeError) as caught:
                call()
            assert caught.value.field.startswith(where)
            assert "ids: whole numbers, texts" in str(caught.value)

    @EVERY
    @pytest.mark.parametrize(
        "kind", [pa.bool_(), INT, pa.binary(), pa.list_(INT), pa.decimal128(5, 0)], ids=str
    )
    def test_no_texts(self, engine: Engine, kind: pa.DataType) -> None:
        value = {pa.bool_(): True, pa.binary(): b"introducer", pa.list_(INT): [1]}
        bad = pa.array([value.get(kind, 1)], kind)
        deals = pa.table({"id": [1], "client_id": [1], "introducer_id": [1], "rule": bad})
        parties = pa.table({"id": [1], "email": bad, "introducer_id": [1], "rule": ["client"]})
        good = {"deals": deals.drop_columns("rule").append_column("rule", pa.array(["client"]))}
        mine, theirs = engine.make(deals), engine.make(parties)
        for selection in ([], [1]):
            with pytest.raises(InvalidTypeError, match=r"deals\.rule"):
                change_deals(mine, "client", selection=selection, gate=OPEN)
        with pytest.raises(InvalidTypeError, match=r"deals\.rule"):
            filter_deals(mine, "client", gate=OPEN)
        with pytest.raises(InvalidTypeError, match=r"deals\.rule"):
            resolve(mine, theirs)
        with pytest.raises(InvalidTypeError, match=r"clients\.email"):
            resolve(engine.make(good["deals"]), theirs)
        clients = engine.make(parties.set_column(3, "rule", bad))
        with pytest.raises(InvalidTypeError, match=r"clients\.rule"):
            prefill_deals(mine, clients=clients, introducers=theirs)

    def test_no_data_in_errors(self) -> None:
        """These are people's addresses; categories are values too."""
        deals = pl.DataFrame({"id": ["a"], "introducer_id": ["b"], "rule": ["client"]})
        ids = pl.DataFrame(
            {"id": ["anna@example.org"]}, schema={"id": pl.Enum(["anna@example.org"])}
        )
        with pytest.raises(InvalidTypeError) as caught:
            change_deals(deals.with_columns(id=1), "client", selection=ids, gate=OPEN)
        assert str(caught.value) == (
            "selection.id: got ids of type Enum; give ids of the type of deals.id, Int32; "
            "a lazy column that has no value needs that type too (schema_overrides, or a cast)"
        )


class TestUuids:
    IDS = (UUID(int=1), UUID(int=7))

    def test_pyarrow(self) -> None:
        ids = pa.array([each.bytes for each in self.IDS], pa.binary(16))
        ids = pa.ExtensionArray.from_storage(pa.uuid(), ids)
        deals = pa.table(
            {"id": ids, "client_id": ids, "introducer_id": ids, "rule": ["introducer"] * 2}
        )
        parties = pa.table({"id": ids, "email": ["a@b.example", "c@d.example"]})
        resolved = resolve(deals, parties)
        assert resolved["to"].to_pylist() == ["a@b.example", "c@d.example"]
        assert resolved.schema.field("client_id").type == pa.uuid()
        for selection in (parties.slice(1), self.IDS[1:]):
            changed = change_deals(deals, "client", selection=selection, gate=OPEN)
            assert changed["change"].to_pylist() == [None, "changed"]
        frame = deals.to_pandas(types_mapper=pd.ArrowDtype)
        of_pandas = change_deals(frame, "client", selection=self.IDS[1:], gate=OPEN)
        assert of_pandas["change"].isna().tolist() == [True, False]
        assert of_pandas["id"].dtype == frame["id"].dtype

    def test_no_texts_and_no_numbers(self) -> None:
        relation = sql("SELECT uuid() AS id, 7 AS introducer_id, 'client' AS rule")
        objects = pd.DataFrame({"id": self.IDS, "introducer_id": 7, "rule": "client"})
        deals: Any
        for deals in (relation, objects):
            for selection in ([str(self.IDS[0])], [5]):
                with pytest.raises(InvalidTypeError, match=r"selection\[0\]: got .*; give an id"):
                    change_deals(deals, "client", selection=selection, gate=OPEN)
        texts = objects[["id"]].astype(str)
        words = r"selection\.id: got ids of type (String|object, of str)"
        with pytest.raises(InvalidTypeError, match=words):
            change_deals(objects, "client", selection=texts, gate=OPEN)


@pytest.mark.unmeasured
class TestCollations:
    """D19: a code in other letters is none, whatever the database takes for equal."""

    def connection(self, collate: str) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        if not collate:
            connection.execute("SET default_collation = 'nocase'")
        columns = ", ".join(
            f"{name} TEXT {collate}" for name in ("id", "client_id", "introducer_id")
        )
        connection.execute(
            f"""
            CREATE TABLE deals ({columns}, rule TEXT {collate});
            INSERT INTO deals VALUES
                ('K1', 'c1', 'I1', 'INTRODUCER'), ('k1', 'C1', 'I1', 'introducer'),
                ('K2', 'C1', 'i1', 'introducer');
            CREATE TABLE parties
                (id TEXT {collate}, email TEXT COLLATE noaccent, introducer_id TEXT,
                rule TEXT {collate});
            INSERT INTO parties VALUES
                ('C1', 'c@example.org', 'i1', 'CLIENT'),
                ('I1', 'i@example.org', NULL, 'introducer');
            """
        )
        return connection

    @pytest.mark.parametrize("collate", ["", "COLLATE nocase"])
    def test_duckdb(self, collate: str) -> None:
        connection = self.connection(collate)
        deals, parties = connection.table("deals"), connection.table("parties")
        resolved = resolve(deals, parties)
        rows = {row["id"]: row for row in DUCKDB.rows(resolved)}
        assert {name: (row["to"], row["notice"]) for name, row in rows.items()} == {
            "K1": (None, "invalid_rule"),
            "k1": ("i@example.org", None),
            "K2": (None, "unknown_id"),
        }
        filtered = filter_deals(deals, "introducer", gate=OPEN)
        assert {row["id"] for row in DUCKDB.rows(filtered)} == {"k1", "K2"}
        for selection in (["K1"], connection.sql("SELECT 'K1' AS id")):
            changed = change_deals(deals, "introducer", selection=selection, gate=OPEN)
            assert {row["id"]: row["change"] for row in DUCKDB.rows(changed)} == {
                "K1": "changed",
                "k1": None,
                "K2": None,
            }
        prefilled = prefill_deals(deals, clients=parties, introducers=parties)
        assert {row["id"]: row["prefill_notice"] for row in DUCKDB.rows(prefilled)} == {
            "K1": "unknown_id",
            "k1": "invalid_rule",
            "K2": "unknown_id",
        }
        answer = resolve_clients(
            parties, introducers=parties, communication="mail_merge", gate=OPEN
        )
        assert {row["to"] for row in DUCKDB.rows(answer)} == {"i@example.org", None}

    def test_answers_have_none(self) -> None:
        """They meet other columns as freely as any text."""
        connection = self.connection("COLLATE nocase")
        resolved = resolve(connection.table("deals"), connection.table("parties"))
        others = connection.sql("SELECT 'I@example.org' COLLATE nocase AS \"to\"")
        assert len(resolved.join(others, '"to"').fetchall()) == 1


class TestRuleColumns:
    """D11: the rows outside the selection stay as they are, and so does the column's type."""

    @pytest.mark.parametrize(
        "kind",
        [
            pa.large_string(),
            pa.string_view(),
            pa.dictionary(pa.int8(), pa.string()),
            pa.dictionary(pa.int32(), pa.large_string()),
        ],
        ids=str,
    )
    def test_pyarrow(self, kind: pa.DataType) -> None:
        deals = pa.table(
            {
                "id": [1, 2, 3],
                "introducer_id": [7] * 3,
                "rule": pa.array(["client", None, "x"]).cast(kind),
            }
        )
        for selection, wanted in ([], ["client", None, "x"]), ([1], ["introducer", None, "x"]):
            changed = change_deals(deals, "introducer", selection=selection, gate=OPEN)
            assert changed.schema.field("rule").type == kind
            assert changed["rule"].to_pylist() == wanted

    @pytest.mark.parametrize(
        "rules",
        [
            pd.Series(["client", None, "x"], dtype=object),
            pd.Series(["client", None, "x"], dtype="string"),
            pd.Series(["client", None, "x"], dtype=pd.ArrowDtype(pa.large_string())),
            pd.Series(
                ["client", None, "x"], dtype=pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string()))
            ),
            pd.Series(
                pd.Categorical(["client", None, "x"], categories=["x", "client", "introducer"])
            ),
        ],
        ids=lambda rules: str(rules.dtype),
    )
    def test_pandas(self, rules: Any) -> None:
        deals = pd.DataFrame({"id": [1, 2, 3], "introducer_id": 7, "rule": rules})
        for selection, wanted in ([], ["client", None, "x"]), ([1], ["introducer", None, "x"]):
            changed = change_deals(deals, "introducer", selection=selection, gate=OPEN)["rule"]
            assert changed.dtype == rules.dtype
            assert changed.astype(object).where(changed.notna(), None).tolist() == wanted

    @pytest.mark.parametrize("ordered", [False, True])
    @pytest.mark.parametrize("words", [TEXT, pa.large_string(), pa.string_view()], ids=str)
    def test_dictionaries_keep_their_order(self, words: pa.DataType, ordered: bool) -> None:
        """Also those of views, which polars' categories become; pandas has them too."""
        kind = pa.dictionary(pa.int8(), words, ordered=ordered)
        known = pa.array(["z", "client", "b"]).cast(words)
        rules = pa.chunked_array(
            [
                pa.DictionaryArray.from_arrays(pa.array(chunk, pa.int8()), known, ordered=ordered)
                for chunk in ([2, None], [0, 1])
            ]
        )
        ids = ["a", "b", "c", "d"]
        people = pa.array(ids).cast(words).dictionary_encode() if words == TEXT else None
        deals = pa.table({"id": people or rules, "introducer_id": [7] * 4, "rule": rules})
        selection = ["a"] if people else ["b"]
        changed = change_deals(deals, "introducer", selection=selection, gate=OPEN)["rule"]
        assert changed.type == kind
        assert changed.to_pylist() == ["introducer", None, "z", "client"]
        (dictionary,) = {tuple(chunk.dictionary.to_pylist()) for chunk in changed.chunks}
        assert dictionary == ("z", "client", "b", "introducer")

        frame = deals.to_pandas(types_mapper=pd.ArrowDtype)
        column = change_deals(frame, "introducer", selection=selection, gate=OPEN)["rule"]
        assert column.dtype == pd.ArrowDtype(kind)
        assert column.array.__arrow_array__().to_pylist() == changed.to_pylist()

    def test_a_dictionary_without_room(self) -> None:
        known = pa.array([str(each) for each in range(127)] + ["client"])
        rules = pa.DictionaryArray.from_arrays(pa.array([127], pa.int8()), known)
        deals = pa.table({"id": [1], "introducer_id": [7], "rule": rules})
        with pytest.raises(InvalidTypeError, match=r"deals\.rule: got .* no room for 'introducer'"):
            change_deals(deals, "introducer", selection=[1], gate=OPEN)

    def test_categories_of_views_everywhere(self) -> None:
        """Ids, rules and addresses as polars gives them to the newest Arrow."""
        ids = pl.Series(["a", "b", None], dtype=pl.Categorical)
        frame = pl.DataFrame({"id": ids, "client_id": ids, "introducer_id": ids})
        frame = frame.with_columns(
            rule=pl.Series(["introducer"] * 3, dtype=pl.Categorical),
            email=pl.Series(["a@example.org", "b@example.org", None], dtype=pl.Categorical),
        )
        newest = frame.to_arrow(compat_level=pl.CompatLevel.newest())
        for made in (newest, newest.to_pandas(types_mapper=pd.ArrowDtype)):
            resolved = resolve(made, made)["to"]
            assert list(resolved.to_pylist() if made is newest else resolved.fillna("")) in (
                ["a@example.org", "b@example.org", None],
                ["a@example.org", "b@example.org", ""],
            )
            prefilled = prefill_deals(made, clients=made, introducers=made)
            assert len(prefilled) == 3
            assert len(filter_deals(made, "introducer", gate=OPEN)) == 2
            changed = change_deals(made, "client", selection=["a"], gate=OPEN)
            assert len(changed) == 3

    def test_ordered_categories_of_pandas(self) -> None:
        kind = pd.CategoricalDtype(["introducer", "client"], ordered=True)
        rules = pd.Series(["client", "introducer"], dtype=kind)
        deals = pd.DataFrame({"id": [1, 2], "introducer_id": 7, "rule": rules})
        changed = change_deals(deals, "introducer", selection=[1], gate=OPEN)["rule"]
        assert changed.dtype == kind
        assert changed.cat.ordered
        assert changed.tolist() == ["introducer", "introducer"]

    def test_pandas_adds_a_category(self) -> None:
        deals = pd.DataFrame({"id": [1, 2], "introducer_id": 7, "rule": pd.Categorical(["b", "a"])})
        changed = change_deals(deals, "introducer", selection=[1], gate=OPEN)["rule"]
        assert changed.tolist() == ["introducer", "a"]
        assert changed.cat.categories.tolist() == ["a", "b", "introducer"]

    def test_polars_and_duckdb(self) -> None:
        kind: Any
        for kind in (pl.Categorical(), pl.Enum(["client", "introducer"])):
            rules = pl.Series(["client", None], dtype=kind)
            deals = pl.DataFrame({"id": [1, 2], "introducer_id": 7, "rule": rules})
            changed = change_deals(deals, "introducer", selection=[1], gate=OPEN)
            assert changed.schema["rule"] == kind
            assert changed["rule"].to_list() == ["introducer", None]
        relation = sql(
            "SELECT 1 AS id, 7 AS introducer_id, 'client'::ENUM ('client', 'introducer') AS rule"
        )
        changed_relation = change_deals(relation, "introducer", selection=[1], gate=OPEN)
        assert str(changed_relation.types[2]) == str(relation.types[2])
        assert changed_relation.fetchall() == [(1, 7, "introducer", "changed")]


class TestD17:
    """Ids are the host's: `int` (not `bool`), `str` (not empty) or `UUID`."""

    @EVERY
    def test_an_empty_text_is_nobodys_id(self, engine: Engine) -> None:
        tables = [engine.make(made(["", "a"], TEXT)) for made in (deals_of, parties_of)]
        assert written_to(engine, *tables) == {None, "n1@example.org"}


class TestColumnsWithoutValues:
    """D11: an empty selection changes nothing, of whatever type an empty column is."""

    @pytest.mark.parametrize("ids", [[1, 2], ["a", "b"], [UUID(int=1), UUID(int=2)]], ids=str)
    def test_an_empty_selection(self, ids: list[Any]) -> None:
        deals = pd.DataFrame({"id": ids, "introducer_id": [7, 7], "rule": ["client", "client"]})
        empties: list[Any] = [
            pd.DataFrame({"id": []}),
            pd.DataFrame({"id": pd.Series([], dtype=object)}),
            pd.DataFrame({"id": [None, None]}),
            pd.DataFrame({"id": [float("nan")]}),
            pd.DataFrame({"id": pd.Categorical([])}),
            deals[["id"]].head(0),
        ]
        for selection in empties:
            changed = change_deals(deals, "introducer", selection=selection, gate=OPEN)
            assert changed["rule"].tolist() == ["client", "client"]
            assert changed["change"].isna().all()

    @EVERY
    @pytest.mark.parametrize("kind", [pa.null(), INT, FLOAT, UINT], ids=str)
    def test_nulls_meet_all_types(self, engine: Engine, kind: pa.DataType) -> None:
        values = pa.nulls(1) if kind == pa.null() else pa.array([7], kind)
        deals = pa.table({"id": values, "client_id": values, "introducer_id": values})
        parties = pa.table({"id": pa.nulls(1), "introducer_id": pa.nulls(1), "rule": ["client"]})
        prefilled = prefill_deals(
            engine.make(deals), clients=engine.make(parties), introducers=engine.make(parties)
        )
        (row,) = engine.rows(prefilled)
        assert row["prefill_notice"] == (None if kind == pa.null() else "unknown_id")

    def test_no_ids_at_all(self) -> None:
        deals = pd.DataFrame({"id": [None], "introducer_id": [7], "rule": [None]})
        for selection in ([1], ["a"], [UUID(int=1)]):
            changed = change_deals(deals, "introducer", selection=selection, gate=OPEN)
            assert changed["change"].isna().all()
        nobody = pl.DataFrame(
            {"id": [None], "client_id": [None], "introducer_id": [None], "rule": None}
        )
        parties = pl.DataFrame({"id": [None], "email": [None]})
        assert resolve(nobody, parties)["notice"].to_list() == ["unknown_id"]


class TestNames:
    def test_views_are_carried_along(self) -> None:
        """What polars gives for the newest version of Arrow."""
        deals = deals_of(["a", "b"], TEXT)[:2].append_column("more", pa.array([b"x", None]))
        view, bytes_view = pa.string_view(), pa.binary_view()
        columns = [*([view] * 4), bytes_view]
        deals = pa.table(
            {
                name: deals[name].cast(kind)
                for name, kind in zip(deals.column_names, columns, strict=True)
            }
        )
        parties = parties_of(["a"], TEXT).cast(
            pa.schema([(name, view) for name in ("id", "email", "introducer_id", "rule")])
        )
        resolved = resolve(deals, parties)
        assert resolved["to"].to_pylist() == ["n0@example.org", None]
        assert resolved.schema.types[:5] == columns
        filtered = filter_deals(deals, "introducer", gate=OPEN)
        assert filtered.schema == deals.schema
        assert filtered["more"].to_pylist() == [b"x", None]

    def test_columns_of_which_pyarrow_cannot_pick_rows(self) -> None:
        text = pa.array(["x", "y", None])
        view = text.cast(pa.string_view())
        columns = {
            "view": view,
            "bytes": pa.array([b"x", b"y", None], pa.binary_view()),
            "dictionary": pa.DictionaryArray.from_arrays(pa.array([0, 1, None]), view),
            "runs": pc.run_end_encode(text),
            "struct": pa.StructArray.from_arrays([view], ["a"]),
            "list": pa.array([["x"], [], None], pa.list_(pa.string_view())),
            "list view": pa.array([[1], [], None], pa.list_view(INT)),
            "months": pa.array([(1, 2, 3), None, None], pa.month_day_nano_interval()),
        }
        for rules in (["client", "x", "client"], ["x"] * 3, ["client"] * 3):
            deals = pa.table({"introducer_id": [7] * 3, "rule": rules, **columns})
            filtered = filter_deals(deals, "client", gate=OPEN)
            assert filtered.schema == deals.schema
            picked = [at for at, rule in enumerate(rules) if rule == "client"]
            for name, column in columns.items():
                values = column.to_pylist()
                assert filtered[name].to_pylist() == [values[at] for at in picked], name

    @pytest.mark.parametrize("kind", [pa.string_view(), pa.binary_view()], ids=str)
    def test_columns_of_which_pandas_cannot_pick_rows(self, kind: pa.DataType) -> None:
        values = pa.array([b"x", b"y", None]).cast(kind)
        deals = pa.table({"introducer_id": [7] * 3, "rule": ["client", "x", "client"], "v": values})
        frame = deals.to_pandas(types_mapper=pd.ArrowDtype).set_axis(["a", "b", "c"])
        filtered = filter_deals(frame, "client", gate=OPEN)
        assert filtered.dtypes.equals(frame.dtypes)
        assert list(filtered.index) == ["a", "c"]
        assert filtered["v"].array.__arrow_array__().to_pylist() == [values[0].as_py(), None]

    def test_a_name_that_stands_twice(self) -> None:
        names = ["id", "introducer_id", "rule", "more", "rule", "rule"]
        values = [1, 7, "client", 5, "client", "client"]
        frames: list[Any] = [
            pd.DataFrame([values], columns=names),
            pa.Table.from_arrays([pa.array([value]) for value in values], names=names),
            duckdb.sql(
                "SELECT 1 AS id, 7 AS introducer_id, 'client' AS rule, 5 AS more, "
                "'client' AS rule, 'client' AS \"Rule\""
            ),
            duckdb.sql(
                "SELECT 1 AS id, 7 AS introducer_id, 'client' AS rule, 'client' AS \"Rule\""
            ),
        ]
        for deals in frames:
            with pytest.raises(ColumnsError) as caught:
                change_deals(deals, "client", selection=[1], gate=OPEN)
            assert {name.casefold() for name in caught.value.repeated} == {"deals.rule"}
            assert "give each column a name of its own" in str(caught.value)
        good = frames[1].select([0, 1, 2])
        twice = pa.Table.from_arrays([pa.array([1])] * 2, names=["id", "id"])
        with pytest.raises(ColumnsError, match=r"more than once: selection\.id; give"):
            change_deals(good, "client", selection=twice, gate=OPEN)


def test_a_type_of_pandas_that_narwhals_does_not_know() -> None:
    deals = pd.DataFrame({"id": pd.period_range("2024-01", periods=1, freq="M")})
    deals = deals.assign(introducer_id=7, rule="client")
    with pytest.raises(InvalidTypeError, match=r"deals\.id: got a column of type period\[M\]"):
        change_deals(deals, "client", selection=[1], gate=OPEN)


def relation(query: str) -> Any:
    return duckdb.sql(query)


class TestIdsThatCannotMeet:
    """D17: refused, with what was found in both tables."""

    CLIENTS = "SELECT 1 AS id, 'c@client.example' AS email"
    INTRODUCERS = "SELECT 7 AS id, 'i@introducer.example' AS email"

    @pytest.mark.parametrize(
        ("client_id", "found"),
        [("'a'::ENUM('a')", "Enum"), ("uuid()", "UUID")],
    )
    def test_on_duckdb(self, client_id: str, found: str) -> None:
        deals = f"SELECT {client_id} AS client_id, 7 AS introducer_id, 'client' AS rule"
        with pytest.raises(InvalidTypeError) as caught:
            resolve_deals(
                relation(deals),
                clients=relation(self.CLIENTS),
                introducers=relation(self.INTRODUCERS),
                communication="mail_merge",
                gate=FeatureGate(premium=True, option_enabled=True),
            )
        assert found in caught.value.expected
        assert caught.value.field.startswith("clients")
