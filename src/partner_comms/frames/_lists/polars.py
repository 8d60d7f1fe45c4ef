"""polars, where lists are slow to join and numbers are not.

So the lists are kept apart, and their places are carried along until the answer is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .._cases import Overlap
from .._columns import ADDRESS, NO_ADDRESS
from .._engines.polars import PLACE, gathered, placed
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

    text, given, found = pl.element(), pl.col(column), pl.col(addresses)
    is_valid = text.str.contains(ADDRESS) & ~text.str.contains(NO_ADDRESS)
    valid = given.list.eval(text.filter(is_valid))
    doubtful = given.list.drop_nulls().list.len() > valid.list.len()
    table = _with_columns(table, **{addresses: valid, invalid: doubtful.fill_null(False)})
    # Few lists have an address twice: the others are null, and take no time.
    folded = text.str.to_lowercase()
    twice = pl.when(found.list.eval(folded).list.n_unique() < found.list.len()).then(found)
    once = twice.list.eval(text.filter(folded.is_first_distinct())).fill_null(found)
    return _with_columns(table, **{addresses: pl.when(found.list.len() > 0).then(once)})


def with_folded(table: Table, column: str, name: str) -> Table:
    import polars as pl

    folded = pl.col(column).list.eval(pl.element().str.to_lowercase())
    return _with_columns(table, **{name: folded})


_SHARED, _ADDRESSES, _FOLDED = "list_shared", "addresses", "folded"


def comparable(
    one: Table, other: Table, mine: PartyLists, theirs: PartyLists
) -> tuple[Table, Table, Table]:
    """Folded addresses become null where nothing can be in common, which is nearly everywhere."""
    import polars as pl

    first = placed(one.to_native())
    second = placed(other.to_native(), first)
    parties = ((first, mine), (second, theirs))
    kept = pl.concat(
        native.select(
            pl.col(names.addresses).alias(_ADDRESSES), pl.col(names.folded).alias(_FOLDED)
        )
        for native, names in parties
    )
    words = [
        native.select(PLACE, pl.col(names.folded).alias(_FOLDED)).drop_nulls().explode(_FOLDED)
        for native, names in parties
    ]
    found = []
    for (native, names), these, those in zip(parties, words, reversed(words), strict=True):
        shared = these.join(those, on=_FOLDED, how="semi").select(PLACE).unique()
        shared = shared.with_columns(pl.col(PLACE).alias(_SHARED))
        marked = native.join(shared, on=PLACE, how="left", maintain_order="left")
        place = pl.when(pl.col(names.addresses).is_not_null()).then(PLACE)
        columns = {names.addresses: place, names.folded: pl.col(_SHARED)}
        found.append(_table(marked.with_columns(**columns).drop(PLACE, _SHARED)))
    return found[0], found[1], _table(kept)


def with_overlap(
    table: Table,
    mine: PartyLists,
    theirs: PartyLists,
    kept: Table | None,
    overlap: str,
    rest: str,
) -> tuple[Table, Table]:
    """By the few pairs of parties that may have something in common."""
    import polars as pl

    assert kept is not None
    native, lists = table.to_native(), kept.to_native()
    on = [mine.folded, theirs.folded]
    pairs = native.select(on).drop_nulls().unique()
    pairs = gathered(
        pairs,
        lists,
        me=(mine.folded, _FOLDED),
        them=(theirs.folded, _FOLDED),
        others=(theirs.folded, _ADDRESSES),
    )
    me, them, text = pl.col("me"), pl.col("them"), pl.element()
    # Behind mine, those of theirs that come for the first time.
    distinct = pl.concat_list(me, "others").list.eval(
        text.filter(text.str.to_lowercase().is_first_distinct())
    )
    others = distinct.list.slice(me.list.len())
    pairs = pairs.filter(me.list.set_intersection(them).list.len() > 0)
    pairs = placed(pairs.select(*on, others.alias(_ADDRESSES)), lists)
    is_some = pl.col(_ADDRESSES).list.len() > 0
    number = pl.when(is_some).then(Overlap.SOME.value).otherwise(Overlap.ALL.value)
    known = pairs.select(
        *on, pl.when(is_some).then(PLACE).alias(rest), number.cast(pl.Int8).alias(overlap)
    )
    native = native.join(known, on=on, how="left", maintain_order="left", validate="m:1")
    left = pl.when(pl.col(overlap).is_null()).then(theirs.addresses).otherwise(rest)
    native = native.with_columns(
        left.alias(rest), pl.col(overlap).fill_null(pl.lit(Overlap.NONE.value, pl.Int8))
    )
    both = pl.concat([lists.select(_ADDRESSES), pairs.select(_ADDRESSES)])
    return _table(native), _table(both)


def with_key(table: Table, column: str, name: str) -> Table:
    import polars as pl

    lists = pl.col(column).cast(pl.List(pl.String)).list.drop_nulls()
    folded = lists.list.eval(pl.element().str.to_lowercase())
    key = folded.list.sort().list.join("\n")
    return _with_columns(table, **{name: pl.when(key != "").then(key)})


def with_answer(table: Table, columns: Sequence[str], kept: Table | None) -> Table:
    assert kept is not None
    of_columns = {name: (name, _ADDRESSES) for name in columns}
    return _table(gathered(table.to_native(), kept.to_native(), **of_columns))


def _with_columns(table: Table, **columns: Any) -> Table:
    return _table(table.to_native().with_columns(**columns))


def _table(native: Any) -> Table:
    table: Table = nw.from_native(native)
    return table
