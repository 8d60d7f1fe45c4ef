"""What the library refuses, and how it says so.

Every error names the field, what was wrong with it and what to do about it. It carries the same
facts as attributes, and shows no more of the data than the faulty value.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from .models import Identifier, Reason, RecordKind

_SHOWN = 80
"""How many characters of a faulty text a message shows: enough to find it, not a whole letter."""


def described(value: object) -> str:
    """How a message shows `value`: plain values as they are, all else by its type alone."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return repr(value) if len(value) <= _SHOWN else f"{value[:_SHOWN]!r}…"
    if isinstance(value, float) or (isinstance(value, int) and value.bit_length() < _SHOWN):
        return f"{value!r} ({type(value).__name__})"
    if isinstance(value, UUID):
        return repr(value)
    return f"an object of type {type(value).__name__}"


class PartnerCommsError(Exception):
    """What all errors of this library are.

    They survive `copy` and `pickle`; two of one class that carry the same data are equal.

    >>> PartnerCommsError("a") == PartnerCommsError("a")
    True
    """

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.args == other.args

    def __hash__(self) -> int:
        return hash((type(self), self.args))


class InvalidTypeError(PartnerCommsError, TypeError):
    """A value of a type that the field does not take (D17, D19).

    Carries `field`, `got` (what was given, in words: plain values as they are, all else by its
    type alone) and `expected` (what to give instead).

    >>> print(InvalidTypeError("premium", got="1 (int)", expected="True or False"))
    premium: got 1 (int); give True or False
    """

    def __init__(self, field: str, got: str, expected: str) -> None:
        super().__init__(field, got, expected)
        self.field = field
        self.got = got
        self.expected = expected

    def __str__(self) -> str:
        return f"{self.field}: got {self.got}; give {self.expected}"


class UnknownCodeError(PartnerCommsError, ValueError):
    """A text that is not one of the codes that the field takes (D19).

    Carries `field`, `value` and `known` (the codes that it could have been).

    >>> print(UnknownCodeError("rule", "Client", known=("client", "introducer")))
    rule: 'Client' is not a known code; give one of 'client', 'introducer'
    """

    def __init__(self, field: str, value: str, known: tuple[str, ...]) -> None:
        super().__init__(field, value, known)
        self.field = field
        self.value = value
        self.known = known

    def __str__(self) -> str:
        known = ", ".join(map(repr, self.known))
        return f"{self.field}: {described(self.value)} is not a known code; give one of {known}"


class InvalidEmailError(PartnerCommsError, ValueError):
    """A text that is no bare e-mail address (D16).

    Carries `field` (`"emails"`, or `"emails[1]"` in a list), `value`, and `problem`: what is
    wrong with it and what to do.

    >>> print(InvalidEmailError("emails", "anna.example", "has no '@'; give () for no address"))
    emails: 'anna.example' has no '@'; give () for no address
    """

    def __init__(self, field: str, value: str, problem: str) -> None:
        super().__init__(field, value, problem)
        self.field = field
        self.value = value
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.field}: {described(self.value)} {self.problem}"


class EmptyIdError(PartnerCommsError, ValueError):
    """An id that is an empty text (D17). Carries `field`.

    >>> print(EmptyIdError("id"))
    id: '' is no id; give the host's own id, an int, a str that is not empty, or a UUID
    """

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field

    def __str__(self) -> str:
        return (
            f"{self.field}: '' is no id; "
            "give the host's own id, an int, a str that is not empty, or a UUID"
        )


class FeatureClosedError(PartnerCommsError):
    """The filter or the bulk change, asked for while the feature is closed (D7).

    Carries `reason`: `Reason.NOT_PREMIUM` (S1) or `Reason.OPTION_OFF` (S2).

    >>> from partner_comms import Reason
    >>> print(FeatureClosedError(Reason.OPTION_OFF))
    the feature is closed (option_off); check gate.is_open, and offer this only while it is
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"the feature is closed ({self.reason}); "
            "check gate.is_open, and offer this only while it is"
        )


class NoIntroducerError(PartnerCommsError):
    """A rule asked of a record without introducer, which has none to change (D3).

    Carries `record_kind` and `id` of that record.

    >>> from partner_comms import RecordKind
    >>> print(NoIntroducerError(RecordKind.CONTRACT, "K1"))
    contract 'K1' has no introducer, so no rule; give it an introduction first
    """

    def __init__(self, record_kind: RecordKind, id: Identifier) -> None:
        super().__init__(record_kind, id)
        self.record_kind = record_kind
        self.id = id

    def __str__(self) -> str:
        shown = described(self.id).removesuffix(" (int)")
        return (
            f"{self.record_kind} {shown} has no introducer, so no rule; "
            "give it an introduction first"
        )


class InvalidDataError(PartnerCommsError, ValueError):
    """Data that `partner_comms.serialization.load` refuses.

    Carries `errors`, a text for every fault in the data: what is wrong, and its path.

    >>> print(InvalidDataError(("the key is missing @ $.name", "got 1 (int); give … @ $.rule")))
    2 faults in the data:
      the key is missing @ $.name
      got 1 (int); give … @ $.rule
    """

    def __init__(self, errors: tuple[str, ...]) -> None:
        super().__init__(errors)
        self.errors = errors

    def __str__(self) -> str:
        count = "1 fault" if len(self.errors) == 1 else f"{len(self.errors)} faults"
        return "\n  ".join((f"{count} in the data:", *self.errors))
