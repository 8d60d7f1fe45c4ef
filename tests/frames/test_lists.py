"""Several addresses a party (D20): which columns are lists of texts, and what comes of them."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from partner_comms import FeatureGate, InvalidTypeError, is_email_address
from partner_comms.frames import resolve_clients, resolve_deals

from .addresses import NASTY
from .engines import DUCKDB, ENGINES, Engine, rows_of, table

OPEN = FeatureGate(premium=True, option_enabled=True)
EVERY = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
RULE = "client_and_introducer"
INT, TEXT, TEXTS = pa.int64(), pa.string(), pa.list_(pa.string())
CLIENT = ["a@example.org", None, "b@example.org"]
DEALS = table(
    [
        {"id": 1, "client_id": 1, "introducer_id": 7, "rule": "client_and_introducer"},
        {"id": 2, "client_id": 2, "introducer_id": 7, "rule": "introducer"},
        {"id": 3, "client_id": 2, "introducer_id": None, "rule": None},
    ],
    id=INT,
    client_id=INT,
    introducer_id=INT,
    rule=TEXT,
)


def clients(kind: pa.DataType = TEXTS) -> pa.Table:
    emails: list[Any] = [["a@example.org", None, "b@example.org"], []]
    if pa.types.is_fixed_size_list(kind):
        emails[1] = [None, None, None]
    rows = [{"id": number, "email": each} for number, each in enumerate(emails, 1)]
    return table(rows, id=INT, email=TEXTS).set_column(1, "email", _column(emails, kind))


def _column(emails: list[Any], kind: pa.DataType) -> pa.Array:
    if str(kind.value_type).startswith("dictionary"):
        texts = [text for each in emails for text in each]
        ends = [0, len(emails[0]), len(texts)]
        values = pa.array(texts).dictionary_encode()
        return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), values)
    return pa.array(emails, kind)


INTRODUCERS = table([{"id": 7, "email": "B@example.org"}], id=INT, email=TEXT)


def resolve(deals: Any, clients: Any, introducers: Any) -> Any:
    return resolve_deals(
        deals, clients=clients, introducers=introducers, communication="mail_merge", gate=OPEN
    )


def to_and_cc(engine: Engine, answer: Any) -> list[tuple[Any, Any]]:
    return [(row["to"], row["cc"]) for row in rows_of(engine, answer, by="id")]


WANTED = [(["a@example.org", "b@example.org"], None), (["B@example.org"], None), (None, None)]


@EVERY
def test_of_introducers_alone(engine: Engine) -> None:
    texts = pa.table({"id": [1, 2], "email": ["a@example.org", None]})
    lists = INTRODUCERS.set_column(1, "email", pa.array([["B@example.org"]]))
    answer = resolve(engine.make(DEALS), engine.make(texts), engine.make(lists))
    assert to_and_cc(engine, answer) == [(["a@example.org"], ["B@example.org"]), *WANTED[1:]]


class TestTypes:
    @pytest.mark.parametrize(
        "kind",
        [
            TEXTS,
            pa.large_list(pa.large_string()),
            pa.list_(TEXT, 3),
            pa.list_view(TEXT),
            pa.large_list_view(pa.large_string()),
            pa.list_(pa.string_view()),
            pa.list_(pa.dictionary(pa.int32(), TEXT)),
        ],
        ids=str,
    )
    def test_of_arrow(self, kind: pa.DataType) -> None:
        """Lists of any kind, in its own tables and behind pandas' columns."""
        source = clients(kind)
        answer = resolve(DEALS, source, INTRODUCERS)
        assert list(zip(*answer.select(["to", "cc"]).to_pydict().values(), strict=True)) == WANTED
        assert answer.schema.field("to").type == pa.list_(pa.large_string())
        frames = [
            each.to_pandas(types_mapper=pd.ArrowDtype) for each in (DEALS, source, INTRODUCERS)
        ]
        of_pandas = resolve(*frames)
        assert pa.array(of_pandas["to"]).to_pylist() == [to for to, _ in WANTED]
        assert of_pandas["cc"].isna().all()
        assert of_pandas["to"].dtype == pd.ArrowDtype(pa.list_(pa.large_string()))

    def test_of_pandas(self) -> None:
        """Lists, tuples and NumPy's arrays, which Parquet files become; nulls of any kind."""
        deals, introducers = DEALS.to_pandas(), INTRODUCERS.to_pandas()
        for make in (list, tuple, lambda texts: np.array(texts, dtype=object)):
            for null in (None, float("nan"), pd.NA):
                emails = pd.Series([make(["a@example.org", null, "b@example.org"]), null])
                frame = pd.DataFrame({"id": [1, 2], "email": emails})
                answer = resolve(deals, frame, introducers)
                assert answer["to"].tolist() == [to for to, _ in WANTED]
                assert answer["cc"].tolist() == [None] * 3
                assert answer["reason"].dtype == deals["rule"].dtype

    def test_of_pandas_mixed(self) -> None:
        """An Arrow-backed column beside objects makes the answers Arrow's."""
        introducers = INTRODUCERS.set_column(1, "email", pa.array([["B@example.org"]]))
        in_arrow = introducers.to_pandas(types_mapper=pd.ArrowDtype)
        answer = resolve(DEALS.to_pandas(), clients().to_pandas(), in_arrow)
        assert pa.array(answer["to"]).to_pylist() == [to for to, _ in WANTED]

    @pytest.mark.parametrize(
        "kind",
        [pl.List(pl.String), pl.Array(pl.String, 3), pl.List(pl.Categorical)],
        ids=str,
    )
    def test_of_polars(self, kind: Any) -> None:
        emails = [CLIENT, [None] * 3]
        frame = pl.DataFrame({"id": [1, 2], "email": pl.Series(emails, dtype=kind)})
        answer = resolve(pl.DataFrame(DEALS), frame, pl.DataFrame(INTRODUCERS))
        assert answer.select("to", "cc").rows() == WANTED
        assert answer.schema["to"] == pl.List(pl.String)

    def test_of_duckdb(self) -> None:
        """Of fixed size, of an enum, with a collation."""
        for kind in ("VARCHAR[]", "VARCHAR[3]", "ENUM('a@example.org', 'b@example.org')[]"):
            relation = duckdb.sql(
                f"SELECT 1 AS id, ['a@example.org', NULL, 'b@example.org']::{kind} AS email "
                "UNION ALL SELECT 2, NULL"
            )
            answer = resolve(
                duckdb.from_arrow(DEALS), relation, duckdb.from_arrow(INTRODUCERS)
            ).order("id")
            assert answer.project('"to", cc').fetchall() == WANTED
            assert [str(kind) for kind in answer.types[4:6]] == ["VARCHAR[]"] * 2
        connection = duckdb.connect()
        connection.execute(
            "CREATE TABLE clients (id BIGINT, email VARCHAR[]);"
            "SET default_collation = 'nocase';"
            "INSERT INTO clients VALUES (1, ['a@example.org', 'A@Example.org']);"
        )
        connection.register("deals", DEALS)
        connection.register("introducers", INTRODUCERS)
        answer = resolve(*map(connection.table, ("deals", "clients", "introducers")))
        assert answer.order("id").project('"to"').fetchall()[0] == (["a@example.org"],)

    @EVERY
    def test_of_nulls_alone(self, engine: Engine) -> None:
        nobody = pa.table({"id": [1, 2], "email": pa.array([[None], []], pa.list_(pa.null()))})
        frames = [engine.make(each) for each in (DEALS, nobody, INTRODUCERS)]
        if engine is DUCKDB and "INTEGER[]" in map(str, frames[1].types):
            assert duckdb.__version__ < "2"  # which takes nulls for integers
            with pytest.raises(
                InvalidTypeError, match=r"clients\.email: got a column of type List"
            ):
                resolve(*frames)
            return
        answer = resolve(*frames)
        assert to_and_cc(engine, answer)[1][0] in (["B@example.org"], "B@example.org")
        assert {row["notice"] for row in engine.rows(answer)} == {"no_client_address", None}

    @EVERY
    @pytest.mark.parametrize(
        "emails",
        [
            pa.array([[1], [2]]),
            pa.array([[["a@example.org"]], None]),
            pa.array([{"a": "a@example.org"}, None]),
            pa.array([[b"a@example.org"], None]),
        ],
        ids=lambda emails: str(emails.type),
    )
    def test_others_are_refused(self, engine: Engine, emails: pa.Array) -> None:
        strange = pa.table({"id": [1, 2], "email": emails})
        with pytest.raises(InvalidTypeError) as caught:
            resolve(*map(engine.make, (DEALS, strange, INTRODUCERS)))
        assert str(caught.value).startswith("clients.email: got a column of type ")
        assert str(caught.value).endswith("give texts, categories of texts, or lists of texts")

    @pytest.mark.parametrize(
        "emails",
        [["a@example.org", ["b@example.org"]], [["a@example.org", 5], None], [{"a"}, None]],
        ids=str,
    )
    def test_objects_of_several_kinds_are_refused(self, emails: list[Any]) -> None:
        frame = pd.DataFrame({"id": [1, 2], "email": pd.Series(emails, dtype=object)})
        with pytest.raises(InvalidTypeError, match=r"clients\.email: got a column of type object"):
            resolve(DEALS.to_pandas(), frame, INTRODUCERS.to_pandas())

    @EVERY
    def test_no_other_column_is_of_lists(self, engine: Engine) -> None:
        lists = pa.array([["client"]] * 3)
        for column in ("rule", "client_id"):
            place = DEALS.column_names.index(column)
            strange = DEALS.set_column(place, column, lists)
            with pytest.raises(InvalidTypeError, match=rf"deals\.{column}: got a column of type "):
                resolve(*map(engine.make, (strange, clients(), INTRODUCERS)))


