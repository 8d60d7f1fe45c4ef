"""Random portfolios, faults and all: the engines agree with each other, the oracle and the core."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partner_comms import (
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    FeatureGate,
    Introducer,
    Introduction,
    Notice,
    RuleFilter,
    filter_by_rule,
    prefill_introduction,
    resolve_recipients,
)
from partner_comms.frames import (
    change_deals,
    filter_deals,
    prefill_deals,
    resolve_clients,
    resolve_deals,
)
from tests.oracles import frames as oracle
from tests.oracles.core import lower

from .addresses import NASTY
from .engines import MAIN_ENGINES, PANDAS, Engine, Row, rows_of, table

pytestmark = pytest.mark.unmeasured


class Portfolio(NamedTuple):
    deals: list[Row]
    clients: list[Row]
    introducers: list[Row]
    whole: bool
    """Whether the ids are numbers, and not texts."""
    types: dict[str, pa.DataType]
    """Of each column that has one of its own, by table and name."""


GOOD = st.sampled_from(("a@example.org", "A@Example.ORG", "b@example.org", "c@partner.example"))
EMAILS = st.one_of(
    st.none(),
    GOOD,
    GOOD,
    st.sampled_from(NASTY),
    st.text(st.sampled_from("aA0.-_@ \n\r\t\u00e9\u2028\x00"), max_size=12),
)
CODES = st.sampled_from([rule.value for rule in CommunicationRule])
RULES = st.one_of(
    st.none(),
    CODES,
    CODES,
    st.sampled_from(("", "Client", "client ", "none", "client\n", "introducteur", "\x00")),
)


@st.composite
def several_emails(draw: st.DrawFn) -> list[str | None]:
    return draw(st.lists(EMAILS, max_size=4))


LISTS = st.none() | several_emails()
TEXT, LIST = pa.string(), pa.list_(pa.string())
WORDS = (TEXT, pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), TEXT))
NARROW = (pa.int8(), pa.int16(), pa.int32(), pa.float32())
WIDE = (pa.int64(), pa.float64(), pa.decimal128(20, 0))
TYPED = {
    "deals": ("id", "client_id", "introducer_id"),
    "clients": ("id", "introducer_id", "rule", "email"),
    "introducers": ("id", "rule", "email"),
    "selection": ("id",),
}
"""The columns that get a type each. A rule that is changed has to fit into its column, and DuckDB
makes a fixed set of values of a dictionary."""


@st.composite
def portfolios(draw: st.DrawFn, *, lists: bool = False) -> Portfolio:
    whole, narrow = draw(st.booleans()), draw(st.booleans())
    # Ids near 2^53 and beyond, that a float would mix up, would be lost in pandas' own frames.
    numbers = (0, 1, 2, 3, -4, 100 if narrow else 2**40)
    pool: Sequence[Any] = numbers if whole else ("", "1", "a", "A", "a ", "é")
    of_ids = st.sampled_from(((*NARROW, *WIDE) if narrow else WIDE) if whole else WORDS)
    types = {
        f"{name}.{column}": draw(of_ids if "id" in column else st.sampled_from(WORDS))
        for name, columns in TYPED.items()
        for column in columns
    }
    if lists:
        emails = ("clients.email", "introducers.email")
        types |= dict.fromkeys(draw(st.sampled_from((emails, emails[:1], emails[1:]))), LIST)
    of_client, of_introducer = (
        LISTS if types[f"{name}.email"] == LIST else EMAILS for name in ("clients", "introducers")
    )
    maybe = st.sampled_from((*pool, None))

    # Ids that stand twice, or nowhere, are the exception, or hardly a deal would ever be answered.
    key = draw(st.sampled_from((_id, _id, None)))
    least = draw(st.sampled_from((0, 3, 5)))

    def rows(size: int, **columns: st.SearchStrategy[Any]) -> list[Row]:
        made = st.fixed_dictionaries(columns)
        return draw(st.lists(made, min_size=least, max_size=size, unique_by=key))

    def one_of(parties: list[Row]) -> st.SearchStrategy[Any]:
        known = [party["id"] for party in parties if party["id"] is not None]
        return st.sampled_from(known) | st.sampled_from(known) | maybe if known else maybe

    introducers = rows(6, id=maybe, email=of_introducer, rule=RULES)
    introducer_id = one_of(introducers)
    clients = rows(7, id=maybe, email=of_client, introducer_id=introducer_id, rule=RULES)
    key = None
    deals = rows(16, id=maybe, client_id=one_of(clients), introducer_id=introducer_id, rule=RULES)
    numbered = [row | {"row": number} for number, row in enumerate(deals)]
    numbered_clients = [row | {"row": number} for number, row in enumerate(clients)]
    return Portfolio(numbered, numbered_clients, introducers, whole, types)


def _id(row: Row) -> Any:
    return row["id"]


GATES = st.sampled_from(((True, True), (True, True), (True, False), (False, True)))
COMMUNICATIONS = st.sampled_from([each.value for each in Communication])
FEW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def tables(portfolio: Portfolio) -> tuple[pa.Table, pa.Table, pa.Table]:
    return (
        typed(portfolio.deals, "deals", portfolio),
        typed(portfolio.clients, "clients", portfolio),
        typed(portfolio.introducers, "introducers", portfolio),
    )


COLUMNS = {
    "deals": ("row", "id", "client_id", "introducer_id", "rule"),
    "clients": ("row", "id", "email", "introducer_id", "rule"),
    "introducers": ("id", "email", "rule"),
    "selection": ("id",),
}


def typed(rows: list[Row], name: str, portfolio: Portfolio) -> pa.Table:
    """The rows as a table, with the types that were drawn for it."""
    plain = {"row": pa.int64(), "rule": TEXT, "email": TEXT}
    kinds = {each: plain.get(each, id_type(portfolio)) for each in COLUMNS[name]}
    drawn = {each: portfolio.types.get(f"{name}.{each}", kinds[each]) for each in kinds}
    if drawn.get("email") == LIST:
        kinds["email"] = LIST
    return table(rows, **kinds).cast(pa.schema(list(drawn.items())))


def id_type(portfolio: Portfolio) -> pa.DataType:
    return pa.int64() if portfolio.whole else pa.string()


def only(rows: Sequence[Row], wanted: Sequence[Row]) -> list[Row]:
    """The columns of `wanted` in `rows`."""
    names = list(wanted[0]) if wanted else []
    return [{name: row[name] for name in names} for row in rows]


def core_block(row: Row, introducers: Sequence[Row]) -> Introduction | None:
    """The introduction that a row speaks of; raises where the core can't express it."""
    if row["introducer_id"] is None:
        return None
    (introducer,) = oracle.found(introducers, row["introducer_id"])
    emails = core_emails(introducer["email"])
    rule = CommunicationRule("client" if row["rule"] is None else row["rule"])
    return Introduction(
        introducer=Introducer(row["introducer_id"], emails=emails),
        block=CommissionBlock(rule=rule),
    )


