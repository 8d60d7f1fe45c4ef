"""The cattrs converter behind `dump` and `load`."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, TypeAlias, TypeVar, get_args, get_origin
from uuid import UUID

from attrs import fields
from cattrs import (
    AttributeValidationNote,
    ClassValidationError,
    Converter,
    IterableValidationError,
    IterableValidationNote,
)

from ..errors import InvalidTypeError, described
from ..models import (
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    Deal,
    FeatureGate,
    Identifier,
    Introducer,
    Introduction,
    Party,
    Product,
    Project,
    Reason,
    RecordKind,
    as_email,
    as_id,
    member,
)

Json: TypeAlias = Any
"""A plain JSON value: None, a bool, a number, a str, a list or a dict with str keys of these."""

T = TypeVar("T")
Hook: TypeAlias = Callable[[Any], Any]

RECORDS: Final = (
    CommissionBlock,
    Introducer,
    Introduction,
    Client,
    Project,
    Contract,
    Product,
    FeatureGate,
)
WORDS: Final[tuple[type[StrEnum], ...]] = (
    CommunicationRule,
    Communication,
    Party,
    RecordKind,
    Reason,
)
_TAG: Final = "record_kind"
_TAGGED: Final[dict[str, type[Deal]]] = {"project": Project, "contract": Contract}


def is_known_type(type_: object) -> bool:
    return type_ in (*RECORDS, *WORDS, Deal) or _is_known_list(type_)


def _is_known_list(type_: object) -> bool:
    match get_origin(type_), get_args(type_):
        case (builtins.list, (inner,)) | (builtins.tuple, (inner, builtins.Ellipsis)):
            return is_known_type(inner)
    return False


class FaultError(ValueError):
    """Something wrong that has no error of its own."""


def _wrong_type(data: Json, expected: str) -> FaultError:
    return FaultError(f"got {described(data)}; give {expected}")


# --- The converter --------------------------------------------------------------------------------


def make_converter(*, dump_terms: Hook | None = None, load_terms: Hook | None = None) -> Converter:
    """A cattrs converter that knows the values of the rule book, for hosts' own types to use.

    `dump_terms` makes plain data of commission terms, and `load_terms` makes terms of it again;
    whatever `load_terms` raises counts as a fault at that place. No terms are null, and never
    reach them. Without them, all other terms are refused (D4: they are never read).

    >>> from partner_comms.serialization import dump, load
    >>> converter = make_converter(dump_terms=list, load_terms=tuple)
    >>> block = CommissionBlock(terms=(60, 40))
    >>> data = dump(block, converter=converter)
    >>> data
    {'rule': 'client', 'terms': [60, 40]}
    >>> load(data, CommissionBlock, converter=converter) == block
    True
    """
    converter = Converter()
    dumps: dict[str, Hook] = {"id": _dump_id, "terms": _dump_terms(dump_terms)}
    loads: dict[str, Hook] = {
        "id": _load_id,
        "emails": _load_emails,
        "terms": _load_terms(load_terms),
        "block": lambda data: converter.structure(data, CommissionBlock),
        "introducer": lambda data: converter.structure(data, Introducer),
        "client": lambda data: converter.structure(data, Client),
        "introduction": lambda data: (
            None if data is None else converter.structure(data, Introduction)
        ),
    }
    for record in RECORDS:
        tags = [tag for tag, deal in _TAGGED.items() if deal is record]
        converter.register_unstructure_hook(record, _record_dumper(record, dumps, converter))
        converter.register_structure_hook(record, _record_loader(record, loads, tags))
    for word in WORDS:
        converter.register_unstructure_hook(word, _code)
        converter.register_structure_hook(word, lambda data, kind: member(kind, data, "code"))
    deals = {tag: _record_loader(deal, loads, [*_TAGGED]) for tag, deal in _TAGGED.items()}

    def load_deal(data: Json, type_: object) -> Deal:
        named = "contract" if _object(data).get(_TAG) == "contract" else "project"
        deal: Deal = deals[named](data, type_)
        return deal

    converter.register_structure_hook(Deal, load_deal)
    converter.register_unstructure_hook(Identifier, _dump_id)
    converter.register_structure_hook(Identifier, lambda data, _: as_id(_load_id(data)))
    converter.register_structure_hook_factory(
        _is_known_list, lambda type_: _list_loader(type_, converter)
    )
    return converter


# --- Fields ---------------------------------------------------------------------------------------


def _code(word: StrEnum) -> str:
    return word.value


def _dump_terms(hook: Hook | None) -> Hook:
    def dump_terms(terms: object) -> Json:
        if terms is None:
            return None
        if hook is None:
            expected = "None, or a hook to make_converter(dump_terms=…)"
            raise InvalidTypeError("terms", described(terms), expected)
        return hook(terms)

    return dump_terms


def _load_terms(hook: Hook | None) -> Hook:
    def load_terms(data: Json) -> object:
        if data is None:
            return None
        if hook is None:
            raise _wrong_type(data, "null, or a hook to make_converter(load_terms=…)")
        try:
            return hook(data)
        except Exception as error:
            raise FaultError(f"{type(error).__name__}: {error}") from error

    return load_terms


def _dump_id(id: Identifier) -> Json:
    """The plain value, also of a subclass of `int`."""
    if isinstance(id, UUID):
        return {"uuid": str(id)}
    return int(id) if isinstance(id, int) else id


def _load_id(data: Json) -> Json:
    if isinstance(data, dict):
        text = data.get("uuid")
        if len(data) == 1 and isinstance(text, str):
            return _uuid(text)
    elif type(data) in (int, str):
        return data  # '' is the model's to refuse
    raise _wrong_type(data, 'a whole number, a text, or {"uuid": "…"}')


def _uuid(text: str) -> UUID:
    try:
        found = UUID(text)
    except ValueError:
        found = None
    if found is None or str(found) != text:
        raise FaultError(f"{described(text)} is no UUID as str(uuid) writes it")
    return found


def _load_emails(data: Json) -> list[str]:
    """Each address is checked by itself, so that every bad one is named."""
    if type(data) is not list:
        raise _wrong_type(data, "a list of addresses, [] if there is none")
    return _each(data, lambda address: as_email(address, "emails"))


def _list_loader(type_: Any, converter: Converter) -> Callable[[Json, object], Any]:
    make, inner = get_origin(type_), get_args(type_)[0]

    def load_list(data: Json, _: object) -> Any:
        if type(data) is not list:
            raise _wrong_type(data, "a list")
        return make(_each(data, lambda one: converter.structure(one, inner)))

    return load_list


def _each(data: list[Json], load_one: Callable[[Json], T]) -> list[T]:
    """Every element loaded, or every fault with its position."""
    values, faults = [], []
    for position, one in enumerate(data):
        try:
            values.append(load_one(one))
        except Exception as error:
            error.add_note(IterableValidationNote("", position, list))  # where cattrs looks
            faults.append(error)
    if faults:
        raise IterableValidationError("", faults, list)
    return values


# --- Records --------------------------------------------------------------------------------------


def _fields(record: type) -> dict[str, Hook]:
    """The fields of a record, each with the model's own check, so that all faults are found."""
    return {f.name: f.converter or _as_is for f in fields(record) if f.init}


