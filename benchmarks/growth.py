"""What one deal costs in a small portfolio and in a large one: as much, if nothing is searched."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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


def results(quick: bool) -> Iterator[Result]:
    sizes, repeats = ((500, 1_000), 2) if quick else ((10_000, 100_000, 1_000_000), 15)
    portfolios = {size: portfolio(size, INTRODUCTIONS) for size in sizes}
    functions: dict[str, Callable[[list[Contract]], None]] = {
        "change_rule": changed,
        "resolve_recipients": resolved,
    }
    for name, function in functions.items():

        def each(size: int) -> Callable[[], None]:
            return lambda: function(portfolios[size])  # noqa: B023 (called before the next turn)

        times = interleaved({str(size): each(size) for size in sizes}, repeats)
        smallest, *larger = sizes
        for size in larger:
            per_deal = size / smallest
            ratio = [each / per_deal for each in ratios(times[str(size)], times[str(smallest)])]
            yield Result("growth", f"`{name}`, a deal of {size:,} / a deal of {smallest:,}", ratio)
