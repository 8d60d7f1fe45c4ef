"""pandas: rows by position, and columns whose types say little of what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import narwhals.stable.v2 as nw

from .._kinds import Kind, Table, kind_of_dictionary, kind_of_type, type_of
from .common import as_table, case_number, same_column, same_columns, same_name, type_of_values

# --- In and out -----------------------------------------------------------------------------------


def names_of(frame: Any) -> list[Any]:
    return list(frame.columns)


folded = same_name


def read(frame: Any, needed: Sequence[str], *, carried: bool) -> Table:  # noqa: ARG001
    import pandas as pd

    index = pd.RangeIndex(len(frame))
    columns = {name: frame[name].set_axis(index) for name in needed}
    return as_table(pd.DataFrame(columns, copy=False))


def write(table: Table, columns: Mapping[str, str], like: Any) -> Any:
    native = table.to_native().set_axis(like.index)
    return like.assign(**{name: native[column] for name, column in columns.items()})


def keep(table: Table, kept: nw.Expr, like: Any) -> Any:
    return like[table.select(kept.alias("kept")).to_native()["kept"].to_numpy(dtype=bool)]


# --- Types ----------------------------------------------------------------------------------------


def kind_of(table: Table, column: str) -> Kind | None:
    """Rows are looked at, since pandas' objects can be anything."""
    import pandas as pd

    values, kind = table.to_native()[column], type_of(table, column)
    if isinstance(values.dtype, pd.CategoricalDtype):
        categories = values.cat.categories
        if categories.empty:
            return Kind.NULL
        return Kind.TEXT if pd.api.types.infer_dtype(categories) == "string" else None
    if isinstance(kind, nw.Categorical):
        return kind_of_dictionary(values.dtype.pyarrow_dtype)
    if values.dtype != object and isinstance(kind, nw.String):
        return Kind.TEXT
    if values.isna().all():
        return Kind.NULL
    if values.dtype != object:
        return kind_of_type(kind)
    known = values.dropna()
    if pd.api.types.infer_dtype(known) == "string":
        return Kind.TEXT
    if _whole_objects(values) is not None:
        return Kind.WHOLE
    return Kind.UUID if known.map(type).eq(UUID).all() else None


def type_name(table: Table, column: str) -> str:
    kind = type_of(table, column)
    return str(table.to_native()[column].dtype if isinstance(kind, nw.Unknown) else kind)


def _whole_objects(column: Any) -> Any:
    """Objects that are whole numbers, some of them perhaps decimals, as numbers.

    None where one is anything else, or has no room in 64 bits.
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


with_letters = with_free_text = same_column


def with_plain_ids(table: Table, column: str, name: str) -> Table:
    values, kind = table.to_native()[column], kind_of(table, column)
    if kind is Kind.NULL:
        values = values.astype(object)  # which meet all types
    elif kind is Kind.WHOLE and values.dtype == object:
        values = _whole_objects(values)
    return as_table(table.to_native().assign(**{name: values}))


def with_type_of(table: Table, column: str, other: str) -> Table:
    """Categories that the type lacks are added to it."""
    import pandas as pd

    native = table.to_native()
    dtype = native[other].dtype
    if isinstance(dtype, pd.CategoricalDtype):
        known = dtype.categories
        new = pd.Index(native[column].dropna().unique()).difference(known, sort=False)
        dtype = pd.CategoricalDtype(known.append(new), ordered=dtype.ordered)
    return as_table(native.assign(**{column: native[column].astype(dtype)}))


comparable = same_columns


# --- Rows -----------------------------------------------------------------------------------------


def once_each(table: Table, columns: Sequence[str], repeated: str) -> Table:
    assert isinstance(table, nw.DataFrame)
    known = table.select("id", *columns).filter(~nw.col("id").is_null())
    marked = known.with_columns(nw.col("id").is_duplicated().alias(repeated))
    return marked.unique("id", keep="any")


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


def with_values(
    table: Table, facts: Mapping[str, int], columns: Mapping[str, Sequence[Any]], text: str
) -> Table:
    """The new columns are of the kind of texts that `text` is, and of the booleans beside it."""
    import pandas as pd

    native = table.to_native()
    cases = table.select(case_number(facts).alias("case")).to_native()["case"].to_numpy()
    texts = native[text].dtype
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
