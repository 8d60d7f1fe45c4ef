"""The rule book: all that can change a recipient.

`decide` says who is written to, one reason after the other in the order of D15;
`resolve_recipients` turns that into addresses (D8, D9) and says what is amiss (D8, D10).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, assert_never, cast, final

from attrs import field, frozen
from attrs.validators import deep_iterable, instance_of, optional

from . import sentences
from .errors import InvalidTypeError, described
from .models import (
    Client,
    Communication,
    CommunicationRule,
    Contract,
    FeatureGate,
    Introducer,
    Party,
    Project,
    Reason,
    RecordKind,
    as_gate,
    member,
)

# --- Who is written to ----------------------------------------------------------------------------


@final
@frozen(kw_only=True)
class Decision:
    """Who is written to, by which rule of which record, and why (D14).

    `rule` is the one that takes effect: `CLIENT` unless `reason` is `RULE_APPLIED`. The library
    makes all the decisions there are, once: they come from `decide` and `DECISIONS`.

    >>> print(DECISIONS[-2].explain("en"))
    Rule “Introducer” of the contract: the recipient is the introducer.
    """

    record_kind: RecordKind = field(validator=instance_of(RecordKind))
    reason: Reason = field(validator=instance_of(Reason))
    rule: CommunicationRule = field(validator=instance_of(CommunicationRule))
    to: Party = field(validator=instance_of(Party))
    cc: Party | None = field(validator=optional(instance_of(Party)))

    def explain(self, locale: str = "fr") -> str:
        """The decision in one sentence, in `fr` or `en`; another locale is refused."""
        return _explained(self, [], locale)

    def _repr_html_(self) -> str:
        from ._html import named_values  # here and below, since only notebooks need it

        return named_values(*zip(_HEADS, _cells(self), strict=True))


_HEADS: Final = ("Record", "Reason", "Rule", "To", "Cc", "Why")


def _cells(decision: Decision) -> tuple[str, ...]:
    codes = decision.record_kind, decision.reason, decision.rule, decision.to, decision.cc or ""
    return (*codes, decision.explain("en"))


class _DecisionTable(tuple[Decision, ...]):
    """A tuple, and in a notebook a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        from ._html import table

        return table(_HEADS, map(_cells, self))


def _addressed(rule: CommunicationRule) -> tuple[Party, Party | None]:
    """Who is To and who is Cc (S6)."""
    match rule:
        case CommunicationRule.CLIENT:
            return Party.CLIENT, None
        case CommunicationRule.INTRODUCER:
            return Party.INTRODUCER, None
        case CommunicationRule.CLIENT_AND_INTRODUCER:
            return Party.CLIENT, Party.INTRODUCER
        case _:
            assert_never(rule)


def _decision(kind: RecordKind, reason: Reason, rule: CommunicationRule) -> Decision:
    to, cc = _addressed(rule)
    return Decision(record_kind=kind, reason=reason, rule=rule, to=to, cc=cc)


class _Decisions:
    """The seven for one kind of record that governs. By name: members are slow to hash."""

    def __init__(self, *seven: Decision) -> None:
        self.not_premium, self.option_off, self.not_covered, self.no_introducer, *ruled = seven
        self.client, self.introducer, self.client_and_introducer = ruled


def _decisions(kind: RecordKind) -> list[Decision]:
    """As usual, in the order of D15, then one for each rule (S6)."""
    usual = [reason for reason in Reason if reason is not Reason.RULE_APPLIED]
    return [
        *(_decision(kind, reason, CommunicationRule.CLIENT) for reason in usual),
        *(_decision(kind, Reason.RULE_APPLIED, rule) for rule in CommunicationRule),
    ]


_GOVERNING: Final = (Client, Project, Contract)

DECISIONS: Final[tuple[Decision, ...]] = _DecisionTable(
    decision for record in _GOVERNING for decision in _decisions(record.record_kind)
)
"""The decision table: for a client's record, a project and a contract, the four usual decisions
in the order of D15, then one for each rule."""

_BY_TYPE: Final = {
    record: _Decisions(*(d for d in DECISIONS if d.record_kind is record.record_kind))
    for record in _GOVERNING
}

_CLIENT: Final = CommunicationRule.CLIENT
_INTRODUCER: Final = CommunicationRule.INTRODUCER
_CLIENT_AND_INTRODUCER: Final = CommunicationRule.CLIENT_AND_INTRODUCER


