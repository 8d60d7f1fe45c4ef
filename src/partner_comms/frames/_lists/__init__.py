"""Several addresses a party (D20): what each engine does with lists of texts, behind `Lists`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from .._kinds import Table
from . import duckdb, eager, polars, spark


class Lists(Protocol):
    """What narwhals cannot express. Each module of this package but `python` is one.

    Lists are null where there is nobody, else they are not empty; none has a null in it. An engine
    may keep them apart, and carry their places along, from `comparable` until `with_answer`.
    """

    def with_lists(
        self, one: Table, other: Table, column: str, name: str, /
    ) -> tuple[Table, Table]:
        """Both tables with their `column` in `name`, as lists of texts of one type.

        `column` has lists in one of them at least, perhaps texts in the other. These lists may
        still be empty, and have nulls.
        """

    def with_valid(self, table: Table, column: str, addresses: str, invalid: str, /) -> Table:
        """`table` with the addresses (D16) of `column`, each once in its first spelling (D9).

        In `invalid`, never null: whether a text there is no address.
        """

    def with_folded(self, table: Table, column: str, name: str, /) -> Table:
        """`table` with the addresses of `column` in lower-case letters in `name`."""

    def comparable(
        self, one: Table, other: Table, mine: PartyLists, theirs: PartyLists, /
    ) -> tuple[Table, Table, Table | None]:
        """Both tables, their lists fit to be carried along and compared; and perhaps those lists.

        Where these are kept apart, the tables carry their places from here on.
        """

    def with_overlap(
        self,
        table: Table,
        mine: PartyLists,
        theirs: PartyLists,
        kept: Table | None,
        overlap: str,
        rest: str,
        /,
    ) -> tuple[Table, Table | None]:
        """`table` with what the two lists have in common, as a number of `Overlap` in `overlap`.

        `rest` has those of `theirs` that are not in `mine`, or null (D9). Lists that are `kept`
        apart come out with what they lack for that.
        """

    def with_key(self, table: Table, column: str, name: str, /) -> Table:
        """`table` with a text in `name`, equal for the same addresses of `column` in any order.

        Null for nobody.
        """

    def with_answer(self, table: Table, columns: Sequence[str], kept: Table | None, /) -> Table:
        """`table`, its `columns` as users get them: lists, and nulls of the plainest kind."""


class PartyLists(NamedTuple):
    """The names of two columns of lists."""

    addresses: str
    folded: str


def lists_of(table: Table) -> Lists:
    engine = table.implementation
    if engine.is_polars():
        return polars
    if engine.is_duckdb():
        return duckdb
    return spark if engine.is_pyspark() or engine.is_pyspark_connect() else eager
