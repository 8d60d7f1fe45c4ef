"""pyarrow: rows by position, types that are stricter than narwhals'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import narwhals.stable.v2 as nw

from ...errors import InvalidTypeError
from .._kinds import TEXTS, Kind, Table, exact_below, kind_of_dictionary, kind_of_type, type_of
from .common import (
    always,
    as_list,
    as_table,
    case_number,
    is_open,
    same_column,
    same_name,
    same_text,
    type_of_values,
    with_plain_text,
)

# --- In and out -----------------------------------------------------------------------------------


def names_of(frame: Any) -> list[Any]:
    return list(frame.column_names)


folded = same_name


can_meet = always


def ids_as_frame(ids: object, like: Any) -> object:  # noqa: ARG001
    import pyarrow as pa

    is_column = isinstance(ids, (pa.Array, pa.ChunkedArray))
    return pa.table({"id": ids}) if is_column else as_list(ids)


def read(frame: Any, needed: Sequence[str], *, carried: bool) -> Table:  # noqa: ARG001
    import pyarrow as pa

    native = frame.select(list(needed))
    for name in needed:
        native = _with_column(native, name, without_views(native[name]))
        empty = native[name].null_count == len(native)
        if empty and is_open(name, kind_of(as_table(native), name)):
            native = _with_column(native, name, pa.nulls(len(native)))
    return as_table(native)


def write(table: Table, columns: Mapping[str, str], like: Any) -> Any:
    for name, column in columns.items():
        values = table.to_native()[column]
        if name in like.column_names:
            values = in_type_of(values, like[name])
        like = _with_column(like, name, values)
    return like


def keep(table: Table, kept: nw.Expr, like: Any) -> Any:
    import pyarrow as pa

    mask = table.select(kept.alias("kept")).to_native()["kept"]
    columns = [picked(column, mask) for column in like.columns]
    return pa.Table.from_arrays(columns, schema=like.schema)


def picked(column: Any, mask: Any) -> Any:
    """The rows of a column for which that holds, whatever its type."""
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = without_views(column)
    try:
        return plain.filter(mask).cast(column.type)
    except pa.ArrowNotImplementedError:  # as for lists of views, and runs
        values = column.combine_chunks()
        places = pc.indices_nonzero(mask).to_pylist()
        rows = [values.slice(place, 1) for place in places] or [values.slice(0, 0)]
        return pa.chunked_array([pa.concat_arrays(rows)])


def without_views(column: Any) -> Any:
    """A column without views, of which pyarrow can't pick rows, and which it hardly casts."""
    import pyarrow as pa

    plain = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
    if pa.types.is_dictionary(column.type) and column.type.value_type in plain:
        chunks = [
            pa.DictionaryArray.from_arrays(
                chunk.indices, chunk.dictionary.cast(plain[chunk.type.value_type])
            )
            for chunk in column.chunks
        ]
        kind = pa.dictionary(column.type.index_type, plain[column.type.value_type])
        return pa.chunked_array(chunks, kind)
    return column.cast(plain.get(column.type, column.type))


def in_type_of(texts: Any, like: Any) -> Any:
    """Texts in the type of that column; a dictionary keeps its order, and gets what it lacks."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = like.type
    if not pa.types.is_dictionary(kind):
        return texts if pa.types.is_null(kind) else texts.cast(kind)
    known = [chunk.dictionary.cast(pa.large_string()) for chunk in like.chunks]
    texts = texts.cast(pa.large_string())
    words = pa.chunked_array([*known, texts.unique()], pa.large_string()).unique().drop_null()
    # pyarrow's own cast would order the dictionary by what comes first.
    try:
        indices = pc.index_in(texts, value_set=words, skip_nulls=True).cast(kind.index_type)
    except pa.ArrowInvalid:
        got = f"a dictionary of {kind.index_type} with no room for {words[-1].as_py()!r}"
        raise InvalidTypeError("deals.rule", got, "a dictionary of int32, or texts") from None
    dictionary = words.cast(kind.value_type)
    chunks = [
        pa.DictionaryArray.from_arrays(chunk, dictionary, ordered=kind.ordered)
        for chunk in indices.chunks
    ]
    return pa.chunked_array(chunks, kind)


def _with_column(native: Any, name: str, values: Any) -> Any:
    if name not in native.column_names:
        return native.append_column(name, values)
    place = native.column_names.index(name)
    field = native.schema.field(place)
    if values.type != field.type:
        field = field.with_type(values.type)
    return native.set_column(place, field, values)


# --- Types ----------------------------------------------------------------------------------------

EMPTY_COLUMN = ""


def kind_of(table: Table, column: str) -> Kind | None:
    kind = type_of(table, column)
    native = table.to_native().schema.field(column).type
    if is_list(native):
        return kind_of_lists(native)
    if isinstance(kind, nw.Unknown):
        return {"null": Kind.NULL, "extension<arrow.uuid>": Kind.UUID}.get(str(native))
    return kind_of_dictionary(native) if isinstance(kind, nw.Categorical) else kind_of_type(kind)


def is_list(kind: Any) -> bool:
    from pyarrow import types

    return bool(
        types.is_list(kind)
        or types.is_large_list(kind)
        or types.is_fixed_size_list(kind)
        or types.is_list_view(kind)
        or types.is_large_list_view(kind)
    )


def kind_of_lists(kind: Any) -> Kind | None:
    from pyarrow import types

    inner = kind.value_type
    if types.is_dictionary(inner):
        inner = inner.value_type
    return Kind.TEXTS if str(inner) in (*TEXTS, "null") else None


def type_name(table: Table, column: str) -> str:
    kind = type_of(table, column)
    native = table.to_native().schema.field(column).type
    return str(native if isinstance(kind, nw.Unknown) else kind)


with_text = with_plain_text
with_free_text = same_column
searchable = same_text


def with_plain_ids(table: Table, column: str, name: str, kind: Kind) -> Table:
    """UUIDs can't be looked up: their bytes can."""
    import pyarrow as pa

    values, mine = table.to_native()[column], kind_of(table, column)
    if mine is Kind.UUID or kind in (Kind.UUID, Kind.NULL):
        values = values.cast(pa.binary(16)).cast(pa.binary())
    elif mine is Kind.FLOAT:
        values = _as_whole_numbers(values, exact_below(type_of(table, column)))
    return as_table(_with_column(table.to_native(), name, values))


