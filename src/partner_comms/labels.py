"""The words for codes, in French and in English: `label` for one, `choices` for a form."""

from __future__ import annotations

from typing import Final, TypeAlias, get_args

from .codes import (
    AddressProblem,
    AnswerChange,
    ChangeOutcome,
    Communication,
    CommunicationRule,
    Notice,
    Party,
    PrefillNotice,
    Reason,
    RecordKind,
    RuleFilter,
    UiText,
)
from .refusals import InvalidTypeError, described

Labelled: TypeAlias = (
    CommunicationRule
    | Communication
    | Party
    | RecordKind
    | Reason
    | Notice
    | RuleFilter
    | ChangeOutcome
    | PrefillNotice
    | AnswerChange
    | AddressProblem
    | UiText
)
_ENUMS: Final = get_args(Labelled)


def label(member: Labelled, locale: str = "fr") -> str:
    """The words for a member of any enum of the library, in `fr` or `en`.

    The language of the locale decides: `fr-FR`, `fr_FR` and `FR` are `fr`. An unknown locale is
    refused with an `UnknownCodeError` that lists the known ones. A bare code is refused with an
    `InvalidTypeError`: two enums may share one, with other words for it.

    >>> label(CommunicationRule.CLIENT_AND_INTRODUCER)
    'Client + Apporteur'
    """
    if type(member) not in _ENUMS:
        raise InvalidTypeError("member", described(member), "a member of one of the enums")
    from .texts import LABELS, in_locale  # here, since a program that shows nothing needs no words

    return in_locale(LABELS[type(member)][member], locale)


def choices(enum: type[Labelled], locale: str = "fr") -> tuple[tuple[str, str], ...]:
    """Each code of an enum with its label, in the order of the enum: what a form's field takes.

    Refuses another type with an `InvalidTypeError`, and locales as `label` does.

    >>> choices(Party, "en")
    (('client', 'Client'), ('introducer', 'Introducer'))
    """
    if not isinstance(enum, type) or enum not in _ENUMS:
        raise InvalidTypeError("enum", described(enum), "one of the enums, such as RuleFilter")
    return tuple((member.value, label(member, locale)) for member in enum)
