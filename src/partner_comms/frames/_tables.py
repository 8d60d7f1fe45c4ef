"""What a table is, what is refused of one, and how its columns are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

import narwhals.stable.v2 as nw
from narwhals.stable.v2.typing import IntoFrame

from .. import models
from ..errors import InvalidTypeError, PartnerCommsError, described
from ..models import CommissionBlock
from ._engines import Table

NativeT = TypeVar("NativeT", bound=IntoFrame)
"""A dataframe of the engine that the user has already."""

_FRAMES = (
    "a pandas or polars DataFrame, a polars LazyFrame, a pyarrow Table, "
    "a DuckDB relation or a PySpark DataFrame"
)


class ColumnsError(PartnerCommsError, ValueError):
    """Columns that a table lacks, or that a result would overwrite.

    Carries `missing` and `overwritten`, all that there are, each with its table: `"deals.rule"`.

    >>> print(ColumnsError(missing=("deals.rule", "clients.email"), overwritten=()))
    missing: deals.rule, clients.email; add these columns, or rename yours
    >>> print(ColumnsError(missing=(), overwritten=("deals.to",)))
    would be overwritten: deals.to; rename or drop these columns, or give another suffix
    """

    def __init__(self, missing: Iterable[str], overwritten: Iterable[str]) -> None:
        self.missing: tuple[str, ...] = tuple(missing)
        self.overwritten: tuple[str, ...] = tuple(overwritten)
        super().__init__(self.missing, self.overwritten)

    def __str__(self) -> str:
        texts = []
        if self.missing:
            texts.append(f"missing: {', '.join(self.missing)}; add these columns, or rename yours")
        if self.overwritten:
            texts.append(
                f"would be overwritten: {', '.join(self.overwritten)}; "
                "rename or drop these columns, or give another suffix"
            )
        return "; ".join(texts)


# --- In and out -----------------------------------------------------------------------------------


def opened(tables: Mapping[str, tuple[object, Sequence[str]]], added: Iterable[str]) -> list[Table]:
    """The tables, each given by its name with the columns that it must have.

    All are of one kind. The first is the one to which columns are `added`.
    """
    frames = {name: _frame(native, name) for name, (native, _) in tables.items()}
    first, *others = tables
    for name in others:
        if _kind(frames[name]) != _kind(frames[first]):
            expected = f"a frame of the same kind as {first}, a {_kind(frames[first])}"
            raise InvalidTypeError(name, f"a {_kind(frames[name])}", expected)
    missing = [
        f"{name}.{column}"
        for name, (_, needed) in tables.items()
        for column in needed
        if column not in frames[name].columns
    ]
    overwritten = [f"{first}.{column}" for column in _taken(frames[first], set(added))]
    if missing or overwritten:
        raise ColumnsError(missing, overwritten)
    # An eager polars frame is worked on as a lazy one, as polars itself does.
    return [
        frame.lazy() if frame.implementation.is_polars() else frame for frame in frames.values()
    ]


def _frame(native: object, where: str) -> Table:
    if not is_frame(native):
        raise InvalidTypeError(where, described(native), _FRAMES)
    frame: Table = nw.from_native(cast(Any, native))
    return frame


def is_frame(value: object) -> bool:
    """Whether that is a frame of one of the engines that are known to give the core's answers."""
    if isinstance(value, (nw.DataFrame, nw.LazyFrame)):
        return False  # a frame of narwhals' own
    frame = nw.from_native(cast(Any, value), pass_through=True)
    if not isinstance(frame, (nw.DataFrame, nw.LazyFrame)):
        return False
    engine = frame.implementation
    return (
        engine.is_pandas()
        or engine.is_polars()
        or engine.is_pyarrow()
        or engine.is_duckdb()
        or engine.is_pyspark()
        or engine.is_pyspark_connect()
    )


def _kind(frame: Table) -> str:
    eager = isinstance(frame, nw.DataFrame)
    return f"{'frame' if eager else 'lazy frame'} of {frame.implementation.value}"


def _taken(frame: Table, added: set[str]) -> list[str]:
    """The columns that are there already. SQL engines take upper and lower case for the same."""
    if _is_sql(frame):
        folded = {name.casefold() for name in added}
        return [column for column in frame.columns if column.casefold() in folded]
    return [column for column in frame.columns if column in added]


def _is_sql(frame: Table) -> bool:
    engine = frame.implementation
    return engine.is_duckdb() or engine.is_spark_like()


