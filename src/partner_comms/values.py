"""What the library's values have in common: how they are shown, and how it makes them unchecked."""

from __future__ import annotations

from reprlib import recursive_repr
from typing import Any

from attrs import fields


@recursive_repr()
def shown(value: Any) -> str:
    """How `repr` shows a value: by its fields, and a value within itself as `...`.

    attrs would compile a function with the same result for each class, an eighth of the import.
    """
    of_fields = [f"{each.name}={getattr(value, each.name)!r}" for each in fields(type(value))]
    return f"{type(value).__name__}({', '.join(of_fields)})"


def draft_of(kind: type[Any]) -> type[Any]:
    """A class like `kind`, but without checks and not frozen: for parts that the library made.

    Fill an instance in, then give it the class `kind`: that takes no copy, and freezes it. A
    constructor with checks takes four times as long, and answers are made by the million.
    """
    plain = ("__init__", "__setattr__", "__delattr__")  # all three, or setting stays slow
    return type(
        f"{kind.__name__}Draft",
        (kind,),
        {"__slots__": (), **{name: getattr(object, name) for name in plain}},
    )
