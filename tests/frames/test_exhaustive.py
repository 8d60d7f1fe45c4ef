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
from partner_comms.frames._cases import OF_LISTS, OF_ONE_ADDRESS, outcomes, reachable
from partner_comms.frames._engines import polars
from tests.oracles import frames as oracle
from tests.oracles.cases import about, all_cases
from tests.oracles.core import Case, governing_block, lower

from .engines import ENGINES, POLARS, Engine, Row, rows_of, table

Scenario: TypeAlias = tuple[bool, bool, str]
SCENARIOS: tuple[Scenario, ...] = tuple(
    product((True, False), (True, False), (each.value for each in Communication))
)
"""PREMIUM, option, communication."""
CASES = 3 * (32 + 72)
"""In a scenario: kinds of record, and records without and with an introducer."""
CASES_WITH_LISTS = 3 * (4 * 4 * 3 * 4 + 3 * 4 * 3 * 2)
"""All of the core's own, and two more introducers who share an address with the client."""
IDS = {"id": pa.int64(), "client_id": pa.int64(), "introducer_id": pa.int64()}


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


def several_addresses() -> Iterator[Case]:
    """All of the core's, and introducers some or all of whose addresses are the client's (D9)."""
    for case in all_cases():
        yield case
        block = governing_block(case)
        if block and block.introducer_emails == ("C@Client.example",):
            for emails in (
                ("first@introducer.example", "C@Client.example", "i@introducer.example"),
                ("C2@client.example", "C@Client.example"),
            ):
                other = block._replace(introducer_emails=emails)
                if case.about == "client":
                    yield case._replace(client_block=other)
                else:
                    yield case._replace(deal_block=other)


def seen_by_engines(scenario: Scenario) -> tuple[Any, ...]:
    """All that `resolve_deals` and `resolve_clients` tell an engine of a scenario."""
    premium, option, code = scenario
    communication = Communication(code)
    gate = FeatureGate(premium=premium, option_enabled=option)
    of_kinds = [reachable(kind, communication, gate) for kind in RecordKind]
    formal = communication.is_formal
    return tuple(
        (*found, *outcomes(found, facts, formal=formal))
        for found, facts in product(of_kinds, (OF_ONE_ADDRESS, OF_LISTS))
    )


@cache
def distinct() -> tuple[Scenario, ...]:
    """One scenario of each kind that an engine can tell from others."""
    return tuple({seen_by_engines(scenario): scenario for scenario in SCENARIOS}.values())


@cache
def cases(*, lists: bool) -> dict[Scenario, list[Case]]:
    """By scenario; each has the same records in the same order."""
    found: dict[Scenario, list[Case]] = {scenario: [] for scenario in SCENARIOS}
    for case in several_addresses() if lists else single_addresses():
        found[case.premium, case.option_enabled, case.communication].append(case)
    return found


@cache
def portfolio(*, lists: bool) -> Portfolio:
    texts = {"email": pa.list_(pa.string()) if lists else pa.string(), "rule": pa.string()}
    deals: list[Row] = []
    clients: list[Row] = []
    introducers: list[Row] = []

    def introduced(block: Any) -> Row:
        if block is None:
            return {"introducer_id": None, "rule": None}
        introducers.append(
            {"id": len(introducers), "email": in_column(block.introducer_emails, lists=lists)}
        )
        return {"introducer_id": len(introducers) - 1, "rule": block.rule}

    for number, case in enumerate(cases(lists=lists)[SCENARIOS[0]]):
        email = in_column(case.client_emails, lists=lists)
        clients.append({"id": number, "email": email} | introduced(case.client_block))
        deal = {"id": number, "client_id": number} | introduced(case.deal_block)
        deals.append(deal | {"about": case.about})
    return Portfolio(
        table(deals, about=pa.string(), **IDS, rule=pa.string()),
        table(clients, id=pa.int64(), introducer_id=pa.int64(), **texts),
        table(introducers, id=pa.int64(), **texts),
    )


def in_column(addresses: Sequence[str], *, lists: bool) -> Any:
    """As a table has them: nobody is null, or with lists also an empty one."""
    return list(addresses) if lists else next(iter(addresses), None)


@cache
def expected(case: Case, locale: str, *, lists: bool) -> Row:
    """What the core answers, as a row; asked once for all engines."""
    gate = FeatureGate(premium=case.premium, option_enabled=case.option_enabled)
    answer = resolve_recipients(case.communication, about(case), gate=gate)
    block = case.client_block if case.about == "client" else case.deal_block
    written_to = {lower(address) for address in answer.to + answer.cc}
    introducer = block.introducer_emails if block else ()
    return {
        "to": in_column(answer.to, lists=lists) or None,
        "cc": in_column(answer.cc, lists=lists) or None,
        "applied_rule": answer.decision.rule.value,
        "reason": answer.decision.reason.value,
        "notice": next((notice.value for notice in answer.notices), None),
        "reaches_client": any(lower(address) in written_to for address in case.client_emails),
        "reaches_introducer": any(lower(address) in written_to for address in introducer),
        "why": explained(case, locale),
    }


def explained(case: Case, locale: str) -> str:
    """What the core says of it; a table of deals does not tell projects from contracts (D2)."""
    gate = FeatureGate(premium=case.premium, option_enabled=case.option_enabled)
    kind = "client" if case.about == "client" else "contract"
    record = about(case._replace(about=kind))
    return resolve_recipients(case.communication, record, gate=gate).explain(locale)


