"""What the Projects and Contracts pages do: filter by rule, change it in bulk (S12, S13, S14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final, Generic, TypeVar, assert_never, cast, final

from attrs import evolve, frozen

from .checks import exactly
from .codes import ChangeOutcome, CommunicationRule, RuleFilter, member
from .errors import InvalidAnswerError, NoIntroducerError
from .models import (
    Client,
    CommissionBlock,
    Contract,
    Deal,
    FeatureGate,
    Introducer,
    Introduction,
    Product,
    Project,
    as_gate,
)
from .refusals import InvalidTypeError, described, wrong_type
from .values import draft_of

Record = TypeVar("Record", bound=Introducer | Client | Deal | Product)
DealT = TypeVar("DealT", bound=Deal)


# --- One record (S12) -----------------------------------------------------------------------------


_RECORDS: Final = (Introducer, Client, Project, Contract, Product)


def with_rule(record: Record, rule: CommunicationRule | str) -> Record:
    """`record` with that rule, everything else the same; the very object if it has it already.

    For a project, contract, client, introducer or product. Needs no gate: the rule is stored, and
    sleeps while the feature is closed (S12, D7). A record without introducer has no rule to
    change, and is refused with a `NoIntroducerError` (D3); other types with an `InvalidTypeError`.

    >>> with_rule(Product("auto"), "introducer").block.rule
    <CommunicationRule.INTRODUCER: 'introducer'>
    """
    rule = member(CommunicationRule, rule, "rule")
    if type(record) not in _RECORDS:
        expected = "a Project, Contract, Client, Introducer or Product"
        raise wrong_type("record", record, expected, *_RECORDS)
    match record:
        case Introducer() | Product():
            if record.block.rule is rule:
                return record
            return evolve(record, block=_block_with(record.block, rule))
        case Client() | Deal():
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


def filter_by_rule(
    deals: Iterable[DealT], wanted: RuleFilter | CommunicationRule | str, *, gate: FeatureGate
) -> tuple[DealT, ...]:
    """The deals with the wanted rule, or without introducer, in their order (S13, D3).

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
    return member(RuleFilter, wanted, "wanted").rule


def as_deals(deals: Iterable[DealT], where: str) -> tuple[DealT, ...]:
    """`deals` as a tuple of nothing but projects and contracts."""
    if isinstance(deals, (str, bytes, Mapping)) or not isinstance(deals, Iterable):
        raise InvalidTypeError(where, described(deals), "an iterable of Projects and Contracts")
    found = tuple(deals)
    for position, deal in enumerate(found):
        if type(deal) is not Contract and type(deal) is not Project:
            expected = "a Project or Contract"
            raise wrong_type(f"{where}[{position}]", deal, expected, Project, Contract)
    return found


# --- The bulk change (S14) ------------------------------------------------------------------------


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
        as_deals(exactly(tuple, self.before, "before"), "before")
        as_deals(exactly(tuple, self.after, "after"), "after")
        if len(self.before) != len(self.after):
            raise InvalidAnswerError("after", "it has another length than before (D11)")
        for position, (old, new) in enumerate(zip(self.before, self.after, strict=True)):
            if outcome_of(old, self.rule) is ChangeOutcome.CHANGED:
                possible = new == with_rule(old, self.rule)
            else:
                possible = new is old
            if not possible:
                problem = "more than the rule has changed, or a deal that keeps its rule (D11)"
                raise InvalidAnswerError(f"after[{position}]", problem)

    @cached_property
    def changes(self) -> tuple[tuple[DealT, DealT], ...]:
        """Each deal that changed, as it was and as it is: to write back, log or take back."""
        pairs = zip(self.before, self.after, strict=True)
        return tuple((old, new) for old, new in pairs if old is not new)

    @cached_property
    def unchanged(self) -> tuple[DealT, ...]:
        """The deals that had the rule already: the very same objects."""
        return tuple(deal for deal in self.before if deal.rule is self.rule)

    @cached_property
    def skipped(self) -> tuple[DealT, ...]:
        """The deals without introducer, which have no rule to change: the very same objects."""
        return tuple(deal for deal in self.before if deal.introduction is None)

    @property
    def counts(self) -> dict[ChangeOutcome, int]:
        """How many deals were changed, unchanged and skipped, in this order."""
        found = Counter(outcome_of(deal, self.rule) for deal in self.before)
        return {outcome: found[outcome] for outcome in ChangeOutcome}

    def __repr__(self) -> str:
        counts = ", ".join(f"{number} {outcome}" for outcome, number in self.counts.items())
        return f"<RuleChange to {self.rule.value!r}: {counts}>"

    def _repr_html_(self) -> str:
        from ._html import named_values  # here, since only notebooks need it

        rows = [(outcome.capitalize(), str(number)) for outcome, number in self.counts.items()]
        return named_values(("Rule", self.rule), *rows)


def outcome_of(deal: Deal, rule: CommunicationRule) -> ChangeOutcome:
    """What a change to `rule` does to a deal (D11)."""
    if deal.introduction is None:
        return ChangeOutcome.SKIPPED
    if deal.introduction.block.rule is rule:
        return ChangeOutcome.UNCHANGED
    return ChangeOutcome.CHANGED


_DRAFTS: Final[dict[type, type]] = {
    kind: draft_of(kind) for kind in (Project, Contract, RuleChange)
}
_REMEMBERED: Final = 10_000
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
    introductions: dict[int, Introduction] = {}
    after = []
    for deal in before:
        old = deal.introduction
        if old is None or old.block.rule is rule:
            after.append(deal)
            continue
        new = introductions.get(id(old))
        if new is None:
            new = _introduction_with(old, rule)
            if len(introductions) < _REMEMBERED:
                introductions[id(old)] = new
        # Here and not in a function, which would take a third of the time again.
        changed: Any = _DRAFTS[type(deal)]()
        changed.id = deal.id
        changed.client = deal.client
        changed.introduction = new
        changed.__class__ = type(deal)
        after.append(changed)
    return _rule_change(rule, before, tuple(after))


def _rule_change(
    rule: CommunicationRule, before: tuple[DealT, ...], after: tuple[DealT, ...]
) -> RuleChange[DealT]:
    change: Any = _DRAFTS[RuleChange]()
    change.rule = rule
    change.before = before
    change.after = after
    change.__class__ = RuleChange
    return cast(RuleChange[DealT], change)
