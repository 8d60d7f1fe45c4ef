"""`change_rule` over a million contracts, beside a plain loop that builds the same objects."""

from __future__ import annotations

import gc

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

from .timing import interleaved, report

CONTRACTS = 1_000_000
CLIENT = CommunicationRule.CLIENT
INTRODUCER = CommunicationRule.INTRODUCER
GATE = FeatureGate(premium=True, option_enabled=True)


def portfolio(introductions: int) -> list[Contract]:
    """A million contracts that share as many introductions, all with the rule « Client »."""
    shared = [Introduction(introducer=Introducer(n)) for n in range(introductions)]
    clients = [Client(n, introduction=None) for n in range(200_000)]
    return [
        Contract(n, client=clients[n % len(clients)], introduction=shared[n % introductions])
        for n in range(CONTRACTS)
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


def main() -> None:
    for introductions, loop in ((500, loop_sharing), (CONTRACTS, loop_plain)):
        contracts = portfolio(introductions)
        assert list(change_rule(contracts[:1000], INTRODUCER, gate=GATE).after) == loop(
            contracts[:1000]
        )

        def run_loop() -> object:
            return loop(contracts)  # noqa: B023 (called before the next turn)

        def run_change() -> object:
            return change_rule(contracts, INTRODUCER, gate=GATE)  # noqa: B023

        times = interleaved({"loop": run_loop, "change": run_change}, 7)
        what = f"change_rule / plain loop, {introductions} introductions"
        report(what, times["change"] / times["loop"], 1.3)
        beyond = 1 if introductions < CONTRACTS else 3
        report("    new objects for each deal, all told", new_objects(contracts), beyond + 0.01)


if __name__ == "__main__":
    main()
