"""Every case of the core's own table that a table can hold, through every engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import Any, NamedTuple, TypeAlias

import pyarrow as pa
import pytest

from partner_comms import Communication, FeatureGate, RecordKind, resolve_recipients
from partner_comms.frames import resolve_clients, resolve_deals
from partner_comms.frames._cases import outcomes, reachable
from tests.oracles import frames as oracle
from tests.oracles.cases import about, all_cases
from tests.oracles.core import Case, lower

from .engines import ENGINES, POLARS, Engine, Row, rows_of, table

Scenario: TypeAlias = tuple[bool, bool, str]
SCENARIOS: tuple[Scenario, ...] = tuple(
    product((True, False), (True, False), (each.value for each in Communication))
)
"""PREMIUM, option, communication."""
CASES = 3 * (32 + 72)
"""In a scenario: kinds of record, and records without and with an introducer."""
IDS = {"id": pa.int64(), "client_id": pa.int64(), "introducer_id": pa.int64()}
TEXTS = {"email": pa.string(), "rule": pa.string()}


class Portfolio(NamedTuple):
    """The cases as tables: those about a deal, and those about a client's record."""

    deals: pa.Table
    clients: pa.Table
    introducers: pa.Table


def single_addresses() -> Iterator[Case]:
    """What tables can hold: one address a party."""
    for case in all_cases():
        blocks = (case.client_block, case.deal_block)
        addresses = [case.client_emails, *(block.introducer_emails for block in blocks if block)]
        if all(len(emails) < 2 for emails in addresses):
            yield case


def seen_by_engines(scenario: Scenario) -> tuple[Any, ...]:
    """All that `resolve_deals` and `resolve_clients` tell an engine of a scenario."""
    premium, option, code = scenario
    communication = Communication(code)
    gate = FeatureGate(premium=premium, option_enabled=option)
    of_kinds = [reachable(kind, communication, gate) for kind in RecordKind]
    formal = communication.is_formal
    return tuple((*found, *outcomes(found, formal=formal)) for found in of_kinds)


DISTINCT = tuple({seen_by_engines(scenario): scenario for scenario in SCENARIOS}.values())
"""One scenario of each kind that an engine can tell from others."""


@cache
def cases() -> dict[Scenario, list[Case]]:
    """By scenario; each has the same records in the same order."""
    found: dict[Scenario, list[Case]] = {scenario: [] for scenario in SCENARIOS}
    for case in single_addresses():
        found[case.premium, case.option_enabled, case.communication].append(case)
    return found


@cache
def portfolio() -> Portfolio:
    deals: list[Row] = []
    clients: list[Row] = []
    introducers: list[Row] = []

    def introduced(block: Any) -> Row:
        if block is None:
            return {"introducer_id": None, "rule": None}
        introducers.append(
            {"id": len(introducers), "email": next(iter(block.introducer_emails), None)}
        )
        return {"introducer_id": len(introducers) - 1, "rule": block.rule}

    for number, case in enumerate(cases()[SCENARIOS[0]]):
        email = next(iter(case.client_emails), None)
        clients.append({"id": number, "email": email} | introduced(case.client_block))
        deal = {"id": number, "client_id": number} | introduced(case.deal_block)
        deals.append(deal | {"about": case.about})
    return Portfolio(
        table(deals, about=pa.string(), **IDS, rule=pa.string()),
        table(clients, id=pa.int64(), introducer_id=pa.int64(), **TEXTS),
        table(introducers, id=pa.int64(), **TEXTS),
    )


def expected(case: Case) -> Row:
    """What the core answers, as a row."""
    gate = FeatureGate(premium=case.premium, option_enabled=case.option_enabled)
    answer = resolve_recipients(case.communication, about(case), gate=gate)
    block = case.client_block if case.about == "client" else case.deal_block
    written_to = {lower(address) for address in answer.to + answer.cc}
    introducer = block.introducer_emails if block else ()
    return {
        "to": next(iter(answer.to), None),
        "cc": next(iter(answer.cc), None),
        "applied_rule": answer.decision.rule.value,
        "reason": answer.decision.reason.value,
        "notice": next((notice.value for notice in answer.notices), None),
        "reaches_client": any(lower(address) in written_to for address in case.client_emails),
        "reaches_introducer": any(lower(address) in written_to for address in introducer),
    }


