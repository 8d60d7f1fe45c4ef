"""What things are: the words of the specification as values.

Every value is checked where it is made, by converters rather than by attrs' validators: those a
host can switch off for the whole process, and these checks keep mail from the wrong people.
"""

from __future__ import annotations

import re
from enum import Enum, StrEnum
from typing import ClassVar, Literal, NoReturn, TypeAlias, TypeVar, final
from uuid import UUID

from attrs import Factory, field, frozen

from .errors import (
    EmptyIdError,
    FeatureClosedError,
    InvalidEmailError,
    InvalidTypeError,
    UnknownCodeError,
    described,
)

Identifier: TypeAlias = int | str | UUID
"""An id of the host's: an `int` (not a `bool`), a `str` that is not empty, or a `UUID` (D17)."""


# --- The words ------------------------------------------------------------------------------------


class CommunicationRule(StrEnum):
    """Who is written to (S4).

    >>> CommunicationRule("client_and_introducer").name
    'CLIENT_AND_INTRODUCER'
    """

    CLIENT = "client"
    INTRODUCER = "introducer"
    CLIENT_AND_INTRODUCER = "client_and_introducer"


# Named one by one: what is not known to be covered is not covered (D19).
_FORMAL = {"formal_notice", "suspension_notice", "termination_notice"}
_COVERED = _FORMAL | {
    "manual_email",
    "unpaid_call",
    "unpaid_reminder",
    "documents_call",
    "documents_reminder",
    "mail_merge",
}


class Communication(StrEnum):
    """What is written (S5), `OTHER` being all that S5 does not name (D13).

    >>> [c.value for c in Communication if c.is_formal]
    ['formal_notice', 'suspension_notice', 'termination_notice']
    """

    MANUAL_EMAIL = "manual_email"
    UNPAID_CALL = "unpaid_call"
    UNPAID_REMINDER = "unpaid_reminder"
    DOCUMENTS_CALL = "documents_call"
    DOCUMENTS_REMINDER = "documents_reminder"
    FORMAL_NOTICE = "formal_notice"
    SUSPENSION_NOTICE = "suspension_notice"
    TERMINATION_NOTICE = "termination_notice"
    MAIL_MERGE = "mail_merge"
    OTHER = "other"

    def __init__(self, code: str) -> None:
        # Kept on the member: `decide` asks each time, and members are slow to hash and compare.
        self._covered = code in _COVERED
        self._formal = code in _FORMAL

    @property
    def is_covered(self) -> bool:
        """Whether the rule governs it (S5)."""
        return self._covered

    @property
    def is_formal(self) -> bool:
        """Whether it is a formal, suspension or termination notice (S5d)."""
        return self._formal


class Party(StrEnum):
    """Somebody who can be written to."""

    CLIENT = "client"
    INTRODUCER = "introducer"


class RecordKind(StrEnum):
    """The kinds of record that hold a commission block (S3, D2)."""

    PRODUCT = "product"
    INTRODUCER = "introducer"
    CLIENT = "client"
    PROJECT = "project"
    CONTRACT = "contract"


class Reason(StrEnum):
    """Why an e-mail goes where it goes, in the order in which reasons count (D15)."""

    NOT_PREMIUM = "not_premium"
    OPTION_OFF = "option_off"
    NOT_COVERED = "not_covered"
    NO_INTRODUCER = "no_introducer"
    RULE_APPLIED = "rule_applied"


# --- What a field takes ---------------------------------------------------------------------------
# `type(x) is` rather than `isinstance`: a mock with a spec, or a subclass that answers otherwise,
# is a record of another type, and those are refused (D19).

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


def _text(value: object) -> str | None:
    """`value` as a `str` and nothing more; None for what is no text, a member of an enum included.

    A subclass of `str` gives its characters: what it says of itself may be something else.
    """
    if type(value) is str:
        return value
    if isinstance(value, str) and not isinstance(value, Enum):
        return str.__str__(value)
    return None