def compare(
    engine: Engine, scenarios: Sequence[Scenario] | None = None, *, lists: bool = False
) -> int:
    """Hold every case of these scenarios, or of all distinct ones, against the core; how many."""
    deals, clients, introducers = (engine.make(source) for source in portfolio(lists=lists))
    walked = 0
    scenarios = distinct() if scenarios is None else scenarios
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
        here = cases(lists=lists)[premium, option, communication]
        answers = zip(
            here,
            rows_of(engine, of_deals, by="id"),
            rows_of(engine, of_clients, by="id"),
            strict=True,
        )
        for case, deal, client in answers:
            answer = client if case.about == "client" else deal
            wanted = expected(case, locale, lists=lists)
            assert {name: answer[name] for name in wanted} == wanted, case
            walked += 1
    return walked


def test_five_scenarios_are_distinct() -> None:
    """D15, D10: not PREMIUM, option off, not covered, covered, and covered and formal."""
    premium = [communication for has, option, communication in distinct() if has and option]
    told_apart = {(each.is_covered, each.is_formal) for each in map(Communication, premium)}
    assert told_apart == {(False, False), (True, False), (True, True)}
    assert {scenario[:2] for scenario in distinct()} >= {(True, False)}
    assert len(distinct()) == 5


@pytest.mark.unmeasured
def test_every_scenario() -> None:
    """S6 to S9, D1, D7 to D10, D13, D15: the core's answers, row by row."""
    assert compare(POLARS, SCENARIOS) == len(SCENARIOS) * CASES


@pytest.mark.unmeasured
@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_every_case(engine: Engine) -> None:
    """The same in the scenarios that an engine can tell from others."""
    assert compare(engine) == len(distinct()) * CASES


@pytest.mark.unmeasured
def test_every_case_of_a_frame_that_is_streamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As frames of polars are from some size on: the same answers."""
    monkeypatch.setattr(polars, "STREAMED_FROM", 0)
    assert compare(POLARS) == len(distinct()) * CASES
    assert compare(POLARS, lists=True) == len(distinct()) * CASES_WITH_LISTS


@pytest.mark.unmeasured
@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_every_case_with_several_addresses(engine: Engine) -> None:
    """D8, D9, D10, D20: the core's answers for any number of addresses a party."""
    assert compare(engine, lists=True) == len(distinct()) * CASES_WITH_LISTS


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
FAULTS_OF_LISTS: dict[str, list[Row]] = {
    "good": [{"id": "good", "email": ["Good@example.org", "2@example.org"]}],
    "shares": [{"id": "shares", "email": ["3@example.org", "good@example.org", "3@EXAMPLE.org"]}],
    "some": [{"id": "some", "email": ["wrong", None, "GOOD@example.org", "good@example.org"]}],
    "none": [{"id": "none", "email": None}],
    "empty": [{"id": "empty", "email": []}],
    "nulls": [{"id": "nulls", "email": [None, None]}],
    "wrong": [{"id": "wrong", "email": ["wrong", None, ""]}],
    "twice": [{"id": "twice", "email": ["1@example.org"]}, {"id": "twice", "email": None}],
    "unknown": [],
}


@cache
def faulty(*, lists: bool) -> tuple[list[Row], list[Row]]:
    """Deals with every pair of such ids, and every rule; and the parties."""
    faults = FAULTS_OF_LISTS if lists else FAULTS
    combinations = product((*faults, None), (*faults, None), (None, "strange", *oracle.RULES))
    deals: list[Row] = [
        {"id": number, "client_id": client, "introducer_id": introducer, "rule": rule}
        for number, (client, introducer, rule) in enumerate(combinations)
    ]
    return deals, [row for rows in faults.values() for row in rows]


@cache
def answers_to_faults(scenario: Scenario, *, lists: bool) -> list[Row]:
    """The oracle's answer for each deal."""
    premium, option, communication = scenario
    deals, parties = faulty(lists=lists)
    return [
        oracle.resolved(
            deal,
            oracle.found(parties, deal["client_id"]),
            parties,
            communication=communication,
            premium=premium,
            option=option,
            lists=lists,
        )
        for deal in deals
    ]


def compare_faults(engine: Engine, *, lists: bool = False) -> int:
    deals, parties = faulty(lists=lists)
    text = pa.string()
    emails = pa.list_(text) if lists else text
    deal_table = engine.make(
        table(deals, id=pa.int64(), client_id=text, introducer_id=text, rule=text)
    )
    party_table = engine.make(table(parties, id=text, email=emails))
    found = set()
    for scenario in distinct():
        premium, option, communication = scenario
        resolved = resolve_deals(
            deal_table,
            clients=party_table,
            introducers=party_table,
            communication=communication,
            gate=FeatureGate(premium=premium, option_enabled=option),
        )
        rows = rows_of(engine, resolved, by="id")
        answers = answers_to_faults(scenario, lists=lists)
        for deal, answer, wanted in zip(deals, rows, answers, strict=True):
            assert answer == deal | wanted
            found.add(wanted["notice"])
    assert found >= {None, "unknown_id", "ambiguous_id", "invalid_email", "invalid_rule"}
    return len(deals)


@pytest.mark.unmeasured
@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_every_fault(engine: Engine) -> None:
    """D8, D20: a fault of an id or an address reaches nobody, and its name says which it is."""
    assert compare_faults(engine) == 7 * 7 * 5
    assert compare_faults(engine, lists=True) == 10 * 10 * 5