def core_emails(email: Any) -> Any:
    if isinstance(email, str):
        return email
    return [text for text in email or () if text is not None]


def core_answer(
    about: Client | Contract, communication: str, gate: FeatureGate, *, lists: bool
) -> Row:
    answer = resolve_recipients(communication, about, gate=gate)
    client = about if isinstance(about, Client) else about.client
    written_to = {lower(address) for address in answer.to + answer.cc}
    introducer = about.introduction.introducer.emails if about.introduction else ()
    return {
        "to": oracle.in_column(answer.to, lists=lists),
        "cc": oracle.in_column(answer.cc, lists=lists),
        "applied_rule": answer.decision.rule.value,
        "reason": answer.decision.reason.value,
        "notice": next((notice.value for notice in answer.notices), None),
        "reaches_client": any(lower(address) in written_to for address in client.emails),
        "reaches_introducer": any(lower(address) in written_to for address in introducer),
    }


def core_deal(row: Row, portfolio: Portfolio) -> Contract | None:
    try:
        (client,) = oracle.found(portfolio.clients, row["client_id"])
        emails = core_emails(client["email"])
        party = Client(1, emails=emails, introduction=None)
        introduction = core_block(row, portfolio.introducers)
    except ValueError:
        return None
    return Contract(1, client=party, introduction=introduction)


