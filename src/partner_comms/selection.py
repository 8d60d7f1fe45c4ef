"""What the Projects and Contracts pages do: filter by rule, change it in bulk (S12, S13, S14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar, assert_never, final

from attrs import evolve, frozen

from .errors import InvalidTypeError, NoIntroducerError, described
from .models import (
    Client,
    CommissionBlock,
    CommunicationRule,
    Contract,
    FeatureGate,
    Introducer,
    Introduction,
    Product,
    Project,
    as_gate,
    exactly,
    member,
)

Record = TypeVar("Record", bound=Introducer | Client | Project | Contract | Product)
DealT = TypeVar("DealT", bound=Project | Contract)


# --- One record (S12) -----------------------------------------------------------------------------


def with_rule(record: Record, rule: CommunicationRule | str) -> Record:
    """`record` with that rule, everything else the same; the very object if it has it already.

    For a project, contract, client, introducer or product. Needs no gate: the rule is stored, and
    sleeps while the feature is closed (S12, D7). A record without introducer has no rule to
    change, and is refused with a `NoIntroducerError` (D3); other types with an `InvalidTypeError`.

    >>> with_rule(Product("auto"), "introducer").block.rule
    <CommunicationRule.INTRODUCER: 'introducer'>
    """
    rule = member(CommunicationRule, rule, "rule")
    if type(record) not in (Introducer, Client, Project, Contract, Product):
        expected = "a Project, Contract, Client, Introducer or Product"
        raise InvalidTypeError("record", described(record), expected)
    match record:
        case Introducer() | Product():
            if record.block.rule is rule:
                return record
            return evolve(record, block=_block_with(record.block, rule))
        case Client() | Project() | Contract():
            if record.introduction is None:
                raise NoIntroducerError(record.record_kind, record.id)
            if record.introduction.block.rule is rule:
                return record
            return evolve(record, introduction=_introduction_with(record.introduction, rule))
        case _:
            assert_never(record)


def _block_with(block: CommissionBlock, rule: CommunicationRule) -> CommissionBlock:
    return CommissionBlock(rule=rule, terms=block.terms)


def _introduction_with(introduction: Introduction, rule: CommunicationRule) -> Introduction:
    block = _block_with(introduction.block, rule)
    return Introduction(introducer=introduction.introducer, block=block)


# --- The filter (S13) -----------------------------------------------------------------------------


class RuleFilter(StrEnum):
    """What « Destinataire des communications clients » can be set to: a rule, or none (S13).

    `NONE` finds the deals without introducer, which have no rule (D3).
    """

    CLIENT = "client"
    INTRODUCER = "introducer"
    CLIENT_AND_INTRODUCER = "client_and_introducer"
    NONE = "none"


def filter_by_rule(
    deals: Iterable[DealT], wanted: RuleFilter | CommunicationRule | str, *, gate: FeatureGate
) -> tuple[DealT, ...]:
    """Those of `deals` that have the rule that is wanted, or none, in their order (S13, D3).

    `wanted` is a member or its exact code. Python's None is refused, since a form that sent
    nothing is not « aucune » (D19). Raises `FeatureClosedError` while the gate is closed (D7).

    >>> gate = FeatureGate(premium=True, option_enabled=True)
    >>> contract = Contract("K1", client=Client(1, introduction=None), introduction=None)
    >>> filter_by_rule([contract], RuleFilter.NONE, gate=gate) == (contract,)
    True
    """
    rule = wanted_rule(wanted)
    as_gate(gate).require_open()
    return tuple(deal for deal in as_deals(deals, "deals") if deal.rule is rule)


def wanted_rule(wanted: RuleFilter | CommunicationRule | str) -> CommunicationRule | None:
    """The rule that a filter wants, or None for « aucune »."""
    if type(wanted) is CommunicationRule:
        return wanted
    wanted = member(RuleFilter, wanted, "wanted")
    return None if wanted is RuleFilter.NONE else CommunicationRule(wanted.value)


def as_deals(deals: Iterable[DealT], where: str) -> tuple[DealT, ...]:
    """`deals` as a tuple of nothing but projects and contracts."""
    if isinstance(deals, (str, bytes, Mapping)) or not isinstance(deals, Iterable):
        raise InvalidTypeError(where, described(deals), "an iterable of Projects and Contracts")
    found = tuple(deals)
    for position, deal in enumerate(found):
        if type(deal) is not Contract and type(deal) is not Project:
            raise InvalidTypeError(f"{where}[{position}]", described(deal), "a Project or Contract")
    return found


# --- The bulk change (S14) ------------------------------------------------------------------------


class ChangeOutcome(StrEnum):
    """What a bulk change did to a deal (D11), for hosts that report row by row."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


