"""What one deal costs in a small portfolio and in a large one: as much, if nothing is searched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from partner_comms import Communication, Contract, change_rule, resolve_recipients

from .bulk import GATE, INTRODUCER, portfolio
from .measuring import Result, interleaved, ratios

INTRODUCTIONS = 500
FORMAL_NOTICE = Communication.FORMAL_NOTICE


def changed(contracts: list[Contract]) -> None:
    change_rule(contracts, INTRODUCER, gate=GATE)


def resolved(contracts: list[Contract]) -> None:
    for contract in contracts:
        resolve_recipients(FORMAL_NOTICE, contract, gate=GATE)


FUNCTIONS: dict[str, Callable[[list[Contract]], None]] = {
    "change_rule": changed,
    "resolve_recipients": resolved,
}


def results(quick: bool) -> Iterator[Result]:
    sizes, repeats = ((500, 1_000), 2) if quick else ((10_000, 100_000, 1_000_000), 15)
    portfolios = {size: portfolio(size, INTRODUCTIONS) for size in sizes}
    smallest, *larger = sizes
    for name, function in FUNCTIONS.items():
        runs = {size: partial(function, deals) for size, deals in portfolios.items()}
        times = interleaved(runs, repeats)
        for size in larger:
            grown = ratios(times[size], times[smallest])
            per_deal = [ratio * smallest / size for ratio in grown]
            what = f"`{name}`, a deal of {size:,} / a deal of {smallest:,}"
            yield Result("growth", what, per_deal, 1.3)
