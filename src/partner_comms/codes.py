"""Every enum of the library, with its codes.

Codes, names and members never change: hosts store them, and their migrations and pickles name them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, EnumType, StrEnum
from typing import Any, Final, Literal, Self, TypeAlias, TypeVar

from .refusals import InvalidTypeError, UnknownCodeError, described


class CodeType(EnumType):
    """Makes `CommunicationRule(value)` as strict as every field that takes a rule (D19)."""

    by_code: dict[str, Any]  # the members by their codes

    def __init__(cls, *args: Any) -> None:
        super().__init__(*args)
        members: Mapping[str, Any] = cls.__members__
        cls.by_code = {code._value_: code for code in members.values()}

    def __call__(cls: type[E], value: object) -> E:  # type: ignore[misc, override]
        return member(cls, value, cls.__name__)


class Code(StrEnum, metaclass=CodeType):
    """What all enums here are: members are texts, and equal to their codes."""


E = TypeVar("E", bound=Code)


def member(kind: type[E], value: object, where: str) -> E:
    """The member of `kind` that `value` is, or is the exact code of (D19)."""
    if type(value) is kind:
        return value
    code = value if type(value) is str else as_text(value)
    if code is None:
        expected = f"a member of {kind.__name__} or its code"
        raise InvalidTypeError(where, described(value, kind), expected)
    found: E | None = kind.by_code.get(code)
    if found is None:
        raise UnknownCodeError(where, code, tuple(kind.by_code))
    return found


def as_text(value: object) -> str | None:
    """`value` as a plain `str`; None for anything but a text, so also for a member of an enum.

    A subclass of `str` gives its characters: what its methods return may be something else.
    """
    if isinstance(value, str) and not isinstance(value, Enum):
        return str.__str__(value)
    return None


class Party(Code):
    """Somebody who can be written to."""

    CLIENT = "client"
    INTRODUCER = "introducer"


class CommunicationRule(Code):
    """Who receives an e-mail (S4): who is To, and who is Cc (S6).

    >>> CommunicationRule("client_and_introducer").cc
    <Party.INTRODUCER: 'introducer'>
    """

    CLIENT = "client", Party.CLIENT
    INTRODUCER = "introducer", Party.INTRODUCER
    CLIENT_AND_INTRODUCER = "client_and_introducer", Party.CLIENT, Party.INTRODUCER

    _value_: str
    to: Party
    cc: Party | None

    def __new__(cls, code: str, to: Party = Party.CLIENT, cc: Party | None = None) -> Self:
        rule = str.__new__(cls, code)
        rule._value_ = code
        rule.to = to
        rule.cc = cc
        return rule


class Communication(Code):
    """What is written: the five families of S5, and `OTHER` for all else (D13).

    `is_covered` says whether a rule governs it (S5), `is_formal` whether it is a formal,
    suspension or termination notice (S5d). What has no family is not covered (D19).

    >>> [c.value for c in Communication if c.is_formal]
    ['formal_notice', 'suspension_notice', 'termination_notice']
    """

    MANUAL_EMAIL = "manual_email", "S5a"
    UNPAID_CALL = "unpaid_call", "S5b"
    UNPAID_REMINDER = "unpaid_reminder", "S5b"
    DOCUMENTS_CALL = "documents_call", "S5c"
    DOCUMENTS_REMINDER = "documents_reminder", "S5c"
    FORMAL_NOTICE = "formal_notice", "S5d"
    SUSPENSION_NOTICE = "suspension_notice", "S5d"
    TERMINATION_NOTICE = "termination_notice", "S5d"
    MAIL_MERGE = "mail_merge", "S5e"
    OTHER = "other"

    _value_: str
    is_covered: bool
    is_formal: bool

    def __new__(cls, code: str, family: str | None = None) -> Self:
        communication = str.__new__(cls, code)
        communication._value_ = code
        communication.is_covered = family is not None
        communication.is_formal = family == "S5d"
        return communication


class RecordKind(Code):
    """The kinds of record that hold a commission block (S3, D2)."""

    PRODUCT = "product"
    INTRODUCER = "introducer"
    CLIENT = "client"
    PROJECT = "project"
    CONTRACT = "contract"


class Reason(Code):
    """Why an e-mail goes where it goes, in the order in which reasons count (D15)."""

    NOT_PREMIUM = "not_premium"
    OPTION_OFF = "option_off"
    NOT_COVERED = "not_covered"
    NO_INTRODUCER = "no_introducer"
    RULE_APPLIED = "rule_applied"


class Notice(Code):
    """What a person should know about an answer, in the order in which notices are given.

    The first four and the last arise only in tables, where a column can hold anything.
    """

    INVALID_RULE = "invalid_rule"
    AMBIGUOUS_ID = "ambiguous_id"
    UNKNOWN_ID = "unknown_id"
    INVALID_EMAIL = "invalid_email"
    NO_CLIENT_ADDRESS = "no_client_address"
    NO_INTRODUCER_ADDRESS = "no_introducer_address"
    CLIENT_NOT_ADDRESSED = "client_not_addressed"
    SOME_EMAILS_INVALID = "some_emails_invalid"


class RuleFilter(Code):
    """What « Destinataire des communications clients » can be set to: a rule, or none (S13).

    `rule` is the rule that it looks for. `NONE` looks for the deals without introducer, which have
    no rule: its `rule` is None (D3).

    >>> RuleFilter.INTRODUCER.rule
    <CommunicationRule.INTRODUCER: 'introducer'>
    """

    CLIENT = "client", CommunicationRule.CLIENT
    INTRODUCER = "introducer", CommunicationRule.INTRODUCER
    CLIENT_AND_INTRODUCER = "client_and_introducer", CommunicationRule.CLIENT_AND_INTRODUCER
    NONE = "none"

    _value_: str
    rule: CommunicationRule | None

    def __new__(cls, code: str, rule: CommunicationRule | None = None) -> Self:
        wanted = str.__new__(cls, code)
        wanted._value_ = code
        wanted.rule = rule
        return wanted


class ChangeOutcome(Code):
    """What a bulk change did to a deal (D11), for hosts that report row by row."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


