"""polars."""

from __future__ import annotations

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
    import polars as pl

    given = pl.col(column)
    if isinstance(type_of(table, column), (nw.List, nw.Array)):
        lists = given.cast(pl.List(pl.String))
    else:
        lists = pl.when(given.is_not_null()).then(pl.concat_list(given.cast(pl.String)))
    return _with_columns(table, **{name: lists})


def with_valid(table: Table, column: str, addresses: str, invalid: str) -> Table:
    import polars as pl

    text, given = pl.element(), pl.col(column)
    is_valid = text.str.contains(ADDRESS) & ~text.str.contains(NO_ADDRESS)
    valid = given.list.eval(text.filter(is_valid))
    doubtful = given.list.drop_nulls().list.len() > valid.list.len()
    once = valid.list.eval(text.filter(text.str.to_lowercase().is_first_distinct()))
    return _with_columns(
        table,
        **{
            addresses: pl.when(valid.list.len() > 0).then(once),
            invalid: doubtful.fill_null(False),
        },
    )


def with_folded(table: Table, column: str, name: str) -> Table:
    import polars as pl

    folded = pl.col(column).list.eval(pl.element().str.to_lowercase())
    return _with_columns(table, **{name: folded})


def comparable(one: Table, other: Table, names: tuple[str, str]) -> tuple[Table, Table]:  # noqa: ARG001
    return one, other


def with_overlap(
    table: Table, mine: PartyLists, theirs: PartyLists, overlap: str, rest: str
) -> Table:
    import polars as pl

    me, them = pl.col(mine.folded), pl.col(theirs.folded)
    common = me.list.set_intersection(them).list.len().fill_null(0)
    number = (
        pl.when(common == 0)
        .then(Overlap.NONE.value)
        .when(common == them.list.len())
        .then(Overlap.ALL.value)
        .otherwise(Overlap.SOME.value)
    )
    table = _with_columns(table, **{overlap: number.cast(pl.Int8)})
    is_some, text = pl.col(overlap) == Overlap.SOME.value, pl.element()
    # Behind mine, those of theirs that come for the first time. Null, so free, in all other rows.
    both = pl.when(is_some).then(pl.concat_list(me, pl.col(theirs.addresses)))
    distinct = both.list.eval(text.filter(text.str.to_lowercase().is_first_distinct()))
    others = distinct.list.slice(me.list.len())
    return _with_columns(
        table,
        **{
            rest: pl.when(pl.col(overlap) == Overlap.NONE.value)
            .then(pl.col(theirs.addresses))
            .when(is_some)
            .then(others)
        },
    )


def with_key(table: Table, column: str, name: str) -> Table:
    import polars as pl

    lists = pl.col(column).cast(pl.List(pl.String)).list.drop_nulls()
    folded = lists.list.eval(pl.element().str.to_lowercase())
    key = folded.list.sort().list.join("\n")
    return _with_columns(table, **{name: pl.when(key != "").then(key)})


def with_nobody(table: Table, column: str) -> Table:  # noqa: ARG001
    return table


def _with_columns(table: Table, **columns: Any) -> Table:
    found: Table = nw.from_native(table.to_native().with_columns(**columns))
    return found
