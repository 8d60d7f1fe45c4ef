"""`decide` and `resolve_recipients` beside the cheapest correct function that can be written.

The floor is plain ifs over the same objects that return ready-made constants: no checks, no calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from random import Random

from partner_comms import (
    DECISIONS,
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    Decision,
    FeatureGate,
    Introducer,
    Introduction,
    Project,
    decide,
    resolve_recipients,
)

from .measuring import Result, interleaved, ratios

Case = tuple[Communication, Client | Project | Contract, FeatureGate]

CASES = 1_000
OTHER = Communication.OTHER
CLIENT = CommunicationRule.CLIENT
INTRODUCER = CommunicationRule.INTRODUCER
(C0, C1, C2, C3, C4, C5, C6, P0, P1, P2, P3, P4, P5, P6, K0, K1, K2, K3, K4, K5, K6) = DECISIONS


def floor(
    communication: Communication, about: Client | Project | Contract, gate: FeatureGate
) -> Decision:
    if type(about) is Contract:
        if not gate.premium:
            return K0
        if not gate.option_enabled:
            return K1
        if communication is OTHER:
            return K2
        introduction = about.introduction
        if introduction is None:
            return K3
        rule = introduction.block.rule
        if rule is CLIENT:
            return K4
        if rule is INTRODUCER:
            return K5
        return K6
    if type(about) is Project:
        if not gate.premium:
            return P0
        if not gate.option_enabled:
            return P1
        if communication is OTHER:
            return P2
        introduction = about.introduction
        if introduction is None:
            return P3
        rule = introduction.block.rule
        if rule is CLIENT:
            return P4
        if rule is INTRODUCER:
            return P5
        return P6
    if not gate.premium:
        return C0
    if not gate.option_enabled:
        return C1
    if communication is OTHER:
        return C2
    introduction = about.introduction
    if introduction is None:
        return C3
    rule = introduction.block.rule
    if rule is CLIENT:
        return C4
    if rule is INTRODUCER:
        return C5
    return C6


def random_cases(random: Random, gates: list[FeatureGate]) -> list[Case]:
    """Over clients, introducers and deals enough to be out of the nearest cache."""
    introducers = [
        Introducer(n, emails=[f"i{n}.{m}@introducer.example" for m in range(n % 3)])
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
            emails=[f"c{n}.{m}@client.example" for m in range(n % 3)],
            introduction=introduction(),
        )
        for n in range(500)
    ]
    cases: list[Case] = []
    for n in range(CASES):
        about: Client | Project | Contract = random.choice(clients)
        deal = random.choice([None, Project, Contract])
        if deal is not None and type(about) is Client:
            about = deal(n, client=about, introduction=introduction())
        cases.append((random.choice(list(Communication)), about, random.choice(gates)))
    return cases


def run_floor(cases: list[Case]) -> None:
    for communication, about, gate in cases:
        floor(communication, about, gate)


def run_decide(cases: list[Case]) -> None:
    for communication, about, gate in cases:
        decide(communication, about, gate=gate)


def run_resolve(cases: list[Case]) -> None:
    for communication, about, gate in cases:
        resolve_recipients(communication, about, gate=gate)


def measured(what: str, cases: list[Case], repeats: int) -> Iterator[Result]:
    for communication, about, gate in cases:
        assert floor(communication, about, gate) is decide(communication, about, gate=gate)

    runs = {"floor": run_floor, "decide": run_decide, "resolve_recipients": run_resolve}
    times = interleaved({name: partial(run, cases) for name, run in runs.items()}, repeats)
    for name, at_most in (("decide", 2), ("resolve_recipients", 8)):
        ratio = ratios(times[name], times["floor"])
        yield Result("scalar", f"`{name}` / floor, {what}", ratio, at_most)


def results(quick: bool) -> Iterator[Result]:
    repeats = 3 if quick else 500
    random = Random(1)
    gates = [FeatureGate(premium=p, option_enabled=o) for p in (True, False) for o in (True, False)]
    yield from measured("any gate", random_cases(random, gates), repeats)
    yield from measured("gate open", random_cases(random, gates[:1]), repeats)
