"""What all refusals have in common, and the two that every enum and every field can make."""

from __future__ import annotations

import builtins
from enum import Enum
from typing import Final, get_origin
from uuid import UUID

SHOWN: Final = 80
"""How many characters of a faulty text a message shows: enough to find it, not a whole letter."""


def described(value: object, *wanted: type) -> str:
    """How a message shows `value`: plain values and types as they are, all else by its type.

    A type that is called like one of the types `wanted` is shown with its module.
    """
    kind = _type_name(type(value), wanted)
    if isinstance(value, Enum):
        return f"{kind}.{value.name}"
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return repr(value) if len(value) <= SHOWN else f"{value[:SHOWN]!r}…"
    if isinstance(value, float) or (isinstance(value, int) and value.bit_length() < SHOWN):
        return f"{value!r} ({kind})"
    if isinstance(value, UUID):
        return repr(value)
    if get_origin(value) is not None:
        return f"the type {value!r}"
    if isinstance(value, type):
        return f"the class {_type_name(value, wanted)}"
    return f"an object of type {kind}"


def is_namesake(value: object, *wanted: type) -> bool:
    """Whether the type of `value` is called like one of `wanted`, and is another."""
    return _is_namesake(type(value), wanted)


def _is_namesake(kind: type, wanted: tuple[type, ...]) -> bool:
    return kind not in wanted and kind.__name__ in [other.__name__ for other in wanted]


def _type_name(kind: type, wanted: tuple[type, ...]) -> str:
    name = kind.__name__
    if _is_namesake(kind, wanted):
        return f"{kind.__module__}.{kind.__qualname__}"
    if kind.__module__ != "builtins" and hasattr(builtins, name):  # NumPy's `bool`
        return f"{kind.__module__}.{name}"
    return name


class PartnerCommsError(Exception):
    """The base of all errors of this library.

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


def wrong_type(where: str, value: object, expected: str, *wanted: type) -> InvalidTypeError:
    """The refusal of `value` where one of several types of ours is wanted."""
    if is_namesake(value, *wanted):
        expected += ", from partner_comms"
    return InvalidTypeError(where, described(value, *wanted), expected)


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
