"""The cattrs converter behind `dump` and `load`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from types import NoneType
from typing import Any, Final, NoReturn, TypeAlias, get_args, get_origin

from attrs import fields_dict
from cattrs import Converter

from ..answers import Recipients
from ..checks import as_id
from ..codes import Code, member
from ..errors import InvalidTypeError
from ..models import Client, CommissionBlock, Introducer, Introduction
from ..refusals import described
from ._records import (
    Dump,
    FaultError,
    Json,
    Load,
    as_object,
    dump_id,
    load_answer,
    load_each,
    load_id,
    load_list,
    record_dumper,
    record_loader,
    wrong_type,
)
from ._types import (
    IDS,
    TAG,
    TAGGED,
    WORDS,
    has_ids_for_keys,
    is_dict,
    is_list,
    is_record,
    is_union,
    kinds_of,
)

Hook: TypeAlias = Callable[[Any], Any]

TERMS_NEED_A_HOOK: Final = "None, or a hook to make_converter(dump_terms=…)"


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
    register_dump = converter.register_unstructure_hook_factory
    register_dump(is_record, partial(_record_dumper, dump_terms=_terms_dumper(dump_terms)))
    register_dump(is_union, _union_dumper)
    register_dump(has_ids_for_keys, _refuse_keys)

    record_loader_of = partial(_record_loader, load_terms=_terms_loader(load_terms))
    register_load = converter.register_structure_hook_factory
    register_load(is_record, record_loader_of)
    register_load(is_union, partial(_union_loader, record_loader_of=record_loader_of))
    register_load(is_list, _list_loader)
    register_load(is_dict, _dict_loader)
    register_load(has_ids_for_keys, _refuse_keys)

    for word in WORDS:  # each by itself: a hook for `str` would catch them too
        converter.register_unstructure_hook(word, _code)
        converter.register_structure_hook(word, _load_word)
    converter.register_unstructure_hook(Recipients, Recipients.as_dict)
    converter.register_structure_hook(Recipients, load_answer)
    return converter


_NESTED: Final[dict[str, Any]] = {
    "block": CommissionBlock,
    "introducer": Introducer,
    "client": Client,
    "introduction": Introduction | None,
}
"""The fields that hold a record: the converter's hook for it handles them, and may be a host's."""


def _nested(record: type) -> dict[str, Any]:
    return {name: _NESTED[name] for name in fields_dict(record) if name in _NESTED}


def _refuse_keys(type_: object) -> NoReturn:
    raise InvalidTypeError("type_", described(type_), "a dict with str keys: JSON has no others")


# --- Dumping --------------------------------------------------------------------------------------


def _record_dumper(record: type, converter: Converter, *, dump_terms: Dump) -> Dump:
    dumps: dict[str, Dump] = {"id": dump_id, "emails": list, "rule": _code, "terms": dump_terms}
    for name, type_ in _nested(record).items():
        dumps[name] = converter.get_unstructure_hook(type_)
    return record_dumper(record, dumps)


def _code(word: Code) -> str:
    return word.value


def _terms_dumper(hook: Hook | None) -> Dump:
    def dump_terms(terms: object) -> Json:
        if terms is None:
            return None
        if hook is None:
            raise InvalidTypeError("terms", described(terms), TERMS_NEED_A_HOOK)
        return hook(terms)

    return dump_terms


def _union_dumper(union: object, converter: Converter) -> Dump:
    kinds = kinds_of(union)
    if kinds == IDS:
        dump_one: Dump = dump_id
    else:  # records are handled by what they are
        dump_one = (
            converter.get_unstructure_hook(*kinds) if len(kinds) == 1 else converter.unstructure
        )
    return lambda value: None if value is None else dump_one(value)


# --- Loading --------------------------------------------------------------------------------------


def _record_loader(
    record: type, converter: Converter, *, load_terms: Load, tags: Sequence[str] = ()
) -> Load:
    loads: dict[str, tuple[Load, Any]] = {
        "id": (load_id, None),
        "emails": (_load_emails, None),
        "terms": (load_terms, None),
    }
    for name, type_ in _nested(record).items():
        loads[name] = converter.get_structure_hook(type_), type_
    return record_loader(record, loads, tags)


def _load_word(data: Json, kind: type[Code]) -> Code:
    return member(kind, data, "code")


def _load_emails(data: Json, _: object) -> list[Json]:
    """The model checks each."""
    if type(data) is not list:
        raise wrong_type(data, "a list of addresses, [] if there is none")
    return data


def _terms_loader(hook: Hook | None) -> Load:
    def load_terms(data: Json, _: object) -> object:
        if data is None:
            return None
        if hook is None:
            raise wrong_type(data, "null, or a hook to make_converter(load_terms=…)")
        try:
            return hook(data)
        except Exception as error:
            raise FaultError(f"{type(error).__name__}: {error}") from error

    return load_terms


def _union_loader(
    union: object, converter: Converter, *, record_loader_of: Callable[..., Load]
) -> Load:
    kinds = kinds_of(union)
    type_: Any = None
    if kinds == IDS:
        load_one: Load = _load_checked_id
    elif len(kinds) == 1:
        (type_,) = kinds
        load_one = converter.get_structure_hook(type_)
    else:
        load_one = _tagged_loader(kinds, converter, record_loader_of)
    if NoneType not in get_args(union):
        return load_one
    return lambda data, _: None if data is None else load_one(data, type_)


def _load_checked_id(data: Json, _: object) -> Any:
    return as_id(load_id(data, None))


def _tagged_loader(
    kinds: set[type], converter: Converter, record_loader_of: Callable[..., Load]
) -> Load:
    """By the tag. An object without one is the record that has none, where there is such a one."""
    tagged = {
        tag: (converter.get_structure_hook(kind), kind)
        for kind, tag in TAGGED.items()
        if kind in kinds
    }
    untagged = [(converter.get_structure_hook(kind), kind) for kind in kinds - TAGGED.keys()]
    with_faulty_tag = record_loader_of(next(iter(TAGGED)), converter, tags=[*tagged])

    def load_tagged(data: Json, _: object) -> Any:
        data = as_object(data)
        if untagged and TAG not in data:
            load_one, kind = untagged[0]
        else:
            load_one, kind = tagged.get(str(data.get(TAG)), (with_faulty_tag, object))
        return load_one(data, kind)

    return load_tagged


def _list_loader(type_: Any, converter: Converter) -> Load:
    make, inner = get_origin(type_), get_args(type_)[0]
    load_one = converter.get_structure_hook(inner)
    return lambda data, _: make(load_list(data, load_one, inner))


def _dict_loader(type_: Any, converter: Converter) -> Load:
    inner = get_args(type_)[1]
    load_one = converter.get_structure_hook(inner)

    def load_dict(data: Json, _: object) -> dict[str, Any]:
        if type(data) is not dict or not all(type(key) is str for key in data):
            raise wrong_type(data, "an object, with texts for its keys")
        return dict(zip(data, load_each(data.items(), load_one, inner), strict=True))

    return load_dict