class TestAddresses:
    """D16, D20: valid ones are used, in their order; the others are left out, and that is said."""

    @EVERY
    def test_every_engine_judges_them_as_the_core(self, engine: Engine) -> None:
        rows = [
            {"id": n, "email": [text, None, f"{n}@example.org"]} for n, text in enumerate(NASTY)
        ]
        source = table(rows, id=INT, email=TEXTS)
        source = source.append_column("introducer_id", pa.nulls(len(rows), INT))
        source = source.append_column("rule", pa.nulls(len(rows), TEXT))
        answer = resolve_clients(
            engine.make(source),
            introducers=engine.make(INTRODUCERS),
            communication="mail_merge",
            gate=OPEN,
        )
        for row, text in zip(rows_of(engine, answer, by="id"), NASTY, strict=True):
            valid, other = is_email_address(text), f"{row['id']}@example.org"
            assert row["to"] == ([text, other] if valid else [other])
            assert row["notice"] == (None if valid else "some_emails_invalid")

    @EVERY
    def test_empty_tables(self, engine: Engine) -> None:
        sources = (DEALS.slice(0, 0), clients().slice(0, 0), INTRODUCERS.slice(0, 0))
        assert engine.rows(resolve(*map(engine.make, sources))) == []

    @EVERY
    def test_addresses_that_only_other_pairs_share(self, engine: Engine) -> None:
        """D9, whose Cc lacks what To has, and no more."""
        pairs = [(client, introducer) for client in (1, 2) for introducer in (7, 8)]
        deals = table(
            [
                {"id": n, "client_id": client, "introducer_id": introducer, "rule": RULE}
                for n, (client, introducer) in enumerate(pairs)
            ],
            id=INT,
            client_id=INT,
            introducer_id=INT,
            rule=TEXT,
        )
        emails = {1: ["a@example.org"], 2: ["b@example.org"]}
        others = {7: ["A@example.org", "c@example.org"], 8: ["B@example.org"]}
        tables = [
            table([{"id": n, "email": each} for n, each in parties.items()], id=INT, email=TEXTS)
            for parties in (emails, others)
        ]
        answer = resolve(*map(engine.make, (deals, *tables)))
        assert to_and_cc(engine, answer) == [
            (["a@example.org"], ["c@example.org"]),
            (["a@example.org"], ["B@example.org"]),
            (["b@example.org"], ["A@example.org", "c@example.org"]),
            (["b@example.org"], None),
        ]
