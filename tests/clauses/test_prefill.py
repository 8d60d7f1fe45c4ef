"""Where the block of a new deal comes from."""

from __future__ import annotations

import copy
import pickle
from itertools import product
from typing import Any
from unittest.mock import MagicMock

import pytest

from partner_comms import (
    Client,
    CommissionBlock,
    CommunicationRule,
    Introducer,
    Introduction,
    InvalidTypeError,
    Prefill,
    RecordKind,
    UnknownCodeError,
    prefill_introduction,
)
from tests.people import CLIENT, DURAND, INTRODUCER, LEROY, MARTIN, OPEN, PETIT, PRODUCT, introduced

RULES = (None, *CommunicationRule)


@pytest.mark.parametrize("own", CommunicationRule)
@pytest.mark.parametrize("on_client", RULES)
@pytest.mark.parametrize("same", [True, False])
def test_every_case(
    own: CommunicationRule, on_client: CommunicationRule | None, same: bool
) -> None:
    """S10, S11, D4, D5: every rule of either block, and the preferred introducer this one or not,
    held against what the clauses say in so many words."""
    own_terms, client_terms = object(), object()
    assigned = Introducer(1, block=CommissionBlock(rule=own, terms=own_terms))
    preferred = None
    if on_client is not None:
        preferred = Introduction(
            introducer=assigned if same else Introducer(2),
            block=CommissionBlock(rule=on_client, terms=client_terms),
        )
    prefill = prefill_introduction(Client(1, introduction=preferred), assigned)

    assert prefill.introduction.introducer is assigned
    names_a_preferred_introducer = on_client is not None
    if names_a_preferred_introducer:
        assert prefill.source is RecordKind.CLIENT
        assert prefill.introduction.block.rule is on_client
        assert prefill.introduction.block.terms is client_terms
    else:
        assert prefill.source is RecordKind.INTRODUCER
        assert prefill.introduction.block.rule is own
        assert prefill.introduction.block.terms is own_terms
    assert prefill.differs_from_preferred is (names_a_preferred_introducer and not same)


class TestS10:
    """Prefilled from the client's block if the client's record names a preferred introducer."""

    def test_from_the_client(self) -> None:
        prefill = prefill_introduction(PETIT, DURAND)
        assert PETIT.introduction is not None
        assert prefill.source is RecordKind.CLIENT
        assert prefill.introduction == PETIT.introduction


class TestS11:
    """In every other case it is prefilled from the introducer's block."""

    def test_from_the_introducer(self) -> None:
        prefill = prefill_introduction(MARTIN, DURAND)
        assert prefill.source is RecordKind.INTRODUCER
        assert prefill.introduction == Introduction(introducer=DURAND, block=DURAND.block)


class TestD4:
    """It copies the whole block, commission terms included: the same object carried along."""

    def test_the_same_block(self) -> None:
        assert PETIT.introduction is not None
        assert prefill_introduction(PETIT, LEROY).introduction.block is PETIT.introduction.block
        assert prefill_introduction(MARTIN, DURAND).introduction.block is DURAND.block


class TestD5:
    """Followed to the letter; where the two introducers differ, the answer says so."""

    def test_another_introducer(self) -> None:
        prefill = prefill_introduction(PETIT, LEROY)
        assert prefill.differs_from_preferred is True
        assert prefill.introduction.introducer is LEROY
        assert prefill.introduction.block.rule is INTRODUCER

    def test_the_id_says_who_is_who(self) -> None:
        """D17: ids are compared, names and addresses may have changed since."""
        for id, differs in ((DURAND.id, False), (7, True)):
            assigned = Introducer(id, name="Durand & fils", emails="new@durand.example")
            assert prefill_introduction(PETIT, assigned).differs_from_preferred is differs


class TestD7:
    """Prefilling still works while the feature is closed: it asks for no gate."""

    def test_no_gate(self) -> None:
        call: Any = prefill_introduction
        with pytest.raises(TypeError, match="gate"):
            call(MARTIN, DURAND, gate=OPEN)


class TestD19:
    """Another type is refused."""

    @pytest.mark.parametrize("wrong", [None, "C1", DURAND, MagicMock(spec=Client)])
    def test_client(self, wrong: Any) -> None:
        with pytest.raises(InvalidTypeError, match=r"^client: got .*; give a Client$"):
            prefill_introduction(wrong, DURAND)

    @pytest.mark.parametrize("client", [MARTIN, PETIT])
    @pytest.mark.parametrize("wrong", [None, "A7", MARTIN, PRODUCT, MagicMock(spec=Introducer)])
    def test_introducer(self, client: Client, wrong: Any) -> None:
        with pytest.raises(InvalidTypeError, match=r"^introducer: got .*; give an Introducer$"):
            prefill_introduction(client, wrong)


@pytest.mark.parametrize(("client", "introducer"), list(product([MARTIN, PETIT], [DURAND, LEROY])))
def test_copies_are_equal(client: Client, introducer: Introducer) -> None:
    prefill = prefill_introduction(client, introducer)
    for other in (copy.deepcopy(prefill), pickle.loads(pickle.dumps(prefill))):
        assert other == prefill
        assert hash(other) == hash(prefill)
    assert prefill != Prefill(
        introduction=introduced(CLIENT), source=RecordKind.CLIENT, differs_from_preferred=False
    )


def test_a_wrong_type_is_refused_where_it_is_made() -> None:
    fields = {
        "introduction": introduced(CLIENT),
        "source": RecordKind.CLIENT,
        "differs_from_preferred": False,
    }
    make: Any = Prefill
    assert make(**fields) == make(**fields)
    for name in fields:
        for wrong in (None, "client", 1, CLIENT, MARTIN):
            with pytest.raises(InvalidTypeError, match=rf"^{name}: got "):
                make(**{**fields, name: wrong})
    with pytest.raises(
        UnknownCodeError, match=r"^source: 'contract' is not .* 'client', 'introducer'"
    ):
        make(**{**fields, "source": RecordKind.CONTRACT})
