"""What a type checker sees of each public callable; mypy proves it, and running it does no harm."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any, Literal, assert_type

import partner_comms
from partner_comms import (
    DECISIONS,
    LOCALES,
    AddressProblem,
    AnswerChange,
    ChangeOutcome,
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    Deal,
    Decision,
    EmptyIdError,
    FeatureClosedError,
    FeatureGate,
    Identifier,
    Introducer,
    Introduction,
    InvalidAnswerError,
    InvalidDataError,
    InvalidEmailError,
    InvalidTypeError,
    NoIntroducerError,
    NoRecipientError,
    Notice,
    PartnerCommsError,
    Party,
    Prefill,
    PrefillNotice,
    Product,
    Project,
    Reason,
    Recipients,
    RecipientsDict,
    RecordKind,
    RuleChange,
    RuleFilter,
    SortedAddresses,
    UiText,
    UnknownCodeError,
    change_rule,
    choices,
    decide,
    explain_entry,
    filter_by_rule,
    is_email_address,
    label,
    prefill_introduction,
    resolve_recipients,
    sort_addresses,
    with_rule,
)
from tests.people import OPEN


def test_models() -> None:
    gate = assert_type(FeatureGate(premium=True, option_enabled=True), FeatureGate)
    assert_type(gate.premium, bool)
    assert_type(gate.option_enabled, bool)
    assert_type(gate.is_open, bool)
    gate.require_open()

    block = assert_type(CommissionBlock(rule="client", terms=12), CommissionBlock)
    assert_type(block.rule, CommunicationRule)
    assert_type(block.terms, Any)

    durand = assert_type(Introducer(7, name="D", emails=["d@d.example"], block=block), Introducer)
    assert_type(durand.id, Identifier)
    assert_type(durand.name, str)
    assert_type(durand.emails, tuple[str, ...])
    assert_type(durand.block, CommissionBlock)

    introduction = assert_type(Introduction(introducer=durand, block=block), Introduction)
    assert_type(introduction.introducer, Introducer)
    assert_type(introduction.block, CommissionBlock)

    client = assert_type(Client("C", emails=("c@c.example",), introduction=None), Client)
    assert_type(client.emails, tuple[str, ...])
    assert_type(client.introduction, Introduction | None)
    assert_type(client.rule, CommunicationRule | None)
    assert_type(client.record_kind, Literal[RecordKind.CLIENT])

    project = assert_type(Project("P", client=client, introduction=introduction), Project)
    assert_type(project.record_kind, Literal[RecordKind.PROJECT])
    contract = assert_type(Contract("K", client=client, introduction=introduction), Contract)
    assert_type(contract.client, Client)
    assert_type(contract.introduction, Introduction | None)
    assert_type(contract.rule, CommunicationRule | None)
    assert_type(contract.record_kind, Literal[RecordKind.CONTRACT])
    deal: Deal = contract if contract.rule else project
    assert_type(deal.client, Client)

    product = assert_type(Product("auto", name="Auto", block=block), Product)
    assert_type(product.block, CommissionBlock)
    assert_type(is_email_address(None), bool)


def test_enums() -> None:
    assert_type(CommunicationRule("client"), CommunicationRule)
    communication = assert_type(Communication("other"), Communication)
    assert_type(communication.is_covered, bool)
    assert_type(communication.is_formal, bool)
    assert_type(Party("client"), Party)
    assert_type(RecordKind("client"), RecordKind)
    assert_type(Reason("not_premium"), Reason)
    assert_type(Notice("invalid_rule"), Notice)
    assert_type(RuleFilter("none"), RuleFilter)
    assert_type(ChangeOutcome("changed"), ChangeOutcome)
    assert_type(PrefillNotice("unknown_id"), PrefillNotice)
    assert_type(AnswerChange("copy_added"), AnswerChange)
    assert_type(AddressProblem("no_at"), AddressProblem)
    assert_type(CommunicationRule.CLIENT.cc, Party | None)
    assert_type(RuleFilter.NONE.rule, CommunicationRule | None)
    assert_type(LOCALES, tuple[Literal["fr", "en"], ...])
    text = assert_type(UiText("rule_filter"), UiText)
    assert_type(label(text), str)
    assert_type(label(communication, locale="en"), str)


def test_functions() -> None:
    durand = Introducer(7)
    client = Client("C", introduction=Introduction(introducer=durand))
    project = Project("P", client=client, introduction=client.introduction)
    contract = Contract("K", client=client, introduction=client.introduction)
    both: list[Deal] = [project, contract]

    assert_type(DECISIONS, tuple[Decision, ...])
    decision = assert_type(decide("other", client, gate=OPEN), Decision)
    assert_type(decision.record_kind, RecordKind)
    assert_type(decision.reason, Reason)
    assert_type(decision.rule, CommunicationRule)
    assert_type(decision.to, Party)
    assert_type(decision.cc, Party | None)
    assert_type(decision.explain("en"), str)

    answer = assert_type(resolve_recipients("other", about=contract, gate=OPEN), Recipients)
    assert_type(answer.decision, Decision)
    assert_type(answer.to, tuple[str, ...])
    assert_type(answer.cc, tuple[str, ...])
    assert_type(answer.notices, tuple[Notice, ...])
    assert_type(answer.is_deliverable, bool)
    assert_type(answer.explain(), str)
    assert_type(answer.as_dict(), RecipientsDict)
    assert_type(Recipients.from_dict(answer.as_dict()), Recipients)
    assert_type(explain_entry(answer.as_dict(), "en"), str)
    assert_type(bool(answer), bool)

    prefill = assert_type(prefill_introduction(client, durand), Prefill)
    assert_type(prefill.introduction, Introduction)
    assert_type(prefill.source, Literal[RecordKind.CLIENT, RecordKind.INTRODUCER])
    assert_type(prefill.differs_from_preferred, bool)

    assert_type(with_rule(durand, "client"), Introducer)
    assert_type(with_rule(client, CommunicationRule.INTRODUCER), Client)
    assert_type(with_rule(contract, "client"), Contract)
    assert_type(filter_by_rule([contract], "none", gate=OPEN), tuple[Contract, ...])
    assert_type(filter_by_rule(both, CommunicationRule.CLIENT, gate=OPEN), tuple[Deal, ...])

    found = assert_type(sort_addresses(["a", None]), SortedAddresses)
    assert_type(found.valid, tuple[str, ...])
    assert_type(found.doubtful, tuple[tuple[str, AddressProblem], ...])
    assert_type(choices(RuleFilter, "en"), tuple[tuple[str, str], ...])

    change = assert_type(change_rule([contract], "client", gate=OPEN), RuleChange[Contract])
    assert_type(change.rule, CommunicationRule)
    assert_type(change.before, tuple[Contract, ...])
    assert_type(change.after, tuple[Contract, ...])
    assert_type(change.changes, tuple[tuple[Contract, Contract], ...])
    assert_type(change.unchanged, tuple[Contract, ...])
    assert_type(change.skipped, tuple[Contract, ...])
    assert_type(change_rule(both, "client", gate=OPEN), RuleChange[Deal])
    assert_type(change_rule([contract, project], "client", gate=OPEN), RuleChange[Deal])
    assert_type(change.counts, dict[ChangeOutcome, int])
    kinds = {RecordKind.PROJECT: Project, RecordKind.CONTRACT: Contract}
    made = kinds[RecordKind.PROJECT](1, client=client, introduction=None)
    assert_type(resolve_recipients("other", made, gate=OPEN), Recipients)


def test_errors() -> None:
    wrong_type = InvalidTypeError("field", "1 (int)", "a str")
    assert_type(wrong_type.field, str)
    assert_type(wrong_type.got, str)
    assert_type(wrong_type.expected, str)
    unknown = UnknownCodeError("rule", "x", ("client",))
    assert_type(unknown.value, str)
    assert_type(unknown.known, tuple[str, ...])
    assert_type(InvalidEmailError("emails", "x", AddressProblem.NO_AT).problem, AddressProblem)
    assert_type(EmptyIdError("id").field, str)
    assert_type(FeatureClosedError(Reason.OPTION_OFF).reason, Reason)
    impossible = InvalidAnswerError("cc", "there is a Cc without To")
    assert_type(impossible.problem, str)
    assert_type(InvalidDataError(("the key is missing",)).errors, tuple[str, ...])
    nobody = NoRecipientError((Notice.NO_CLIENT_ADDRESS,))
    assert_type(nobody.notices, tuple[Notice, ...])
    missing = NoIntroducerError(RecordKind.CLIENT, 1)
    assert_type(missing.record_kind, RecordKind)
    assert_type(missing.id, Identifier)
    assert_type(PartnerCommsError().args, tuple[Any, ...])


def test_each_public_name_stands_above() -> None:
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    used = {
        name.id
        for function in functions
        for name in ast.walk(function)
        if isinstance(name, ast.Name)
    }
    assert set(partner_comms.__all__) <= used
