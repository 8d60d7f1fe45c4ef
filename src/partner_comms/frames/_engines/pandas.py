"""pandas: rows by position, and columns whose types say little of what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from numbers import Integral, Real
from typing import Any
from uuid import UUID

import narwhals.stable.v2 as nw

from .._kinds import Kind, Table, exact_below, kind_of_dictionary, kind_of_type, type_of
from . import pyarrow
from .common import (
    always,
    as_list,
    as_table,
    same_answer,
    same_column,
    same_name,
    same_text,
    same_uuid,
    type_of_values,
    with_plain_text,
)

# --- In and out -----------------------------------------------------------------------------------


def names_of(frame: Any) -> list[Any]:
    return list(frame.columns)


folded = same_name


can_meet = always


def ids_as_frame(ids: object, like: Any) -> object:  # noqa: ARG001
    import numpy as np
    import pandas as pd

    kinds = (np.ndarray, pd.Series, pd.Index, pd.api.extensions.ExtensionArray)
    return pd.DataFrame({"id": ids}) if isinstance(ids, kinds) else as_list(ids)


def read(frame: Any, needed: Sequence[str], *, carried: bool) -> Table:  # noqa: ARG001
    import pandas as pd

    index = pd.RangeIndex(len(frame))
    columns = {name: _plain(frame[name]).set_axis(index) for name in needed}
    return as_table(pd.DataFrame(columns, copy=False))


def _plain(column: Any) -> Any:
    """A column in a type that pandas can work with, UUIDs as the objects that they are there."""
    import pandas as pd

    if not isinstance(column.dtype, pd.ArrowDtype):
        return column
    values = column.array.__arrow_array__()
    if "arrow.uuid" in str(column.dtype):
        return pd.Series(values.to_pylist(), index=column.index, dtype=object)
    if "_view" not in str(column.dtype):
        return column
    values = pyarrow.without_views(values)
    return pd.Series(values, index=column.index, dtype=pd.ArrowDtype(values.type))


def write(table: Table, columns: Mapping[str, str], like: Any) -> Any:
    native = table.to_native().set_axis(like.index)
    found = {name: _as_texts(native[column]) for name, column in columns.items()}
    for name in found:
        if name in like.columns:
            found[name] = _in_type_of(found[name], like[name])
    return like.assign(**found)


def _in_type_of(texts: Any, like: Any) -> Any:
    """Texts in the type of that column, if it is one of categories, which get what they lack."""
    import pandas as pd

    dtype = like.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        known = dtype.categories
        new = pd.Index(texts.dropna().unique()).difference(known, sort=False)
        return texts.astype(pd.CategoricalDtype(known.append(new), ordered=dtype.ordered))
    if _is_dictionary(dtype):
        import pyarrow as pa

        words = pa.chunked_array([pa.array(texts, from_pandas=True)])
        values = pyarrow.in_type_of(words, like.array.__arrow_array__())
        return pd.Series(values, index=texts.index, dtype=dtype)
    return texts


def _is_dictionary(dtype: Any) -> bool:
    import pandas as pd

    return isinstance(dtype, pd.ArrowDtype) and dtype.kind == "O" and "dictionary" in str(dtype)


def keep(table: Table, kept: nw.Expr, like: Any) -> Any:
    mask = table.select(kept.alias("kept")).to_native()["kept"].to_numpy(dtype=bool)
    try:
        return like[mask]
    except NotImplementedError:  # types of pyarrow of which it can't pick rows
        rows = like.iloc[:, :0][mask]
        for place, name in enumerate(like.columns):
            rows.insert(place, name, _picked(like[name], mask).set_axis(rows.index))
        return rows


def _picked(column: Any, mask: Any) -> Any:
    import pandas as pd
    import pyarrow as pa

    try:
        return column[mask]
    except NotImplementedError:
        values = pyarrow.picked(column.array.__arrow_array__(), pa.array(mask))
        return pd.Series(values, dtype=column.dtype)


# --- Types ----------------------------------------------------------------------------------------

EMPTY_COLUMN = ""


def kind_of(table: Table, column: str) -> Kind | None:
    """Rows are looked at, since pandas' objects can be anything."""
    import pandas as pd

    values, kind = table.to_native()[column], type_of(table, column)
    if isinstance(values.dtype, pd.ArrowDtype) and pyarrow.is_list(values.dtype.pyarrow_dtype):
        return pyarrow.kind_of_lists(values.dtype.pyarrow_dtype)
    if _has_no_value(values):
        return Kind.NULL
    if isinstance(values.dtype, pd.CategoricalDtype):
        categories = values.cat.categories
        return Kind.TEXT if pd.api.types.infer_dtype(categories) == "string" else None
    if isinstance(kind, nw.Categorical):
        return kind_of_dictionary(values.dtype.pyarrow_dtype)
    return _kind_of_objects(values) if values.dtype == object else kind_of_type(kind)