def _as_whole_numbers(values: Any, limit: int) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = values.cast(pa.float64())
    exact = pc.less(pc.abs(numbers), float(limit))
    whole = pc.and_(exact, pc.equal(pc.trunc(numbers), numbers))
    return pc.if_else(whole, numbers, pa.scalar(None, pa.float64())).cast(pa.int64())


def plain_uuid(each: UUID) -> Any:
    return each.bytes


_TEXT = "text"


def comparable(
    left: Table, right: Table, folded: tuple[str, str], texts: tuple[str, str] | None
) -> tuple[Table, Table, Table | None]:
    """Numbers are carried along much faster than texts.

    Equal ones for equal texts that are compared, else null; and the places of those that come out.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    one, two = left.to_native(), right.to_native()
    known = two[folded[1]].combine_chunks()
    words = one[folded[0]].cast(known.type)
    one = _with_column(one, folded[0], pc.index_in(words, value_set=known, skip_nulls=True))
    two = _with_column(two, folded[1], pc.index_in(known, value_set=known, skip_nulls=True))
    if texts is None:
        return as_table(one), as_table(two), None
    mine, theirs = one[texts[0]], two[texts[1]]
    if mine.type != theirs.type:
        mine, theirs = mine.cast(pa.large_string()), theirs.cast(pa.large_string())
    kept = pa.chunked_array([*mine.chunks, *theirs.chunks], mine.type).drop_null()
    one = _with_column(one, texts[0], _places(mine, 0))
    two = _with_column(two, texts[1], _places(theirs, len(mine) - mine.null_count))
    return as_table(one), as_table(two), as_table(pa.table({_TEXT: kept}))


def _places(column: Any, before: int) -> Any:
    """The place of each value among those of the column, behind so many others."""
    import pyarrow as pa
    import pyarrow.compute as pc

    is_valid, number = pc.is_valid(column), pa.int32()
    places = pc.cumulative_sum(is_valid.cast(number), start=pa.scalar(before - 1, number))
    return pc.if_else(is_valid, places, pa.scalar(None, number))


def with_answer(table: Table, columns: Sequence[str], kept: Table | None) -> Table:
    if kept is None:
        return table
    native, texts = table.to_native(), kept.to_native()[_TEXT].combine_chunks()
    for name in columns:
        native = _with_column(native, name, texts.take(native[name]))
    return as_table(native)


# --- Rows -----------------------------------------------------------------------------------------


def once_each(table: Table, columns: Sequence[str], repeated: str) -> Table:
    """Repeated ids may stay: `index_in` finds one of their rows, and all of them are marked."""
    import pyarrow.compute as pc

    native = table.select("id", *columns).filter(~nw.col("id").is_null()).to_native()
    ids, counts = native["id"].value_counts().flatten()
    several = ids.filter(pc.greater(counts, 1))
    return as_table(_with_column(native, repeated, pc.is_in(native["id"], value_set=several)))


def look_up(table: Table, by: str, records: Table, absent: Mapping[str, int]) -> Table:
    import pyarrow.compute as pc

    left, right = table.to_native(), records.to_native()
    keys = right["id"].combine_chunks().cast(left[by].type)  # texts come in several sizes
    positions = pc.index_in(left[by], value_set=keys)
    for name in right.column_names:
        if name != "id":
            left = _with_column(left, name, right[name].combine_chunks().take(positions))
    return as_table(left).with_columns(
        nw.col(name).fill_null(value) for name, value in absent.items()
    )


def with_presence(table: Table, by: str, records: Table, name: str, given: object) -> Table:  # noqa: ARG001
    import pyarrow as pa
    import pyarrow.compute as pc

    left, right = table.to_native(), records.to_native()
    ids = right["id"].combine_chunks().cast(left[by].type)
    found = pc.is_in(left[by], value_set=ids, skip_nulls=True)
    return as_table(_with_column(left, name, found.cast(pa.int8())))


def with_values(
    table: Table,
    facts: Mapping[str, int],
    columns: Mapping[str, Sequence[Any]],
    text: str,  # noqa: ARG001
) -> Table:
    import pyarrow as pa

    kind = {str: pa.string(), int: pa.int8(), bool: pa.bool_()}
    native = table.to_native()
    cases = table.select(case_number(facts).alias("case")).to_native()["case"]
    for name, values in columns.items():
        found = pa.array(values, kind[type_of_values(values)]).take(cases)
        native = _with_column(native, name, found)
    return as_table(native)
