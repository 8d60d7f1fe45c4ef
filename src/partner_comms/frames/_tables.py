"""What a table is, what is refused of one, and how it comes out again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

import narwhals
import narwhals.stable.v2 as nw
from narwhals.exceptions import DuplicateError
from narwhals.stable.v2.typing import IntoFrame

from ..errors import InvalidTypeError, PartnerCommsError
from ..refusals import described
from ._engines import Engine, engine_of
from ._kinds import LIST_COLUMNS, TEXT_COLUMNS, Kind, Table, type_of

NativeT = TypeVar("NativeT", bound=IntoFrame)
"""A dataframe of the engine that the user has already."""

_FRAMES = (
    "a pandas or polars DataFrame, a polars LazyFrame, a pyarrow Table, "
    "a DuckDB relation or a PySpark DataFrame"
)


class ColumnsError(PartnerCommsError, ValueError):
    """Columns that a table lacks, that a result would overwrite, or whose name is used twice.

    Carries `missing`, `overwritten` and `repeated`, all that there are, each with its table:
    `"deals.rule"`; and `similar`, the names of columns that may be those that are missing.

    >>> print(ColumnsError(missing=("deals.rule", "clients.email"), overwritten=()))
    missing: deals.rule, clients.email; add these columns, or rename yours
    >>> print(ColumnsError(missing=(), overwritten=("deals.to",)))
    would be overwritten: deals.to; rename or drop these columns, or give a suffix if it takes one
    >>> print(ColumnsError(missing=("deals.id",), overwritten=(), similar=("Id ",)))
    missing: deals.id; add these columns, or rename yours ('Id ')
    """

    def __init__(
        self,
        missing: Iterable[str],
        overwritten: Iterable[str],
        repeated: Iterable[str] = (),
        similar: Iterable[str] = (),
    ) -> None:
        self.missing: tuple[str, ...] = tuple(missing)
        self.overwritten: tuple[str, ...] = tuple(overwritten)
        self.repeated: tuple[str, ...] = tuple(repeated)
        self.similar: tuple[str, ...] = tuple(similar)
        super().__init__(self.missing, self.overwritten, self.repeated, self.similar)

    def __str__(self) -> str:
        texts = []
        if self.missing:
            similar = f" ({', '.join(map(repr, self.similar))})" if self.similar else ""
            texts.append(
                f"missing: {', '.join(self.missing)}; add these columns, or rename yours{similar}"
            )
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


# --- Reading --------------------------------------------------------------------------------------


def read_tables(
    tables: Mapping[str, tuple[object, Sequence[str]]], added: Iterable[str] = ()
) -> list[Table]:
    """The tables, each given by its name with the columns that it must have.

    All are of one kind. The first is the one to which columns are `added`, and comes with its
    other columns where its engine needs them for that.
    """
    frames = {name: _frame(native, name) for name, (native, _) in tables.items()}
    first, *others = tables
    for name in others:
        if _kind(frames[name]) != _kind(frames[first]):
            expected = f"a frame of the same kind as {first}, a {_kind(frames[first])}"
            raise InvalidTypeError(name, f"a {_kind(frames[name])}", expected)
    engine = engine_of(frames[first])
    for name in others:
        if not engine.can_meet(tables[first][0], tables[name][0]):
            got, expected = "a relation of another connection", f"one of the connection of {first}"
            raise InvalidTypeError(name, got, expected)
    _check_names(
        engine,
        {name: engine.names_of(native) for name, (native, _) in tables.items()},
        {name: needed for name, (_, needed) in tables.items()},
        set(added),
    )
    found = []
    for name, (native, needed) in tables.items():
        table = engine.read(native, needed, carried=name == first)
        for column in needed:
            _check_kind(engine, table, name, column)
        found.append(table)
    return found


def _frame(native: object, where: str) -> Table:
    if not is_frame(native):
        raise InvalidTypeError(where, _described(native), _FRAMES)
    try:
        frame: Table = nw.from_native(cast(Any, native))
    except DuplicateError:  # pandas and pyarrow let two columns have one name
        names = list(getattr(native, "column_names", None) or cast(Any, native).columns)
        repeated = [f"{where}.{name}" for name in names if names.count(name) > 1]
        raise ColumnsError((), (), dict.fromkeys(repeated)) from None
    return frame


def _described(value: object) -> str:
    """With its module where the name alone would say that it is a frame."""
    kind = type(value)
    if kind.__name__ in ("DataFrame", "LazyFrame", "Table", "DuckDBPyRelation"):
        return f"an object of type {kind.__module__}.{kind.__qualname__}"
    return described(value)


def is_frame(value: object) -> bool:
    """Whether that is a frame of one of the engines that are known to give the core's answers."""
    if isinstance(value, (narwhals.DataFrame, narwhals.LazyFrame)):
        return False  # a frame of narwhals' own, of any of its versions
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


