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
    Deal,
    EmptyIdError,
    FeatureClosedError,
    FeatureGate,
    Identifier,
    Introducer,
    Introduction,
    InvalidAnswerError,
    InvalidDataError,
    InvalidEmailError,
    InvalidTypeError,
    NoIntroducerError,
    NoRecipientError,
    Notice,
    PartnerCommsError,
    Project,
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
    NoRecipientError((Notice.NO_CLIENT_ADDRESS,)),
    InvalidAnswerError("cc", "there is a Cc without To (D8)"),
    InvalidDataError(("the key is missing @ $.to",)),
]
MESSAGES = [
    (
        NoIntroducerError(RecordKind.CONTRACT, 7),
        "contract 7 has no introducer, so no rule; give it an introduction first",
    ),
    (
        NoRecipientError((Notice.NO_CLIENT_ADDRESS, Notice.NO_INTRODUCER_ADDRESS)),
        "there is nobody to write to (no_client_address, no_introducer_address); "
        "check answer.is_deliverable first",
    ),
    (
        EmptyIdError("id"),
        "id: '' is no id; give the host's own id, an int, a str that is not empty, or a UUID",
    ),
    (
        FeatureClosedError(Reason.OPTION_OFF),
        "the feature is closed (option_off); offer this only where gate.is_open",
    ),
    (
        InvalidAnswerError("cc", "there is a Cc without To (D8)"),
        "cc: there is a Cc without To (D8); let the library make its answers",
    ),
    (InvalidDataError(("one @ $.to",)), "1 fault in the data:\n  one @ $.to"),
    (
        InvalidDataError(("one @ $.to", "two @ $.cc")),
        "2 faults in the data:\n  one @ $.to\n  two @ $.cc",
    ),
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

    def test_its_data_makes_it_equal(self, error: PartnerCommsError) -> None:
        if type(error) is not PartnerCommsError:
            assert error.args == tuple(vars(error).values())

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
        NoRecipientError: (False, False),
        InvalidAnswerError: (True, False),
        InvalidDataError: (True, False),
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


def test_hashes_tell_errors_apart() -> None:
    """By their class and by their data."""
    errors = [EmptyIdError("a"), EmptyIdError("b"), PartnerCommsError("a"), PartnerCommsError("b")]
    assert len({hash(error) for error in errors}) == len(errors)


@pytest.mark.parametrize(("error", "message"), MESSAGES)
def test_whole_messages_of_errors(error: PartnerCommsError, message: str) -> None:
    """D19"""
    assert str(error) == message


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


class TestNamesakes:
    """D19: a type that is called like ours is shown with its module, and ours with its package."""

    def test_a_record_of_the_hosts(self) -> None:
        host_contract = type("Contract", (), {"__module__": "crm.models"})()
        host_client = type("Client", (), {"__module__": "crm.models"})()
        with pytest.raises(InvalidTypeError) as caught:
            decide("other", host_contract, gate=OPEN)
        assert str(caught.value) == (
            "about: got an object of type crm.models.Contract; "
            "give a Client, a Project or a Contract, from partner_comms"
        )
        with pytest.raises(InvalidTypeError) as caught:
            Contract(1, client=host_client, introduction=None)
        assert str(caught.value) == (
            "client: got an object of type crm.models.Client; give a partner_comms.Client"
        )
        host_introduction = type("Introduction", (), {"__module__": "crm.models"})()
        with pytest.raises(InvalidTypeError) as caught:
            Client(1, introduction=host_introduction)
        assert str(caught.value) == (
            "introduction: got an object of type crm.models.Introduction; give an Introduction, "
            "or None if the record has no introducer, from partner_comms"
        )
        for name in ("Contract", "Project"):
            host_deal = type(name, (), {"__module__": "crm.models"})()
            with pytest.raises(InvalidTypeError) as caught:
                change_rule([host_deal], "client", gate=OPEN)
            assert str(caught.value) == (
                f"selection[0]: got an object of type crm.models.{name}; "
                "give a Project or Contract, from partner_comms"
            )
        with pytest.raises(
            InvalidTypeError, match=r"crm\.models\.Contract; .* from partner_comms$"
        ):
            with_rule(host_contract, "client")

    def test_a_bool_of_numpys(self) -> None:
        numpy_bool = type("bool", (), {"__module__": "numpy"})()
        with pytest.raises(InvalidTypeError) as caught:
            FeatureGate(premium=numpy_bool, option_enabled=True)
        assert caught.value.got == "an object of type numpy.bool"

    def test_a_class_in_place_of_a_value(self) -> None:
        with pytest.raises(InvalidTypeError) as caught:
            Contract(1, client=Client, introduction=None)  # type: ignore[arg-type]
        assert str(caught.value) == "client: got the class Client; give a Client"

    def test_the_article(self) -> None:
        with pytest.raises(InvalidTypeError, match=r"; give an Introducer$"):
            Introduction(introducer=None)  # type: ignore[arg-type]

    @pytest.mark.parametrize("kind", [Project, Contract])
    def test_an_introduction_that_was_forgotten(self, kind: Any) -> None:
        with pytest.raises(TypeError, match=rf"^{kind.__name__}\.__init__.* 'introduction'"):
            kind(1, client=MARTIN)

    def test_a_deal_is_one_of_two(self) -> None:
        make: Any = Deal
        with pytest.raises(TypeError, match="abstract class Deal"):
            make(1, client=MARTIN, introduction=None)