def member(kind: type[E], value: object, where: str) -> E:
    """The member of `kind` that `value` is, or is the exact code of (D19)."""
    if type(value) is kind:
        return value
    code = _text(value)
    if code is None:
        expected = f"a member of {kind.__name__} or its code"
        raise InvalidTypeError(where, described(value), expected)
    try:
        return kind(code)
    except ValueError:
        raise UnknownCodeError(where, code, tuple(known.value for known in kind)) from None


def exactly(kind: type[T], value: object, where: str) -> T:
    """`value`, which is of that very type."""
    if type(value) is kind:
        return value
    raise InvalidTypeError(where, described(value), f"a {kind.__name__}")


def _rule(value: CommunicationRule | str) -> CommunicationRule:
    return member(CommunicationRule, value, "rule")


def _boolean(value: object, where: str) -> bool:
    if type(value) is not bool:
        raise InvalidTypeError(where, described(value), "True or False")
    return value


def _premium(value: bool) -> bool:
    return _boolean(value, "premium")


def _option_enabled(value: bool) -> bool:
    return _boolean(value, "option_enabled")


def as_id(value: Identifier, where: str = "id") -> Identifier:
    """`value`, which is an id (D17)."""
    text = _text(value)
    if text is not None:
        if not text:
            raise EmptyIdError(where)
        return text
    if isinstance(value, (int, UUID)) and not isinstance(value, (bool, Enum)):
        return value
    from numbers import Number  # here, since only this error needs it

    expected = "an int, a str or a UUID"
    if isinstance(value, Number) and not isinstance(value, (bool, Enum)):
        expected += ": int(…) makes one of another kind of number"
    raise InvalidTypeError(where, described(value), expected)


def _name(value: str) -> str:
    name = _text(value)
    if name is None:
        raise InvalidTypeError("name", described(value), "a str; '' if there is none")
    return name


# --- E-mail addresses -----------------------------------------------------------------------------

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_ADDRESS = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})*")
"""A valid e-mail address of the WHATWG HTML standard, with at most 64 characters before the `@`."""

_ENCODED_WORD = re.compile(r"\?[bBqQ]\?")
"""The middle of an encoded word, `=?utf-8?q?…?=`, which that standard lets pass before the `@`. But
mail programs decode it, to a line break even, and so it is refused with the other ways out of a
header (D16). Its two ends may stand in two addresses of one header; its middle cannot."""


def is_email_address(text: object) -> bool:
    """Whether `text` is an address that `emails` takes (D16): False for all that is no text.

    For hosts that load doubtful data and must go on.

    >>> is_email_address("anna@example.org"), is_email_address("Anna <anna@example.org>")
    (True, False)
    """
    address = _text(text)
    return address is not None and _problem(address) is None


def _problem(text: str) -> str | None:
    """What keeps `text` from being an address (D16), and what to do about it."""
    if len(text) > 254:
        return "is longer than 254 characters; give a valid address, or () if there is none"
    if _ADDRESS.fullmatch(text):
        encoded = _ENCODED_WORD.search(text)
        return (
            "has part of an encoded word (?q? or ?b?); give the bare address" if encoded else None
        )
    if not text:
        return "is empty; give () if there is no address"
    if not text.isprintable() or " " in text:
        return "has white space or a control character; give the bare address"
    if not text.isascii():
        domain = text.rpartition("@")[2]
        if domain.isascii():
            return "has a letter before the '@' that is not ASCII; give () if no other address"
        return "is not all ASCII; give the domain in its ASCII form (xn--…)"
    if "@" not in text:
        return "has no '@'; give name@example.org, or () if there is no address"
    if text.index("@") > 64:
        return "has more than 64 characters before the '@'; give a valid address"
    if text.count("@") > 1:
        return "has more than one '@'; give several addresses as a list, each a bare one"
    return "is no bare address; give name@example.org, one address each, without display name"


def _fold(address: str) -> str:
    """What two spellings of one address have in common (D9); addresses are all ASCII (D16)."""
    return address.lower()


