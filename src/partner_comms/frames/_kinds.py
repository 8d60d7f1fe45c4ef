"""What a column can hold: ids and texts, and all else, which is neither (D17, D19)."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw

Table: TypeAlias = "nw.DataFrame[Any] | nw.LazyFrame[Any]"
"""A table while the library works on it."""


class Kind(Enum):
    TEXT = auto()
    """Texts, or categories of texts."""
    TEXTS = auto()
    """Lists of those."""
    WHOLE = auto()
    """Whole numbers that have room in 64 bits with a sign."""
    LARGE = auto()
    """Wider ones, and decimals without a fraction."""
    FLOAT = auto()
    """Whole numbers below `exact_below`: pandas makes floats of integers where one is null."""
    UUID = auto()
    NULL = auto()
    """Nulls alone, which say nothing of what they stand for."""


def type_of(table: Table, column: str) -> nw.dtypes.DType:
    """The type of that column."""
    if isinstance(table, nw.DataFrame):
        return table[column].dtype  # which is much quicker on pandas
    if table.implementation.is_duckdb() and "TIME ZONE" in str(table.to_native().types):
        # narwhals would run a query for the zone of the others.
        table = table.select(nw.col(column))
    return table.collect_schema()[column]


def exact_below(kind: nw.dtypes.DType) -> int:
    """Below it, a float of that type is one whole number; from it on, the number is any of several.

    >>> exact_below(nw.Float32())
    16777216
    """
    return {"Float16": 2**11, "Float32": 2**24}.get(str(kind), 2**53)


def kind_of_type(kind: nw.dtypes.DType) -> Kind | None:
    """What a column of that type holds; None for all that is neither a text nor an id."""
    if isinstance(kind, (nw.String, nw.Categorical, nw.Enum)):
        return Kind.TEXT
    if isinstance(kind, (nw.List, nw.Array)):
        is_text = kind_of_type(as_instance(kind.inner)) is Kind.TEXT
        return Kind.TEXTS if is_text else None
    if isinstance(kind, (nw.UInt64, nw.Int128, nw.UInt128)):
        return Kind.LARGE
    if isinstance(kind, nw.Decimal):
        return Kind.LARGE if kind.scale == 0 else None
    if kind.is_integer():
        return Kind.WHOLE
    return Kind.FLOAT if kind.is_float() else None


TEXT_COLUMNS = ("rule", "email", "to", "cc")
"""The columns that hold texts; all others that are needed hold ids."""

LIST_COLUMNS = ("email", "to", "cc")
"""Those that may hold lists of texts as well (D20)."""


def as_instance(kind: Any) -> nw.dtypes.DType:
    """The type inside another, which may be its class."""
    found: nw.dtypes.DType = kind() if isinstance(kind, type) else kind
    return found


TEXTS = ("string", "large_string", "string_view")
"""The types of texts of Arrow."""


def kind_of_dictionary(kind: Any) -> Kind | None:
    """What a column of that dictionary type of Arrow holds."""
    return Kind.TEXT if str(kind.value_type) in TEXTS else None
