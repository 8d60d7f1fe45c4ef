"""Which types `load` knows by themselves, and what `dump` does."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin
from uuid import UUID

from ..answers import Recipients
from ..codes import (
    AddressProblem,
    AnswerChange,
    ChangeOutcome,
    Code,
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
from ..models import (
    Client,
    CommissionBlock,
    Contract,
    Deal,
    FeatureGate,
    Introducer,
    Introduction,
    Product,
    Project,
)

RECORDS: Final[tuple[type, ...]] = (
    CommissionBlock,
    Introducer,
    Introduction,
    Client,
    Project,
    Contract,
    Product,
    FeatureGate,
)
WORDS: Final[tuple[type[Code], ...]] = (
    CommunicationRule,
    Communication,
    Party,
    RecordKind,
    Reason,
    Notice,
    RuleFilter,
    ChangeOutcome,
    PrefillNotice,
    AnswerChange,
    AddressProblem,
    UiText,
)
OURS: Final = frozenset[type]({*RECORDS, *WORDS, Recipients})
IDS: Final = {int, str, UUID}

TAG: Final = "record_kind"
TAGGED: Final[dict[type, str]] = {Project: "project", Contract: "contract"}


def is_known_type(type_: object) -> bool:
    """Whether it is a record, a word, ids, an answer, or a union, a list or a dict of these."""
    composed = is_union(type_) or is_list(type_) or is_dict(type_)
    return composed or is_record(type_) or type_ in WORDS or type_ is Recipients


def is_record(type_: object) -> bool:
    return type_ in RECORDS


def is_union(type_: object) -> bool:
    """Whether it is one of these or None, or ids, or records of which at most one has no tag."""
    if type_ is not Deal and get_origin(type_) not in (Union, UnionType):
        return False
    kinds = kinds_of(type_)
    if len(kinds) == 1:
        return is_known_type(*kinds)
    return kinds == IDS or (kinds <= {*RECORDS} and len(kinds - TAGGED.keys()) <= 1)


def kinds_of(union: object) -> set[Any]:
    """The types in a union, without None; a deal is one of two."""
    kinds = {*get_args(union)} or {union}
    if Deal in kinds:
        kinds |= TAGGED.keys()
    return kinds - {NoneType, Deal}


def is_list(type_: object) -> bool:
    """Whether it is `list[X]` or `tuple[X, ...]`."""
    arguments = get_args(type_)
    if get_origin(type_) is tuple:
        return arguments[1:] == (...,) and is_known_type(arguments[0])
    return get_origin(type_) is list and is_known_type(arguments[0])


def is_dict(type_: object) -> bool:
    """Whether it is `dict[str, X]`."""
    if get_origin(type_) is not dict:
        return False
    key, value = get_args(type_)
    return key is str and is_known_type(value)


def has_ids_for_keys(type_: object) -> bool:
    """Whether it is a dict that comes back another one: JSON makes a text of each key."""
    return get_origin(type_) is dict and kinds_of(get_args(type_)[0]) == IDS
