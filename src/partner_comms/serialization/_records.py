"""Records and ids as plain data, and plain data as records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

from attrs import fields
from cattrs import (
    AttributeValidationNote,
    ClassValidationError,
    IterableValidationError,
    IterableValidationNote,
)

from ..addresses import as_email
from ..answers import Recipients
from ..errors import (
    Identifier,
    InvalidAnswerError,
    InvalidDataError,
    InvalidEmailError,
    InvalidTypeError,
    PartnerCommsError,
    UnknownCodeError,
)
from ..refusals import described
from ._types import TAG, TAGGED

Json: TypeAlias = Any
"""A plain JSON value: None, a bool, a number, a str, a list or a dict with str keys of these."""

Dump: TypeAlias = Callable[[Any], Json]
Load: TypeAlias = Callable[[Json, Any], Any]
"""As cattrs calls it: with the data, and the type that is wanted."""

ADDED: Final[dict[type, Collection[str]]] = {}
"""The fields that came after version 0.1.0. A document without them is older than they are, and the
record gets their defaults; all other fields are required."""


class FaultError(ValueError):
    """Something wrong that has no error of its own."""


def wrong_type(data: Json, expected: str) -> FaultError:
    return FaultError(f"got {described(data)}; give {expected}")


# --- Ids ------------------------------------------------------------------------------------------

_EXACT: Final = 2**53 - 1
"""The largest number that every JSON library reads exactly; JavaScript rounds those beyond."""


def dump_id(id: Identifier) -> Json:
    """The plain value, also of a subclass of `int`."""
    if isinstance(id, str):
        return id
    if isinstance(id, UUID):
        return {"uuid": str(id)}
    number = int(id)
    return number if -_EXACT <= number <= _EXACT else {"int": str(number)}


def load_id(data: Json, _: object) -> Json:
    """An id, but for '', which is the model's to refuse."""
    if type(data) is str or type(data) is int:
        return data
    match data:
        case {"uuid": str(text), **others} if not others:
            return _written(text, UUID, "UUID")
        case {"int": str(text), **others} if not others:
            return _written(text, int, "whole number")
    raise wrong_type(data, 'a whole number, a text, {"uuid": "…"} or {"int": "…"}')


def _written(text: str, kind: type[UUID | int], name: str) -> UUID | int:
    """What `text` is, if it is written as `dump_id` writes it."""
    try:
        found = kind(text)
    except ValueError:
        found = None
    if found is None or str(found) != text:
        raise FaultError(f"{described(text)} is no {name} as str(…) writes it")
    return found


# --- Lists ----------------------------------------------------------------------------------------


def load_list(data: Json, load_one: Load, type_: Any, expected: str = "a list") -> list[Any]:
    if type(data) is not list:
        raise wrong_type(data, expected)
    return load_each(enumerate(data), load_one, type_)


def load_each(entries: Iterable[tuple[int | str, Json]], load_one: Load, type_: Any) -> list[Any]:
    """Every element loaded, or every fault with its place."""
    values, faults = [], []
    for place, data in entries:
        try:
            values.append(load_one(data, type_))
        except Exception as error:
            error.add_note(IterableValidationNote("", place, list))  # where cattrs looks
            faults.append(error)
    if faults:
        raise IterableValidationError("", faults, list)
    return values


# --- Records --------------------------------------------------------------------------------------


def as_object(data: Json) -> dict[Any, Json]:
    if not isinstance(data, dict):
        raise wrong_type(data, "an object with the fields of the record")
    return data


def record_dumper(record: type, dumps: Mapping[str, Dump]) -> Dump:
    """A function that makes an object of a record: its tag if it has one, and its fields."""
    tag = {TAG: TAGGED[record]} if record in TAGGED else {}
    steps = [(name, dumps.get(name, _as_is)) for name in _checks(record)]

    def dump_record(value: Any) -> dict[str, Json]:
        data = tag.copy()
        for name, dump_one in steps:
            data[name] = dump_one(getattr(value, name))
        return data

    return dump_record


