"""The rule book: all that can change a recipient.

`decide` says who receives an e-mail, one reason after the other in the order of D15;
`resolve_recipients` turns that into addresses (D8, D9) and says what is wrong (D8, D10).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from .addresses import share_address, without
from .answers import Decision, DecisionTable, Recipients
from .codes import Communication, CommunicationRule, Notice, Reason, RecordKind, member
from .models import Client, Contract, Deal, FeatureGate, Introducer, Project, as_gate
from .refusals import wrong_type
from .values import draft_of

# --- Who receives it ------------------------------------------------------------------------------


def _decision(kind: RecordKind, reason: Reason, rule: CommunicationRule) -> Decision:
    return Decision(record_kind=kind, reason=reason, rule=rule, to=rule.to, cc=rule.cc)  # S6


class _Decisions:
    """All that can be decided about one kind of record, in the order of D15."""

    def __init__(self, kind: RecordKind) -> None:
        as_usual = CommunicationRule.CLIENT
        self.not_premium = _decision(kind, Reason.NOT_PREMIUM, as_usual)
        self.option_off = _decision(kind, Reason.OPTION_OFF, as_usual)
        self.not_covered = _decision(kind, Reason.NOT_COVERED, as_usual)
        self.no_introducer = _decision(kind, Reason.NO_INTRODUCER, as_usual)
        self.applied = {
            rule: _decision(kind, Reason.RULE_APPLIED, rule) for rule in CommunicationRule
        }

    def __iter__(self) -> Iterator[Decision]:
        yield from (self.not_premium, self.option_off, self.not_covered, self.no_introducer)
        yield from self.applied.values()


_BY_TYPE: Final[dict[type, _Decisions]] = {
    record: _Decisions(record.record_kind) for record in (Client, Project, Contract)
}

DECISIONS: Final[tuple[Decision, ...]] = DecisionTable(
    decision for decisions in _BY_TYPE.values() for decision in decisions
)
"""The decision table: for a client's record, a project and a contract, the four usual decisions
in the order of D15, then one for each rule."""


def decide(
    communication: Communication | str, about: Client | Deal, *, gate: FeatureGate
) -> Decision:
    """Who receives an e-mail about one record: who is To and who is Cc, and why (D1, D2, S7, S8).

    The first reason that holds wins (D15). `communication` is a member or its exact code. Another
    code is refused with an `UnknownCodeError`, another type of communication, record or gate with
    an `InvalidTypeError` (D19).

    >>> from partner_comms import Client, FeatureGate
    >>> gate = FeatureGate(premium=True, option_enabled=True)
    >>> decide("mail_merge", Client(1, introduction=None), gate=gate).reason
    <Reason.NO_INTRODUCER: 'no_introducer'>
    """
    if type(communication) is not Communication:
        communication = member(Communication, communication, "communication")
    decisions = _BY_TYPE.get(type(about))
    if decisions is None:
        expected = "a Client, a Project or a Contract"
        raise wrong_type("about", about, expected, *_BY_TYPE)
    if type(gate) is not FeatureGate:
        as_gate(gate)  # refuses it

    if not gate.premium:  # S1, D7
        return decisions.not_premium
    if not gate.option_enabled:  # S2, D7
        return decisions.option_off
    if not communication.is_covered:  # S5, D13
        return decisions.not_covered
    introduction = about.introduction
    if introduction is None:  # S9, D1
        return decisions.no_introducer
    return decisions.applied[introduction.block.rule]  # S6, S7, S8


# --- Which addresses that makes -------------------------------------------------------------------

_CLIENT: Final = CommunicationRule.CLIENT
_INTRODUCER: Final = CommunicationRule.INTRODUCER
_NO_CLIENT_ADDRESS: Final = (Notice.NO_CLIENT_ADDRESS,)
_NO_INTRODUCER_ADDRESS: Final = (Notice.NO_INTRODUCER_ADDRESS,)
_CLIENT_NOT_ADDRESSED: Final = (Notice.CLIENT_NOT_ADDRESSED,)


def resolve_recipients(
    communication: Communication | str, about: Client | Deal, *, gate: FeatureGate
) -> Recipients:
    """The addresses of an e-mail about one record, why, and what is wrong (S6, D8, D9, D10).

    Takes and refuses what `decide` does. Nobody is ever swapped for somebody else because an
    address is missing: then the answer says so in its `notices`.

    >>> from partner_comms import Client, FeatureGate
    >>> gate = FeatureGate(premium=True, option_enabled=True)
    >>> client = Client(1, emails="martin@example.org", introduction=None)
    >>> resolve_recipients("mail_merge", client, gate=gate).to
    ('martin@example.org',)
    """
    if type(communication) is not Communication:
        communication = member(Communication, communication, "communication")
    decision = decide(communication, about, gate=gate)
    client = about if type(about) is Client else about.client
    rule = decision.rule
    if rule is _CLIENT:
        return _answer(decision, client.emails, (), () if client.emails else _NO_CLIENT_ADDRESS)

    introduction = about.introduction
    assert introduction is not None  # a rule lives in an introduction (D3): without, none applies
    introducer = introduction.introducer
    if rule is _INTRODUCER:
        return _to_introducer(decision, client, introducer, communication.is_formal)
    return _with_copy(decision, client, introducer)


def _to_introducer(
    decision: Decision, client: Client, introducer: Introducer, formal: bool
) -> Recipients:
    """Apporteur: a formal notice that the client does not get is allowed, with a notice (D10)."""
    if not introducer.emails:
        return _answer(decision, (), (), _NO_INTRODUCER_ADDRESS)
    if formal and not share_address(introducer.emails, client.emails):
        return _answer(decision, introducer.emails, (), _CLIENT_NOT_ADDRESSED)
    return _answer(decision, introducer.emails, (), ())


def _with_copy(decision: Decision, client: Client, introducer: Introducer) -> Recipients:
    """Client + Apporteur: without an address of the client nobody receives it (D8)."""
    no_introducer = () if introducer.emails else _NO_INTRODUCER_ADDRESS
    if not client.emails:
        return _answer(decision, (), (), _NO_CLIENT_ADDRESS + no_introducer)
    copies = without(introducer.emails, client.emails)  # D9
    return _answer(decision, client.emails, copies, no_introducer)


_Draft: Final = draft_of(Recipients)


def _answer(
    decision: Decision, to: tuple[str, ...], cc: tuple[str, ...], notices: tuple[Notice, ...]
) -> Recipients:
    answer = _Draft()
    answer.decision = decision
    answer.to = to
    answer.cc = cc
    answer.notices = notices
    answer.__class__ = Recipients
    return cast(Recipients, answer)