def explained(case: Case, locale: str) -> str:
    """What the core says of it; a table of deals does not tell projects from contracts (D2)."""
    gate = FeatureGate(premium=case.premium, option_enabled=case.option_enabled)
    kind = "client" if case.about == "client" else "contract"
    record = about(case._replace(about=kind))
    return resolve_recipients(case.communication, record, gate=gate).explain(locale)


def compare(engine: Engine, scenarios: Sequence[Scenario] = DISTINCT) -> int:
    """Hold every case of these scenarios against the core; how many there were."""
    deals, clients, introducers = (engine.make(source) for source in portfolio())
    walked = 0
    for number, (premium, option, communication) in enumerate(scenarios):
        locale = ("fr", "en")[number % 2]
        gate = FeatureGate(premium=premium, option_enabled=option)
        of_deals = resolve_deals(
            deals,
            clients=clients,
            introducers=introducers,
            communication=communication,
            gate=gate,
            explain=locale,
        )
        of_clients = resolve_clients(
            clients,
            introducers=introducers,
            communication=communication,
            gate=gate,
            explain=locale,
        )
        here = cases()[premium, option, communication]
        answers = zip(
            here,
            rows_of(engine, of_deals, by="id"),
            rows_of(engine, of_clients, by="id"),
            strict=True,
        )
        for case, deal, client in answers:
            answer = client if case.about == "client" else deal
            wanted = expected(case) | {"why": explained(case, locale)}
            assert {name: answer[name] for name in wanted} == wanted, case
            walked += 1
    return walked


def test_five_scenarios_are_distinct() -> None:
    """D15, D10: not PREMIUM, option off, not covered, covered, and covered and formal."""
    premium = [communication for has, option, communication in DISTINCT if has and option]
    told_apart = {(each.is_covered, each.is_formal) for each in map(Communication, premium)}
    assert told_apart == {(False, False), (True, False), (True, True)}
    assert {scenario[:2] for scenario in DISTINCT} >= {(True, False)}
    assert len(DISTINCT) == 5


def test_every_scenario() -> None:
    """S6 to S9, D1, D7 to D10, D13, D15: the core's answers, row by row."""
    assert compare(POLARS, SCENARIOS) == len(SCENARIOS) * CASES


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_every_case(engine: Engine) -> None:
    """The same in the scenarios that an engine can tell from others."""
    assert compare(engine) == len(DISTINCT) * CASES


# --- Faults that only tables have -----------------------------------------------------------------

FAULTS: dict[str, list[Row]] = {
    "good": [{"id": "good", "email": "good@example.org"}],
    "other": [{"id": "other", "email": "Other@example.org"}],
    "none": [{"id": "none", "email": None}],
    "wrong": [{"id": "wrong", "email": "wrong"}],
    "twice": [{"id": "twice", "email": "one@example.org"}, {"id": "twice", "email": None}],
    "unknown": [],
}
"""All that a table can hold of an id."""


@cache
def faulty() -> tuple[list[Row], list[Row]]:
    """Deals with every pair of such ids, and every rule; and the parties."""
    combinations = product((*FAULTS, None), (*FAULTS, None), (None, "strange", *oracle.RULES))
    deals: list[Row] = [
        {"id": number, "client_id": client, "introducer_id": introducer, "rule": rule}
        for number, (client, introducer, rule) in enumerate(combinations)
    ]
    return deals, [row for rows in FAULTS.values() for row in rows]


def compare_faults(engine: Engine) -> int:
    deals, parties = faulty()
    text = pa.string()
    deal_table = engine.make(
        table(deals, id=pa.int64(), client_id=text, introducer_id=text, rule=text)
    )
    party_table = engine.make(table(parties, id=text, email=text))
    found = set()
    for premium, option, communication in DISTINCT:
        resolved = resolve_deals(
            deal_table,
            clients=party_table,
            introducers=party_table,
            communication=communication,
            gate=FeatureGate(premium=premium, option_enabled=option),
        )
        for deal, answer in zip(deals, rows_of(engine, resolved, by="id"), strict=True):
            wanted = oracle.resolved(
                deal,
                oracle.found(parties, deal["client_id"]),
                parties,
                communication=communication,
                premium=premium,
                option=option,
            )
            assert answer == deal | wanted
            found.add(wanted["notice"])
    assert found >= {None, "unknown_id", "ambiguous_id", "invalid_email", "invalid_rule"}
    return len(deals)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_every_fault(engine: Engine) -> None:
    """D8, D20: a fault of an id or an address reaches nobody, and its name says which it is."""
    assert compare_faults(engine) == 7 * 7 * 5