def record_loader(
    record: type, loads: Mapping[str, tuple[Load, Any]], tags: Sequence[str] = ()
) -> Load:
    """A function that makes a record of an object, or says everything that is wrong with it.

    `loads` has a function for a field, and the type that it is called with: it makes of the data
    what the model takes, and the model checks that. `tags` are those that the object may have, if
    not the record's own.
    """
    checks = _checks(record)
    steps = {name: loads.get(name, (_as_is, None)) for name in checks}
    if record in TAGGED:
        steps = {TAG: (_tag_loader(tags or [TAGGED[record]]), None), **steps}
    added = ADDED.get(record, ())

    def load_record(data: Json, _: object) -> Any:
        data = as_object(data)
        values, faults = _load_fields(data, steps, added)
        values.pop(TAG, None)
        unknown = [FaultError(f"unknown key {described(key)}") for key in data if key not in steps]
        if not faults and not unknown:
            try:
                return record(**values)
            except PartnerCommsError:
                pass  # the first fault, and the model's checks one by one find all of them
        faults |= _check_fields(values, checks)
        in_order = [faults[name] for name in steps if name in faults]
        for name, error in faults.items():
            error.add_note(AttributeValidationNote("", name, record))  # where cattrs looks
        raise ClassValidationError("", [*in_order, *unknown], record)

    return load_record


def _load_fields(
    data: dict[Any, Json], steps: Mapping[str, tuple[Load, Any]], added: Collection[str]
) -> tuple[dict[str, Any], dict[str, Exception]]:
    """What the functions make of each field, and what keeps them from it."""
    values: dict[str, Any] = {}
    faults: dict[str, Exception] = {}
    for name, (load_one, type_) in steps.items():
        if name in data:
            try:
                values[name] = load_one(data[name], type_)
            except Exception as error:
                faults[name] = error
        elif name not in added:
            faults[name] = FaultError("the key is missing")
    return values, faults


def _check_fields(values: Mapping[str, Any], checks: Mapping[str, Load]) -> dict[str, Exception]:
    faults: dict[str, Exception] = {}
    for name, value in values.items():
        try:
            checks[name](value, None)
        except Exception as error:
            faults[name] = error
    return faults


def _checks(record: type) -> dict[str, Load]:
    """The fields of a record, each with the model's own check."""
    checks = {f.name: _check(f.converter) for f in fields(record) if f.init}
    if "emails" in checks:  # each address by itself, so that every bad one is named
        checks["emails"] = lambda emails, _: load_list(emails, _check_email, None)
    return checks


def _check(converter: Callable[[Any], Any] | None) -> Load:
    return _as_is if converter is None else lambda value, _: converter(value)


def _check_email(address: Json, _: object) -> Any:
    return as_email(address, "emails")


def _as_is(data: Json, _: object = None) -> Any:
    return data


def _tag_loader(tags: Sequence[str]) -> Load:
    def load_tag(tag: Json, _: object) -> Json:
        if tag not in tags:
            raise wrong_type(tag, " or ".join(map(repr, tags)))
        return tag

    return load_tag


# --- Answers --------------------------------------------------------------------------------------


def load_answer(data: Json, _: object) -> Recipients:
    """The answer that `as_dict` wrote."""
    try:
        return Recipients.from_dict(as_object(data))
    except InvalidDataError as error:
        found = [text.split(" @ $") for text in error.errors]
        faults = [_placed(FaultError(text), place.removeprefix(".")) for text, place in found]
    except (InvalidTypeError, UnknownCodeError, InvalidEmailError, InvalidAnswerError) as error:
        faults = [_placed(error, error.field)]
    raise ClassValidationError("", faults, Recipients)


def _placed(error: Exception, place: str) -> Exception:
    if place:
        error.add_note(AttributeValidationNote("", place, Recipients))  # where cattrs looks
    return error
