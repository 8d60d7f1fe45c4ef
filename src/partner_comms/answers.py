"""What the rule book answers: a decision, and the addresses that it comes to.

`rules.py` makes them; here is what they hold, what is refused, and how they are logged and shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypedDict, TypeVar, final

from attrs import frozen

from .addresses import as_email, share_address, without
from .checks import exactly
from .codes import Code, CommunicationRule, Notice, Party, Reason, RecordKind, member
from .errors import InvalidAnswerError, InvalidDataError
from .refusals import InvalidTypeError, described
from .values import shown

C = TypeVar("C", bound=Code)

# --- Who receives it ------------------------------------------------------------------------------


@final
@frozen(kw_only=True)
class Decision:
    """Who receives an e-mail, by which rule of which record, and why (D14).

    `rule` is the one that takes effect: `CLIENT` unless `reason` is `RULE_APPLIED`. The library
    makes all the decisions there are, once: they come from `decide` and `DECISIONS`. One made by
    hand that is not in that table is refused with an `InvalidAnswerError` (D19).

    >>> from partner_comms import DECISIONS
    >>> print(DECISIONS[-2].explain("en"))
    To: the introducer (rule “Introducer” of the contract).
    """

    __repr__ = shown

    record_kind: RecordKind
    reason: Reason
    rule: CommunicationRule
    to: Party
    cc: Party | None

    def __attrs_post_init__(self) -> None:
        exactly(RecordKind, self.record_kind, "record_kind")
        exactly(Reason, self.reason, "reason")
        exactly(CommunicationRule, self.rule, "rule")
        exactly(Party, self.to, "to")
        if self.cc is not None:
            exactly(Party, self.cc, "cc")
        if self.record_kind in (RecordKind.PRODUCT, RecordKind.INTRODUCER):
            raise InvalidAnswerError("record_kind", "no e-mail concerns such a record (D1, D6)")
        if self.rule is not CommunicationRule.CLIENT and self.reason is not Reason.RULE_APPLIED:
            raise InvalidAnswerError("rule", "without a rule applied it is 'client' (D15)")
        if (self.to, self.cc) != (self.rule.to, self.rule.cc):
            raise InvalidAnswerError("to, cc", "they are not those of the rule (S6)")

    def explain(self, locale: str = "fr") -> str:
        """The decision in one sentence, in `fr` or `en`; another locale is refused."""
        return _sentence(self, (), locale, to=True, cc=True)

    def _repr_html_(self) -> str:
        from ._html import named_values  # here and below, since only notebooks need it

        return named_values(*zip(_HEADS, _cells(self), strict=True))


_HEADS: Final = ("Record", "Reason", "Rule", "To", "Cc", "Why")


def _cells(decision: Decision) -> tuple[str, ...]:
    codes = decision.record_kind, decision.reason, decision.rule, decision.to, decision.cc or ""
    return (*codes, decision.explain("en"))


class DecisionTable(tuple[Decision, ...]):
    """A tuple, and in a notebook a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        from ._html import table

        return table(_HEADS, map(_cells, self))


# --- Which addresses that makes -------------------------------------------------------------------


class RecipientsDict(TypedDict):
    """An answer as plain JSON values: what `Recipients.as_dict` makes, and `from_dict` reads.

    `record_kind`, `reason`, `rule` and `notices` are codes, `to` and `cc` addresses.

    >>> sorted(RecipientsDict.__annotations__)
    ['cc', 'notices', 'reason', 'record_kind', 'rule', 'to']
    """

    record_kind: str
    reason: str
    rule: str
    to: list[str]
    cc: list[str]
    notices: list[str]