def closed(frame: Table, columns: list[str], like: NativeT) -> NativeT:
    """These columns of `frame`, as the kind of frame that `like` is."""
    if frame.implementation.is_pandas():  # whose columns need not be named by texts
        return cast(NativeT, frame.to_native()[columns])
    native = frame.select(*columns).to_native()
    if frame.implementation.is_polars() and isinstance(
        nw.from_native(cast(Any, like)), nw.DataFrame
    ):
        native = native.collect()
    return cast(NativeT, native)


def spare_prefix(*tables: Table) -> str:
    """What no column of the tables begins with, to name what is dropped again at the end."""
    prefix = "_"
    while any(str(column).startswith(prefix) for table in tables for column in table.columns):
        prefix += "_"
    return prefix


# --- Reading columns ------------------------------------------------------------------------------


def with_text(table: Table, column: str, name: str) -> Table:
    """`table` with `column` as text in `name`: a category is its text, an empty type is null."""
    text = nw.col(column)
    if table.select(column).collect_schema()[column] != nw.String:
        # Beside other values, a null may be cast to a text of its own.
        text = nw.when(~text.is_null()).then(text.cast(nw.String))
    return table.with_columns(text.alias(name))


def with_stored_rule(table: Table, name: str) -> Table:
    """`table` with its `rule` as text in `name`, never null.

    A record that has an introducer and no rule has the default rule (S4).
    """
    default = CommissionBlock().rule.value
    return with_text(table, "rule", name).with_columns(nw.col(name).fill_null(default))


_ADDRESS = f"^(?:{models._ADDRESS.pattern})$"
_NO_ADDRESS = f"[^!-~]|{models._ENCODED_WORD.pattern}"
"""What `$` lets through at the end of a text, a line break or another, in some dialects; and what
the core refuses beside."""


def with_validity(table: Table, column: str, name: str) -> Table:
    """`table` with whether the text in `column` is an address (D16) in `name`, never null.

    In words that mean the same in each engine's dialect of regular expressions.
    """
    text = nw.col(column).fill_null("")
    # Java's matcher overflows its stack on long texts: it gets none to see.
    short = nw.when(text.str.len_chars() <= 254).then(text).otherwise(nw.lit(""))
    valid = nw.col(name).str.contains(_ADDRESS) & ~nw.col(name).str.contains(_NO_ADDRESS)
    return table.with_columns(short.alias(name)).with_columns(valid.alias(name))


def with_one_type(
    frame: Table, mine: tuple[str, str], table: Table, other: tuple[str, str], spare: str
) -> tuple[Table, str, Table]:
    """Two columns of ids in one type, so that they compare; each is given as table and column.

    The frame's own column stays as it is: the second answer is the column to compare. Numbers meet
    as numbers, since pandas makes floats of whole numbers beside a null; other ids must be of one
    type already.
    """
    by, key = mine[1], other[1]
    one, two = _type_of(frame, by), _type_of(table, key)
    if one == two and not isinstance(one, _CATEGORIES):
        return frame, by, table
    if isinstance(one, nw.Object) or isinstance(two, nw.Object):
        return frame, by, table  # Python's own objects, which pandas compares one by one
    common = _common_type(one, two)
    if common is None:
        raise InvalidTypeError(
            ".".join(other), f"ids of type {two}", f"ids of the type of {'.'.join(mine)}, {one}"
        )
    return (
        frame.with_columns(nw.col(by).cast(common).alias(spare)),
        spare,
        table.with_columns(nw.col(key).cast(common)),
    )


def _type_of(table: Table, column: str) -> nw.dtypes.DType:
    if table.implementation.is_pandas():
        native = table.to_native()[column]
        if native.dtype == object and native.isna().all():
            return nw.Object()  # narwhals would guess that these are texts
    return table.select(column).collect_schema()[column]


_CATEGORIES = (nw.Categorical, nw.Enum)


def _common_type(one: nw.dtypes.DType, other: nw.dtypes.DType) -> Any:
    if isinstance(one, nw.Unknown):  # a column of nulls alone, on some engines
        return other
    if isinstance(other, nw.Unknown):
        return one
    if one.is_integer() and other.is_integer():
        return nw.Int64
    if one.is_numeric() and other.is_numeric():
        return nw.Float64
    texts = (nw.String, *_CATEGORIES)
    return nw.String if isinstance(one, texts) and isinstance(other, texts) else None


# --- Numbers for facts ----------------------------------------------------------------------------


def choice(*cases: tuple[nw.Expr, int], usual: int) -> nw.Expr:
    """The number of the first case that holds. Conditions are never null: engines differ there."""
    number = nw.lit(int(usual), dtype=nw.Int8)
    for holds, this in reversed(cases):
        number = nw.when(holds).then(nw.lit(int(this), dtype=nw.Int8)).otherwise(number)
    return number
