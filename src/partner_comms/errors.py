"""What the library refuses, and how it says so.

Every error names the field, what was wrong with it and what to do about it. It carries the same
facts as attributes, and shows no more of the data than the faulty value.
"""

from __future__ import annotations

from typing import Final, TypeAlias
from uuid import UUID

from .codes import AddressProblem, Notice, Reason, RecordKind
from .refusals import InvalidTypeError as InvalidTypeError
from .refusals import PartnerCommsError as PartnerCommsError
from .refusals import UnknownCodeError as UnknownCodeError
from .refusals import described

Identifier: TypeAlias = int | str | UUID
"""An id of the host's: an `int` (not a `bool`), a `str` that is not empty, or a `UUID` (D17)."""


class InvalidEmailError(PartnerCommsError, ValueError):
    """A text that is not a bare e-mail address (D16).

    Carries `field` (`"emails"`, or `"emails[1]"` in a list), `value`, and `problem`, an
    `AddressProblem`: what is wrong with it, as a code that has a label in French and in English.

    >>> from partner_comms import AddressProblem
    >>> print(InvalidEmailError("emails", "anna.example", AddressProblem.NO_AT))
    emails: 'anna.example' has no '@'; give name@example.org, or () if there is no address
    """

    def __init__(self, field: str, value: str, problem: AddressProblem) -> None:
        super().__init__(field, value, problem)
        self.field = field
        self.value = value
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.field}: {described(self.value)} {_REMEDIES[self.problem]}"


_REMEDIES: Final = {
    AddressProblem.EMPTY: "is empty; give () if there is no address",
    AddressProblem.TOO_LONG: "is longer than 254 characters; give the bare address",
    AddressProblem.CONTROL_CHARACTER: (
        "has a line break or another control character; give the bare address"
    ),
    AddressProblem.SPACE_AROUND: "has white space before or after it; give it without",
    AddressProblem.SEVERAL_ADDRESSES: (
        "is several addresses in one text; give a list, each address a text of its own"
    ),
    AddressProblem.DISPLAY_NAME: "has a name or brackets; give the bare address, name@example.org",
    AddressProblem.NO_AT: "has no '@'; give name@example.org, or () if there is no address",
    AddressProblem.SEVERAL_AT: "has more than one '@'; give one address, name@example.org",
    AddressProblem.WHITE_SPACE: "has white space inside; give the bare address",
    AddressProblem.LOCAL_PART_EMPTY: "has nothing before the '@'; give name@example.org",
    AddressProblem.LOCAL_PART_NOT_ASCII: (
        "has a letter before the '@' that is not ASCII; give an address in ASCII, or () if there "
        "is no other"
    ),
    AddressProblem.LOCAL_PART_CHARACTER: (
        "has a character before the '@' that no address has there; give name@example.org"
    ),
    AddressProblem.LOCAL_PART_DOT: (
        "begins with a dot, or has two in a row or one right before the '@'; give it without"
    ),
    AddressProblem.LOCAL_PART_HYPHEN: (
        "begins with '-', which mail programs take for an option; give another address"
    ),
    AddressProblem.LOCAL_PART_TOO_LONG: (
        "has more than 64 characters before the '@'; give a valid address"
    ),
    AddressProblem.ENCODED_WORD: (
        "has part of an encoded word (?q? or ?b?), which mail programs decode; give another address"
    ),
    AddressProblem.DOMAIN_EMPTY: "has nothing after the '@'; give name@example.org",
    AddressProblem.DOMAIN_NOT_ASCII: (
        "has a domain that is not ASCII; give its ASCII form by IDNA 2008 (xn--…)"
    ),
    AddressProblem.DOMAIN_CHARACTER: (
        "has a character in the domain other than letters, digits, '-' and '.'; "
        "give name@example.org"
    ),
    AddressProblem.DOMAIN_DOT: (
        "has a dot at an end of the domain, or two in a row; give name@example.org"
    ),
    AddressProblem.DOMAIN_HYPHEN: (
        "has '-' at an end of a part of the domain; give name@example.org"
    ),
    AddressProblem.DOMAIN_LABEL_TOO_LONG: (
        "has a part of the domain with more than 63 characters; give a valid address"
    ),
    AddressProblem.DOMAIN_ONE_LABEL: (
        "has a domain of one part, without a dot; give the whole of it, name@example.org"
    ),
    AddressProblem.DOMAIN_ALL_DIGITS: (
        "has a domain that ends in a number; give a domain name, name@example.org"
    ),
}


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
    the feature is closed (option_off); offer this only where gate.is_open
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the feature is closed ({self.reason}); offer this only where gate.is_open"


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


class NoRecipientError(PartnerCommsError):
    """An answer to nobody, where an e-mail was to be addressed (D8).

    Carries the `notices` of the answer, which say whose address is missing.

    >>> from partner_comms import Notice
    >>> print(NoRecipientError((Notice.NO_CLIENT_ADDRESS,)))
    there is nobody to write to (no_client_address); check answer.is_deliverable first
    """

    def __init__(self, notices: tuple[Notice, ...]) -> None:
        super().__init__(notices)
        self.notices = notices

    def __str__(self) -> str:
        why = ", ".join(self.notices)
        return f"there is nobody to write to ({why}); check answer.is_deliverable first"


class InvalidAnswerError(PartnerCommsError, ValueError):
    """An answer, made by hand, that the rule book cannot give (D19).

    Carries `field` and `problem`: what is impossible about it. Answers come from `decide`,
    `resolve_recipients`, `change_rule` and `Recipients.from_dict`.

    >>> print(InvalidAnswerError("cc", "there is a Cc without To (D8)"))
    cc: there is a Cc without To (D8); let the library make its answers
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(field, problem)
        self.field = field
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.field}: {self.problem}; let the library make its answers"


class InvalidDataError(PartnerCommsError, ValueError):
    """Data that `Recipients.from_dict` or `partner_comms.serialization.load` refuses.

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