@final
@frozen(kw_only=True)
class Recipients:
    """The addresses in To and in Cc, why, and what is wrong: what `resolve_recipients` answers.

    An answer is true where there is somebody to write to. `to` and `cc` share no address (D9), and
    `cc` is empty where `to` is (D8). `notices` come in the order of `Notice`. One made by hand that
    the rule book cannot give is refused with an `InvalidAnswerError` (D19).

    >>> from partner_comms import Client, FeatureGate, resolve_recipients
    >>> gate = FeatureGate(premium=True, option_enabled=True)
    >>> answer = resolve_recipients("mail_merge", Client(1, introduction=None), gate=gate)
    >>> answer.is_deliverable, answer.notices
    (False, (<Notice.NO_CLIENT_ADDRESS: 'no_client_address'>,))
    """

    __repr__ = shown

    decision: Decision
    to: tuple[str, ...]
    cc: tuple[str, ...]
    notices: tuple[Notice, ...]

    def __attrs_post_init__(self) -> None:
        exactly(Decision, self.decision, "decision")
        _check_addresses(self.to, "to")
        _check_addresses(self.cc, "cc")
        if share_address(self.to, self.cc):
            raise InvalidAnswerError("cc", "an address in To is in Cc as well (D9)")
        for position, notice in enumerate(exactly(tuple, self.notices, "notices")):
            exactly(Notice, notice, f"notices[{position}]")
        _check_notices(self.decision, bool(self.to), bool(self.cc), self.notices)

    @property
    def is_deliverable(self) -> bool:
        """Whether there is anybody to write to (D8)."""
        return bool(self.to)

    def __bool__(self) -> bool:
        return bool(self.to)

    def explain(self, locale: str = "fr") -> str:
        """Who receives it, why, and what is wrong, in `fr` or `en`, without any address (D14)."""
        return _sentence(self.decision, self.notices, locale, to=bool(self.to), cc=bool(self.cc))

    def as_dict(self) -> RecipientsDict:
        """The answer as plain JSON values, for the host's audit log (D14)."""
        return {
            "record_kind": self.decision.record_kind.value,
            "reason": self.decision.reason.value,
            "rule": self.decision.rule.value,
            "to": list(self.to),
            "cc": list(self.cc),
            "notices": [notice.value for notice in self.notices],
        }

    @classmethod
    def from_dict(cls, entry: Mapping[str, object]) -> Recipients:
        """The answer that `as_dict` wrote as `entry` (D14): equal, and with the same words.

        Nothing is guessed: raises `InvalidDataError` for keys that are missing or unknown,
        `InvalidTypeError` for a value of another type, `UnknownCodeError`, `InvalidEmailError`, and
        `InvalidAnswerError` for an answer that the rule book cannot give (D19). Where addresses
        were purged from the log, `explain_entry` still says why.

        >>> from partner_comms import Client, FeatureGate, resolve_recipients
        >>> gate = FeatureGate(premium=True, option_enabled=True)
        >>> answer = resolve_recipients("mail_merge", Client(1, introduction=None), gate=gate)
        >>> Recipients.from_dict(answer.as_dict()) == answer
        True
        """
        decision, notices = _read_codes(entry)
        to, cc = (
            tuple(as_email(text, f"{key}[{place}]") for place, text in enumerate(_list(entry, key)))
            for key in ("to", "cc")
        )
        return cls(decision=decision, to=to, cc=cc, notices=notices)

    def _repr_html_(self) -> str:
        from ._html import named_values

        return named_values(
            ("To", ", ".join(self.to)),
            ("Cc", ", ".join(self.cc)),
            ("Why", self.explain("en")),
            ("Notices", ", ".join(self.notices)),
        )


def explain_entry(entry: Mapping[str, object], locale: str = "fr") -> str:
    """What `Recipients.explain` said of the answer that `as_dict` wrote as `entry` (D14).

    Also where its addresses were purged, each replaced by None: the sentence needs to know that
    there was one, and not which. Raises what `Recipients.from_dict` raises.

    >>> entry = {
    ...     "record_kind": "contract", "reason": "rule_applied", "rule": "introducer",
    ...     "to": [None], "cc": [], "notices": ["client_not_addressed"],
    ... }
    >>> print(explain_entry(entry, "en").partition(".")[0])
    To: the introducer (rule “Introducer” of the contract)
    """
    decision, notices = _read_codes(entry)
    to, cc = _list(entry, "to"), _list(entry, "cc")
    for key, held in (("to", to), ("cc", cc)):
        for place, address in enumerate(held):
            if address is not None:
                as_email(address, f"{key}[{place}]")
    _check_notices(decision, bool(to), bool(cc), notices)
    return _sentence(decision, notices, locale, to=bool(to), cc=bool(cc))


