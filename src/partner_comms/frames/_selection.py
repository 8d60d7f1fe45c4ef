"""What the Projects and Contracts pages do, on tables: filter by rule, change it (S13, S14)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, cast
from uuid import UUID

import narwhals.stable.v2 as nw

from ..checks import as_id
from ..codes import ChangeOutcome, CommunicationRule, RuleFilter, member
from ..errors import Identifier, InvalidTypeError
from ..models import FeatureGate, as_gate
from ..refusals import described
from ..selection import wanted_rule
from ._columns import first_of, has_rule, with_text
from ._engines import engine_of
from ._ids import Field, as_key, with_comparable_ids, with_key
from ._kinds import Kind, Table, type_of
from ._tables import NativeT, ids_as_frame, is_frame, keep, read_tables, write


def filter_deals(
    deals: NativeT, wanted: RuleFilter | CommunicationRule | str, *, gate: FeatureGate
) -> NativeT:
    """The rows of `deals` that have the rule that is wanted, or none, in their order (S13, D3).

    `deals` needs `introducer_id` and `rule`. `wanted` is taken as by `filter_by_rule`: a rule, or
    `RuleFilter.NONE` for the deals without introducer, whatever their `rule`. Where there
    is an introducer, a null rule is the default, `client` (S4). No filter finds an unknown rule.

    Raises `FeatureClosedError` while the gate is closed (D7), `UnknownCodeError`,
    `InvalidTypeError` and `ColumnsError`.

    >>> import polars as pl
    >>> from partner_comms import FeatureGate
    >>> gate = FeatureGate(premium=True, option_enabled=True)
    >>> deals = pl.DataFrame({"id": [1, 2], "introducer_id": [7, None], "rule": [None, None]})
    >>> filter_deals(deals, "client", gate=gate)["id"].to_list()
    [1]
    """
    rule = wanted_rule(wanted)
    as_gate(gate).require_open()
    (table,) = read_tables({"deals": (deals, ("introducer_id", "rule"))})
    without = nw.col("introducer_id").is_null()
    if rule is None:
        return keep(table, without, deals)
    return keep(with_text(table, "rule", _RULE), ~without & has_rule(_RULE, rule), deals)


_RULE, _KEY, _SELECTED, _CHANGE, _NEW_RULE = "rule_text", "key", "selected", "change", "new_rule"


def change_deals(
    deals: NativeT,
    rule: CommunicationRule | str,
    *,
    selection: NativeT | Collection[Identifier],
    gate: FeatureGate,
) -> NativeT:
    """`deals` with that rule in the rows that are selected and have an introducer (S14, D11).

    `deals` needs `id`, `introducer_id` and `rule`. `selection` is a frame of the same kind with a
    column `id`, a column of such a frame (`deals["id"].unique()`), or a collection of ids; ids that
    no row has select nothing, and an empty selection changes nothing. Adds `change`: a code of
    `ChangeOutcome`, null in the rows outside the selection. Nothing but `rule` changes: a null rule
    that is changed to `client` is unchanged, and stays null. An unknown code is replaced like any
    other.

    Raises `FeatureClosedError` while the gate is closed (D7), `UnknownCodeError`,
    `InvalidTypeError`, `EmptyIdError` and `ColumnsError`.

    >>> import polars as pl
    >>> from partner_comms import FeatureGate
    >>> gate = FeatureGate(premium=True, option_enabled=True)
    >>> deals = pl.DataFrame({"id": [1, 2], "introducer_id": [7, None], "rule": ["client", None]})
    >>> changed = change_deals(deals, "introducer", selection=[1, 2], gate=gate)
    >>> changed["rule"].to_list(), changed["change"].to_list()
    (['introducer', None], ['changed', 'skipped'])
    """
    rule = member(CommunicationRule, rule, "rule")
    as_gate(gate).require_open()
    tables: dict[str, tuple[object, tuple[str, ...]]] = {
        "deals": (deals, ("id", "introducer_id", "rule"))
    }
    chosen = ids_as_frame(selection, deals)
    if is_frame(chosen):
        tables["selection"] = (chosen, ("id",))
    table, *others = read_tables(tables, ["change"])
    if others:
        table = _with_selected(table, others[0], chosen)
    else:
        table = _with_chosen(table, cast("Collection[Identifier]", chosen))
    table = _with_change(with_text(table, "rule", _RULE), rule)
    return write(table, {"rule": _NEW_RULE, "change": _CHANGE}, deals)


# --- Deciding -------------------------------------------------------------------------------------


def _with_change(table: Table, rule: CommunicationRule) -> Table:
    """`table`, in which the selection is known, with what becomes of each row."""
    order = (None, ChangeOutcome.SKIPPED, ChangeOutcome.UNCHANGED, ChangeOutcome.CHANGED)
    outcome = first_of(
        (nw.col(_SELECTED) == 0, order.index(None)),
        (nw.col("introducer_id").is_null(), order.index(ChangeOutcome.SKIPPED)),
        (has_rule(_RULE, rule), order.index(ChangeOutcome.UNCHANGED)),
        otherwise=order.index(ChangeOutcome.CHANGED),
    )
    table = table.with_columns(outcome.alias("outcome"))
    values = [None if change is None else change.value for change in order]
    table = engine_of(table).with_values(table, {"outcome": len(order)}, {_CHANGE: values}, _RULE)
    return _with_rule(table, nw.col("outcome") != order.index(ChangeOutcome.CHANGED), rule)


def _with_rule(table: Table, stays: nw.Expr, rule: CommunicationRule) -> Table:
    """`table` with that rule, but where the rule stays."""
    kind = type_of(table, "rule")
    if isinstance(kind, nw.Enum) and rule.value not in kind.categories:
        got = f"categories without {rule.value!r}"
        raise InvalidTypeError("deals.rule", got, "categories that have it, or texts")
    stored = nw.col("rule" if isinstance(kind, nw.String) else _RULE)
    # The column first: pandas makes the answer of the type of what comes first.
    changed = nw.when(stays).then(stored).otherwise(nw.lit(rule.value))
    return table.with_columns(changed.alias(_NEW_RULE))


# --- The selection --------------------------------------------------------------------------------


def _with_selected(table: Table, selection: Table, given: object) -> Table:
    """`table` with 1 in `_SELECTED` where the selection has the id, else 0."""
    mine, theirs = Field("deals", "id"), Field("selection", "id")
    table, selection = with_comparable_ids(table, mine, selection, theirs, _KEY)
    return engine_of(table).with_presence(table, _KEY, selection, _SELECTED, given)


def _with_chosen(table: Table, selection: Collection[Identifier]) -> Table:
    """The same for a collection of ids; each must be one (D17), of the column's kind."""
    if isinstance(selection, (str, bytes, Mapping)) or not isinstance(selection, Collection):
        expected = "a frame of the same kind as deals with a column id, or a collection of ids"
        raise InvalidTypeError("selection", described(selection), expected)
    engine = engine_of(table)
    kind = engine.kind_of(table, "id") or Kind.NULL
    expected = f"an id of the type of deals.id, {engine.type_name(table, 'id')}"
    ids = [_of_kind(each, kind, at, expected) for at, each in enumerate(selection)]
    keys = [key for each in ids if (key := as_key(each, kind, table)) is not None]
    if not keys or kind is Kind.NULL:
        return table.with_columns(nw.lit(0, dtype=nw.Int8).alias(_SELECTED))
    chosen = ~nw.col(_KEY).is_null() & nw.col(_KEY).is_in(keys).fill_null(False)
    table = with_key(table, "id", kind, _KEY)
    return table.with_columns(first_of((chosen, 1), otherwise=0).alias(_SELECTED))


_TAKES: Final = {Kind.TEXT: str, Kind.UUID: UUID, Kind.NULL: object}


def _of_kind(each: Identifier, kind: Kind, position: int, expected: str) -> Identifier:
    where = f"selection[{position}]"
    each = as_id(each, where)
    if not isinstance(each, _TAKES.get(kind, int)):
        raise InvalidTypeError(where, described(each), expected)
    return each
