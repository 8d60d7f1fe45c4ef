"""The engines, each with its way to read a table and to work an answer out."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq

from .by_hand import pandas, polars, pyarrow, sql
from .measuring import Clock


class Engine(NamedTuple):
    name: str
    read: Callable[[str], Any]
    """A table from a Parquet file."""
    run: Callable[[Any], object]
    """Works an answer out."""
    polars: Callable[[Any], pl.DataFrame]
    by_hand: ModuleType
    targets: dict[str, float]
    """By question: how many times as long as by hand the library should take at most."""
    clock: Clock = time.process_time
    plans: bool = False
    """Whether an answer is a plan that can be run again."""


NUMBERS = count()


def in_duckdb(path: str) -> Any:
    name = f"table_{next(NUMBERS)}"
    duckdb.read_parquet(path).create(name)
    return duckdb.table(name)


def in_pandas(path: str) -> Any:
    table: Any = pd.read_parquet(path)
    if "email" in table and table["email"].dtype == object:
        table["email"] = [None if texts is None else list(texts) for texts in table["email"]]
    return table


ENGINES = (
    Engine(
        "polars",
        read=pl.read_parquet,
        run=lambda answer: answer,
        polars=lambda answer: answer,
        by_hand=polars,
        targets={"resolve_deals": 1.15, "several addresses": 1.3, "change_deals": 1.2},
    ),
    Engine(
        "polars, lazy",
        read=lambda path: pl.read_parquet(path).lazy(),
        run=lambda answer: answer.collect(),
        polars=lambda answer: answer.collect(),
        by_hand=polars,
        targets={"resolve_deals": 1.15, "several addresses": 1.3},
    ),
    Engine(
        "pandas",
        read=in_pandas,
        run=lambda answer: answer,
        polars=pl.from_pandas,
        by_hand=pandas,
        targets={"resolve_deals": 1.25, "several addresses": 0.5, "change_deals": 1.75},
    ),
    Engine(
        "pyarrow",
        read=pq.read_table,
        run=lambda answer: answer,
        polars=pl.DataFrame,
        by_hand=pyarrow,
        targets={"resolve_deals": 1.35, "several addresses": 0.5, "change_deals": 1.45},
    ),
    Engine(
        "DuckDB",
        read=in_duckdb,
        run=lambda answer: answer.to_arrow_table(),
        polars=lambda answer: pl.DataFrame(answer.to_arrow_table()),
        by_hand=sql,
        targets={"resolve_deals": 1.15, "several addresses": 1.3},
    ),
)


@contextmanager
def spark() -> Iterator[Engine]:
    """Its work is done by another process, whose processor time Linux knows."""
    from pyspark.sql import SparkSession  # which takes a second

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
        user, system = process.read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def cached(path: str) -> Any:
        frame = session.read.parquet(path).cache()
        frame.count()
        return frame

    yield Engine(
        "Spark",
        read=cached,
        run=lambda answer: answer.write.format("noop").mode("overwrite").save(),
        polars=lambda answer: pl.DataFrame(answer.toArrow()),
        by_hand=sql,
        targets={"resolve_deals": 1.2, "several addresses": 1.2},
        clock=clock,
        plans=True,
    )
    session.stop()