def _sentence(
    decision: Decision, notices: tuple[Notice, ...], locale: str, *, to: bool, cc: bool
) -> str:
    from .sentences import sentence  # here, since a program that only sends needs no words

    return sentence(
        decision.record_kind,
        decision.reason,
        decision.rule,
        to=to,
        cc=cc,
        notices=notices,
        locale=locale,
    )


# --- What is refused (D19) ------------------------------------------------------------------------


def _check_addresses(addresses: tuple[str, ...], where: str) -> None:
    """Each a valid address (D16), and none of them twice (D9)."""
    seen: tuple[str, ...] = ()
    for position, address in enumerate(exactly(tuple, addresses, where)):
        exactly(str, address, f"{where}[{position}]")
        as_email(address, f"{where}[{position}]")
        if not without((address,), seen):
            raise InvalidAnswerError(f"{where}[{position}]", "this address is there already (D9)")
        seen += (address,)


def _check_notices(decision: Decision, to: bool, cc: bool, notices: tuple[Notice, ...]) -> None:
    """Cc only where there is To and the rule wants it (S6, D8), and notices that go with both."""
    if cc and not to:
        raise InvalidAnswerError("cc", "there is a Cc without To (D8)")
    if cc and decision.cc is None:
        raise InvalidAnswerError("cc", "the rule wants nobody in Cc (S6)")
    if notices not in _possible_notices(decision, to, cc):
        raise InvalidAnswerError("notices", "they do not go with decision, To and Cc (D8, D10)")


def _possible_notices(decision: Decision, to: bool, cc: bool) -> tuple[tuple[Notice, ...], ...]:
    no_client, no_introducer = Notice.NO_CLIENT_ADDRESS, Notice.NO_INTRODUCER_ADDRESS
    if decision.to is Party.INTRODUCER:
        return ((), (Notice.CLIENT_NOT_ADDRESSED,)) if to else ((no_introducer,),)
    if decision.cc is None:
        return ((),) if to else ((no_client,),)
    if not to:
        return ((no_client,), (no_client, no_introducer))
    return ((),) if cc else ((), (no_introducer,))  # () where the client has the same address


# --- What is read back (D14) ----------------------------------------------------------------------

_KEYS: Final = tuple(RecipientsDict.__annotations__)


def _read_codes(entry: Mapping[str, object]) -> tuple[Decision, tuple[Notice, ...]]:
    if not isinstance(entry, Mapping):
        raise InvalidTypeError("entry", described(entry), "a dict that as_dict() wrote")
    faults = [f"the key is missing @ $.{key}" for key in _KEYS if key not in entry]
    faults += [f"unknown key {described(key)} @ $" for key in entry if key not in _KEYS]
    if faults:
        raise InvalidDataError(tuple(faults))
    rule = _code(CommunicationRule, entry["rule"], "rule")
    decision = Decision(
        record_kind=_code(RecordKind, entry["record_kind"], "record_kind"),
        reason=_code(Reason, entry["reason"], "reason"),
        rule=rule,
        to=rule.to,
        cc=rule.cc,
    )
    notices = tuple(
        _code(Notice, code, f"notices[{place}]")
        for place, code in enumerate(_list(entry, "notices"))
    )
    return decision, notices


def _code(kind: type[C], value: object, where: str) -> C:
    """A code as JSON has it, a plain text."""
    if type(value) is not str:
        raise InvalidTypeError(where, described(value), f"a code of {kind.__name__}")
    return member(kind, value, where)


def _list(entry: Mapping[str, object], key: str) -> list[object]:
    return exactly(list, entry[key], key)
