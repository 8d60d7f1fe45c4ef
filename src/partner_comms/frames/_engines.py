"""What each engine does in its own way: finding rows by id, and looking up what comes of a case.

All else is narwhals' business, but for a few types and names in `_types`. These two are not, since
narwhals' joins do not promise the order of rows on polars and pyarrow, and since each engine has
one way that is much faster than the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from math import prod
from operator import or_
from typing import Any, Final, TypeAlias

import narwhals.stable.v2 as nw

Table: TypeAlias = "nw.DataFrame[Any] | nw.LazyFrame[Any]"
Value: TypeAlias = "str | bool | int | None"


def _table(native: Any) -> Table:
    table: Table = nw.from_native(native)
    return table


# --- Finding rows by id ---------------------------------------------------------------------------


def keyed(table: Table, columns: Sequence[str], *, twice: str) -> Table:
    """What `look_up` needs: the ids that are not null, and in `twice` whether each is repeated.

    Where it is, the other columns hold the value of any of its rows, and must not be used.
    """
    known = table.select("id", *columns).filter(~nw.col("id").is_null())
    if known.implementation.is_pyarrow():
        return _keyed_pyarrow(known, twice)
    if isinstance(known, nw.DataFrame):
        marked = known.with_columns(nw.col("id").is_duplicated().alias(twice))
        return marked.unique("id", keep="any")
    counted = known.group_by("id").agg(nw.len().alias(twice), *(nw.col(c).min() for c in columns))
    return counted.with_columns(nw.col(twice) > 1)


def _keyed_pyarrow(known: Table, twice: str) -> Table:
    """Repeated ids may stay: `index_in` finds one of their rows, and all of them are marked."""
    import pyarrow.compute as pc

    native = known.to_native()
    ids, counts = native["id"].value_counts().flatten()
    repeated = ids.filter(pc.greater(counts, 1))
    return _table(native.append_column(twice, pc.is_in(native["id"], value_set=repeated)))


def look_up(frame: Table, by: str, table: Table, key: str, *, absent: Mapping[str, int]) -> Table:
    """`frame` with the columns of the row of `table` whose `key` is in its column `by`.

    Where there is none, they are null, or what `absent` says. `table` comes from `keyed`. One row
    out for each row in, in their order where the engine has one.
    """
    engine = frame.implementation
    if engine.is_pandas():
        return _look_up_pandas(frame, by, table, key, absent)
    if engine.is_pyarrow():
        found = _look_up_pyarrow(frame, by, table, key)
    elif engine.is_polars():
        found = _table(
            frame.to_native().join(
                table.to_native(),
                left_on=by,
                right_on=key,
                how="left",
                maintain_order="left",
                validate="m:1",  # true of the keys, and three times as fast where order is kept
            )
        )
    else:
        assert isinstance(frame, nw.LazyFrame)
        assert isinstance(table, nw.LazyFrame)
        found = frame.join(table, left_on=by, right_on=key, how="left")
    return found.with_columns(nw.col(name).fill_null(value) for name, value in absent.items())


def _look_up_pandas(
    frame: Table, by: str, table: Table, key: str, absent: Mapping[str, int]
) -> Table:
    import pandas as pd

    left, right = frame.to_native(), table.to_native()
    positions = pd.Index(right[key]).get_indexer(left[by])
    found = {}
    for name in right.columns:
        if name != key:
            values = right[name] if name in absent else _nullable(right[name])
            found[name] = values.array.take(positions, allow_fill=True, fill_value=absent.get(name))
    return _table(left.assign(**found))


def _nullable(column: Any) -> Any:
    """NumPy's integers have no null, and as floats they lose what is beyond 2^53."""
    name = str(column.dtype)
    if name.startswith(("int", "uint")) and "[" not in name:
        return column.astype(name.replace("int", "Int").replace("uI", "UI"))
    return column


def _look_up_pyarrow(frame: Table, by: str, table: Table, key: str) -> Table:
    import pyarrow.compute as pc

    left, right = frame.to_native(), table.to_native()
    keys = right[key].combine_chunks().cast(left[by].type)  # texts come in several sizes
    positions = pc.index_in(left[by], value_set=keys)
    for name in right.column_names:
        if name != key:
            left = left.append_column(name, right[name].combine_chunks().take(positions))
    return _table(left)