def ids_as_frame(selection: object, deals: object) -> object:
    """A column of ids, of an engine or NumPy, as a frame like `deals`; else what was given."""
    if not is_frame(deals) or is_frame(selection):
        return selection
    try:
        frame: Table = nw.from_native(cast(Any, deals))
    except DuplicateError:
        return selection
    return engine_of(frame).ids_as_frame(selection, deals)


def _kind(frame: Table) -> str:
    eager = isinstance(frame, nw.DataFrame)
    return f"{'frame' if eager else 'lazy frame'} of {frame.implementation.value}"


def _check_names(
    engine: Engine,
    names: Mapping[str, Sequence[Any]],
    needed: Mapping[str, Sequence[str]],
    added: set[str],
) -> None:
    first = next(iter(names))
    added = {engine.folded(name) for name in added}
    missing, similar, overwritten, repeated = [], [], [], []
    for name in names:
        lacking = [each for each in needed[name] if each not in names[name]]
        missing += [f"{name}.{each}" for each in lacking]
        letters = set(map(_letters, lacking))
        similar += [str(each) for each in names[name] if _letters(each) in letters]
        folded = Counter(map(engine.folded, names[name]))
        for each in names[name]:
            if name == first and engine.folded(each) in added:
                overwritten.append(f"{name}.{each}")
            if folded[engine.folded(each)] > 1:
                repeated.append(f"{name}.{each}")
    if missing or overwritten or repeated:
        raise ColumnsError(missing, overwritten, dict.fromkeys(repeated), dict.fromkeys(similar))


def _letters(name: object) -> str:
    """What near misses of a name have in common with it: its letters and digits."""
    return "".join(filter(str.isalnum, str(name).casefold()))


def _check_kind(engine: Engine, table: Table, name: str, column: str) -> None:
    """Refuses a column that can't hold what its name says."""
    kind = engine.kind_of(table, column)
    if column in TEXT_COLUMNS:
        fits, expected = kind in (Kind.TEXT, Kind.NULL), "texts, or categories of texts"
        if column in LIST_COLUMNS:
            fits = fits or kind is Kind.TEXTS
            expected = "texts, categories of texts, or lists of texts"
    else:
        fits = kind not in (None, Kind.TEXTS)
        expected = "ids: whole numbers, texts, categories of texts, or UUIDs"
        if not fits and isinstance(type_of(table, column), nw.Decimal):
            expected += "; cast decimals to decimal(38, 0) if they are whole"
    if not fits:
        got = f"a column of type {engine.type_name(table, column)}"
        raise InvalidTypeError(f"{name}.{column}", got, expected)


def checked_suffix(suffix: str) -> str:
    if not isinstance(suffix, str):
        raise InvalidTypeError("suffix", described(suffix), "a str to put behind the new names")
    return suffix


# --- Writing --------------------------------------------------------------------------------------


def write(table: Table, columns: Mapping[str, str], like: NativeT) -> NativeT:
    """`like` with new columns: for each name, the column of `table`."""
    return cast(NativeT, engine_of(table).write(table, columns, like))


def keep(table: Table, kept: nw.Expr, like: NativeT) -> NativeT:
    """The rows of `like` for which that holds in `table`."""
    return cast(NativeT, engine_of(table).keep(table, kept, like))
