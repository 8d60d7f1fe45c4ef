"""PySpark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .._cases import Overlap
from .._columns import ADDRESS, NO_ADDRESS
from .._kinds import Table, type_of

if TYPE_CHECKING:
    from . import PartyLists


def with_lists(one: Table, other: Table, column: str, name: str) -> tuple[Table, Table]:
    return _with_lists(one, column, name), _with_lists(other, column, name)


def _with_lists(table: Table, column: str, name: str) -> Table:
    from pyspark.sql import functions as f

    if isinstance(type_of(table, column), nw.List):
        lists = f.col(column).cast("array<string>")
    else:
        lists = f.when(f.col(column).isNotNull(), f.array(f.col(column).cast("string")))
    return _with(table, lists, name)


def with_valid(table: Table, column: str, addresses: str, invalid: str) -> Table:
    from pyspark.sql import functions as f

    def is_valid(text: Any) -> Any:
        # Java's matcher overflows its stack on long texts: it sees none.
        short = f.when(f.length(text) <= 254, text).otherwise("")
        return short.rlike(ADDRESS) & ~short.rlike(NO_ADDRESS)

    def is_first(text: Any, place: Any) -> Any:
        folded = f.transform(f.col(addresses), lambda other: f.lower(other))
        return f.array_position(folded, f.lower(text)) == place + 1

    table = _with(table, f.filter(f.col(column), is_valid), addresses)
    texts = f.filter(f.col(column), lambda text: text.isNotNull())
    doubtful = f.size(texts) > f.size(f.col(addresses))
    table = _with(table, f.coalesce(doubtful, f.lit(False)), invalid)
    once = f.filter(f.col(addresses), is_first)
    return _with(table, f.when(f.size(f.col(addresses)) > 0, once), addresses)


def with_folded(table: Table, column: str, name: str) -> Table:
    from pyspark.sql import functions as f

    return _with(table, f.transform(f.col(column), lambda text: f.lower(text)), name)


def comparable(
    one: Table,
    other: Table,
    mine: PartyLists,  # noqa: ARG001
    theirs: PartyLists,  # noqa: ARG001
) -> tuple[Table, Table, None]:
    return one, other, None


def with_overlap(
    table: Table,
    mine: PartyLists,
    theirs: PartyLists,
    kept: Table | None,
    overlap: str,
    rest: str,
) -> tuple[Table, Table | None]:
    from pyspark.sql import functions as f

    me, them = f.col(mine.folded), f.col(theirs.folded)
    common = f.coalesce(f.arrays_overlap(me, them), f.lit(False))
    number = (
        f.when(~common, Overlap.NONE.value)
        .when(f.size(f.array_except(them, me)) == 0, Overlap.ALL.value)
        .otherwise(Overlap.SOME.value)
    )
    table = _with(table, number.cast("tinyint"), overlap)
    all_of_them = f.col(theirs.addresses)
    others = f.filter(all_of_them, lambda text: ~f.array_contains(me, f.lower(text)))
    left = f.when(f.col(overlap) == Overlap.NONE.value, all_of_them)
    left = left.when(f.col(overlap) == Overlap.SOME.value, others)
    return _with(table, left, rest), kept


def with_key(table: Table, column: str, name: str) -> Table:
    from pyspark.sql import functions as f

    folded = f.transform(f.col(column).cast("array<string>"), lambda text: f.lower(text))
    key = f.array_join(f.array_sort(folded), "\n")
    return _with(table, f.when(key != "", key), name)


def with_answer(
    table: Table,
    columns: Sequence[str],  # noqa: ARG001
    kept: Table | None,  # noqa: ARG001
) -> Table:
    return table


def _with(table: Table, column: Any, name: str) -> Table:
    found: Table = nw.from_native(table.to_native().withColumn(name, column))
    return found