def comparable(left: Table, right: Table, names: tuple[str, str]) -> tuple[Table, Table]:
    """Both tables, their columns of these names fit to be carried along and compared.

    pyarrow carries numbers along much faster than texts: equal ones for equal texts, else null.
    """
    if not left.implementation.is_pyarrow():
        return left, right
    import pyarrow as pa
    import pyarrow.compute as pc

    numbered = []
    known = right.to_native()[names[1]].combine_chunks()
    for table, name in zip((left, right), names, strict=True):
        native = table.to_native()
        texts = native[name].cast(known.type)
        numbers = pc.index_in(texts, value_set=known, skip_nulls=True)
        place = native.column_names.index(name)
        numbered.append(_table(native.set_column(place, pa.field(name, pa.int32()), numbers)))
    return numbered[0], numbered[1]


# --- Looking up what comes of a case --------------------------------------------------------------


def decoded(
    frame: Table,
    facts: Mapping[str, int],
    columns: Mapping[str, Sequence[Value]],
    *,
    like: Table,
    spare: str,
) -> Table:
    """`frame` with each of `columns`: the value that its list has for the row's case.

    `facts` are the columns that make a case, each with how many values it has, the last changing
    fastest in the lists. All are whole numbers from 0 on, and never null. pandas has several kinds
    of texts: they are made `like` the one column of that table. `spare` names a column for cases.
    """
    engine = frame.implementation
    if not (engine.is_pandas() or engine.is_pyarrow() or engine.is_polars()):
        return frame.with_columns(
            **{name: _as_case(values, list(facts.items())) for name, values in columns.items()}
        )
    # Numbers with just enough room: each is computed, carried and looked up once a row.
    kind = nw.UInt8 if prod(facts.values()) <= 2**8 else nw.UInt16
    number: nw.Expr | None = None
    for name, size in facts.items():
        fact = nw.col(name).cast(kind)
        number = fact if number is None else number * size + fact
    assert number is not None
    frame = frame.with_columns(number.alias(spare))
    if engine.is_pandas():
        return _decoded_pandas(frame, spare, columns, like)
    if engine.is_polars():
        return _decoded_polars(frame, spare, columns)
    return _decoded_pyarrow(frame, spare, columns)


def _decoded_pandas(
    frame: Table, case: str, columns: Mapping[str, Sequence[Value]], like: Table
) -> Table:
    import pandas as pd

    native = frame.to_native()
    cases = native[case].to_numpy()
    text = like.to_native().dtypes.iloc[0]
    boolean = "bool"
    if isinstance(text, pd.ArrowDtype):
        boolean = "bool[pyarrow]"
    elif isinstance(text, pd.StringDtype) and text.na_value is pd.NA:
        boolean = "boolean"
    kind: dict[object, Any] = {str: text, int: "int8", bool: boolean}
    found = {
        name: pd.array(values, dtype=kind[_type(values)]).take(cases)
        for name, values in columns.items()
    }
    return _table(native.assign(**found))


def _decoded_polars(frame: Table, case: str, columns: Mapping[str, Sequence[Value]]) -> Table:
    import polars as pl

    kind = {str: pl.String, int: pl.Int8, bool: pl.Boolean}
    found = {
        name: pl.lit(pl.Series(values, dtype=kind[_type(values)])).gather(pl.col(case))
        for name, values in columns.items()
    }
    return _table(frame.to_native().with_columns(**found))


def _decoded_pyarrow(frame: Table, case: str, columns: Mapping[str, Sequence[Value]]) -> Table:
    import pyarrow as pa

    kind = {str: pa.string(), int: pa.int8(), bool: pa.bool_()}
    native = frame.to_native()
    cases = native[case]
    for name, values in columns.items():
        native = native.append_column(name, pa.array(values, kind[_type(values)]).take(cases))
    return _table(native)


def _type(values: Sequence[Value]) -> type[str | int | bool]:
    """The one type of the values that are not null; a list of nulls is of texts."""
    return next((type(value) for value in values if value is not None), str)


_NARWHALS: Final = {str: nw.String(), int: nw.Int8(), bool: nw.Boolean()}


def _as_case(values: Sequence[Value], facts: Sequence[tuple[str, int]]) -> nw.Expr:
    """The list as nested CASEs, one fact after the other, without those that change nothing."""
    if len(set(values)) == 1:
        return nw.lit(values[0], dtype=_NARWHALS[_type(values)])
    (name, size), *others = facts
    step = len(values) // size
    branches = [tuple(values[at : at + step]) for at in range(0, len(values), step)]
    usual = branches[-1]
    expression = _as_case(usual, others)
    for branch in reversed(dict.fromkeys(branches)):  # the outermost asks for the first value
        if branch != usual:
            cases = [nw.col(name) == at for at, other in enumerate(branches) if other == branch]
            holds = reduce(or_, cases)
            expression = nw.when(holds).then(_as_case(branch, others)).otherwise(expression)
    return expression
