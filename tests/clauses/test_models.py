"""What things are: S1 to S5, D3, D9, D13, D17, D19 as far as a value shows them."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from decimal import Decimal
from enum import IntEnum
from typing import Any
from unittest.mock import MagicMock
from uuid import UUID

import attrs
import pytest

from partner_comms import (
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    EmptyIdError,
    FeatureClosedError,
    FeatureGate,
    Identifier,
    Introducer,
    Introduction,
    InvalidEmailError,
    InvalidTypeError,
    Party,
    Product,
    Project,
    Reason,
    RecordKind,
    UnknownCodeError,
    is_email_address,
)
from tests.people import (
    CLOSED,
    DURAND,
    INTRODUCER,
    MARTIN,
    OPEN,
    PRODUCT,
    contract,
    introduced,
    project,
)


class TestS4:
    """The setting has three values: « Client » (the default), « Apporteur », « Client +
    Apporteur »."""

    def test_codes(self) -> None:
        assert {rule.name: rule.value for rule in CommunicationRule} == {
            "CLIENT": "client",
            "INTRODUCER": "introducer",
            "CLIENT_AND_INTRODUCER": "client_and_introducer",
        }

    def test_client_is_the_default(self) -> None:
        assert CommissionBlock().rule is CommunicationRule.CLIENT
        assert Introducer(1).block == Product(1).block == CommissionBlock()
        assert Introduction(introducer=Introducer(1)).block == CommissionBlock()


class TestS5:
    """It governs five families of communication. Nothing else (D13)."""

    def test_codes(self) -> None:
        codes = [
            "manual_email",
            "unpaid_call",
            "unpaid_reminder",
            "documents_call",
            "documents_reminder",
            "formal_notice",
            "suspension_notice",
            "termination_notice",
            "mail_merge",
            "other",
        ]
        assert [c.value for c in Communication] == codes
        assert [c.name for c in Communication] == [code.upper() for code in codes]

    def test_all_but_other_are_covered(self) -> None:
        assert {c for c in Communication if not c.is_covered} == {Communication.OTHER}

    def test_three_are_formal(self) -> None:
        assert {c.value for c in Communication if c.is_formal} == {
            "formal_notice",
            "suspension_notice",
            "termination_notice",
        }


class TestS3:
    """One more setting in the commission block of products, of the introducer's record, of the
    client's record and of the contract; and of projects (D2)."""

    def test_each_kind_of_record_holds_a_block(self) -> None:
        records = (PRODUCT, DURAND, MARTIN, project(None), contract(None))
        assert [record.record_kind for record in records] == list(RecordKind)
        assert [kind.value for kind in RecordKind] == [
            "product",
            "introducer",
            "client",
            "project",
            "contract",
        ]


class TestGate:
    """S1: a PREMIUM subscription. S2: one option. D7: refused with a clear error without."""

    def test_open_with_both_alone(self) -> None:
        assert OPEN.is_open
        assert not any(gate.is_open for gate in CLOSED)

    @pytest.mark.parametrize("gate", [OPEN, *CLOSED])
    def test_a_gate_is_true_where_it_is_open(self, gate: FeatureGate) -> None:
        """D19"""
        assert bool(gate) is gate.is_open
        assert gate.is_open is (gate.reason is None)

    @pytest.mark.parametrize(
        ("premium", "option", "reason"),
        [
            (False, False, Reason.NOT_PREMIUM),
            (False, True, Reason.NOT_PREMIUM),
            (True, False, Reason.OPTION_OFF),
        ],
    )
    def test_d15_names_the_first_reason(self, premium: bool, option: bool, reason: Reason) -> None:
        gate = FeatureGate(premium=premium, option_enabled=option)
        with pytest.raises(FeatureClosedError, match=reason.value) as caught:
            gate.require_open()
        assert caught.value.reason is gate.reason is reason

    def test_require_open_says_nothing_when_open(self) -> None:
        OPEN.require_open()

    @pytest.mark.parametrize("wrong", [1, 0, "false", "true", None, [], MagicMock()])
    @pytest.mark.parametrize("field", ["premium", "option_enabled"])
    def test_d19_takes_bools_alone(self, field: str, wrong: Any) -> None:
        switches = {"premium": True, "option_enabled": True, field: wrong}
        with pytest.raises(InvalidTypeError, match=rf"^{field}: got .*; give True or False$"):
            FeatureGate(**switches)


