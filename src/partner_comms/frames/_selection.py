"""What the Projects and Contracts pages do, on tables: filter by rule, change it (S13, S14)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, cast
from uuid import UUID

import narwhals.stable.v2 as nw

from ..errors import InvalidTypeError, described
from ..models import CommunicationRule, FeatureGate, Identifier, as_gate, as_id, member
from ..selection import ChangeOutcome, RuleFilter, wanted_rule
from ._columns import as_key, choice, has_rule, with_key, with_one_type, with_text
from ._engines import Table, decoded, keyed, look_up
from ._kinds import Kind, kind_of, type_name
from ._tables import NativeT, closed, is_frame, opened
from ._types import names_of, spare_prefix, with_type_of


def filter_deals(
    deals: NativeT, wanted: RuleFilter | CommunicationRule | str, *, gate: FeatureGate
) -> NativeT:
    """The rows of `deals` that have the rule that is wanted, or none, in their order (S13, D3).

    `deals` needs `introducer_id` and `rule`. `wanted` is taken as by `filter_by_rule`: a rule, or
    `RuleFilter.NONE` for the deals without introducer, whatever stands in their `rule`. A null rule
    beside an introducer is the default, `client` (S4); a rule that is none is found by no filter.

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
    (frame,) = opened({"deals": (deals, ("introducer_id", "rule"))}, ())
    columns = names_of(frame)
    without = nw.col("introducer_id").is_null()
    if rule is None:
        return closed(frame.filter(without), columns, deals)
    text = f"{spare_prefix(frame)}rule"
    frame = with_text(frame, "rule", text)
    return closed(frame.filter(~without & has_rule(text, rule)), columns, deals)


def change_deals(
    deals: NativeT,
    rule: CommunicationRule | str,
    *,
    selection: NativeT | Collection[Identifier],
    gate: FeatureGate,
) -> NativeT:
    """`deals` with that rule in the rows that are selected and have an introducer (S14, D11).

    `deals` needs `id`, `introducer_id` and `rule`. `selection` is a frame of the same kind with a
    column `id`, or a collection of ids; ids that no row has select nothing, and an empty selection
    changes nothing. Adds `change`: a code of `ChangeOutcome`, null in the rows outside the
    selection. Nothing but `rule` changes: a null rule that is changed to `client` is unchanged, and
    stays null. A rule that is none is replaced like any other.

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
    if is_frame(selection):
        tables["selection"] = (selection, ("id",))
    frame, *others = opened(tables, ["change"])
    columns = names_of(frame)
    spare = spare_prefix(frame, *others)
    selected, outcome = f"{spare}selected", f"{spare}outcome"
    text = f"{spare}rule"

    frame = with_text(frame, "rule", text)
    if others:
        frame = _with_selected(frame, others[0], selected, spare)
    else:
        frame = _with_chosen(frame, cast("Collection[Identifier]", selection), selected, spare)
    order = (None, ChangeOutcome.SKIPPED, ChangeOutcome.UNCHANGED, ChangeOutcome.CHANGED)
    frame = frame.with_columns(
        choice(
            (nw.col(selected) == 0, order.index(None)),
            (nw.col("introducer_id").is_null(), order.index(ChangeOutcome.SKIPPED)),
            (has_rule(text, rule), order.index(ChangeOutcome.UNCHANGED)),
            usual=order.index(ChangeOutcome.CHANGED),
        ).alias(outcome)
    )
    values = [None if change is None else change.value for change in order]
    like = frame.select(text)
    frame = decoded(
        frame, {outcome: len(order)}, {"change": values}, like=like, spare=f"{spare}case"
    )
    changes = nw.col(outcome) == order.index(ChangeOutcome.CHANGED)
    frame = _with_rule(frame, changes, rule, text)
    return closed(frame, [*columns, "change"], deals)


def _with_rule(frame: Table, changes: nw.Expr, rule: CommunicationRule, text: str) -> Table:
    """`frame` with that rule where it changes, in the type that the column has."""
    kind = frame.select("rule").collect_schema()["rule"]
    if isinstance(kind, nw.Enum) and rule.value not in kind.categories:
        got = f"categories without {rule.value!r}"
        raise InvalidTypeError("deals.rule", got, "categories that have it, or texts")
    stored = nw.col("rule" if isinstance(kind, nw.String) else text)
    # The column first: pandas makes the answer of the type of what comes first.
    changed = nw.when(~changes).then(stored).otherwise(nw.lit(rule.value))
    answer = frame.with_columns(changed.alias("rule"))
    if isinstance(kind, (nw.Categorical, nw.Enum)):
        return with_type_of(answer, "rule", frame)
    return answer


# --- The selection --------------------------------------------------------------------------------


def _with_selected(frame: Table, selection: Table, selected: str, spare: str) -> Table:
    frame, key, selection = with_one_type(
        frame, ("deals", "id"), selection, ("selection", "id"), f"{spare}id"
    )
    chosen = keyed(selection, [], twice=selected)
    chosen = chosen.with_columns(nw.lit(1, dtype=nw.Int8).alias(selected))
    return look_up(frame, key, chosen, "id", absent={selected: 0})


def _with_chosen(
    frame: Table, selection: Collection[Identifier], selected: str, spare: str
) -> Table:
    """`frame` with 1 in `selected` where the id is one of those, else 0.

    Each must be an id (D17) of the column's kind.
    """
    if isinstance(selection, (str, bytes, Mapping)) or not isinstance(selection, Collection):
        expected = "a frame of the same kind as deals with a column id, or a collection of ids"
        raise InvalidTypeError("selection", described(selection), expected)
    kind, key = kind_of(frame, "id") or Kind.NULL, f"{spare}id"
    expected = f"an id of the type of deals.id, {type_name(frame, 'id')}"
    ids = [_of_kind(each, kind, at, expected) for at, each in enumerate(selection)]
    frame = with_key(frame, "id", kind, key)
    keys = [found for each in ids if (found := as_key(each, kind, frame)) is not None]
    if not keys or kind is Kind.NULL:
        return frame.with_columns(nw.lit(0, dtype=nw.Int8).alias(selected))
    chosen = ~nw.col(key).is_null() & nw.col(key).is_in(keys).fill_null(False)
    return frame.with_columns(choice((chosen, 1), usual=0).alias(selected))


_TAKES: Final = {Kind.TEXT: str, Kind.UUID: UUID, Kind.NULL: object}


def _of_kind(each: Identifier, kind: Kind, position: int, expected: str) -> Identifier:
    where = f"selection[{position}]"
    each = as_id(each, where)
    if not isinstance(each, _TAKES.get(kind, int)):
        raise InvalidTypeError(where, described(each), expected)
    return each