def _as_is(value: object) -> object:
    return value


def _record_dumper(record: type, dumps: Mapping[str, Hook], converter: Converter) -> Hook:
    steps = [(name, dumps.get(name, converter.unstructure)) for name in _fields(record)]

    def dump_record(value: Any) -> dict[str, Json]:
        tag = {_TAG: value.record_kind.value} if record in _TAGGED.values() else {}
        return tag | {name: dump_one(getattr(value, name)) for name, dump_one in steps}

    return dump_record


def _record_loader(
    record: type, loads: Mapping[str, Hook], tags: Sequence[str]
) -> Callable[[Json, object], Any]:
    checks = _fields(record)
    steps = {name: (loads.get(name, _as_is), check) for name, check in checks.items()}
    if tags:
        steps = {_TAG: (_as_is, _tag_check(tags))} | steps

    def load_record(data: Json, _: object) -> Any:
        data = _object(data)
        values: dict[str, Any] = {}
        faults: list[Exception] = []
        for name, (load_one, check) in steps.items():
            try:
                if name not in data:
                    raise FaultError("the key is missing")
                values[name] = check(load_one(data[name]))
            except Exception as error:
                error.add_note(AttributeValidationNote("", name, record))
                faults.append(error)
        faults += [FaultError(f"unknown key {described(key)}") for key in data if key not in steps]
        if faults:
            raise ClassValidationError("", faults, record)
        values.pop(_TAG, None)
        return record(**values)

    return load_record


def _tag_check(tags: Sequence[str]) -> Hook:
    def check(tag: Json) -> Json:
        if tag not in tags:
            raise _wrong_type(tag, " or ".join(map(repr, tags)))
        return tag

    return check


def _object(data: Json) -> dict[Any, Json]:
    if not isinstance(data, dict):
        raise _wrong_type(data, "an object with the fields of the record")
    return data
