"""pandas and pyarrow, which have no functions for lists of texts: these go through Python.

Through it goes each record of a look-up table, and of the many rows those alone whose client and
introducer may share an address.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import narwhals.stable.v2 as nw

from ...addresses import fold, once, problem_of, without
from .._cases import Overlap
from .._kinds import Table

if TYPE_CHECKING:
    from . import PartyLists

_Texts: TypeAlias = "Sequence[str] | None"


def with_lists(one: Table, other: Table, column: str, name: str) -> tuple[Table, Table]:
    in_arrow = any(map(_is_in_arrow, (one, other), (column, column)))
    found = []
    for table in (one, other):
        lists = [[each] if isinstance(each, str) else each for each in _values(table, column)]
        found.append(_with_list_column(table, name, lists, in_arrow=in_arrow))
    return found[0], found[1]


def with_valid(table: Table, column: str, addresses: str, invalid: str) -> Table:
    found, doubtful = [], []
    for texts in _values(table, column):
        given = [] if texts is None else [text for text in texts if isinstance(text, str)]
        valid = [text for text in given if problem_of(text) is None]
        found.append(list(once(valid)) if len(valid) > 1 else valid or None)
        doubtful.append(len(valid) < len(given))
    table = _with_list_column(table, addresses, found, in_arrow=_is_in_arrow(table, column))
    return _with_column(table, invalid, doubtful)


def with_folded(table: Table, column: str, name: str) -> Table:
    folded = [
        None if texts is None else [fold(text) for text in texts]
        for texts in _values(table, column)
    ]
    return _with_list_column(table, name, folded, in_arrow=_is_in_arrow(table, column))


def comparable(
    one: Table, other: Table, mine: PartyLists, theirs: PartyLists
) -> tuple[Table, Table, None]:
    """Null where nothing can be in common, which is nearly everywhere."""
    names = (mine.folded, theirs.folded)
    folded = _values(one, names[0]), _values(other, names[1])
    common = _all_of(folded[0]) & _all_of(folded[1])
    found = []
    for table, name, lists in zip((one, other), names, folded, strict=True):
        kept = [
            texts if texts is not None and not common.isdisjoint(texts) else None for texts in lists
        ]
        in_arrow = _is_in_arrow(table, name)
        found.append(_with_list_column(table, name, kept, in_arrow=in_arrow))
    return found[0], found[1], None


def _all_of(lists: Iterable[_Texts]) -> set[str]:
    return {text for texts in lists if texts is not None for text in texts}


def with_overlap(
    table: Table,
    mine: PartyLists,
    theirs: PartyLists,
    kept: Table | None,
    overlap: str,
    rest: str,
) -> tuple[Table, Table | None]:
    may_share = ~nw.col(mine.folded).is_null() & ~nw.col(theirs.folded).is_null()
    assert isinstance(table, nw.DataFrame)
    rows = table.select(may_share.alias("share"))["share"].arg_true()
    places = rows.to_list()
    numbers = [Overlap.NONE.value] * len(table)
    left: dict[int, _Texts] = {}
    if places:
        some = table[rows.to_list()]
        columns = (_values(some, each) for each in (mine.folded, theirs.folded, theirs.addresses))
        for place, me, them, addresses in zip(places, *columns, strict=True):
            if me is None or them is None or addresses is None or set(me).isdisjoint(them):
                continue
            others = without(tuple(addresses), tuple(me))
            numbers[place] = Overlap.SOME.value if others else Overlap.ALL.value
            left[place] = list(others) or None
    table = _with_column(table, overlap, numbers)
    return _with_replaced(table, theirs.addresses, left, rest), kept


def with_key(table: Table, column: str, name: str) -> Table:
    keys = []
    for texts in _values(table, column):
        given = () if texts is None else texts
        folded = [fold(text) for text in given if isinstance(text, str)]
        keys.append("\n".join(sorted(folded)) or None)
    native = table.to_native()
    if table.implementation.is_pandas():
        import pandas as pd

        return _table(native.assign(**{name: pd.Series(keys, native.index)}))
    import pyarrow as pa

    return _with_arrow(table, name, pa.array(keys, pa.large_string()))


def with_answer(
    table: Table,
    columns: Sequence[str],
    kept: Table | None,  # noqa: ARG001
) -> Table:
    if not table.implementation.is_pandas():
        return table
    native = table.to_native()
    objects = {name: native[name] for name in columns if native[name].dtype == object}
    plain = {name: values.where(values.notna(), None) for name, values in objects.items()}
    return _table(native.assign(**plain))


# --- Columns in Python and back -------------------------------------------------------------------


def _table(native: Any) -> Table:
    table: Table = nw.from_native(native)
    return table


def _is_in_arrow(table: Table, column: str) -> bool:
    """Whether a column of pandas has its lists in Arrow's arrays."""
    native = table.to_native()
    return table.implementation.is_pandas() and str(native[column].dtype).endswith("[pyarrow]")


