"""Values to JSON and back, strictly (extra `json`).

`dump` gives plain data for the values of the rule book, `load` gives the values back or says
everything that is wrong. A record is an object of its fields, all of them, by name:

- rules and all other words are their codes;
- a project or contract carries its tag, `"record_kind": "project"` or `"contract"`;
- an id is a number or a text, and a UUID is `{"uuid": "…"}`, so that it stays one;
- `emails` is a list;
- `terms` are null, or whatever the host's own functions make of them (`make_converter`).

Answers are not for loading; they have `as_dict`.

>>> from partner_comms import Client, Introducer, Introduction
>>> martin = Client("C1", introduction=None)
>>> dump(martin)
{'id': 'C1', 'name': '', 'emails': [], 'introduction': None}
>>> load(dump(martin), Client) == martin
True
"""

from __future__ import annotations

from typing import Any, Final, TypeVar, overload

try:
    from cattrs import BaseValidationError, Converter, transform_error
    from cattrs.v import format_exception
except ImportError as _missing:
    raise ImportError(
        "partner_comms.serialization needs cattrs: pip install 'partner-comms[json]'"
    ) from _missing

from ..errors import InvalidDataError, InvalidTypeError, PartnerCommsError, described
from ._converter import RECORDS, WORDS, FaultError, Json, is_known_type, make_converter

__all__ = ["InvalidDataError", "Json", "dump", "load", "make_converter"]

T = TypeVar("T")

_PLAIN: Final = make_converter()


def dump(value: object, *, converter: Converter | None = None) -> Json:
    """`value` as plain data that any JSON library writes.

    For a record, a gate, a block or a word of the rule book, or a list or tuple of these; another
    type is refused with an `InvalidTypeError`. Terms need a `converter` that knows them, which
    then takes the host's own types too.

    >>> from partner_comms import CommissionBlock
    >>> dump([CommissionBlock(rule="introducer")])
    [{'rule': 'introducer', 'terms': None}]
    """
    if converter is None:
        if not _is_known_value(value):
            expected = "a record, block, gate or word, or a list of them; answers have as_dict()"
            raise InvalidTypeError("value", described(value), expected)
        converter = _PLAIN
    return converter.unstructure(value)


@overload
def load(data: Json, type_: type[T], *, converter: Converter | None = None) -> T: ...
@overload
def load(data: Json, type_: object, *, converter: Converter | None = None) -> Any: ...
def load(data: Json, type_: Any, *, converter: Converter | None = None) -> Any:
    """The value that `dump` made `data` of.

    `type_` is the type of a record, gate, block or word, `Deal`, or a list or tuple of one of
    these, as in `list[Deal]`; another is refused with an `InvalidTypeError`. Nothing in the data
    is guessed or repaired: an `InvalidDataError` lists every fault, with its path.

    >>> from partner_comms import CommissionBlock
    >>> load({"rule": 3, "terms": None, "rate": 12.5}, CommissionBlock)
    Traceback (most recent call last):
    partner_comms.errors.InvalidDataError: 2 faults in the data:
      got 3 (int); give a member of CommunicationRule or its code @ $.rule
      unknown key 'rate' @ $
    """
    if converter is None:
        if not is_known_type(type_):
            expected = "the type of a record, block, gate or word, Deal, or a list of one of these"
            raise InvalidTypeError("type_", described(type_), expected)
        converter = _PLAIN
    try:
        return converter.structure(data, type_)
    except (BaseValidationError, ValueError, TypeError, AttributeError) as error:
        # The last three are what cattrs raises for data that is nothing like a host's own type.
        faults = transform_error(error, format_exception=_fault)
        raise InvalidDataError(tuple(faults)) from None


def _is_known_value(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_known_value, value))
    return isinstance(value, (*RECORDS, *WORDS))


def _fault(error: BaseException, type_: type | None) -> str:
    """What is wrong, without the place: that is the path's to say."""
    if isinstance(error, PartnerCommsError):
        return str(error).removeprefix(f"{getattr(error, 'field', '')}: ")
    if isinstance(error, FaultError):
        return str(error)
    return format_exception(error, type_)  # in a type of the host's own