def as_email(value: object, where: str) -> str:
    """`value`, which is an address (D16)."""
    address = _text(value)
    if address is None:
        raise InvalidTypeError(where, described(value), "an address as a str")
    if problem := _problem(address):
        raise InvalidEmailError(where, address, problem)
    return address


def _emails(value: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """One address or several, each checked (D16), each once in its first spelling (D9)."""
    if isinstance(value, str):
        return (as_email(value, "emails"),)
    if not isinstance(value, (list, tuple)):
        expected = "an address, a list or a tuple of addresses; () if there is none"
        raise InvalidTypeError("emails", described(value), expected)
    distinct: dict[str, str] = {}
    for position, text in enumerate(value):
        address = as_email(text, f"emails[{position}]")
        distinct.setdefault(_fold(address), address)
    return tuple(distinct.values())


def _folded_emails(party: Introducer | Client) -> tuple[str, ...]:
    """The party's addresses as D9 compares them, made once: answers ask for them every time."""
    keys = tuple(map(_fold, party.emails))
    return party.emails if keys == party.emails else keys


# --- The gate -------------------------------------------------------------------------------------


@final
@frozen(kw_only=True)
class FeatureGate:
    """Whether the broker has the feature: the subscription (S1) and the option (S2).

    >>> FeatureGate(premium=True, option_enabled=False).is_open
    False
    """

    premium: bool = field(converter=_premium)
    option_enabled: bool = field(converter=_option_enabled)

    @property
    def is_open(self) -> bool:
        """Whether both are there (S1, S2)."""
        return _why_closed(self) is None

    def __bool__(self) -> NoReturn:
        # `if gate:` would hold for a closed one as well, as for any object.
        raise InvalidTypeError("bool()", described(self), "gate.is_open")

    def require_open(self) -> None:
        """Raise `FeatureClosedError`, with the first reason of D15, unless both are there (D7).

        For hosts that filter and change in their own database.

        >>> FeatureGate(premium=True, option_enabled=True).require_open()
        """
        if reason := _why_closed(self):
            raise FeatureClosedError(reason)


def _why_closed(gate: FeatureGate) -> Reason | None:
    """The first reason of D15 that keeps it closed."""
    if not gate.premium:
        return Reason.NOT_PREMIUM
    if not gate.option_enabled:
        return Reason.OPTION_OFF
    return None


def as_gate(value: FeatureGate) -> FeatureGate:
    """`value`, which is a gate and no look-alike (D19)."""
    if type(value) is not FeatureGate:
        raise InvalidTypeError("gate", described(value), "a FeatureGate")
    return value


# --- The records ----------------------------------------------------------------------------------


@final
@frozen(kw_only=True)
class CommissionBlock:
    """The part of a record that holds the communication rule and the commission terms (S3).

    `terms` are the host's own, any value that does not change, carried along and never read (D4).
    They count for equality and not for the hash, since hosts keep dicts there.

    >>> CommissionBlock(rule="introducer").rule
    <CommunicationRule.INTRODUCER: 'introducer'>
    """

    rule: CommunicationRule = field(default=CommunicationRule.CLIENT, converter=_rule)
    terms: object = field(default=None, hash=False)


def _block(value: CommissionBlock) -> CommissionBlock:
    if type(value) is not CommissionBlock:
        raise InvalidTypeError("block", described(value), "a CommissionBlock")
    return value


def as_introducer(value: Introducer) -> Introducer:
    if type(value) is not Introducer:
        raise InvalidTypeError("introducer", described(value), "an Introducer")
    return value


def _introduction(value: Introduction | None) -> Introduction | None:
    if value is not None and type(value) is not Introduction:
        expected = "an Introduction, or None if the record has no introducer"
        raise InvalidTypeError("introduction", described(value), expected)
    return value


def as_client(value: Client) -> Client:
    if type(value) is not Client:
        raise InvalidTypeError("client", described(value), "a Client")
    return value


def _stored_rule(introduction: Introduction | None) -> CommunicationRule | None:
    """A rule lives in the block of an introducer: without one, there is none (D3)."""
    return None if introduction is None else introduction.block.rule


_DEFAULT_BLOCK = CommissionBlock()
"""The default of S4, shared: blocks do not change."""


@final
@frozen
class Introducer:
    """The intermediary who brought the business, with the block that S11 copies.

    >>> Introducer("A7", name="Cabinet Durand", emails="contact@durand.example").emails
    ('contact@durand.example',)
    """

    record_kind: ClassVar[Literal[RecordKind.INTRODUCER]] = RecordKind.INTRODUCER

    id: Identifier = field(converter=as_id)
    name: str = field(default="", kw_only=True, converter=_name)
    emails: tuple[str, ...] = field(default=(), kw_only=True, converter=_emails)
    block: CommissionBlock = field(default=_DEFAULT_BLOCK, kw_only=True, converter=_block)
    _folded: tuple[str, ...] = field(
        default=Factory(_folded_emails, takes_self=True), init=False, eq=False, repr=False
    )


@final
@frozen(kw_only=True)
class Introduction:
    """Who introduced a record, and on which block.

    >>> Introduction(introducer=Introducer(7)).block.rule
    <CommunicationRule.CLIENT: 'client'>
    """

    introducer: Introducer = field(converter=as_introducer)
    block: CommissionBlock = field(default=_DEFAULT_BLOCK, converter=_block)


@final
@frozen
class Client:
    """The policyholder, or one to be; `introduction` names the preferred introducer, or is None.

    `emails` takes one address, a list or a tuple, each checked (D16) and kept once (D9).

    >>> Client(1, emails=["a@example.org", "A@EXAMPLE.ORG"], introduction=None).emails
    ('a@example.org',)
    """

    record_kind: ClassVar[Literal[RecordKind.CLIENT]] = RecordKind.CLIENT

    id: Identifier = field(converter=as_id)
    name: str = field(default="", kw_only=True, converter=_name)
    emails: tuple[str, ...] = field(default=(), kw_only=True, converter=_emails)
    introduction: Introduction | None = field(kw_only=True, converter=_introduction)
    _folded: tuple[str, ...] = field(
        default=Factory(_folded_emails, takes_self=True), init=False, eq=False, repr=False
    )

    @property
    def rule(self) -> CommunicationRule | None:
        """The rule on the client's record, None where no introducer is set (D3)."""
        return _stored_rule(self.introduction)


@frozen
class _Deal:
    id: Identifier = field(converter=as_id)
    client: Client = field(kw_only=True, converter=as_client)
    introduction: Introduction | None = field(kw_only=True, converter=_introduction)

    @property
    def rule(self) -> CommunicationRule | None:
        """The deal's own rule, None where no introducer is set (D3)."""
        return _stored_rule(self.introduction)


@final
class Project(_Deal):
    """A contract in the making (D2).

    >>> Project("P1", client=Client(1, introduction=None), introduction=None).rule is None
    True
    """

    __slots__ = ()
    record_kind: ClassVar[Literal[RecordKind.PROJECT]] = RecordKind.PROJECT


@final
class Contract(_Deal):
    """A contract of a client, with its own introduction, or None.

    >>> Contract("K1", client=Client(1, introduction=None), introduction=None).rule is None
    True
    """

    __slots__ = ()
    record_kind: ClassVar[Literal[RecordKind.CONTRACT]] = RecordKind.CONTRACT


@final
@frozen
class Product:
    """The template that a contract is made from: its block is kept, and never routes (D6).

    >>> Product("auto").block.rule
    <CommunicationRule.CLIENT: 'client'>
    """

    record_kind: ClassVar[Literal[RecordKind.PRODUCT]] = RecordKind.PRODUCT

    id: Identifier = field(converter=as_id)
    name: str = field(default="", kw_only=True, converter=_name)
    block: CommissionBlock = field(default=_DEFAULT_BLOCK, kw_only=True, converter=_block)


Deal: TypeAlias = Project | Contract
"""A project or a contract."""