class TestD3:
    """A rule lives in the block of an introducer. A record without introducer has no rule."""

    @pytest.mark.parametrize("rule", CommunicationRule)
    def test_rule_of_the_three_records(self, rule: CommunicationRule) -> None:
        introduction = introduced(rule)
        assert Client(1, introduction=introduction).rule is rule
        assert project(introduction).rule is rule
        assert contract(introduction).rule is rule

    def test_none_without_introducer(self) -> None:
        assert MARTIN.rule is None
        assert project(None).rule is None
        assert contract(None).rule is None

    @pytest.mark.parametrize(
        "make",
        [
            lambda: Client(1),  # type: ignore[call-arg]
            lambda: Project(1, client=MARTIN),  # type: ignore[call-arg]
            lambda: Contract(1, client=MARTIN),  # type: ignore[call-arg]
        ],
    )
    def test_a_record_loaded_by_half_is_refused(self, make: Callable[[], object]) -> None:
        with pytest.raises(TypeError, match="introduction"):
            make()


class TestD4:
    """Commission terms belong to the host: any value, the same object carried along."""

    def test_the_same_object(self) -> None:
        terms = {"rate": Decimal("0.12")}
        assert CommissionBlock(terms=terms).terms is terms

    def test_terms_count_for_equality_and_not_for_the_hash(self) -> None:
        one, other = CommissionBlock(terms={"rate": 1}), CommissionBlock(terms={"rate": 2})
        assert one != other
        assert one == CommissionBlock(terms={"rate": 1})
        assert hash(one) == hash(other)
        assert hash(one) != hash(CommissionBlock(rule=INTRODUCER, terms={"rate": 1}))


class TestD9:
    """An address appears once. Addresses are the same when they are equal after lower-casing
    ASCII letters; the first spelling is kept. Order is the party's own."""

    @pytest.mark.parametrize("make", [tuple, list])
    def test_first_spelling_and_order(self, make: Callable[[list[str]], Any]) -> None:
        emails = make(["B@x.example", "a@x.example", "b@X.example", "A@x.example", "c@x.example"])
        assert Introducer(1, emails=emails).emails == ("B@x.example", "a@x.example", "c@x.example")
        assert (
            Client(1, emails=emails, introduction=None).emails
            == Introducer(1, emails=emails).emails
        )

    def test_one_address_or_none(self) -> None:
        assert Introducer(1, emails="a@x.example").emails == ("a@x.example",)
        assert Introducer(1).emails == Introducer(1, emails=[]).emails == ()


class Level(IntEnum):
    LOW = 1


