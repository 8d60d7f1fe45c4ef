"""Tables beside the same questions asked by hand, in each engine's own language."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, NamedTuple

import duckdb
import polars as pl
from pyspark.sql import SparkSession

from partner_comms import CommunicationRule
from partner_comms.frames import change_deals, resolve_deals

from .by_hand import pandas, polars, pyarrow, sql
from .cases import OPEN
from .measuring import Clock, Effort, Result, compare


class Portfolio(NamedTuple):
    deals: Any
    clients: Any
    introducers: Any
    selection: Any
    """Every second deal."""


# --- A portfolio ----------------------------------------------------------------------------------


def portfolio(deals: int) -> Portfolio:
    """A portfolio in which everything occurs, faults too; the same at each call."""
    clients, introducers = max(deals // 5, 20), max(min(deals // 20, 500), 10)
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
    return Portfolio(
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
        frame(deals // 2, id=number * 2),
    )


# --- The engines ----------------------------------------------------------------------------------


class Engine(NamedTuple):
    name: str
    tables: Callable[[pl.DataFrame], Any]
    """Makes a table of the engine's own."""
    run: Callable[[Any], object]
    """Works an answer out."""
    polars: Callable[[Any], pl.DataFrame]
    by_hand: ModuleType
    targets: tuple[float | None, ...]
    clock: Clock = time.process_time
    plans: bool = False
    """Whether an answer is a plan that can be run again."""


def in_duckdb(table: pl.DataFrame) -> Any:
    name = f"table_{id(table)}"
    duckdb.from_arrow(table.to_arrow()).create(name)
    return duckdb.table(name)


ENGINES = (
    Engine(
        "polars",
        tables=lambda table: table,
        run=lambda answer: answer,
        polars=lambda answer: answer,
        by_hand=polars,
        targets=(1.15, 1.2),
    ),
    Engine(
        "polars, lazy",
        tables=lambda table: table.lazy(),
        run=lambda answer: answer.collect(),
        polars=lambda answer: answer.collect(),
        by_hand=polars,
        targets=(1.15, None),
    ),
    Engine(
        "pandas",
        tables=lambda table: table.to_pandas(),
        run=lambda answer: answer,
        polars=pl.from_pandas,
        by_hand=pandas,
        targets=(1.25, 1.75),
    ),
    Engine(
        "pyarrow",
        tables=lambda table: table.to_arrow(),
        run=lambda answer: answer,
        polars=pl.DataFrame,
        by_hand=pyarrow,
        targets=(1.35, 1.45),
    ),
    Engine(
        "DuckDB",
        tables=in_duckdb,
        run=lambda answer: answer.to_arrow_table(),
        polars=lambda answer: pl.DataFrame(answer.to_arrow_table()),
        by_hand=sql,
        targets=(1.15, None),
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
            path = f"{folder}/{id(table)}.parquet"
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
            targets=(1.2, None),
            clock=clock,
            plans=True,
        )
    session.stop()


# --- The questions --------------------------------------------------------------------------------


class Question(NamedTuple):
    name: str
    ours: Callable[[Portfolio], Any]
    by_hand: Callable[[Any, Portfolio], Any]
    """Takes the room of an engine first."""


QUESTIONS = (
    Question(
        "resolve_deals",
        lambda tables: resolve_deals(
            tables.deals,
            clients=tables.clients,
            introducers=tables.introducers,
            communication="formal_notice",  # about which there is most to say
            gate=OPEN,
        ),
        lambda room, tables: room.resolve_deals(tables.deals, tables.clients, tables.introducers),
    ),
    Question(
        "change_deals",
        lambda tables: change_deals(
            tables.deals, "introducer", selection=tables.selection, gate=OPEN
        ),
        lambda room, tables: room.change_deals(tables.deals, tables.selection),
    ),
)


def measured(
    engine: Engine, question: Question, tables: Portfolio, at_most: float | None, effort: Effort
) -> Result:
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
    for question, at_most in zip(QUESTIONS, engine.targets, strict=True):
        yield measured(engine, question, tables, at_most, effort)