def core_client(row: Row, portfolio: Portfolio) -> Client | None:
    try:
        emails = core_emails(row["email"])
        return Client(1, emails=emails, introduction=core_block(row, portfolio.introducers))
    except ValueError:
        return None


def test_what_the_portfolios_reach() -> None:
    """Every notice, and every source of a block: else the tests below would compare little."""
    answers, prefills = set(), set()

    @settings(FEW, max_examples=200)
    @given(portfolios() | portfolios(lists=True))
    def walk(portfolio: Portfolio) -> None:
        for row in portfolio.deals:
            clients = oracle.found(portfolio.clients, row["client_id"])
            answer = oracle.resolved(
                row,
                clients,
                portfolio.introducers,
                communication="formal_notice",
                premium=True,
                option=True,
            )
            answers.add((answer["reason"], answer["notice"]))
            prefill = oracle.prefilled(row, portfolio.clients, portfolio.introducers)
            prefills.add((prefill["prefill_source"], prefill["differs_from_preferred"]))

    walk()
    assert {notice for _, notice in answers} == {None, *Notice}
    assert ("rule_applied", None) in answers
    assert prefills >= {("client", False), ("client", True), ("introducer", False)}


@FEW
@given(portfolios(), COMMUNICATIONS, GATES)
def test_recipients(portfolio: Portfolio, communication: str, gates: tuple[bool, bool]) -> None:
    """S6 to S9, D1, D3, D7 to D10, D13, D15, D16."""
    compare_recipients(portfolio, communication, gates)


@settings(FEW, max_examples=25)
@given(portfolios(lists=True), COMMUNICATIONS, GATES)
def test_recipients_with_lists(
    portfolio: Portfolio, communication: str, gates: tuple[bool, bool]
) -> None:
    """D20, and D8 to D10 for any number of addresses."""
    compare_recipients(portfolio, communication, gates)


def compare_recipients(
    portfolio: Portfolio,
    communication: str,
    gates: tuple[bool, bool],
    engines: Sequence[Engine] = MAIN_ENGINES,
) -> None:
    premium, option = gates
    gate = FeatureGate(premium=premium, option_enabled=option)
    lists = LIST in portfolio.types.values()
    wanted = answers(portfolio, communication, gate, lists=lists)
    for row, answer in zip(portfolio.deals, wanted.deals, strict=True):
        if deal := core_deal(row, portfolio):
            assert core_answer(deal, communication, gate, lists=lists) == answer
    for row, answer in zip(portfolio.clients, wanted.clients, strict=True):
        if client := core_client(row, portfolio):
            assert core_answer(client, communication, gate, lists=lists) == answer

    for engine in engines:
        # pandas' columns of objects do not say what they would hold.
        are_known = engine is not PANDAS or has_a_list(portfolio)
        wanted = answers(portfolio, communication, gate, lists=lists and are_known)
        deals, clients, introducers = map(engine.make, tables(portfolio))
        resolved = resolve_deals(
            deals,
            clients=clients,
            introducers=introducers,
            communication=communication,
            gate=gate,
        )
        assert only(rows_of(engine, resolved, by="row"), wanted.deals) == wanted.deals, engine.name
        of_clients = resolve_clients(
            clients, introducers=introducers, communication=communication, gate=gate
        )
        found = rows_of(engine, of_clients, by="row")
        assert only(found, wanted.clients) == wanted.clients, engine.name


class Answers(NamedTuple):
    deals: list[Row]
    clients: list[Row]


def answers(portfolio: Portfolio, communication: str, gate: FeatureGate, *, lists: bool) -> Answers:
    scenario: Any = {
        "communication": communication,
        "premium": gate.premium,
        "option": gate.option_enabled,
        "lists": lists,
    }
    introducers = portfolio.introducers
    found = [oracle.found(portfolio.clients, row["client_id"]) for row in portfolio.deals]
    return Answers(
        deals=[
            oracle.resolved(row, clients, introducers, **scenario)
            for row, clients in zip(portfolio.deals, found, strict=True)
        ],
        clients=[oracle.resolved(row, [row], introducers, **scenario) for row in portfolio.clients],
    )