def decide(
    communication: Communication | str, about: Client | Project | Contract, *, gate: FeatureGate
) -> Decision:
    """Who is written to about the one record that the e-mail concerns (D1, D2, S7, S8).

    The first reason that holds wins (D15). `communication` is a member or its exact code; what is
    none, or another type of record or gate, is refused (D19) with an `UnknownCodeError` or an
    `InvalidTypeError`.

    >>> from partner_comms import Client, FeatureGate
    >>> gate = FeatureGate(premium=True, option_enabled=True)
    >>> decide("mail_merge", Client(1, introduction=None), gate=gate).reason
    <Reason.NO_INTRODUCER: 'no_introducer'>
    """
    if type(communication) is not Communication:
        communication = member(Communication, communication, "communication")
    decisions = _BY_TYPE.get(type(about))
    if decisions is None:
        raise InvalidTypeError("about", described(about), "a Client, a Project or a Contract")
    if type(gate) is not FeatureGate:
        as_gate(gate)  # refuses it

    if not gate.premium:  # S1, D7
        return decisions.not_premium
    if not gate.option_enabled:  # S2, D7
        return decisions.option_off
    if not communication._covered:  # S5, D13
        return decisions.not_covered
    introduction = about.introduction
    if introduction is None:  # S9, D1
        return decisions.no_introducer
    rule = introduction.block.rule  # S7, S8
    if rule is _CLIENT:
        return decisions.client
    if rule is _INTRODUCER:
        return decisions.introducer
    if rule is _CLIENT_AND_INTRODUCER:
        return decisions.client_and_introducer
    assert_never(rule)


# --- Which addresses that makes -------------------------------------------------------------------


class Notice(StrEnum):
    """What a person should know about an answer, in the order in which notices stand.

    The first three arise only in tables, where a column can hold anything.
    """

    INVALID_RULE = "invalid_rule"
    AMBIGUOUS_ID = "ambiguous_id"
    INVALID_EMAIL = "invalid_email"
    NO_CLIENT_ADDRESS = "no_client_address"
    NO_INTRODUCER_ADDRESS = "no_introducer_address"
    CLIENT_NOT_ADDRESSED = "client_not_addressed"


_texts: Final = deep_iterable(instance_of(str), instance_of(tuple))
_notices: Final = deep_iterable(instance_of(Notice), instance_of(tuple))


class _Draft:
    """The slots of an answer that is still being written; giving it its class freezes it.

    Answers are made by the million, and a frozen class's own constructor takes four times as long.
    """

    __slots__ = ("__weakref__", "cc", "decision", "notices", "to")

    decision: Decision
    to: tuple[str, ...]
    cc: tuple[str, ...]
    notices: tuple[Notice, ...]


