"""`change_rule` over a million contracts, beside a plain loop that builds the same objects."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import partial

from partner_comms import (
    Client,
    CommissionBlock,
    CommunicationRule,
    Contract,
    FeatureGate,
    Introducer,
    Introduction,
    RuleChange,
    change_rule,
)

from .measuring import Result, interleaved, ratios

INTRODUCER = CommunicationRule.INTRODUCER
GATE = FeatureGate(premium=True, option_enabled=True)


def portfolio(contracts: int, introductions: int) -> list[Contract]:
    """Contracts that share as many introductions, all with the rule « Client », five a client."""
    shared = [Introduction(introducer=Introducer(n)) for n in range(introductions)]
    clients = [Client(n, introduction=None) for n in range(contracts // 5)]
    return [
        Contract(n, client=clients[n % len(clients)], introduction=shared[n % introductions])
        for n in range(contracts)
    ]


def loop_sharing(contracts: list[Contract]) -> list[Contract]:
    """The same changed objects: one new introduction for each old one."""
    new: dict[int, Introduction] = {}
    changed = []
    for contract in contracts:
        old = contract.introduction
        assert old is not None
        if id(old) not in new:
            block = CommissionBlock(rule=INTRODUCER, terms=old.block.terms)
            new[id(old)] = Introduction(introducer=old.introducer, block=block)
        changed.append(Contract(contract.id, client=contract.client, introduction=new[id(old)]))
    return changed


def loop_plain(contracts: list[Contract]) -> list[Contract]:
    """A new introduction and block for each contract, as it is when none is shared."""
    changed = []
    for contract in contracts:
        old = contract.introduction
        assert old is not None
        block = CommissionBlock(rule=INTRODUCER, terms=old.block.terms)
        introduction = Introduction(introducer=old.introducer, block=block)
        changed.append(Contract(contract.id, client=contract.client, introduction=introduction))
    return changed


def new_objects(contracts: list[Contract]) -> float:
    """How many objects that the collector knows a change makes for each deal that it changes."""
    gc.collect()
    before = len(gc.get_objects())
    change: RuleChange[Contract] = change_rule(contracts, INTRODUCER, gate=GATE)
    made = len(gc.get_objects()) - before
    assert len(change.after) == len(contracts)
    return made / len(contracts)


def results(quick: bool) -> Iterator[Result]:
    count, repeats = (2_000, 2) if quick else (1_000_000, 9)
    for introductions, loop in ((500, loop_sharing), (count, loop_plain)):
        contracts = portfolio(count, introductions)
        assert list(change_rule(contracts[:1000], INTRODUCER, gate=GATE).after) == loop(
            contracts[:1000]
        )

        change = partial(change_rule, contracts, INTRODUCER, gate=GATE)
        times = interleaved({"loop": partial(loop, contracts), "change": change}, repeats)
        sharing = f"{introductions:,} introductions"
        ratio = ratios(times["change"], times["loop"])
        what = f"`change_rule` / plain loop, {sharing}"
        yield Result("bulk", what, ratio, 1.3, times["change"])
        objects = [new_objects(contracts)]
        at_most = 1.01 if introductions < count else 3.01
        yield Result("bulk", f"new objects for each deal, {sharing}", objects, at_most)
