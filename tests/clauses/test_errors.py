"""Errors say what was wrong, carry their data, and survive copy and pickle."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import pytest

from partner_comms import (
    LOCALES,
    AddressProblem,
    Client,
    CommissionBlock,
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
    NoIntroducerError,
    PartnerCommsError,
    Reason,
    RecordKind,
    UnknownCodeError,
    change_rule,
    decide,
    filter_by_rule,
    label,
    with_rule,
)
from partner_comms.refusals import described
from tests.people import DURAND, MARTIN, OPEN

ERRORS = [
    PartnerCommsError("anything"),
    InvalidTypeError("premium", "1 (int)", "True or False"),
    UnknownCodeError("rule", "Client", ("client", "introducer")),
    InvalidEmailError("emails[1]", "anna", AddressProblem.NO_AT),
    EmptyIdError("id"),
    FeatureClosedError(Reason.OPTION_OFF),
    NoIntroducerError(RecordKind.CONTRACT, UUID(int=1)),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
class TestEveryError:
    def test_copies_are_equal(self, error: PartnerCommsError) -> None:
        copies = [copy.copy(error), copy.deepcopy(error)]
        copies += [pickle.loads(pickle.dumps(error, protocol)) for protocol in range(2, 6)]
        for other in copies:
            assert type(other) is type(error)
            assert other == error
            assert hash(other) == hash(error)
            assert str(other) == str(error)
            assert vars(other) == vars(error)

    def test_is_one_of_ours_and_like_no_other(self, error: PartnerCommsError) -> None:
        assert isinstance(error, PartnerCommsError)
        assert [other for other in ERRORS if other == error] == [error]
        assert error != str(error)

    def test_the_message_is_not_the_bare_data(self, error: PartnerCommsError) -> None:
        assert str(error) != str(error.args) or type(error) is PartnerCommsError


def test_those_that_are_errors_of_python_as_well() -> None:
    kinds = {
        type(error): (isinstance(error, ValueError), isinstance(error, TypeError))
        for error in ERRORS
    }
    assert kinds == {
        PartnerCommsError: (False, False),
        InvalidTypeError: (False, True),
        UnknownCodeError: (True, False),
        InvalidEmailError: (True, False),
        EmptyIdError: (True, False),
        FeatureClosedError: (False, False),
        NoIntroducerError: (False, False),
    }


@pytest.mark.parametrize(
    ("id", "shown"),
    [
        (7, "7"),
        ("7", "'7'"),
        ("7 (int)", "'7 (int)'"),
        (UUID(int=7), repr(UUID(int=7))),
        pytest.param(10**5000, "an object of type int", id="too long to print"),
    ],
)
def test_how_an_id_is_shown(id: Identifier, shown: str) -> None:
    error = NoIntroducerError(RecordKind.CLIENT, id)
    assert str(error).startswith(f"client {shown} has no introducer")


def test_errors_with_other_data_differ() -> None:
    assert FeatureClosedError(Reason.OPTION_OFF) != FeatureClosedError(Reason.NOT_PREMIUM)
    assert UnknownCodeError("a", "x", ()) != UnknownCodeError("b", "x", ())


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None"),
        (True, "True"),
        (1, "1 (int)"),
        (0.5, "0.5 (float)"),
        (2**79 - 1, f"{2**79 - 1} (int)"),
        (2**79, "an object of type int"),
        pytest.param(10**5000, "an object of type int", id="too long to print"),
        (UUID(int=1), "UUID('00000000-0000-0000-0000-000000000001')"),
        ("Anna\n", r"'Anna\n'"),
        ("x" * 80, repr("x" * 80)),
        ("x" * 81, repr("x" * 80) + "…"),
        (CommunicationRule.CLIENT, "CommunicationRule.CLIENT"),
        (b"anna", "an object of type bytes"),
        (["anna@example.org"], "an object of type list"),
        (DURAND, "an object of type Introducer"),
        (MARTIN, "an object of type Client"),
        (Introducer, "the class Introducer"),
        (list[Introducer], "the type list[partner_comms.models.Introducer]"),
    ],
)
def test_messages_show_plain_values_and_nobodys_record(value: object, words: str) -> None:
    assert described(value) == words


WRONG: Any = b"wrong"
GOT = "an object of type bytes"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: FeatureGate(premium=WRONG, option_enabled=True),
            f"premium: got {GOT}; give True or False",
        ),
        (
            lambda: CommissionBlock(rule=WRONG),
            f"rule: got {GOT}; give a member of CommunicationRule or its code",
        ),
        (lambda: Introducer(WRONG), f"id: got {GOT}; give an int, a str or a UUID"),
        (
            lambda: Introducer(cast(Any, 1.5)),
            "id: got 1.5 (float); give an int, a str or a UUID: "
            "int(…) makes one of another kind of number",
        ),
        (lambda: Introducer(1, name=WRONG), f"name: got {GOT}; give a str; '' if there is none"),
        (
            lambda: Introducer(1, emails=WRONG),
            f"emails: got {GOT}; "
            "give an address, a list or a tuple of addresses; () if there is none",
        ),
        (
            lambda: Introducer(1, emails=["a@b.example", WRONG]),
            f"emails[1]: got {GOT}; give an address as a str",
        ),
        (lambda: Introducer(1, block=WRONG), f"block: got {GOT}; give a CommissionBlock"),
        (
            lambda: Introduction(introducer=WRONG),
            f"introducer: got {GOT}; give an Introducer",
        ),
        (
            lambda: Client(1, introduction=WRONG),
            f"introduction: got {GOT}; "
            "give an Introduction, or None if the record has no introducer",
        ),
        (
            lambda: Contract(1, client=WRONG, introduction=None),
            f"client: got {GOT}; give a Client",
        ),
        (
            lambda: decide(WRONG, MARTIN, gate=OPEN),
            f"communication: got {GOT}; give a member of Communication or its code",
        ),
        (
            lambda: decide("other", WRONG, gate=OPEN),
            f"about: got {GOT}; give a Client, a Project or a Contract",
        ),
        (
            lambda: decide("other", MARTIN, gate=WRONG),
            f"gate: got {GOT}; give a FeatureGate",
        ),
        (
            lambda: with_rule(WRONG, "client"),
            f"record: got {GOT}; give a Project, Contract, Client, Introducer or Product",
        ),
        (
            lambda: change_rule(WRONG, "client", gate=OPEN),
            f"selection: got {GOT}; give an iterable of Projects and Contracts",
        ),
        (
            lambda: filter_by_rule([WRONG], "client", gate=OPEN),
            f"deals[0]: got {GOT}; give a Project or Contract",
        ),
        (
            lambda: filter_by_rule([], WRONG, gate=OPEN),
            f"wanted: got {GOT}; give a member of RuleFilter or its code",
        ),
        (
            lambda: label(WRONG),
            f"member: got {GOT}; give a member of one of the enums",
        ),
        (
            lambda: label(Reason.OPTION_OFF, WRONG),
            f"locale: got {GOT}; give one of {', '.join(LOCALES)}",
        ),
    ],
)
def test_whole_messages(call: Callable[[], object], message: str) -> None:
    """D19: what was wrong, with what, in which field, and what to give instead."""
    with pytest.raises(InvalidTypeError) as caught:
        call()
    assert str(caught.value) == message
