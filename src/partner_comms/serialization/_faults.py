"""What is wrong, and where: looked for when something has failed, and never before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, get_args, get_type_hints

from attrs import fields, has
from cattrs import BaseValidationError, Converter, StructureHandlerNotFoundError

from ..checks import as_id
from ..errors import EmptyIdError, InvalidTypeError, PartnerCommsError
from ..models import CommissionBlock
from ..refusals import described
from ._converter import TERMS_NEED_A_HOOK
from ._types import OURS

# --- A value that can't be dumped -----------------------------------------------------------------

WHAT_IS_DUMPED = "a record, answer, block, gate, word or id, None, or a list or dict of these"


def fault_in_value(
    value: Any, place: str, *, hosts: bool, above: tuple[Any, ...] = ()
) -> PartnerCommsError | None:
    """What keeps `value` from being dumped, with its place, as in `value[2].introduction.block`.

    `hosts` says that there is a host's converter, which may know what we don't. `above` is all that
    holds the value.
    """
    if any(value is one for one in above):
        return InvalidTypeError(place, f"a {type(value).__name__} that holds itself", "another one")
    if not hosts and (fault := _fault_in_itself(value, place)):
        return fault
    if isinstance(value, CommissionBlock):
        if value.terms is None:
            return None
        return InvalidTypeError(f"{place}.terms", described(value.terms), TERMS_NEED_A_HOOK)
    for step, part in _parts(value):
        if fault := fault_in_value(part, place + step, hosts=hosts, above=(*above, value)):
            return fault
    return None


def _fault_in_itself(value: object, place: str) -> PartnerCommsError | None:
    if type(value) in OURS or value is None or isinstance(value, list) or type(value) is tuple:
        return None
    if isinstance(value, dict):
        odd = [key for key in value if type(key) is not str]
        return InvalidTypeError(place, f"the key {described(odd[0])}", "str keys") if odd else None
    try:
        as_id(value, place)  # type: ignore[arg-type]  # it is to find out
    except EmptyIdError as error:
        return error
    except InvalidTypeError as error:
        return InvalidTypeError(place, error.got, WHAT_IS_DUMPED)
    return None


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """What is in a value, and the step of the way to it."""
    if isinstance(value, (list, tuple)):
        for position, one in enumerate(value):
            yield f"[{position}]", one
    elif isinstance(value, dict):
        for key, one in value.items():
            yield f"[{key!r}]", one
    elif has(type(value)):
        for field in fields(type(value)):
            yield f".{field.name}", getattr(value, field.name)


# --- A type that can't be loaded ------------------------------------------------------------------


def not_loadable(type_: object) -> InvalidTypeError:
    return InvalidTypeError("type_", described(type_), "a type that the converter has a hook for")


def fault_in_type(error: Exception, type_: object, converter: Converter) -> InvalidTypeError | None:
    """What makes `type_` one that can't be loaded, if it is that and not the data that failed.

    cattrs asks for the types in tuples, sets and unions with None only when it meets a value, and
    then reports them as it reports the data.
    """
    leaves = [*_leaves(error)]
    for leaf in leaves:
        if isinstance(leaf, StructureHandlerNotFoundError):
            return not_loadable(leaf.type_)
    for inner in _types_in(type_, []):
        try:
            converter.get_structure_hook(inner)
        except Exception as refusal:
            if any(type(leaf) is type(refusal) and str(leaf) == str(refusal) for leaf in leaves):
                return refusal if isinstance(refusal, InvalidTypeError) else not_loadable(inner)
    return None


def _leaves(error: Exception) -> Iterator[Exception]:
    if isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def _types_in(type_: Any, seen: list[Any]) -> Iterator[Any]:
    """A type, and the types of its elements or fields."""
    if type_ in seen:
        return
    seen.append(type_)
    yield type_
    inner = get_args(type_)
    if not inner:
        with suppress(Exception):  # what is no class has no fields
            inner = tuple(get_type_hints(type_).values())
    for one in inner:
        yield from _types_in(one, seen)
