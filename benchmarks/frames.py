"""What the frames cost: beside the same question asked by hand, over a million contracts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import polars as pl

from partner_comms import (
    Client,
    CommissionBlock,
    CommunicationRule,
    Contract,
    FeatureGate,
    Introducer,
    Introduction,
    resolve_recipients,
)
from partner_comms.frames import change_deals, filter_deals, prefill_deals, resolve_deals

from . import by_hand
from .measuring import Result, interleaved, ratios

GATE = FeatureGate(premium=True, option_enabled=True)
COMMUNICATION = "formal_notice"
"""The one about which there is most to say."""

Tables = tuple[Any, Any, Any]


def portfolio(deals: int, clients: int, introducers: int) -> Tables:
    """A portfolio in which everything occurs, faults too; the same at each call."""
    number = pl.int_range(pl.len(), dtype=pl.Int64)

    def spread(below: int, seed: int) -> pl.Expr:
        """A number below that for each row, in no visible order."""
        return (number * (2 * seed + 1_000_003) % 2_147_483_647 * 48_271 % 2_147_483_647) % below

    def frame(size: int, **columns: pl.Expr) -> pl.DataFrame:
        return pl.LazyFrame({"row": pl.zeros(size, eager=True)}).select(**columns).collect()

    def rule(seed: int) -> pl.Expr:
        codes = [*(each.value for each in CommunicationRule), None, "strange"]
        which = spread(1000, seed)
        kind = pl.when(which < 5).then(4).when(which < 100).then(3).otherwise(which % 3)
        return kind.replace_strict(range(5), codes, return_dtype=pl.String)

    def email(text: str, seed: int) -> pl.Expr:
        kind = spread(100, seed)
        return (
            pl.when(kind < 4)
            .then(None)
            .when(kind < 5)
            .then(pl.format("no address {}", number))
            .when(kind < 6)
            .then(pl.format("=?utf-8?q?{}?=@example.org", number))
            .otherwise(pl.format(text, number))
        )

    twice = pl.when(number % 1000 == 0).then(number + 1).otherwise(number)
    return (
        frame(
            deals,
            id=number,
            client_id=spread(clients, 1),
            introducer_id=pl.when(spread(10, 2) > 2).then(spread(introducers, 3)),
            rule=rule(4),
        ),
        frame(
            clients,
            id=twice,
            email=email("client.{}@example.org", 5),
            introducer_id=pl.when(spread(10, 6) > 6).then(spread(introducers, 7)),
            rule=rule(8),
        ),
        frame(
            introducers, id=number, email=email("Introducer{}@partner.example", 9), rule=rule(10)
        ),
    )


def ours(deals: Any, clients: Any, introducers: Any) -> Any:
    return resolve_deals(
        deals, clients=clients, introducers=introducers, communication=COMMUNICATION, gate=GATE
    )


# --- Measuring ------------------------------------------------------------------------------------


def measured(
    rounds: int,
    function: Callable[[], object],
    beside: Callable[[], object],
    *,
    what: str,
    at_most: float | None = None,
    table: str = "frames",
) -> Result:
    """By the clock on the wall, since these engines work on all cores at once."""
    function()
    beside()
    both = {"function": function, "beside": beside}
    times = interleaved(both, rounds, clock=time.perf_counter)
    ratio = ratios(times["function"], times["beside"])
    return Result(table, what, ratio, at_most, times["function"])


def assert_same(mine: pl.DataFrame, other: pl.DataFrame) -> None:
    """By hand or not, the answers are the same."""
    other = other.select(mine.columns).cast(pl.Schema(mine.schema))
    assert mine.sort("id").equals(other.sort("id"))


# --- The engines ----------------------------------------------------------------------------------


def bench_polars(tables: Tables) -> Iterator[Result]:
    lazy = tuple(table.lazy() for table in tables)
    deals, clients, introducers = lazy

    def bare_joins() -> object:
        return (
            deals.join(clients, left_on="client_id", right_on="id", how="left")
            .join(introducers, left_on="introducer_id", right_on="id", how="left", suffix="_i")
            .collect()
        )

    assert_same(ours(*lazy).collect(), by_hand.polars(*lazy).collect())

    def on_lazy() -> object:
        return ours(*lazy).collect()

    def hand() -> object:
        return by_hand.polars(*lazy).collect()

    yield measured(25, on_lazy, hand, what="polars lazy / polars by hand", at_most=1.25)
    eager = partial(ours, *tables)
    yield measured(25, eager, hand, what="polars eager / polars by hand", at_most=1.25)
    yield measured(25, on_lazy, bare_joins, what="polars lazy / the bare joins", at_most=5)


def bench_loop(tables: Tables) -> Iterator[Result]:
    """A loop of `resolve_recipients` over objects that exist already."""
    lazy = tuple(table.lazy() for table in tables)
    contracts = as_objects(*tables)

    def loop() -> None:
        for contract in contracts:
            resolve_recipients(COMMUNICATION, contract, gate=GATE)

    found = measured(3, lambda: ours(*lazy).collect(), loop, what="", at_most=0.25)
    per_deal = [each * len(contracts) / len(tables[0]) for each in found.values]
    yield found._replace(what="polars lazy / a loop of `resolve_recipients`", values=per_deal)


def as_objects(
    deals: pl.DataFrame, clients: pl.DataFrame, introducers: pl.DataFrame
) -> list[Contract]:
    def emails(text: str | None) -> tuple[str, ...]:
        return (text,) if text and "@" in text and "?" not in text else ()

    known = {
        key: Introducer(key, emails=emails(email)) for key, email, _ in introducers.iter_rows()
    }
    parties = {
        key: Client(key, emails=emails(email), introduction=None)
        for key, email, _, _ in clients.iter_rows()
    }
    shared = {
        (key, rule): Introduction(introducer=introducer, block=CommissionBlock(rule=rule))
        for key, introducer in known.items()
        for rule in CommunicationRule
    }
    return [
        Contract(
            key,
            client=parties.get(client, parties[1]),
            introduction=None if introducer is None else shared[introducer, by_code(rule)],
        )
        for key, client, introducer, rule in deals.head(250_000).iter_rows()
    ]


def by_code(rule: str | None) -> CommunicationRule:
    return CommunicationRule.CLIENT if rule in (None, "strange") else CommunicationRule(rule)


def bench_pandas(tables: Tables) -> Iterator[Result]:
    frames = tuple(table.to_pandas() for table in tables)
    assert_same(pl.from_pandas(ours(*frames)), pl.from_pandas(by_hand.pandas(*frames)))
    hand = partial(by_hand.pandas, *frames)
    yield measured(7, partial(ours, *frames), hand, what="pandas / pandas by hand", at_most=1.6)


def bench_pyarrow(tables: Tables) -> Iterator[Result]:
    frames = tuple(table.to_arrow() for table in tables)
    mine, other = pl.DataFrame(ours(*frames)), pl.DataFrame(by_hand.pyarrow(*frames))
    assert_same(mine, other)
    hand = partial(by_hand.pyarrow, *frames)
    yield measured(7, partial(ours, *frames), hand, what="pyarrow / pyarrow by hand", at_most=1.6)


def bench_duckdb(tables: Tables) -> Iterator[Result]:
    import duckdb

    names = ("all_deals", "all_clients", "all_introducers")
    for name, frame in zip(names, tables, strict=True):
        source = frame.to_arrow()
        assert source is not None
        duckdb.sql(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM source")
    frames = tuple(duckdb.table(name) for name in names)
    mine, other = ours(*frames).to_arrow_table(), by_hand.duckdb(*frames).to_arrow_table()
    assert_same(pl.DataFrame(mine), pl.DataFrame(other))
    yield measured(
        9,
        lambda: ours(*frames).to_arrow_table(),
        lambda: by_hand.duckdb(*frames).to_arrow_table(),
        what="DuckDB / SQL by hand",
        at_most=1.2,
    )


def bench_pyspark(tables: Tables) -> Iterator[Result]:
    import tempfile

    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "4g")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    with tempfile.TemporaryDirectory() as folder:
        frames = []
        for number, table in enumerate(tables):
            table.write_parquet(f"{folder}/{number}.parquet")
            frames.append(spark.read.parquet(f"{folder}/{number}.parquet").cache())
        for frame in frames:
            frame.count()
        mine, other = ours(*frames), by_hand.pyspark(*frames)
        assert_same(pl.DataFrame(mine.toArrow()), pl.DataFrame(other.toArrow()))
        # Making the plan is not measured: it takes a second in both, whatever the size.
        yield measured(
            7,
            lambda: mine.write.format("noop").mode("overwrite").save(),
            lambda: other.write.format("noop").mode("overwrite").save(),
            what="PySpark / Spark SQL by hand",
            at_most=1.2,
        )
    spark.stop()


def bench_growth(tables: Tables) -> Iterator[Result]:
    """Ten times the contracts of the same clients."""
    lazy = tuple(table.lazy() for table in tables)
    deals, clients, introducers = map(len, tables)
    more = tuple(table.lazy() for table in portfolio(deals * 10, clients, introducers))
    yield measured(
        3,
        lambda: ours(*more).collect(),
        lambda: ours(*lazy).collect(),
        what=f"polars lazy, {10 * deals:,} contracts / {deals:,}",
        at_most=12,
    )


def bench_others(tables: Tables) -> Iterator[Result]:
    """The other functions, on polars' eager frames; every second deal is changed."""
    deals, clients, introducers = tables
    selection = deals.select("id").filter(pl.col("id") % 2 == 0)
    on_polars = partial(measured, 25, table="other frames")

    wanted = partial(filter_deals, deals, "introducer", gate=GATE)
    hand = partial(by_hand.polars_filter, deals)
    assert_same(wanted(), hand())
    yield on_polars(wanted, hand, what="`filter_deals` / polars by hand")

    change = partial(change_deals, deals, "introducer", selection=selection, gate=GATE)
    hand = partial(by_hand.polars_change, deals, selection["id"])
    assert_same(change(), hand())
    yield on_polars(change, hand, what="`change_deals` / polars by hand")

    prefill = partial(prefill_deals, deals, clients=clients, introducers=introducers)
    yield on_polars(prefill, partial(ours, *tables), what="`prefill_deals` / `resolve_deals`")


# Spark last: it takes the longest to start, and is left out of a quick run.
BENCHES = (
    bench_polars,
    bench_loop,
    bench_pandas,
    bench_pyarrow,
    bench_duckdb,
    bench_growth,
    bench_others,
)


def results(quick: bool) -> Iterator[Result]:
    tables = portfolio(2_000, 400, 50) if quick else portfolio(1_000_000, 200_000, 500)
    for bench in BENCHES if quick else (*BENCHES, bench_pyspark):
        yield from bench(tables)
