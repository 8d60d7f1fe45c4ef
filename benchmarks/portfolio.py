"""Tables in which everything occurs, faults too."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl

from partner_comms import CommunicationRule


class Portfolio(NamedTuple):
    deals: Any
    clients: Any
    introducers: Any
    clients_with_lists: Any
    """The same with several addresses each, 1.6 on average."""
    introducers_with_lists: Any
    selection: Any
    """Every second deal."""


RULES = pl.Series([*(rule.value for rule in CommunicationRule), None, "strange"])


def portfolio(deals: int) -> Portfolio:
    """The same at each call."""
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


def stored(tables: Portfolio, folder: str) -> Portfolio:
    """Where each table is now, as a Parquet file that every engine reads."""
    paths = Portfolio(*(f"{folder}/{name}.parquet" for name in Portfolio._fields))
    for table, path in zip(tables, paths, strict=True):
        table.write_parquet(path)
    return paths