def has_a_list(portfolio: Portfolio) -> bool:
    parties = (*portfolio.clients, *portfolio.introducers)
    return any(isinstance(party["email"], list) for party in parties)


@FEW
@given(portfolios())
def test_prefill(portfolio: Portfolio) -> None:
    """S10, S11, D4, D5."""
    wanted = [
        oracle.prefilled(row, portfolio.clients, portfolio.introducers) for row in portfolio.deals
    ]
    for row, answer in zip(portfolio.deals, wanted, strict=True):
        if answer["prefill_source"] is not None:
            assert core_prefill(row, portfolio) == answer
    for engine in MAIN_ENGINES:
        deals, clients, introducers = map(engine.make, tables(portfolio))
        prefilled = prefill_deals(deals, clients=clients, introducers=introducers)
        assert only(rows_of(engine, prefilled, by="row"), wanted) == wanted, engine.name


def core_prefill(row: Row, portfolio: Portfolio) -> Row:
    (client,) = oracle.found(portfolio.clients, row["client_id"])
    (introducer,) = oracle.found(portfolio.introducers, row["introducer_id"])

    def block(rule: str | None) -> CommissionBlock:
        # The source has a rule; what the other record has does not matter.
        return CommissionBlock(rule=rule if rule in list(CommunicationRule) else "client")

    preferred = client["introducer_id"]
    introduction = preferred is not None and Introduction(
        introducer=Introducer(repr(preferred)), block=block(client["rule"])
    )
    prefill = prefill_introduction(
        Client(1, introduction=introduction or None),
        Introducer(repr(introducer["id"]), block=block(introducer["rule"])),
    )
    return {
        "prefilled_rule": prefill.introduction.block.rule.value,
        "prefill_source": prefill.source.value,
        "differs_from_preferred": prefill.differs_from_preferred,
        "prefill_notice": None,
    }


OPEN = FeatureGate(premium=True, option_enabled=True)


@FEW
@given(portfolios(), st.sampled_from([each.value for each in RuleFilter]))
def test_filter(portfolio: Portfolio, wanted: str) -> None:
    """S13, D3."""
    found = [row["row"] for row in portfolio.deals if oracle.is_found(row, wanted)]
    expressed = {row["row"]: core_deal(row, portfolio) for row in portfolio.deals}
    for number, deal in expressed.items():
        if deal:
            assert bool(filter_by_rule([deal], wanted, gate=OPEN)) is (number in found)
    for engine in MAIN_ENGINES:
        deals = engine.make(tables(portfolio)[0])
        filtered = filter_deals(deals, wanted, gate=OPEN)
        rows = rows_of(engine, filtered, by="row")
        assert [row["row"] for row in rows] == found, engine.name


@FEW
@given(
    portfolios(),
    st.sampled_from([rule.value for rule in CommunicationRule]),
    st.data(),
)
def test_change(portfolio: Portfolio, rule: str, data: st.DataObject) -> None:
    """S14, D11."""
    ids = [row["id"] for row in portfolio.deals if row["id"] not in (None, "")]
    other = 99 if portfolio.whole else "99"
    selection = data.draw(st.lists(st.sampled_from([*ids, other])))
    wanted = [oracle.changed(row, rule, selection) for row in portfolio.deals]
    chosen = typed([{"id": each} for each in [*selection, None]], "selection", portfolio)
    for engine in MAIN_ENGINES:
        deals = engine.make(tables(portfolio)[0])
        before = rows_of(engine, deals, by="row")
        for given_as in (selection, engine.make(chosen)):
            changed = change_deals(deals, rule, selection=given_as, gate=OPEN)
            rows = rows_of(engine, changed, by="row")
            assert only(rows, wanted) == wanted, engine.name
            untouched = [{**row, "rule": None, "change": None} for row in rows]
            assert untouched == [{**row, "rule": None, "change": None} for row in before]