class Liar(str):
    """A text that says other things of itself than its characters do."""

    __slots__ = ()

    def __eq__(self, _: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("client")

    def __len__(self) -> int:
        return 1

    def __str__(self) -> str:
        return "evil@attacker.example"

    __format__ = __repr__ = lower = __str__  # type: ignore[assignment]


MAKERS: list[Callable[[Any], Any]] = [
    Introducer,
    Product,
    lambda id: Client(id, introduction=None),
    lambda id: Project(id, client=MARTIN, introduction=None),
    lambda id: Contract(id, client=MARTIN, introduction=None),
]


@pytest.mark.parametrize("make", MAKERS)
class TestD17:
    """Ids are the host's: `int` (not `bool`), `str` (not empty) or `UUID`."""

    @pytest.mark.parametrize("id", [0, -1, 10**30, "x", " ", "0", UUID(int=0)])
    def test_taken_as_they_are(self, make: Callable[[Any], Any], id: Identifier) -> None:
        assert make(id).id is id

    @pytest.mark.parametrize(
        "id", [True, False, None, b"x", (1,), object(), Party.CLIENT, Level.LOW]
    )
    def test_wrong_types(self, make: Callable[[Any], Any], id: object) -> None:
        with pytest.raises(InvalidTypeError, match=r"^id: got .*; give an int, a str or a UUID$"):
            make(id)

    @pytest.mark.parametrize("id", [1.0, Decimal(1), 1j])
    def test_other_numbers(self, make: Callable[[Any], Any], id: object) -> None:
        with pytest.raises(InvalidTypeError, match=r"int\(…\) makes one of another kind of number"):
            make(id)

    def test_empty(self, make: Callable[[Any], Any]) -> None:
        with pytest.raises(EmptyIdError, match=r"^id: '' is no id; give ") as caught:
            make("")
        assert caught.value.field == "id"


class TestD19:
    """Only what was meant counts: another type, a code with other letters, a member of another
    enumeration is refused, never taken for something near it."""

    def test_of_a_text_only_its_characters_count(self) -> None:
        """Whatever a subclass of `str` says of itself; what is kept is a plain `str`."""
        record = Client(Liar("C1"), name=Liar("M"), emails=Liar("a@B.c"), introduction=None)
        assert record == Client("C1", name="M", emails="a@B.c", introduction=None)
        assert {type(kept) for kept in (record.id, record.name, *record.emails)} == {str}
        assert CommissionBlock(rule=Liar("introducer")).rule is CommunicationRule.INTRODUCER
        for refused in ("", "x" * 300 + "@b.c", "a@b.c\n"):
            assert not is_email_address(Liar(refused))
        with pytest.raises(EmptyIdError):
            Product(Liar(""))
        with pytest.raises(UnknownCodeError, match="'nobody'"):
            CommissionBlock(rule=Liar("nobody"))

    @pytest.mark.parametrize(
        "wrong", ["Client", "CLIENT", "client ", "client\n", "", "both", "none"]
    )
    def test_other_codes(self, wrong: str) -> None:
        with pytest.raises(UnknownCodeError) as caught:
            CommissionBlock(rule=wrong)
        assert caught.value.field == "rule"
        assert caught.value.value == wrong
        assert caught.value.known == ("client", "introducer", "client_and_introducer")

    @pytest.mark.parametrize(
        "wrong", [None, 1, True, b"client", Party.CLIENT, RecordKind.CLIENT, MagicMock()]
    )
    def test_other_types_and_members(self, wrong: Any) -> None:
        expected = r"^rule: got .*; give a member of CommunicationRule or its code$"
        with pytest.raises(InvalidTypeError, match=expected):
            CommissionBlock(rule=wrong)

    @pytest.mark.parametrize("rule", CommunicationRule)
    def test_members_and_exact_codes(self, rule: CommunicationRule) -> None:
        assert CommissionBlock(rule=rule).rule is rule
        assert CommissionBlock(rule=rule.value).rule is rule

    @pytest.mark.parametrize(
        ("make", "field"),
        [
            (lambda wrong: Introducer(1, name=wrong), "name"),
            (lambda wrong: Client(1, name=wrong, introduction=None), "name"),
            (lambda wrong: Product(1, name=wrong), "name"),
            (lambda wrong: Introducer(1, block=wrong), "block"),
            (lambda wrong: Product(1, block=wrong), "block"),
            (lambda wrong: Introduction(introducer=DURAND, block=wrong), "block"),
            (lambda wrong: Introduction(introducer=wrong), "introducer"),
            (lambda wrong: Project(1, client=wrong, introduction=None), "client"),
            (lambda wrong: Contract(1, client=wrong, introduction=None), "client"),
        ],
    )
    @pytest.mark.parametrize("wrong", [None, 7, object(), PRODUCT, b"x", Party.CLIENT])
    def test_fields(self, make: Callable[[Any], Any], field: str, wrong: object) -> None:
        with pytest.raises(InvalidTypeError, match=rf"^{field}: got ") as caught:
            make(wrong)
        assert caught.value.field == field

    @pytest.mark.parametrize(
        "make",
        [
            lambda wrong: Client(1, introduction=wrong),
            lambda wrong: Project(1, client=MARTIN, introduction=wrong),
            lambda wrong: Contract(1, client=MARTIN, introduction=wrong),
        ],
    )
    @pytest.mark.parametrize("wrong", [False, 0, "", DURAND, CommissionBlock(), MagicMock()])
    def test_introduction(self, make: Callable[[Any], Any], wrong: object) -> None:
        with pytest.raises(InvalidTypeError, match=r"^introduction: .*, or None if the record"):
            make(wrong)

    @pytest.mark.parametrize(
        ("kind", "make", "field"),
        [
            (Client, lambda mock: contract(None, client=mock), "client"),
            (Introducer, lambda mock: Introduction(introducer=mock), "introducer"),
            (CommissionBlock, lambda mock: Introducer(1, block=mock), "block"),
            (Introduction, lambda mock: contract(mock), "introduction"),
        ],
    )
    def test_mocks_with_a_spec(self, kind: type, make: Callable[[Any], Any], field: str) -> None:
        with pytest.raises(InvalidTypeError, match=f"^{field}: got an object of type MagicMock"):
            make(MagicMock(spec=kind))

    def test_still_checked_when_attrs_validators_are_off(self) -> None:
        with attrs.validators.disabled(), pytest.raises(InvalidEmailError):
            Introducer(1, emails="anna")


VALUES = [
    OPEN,
    CommissionBlock(rule=INTRODUCER, terms=(1, 2)),
    introduced(INTRODUCER),
    DURAND,
    Introducer(UUID(int=1), emails=["A@x.example", "b@x.example"]),
    MARTIN,
    project(introduced(INTRODUCER)),
    contract(introduced(INTRODUCER)),
    PRODUCT,
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
class TestValues:
    """Values hash, compare, copy and pickle, and do not change."""

    def test_copies_are_equal(self, value: Any) -> None:
        copies = [copy.copy(value), copy.deepcopy(value), attrs.evolve(value)]
        copies += [pickle.loads(pickle.dumps(value, protocol)) for protocol in range(2, 6)]
        for other in copies:
            assert other == value
            assert hash(other) == hash(value)
            assert repr(other) == repr(value)

    def test_frozen_and_slotted(self, value: Any) -> None:
        name = attrs.fields(type(value))[0].name
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(value, name, getattr(value, name))
        assert not hasattr(value, "__dict__")

    def test_keyword_only_beyond_the_id(self, value: Any) -> None:
        positional = [a.name for a in attrs.fields(type(value)) if a.init and not a.kw_only]
        assert positional in ([], ["id"])


def test_values_are_shown_by_their_fields() -> None:
    """As attrs shows them."""
    rule = "<CommunicationRule.INTRODUCER: 'introducer'>"
    durand = "Introducer(id=7, name='', emails=('a@x.example',), block=CommissionBlock("
    block = CommissionBlock(rule=INTRODUCER, terms=(1, 2))
    given = Introduction(
        introducer=Introducer(7, emails="a@x.example", block=block), block=CommissionBlock()
    )
    assert repr(given) == (
        f"Introduction(introducer={durand}rule={rule}, terms=(1, 2))), "
        "block=CommissionBlock(rule=<CommunicationRule.CLIENT: 'client'>, terms=None))"
    )
    client = Client("C1", name="Anna", introduction=None)
    shown = "Client(id='C1', name='Anna', emails=(), introduction=None)"
    assert repr(client) == shown
    for kind in (Project, Contract):
        deal = kind("K1", client=client, introduction=None)
        assert repr(deal) == f"{kind.__name__}(id='K1', client={shown}, introduction=None)"
    assert repr(Product(1, block=block)) == (
        f"Product(id=1, name='', block=CommissionBlock(rule={rule}, terms=(1, 2)))"
    )
    assert repr(OPEN) == "FeatureGate(premium=True, option_enabled=True)"


def test_a_value_within_itself_is_shown_once() -> None:
    """By the terms, which are the host's own."""

    class Terms:
        def __repr__(self) -> str:
            return f"<terms of {block}>"

    block = CommissionBlock(rule=INTRODUCER, terms=Terms())
    rule = "<CommunicationRule.INTRODUCER: 'introducer'>"
    assert repr(block) == f"CommissionBlock(rule={rule}, terms=<terms of ...>)"


def test_kinds_with_equal_fields_are_different_values() -> None:
    one: object = project(None, id="1")
    assert one != contract(None, id="1")


def test_the_codes_of_the_other_enums() -> None:
    assert [party.value for party in Party] == ["client", "introducer"]
    assert [reason.value for reason in Reason] == [
        "not_premium",
        "option_off",
        "not_covered",
        "no_introducer",
        "rule_applied",
    ]
