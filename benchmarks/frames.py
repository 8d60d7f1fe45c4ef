"""The functions on tables beside queries by hand, in each engine's own language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import polars as pl

from partner_comms.frames import change_deals, prefill_deals, resolve_clients, resolve_deals

from .cases import OPEN
from .engines import ENGINES, Engine, spark
from .measuring import Effort, Result, compare
from .portfolio import Portfolio, portfolio, stored

MAIL: Any = {"communication": "formal_notice", "gate": OPEN}
"""The communication about which there is most to say."""


class Question(NamedTuple):
    name: str
    ours: Callable[[Portfolio], Any]
    by_hand: Callable[[Any, Portfolio], Any]
    """Takes the room of an engine first."""


RESOLVE_DEALS = Question(
    "resolve_deals",
    lambda tables: resolve_deals(
        tables.deals, clients=tables.clients, introducers=tables.introducers, **MAIL
    ),
    lambda room, tables: room.resolve_deals(tables.deals, tables.clients, tables.introducers),
)

QUESTIONS = (
    RESOLVE_DEALS,
    Question(
        "several addresses",
        lambda tables: resolve_deals(
            tables.deals,
            clients=tables.clients_with_lists,
            introducers=tables.introducers_with_lists,
            **MAIL,
        ),
        lambda room, tables: room.resolve_lists(
            tables.deals, tables.clients_with_lists, tables.introducers_with_lists
        ),
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
    """In any order, since SQL promises none; null and an empty list are both nobody."""
    schema = pl.Schema(mine.schema)
    lists = [name for name, kind in schema.items() if isinstance(kind, pl.List)]
    nobody = [pl.col(name).list.len() == 0 for name in lists]
    nulled = [pl.when(~none).then(name) for none, name in zip(nobody, lists, strict=True)]
    order = [name for name in mine.columns if name not in lists]
    mine = mine.with_columns(nulled).sort(order)
    assert mine.equals(other.select(mine.columns).cast(schema).with_columns(nulled).sort(order))


def results(effort: Effort) -> Iterator[Result]:
    with TemporaryDirectory() as folder:
        paths = stored(portfolio(effort.rows), folder)
        for engine in ENGINES:
            yield from of_engine(engine, paths, effort)
        with spark() as engine:
            yield from of_engine(engine, paths, effort)


def of_engine(engine: Engine, paths: Portfolio, effort: Effort) -> Iterator[Result]:
    tables = Portfolio(*map(engine.read, paths))
    for question in QUESTIONS:
        yield measured(engine, question, tables, effort)