@final
@frozen(kw_only=True)
class Recipients(_Draft):
    """The addresses in To and in Cc, why, and what is amiss: what `resolve_recipients` answers.

    `to` and `cc` share no address (D9), and `cc` is empty where `to` is (D8). `notices` stand in
    the order of `Notice`.

    >>> from partner_comms import Client, FeatureGate
    >>> gate = FeatureGate(premium=True, option_enabled=True)
    >>> answer = resolve_recipients("mail_merge", Client(1, introduction=None), gate=gate)
    >>> answer.is_deliverable, answer.notices
    (False, (<Notice.NO_CLIENT_ADDRESS: 'no_client_address'>,))
    """

    decision: Decision = field(validator=instance_of(Decision))
    to: tuple[str, ...] = field(validator=_texts)
    cc: tuple[str, ...] = field(validator=_texts)
    notices: tuple[Notice, ...] = field(validator=_notices)

    @property
    def is_deliverable(self) -> bool:
        """Whether there is anybody to write to (D8)."""
        return bool(self.to)

    def explain(self, locale: str = "fr") -> str:
        """The answer in one sentence, in `fr` or `en`, without any address (D14)."""
        return _explained(self.decision, _facts(self), locale)

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain JSON values, for the host's audit log (D14).

        The keys are `record_kind`, `reason`, `rule` (codes), `to`, `cc` (addresses) and
        `notices` (codes).
        """
        return {
            "record_kind": self.decision.record_kind.value,
            "reason": self.decision.reason.value,
            "rule": self.decision.rule.value,
            "to": list(self.to),
            "cc": list(self.cc),
            "notices": [notice.value for notice in self.notices],
        }

    def _repr_html_(self) -> str:
        from ._html import named_values

        return named_values(
            ("To", ", ".join(self.to)),
            ("Cc", ", ".join(self.cc)),
            ("Why", self.explain("en")),
            ("Notices", ", ".join(self.notices)),
        )


def resolve_recipients(
    communication: Communication | str, about: Client | Project | Contract, *, gate: FeatureGate
) -> Recipients:
    """To whom an e-mail about one record goes, why, and what is amiss (S6, D8, D9, D10).

    Takes and refuses what `decide` does. Nobody is ever swapped for somebody else because an
    address is missing: then the answer says so in its `notices`.

    >>> from partner_comms import Client, FeatureGate
    >>> gate = FeatureGate(premium=True, option_enabled=True)
    >>> client = Client(1, emails="martin@example.org", introduction=None)
    >>> resolve_recipients("mail_merge", client, gate=gate).to
    ('martin@example.org',)
    """
    decision = decide(communication, about, gate=gate)
    client = about if type(about) is Client else about.client
    if decision.to is _TO_CLIENT and decision.cc is None:
        return _answer(decision, client.emails, (), () if client.emails else _NO_CLIENT_ADDRESS)

    introduction = about.introduction
    assert introduction is not None  # a rule lives in an introduction (D3): without, none applies
    if decision.to is _TO_CLIENT:
        return _with_copy(decision, client, introduction.introducer)
    formal = Communication(communication).is_formal
    return _to_introducer(decision, client, introduction.introducer, formal)


_TO_CLIENT: Final = Party.CLIENT
_NO_CLIENT_ADDRESS: Final = (Notice.NO_CLIENT_ADDRESS,)
_NO_INTRODUCER_ADDRESS: Final = (Notice.NO_INTRODUCER_ADDRESS,)
_CLIENT_NOT_ADDRESSED: Final = (Notice.CLIENT_NOT_ADDRESSED,)


def _with_copy(decision: Decision, client: Client, introducer: Introducer) -> Recipients:
    """Client + Apporteur: without an address of the client nobody is written to (D8)."""
    if client.emails and introducer.emails:
        return _answer(decision, client.emails, _beside(introducer, client), ())
    client_missing = () if client.emails else _NO_CLIENT_ADDRESS
    introducer_missing = () if introducer.emails else _NO_INTRODUCER_ADDRESS
    return _answer(decision, client.emails, (), client_missing + introducer_missing)


def _to_introducer(
    decision: Decision, client: Client, introducer: Introducer, formal: bool
) -> Recipients:
    """Apporteur: a formal notice that goes past the client is allowed, and said (D10)."""
    if not introducer.emails:
        return _answer(decision, (), (), _NO_INTRODUCER_ADDRESS)
    bypassed = formal and not _share_address(introducer, client)
    return _answer(decision, introducer.emails, (), _CLIENT_NOT_ADDRESSED if bypassed else ())


def _share_address(one: Client | Introducer, other: Client | Introducer) -> bool:
    """Whether an address of one is an address of the other (D9)."""
    for key in one._folded:
        if key in other._folded:
            return True
    return False


def _beside(introducer: Introducer, client: Client) -> tuple[str, ...]:
    """The introducer's addresses, but for those that are To already (D9)."""
    if not _share_address(introducer, client):
        return introducer.emails
    spelled = zip(introducer._folded, introducer.emails, strict=True)
    return tuple(address for key, address in spelled if key not in client._folded)


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


# --- How it is said (D14) -------------------------------------------------------------------------


def _explained(decision: Decision, facts: list[sentences.Texts], locale: str) -> str:
    addressed = decision.to, decision.cc
    return sentences.sentence(
        decision.record_kind, decision.reason, decision.rule, addressed, facts, locale
    )


def _facts(answer: Recipients) -> list[sentences.Texts]:
    """What the answer has to say beside its decision."""
    facts = [_FACTS[notice] for notice in answer.notices]
    if not answer.to:
        facts.append(sentences.NOT_SENT)
    elif answer.decision.cc and Notice.NO_INTRODUCER_ADDRESS in answer.notices:
        facts.append(sentences.NO_COPY)
    elif answer.decision.cc and not answer.cc:
        facts.append(sentences.COPY_IS_TO)
    return facts


_FACTS: Final = {
    Notice.NO_CLIENT_ADDRESS: sentences.NO_CLIENT_ADDRESS,
    Notice.NO_INTRODUCER_ADDRESS: sentences.NO_INTRODUCER_ADDRESS,
    Notice.CLIENT_NOT_ADDRESSED: sentences.CLIENT_NOT_ADDRESSED,
}
