"""How texts are read: rules and addresses, equal letter by letter whatever their types."""

from __future__ import annotations

from typing import Final

import narwhals.stable.v2 as nw

from .. import addresses
from ..codes import CommunicationRule
from ..models import CommissionBlock
from ._engines import engine_of
from ._kinds import Table


def first_of(*cases: tuple[nw.Expr, int], otherwise: int) -> nw.Expr:
    """The number of the first case that holds. Conditions are never null: engines differ there."""
    number = nw.lit(int(otherwise), dtype=nw.Int8)
    for holds, this in reversed(cases):
        number = nw.when(holds).then(nw.lit(int(this), dtype=nw.Int8)).otherwise(number)
    return number


# --- Texts ----------------------------------------------------------------------------------------


def with_text(table: Table, column: str, name: str) -> Table:
    """`table` with `column` as text in `name`: a category is its text, an empty type is null."""
    return engine_of(table).with_text(table, column, name)


def has_rule(column: str, rule: CommunicationRule) -> nw.Expr:
    """Whether the text in `column` is that rule, never null.

    A record that has an introducer and no rule has the default rule (S4).
    """
    text = nw.col(column)
    if rule is CommissionBlock().rule:
        return text.is_null() | (text == rule.value)
    return ~text.is_null() & (text == rule.value)


ADDRESS: Final = f"^(?:{addresses.SHAPE})$"
NO_ADDRESS: Final = f"[\n\r\x85\u2028\u2029]|{addresses.EXCLUDED}"
"""The line breaks that `$` lets through at the end of a text, each in some dialect; and what the
core refuses as well."""


def with_validity(table: Table, column: str, name: str) -> Table:
    """`table` with whether the text in `column` is an address (D16) in `name`, never null.

    In words that mean the same in each engine's dialect of regular expressions.
    """
    text = engine_of(table).searchable(table, nw.col(column).fill_null(""))
    valid = text.str.contains(ADDRESS) & ~text.str.contains(NO_ADDRESS)
    return table.with_columns(valid.alias(name))
