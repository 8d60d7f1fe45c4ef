"""Where the commission blocks of new deals come from (S10, S11, D4, D5)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from functools import cache
from itertools import product
from typing import Final, TypeAlias

import narwhals.stable.v2 as nw
from attrs import frozen

from ..codes import CommunicationRule, PrefillNotice
from ..models import Client, CommissionBlock, Introducer, Introduction
from ..prefill import prefill_introduction
from ._columns import first_of, has_rule, with_text
from ._engines import engine_of
from ._ids import Field, with_comparable_ids
from ._kinds import Table
from ._tables import NativeT, read_tables, write


class _Known(IntEnum):
    """Whether a table has the record."""

    YES = 0
    UNKNOWN = 1
    AMBIGUOUS = 2


class _Assigned(IntEnum):
    """The introducer that is assigned, as the client's record sees it."""

    NO_INTRODUCER = 0
    NO_PREFERRED = 1
    PREFERRED = 2
    ANOTHER = 3


_Start: TypeAlias = tuple[str | None, str | None, bool, str | None]
"""A value for each column that is added."""


_RULES: Final = (*CommunicationRule, None)
"""What a rule can be; None is any other text."""

_ADDED = ("prefilled_rule", "prefill_source", "differs_from_preferred", "prefill_notice")


def prefill_deals(deals: NativeT, *, clients: NativeT, introducers: NativeT) -> NativeT:
    """What each deal would start with: the rule of S10 and S11, and whose block it comes from.

    Adds to `deals` (which needs `client_id` and `introducer_id`) `prefilled_rule` and
    `prefill_source` (codes), `differs_from_preferred` (D5; never null) and `prefill_notice` (a
    code of `PrefillNotice`, or null). `clients` need `id`, `introducer_id` and `rule`,
    `introducers` `id` and `rule`; a null rule there is the default, `client` (S4). Commission
    terms are columns of the host's own: `prefill_source` says from which table to copy them.

    A deal without introducer gets null, null and False; so does one whose client or introducer is
    unknown or in several rows, or whose source has an unknown rule: `prefill_notice` says which.
    The columns of `deals` do not change, and no gate is needed (D4, D7). Raises `ColumnsError`
    and `InvalidTypeError`.

    >>> import polars as pl
    >>> deals = pl.DataFrame({"id": [1], "client_id": [1], "introducer_id": [7]})
    >>> clients = pl.DataFrame({"id": [1], "introducer_id": [8], "rule": ["introducer"]})
    >>> introducers = pl.DataFrame({"id": [7, 8], "rule": ["client", "client"]})
    >>> answer = prefill_deals(deals, clients=clients, introducers=introducers).row(0, named=True)
    >>> answer["prefilled_rule"], answer["prefill_source"], answer["differs_from_preferred"]
    ('introducer', 'client', True)
    """
    table, client_table, introducer_table = read_tables(
        {
            "deals": (deals, ("client_id", "introducer_id")),
            "clients": (clients, ("id", "introducer_id", "rule")),
            "introducers": (introducers, ("id", "rule")),
        },
        _ADDED,
    )
    table, client_table = _with_preferred(table, client_table)
    carried = [_PREFERRED, _HAS_PREFERRED, _TEXT]
    by_client, assigned = Field("deals", "client_id"), Field("deals", "introducer_id")
    table = _with_record(table, by_client, client_table, "clients", carried)
    table = _with_record(table, assigned, introducer_table, "introducers", [])
    table = _with_start(table)
    return write(table, {name: name for name in _ADDED}, deals)


# --- The facts of a row ---------------------------------------------------------------------------


@frozen
class _RecordColumns:
    """The columns that say what is known of a record."""

    key: str
    known: str
    """A number of `_Known`."""
    rule: str
    """The place of its rule in `_RULES`."""


_COLUMNS: Final = {
    table: _RecordColumns(key=f"{table}_key", known=f"{table}_known", rule=f"{table}_rule")
    for table in ("clients", "introducers")
}
_PREFERRED, _HAS_PREFERRED, _ASSIGNED_KEY = "preferred", "has_preferred", "assigned_key"
_ASSIGNED, _TEXT = "assigned", "rule_text"


