"""What a table is, what is refused of one, and how it comes out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

import narwhals.stable.v2 as nw
from narwhals.exceptions import DuplicateError
from narwhals.stable.v2.typing import IntoFrame

from ..errors import InvalidTypeError, PartnerCommsError, described
from ._engines import Table
from ._kinds import check_kind
from ._types import names_of, prepared, restored

NativeT = TypeVar("NativeT", bound=IntoFrame)
"""A dataframe of the engine that the user has already."""

_FRAMES = (
    "a pandas or polars DataFrame, a polars LazyFrame, a pyarrow Table, "
    "a DuckDB relation or a PySpark DataFrame"
)


class ColumnsError(PartnerCommsError, ValueError):
    """Columns that a table lacks, that a result would overwrite, or whose name stands twice.

    Carries `missing`, `overwritten` and `repeated`, all that there are, each with its table:
    `"deals.rule"`.

    >>> print(ColumnsError(missing=("deals.rule", "clients.email"), overwritten=()))
    missing: deals.rule, clients.email; add these columns, or rename yours
    >>> print(ColumnsError(missing=(), overwritten=("deals.to",)))
    would be overwritten: deals.to; rename or drop these columns, or give a suffix if it takes one
    """

    def __init__(
        self, missing: Iterable[str], overwritten: Iterable[str], repeated: Iterable[str] = ()
    ) -> None:
        self.missing: tuple[str, ...] = tuple(missing)
        self.overwritten: tuple[str, ...] = tuple(overwritten)
        self.repeated: tuple[str, ...] = tuple(repeated)
        super().__init__(self.missing, self.overwritten, self.repeated)

    def __str__(self) -> str:
        texts = []
        if self.missing:
            texts.append(f"missing: {', '.join(self.missing)}; add these columns, or rename yours")
        if self.overwritten:
            texts.append(
                f"would be overwritten: {', '.join(self.overwritten)}; "
                "rename or drop these columns, or give a suffix if it takes one"
            )
        if self.repeated:
            texts.append(
                f"more than once: {', '.join(self.repeated)}; give each column a name of its own"
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
    _check_names(frames, {name: needed for name, (_, needed) in tables.items()}, set(added))
    frames = {name: prepared(frame) for name, frame in frames.items()}
    for name, (_, needed) in tables.items():
        for column in needed:
            check_kind(frames[name], name, column)
    return list(frames.values())


def _check_names(
    frames: Mapping[str, Table], needed: Mapping[str, Sequence[str]], added: set[str]
) -> None:
    names = {name: names_of(frame) for name, frame in frames.items()}
    folded = {name: [_folded(frames[name], each) for each in names[name]] for name in frames}
    first = next(iter(frames))
    added = {_folded(frames[first], name) for name in added}
    missing, overwritten, repeated = [], [], []
    for name in frames:
        missing += [f"{name}.{each}" for each in needed[name] if each not in names[name]]
        for each, alike in zip(names[name], folded[name], strict=True):
            if name == first and alike in added:
                overwritten.append(f"{name}.{each}")
            if folded[name].count(alike) > 1:
                repeated.append(f"{name}.{each}")
    if missing or overwritten or repeated:
        raise ColumnsError(missing, overwritten, dict.fromkeys(repeated))


def _frame(native: object, where: str) -> Table:
    if not is_frame(native):
        raise InvalidTypeError(where, described(native), _FRAMES)
    try:
        frame: Table = nw.from_native(cast(Any, native))
    except DuplicateError:  # pandas and pyarrow let a name stand twice
        names = list(getattr(native, "column_names", None) or cast(Any, native).columns)
        repeated = [f"{where}.{name}" for name in names if names.count(name) > 1]
        raise ColumnsError((), (), dict.fromkeys(repeated)) from None
    return frame


def is_frame(value: object) -> bool:
    """Whether that is a frame of one of the engines that are known to give the core's answers."""
    if isinstance(value, (nw.DataFrame, nw.LazyFrame)):
        return False  # a frame of narwhals' own
    try:
        frame = nw.from_native(cast(Any, value), pass_through=True)
    except DuplicateError:
        return True
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


def _folded(frame: Table, name: str) -> str:
    """Columns of one name: SQL engines take upper and lower case for the same."""
    engine = frame.implementation
    return name.casefold() if engine.is_duckdb() or engine.is_spark_like() else name


def closed(frame: Table, columns: list[str], like: NativeT) -> NativeT:
    """These columns of `frame`, those of `like` first, as the kind of frame that `like` is."""
    if frame.implementation.is_pandas():  # whose columns need not be named by texts
        return cast(NativeT, frame.to_native()[columns])
    native = frame.select(*columns).to_native()
    return cast(NativeT, restored(native, like))
