"""Tables beside the same questions asked by hand, in each engine's own language."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, NamedTuple

import duckdb
import numpy as np
import polars as pl
from pyspark.sql import SparkSession

from partner_comms import CommunicationRule
from partner_comms.frames import change_deals, prefill_deals, resolve_clients, resolve_deals

from .by_hand import pandas, polars, pyarrow, sql
from .cases import OPEN
from .measuring import Clock, Effort, Result, compare


class Portfolio(NamedTuple):
    deals: Any
    clients: Any
    introducers: Any
    clients_with_lists: Any
    """The same with several addresses each, 1.6 on average."""
    introducers_with_lists: Any
    selection: Any
    """Every second deal."""


# --- A portfolio ----------------------------------------------------------------------------------

RULES = pl.Series([*(rule.value for rule in CommunicationRule), None, "strange"])


def portfolio(deals: int) -> Portfolio:
    """A portfolio in which everything occurs, faults too; the same at each call."""
    random = np.random.default_rng(1)
    introducers = max(min(deals // 20, 500), 10)

    def table(rows: int, *, introduced: float, **columns: Any) -> pl.DataFrame:
        """With introducers for so many of the rows, and with rules of all kinds."""
        kind, number = random.random(rows), random.integers(introducers, size=rows)
        return pl.DataFrame({"id": range(rows), **columns}).with_columns(
            introducer_id=pl.when(pl.Series(kind < introduced)).then(pl.Series(number)),
            rule=RULES.gather(random.choice(5, rows, p=[0.3, 0.3, 0.3, 0.09, 0.01])),
        )

    def party(rows: int, text: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The table with one address each, and the one with lists."""
        kind, number = pl.col("kind"), pl.col("id")
        shared = pl.format("INTRODUCER{}@partner.example", number % introducers)
        email = (
            pl.when(kind < 0.04).then(None)
            .when(kind < 0.05).then(pl.lit("no address"))
            .when(kind < 0.06).then(pl.format("=?utf-8?q?{}?=@example.org", number))
            .when(kind < 0.08).then(shared)
            .otherwise(pl.format(text, number))
        )  # fmt: skip
        second = pl.format("Second.{}@example.org", number)
        one = pl.concat_list("email")
        several = (
            pl.when(pl.col("email").is_null()).then(None)
            .when(kind < 0.43).then(one)
            .when(kind < 0.90).then(pl.concat_list("email", second))
            .when(kind < 0.92).then(pl.concat_list("email", second, shared))
            .when(kind < 0.95).then(pl.concat_list("email", pl.col("email").str.to_uppercase()))
            .when(kind < 0.98).then(pl.concat_list("email", pl.lit("no address"), second))
            .otherwise(one.list.head(0))
        )  # fmt: skip
        plain = table(rows, introduced=0.3, kind=random.random(rows)).with_columns(
            pl.when(number % 1000 == 0).then(number + 1).otherwise(number),  # which is there twice
            email=email,
        )
        return plain.drop("kind"), plain.with_columns(email=several).drop("kind")

    clients = max(deals // 5, 20)
    contracts = table(deals, introduced=0.7, client_id=random.integers(clients, size=deals))
    one, several = zip(
        party(clients, "client.{}@example.org"),
        party(introducers, "Introducer{}@partner.example"),
        strict=True,
    )
    return Portfolio(contracts, *one, *several, pl.DataFrame({"id": range(0, deals, 2)}))


# --- The engines ----------------------------------------------------------------------------------


class Engine(NamedTuple):
    name: str
    tables: Callable[[pl.DataFrame], Any]
    """Makes a table of the engine's own."""
    run: Callable[[Any], object]
    """Works an answer out."""
    polars: Callable[[Any], pl.DataFrame]
    by_hand: ModuleType
    targets: dict[str, float]
    clock: Clock = time.process_time
    plans: bool = False
    """Whether an answer is a plan that can be run again."""


NUMBERS = count()
"""For the names of tables."""


def in_duckdb(table: pl.DataFrame) -> Any:
    name = f"table_{next(NUMBERS)}"
    duckdb.from_arrow(table.to_arrow()).create(name)
    return duckdb.table(name)


ENGINES = (
    Engine(
        "polars",
        tables=lambda table: table,
        run=lambda answer: answer,
        polars=lambda answer: answer,
        by_hand=polars,
        targets={"resolve_deals": 1.15, "change_deals": 1.2},
    ),
    Engine(
        "polars, lazy",
        tables=lambda table: table.lazy(),
        run=lambda answer: answer.collect(),
        polars=lambda answer: answer.collect(),
        by_hand=polars,
        targets={"resolve_deals": 1.15},
    ),
    Engine(
        "pandas",
        tables=lambda table: table.to_pandas(),
        run=lambda answer: answer,
        polars=pl.from_pandas,
        by_hand=pandas,
        targets={"resolve_deals": 1.25, "change_deals": 1.75},
    ),
    Engine(
        "pyarrow",
        tables=lambda table: table.to_arrow(),
        run=lambda answer: answer,
        polars=pl.DataFrame,
        by_hand=pyarrow,
        targets={"resolve_deals": 1.35, "change_deals": 1.45},
    ),
    Engine(
        "DuckDB",
        tables=in_duckdb,
        run=lambda answer: answer.to_arrow_table(),
        polars=lambda answer: pl.DataFrame(answer.to_arrow_table()),
        by_hand=sql,
        targets={"resolve_deals": 1.15},
    ),
)


@contextmanager
def spark() -> Iterator[Engine]:
    """Its work is done by another process, whose processor time Linux knows."""
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "4g")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    gateway: Any = session.sparkContext._gateway
    process = Path(f"/proc/{gateway.proc.pid}/stat")

    def clock() -> float:
        user, system = process.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    with TemporaryDirectory() as folder:

        def cached(table: pl.DataFrame) -> Any:
            path = f"{folder}/{next(NUMBERS)}.parquet"
            table.write_parquet(path)
            frame = session.read.parquet(path).cache()
            frame.count()
            return frame

        yield Engine(
            "Spark",
            tables=cached,
            run=lambda answer: answer.write.format("noop").mode("overwrite").save(),
            polars=lambda answer: pl.DataFrame(answer.toArrow()),
            by_hand=sql,
            targets={"resolve_deals": 1.2},
            clock=clock,
            plans=True,
        )
    session.stop()


