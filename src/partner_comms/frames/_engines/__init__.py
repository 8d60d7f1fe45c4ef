"""The engines: what each does in its own way, one room for each, all behind `Engine`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias
from uuid import UUID

import narwhals.stable.v2 as nw

from .._kinds import Kind, Table
from . import pandas, polars, pyarrow, sql

Value: TypeAlias = "str | bool | int | None"


class Engine(Protocol):
    """What narwhals leaves to each engine, or does in a way that is much slower than its own.

    Each module of this package is one. A `frame` is the user's, a `table` what `read` makes of it.
    """

    # --- In and out ---

    def names_of(self, frame: Any, /) -> list[Any]:
        """The names of its columns, in their order."""

    def folded(self, name: Any, /) -> Any:
        """The name as the engine compares it."""

    def can_meet(self, one: Any, other: Any, /) -> bool:
        """Whether one query can use both frames."""

    def ids_as_frame(self, ids: object, like: Any, /) -> object:
        """A column of ids as a frame like that one, with a column `id`; else what was given."""

    def read(self, frame: Any, needed: Sequence[str], /, *, carried: bool) -> Table:
        """The columns that are needed, and, where an engine can't add them at the end, the others.

        These come under names of the library's own, so that any name will do for a user's column.
        """

    def write(self, table: Table, columns: Mapping[str, str], like: Any, /) -> Any:
        """`like` with new columns: for each name, the column of `table`, row by row.

        A column that `like` has already is replaced at its place; categories stay categories.
        """

    def keep(self, table: Table, kept: nw.Expr, like: Any, /) -> Any:
        """The rows of `like` for which that holds in `table`."""

    # --- Types ---

    EMPTY_COLUMN: str
    """What an error says of a column that may hold no value at all, where the engine can't know."""

    def kind_of(self, table: Table, column: str, /) -> Kind | None:
        """What the column holds, by its type; None for all that is neither a text nor an id."""

    def type_name(self, table: Table, column: str, /) -> str:
        """The type for people."""

    def with_text(self, table: Table, column: str, name: str, /) -> Table:
        """`table` with `column` as text in `name`; texts are equal where all their letters are."""

    def searchable(self, table: Table, text: nw.Expr, /) -> nw.Expr:
        """The text, or another that is no address where the engine can't search it."""

    def with_free_text(self, table: Table, column: str, /) -> Table:
        """`table`, the texts of `column` free to meet the texts of any other column."""

    def with_plain_ids(self, table: Table, column: str, name: str, kind: Kind, /) -> Table:
        """`table` with the ids of `column` in `name`, in a type that narwhals and the engine know.

        Floats become the whole numbers that they are, or null. `kind` says what they are to be
        compared with, which is the type of a column without values.
        """

    def plain_uuid(self, each: UUID, /) -> Any:
        """What `with_plain_ids` makes of it."""

    def comparable(
        self,
        left: Table,
        right: Table,
        folded: tuple[str, str],
        texts: tuple[str, str] | None,
        /,
    ) -> tuple[Table, Table, Table | None]:
        """Both tables, their columns of these names fit to be carried along; and perhaps texts.

        Those that are `folded` are compared, row by row, and need not stay texts. Those of `texts`
        come out in the end; where they are None, the left table is the one that goes on. Where
        `texts` are kept apart, the tables carry their places, until `with_answer`.
        """

    def with_answer(self, table: Table, columns: Sequence[str], kept: Table | None, /) -> Table:
        """`table`, its `columns` as texts, which may have been kept apart."""

    # --- Rows ---

    def once_each(self, table: Table, columns: Sequence[str], repeated: str, /) -> Table:
        """What `look_up` needs: the ids that are not null, and in `repeated` if there are several.

        Where there are, the other columns hold the value of any of the rows of that id, and must
        not be used.
        """

    def look_up(self, table: Table, by: str, records: Table, absent: Mapping[str, int], /) -> Table:
        """`table` with the columns of the row of `records` whose `id` is in its column `by`.

        Where there is none, they are null, or what `absent` says. `records` come from `once_each`.
        One row out for each row in, in their order where the engine has one.
        """

    def with_presence(
        self, table: Table, by: str, records: Table, name: str, given: object, /
    ) -> Table:
        """`table` with 1 in `name` where the ids of `records` have that of `by`, else 0.

        `given` is the user's frame of the records. Ids may be repeated in it, or null.
        """

    def with_values(
        self,
        table: Table,
        facts: Mapping[str, int],
        columns: Mapping[str, Sequence[Value]],
        text: str,
        /,
    ) -> Table:
        """`table` with each of `columns`: the value that its list has for the row's case.

        `facts` are the columns that make a case, each with how many values it has, the last
        changing fastest in the lists. All are whole numbers from 0 on, and never null. Where an
        engine has several types of texts, the new ones are of that of the column `text`.
        """


def engine_of(table: Table) -> Engine:
    engine = table.implementation
    if engine.is_pandas():
        return pandas
    if engine.is_polars():
        return polars
    if engine.is_pyarrow():
        return pyarrow
    return sql
