"""DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from .._cases import Overlap
from .._columns import ADDRESS, NO_ADDRESS
from .._kinds import Table, type_of

if TYPE_CHECKING:
    from . import PartyLists

# All names of columns in here are the library's own.


def with_lists(one: Table, other: Table, column: str, name: str) -> tuple[Table, Table]:
    return _with_lists(one, column, name), _with_lists(other, column, name)


def _with_lists(table: Table, column: str, name: str) -> Table:
    letters = "decode(encode({}))"  # without a collation
    if isinstance(type_of(table, column), (nw.List, nw.Array)):
        text = letters.format("x")
        lists = f"list_transform({column}::VARCHAR[], lambda x: {text})"
    else:
        text = letters.format(f"{column}::VARCHAR")
        lists = f"CASE WHEN {column} IS NOT NULL THEN [{text}] END"
    return _with(table, lists, name)


def with_valid(table: Table, column: str, addresses: str, invalid: str) -> Table:
    is_valid = (
        f"regexp_matches(x, {_quoted(ADDRESS)}) AND NOT regexp_matches(x, {_quoted(NO_ADDRESS)})"
    )
    table = _with(table, f"list_filter({column}, lambda x: {is_valid})", addresses)
    texts = f"list_filter({column}, lambda x: x IS NOT NULL)"
    table = _with(table, f"coalesce(len({texts}) > len({addresses}), false)", invalid)
    folded = f"list_transform({addresses}, lambda y: lower(y))"
    first = f"list_position({folded}, lower(x)) = i"
    once = f"list_filter({addresses}, lambda x, i: {first})"
    return _with(table, f"CASE WHEN len({addresses}) > 0 THEN {once} END", addresses)


def with_folded(table: Table, column: str, name: str) -> Table:
    return _with(table, f"list_transform({column}, lambda x: lower(x))", name)


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
    number = (
        f"CASE WHEN NOT coalesce(list_has_any({mine.folded}, {theirs.folded}), false) "
        f"THEN {Overlap.NONE.value} "
        f"WHEN list_has_all({mine.folded}, {theirs.folded}) THEN {Overlap.ALL.value} "
        f"ELSE {Overlap.SOME.value} END::TINYINT"
    )
    table = _with(table, number, overlap)
    is_new = f"NOT list_contains({mine.folded}, lower(x))"
    others = (
        f"CASE {overlap} WHEN {Overlap.NONE.value} THEN {theirs.addresses} "
        f"WHEN {Overlap.SOME.value} THEN list_filter({theirs.addresses}, lambda x: {is_new}) END"
    )
    return _with(table, others, rest), kept


def with_key(table: Table, column: str, name: str) -> Table:
    folded = f'list_transform("{column}"::VARCHAR[], lambda x: lower(x))'
    return _with(table, f"nullif(array_to_string(list_sort({folded}), chr(10)), '')", name)


def with_answer(
    table: Table,
    columns: Sequence[str],  # noqa: ARG001
    kept: Table | None,  # noqa: ARG001
) -> Table:
    return table


def _with(table: Table, expression: str, name: str) -> Table:
    from duckdb import SQLExpression, StarExpression

    relation = table.to_native()
    others = StarExpression(exclude=[name] if name in relation.columns else [])
    found: Table = nw.from_native(relation.select(others, SQLExpression(expression).alias(name)))
    return found


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
