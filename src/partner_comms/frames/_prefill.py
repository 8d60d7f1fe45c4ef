"""Where the commission blocks of new deals come from (S10, S11, D4, D5)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum, StrEnum
from itertools import product
from typing import Final, TypeAlias

import narwhals.stable.v2 as nw

from ..models import (
    Client,
    CommissionBlock,
    CommunicationRule,
    Introducer,
    Introduction,
)
from ..prefill import prefill_introduction
from ._columns import choice, has_rule, with_one_type, with_text
from ._engines import Table, decoded, keyed, look_up
from ._tables import NativeT, closed, opened
from ._types import names_of, spare_prefix


class PrefillNotice(StrEnum):
    """Why a deal that has an introducer was not prefilled, in the order in which reasons count."""

    AMBIGUOUS_ID = "ambiguous_id"
    UNKNOWN_ID = "unknown_id"
    INVALID_RULE = "invalid_rule"


class _Found(IntEnum):
    ONCE = 0
    NEVER = 1
    TWICE = 2


class _Whom(IntEnum):
    """The introducer that is assigned, as the client sees it."""

    NO_INTRODUCER = 0
    NO_PREFERRED = 1
    PREFERRED = 2
    ANOTHER = 3


_Start: TypeAlias = tuple[str | None, str | None, bool, str | None]
"""A value for each column that is added."""


_RULES: Final = (*CommunicationRule, None)
"""What a rule can be, None being any text that is none."""

_ADDED = ("prefilled_rule", "prefill_source", "differs_from_preferred", "prefill_notice")


def prefill_deals(deals: NativeT, *, clients: NativeT, introducers: NativeT) -> NativeT:
    """What each deal would start with: the rule of S10 and S11, and whose block it comes from.

    Adds to `deals` (which needs `client_id` and `introducer_id`) `prefilled_rule` and
    `prefill_source` (codes), `differs_from_preferred` (D5; never null) and `prefill_notice` (a
    code of `PrefillNotice`, or null). `clients` need `id`, `introducer_id` and `rule`,
    `introducers` `id` and `rule`; a null rule there is the default, `client` (S4). Commission
    terms are columns of the host's own: `prefill_source` says from which table to copy them.

    A deal without introducer gets null, null and False; so does one whose client or introducer is
    unknown or stands twice, or whose source has a rule that is none: `prefill_notice` says which.
    Nothing that stands in `deals` is touched, and no gate is asked (D4, D7). Raises `ColumnsError`
    and `InvalidTypeError`.

    >>> import polars as pl
    >>> deals = pl.DataFrame({"id": [1], "client_id": [1], "introducer_id": [7]})
    >>> clients = pl.DataFrame({"id": [1], "introducer_id": [8], "rule": ["introducer"]})
    >>> introducers = pl.DataFrame({"id": [7, 8], "rule": ["client", "client"]})
    >>> answer = prefill_deals(deals, clients=clients, introducers=introducers).row(0, named=True)
    >>> answer["prefilled_rule"], answer["prefill_source"], answer["differs_from_preferred"]
    ('introducer', 'client', True)
    """
    frame, client_table, introducer_table = opened(
        {
            "deals": (deals, ("client_id", "introducer_id")),
            "clients": (clients, ("id", "introducer_id", "rule")),
            "introducers": (introducers, ("id", "rule")),
        },
        _ADDED,
    )
    columns = names_of(frame)
    spare = spare_prefix(frame, client_table, introducer_table)
    preferred, prefers, whom = f"{spare}preferred", f"{spare}prefers", f"{spare}whom"
    assigned = ("deals", "introducer_id")

    # Asked of the id as it stands: what no id can be is null where ids are compared.
    is_set = choice((nw.col("introducer_id").is_null(), 0), usual=1)
    client_table = client_table.with_columns(is_set.alias(prefers))
    frame, compared, client_table = with_one_type(
        frame, assigned, client_table, ("clients", "introducer_id"), f"{spare}compared"
    )
    client_table = client_table.with_columns(nw.col("introducer_id").alias(preferred))
    like = with_text(client_table, "rule", f"{spare}text").select(f"{spare}text")
    frame = _with_record(
        frame, ("deals", "client_id"), client_table, "clients", [preferred, prefers], spare
    )
    frame = _with_record(frame, assigned, introducer_table, "introducers", [], spare)
    is_assigned = (nw.col(preferred) == nw.col(compared)).fill_null(False)
    frame = frame.with_columns(
        choice(
            (nw.col("introducer_id").is_null(), _Whom.NO_INTRODUCER),
            (nw.col(prefers).fill_null(0) == 0, _Whom.NO_PREFERRED),
            (is_assigned, _Whom.PREFERRED),
            usual=_Whom.ANOTHER,
        ).alias(whom)
    )
    facts = {
        whom: len(_Whom),
        f"{spare}clients": len(_Found),
        f"{spare}introducers": len(_Found),
        f"{spare}clients_rule": len(_RULES),
        f"{spare}introducers_rule": len(_RULES),
    }
    cases = [_start(*case) for case in product(_Whom, _Found, _Found, _RULES, _RULES)]
    values = dict(zip(_ADDED, zip(*cases, strict=True), strict=True))
    frame = decoded(frame, facts, values, like=like, spare=f"{spare}case")
    return closed(frame, [*columns, *_ADDED], deals)


# --- The facts of a row ---------------------------------------------------------------------------


def _with_record(
    frame: Table,
    by: tuple[str, str],
    table: Table,
    name: str,
    columns: Sequence[str],
    spare: str,
) -> Table:
    """`frame` with how often the record was found, and the number of its rule in `_RULES`."""
    found, rule, text = f"{spare}{name}", f"{spare}{name}_rule", f"{spare}text"
    frame, key, table = with_one_type(frame, by, table, (name, "id"), f"{found}_id")
    table = with_text(table, "rule", text)
    known = [(has_rule(text, each), place) for place, each in enumerate(CommunicationRule)]
    table = table.with_columns(choice(*known, usual=_RULES.index(None)).alias(rule))
    table = keyed(table, [rule, *columns], twice=found)
    times = choice((nw.col(found), _Found.TWICE), usual=_Found.ONCE)
    table = table.with_columns(times.alias(found))
    return look_up(frame, key, table, "id", absent={found: _Found.NEVER.value, rule: 0})


# --- What comes of it -----------------------------------------------------------------------------


def _start(
    whom: _Whom,
    client: _Found,
    introducer: _Found,
    client_rule: CommunicationRule | None,
    introducer_rule: CommunicationRule | None,
) -> _Start:
    if whom is _Whom.NO_INTRODUCER:
        return None, None, False, None
    if _Found.TWICE in (client, introducer):
        return None, None, False, PrefillNotice.AMBIGUOUS_ID.value
    if _Found.NEVER in (client, introducer):
        return None, None, False, PrefillNotice.UNKNOWN_ID.value
    # The core says whose block it is, where the two records are made like those of the row.
    mine = Introducer(1, block=_block(introducer_rule))
    preferred = {
        _Whom.NO_PREFERRED: None,
        _Whom.PREFERRED: Introduction(introducer=mine, block=_block(client_rule)),
        _Whom.ANOTHER: Introduction(introducer=Introducer(2), block=_block(client_rule)),
    }
    prefill = prefill_introduction(Client(1, introduction=preferred[whom]), mine)
    if prefill.introduction.block.terms is _STRANGE:
        return None, None, False, PrefillNotice.INVALID_RULE.value
    rule = prefill.introduction.block.rule.value
    return rule, prefill.source.value, prefill.differs_from_preferred, None


_STRANGE: Final = object()


def _block(rule: CommunicationRule | None) -> CommissionBlock:
    """A block with that rule, or one marked by its terms as having a rule that is none."""
    return CommissionBlock(terms=_STRANGE) if rule is None else CommissionBlock(rule=rule)