# --- The questions --------------------------------------------------------------------------------


MAIL: Any = {"communication": "formal_notice", "gate": OPEN}
"""The communication about which there is most to say."""


class Question(NamedTuple):
    name: str
    ours: Callable[[Portfolio], Any]
    by_hand: Callable[[Any, Portfolio], Any]
    """Takes the room of an engine first."""


QUESTIONS = (
    Question(
        "resolve_deals",
        lambda tables: resolve_deals(
            tables.deals, clients=tables.clients, introducers=tables.introducers, **MAIL
        ),
        lambda room, tables: room.resolve_deals(tables.deals, tables.clients, tables.introducers),
    ),
    Question(
        "resolve_clients",
        lambda tables: resolve_clients(tables.clients, introducers=tables.introducers, **MAIL),
        lambda room, tables: room.resolve_clients(tables.clients, tables.introducers),
    ),
    Question(
        "prefill_deals",
        lambda tables: prefill_deals(
            tables.deals, clients=tables.clients, introducers=tables.introducers
        ),
        lambda room, tables: room.prefill_deals(tables.deals, tables.clients, tables.introducers),
    ),
    Question(
        "change_deals",
        lambda tables: change_deals(
            tables.deals, "introducer", selection=tables.selection, gate=OPEN
        ),
        lambda room, tables: room.change_deals(tables.deals, tables.selection),
    ),
)


def measured(engine: Engine, question: Question, tables: Portfolio, effort: Effort) -> Result:
    def ours() -> Any:
        return question.ours(tables)

    def other() -> Any:
        return question.by_hand(engine.by_hand, tables)

    assert_same(engine.polars(ours()), engine.polars(other()))
    if engine.plans:  # takes a second in both, whatever the size
        my_plan, other_plan = ours(), other()
        runs = (lambda: engine.run(my_plan)), (lambda: engine.run(other_plan))
    else:
        runs = (lambda: engine.run(ours())), (lambda: engine.run(other()))
    at_most = engine.targets.get(question.name)
    return compare(question.name, engine.name, *runs, effort, at_most=at_most, clock=engine.clock)


def assert_same(mine: pl.DataFrame, other: pl.DataFrame) -> None:
    other = other.select(mine.columns).cast(pl.Schema(mine.schema))
    assert mine.sort("id").equals(other.sort("id"))


def results(effort: Effort) -> Iterator[Result]:
    for engine in ENGINES:
        yield from of_engine(engine, effort)
    with spark() as engine:
        yield from of_engine(engine, effort)


def of_engine(engine: Engine, effort: Effort) -> Iterator[Result]:
    tables = Portfolio(*map(engine.tables, portfolio(effort.rows)))
    for question in QUESTIONS:
        yield measured(engine, question, tables, effort)
