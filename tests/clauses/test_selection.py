"""The Projects and Contracts pages: one record's rule, the filter, the bulk change."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from itertools import product
from typing import Any
from unittest.mock import MagicMock

import pytest

from partner_comms import (
    ChangeOutcome,
    Client,
    CommissionBlock,
    CommunicationRule,
    Contract,
    Deal,
    FeatureClosedError,
    FeatureGate,
    Introducer,
    Introduction,
    InvalidTypeError,
    NoIntroducerError,
    Party,
    Product,
    Project,
    Reason,
    RecordKind,
    RuleChange,
    RuleFilter,
    UnknownCodeError,
    change_rule,
    filter_by_rule,
    selection,
    with_rule,
)
from tests.people import (
    CLIENT,
    CLIENT_AND_INTRODUCER,
    CLOSED,
    DURAND,
    INTRODUCER,
    LEROY,
    MARTIN,
    OPEN,
    PETIT,
    PRODUCT,
    contract,
    introduced,
    project,
)

PAGE: list[Deal] = [
    contract(introduced(INTRODUCER), id="K1"),
    project(None, id="P1"),
    contract(introduced(CLIENT), client=PETIT, id="K2"),
    project(introduced(CLIENT_AND_INTRODUCER, by=LEROY), id="P2"),
    contract(None, client=PETIT, id="K3"),
    project(introduced(INTRODUCER, by=LEROY), client=PETIT, id="K1"),
]

WRONG_RULES = [None, 1, b"client", Party.CLIENT, RuleFilter.CLIENT, RecordKind.CLIENT, MagicMock()]
WRONG_CODES = ["Client", "both", "", "client\n", "not_premium"]


def ids(deals: tuple[Deal, ...]) -> list[object]:
    return [deal.id for deal in deals]


class TestS12:
    """The rule on the contract, and its commission terms, can always be changed afterwards."""

    @pytest.mark.parametrize("rule", CommunicationRule)
    @pytest.mark.parametrize(
        "record",
        [
            contract(introduced(INTRODUCER), client=PETIT),
            project(introduced(CLIENT), client=PETIT),
            PETIT,
        ],
    )
    def test_records_with_an_introduction(
        self, record: Project | Contract | Client, rule: CommunicationRule
    ) -> None:
        changed = with_rule(record, rule)
        assert changed.rule is rule
        assert type(changed) is type(record)
        assert changed.introduction is not None
        assert record.introduction is not None
        assert changed.introduction.introducer is record.introduction.introducer
        assert changed.introduction.block.terms is record.introduction.block.terms
        assert with_rule(changed, record.introduction.block.rule) == record

    @pytest.mark.parametrize("rule", CommunicationRule)
    @pytest.mark.parametrize("record", [DURAND, PRODUCT])
    def test_records_with_a_block(
        self, record: Introducer | Product, rule: CommunicationRule
    ) -> None:
        changed = with_rule(record, rule.value)
        assert changed.block == CommissionBlock(rule=rule, terms=record.block.terms)
        assert changed.block.terms is record.block.terms
        assert with_rule(changed, record.block.rule) == record

    @pytest.mark.parametrize("record", [*PAGE[:1], PETIT, DURAND, PRODUCT])
    def test_the_very_object_if_it_has_the_rule(self, record: Any) -> None:
        assert with_rule(record, INTRODUCER) is record

    @pytest.mark.parametrize("record", [contract(None), project(None), MARTIN])
    def test_d3_without_introducer(self, record: Project | Contract | Client) -> None:
        kind = record.record_kind
        with pytest.raises(NoIntroducerError, match=rf"^{kind.value} '..' has no introd") as caught:
            with_rule(record, CLIENT)
        assert (caught.value.record_kind, caught.value.id) == (kind, record.id)

    @pytest.mark.parametrize("wrong", WRONG_RULES)
    def test_d19_rule(self, wrong: Any) -> None:
        with pytest.raises(InvalidTypeError, match=r"^rule: got .* CommunicationRule or its code$"):
            with_rule(PRODUCT, wrong)

    @pytest.mark.parametrize("wrong", WRONG_CODES)
    def test_d19_code(self, wrong: str) -> None:
        with pytest.raises(UnknownCodeError, match=r"^rule: "):
            with_rule(PRODUCT, wrong)

    @pytest.mark.parametrize(
        "wrong", [None, "K1", CommissionBlock(), introduced(CLIENT), MagicMock(spec=Contract)]
    )
    def test_d19_record(self, wrong: Any) -> None:
        with pytest.raises(
            InvalidTypeError, match=r"^record: got .*; give a Project, Contract, Cl"
        ):
            with_rule(wrong, CLIENT)


class TestS13:
    """The filter « Destinataire des communications clients »: one of the rules, or none."""

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            (RuleFilter.CLIENT, ["K2"]),
            (RuleFilter.INTRODUCER, ["K1", "K1"]),
            (RuleFilter.CLIENT_AND_INTRODUCER, ["P2"]),
            (RuleFilter.NONE, ["P1", "K3"]),
        ],
    )
    def test_in_the_order_of_the_page(self, wanted: RuleFilter, found: list[str]) -> None:
        deals = filter_by_rule(PAGE, wanted, gate=OPEN)
        assert ids(deals) == found
        assert filter_by_rule(iter(PAGE), wanted.value, gate=OPEN) == deals
        if wanted is not RuleFilter.NONE:
            assert filter_by_rule(PAGE, CommunicationRule(wanted.value), gate=OPEN) == deals

    def test_codes(self) -> None:
        codes = {wanted.name: wanted.value for wanted in RuleFilter}
        assert codes == {rule.name: rule.value for rule in CommunicationRule} | {"NONE": "none"}

    def test_nothing_to_filter(self) -> None:
        assert filter_by_rule([], "none", gate=OPEN) == ()


class TestD3:
    """The filter's « aucune » finds exactly the deals without introducer, which is never the same
    as the stored value « Client »."""

    def test_none_is_not_client(self) -> None:
        deals = [contract(None), contract(introduced(CLIENT))]
        assert filter_by_rule(deals, RuleFilter.NONE, gate=OPEN) == (deals[0],)
        assert filter_by_rule(deals, RuleFilter.CLIENT, gate=OPEN) == (deals[1],)


class TestD7:
    """The filter and the bulk change are refused with a clear error while the gate is closed."""

    @pytest.mark.parametrize("gate", CLOSED)
    @pytest.mark.parametrize("call", [filter_by_rule, change_rule])
    @pytest.mark.parametrize("deals", [PAGE, [], None])
    def test_refused(self, call: Any, gate: FeatureGate, deals: Any) -> None:
        with pytest.raises(FeatureClosedError) as caught:
            call(deals, "client", gate=gate)
        expected = Reason.OPTION_OFF if gate.premium else Reason.NOT_PREMIUM
        assert caught.value.reason is expected


class TestS14:
    """« Changer le destinataire des communications clients » asks for the new rule and applies it
    to the selected projects or contracts."""

    @pytest.mark.parametrize("rule", CommunicationRule)
    @pytest.mark.parametrize("page", [PAGE, tuple(PAGE)])
    def test_every_rule(self, rule: CommunicationRule, page: Any) -> None:
        change = change_rule(page, rule, gate=OPEN)
        assert change.rule is rule
        assert change == change_rule(iter(page), rule.value, gate=OPEN)
        for before, after in zip(page, change.after, strict=True):
            if before.introduction is None:
                assert after is before
                assert before in change.skipped
            elif before.rule is rule:
                assert after is before
                assert before in change.unchanged
            else:
                assert after == with_rule(before, rule)
                assert (before, after) in change.changes


class TestD11:
    """A bulk change touches the rule alone: not the introducer, not the terms, not the order of
    the selection. An empty selection changes nothing; it never means everything."""

    def test_reported_apart(self) -> None:
        change = change_rule(PAGE, INTRODUCER, gate=OPEN)
        assert ids(change.after) == ids(tuple(PAGE))
        assert [before.id for before, _ in change.changes] == ["K2", "P2"]
        assert ids(change.unchanged) == ["K1", "K1"]
        assert ids(change.skipped) == ["P1", "K3"]
        assert change.unchanged[0] is PAGE[0]
        assert change.skipped[1] is PAGE[4]
        assert change.changes[0][0] is PAGE[2]
        assert change.changes[0][1] is change.after[2]

    def test_the_rule_alone(self) -> None:
        for before, after in change_rule(PAGE, INTRODUCER, gate=OPEN).changes:
            assert before.introduction is not None
            assert after.introduction is not None
            assert after.introduction.introducer is before.introduction.introducer
            assert after.introduction.block.terms is before.introduction.block.terms
            assert after.client is before.client
            assert after.id is before.id

    def test_empty(self) -> None:
        nothing: list[Deal] = []
        change = change_rule(nothing, INTRODUCER, gate=OPEN)
        assert (change.after, change.changes) == ((), ())
        assert (change.unchanged, change.skipped) == ((), ())

    def test_deals_that_share_an_introduction_go_on_sharing_one(self) -> None:
        shared, other = introduced(CLIENT), introduced(CLIENT)
        deals = [contract(shared, id="1"), contract(other, id="2"), contract(shared, id="3")]
        first, second, third = change_rule(deals, INTRODUCER, gate=OPEN).after
        assert first.introduction is third.introduction
        assert first.introduction is not second.introduction

    def test_more_introductions_than_are_remembered(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(selection, "_REMEMBERED", 1)
        shared, other = introduced(CLIENT), introduced(CLIENT_AND_INTRODUCER)
        deals = [contract(each, id=str(n)) for n, each in enumerate([shared, other, other, shared])]
        after = change_rule(deals, INTRODUCER, gate=OPEN).after
        assert list(after) == [with_rule(deal, INTRODUCER) for deal in deals]
        assert after[0].introduction is after[3].introduction
        assert after[1].introduction is not after[2].introduction

    def test_twice_the_same_deal(self) -> None:
        deal = contract(introduced(CLIENT))
        change = change_rule([deal, deal], INTRODUCER, gate=OPEN)
        assert len(change.changes) == 2

    def test_outcomes(self) -> None:
        assert [o.value for o in ChangeOutcome] == ["changed", "unchanged", "skipped"]

    def test_the_repr_gives_counts_and_no_people(self) -> None:
        text = repr(change_rule(PAGE, INTRODUCER, gate=OPEN))
        assert text == "<RuleChange to 'introducer': 2 changed, 2 unchanged, 2 skipped>"

    def test_made_once(self) -> None:
        change = change_rule(PAGE, INTRODUCER, gate=OPEN)
        assert change.changes is change.changes
        assert change.unchanged is change.unchanged
        assert change.skipped is change.skipped

    @pytest.mark.parametrize("read_before", [True, False])
    def test_copies_are_equal(self, read_before: bool) -> None:
        change = change_rule(PAGE, INTRODUCER, gate=OPEN)
        assert not read_before or change.changes
        copies = [copy.copy(change), copy.deepcopy(change)]
        copies += [pickle.loads(pickle.dumps(change, protocol)) for protocol in range(2, 6)]
        for other in copies:
            assert other == change
            assert hash(other) == hash(change)
            assert other.changes == change.changes
            assert other.unchanged == change.unchanged
            assert other.skipped == change.skipped


class TestD19:
    """Only what was meant counts."""

    @pytest.mark.parametrize("name", ["rule", "before", "after"])
    def test_a_change_is_checked_where_it_is_made(self, name: str) -> None:
        make: Any = RuleChange
        fields = {"rule": CLIENT, "before": (), "after": ()}
        assert make(**fields).changes == ()
        wrongs: list[object] = [None, "client", [], RuleFilter.CLIENT]
        for wrong in wrongs:
            with pytest.raises(InvalidTypeError, match=rf"^{name}: got "):
                make(**{**fields, name: wrong})

    @pytest.mark.parametrize(
        "wrong", [None, 1, b"none", Party.CLIENT, RecordKind.CLIENT, MagicMock()]
    )
    def test_wanted(self, wrong: Any) -> None:
        """A form that sent nothing is not « aucune »."""
        with pytest.raises(InvalidTypeError, match=r"^wanted: got .* RuleFilter or its code$"):
            filter_by_rule(PAGE, wanted=wrong, gate=OPEN)

    @pytest.mark.parametrize("wrong", ["None", "aucune", "", "Client", "none "])
    def test_wanted_code(self, wrong: str) -> None:
        with pytest.raises(UnknownCodeError) as caught:
            filter_by_rule(PAGE, wrong, gate=OPEN)
        assert caught.value.field == "wanted"
        assert caught.value.known == ("client", "introducer", "client_and_introducer", "none")

    @pytest.mark.parametrize("wrong", WRONG_RULES)
    def test_rule(self, wrong: Any) -> None:
        with pytest.raises(InvalidTypeError, match=r"^rule: "):
            change_rule(PAGE, wrong, gate=OPEN)

    @pytest.mark.parametrize("wrong", [*WRONG_CODES, "none"])
    def test_rule_code(self, wrong: str) -> None:
        with pytest.raises(UnknownCodeError, match=r"^rule: "):
            change_rule(PAGE, wrong, gate=OPEN)

    @pytest.mark.parametrize(
        ("call", "field"), [(filter_by_rule, "deals"), (change_rule, "selection")]
    )
    @pytest.mark.parametrize("wrong", [None, 1, PAGE[0], object(), "", b"", {}, {PAGE[0]: 1}])
    def test_no_collection(self, call: Any, field: str, wrong: object) -> None:
        expected = rf"^{field}: got .*; give an iterable of Projects and Contracts$"
        with pytest.raises(InvalidTypeError, match=expected):
            call(wrong, "client", gate=OPEN)

    @pytest.mark.parametrize(
        ("call", "field"), [(filter_by_rule, "deals"), (change_rule, "selection")]
    )
    @pytest.mark.parametrize(
        "wrong", [None, "K1", PETIT, MagicMock(spec=Contract), introduced(CLIENT)]
    )
    def test_something_else_among_the_deals(self, call: Any, field: str, wrong: object) -> None:
        with pytest.raises(InvalidTypeError, match=rf"^{field}\[1\]: got .*; give a Project or C"):
            call([PAGE[0], wrong, PAGE[1]], "client", gate=OPEN)

    @pytest.mark.parametrize("call", [filter_by_rule, change_rule])
    @pytest.mark.parametrize("wrong", [None, True, MagicMock(spec=FeatureGate)])
    def test_gate(self, call: Any, wrong: object) -> None:
        with pytest.raises(InvalidTypeError, match=r"^gate: got .*; give a FeatureGate$"):
            call(PAGE, "client", gate=wrong)

    @pytest.mark.parametrize("call", [filter_by_rule, change_rule])
    def test_an_error_of_the_hosts_own_iterable_is_not_hidden(self, call: Any) -> None:
        def broken() -> Any:
            yield PAGE[0]
            raise TypeError("from the database")

        with pytest.raises(TypeError, match=r"^from the database$"):
            call(broken(), "client", gate=OPEN)


@pytest.mark.parametrize(("rule", "wanted"), list(product([None, *CommunicationRule], RuleFilter)))
@pytest.mark.parametrize("make", [contract, project])
def test_filter_every_case(
    make: Callable[[Introduction | None], Deal], rule: CommunicationRule | None, wanted: RuleFilter
) -> None:
    """S13, D3: every rule, and none, under every filter."""
    deal = make(introduced(rule) if rule else None)
    stored = "none" if rule is None else rule.value
    expected = (deal,) if stored == wanted.value else ()
    assert filter_by_rule([deal], wanted, gate=OPEN) == expected


@pytest.mark.parametrize(
    ("stored", "rule"), list(product([None, *CommunicationRule], CommunicationRule))
)
@pytest.mark.parametrize("make", [contract, project])
def test_change_every_case(
    make: Callable[[Introduction | None], Deal],
    stored: CommunicationRule | None,
    rule: CommunicationRule,
) -> None:
    """S14, D11: every rule, and none, changed to every rule."""
    deal = make(introduced(stored) if stored else None)
    change = change_rule([deal], rule, gate=OPEN)
    counts = len(change.changes), len(change.unchanged), len(change.skipped)
    if stored is None:
        assert counts == (0, 0, 1)
    elif stored is rule:
        assert counts == (0, 1, 0)
    else:
        assert counts == (1, 0, 0)
    assert change.after[0].rule is (None if stored is None else rule)