@final
@frozen(kw_only=True, repr=False)
class RuleChange(Generic[DealT]):
    """What a bulk change did: the selection `before` and `after`, same order, same length (D11).

    What a host needs of it is read off these two, once, when it is asked for: nothing is kept
    twice for a selection of a million deals.

    >>> contract = Contract("K1", client=Client(1, introduction=None), introduction=None)
    >>> gate = FeatureGate(premium=True, option_enabled=True)
    >>> change_rule([contract], "client", gate=gate)
    <RuleChange to 'client': 0 changed, 0 unchanged, 1 skipped>
    """

    rule: CommunicationRule
    before: tuple[DealT, ...]
    after: tuple[DealT, ...]

    def __attrs_post_init__(self) -> None:
        exactly(CommunicationRule, self.rule, "rule")
        exactly(tuple, self.before, "before")
        exactly(tuple, self.after, "after")

    @cached_property
    def changes(self) -> tuple[tuple[DealT, DealT], ...]:
        """Each deal that changed, as it was and as it is: to write back, log or take back."""
        return _changes(self.before, self.after)

    @cached_property
    def unchanged(self) -> tuple[DealT, ...]:
        """The deals that had the rule already: the very same objects."""
        return _with_rule_already(self.before, self.rule)

    @cached_property
    def skipped(self) -> tuple[DealT, ...]:
        """The deals without introducer, which have no rule to change: the very same objects."""
        return _without_introducer(self.before)

    def __repr__(self) -> str:
        return (
            f"<RuleChange to {self.rule.value!r}: {len(self.changes)} changed, "
            f"{len(self.unchanged)} unchanged, {len(self.skipped)} skipped>"
        )

    def _repr_html_(self) -> str:
        from ._html import named_values  # here, since only notebooks need it

        return named_values(
            ("Rule", self.rule),
            ("Changed", str(len(self.changes))),
            ("Unchanged", str(len(self.unchanged))),
            ("Skipped", str(len(self.skipped))),
        )


def _changes(
    before: tuple[DealT, ...], after: tuple[DealT, ...]
) -> tuple[tuple[DealT, DealT], ...]:
    return tuple(pair for pair in zip(before, after, strict=True) if pair[0] is not pair[1])


def _with_rule_already(deals: tuple[DealT, ...], rule: CommunicationRule) -> tuple[DealT, ...]:
    return tuple(deal for deal in deals if deal.rule is rule)


def _without_introducer(deals: tuple[DealT, ...]) -> tuple[DealT, ...]:
    return tuple(deal for deal in deals if deal.introduction is None)


_REMEMBERED = 10_000
"""How many shared introductions a bulk change keeps shared: more than a broker has, and few enough
that a million deals which share none do not pay for a table of a million."""


def change_rule(
    selection: Iterable[DealT], rule: CommunicationRule | str, *, gate: FeatureGate
) -> RuleChange[DealT]:
    """Give `rule` to each deal of the selection that has an introducer (S14, D11).

    Nothing but the rule changes: not the introducer, not the terms, not the order. Projects and
    contracts may be mixed; deals that share an introduction go on sharing one, up to ten thousand
    of them. An empty selection changes nothing. Raises `FeatureClosedError` while the gate is
    closed (D7), and refuses another type of deal, rule or gate (D19).

    >>> gate = FeatureGate(premium=True, option_enabled=True)
    >>> introduction = Introduction(introducer=Introducer("A7"))
    >>> auto = Contract("K1", client=Client(1, introduction=None), introduction=introduction)
    >>> change_rule([auto], "introducer", gate=gate).after[0].rule
    <CommunicationRule.INTRODUCER: 'introducer'>
    """
    rule = member(CommunicationRule, rule, "rule")
    as_gate(gate).require_open()
    before = as_deals(selection, "selection")
    # The new introduction of each old one, by identity: `before` keeps the old ones alive.
    changed: dict[int, Introduction] = {}
    after = []
    for deal in before:
        old = deal.introduction
        if old is None or old.block.rule is rule:
            after.append(deal)
            continue
        new = changed.get(id(old))
        if new is None:
            new = _introduction_with(old, rule)
            if len(changed) < _REMEMBERED:
                changed[id(old)] = new
        after.append(type(deal)(deal.id, client=deal.client, introduction=new))
    return RuleChange(rule=rule, before=before, after=tuple(after))