def _with_preferred(deals: Table, clients: Table) -> tuple[Table, Table]:
    """Both, with the introducer that is assigned and the one that is preferred, to compare."""
    # Asked of the id as it is: what no id can be is null where ids are compared.
    has_preferred = first_of((nw.col("introducer_id").is_null(), 0), otherwise=1)
    clients = with_text(clients, "rule", _TEXT).with_columns(has_preferred.alias(_HAS_PREFERRED))
    mine, theirs = Field("deals", "introducer_id"), Field("clients", "introducer_id")
    deals, clients = with_comparable_ids(deals, mine, clients, theirs, _ASSIGNED_KEY)
    return deals, clients.with_columns(nw.col("introducer_id").alias(_PREFERRED))


def _with_record(
    deals: Table, by: Field, records: Table, name: str, carried: Sequence[str]
) -> Table:
    """`deals` with what is known of the record, and the columns that are carried along."""
    columns, engine = _COLUMNS[name], engine_of(deals)
    deals, records = with_comparable_ids(deals, by, records, Field(name, "id"), columns.key)
    records = with_text(records, "rule", _TEXT)
    rules = [(has_rule(_TEXT, rule), place) for place, rule in enumerate(CommunicationRule)]
    rule = first_of(*rules, otherwise=_RULES.index(None))
    records = records.with_columns(rule.alias(columns.rule))
    records = engine.once_each(records, [columns.rule, *carried], columns.known)
    known = first_of((nw.col(columns.known), _Known.AMBIGUOUS), otherwise=_Known.YES)
    records = records.with_columns(known.alias(columns.known))
    absent = {columns.known: _Known.UNKNOWN.value, columns.rule: 0}
    return engine.look_up(deals, columns.key, records, absent)


# --- Deciding -------------------------------------------------------------------------------------


def _with_start(table: Table) -> Table:
    """`table`, in which both records are known, with the columns that are added."""
    is_assigned = (nw.col(_PREFERRED) == nw.col(_ASSIGNED_KEY)).fill_null(False)
    assigned = first_of(
        (nw.col("introducer_id").is_null(), _Assigned.NO_INTRODUCER),
        (nw.col(_HAS_PREFERRED).fill_null(0) == 0, _Assigned.NO_PREFERRED),
        (is_assigned, _Assigned.PREFERRED),
        otherwise=_Assigned.ANOTHER,
    )
    table = table.with_columns(assigned.alias(_ASSIGNED))
    client, introducer = _COLUMNS["clients"], _COLUMNS["introducers"]
    facts = {
        _ASSIGNED: len(_Assigned),
        client.known: len(_Known),
        introducer.known: len(_Known),
        client.rule: len(_RULES),
        introducer.rule: len(_RULES),
    }
    return engine_of(table).with_values(table, facts, _starts(), _TEXT)


def _written() -> dict[str, Sequence[str | bool | None]]:
    """For each case what comes of it, by column."""
    cases = [_start(*case) for case in product(_Assigned, _Known, _Known, _RULES, _RULES)]
    return dict(zip(_ADDED, zip(*cases, strict=True), strict=True))


_starts = cache(_written)
"""Written once, since that takes longer than a small table."""


def _start(
    assigned: _Assigned,
    client: _Known,
    introducer: _Known,
    client_rule: CommunicationRule | None,
    introducer_rule: CommunicationRule | None,
) -> _Start:
    if assigned is _Assigned.NO_INTRODUCER:
        return None, None, False, None
    if _Known.AMBIGUOUS in (client, introducer):
        return None, None, False, PrefillNotice.AMBIGUOUS_ID.value
    if _Known.UNKNOWN in (client, introducer):
        return None, None, False, PrefillNotice.UNKNOWN_ID.value
    # The core says whose block it is, where the two records are made like those of the row.
    mine = Introducer(1, block=_block(introducer_rule))
    preferred = {
        _Assigned.NO_PREFERRED: None,
        _Assigned.PREFERRED: Introduction(introducer=mine, block=_block(client_rule)),
        _Assigned.ANOTHER: Introduction(introducer=Introducer(2), block=_block(client_rule)),
    }
    prefill = prefill_introduction(Client(1, introduction=preferred[assigned]), mine)
    if prefill.introduction.block.terms is _UNKNOWN_RULE:
        return None, None, False, PrefillNotice.INVALID_RULE.value
    rule = prefill.introduction.block.rule.value
    return rule, prefill.source.value, prefill.differs_from_preferred, None


_UNKNOWN_RULE: Final = object()


def _block(rule: CommunicationRule | None) -> CommissionBlock:
    """A block with that rule; where it is unknown, a block marked as such by its terms."""
    return CommissionBlock(terms=_UNKNOWN_RULE) if rule is None else CommissionBlock(rule=rule)
