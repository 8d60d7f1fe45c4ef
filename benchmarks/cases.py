"""What is measured on: random cases of the core, and portfolios."""

from __future__ import annotations

from random import Random

from partner_comms import (
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    FeatureGate,
    Introducer,
    Introduction,
    Project,
    decide,
    resolve_recipients,
)

Case = tuple[Communication, Client | Project | Contract, FeatureGate]
OPEN = FeatureGate(premium=True, option_enabled=True)
INTRODUCER = CommunicationRule.INTRODUCER


def random_cases() -> list[Case]:
    """A thousand while the gate is open, where there is most to do."""
    random = Random(1)
    introducers = [
        Introducer(n, name=f"Cabinet {n}", emails=[f"i{n}.{m}@one.example" for m in range(n % 3)])
        for n in range(50)
    ]

    def introduction() -> Introduction | None:
        rule = random.choice([None, *CommunicationRule])
        if rule is None:
            return None
        block = CommissionBlock(rule=rule)
        return Introduction(introducer=random.choice(introducers), block=block)

    clients = [
        Client(
            n,
            name=f"Client {n}",
            emails=[f"c{n}.{m}@two.example" for m in range(n % 3)],
            introduction=introduction(),
        )
        for n in range(500)
    ]
    cases: list[Case] = []
    for n in range(1_000):
        client = random.choice(clients)
        deal = random.choice([None, Project, Contract])
        about = client if deal is None else deal(n, client=client, introduction=introduction())
        cases.append((random.choice(list(Communication)), about, OPEN))
    return cases


def run_decide(cases: list[Case]) -> None:
    for communication, about, gate in cases:
        decide(communication, about, gate=gate)


def run_resolve(cases: list[Case]) -> None:
    for communication, about, gate in cases:
        resolve_recipients(communication, about, gate=gate)


def similar_contracts(contracts: int, introductions: int) -> list[Contract]:
    """All with the rule « Client », five a client."""
    shared = [Introduction(introducer=Introducer(n)) for n in range(introductions)]
    clients = [Client(n, introduction=None) for n in range(max(contracts // 5, 1))]
    return [
        Contract(n, client=clients[n % len(clients)], introduction=shared[n % introductions])
        for n in range(contracts)
    ]