def _has_no_value(values: Any) -> bool:
    import pandas as pd

    if len(values) and pd.api.types.is_scalar(values.iloc[0]) and not pd.isna(values.iloc[0]):
        return False
    return bool(values.isna().all())


def _kind_of_objects(values: Any) -> Kind | None:
    kinds = _types_of_objects(values)
    if all(issubclass(kind, str) for kind in kinds):
        return Kind.TEXT
    if all(issubclass(kind, _LISTS) or kind.__name__ == "ndarray" for kind in kinds):
        return Kind.TEXTS if _are_lists_of_texts(values) else None
    if kinds == {UUID}:
        return Kind.UUID
    if all(map(_is_number, kinds)) and (numbers := _whole_numbers(values)) is not None:
        known = (number for number in numbers if number is not None)
        return Kind.WHOLE if all(-(2**63) <= number < 2**63 for number in known) else Kind.LARGE
    return None


_LISTS = (list, tuple)


def _are_lists_of_texts(values: Any) -> bool:
    """NumPy's arrays are lists as well: pandas makes them of those in Parquet files."""
    import pandas as pd

    inside = {type(each): each for texts in values[values.notna()] for each in texts}
    return all(
        issubclass(kind, str) or (pd.api.types.is_scalar(each) and pd.isna(each))
        for kind, each in inside.items()
    )


def _types_of_objects(values: Any) -> set[type]:
    return set(map(type, values[values.notna()]))


def _is_number(kind: type) -> bool:
    return kind is Decimal or (issubclass(kind, (Integral, Real)) and not issubclass(kind, bool))


def _whole_numbers(values: Any) -> list[int | None] | None:
    """Objects that are numbers as whole numbers, floats like those of a column of floats.

    None where one is a decimal with a fraction.
    """
    import numpy as np

    limits: dict[type, int] = {np.float16: 2**11, np.float32: 2**24}
    found: list[int | None] = []
    for each, missing in zip(values, values.isna(), strict=True):
        if missing:
            found.append(None)
        elif isinstance(each, Integral):
            found.append(int(each))
        elif not isinstance(each, Decimal):
            limit = limits.get(type(each), 2**53)
            found.append(int(each) if -limit < each < limit and each % 1 == 0 else None)
        elif each.is_finite() and each == each.to_integral_value():
            found.append(int(each))
        else:
            return None
    return found


def type_name(table: Table, column: str) -> str:
    values, kind = table.to_native()[column], type_of(table, column)
    if values.dtype != object:
        return str(values.dtype if isinstance(kind, nw.Unknown) else kind)
    kinds = sorted({kind.__name__ for kind in _types_of_objects(values)})
    return f"object, of {' and '.join(kinds)}" if kinds else "object"


with_text = with_plain_text
with_free_text = same_column
searchable = same_text


def with_plain_ids(table: Table, column: str, name: str, kind: Kind) -> Table:
    import pandas as pd

    native = table.to_native()
    values, mine = native[column], kind_of(table, column)
    if mine is Kind.NULL:
        dtype: Any = {Kind.TEXT: "string", Kind.UUID: "object"}.get(kind, "Int64")
        values = pd.Series(pd.array([None] * len(values), dtype=dtype), index=values.index)
    elif mine is Kind.FLOAT:
        values = _as_whole_numbers(values, exact_below(type_of(table, column)))
    elif mine in (Kind.WHOLE, Kind.LARGE) and values.dtype == object:
        numbers: list[Any] = _whole_numbers(values) or []
        if mine is Kind.LARGE:
            numbers = [None if each is None else str(each) for each in numbers]
        dtype = "Int64" if mine is Kind.WHOLE else "string"
        values = pd.Series(pd.array(numbers, dtype=dtype), index=values.index)
    return as_table(native.assign(**{name: values}))


