"""polars, where lists are slow to join and texts are not.

So the addresses of a party are carried along as one text, a line each, until the answer is made: no
address has a line break in it (D16).
"""

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
    table = _with_columns(table, **{addresses: valid, invalid: doubtful.fill_null(False)})
    found = pl.col(addresses)
    several = pl.when(found.list.len() > 1).then(found)
    once = several.list.eval(text.filter(text.str.to_lowercase().is_first_distinct()))
    joined = once.fill_null(found).list.join(_BREAK)
    return _with_columns(table, **{addresses: pl.when(found.list.len() > 0).then(joined)})


_BREAK = "\n"


def with_folded(table: Table, column: str, name: str) -> Table:
    import polars as pl

    return _with_columns(table, **{name: pl.col(column).str.to_lowercase()})


def comparable(one: Table, other: Table, names: tuple[str, str]) -> tuple[Table, Table]:  # noqa: ARG001
    return one, other


def _split(column: Any) -> Any:
    return column.str.split(_BREAK)


def with_overlap(
    table: Table, mine: PartyLists, theirs: PartyLists, overlap: str, rest: str
) -> Table:
    """Nearly all that is done to lists is done to few rows: the others are null."""
    import polars as pl

    are_two = pl.col(mine.folded).is_not_null() & pl.col(theirs.folded).is_not_null()
    me, them = (_split(pl.when(are_two).then(each.folded)) for each in (mine, theirs))
    common = me.list.set_intersection(them).list.len().fill_null(0)
    table = _with_columns(table, **{overlap: common})
    shares, addresses, text = pl.col(overlap) > 0, pl.col(theirs.addresses), pl.element()
    me, them = (_split(pl.when(shares).then(each)) for each in (pl.col(mine.folded), addresses))
    # Behind mine, those of theirs that come for the first time.
    both = pl.concat_list(me, them)
    distinct = both.list.eval(text.filter(text.str.to_lowercase().is_first_distinct()))
    others = distinct.list.slice(me.list.len()).list.join(_BREAK)
    others = pl.when(shares).then(pl.when(others != "").then(others)).otherwise(addresses)
    table = _with_columns(table, **{rest: others})
    number = (
        pl.when(~shares)
        .then(Overlap.NONE.value)
        .when(pl.col(rest).is_null())
        .then(Overlap.ALL.value)
        .otherwise(Overlap.SOME.value)
    )
    return _with_columns(table, **{overlap: number.cast(pl.Int8)})


def with_key(table: Table, column: str, name: str) -> Table:
    import polars as pl

    lists = pl.col(column).cast(pl.List(pl.String)).list.drop_nulls()
    folded = lists.list.eval(pl.element().str.to_lowercase())
    key = folded.list.sort().list.join("\n")
    return _with_columns(table, **{name: pl.when(key != "").then(key)})


def with_answer(table: Table, column: str) -> Table:
    import polars as pl

    return _with_columns(table, **{column: _split(pl.col(column))})


def _with_columns(table: Table, **columns: Any) -> Table:
    return _table(table.to_native().with_columns(**columns))


def _table(native: Any) -> Table:
    table: Table = nw.from_native(native)
    return table
