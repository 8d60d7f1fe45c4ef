"""Values to JSON and back, strictly (extra `json`).

`dump` gives plain data for the values of the rule book, `load` gives the values back or says
everything that is wrong. A record is an object of its fields, all of them, by name:

- rules and all other words are their codes;
- a project or contract carries its tag, `"record_kind": "project"` or `"contract"`;
- an id is a number or a text; a UUID is `{"uuid": "…"}`, so that it stays one, and a number beyond
  2**53 is `{"int": "…"}`, since JavaScript would round it;
- `emails` is a list;
- `terms` are null, or whatever the host's own functions make of them (`make_converter`).

An answer is what its `as_dict` gives.

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

from ..checks import as_id
from ..errors import EmptyIdError, InvalidDataError, InvalidTypeError, PartnerCommsError
from ..refusals import described
from ._converter import TERMS_NEED_A_HOOK, make_converter
from ._faults import fault_in_type, fault_in_value, not_loadable
from ._records import FaultError, Json, dump_id
from ._types import IDS, OURS, is_known_type

__all__ = ["InvalidDataError", "Json", "dump", "load", "make_converter"]

T = TypeVar("T")

_PLAIN: Final = make_converter()

_OF_DATA: Final = (BaseValidationError, ValueError, TypeError, AttributeError)
"""What cattrs raises for faulty data; the last three for data that is nothing like the type."""


def dump(value: object, *, converter: Converter | None = None) -> Json:
    """`value` as plain data that any JSON library writes.

    For a record, an answer, a gate, a block, a word or an id, for None, and for a list, a tuple or
    a dict with str keys of these. Another type is refused with an `InvalidTypeError`, which names
    its place. Terms need a `converter` that knows them, which then takes the host's own types too.

    >>> from partner_comms import CommissionBlock
    >>> dump([CommissionBlock(rule="introducer"), None])
    [{'rule': 'introducer', 'terms': None}, None]
    """
    hosts = converter is not None
    try:
        return _dumped(value, converter or _PLAIN, hosts)
    except (InvalidTypeError, EmptyIdError, RecursionError) as error:
        if hosts and getattr(error, "expected", TERMS_NEED_A_HOOK) != TERMS_NEED_A_HOOK:
            raise  # a hook of the host's
        raise fault_in_value(value, "value", hosts=hosts) or error from None


def _dumped(value: Any, converter: Converter, hosts: bool) -> Json:
    kind = type(value)
    if kind in OURS:
        return converter.unstructure(value)
    if isinstance(value, list) or kind is tuple:
        return [_dumped(one, converter, hosts) for one in value]
    if kind is dict and all(type(key) is str for key in value):
        return {key: _dumped(one, converter, hosts) for key, one in value.items()}
    if value is None:
        return None
    if hosts and kind not in IDS:
        return converter.unstructure(value)
    return dump_id(as_id(value))


@overload
def load(data: Json, type_: type[T], *, converter: Converter | None = None) -> T: ...
@overload
def load(data: Json, type_: object, *, converter: Converter | None = None) -> Any: ...
def load(data: Json, type_: Any, *, converter: Converter | None = None) -> Any:
    """The value that `dump` made `data` of.

    `type_` is the type of a record, gate, block or word, `Recipients` or `Identifier`; a union that
    can be told apart, as `Client | Project | Contract` or `Deal | None`; or a list, a tuple or a
    dict with str keys of one of these, as `list[Deal]`. A `converter` also loads the types of the
    host. A type that can't be loaded is refused with an `InvalidTypeError`, whatever the data.
    Nothing in the data is guessed or repaired: an `InvalidDataError` lists every fault, with its
    path.

    >>> from partner_comms import CommissionBlock
    >>> load({"rule": 3, "terms": None, "rate": 12.5}, CommissionBlock)
    Traceback (most recent call last):
    partner_comms.errors.InvalidDataError: 2 faults in the data:
      got 3 (int); give a member of CommunicationRule or its code @ $.rule
      unknown key 'rate' @ $
    """
    if converter is None:
        if not is_known_type(type_):
            expected = "the type of a record, block, gate or word, Recipients, Identifier, a union "
            expected += "that can be told apart, or a list or dict of one of these"
            raise InvalidTypeError("type_", described(type_), expected)
        converter = _PLAIN
    try:
        hook = converter.get_structure_hook(type_)
    except InvalidTypeError:
        raise
    except Exception as error:
        raise not_loadable(type_) from error
    try:
        return hook(data, type_)
    except Exception as error:
        if refusal := fault_in_type(error, type_, converter):
            raise refusal from error
        if not isinstance(error, _OF_DATA):
            raise
        faults = transform_error(error, format_exception=_fault)
        raise InvalidDataError(tuple(faults)) from None


def _fault(error: BaseException, type_: type | None) -> str:
    """What is wrong, without the place: that is the path's to say."""
    if isinstance(error, PartnerCommsError):
        return str(error).removeprefix(f"{getattr(error, 'field', '')}: ")
    if isinstance(error, FaultError):
        return str(error)
    return format_exception(error, type_)  # in a type of the host's own
