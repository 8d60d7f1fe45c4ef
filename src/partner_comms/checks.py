"""What a field takes: the checks that records, gates and answers share.

They are converters rather than attrs' validators: those a host can switch off for the whole
process, and these checks keep mail from the wrong people. The common type is asked for first.

`type(x) is` rather than `isinstance`: a mock with a spec, or a subclass that answers otherwise, is
a record of another type, and those are refused (D19).
"""

from __future__ import annotations

from enum import Enum
from typing import NoReturn, TypeVar
from uuid import UUID

from .codes import CommunicationRule, as_text, member
from .errors import EmptyIdError, Identifier
from .refusals import InvalidTypeError, described, is_namesake

T = TypeVar("T")


def exactly(kind: type[T], value: object, where: str) -> T:
    """`value`, which is of that very type."""
    if type(value) is kind:
        return value
    article = "an" if kind.__name__[0] in "AEIOU" else "a"
    ours = "partner_comms." if is_namesake(value, kind) else ""
    expected = f"{article} {ours}{kind.__name__}"
    raise InvalidTypeError(where, described(value, kind), expected)


def as_premium(value: bool) -> bool:
    return value if value is True or value is False else _no_boolean(value, "premium")


def as_option_enabled(value: bool) -> bool:
    return value if value is True or value is False else _no_boolean(value, "option_enabled")


def _no_boolean(value: object, where: str) -> NoReturn:
    raise InvalidTypeError(where, described(value), "True or False")


def as_rule(value: CommunicationRule | str) -> CommunicationRule:
    return value if type(value) is CommunicationRule else member(CommunicationRule, value, "rule")


def as_id(value: Identifier, where: str = "id") -> Identifier:
    """`value`, which is an id (D17)."""
    if type(value) is int or (type(value) is str and value):
        return value
    text = as_text(value)
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


def as_name(value: str) -> str:
    name = value if type(value) is str else as_text(value)
    if name is None:
        raise InvalidTypeError("name", described(value), "a str; '' if there is none")
    return name