def _arrow(table: Table, column: str) -> Any:
    values = table.to_native()[column]
    return values if table.implementation.is_pyarrow() else values.array.__arrow_array__()


def _values(table: Table, column: str) -> list[Any]:
    """Lists, texts and None."""
    if table.implementation.is_pyarrow() or _is_in_arrow(table, column):
        found: list[Any] = _arrow(table, column).to_pylist()
        return found
    values = table.to_native()[column]
    missing = values.isna()
    return [None if null else each for each, null in zip(values, missing, strict=True)]


def _with_list_column(
    table: Table, name: str, lists: Sequence[Any], *, in_arrow: bool = False
) -> Table:
    native = table.to_native()
    if table.implementation.is_pandas() and not in_arrow:
        import pandas as pd

        column = pd.Series([None] * len(lists), index=native.index, dtype=object)
        column[:] = pd.Series(lists, index=native.index, dtype=object)
        return _table(native.assign(**{name: column}))
    return _with_arrow(table, name, _as_arrow(lists))


def _as_arrow(lists: Sequence[Any]) -> Any:
    import pyarrow as pa

    return pa.array(lists, pa.list_(pa.large_string()), from_pandas=True)


def _with_arrow(table: Table, name: str, values: Any) -> Table:
    native = table.to_native()
    if table.implementation.is_pandas():
        import pandas as pd

        dtype = pd.ArrowDtype(values.type)
        return _table(native.assign(**{name: pd.Series(pd.array(values, dtype), native.index)}))
    if name in native.column_names:
        return _table(native.set_column(native.column_names.index(name), name, values))
    return _table(native.append_column(name, values))


def _with_column(table: Table, name: str, values: Sequence[bool] | Sequence[int]) -> Table:
    native = table.to_native()
    if table.implementation.is_pyarrow():
        import pyarrow as pa

        kind = pa.int8() if name.endswith("overlap") else pa.bool_()
        return _with_arrow(table, name, pa.array(values, kind))
    import numpy as np

    kind = "int8" if name.endswith("overlap") else "bool"
    return _table(native.assign(**{name: np.array(values, dtype=kind)}))


def _with_replaced(table: Table, column: str, others: dict[int, _Texts], name: str) -> Table:
    """`table` with the lists of `column` in `name`, but in some rows."""
    if not others:
        return table.with_columns(nw.col(column).alias(name))
    if table.implementation.is_pandas() and not _is_in_arrow(table, column):
        values = _values(table, column)
        for place, texts in others.items():
            values[place] = texts
        return _with_list_column(table, name, values)
    import pyarrow as pa

    chunks = _arrow(table, column).combine_chunks()
    places = list(range(len(chunks)))
    for number, place in enumerate(others):
        places[place] = len(chunks) + number
    both = pa.concat_arrays([chunks, _as_arrow(list(others.values()))])
    return _with_arrow(table, name, both.take(pa.array(places)))
