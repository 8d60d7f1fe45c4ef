"""How the library makes values that need no checks, since it made all their parts itself.

A constructor with checks takes four times as long, and answers are made by the million.
"""

from __future__ import annotations

from typing import Any


def draft_of(kind: type[Any]) -> type[Any]:
    """A class like `kind`, but without checks and not frozen.

    Fill an instance in, then give it the class `kind`: that takes no copy, and freezes it.
    """
    plain = ("__init__", "__setattr__", "__delattr__")  # all three, or setting stays slow
    return type(
        f"{kind.__name__}Draft",
        (kind,),
        {"__slots__": (), **{name: getattr(object, name) for name in plain}},
    )
