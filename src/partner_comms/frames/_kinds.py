"""What a column holds: what is an id or a text, and what is refused as neither (D17, D19)."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any, Final
from uuid import UUID

import narwhals.stable.v2 as nw

from ..errors import InvalidTypeError
from ._engines import Table


class Kind(Enum):
    TEXT = auto()
    """Texts, or categories of texts."""
    WHOLE = auto()
    """Whole numbers that have room in 64 bits with a sign."""
    LARGE = auto()
    """Wider ones, and decimals without a fraction."""
    FLOAT = auto()
    """What pandas makes of whole numbers beside a null."""
    UUID = auto()
    NULL = auto()
    """Nulls alone, which say nothing of what they stand for."""


_TEXTS = ("rule", "email")
"""The columns that hold texts; all others that are needed hold ids."""

_UNKNOWN: Final = {
    "Null": Kind.NULL,
    "null": Kind.NULL,
    '"NULL"': Kind.NULL,
    "void": Kind.NULL,
    "UUID": Kind.UUID,
    "extension<arrow.uuid>": Kind.UUID,
}
"""Types that narwhals does not tell apart, by the engines' own names."""


def check_kind(table: Table, name: str, column: str) -> None:
    """Refuses a column that can't hold what its name says."""
    kind = kind_of(table, column)
    if column in _TEXTS:
        fits, expected = kind in (Kind.TEXT, Kind.NULL), "texts, or categories of texts"
    else:
        fits = kind is not None
        expected = "ids: whole numbers, texts, categories of texts, or UUIDs"
    if not fits:
        got = f"a column of type {type_name(table, column)}"
        raise InvalidTypeError(f"{name}.{column}", got, expected)


def kind_of(table: Table, column: str) -> Kind | None:
    """What the column holds, by its type; None for all that is neither a text nor an id.

    Rows are looked at in pandas alone, whose objects can be anything.
    """
    kind = table.select(column).collect_schema()[column]
    if table.implementation.is_pandas():
        return _kind_in_pandas(table.to_native()[column], kind)
    if isinstance(kind, nw.Unknown):
        return _UNKNOWN.get(_native_name(table, column))
    if isinstance(kind, nw.Categorical) and table.implementation.is_pyarrow():
        return _kind_of_dictionary(table.to_native().schema.field(column).type)
    return _kind(kind)


def type_name(table: Table, column: str) -> str:
    """The type for people, without the categories, which are data."""
    kind = table.select(column).collect_schema()[column]
    name = _native_name(table, column) if isinstance(kind, nw.Unknown) else str(kind)
    return name.partition("(")[0] if isinstance(kind, nw.Enum) else name


def _native_name(table: Table, column: str) -> str:
    native = table.to_native()
    engine = table.implementation
    if engine.is_polars():
        return str(native.collect_schema()[column])
    if engine.is_duckdb():
        return str(native.types[native.columns.index(column)])
    if engine.is_pyarrow():
        return str(native.schema.field(column).type)
    if engine.is_pandas():
        return str(native[column].dtype)
    return str(native.schema[column].dataType.simpleString())


def _kind(kind: nw.dtypes.DType) -> Kind | None:
    if isinstance(kind, (nw.String, nw.Categorical, nw.Enum)):
        return Kind.TEXT
    if isinstance(kind, (nw.UInt64, nw.Int128, nw.UInt128)):
        return Kind.LARGE
    if isinstance(kind, nw.Decimal):
        return Kind.LARGE if kind.scale == 0 else None
    if kind.is_integer():
        return Kind.WHOLE
    return Kind.FLOAT if kind.is_float() else None


def _kind_of_dictionary(kind: Any) -> Kind | None:
    texts = ("string", "large_string", "string_view")
    return Kind.TEXT if str(kind.value_type) in texts else None


def _kind_in_pandas(column: Any, kind: nw.dtypes.DType) -> Kind | None:
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        categories = column.cat.categories
        if categories.empty:
            return Kind.NULL
        return Kind.TEXT if pd.api.types.infer_dtype(categories) == "string" else None
    if isinstance(kind, nw.Categorical):
        return _kind_of_dictionary(column.dtype.pyarrow_dtype)
    if column.dtype != object and isinstance(kind, nw.String):
        return Kind.TEXT
    if column.isna().all():
        return Kind.NULL
    if column.dtype != object:
        return _kind(kind)
    values = column.dropna()
    if pd.api.types.infer_dtype(values) == "string":
        return Kind.TEXT
    if whole_objects(column) is not None:
        return Kind.WHOLE
    return Kind.UUID if values.map(type).eq(UUID).all() else None


def whole_objects(column: Any) -> Any:
    """A pandas column of Python's whole numbers, some of them perhaps decimals, as numbers.

    None where it is anything else, or where one has no room in 64 bits.
    """
    import pandas as pd

    values = column.dropna()
    if pd.api.types.infer_dtype(values) not in ("integer", "decimal"):
        return None
    if not all(-(2**63) <= each < 2**63 and each == int(each) for each in values):
        return None
    # Not by `map`, which makes floats of whole numbers beside a null.
    pairs = zip(column, column.isna(), strict=True)
    numbers = [None if missing else int(each) for each, missing in pairs]
    return pd.Series(pd.array(numbers, dtype="Int64"), index=column.index)
