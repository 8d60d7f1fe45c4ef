"""What holds for whatever portfolio a host has."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage

import attrs
from hypothesis import given
from hypothesis import strategies as st

from partner_comms import (
    LOCALES,
    Client,
    Communication,
    CommunicationRule,
    Contract,
    Deal,
    FeatureGate,
    Introducer,
    Introduction,
    Notice,
    Product,
    Project,
    Reason,
    RecordKind,
    RuleFilter,
    change_rule,
    decide,
    filter_by_rule,
    is_email_address,
    prefill_introduction,
    resolve_recipients,
    with_rule,
)
from partner_comms.strategies import (
    clients,
    communications,
    deals,
    email_addresses,
    gates,
    introducers,
    portfolios,
    products,
)
from tests.people import CLOSED, OPEN

TERMS = st.none() | st.integers() | st.lists(st.integers(), max_size=1)
about = clients() | deals()
rules = st.sampled_from(CommunicationRule)
closed_gates = st.sampled_from(CLOSED)
Governing = Client | Project | Contract


def folded(addresses: tuple[str, ...]) -> set[str]:
    return {address.lower() for address in addresses}


def client_of(record: Governing) -> Client:
    return record if isinstance(record, Client) else record.client


PIECES = ["=?", "?=", "?", "=", "utf-8", "q", "?q?", "B", "=40", "=0A", "=2C", "a", "Bcc", "x"]
local_parts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join)


@given(st.lists(local_parts.map("{}@x.example".format).filter(is_email_address), min_size=1))
def test_d16_a_header_says_what_was_put_there(addresses: list[str]) -> None:
    """Also if the pieces of an encoded word are in two addresses of one header."""
    message = EmailMessage()
    message["To"] = [Address(addr_spec=address) for address in addresses]
    read = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert read.keys() == ["To"]
    assert [found.addr_spec for found in read["To"].addresses] == addresses


class TestWhoIsWrittenTo:
    @given(communications(), about, closed_gates)
    def test_d7_the_introducer_gets_nothing_while_the_gate_is_closed(
        self, communication: Communication, record: Governing, gate: FeatureGate
    ) -> None:
        answer = resolve_recipients(communication, record, gate=gate)
        assert (answer.to, answer.cc) == (client_of(record).emails, ())

    @given(communications(), about, gates())
    def test_d8_cc_is_never_without_to(
        self, communication: Communication, record: Governing, gate: FeatureGate
    ) -> None:
        answer = resolve_recipients(communication, record, gate=gate)
        assert answer.to or not answer.cc

    @given(communications(), about, gates())
    def test_d9_to_and_cc_share_nobody(
        self, communication: Communication, record: Governing, gate: FeatureGate
    ) -> None:
        answer = resolve_recipients(communication, record, gate=gate)
        to, cc = folded(answer.to), folded(answer.cc)
        assert not to & cc
        assert len(to) == len(answer.to)
        assert len(cc) == len(answer.cc)

    @given(communications(), about, gates())
    def test_d1_nobody_outside_the_governing_record_is_ever_written_to(
        self, communication: Communication, record: Governing, gate: FeatureGate
    ) -> None:
        answer = resolve_recipients(communication, record, gate=gate)
        parties = set(client_of(record).emails)
        if record.introduction is not None:
            parties |= set(record.introduction.introducer.emails)
        assert set(answer.to + answer.cc) <= parties
        assert answer.decision.record_kind is record.record_kind

    @given(communications(), about, gates())
    def test_d8_who_gets_nothing_is_said_to(
        self, communication: Communication, record: Governing, gate: FeatureGate
    ) -> None:
        answer = resolve_recipients(communication, record, gate=gate)
        missing = {Notice.NO_CLIENT_ADDRESS, Notice.NO_INTRODUCER_ADDRESS}
        assert answer.is_deliverable or missing & set(answer.notices)
        assert list(answer.notices) == sorted(answer.notices, key=list(Notice).index)

    @given(communications(), about, gates())
    def test_same_inputs_same_answer(
        self, communication: Communication, record: Governing, gate: FeatureGate
    ) -> None:
        answer = resolve_recipients(communication, record, gate=gate)
        assert answer == resolve_recipients(communication.value, record, gate=gate)
        assert hash(answer) == hash(resolve_recipients(communication, record, gate=gate))
        assert answer.decision is decide(communication, record, gate=gate)

    @given(communications(), about, gates())
    def test_d14_no_sentence_shows_an_address(
        self, communication: Communication, record: Governing, gate: FeatureGate
    ) -> None:
        answer = resolve_recipients(communication, record, gate=gate)
        for locale in LOCALES:
            assert "@" not in answer.explain(locale)

    @given(communications(), about.filter(lambda record: record.rule), rules, closed_gates)
    def test_d7_a_rule_stored_while_the_gate_is_closed_sleeps_and_wakes(
        self,
        communication: Communication,
        record: Governing,
        rule: CommunicationRule,
        gate: FeatureGate,
    ) -> None:
        changed = with_rule(record, rule)
        assert decide(communication, changed, gate=gate).rule is CommunicationRule.CLIENT
        awake = decide(communication, changed, gate=OPEN)
        assert awake.rule is (rule if communication.is_covered else CommunicationRule.CLIENT)


@given(st.lists(email_addresses()))
def test_d9_a_partys_addresses(emails: list[str]) -> None:
    """Each once, in the first spelling, in the party's own order; checking them again changes
    nothing."""
    kept = Introducer(1, emails=emails).emails
    assert folded(kept) == folded(tuple(emails))
    assert len(folded(kept)) == len(kept)
    assert list(kept) == sorted(kept, key=emails.index)
    assert Introducer(1, emails=kept).emails == kept


class TestPrefill:
    """S10, S11, D4, D5."""

    @given(clients(terms=TERMS), introducers(terms=TERMS))
    def test_it_keeps_all_that_it_does_not_name(
        self, client: Client, introducer: Introducer
    ) -> None:
        prefill = prefill_introduction(client, introducer)
        assert prefill.introduction.introducer is introducer
        source = client.introduction or introducer
        assert prefill.introduction.block is source.block
        from_client = client.introduction is not None
        assert (prefill.source is RecordKind.CLIENT) is from_client
        assert prefill == prefill_introduction(client, introducer)

    @given(clients(terms=TERMS))
    def test_the_preferred_introducer_is_no_other(self, client: Client) -> None:
        if client.introduction is not None:
            prefill = prefill_introduction(client, client.introduction.introducer)
            assert not prefill.differs_from_preferred
            assert prefill.introduction == client.introduction


class TestBulkChange:
    """S14, D11."""

    @given(portfolios(terms=TERMS), rules)
    def test_order_length_and_what_is_not_named(
        self, selection: tuple[Deal, ...], rule: CommunicationRule
    ) -> None:
        change = change_rule(selection, rule, gate=OPEN)
        assert change.before == selection
        for before, after in zip(selection, change.after, strict=True):
            assert type(after) is type(before)
            assert after.id is before.id
            assert after.client is before.client
            if before.introduction is None or after.introduction is None:
                assert after is before
            else:
                assert after.rule is rule
                assert after.introduction.introducer is before.introduction.introducer
                assert after.introduction.block.terms is before.introduction.block.terms

    @given(portfolios(terms=TERMS), rules)
    def test_idempotent(self, selection: tuple[Deal, ...], rule: CommunicationRule) -> None:
        once = change_rule(selection, rule, gate=OPEN)
        twice = change_rule(once.after, rule, gate=OPEN)
        assert twice.after == once.after
        assert twice.changes == ()
        assert all(one is other for one, other in zip(once.after, twice.after, strict=True))

    @given(portfolios(terms=TERMS), rules)
    def test_its_pairs_lead_back(
        self, selection: tuple[Deal, ...], rule: CommunicationRule
    ) -> None:
        change = change_rule(selection, rule, gate=OPEN)
        back = [
            with_rule(after, before.introduction.block.rule)
            for before, after in change.changes
            if before.introduction is not None
        ]
        assert back == [before for before, _ in change.changes]

    @given(portfolios(terms=TERMS), rules)
    def test_the_three_outcomes_split_the_selection(
        self, selection: tuple[Deal, ...], rule: CommunicationRule
    ) -> None:
        change = change_rule(selection, rule, gate=OPEN)
        changed = [before for before, _ in change.changes]
        parts = [*map(id, changed), *map(id, change.unchanged), *map(id, change.skipped)]
        assert sorted(parts) == sorted(map(id, selection))

    @given(portfolios(terms=TERMS), rules)
    def test_one_by_one_is_the_same(
        self, selection: tuple[Deal, ...], rule: CommunicationRule
    ) -> None:
        one_by_one = tuple(
            with_rule(deal, rule) if deal.introduction else deal for deal in selection
        )
        assert change_rule(selection, rule, gate=OPEN).after == one_by_one


class TestFilter:
    """S13, D3."""

    @given(portfolios())
    def test_four_parts_without_overlap_or_loss(self, page: tuple[Deal, ...]) -> None:
        parts = [filter_by_rule(page, wanted, gate=OPEN) for wanted in RuleFilter]
        found = [id(deal) for part in parts for deal in part]
        assert sorted(found) == sorted(map(id, page))
        for part in parts:
            order = [id(deal) for deal in part]
            assert order == [id(deal) for deal in page if id(deal) in set(order)]


@given(clients(terms=TERMS) | deals(terms=TERMS) | introducers(terms=TERMS) | products(terms=TERMS))
def test_s12_with_rule_changes_the_rule_alone(
    record: Client | Project | Contract | Introducer | Product,
) -> None:
    for rule in CommunicationRule:
        if isinstance(record, (Introducer, Product)):
            changed = with_rule(record, rule)
            assert changed == attrs.evolve(record, block=changed.block)
            assert changed.block.rule is rule
            assert changed.block.terms is record.block.terms
        elif record.introduction is not None:
            moved = with_rule(record, rule)
            introduction = moved.introduction
            assert introduction is not None
            assert moved == attrs.evolve(record, introduction=introduction)
            assert introduction == Introduction(
                introducer=record.introduction.introducer, block=introduction.block
            )
            assert introduction.block.rule is rule
            assert introduction.block.terms is record.introduction.block.terms


@given(about, gates(premium=st.just(True), option_enabled=st.just(True)))
def test_d15_only_an_applied_rule_differs_from_client(record: Governing, gate: FeatureGate) -> None:
    for communication in Communication:
        decision = decide(communication, record, gate=gate)
        if decision.reason is Reason.RULE_APPLIED:
            assert decision.rule is record.rule
        else:
            assert decision.rule is CommunicationRule.CLIENT
