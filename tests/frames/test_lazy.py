"""Lazy stays lazy: nothing is executed before the user collects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import polars as pl
import pytest
from polars.io.plugins import register_io_source

from partner_comms import FeatureGate
from partner_comms.frames import (
    change_deals,
    compare,
    filter_deals,
    prefill_deals,
    resolve_clients,
    resolve_deals,
)

OPEN = FeatureGate(premium=True, option_enabled=True)
COLUMNS = {
    "deals": ("id", "client_id", "introducer_id", "rule"),
    "clients": ("id", "email", "introducer_id", "rule"),
    "introducers": ("id", "email", "rule"),
}


def answers(deals: Any, clients: Any, introducers: Any) -> list[Any]:
    """Everything there is."""
    tables = {"clients": clients, "introducers": introducers}
    mail: Any = {"communication": "formal_notice", "gate": OPEN}
    return [
        resolve_deals(deals, **tables, **mail),
        resolve_deals(deals, **tables, **mail, explain="fr"),
        resolve_deals(deals, clients=with_lists(clients), introducers=introducers, **mail),
        resolve_clients(with_lists(clients), introducers=with_lists(introducers), **mail),
        resolve_clients(clients, introducers=introducers, **mail),
        compare(resolve_deals(deals, **tables, **mail), resolve_deals(deals, **tables, **mail)),
        prefill_deals(deals, **tables),
        filter_deals(deals, "none", gate=OPEN),
        filter_deals(deals, "client", gate=OPEN),
        change_deals(deals, "client", selection=[1], gate=OPEN),
        change_deals(deals, "client", selection=deals, gate=OPEN),
    ]


def with_lists(parties: Any) -> Any:
    """A column of lists in place of texts."""
    if isinstance(parties, pl.LazyFrame):
        return parties.with_columns(email=pl.concat_list("email"))
    if isinstance(parties, duckdb.DuckDBPyRelation):
        return parties.project("* REPLACE ([email] AS email)")
    return parties.selectExpr("id", "array(email) AS email", *parties.columns[2:])


def made_of(make: Callable[..., Any]) -> list[Any]:
    """The answers, made of tables that fail when they are read."""
    return answers(*(make(*columns) for columns in COLUMNS.values()))


def assert_read_only_now(made: list[Any], collect: Callable[[Any], Any]) -> None:
    for answer in made:
        with pytest.raises(Exception, match="somebody read this table"):
            collect(answer)


def test_polars() -> None:
    def make(*columns: str) -> pl.LazyFrame:
        def read(*_: object) -> Iterator[pl.DataFrame]:
            raise RuntimeError("somebody read this table")

        kinds = {c: pl.Int64 if c.endswith("id") else pl.String for c in columns}
        return register_io_source(read, schema=kinds)

    assert_read_only_now(made_of(make), lambda frame: frame.collect())


def test_duckdb(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*_: object) -> None:
        raise AssertionError("narwhals asked DuckDB for its time zone, which is a query")

    monkeypatch.setattr("narwhals._duckdb.utils.fetch_rel_time_zone", ask)

    def make(*columns: str) -> duckdb.DuckDBPyRelation:
        read = "CASE WHEN random() < 2 THEN error('somebody read this table') END"
        each = [f"{read}::{'bigint' if c.endswith('id') else 'text'} AS {c}" for c in columns]
        relation = duckdb.sql(f"SELECT {', '.join(each)}, now() AS since FROM range(3)")
        assert relation is not None
        return relation

    assert_read_only_now(made_of(make), lambda relation: relation.fetchall())


@pytest.mark.parametrize("several", [True, False], ids=["lists", "texts"])
@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
@pytest.mark.parametrize("optimized", [True, False])
def test_polars_tables_whose_rows_come_in_another_order_each_time(
    several: bool, engine: Any, optimized: bool
) -> None:
    """As after a `group_by` of polars: nobody gets the mail of somebody else."""

    def shuffled(emails: list[list[str]]) -> pl.LazyFrame:
        rows = [
            {"id": number, "email": each if several else each[0]}
            for number, each in enumerate(emails)
        ]
        return pl.LazyFrame(rows).map_batches(lambda frame: frame.sample(fraction=1, shuffle=True))

    numbers = range(300)
    deals = pl.LazyFrame(
        {"client_id": numbers, "introducer_id": [each % 7 for each in numbers]}
    ).with_columns(rule=pl.lit("client_and_introducer"))
    clients = [[f"{each}@client.example", f"{each % 7}@BOTH.example"] for each in numbers]
    introducers = [[f"{each}@introducer.example", f"{each}@both.example"] for each in range(7)]
    answer = resolve_deals(
        deals,
        clients=shuffled(clients),
        introducers=shuffled(introducers),
        communication="formal_notice",
        gate=OPEN,
    )
    flags = pl.QueryOptFlags() if optimized else pl.QueryOptFlags.none()
    found = answer.collect(engine=engine, optimizations=flags)
    copies = [introducers[each % 7][:1] for each in numbers]
    assert found["to"].to_list() == [each if several else each[0] for each in clients]
    assert found["cc"].to_list() == [each if several else each[0] for each in copies]