class PrefillNotice(Code):
    """Why a row of a table that has an introducer was not prefilled: the first that holds."""

    AMBIGUOUS_ID = "ambiguous_id"
    UNKNOWN_ID = "unknown_id"
    INVALID_RULE = "invalid_rule"


class AnswerChange(Code):
    """What changes for an e-mail from one answer to another, of `partner_comms.frames.compare`.

    To counts first: `redirected`, whatever becomes of Cc.
    """

    SAME = "same"
    REDIRECTED = "redirected"
    COPY_ADDED = "copy_added"
    COPY_REMOVED = "copy_removed"
    COPY_CHANGED = "copy_changed"
    SILENCED = "silenced"
    RESCUED = "rescued"


class AddressProblem(Code):
    """What keeps a text from being an e-mail address (D16), in the order in which it is found."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"
    SEVERAL_ADDRESSES = "several_addresses"
    SPACE_AROUND = "space_around"
    DISPLAY_NAME = "display_name"
    NO_AT = "no_at"
    SEVERAL_AT = "several_at"
    WHITE_SPACE = "white_space"
    LOCAL_PART_EMPTY = "local_part_empty"
    LOCAL_PART_NOT_ASCII = "local_part_not_ascii"
    LOCAL_PART_CHARACTER = "local_part_character"
    LOCAL_PART_DOT = "local_part_dot"
    LOCAL_PART_HYPHEN = "local_part_hyphen"
    LOCAL_PART_TOO_LONG = "local_part_too_long"
    ENCODED_WORD = "encoded_word"
    DOMAIN_EMPTY = "domain_empty"
    DOMAIN_NOT_ASCII = "domain_not_ascii"
    DOMAIN_CHARACTER = "domain_character"
    DOMAIN_DOT = "domain_dot"
    DOMAIN_HYPHEN = "domain_hyphen"
    DOMAIN_LABEL_TOO_LONG = "domain_label_too_long"
    DOMAIN_ONE_LABEL = "domain_one_label"
    DOMAIN_ALL_DIGITS = "domain_all_digits"


class UiText(Code):
    """The texts of the French screens that belong to no value (S2, S3, S13, S14)."""

    GATE_OPTION = "gate_option"
    RULE_SETTING = "rule_setting"
    RULE_FILTER = "rule_filter"
    CHANGE_RULE_ACTION = "change_rule_action"


Locale: TypeAlias = Literal["fr", "en"]
LOCALES: Final[tuple[Locale, ...]] = ("fr", "en")
"""The locales that labels and sentences come in."""