def _as_whole_numbers(values: Any, limit: int) -> Any:
    import numpy as np
    import pandas as pd

    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    whole = (abs(numbers) < limit) & (np.trunc(numbers) == numbers)
    integers = np.where(whole, numbers, 0).astype("int64")
    return pd.Series(pd.arrays.IntegerArray(integers, ~whole), index=values.index)


plain_uuid = same_uuid


def comparable(
    left: Table, right: Table, folded: tuple[str, str], texts: tuple[str, str] | None
) -> tuple[Table, Table, None]:
    """As numbers, and as categories, of which only the numbers are carried along."""
    import pandas as pd

    one, two = left.to_native(), right.to_native()
    known = pd.Index(two[folded[1]].dropna().unique())
    one = one.assign(**{folded[0]: _as_integers(known.get_indexer(one[folded[0]]))})
    two = two.assign(**{folded[1]: _as_integers(known.get_indexer(two[folded[1]]))})
    if texts is not None:
        mine, theirs = one[texts[0]], two[texts[1]]
        both = pd.concat([mine, theirs.astype(mine.dtype)], ignore_index=True)
        numbers, words = pd.factorize(both)
        categories = pd.Categorical.from_codes(numbers, dtype=pd.CategoricalDtype(words))
        one = one.assign(**{texts[0]: categories[: len(one)]})
        two = two.assign(**{texts[1]: categories[len(one) :]})
    return as_table(one), as_table(two), None


with_answer = same_answer


def _as_integers(numbers: Any) -> Any:
    import pandas as pd

    return pd.arrays.IntegerArray(numbers.astype("int32"), numbers < 0)


def _as_texts(column: Any) -> Any:
    """What `comparable` made categories of."""
    import pandas as pd

    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column
    words = pd.array(column.cat.categories, dtype=column.cat.categories.dtype)
    values = words.take(column.cat.codes.to_numpy(), allow_fill=True)
    return pd.Series(values, index=column.index, dtype=words.dtype)


# --- Rows -----------------------------------------------------------------------------------------


def once_each(table: Table, columns: Sequence[str], repeated: str) -> Table:
    native = table.to_native()[["id", *columns]]
    known = native[native["id"].notna()]
    marked = known.assign(**{repeated: known["id"].duplicated(keep=False)})
    return as_table(marked.drop_duplicates("id"))


def look_up(table: Table, by: str, records: Table, absent: Mapping[str, int]) -> Table:
    import pandas as pd

    left, right = table.to_native(), records.to_native()
    positions = pd.Index(right["id"]).get_indexer(left[by])
    found = {}
    for name in right.columns:
        if name != "id":
            values = right[name] if name in absent else _nullable(right[name])
            found[name] = values.array.take(positions, allow_fill=True, fill_value=absent.get(name))
    return as_table(left.assign(**found))


def _nullable(column: Any) -> Any:
    """NumPy's integers have no null, and as floats they lose what is beyond 2^53."""
    name = str(column.dtype)
    if name.startswith(("int", "uint")) and "[" not in name:
        return column.astype(name.replace("int", "Int").replace("uI", "UI"))
    return column


def with_presence(table: Table, by: str, records: Table, name: str, given: object) -> Table:  # noqa: ARG001
    left, right = table.to_native(), records.to_native()
    found = left[by].isin(right["id"].dropna()).to_numpy(dtype=bool)
    return as_table(left.assign(**{name: found.astype("int8")}))


def with_values(
    table: Table, facts: Mapping[str, int], columns: Mapping[str, Sequence[Any]], text: str
) -> Table:
    """The new columns are texts of the kind that `text` is, and booleans of the same family."""
    import numpy as np
    import pandas as pd

    native = table.to_native()
    numbers = tuple(native[name].to_numpy(dtype="int64") for name in facts)
    cases = np.ravel_multi_index(numbers, tuple(facts.values()))
    texts = _as_texts(native[text].head(0)).dtype
    boolean = "bool"
    if isinstance(texts, pd.ArrowDtype):
        boolean = "bool[pyarrow]"
    elif isinstance(texts, pd.StringDtype) and texts.na_value is pd.NA:
        boolean = "boolean"
    kind: dict[object, Any] = {str: texts, int: "int8", bool: boolean}
    found = {
        name: pd.array(values, dtype=kind[type_of_values(values)]).take(cases)
        for name, values in columns.items()
    }
    return as_table(native.assign(**found))
