"""Errors say what was wrong, carry their data, and survive copy and pickle."""

from __future__ import annotations

import copy
import pickle
from uuid import UUID

import pytest

from partner_comms import (
    CommunicationRule,
    EmptyIdError,
    FeatureClosedError,
    Introducer,
    InvalidEmailError,
    InvalidTypeError,
    NoIntroducerError,
    PartnerCommsError,
    Reason,
    RecordKind,
    UnknownCodeError,
)
from partner_comms.errors import described

from .examples import DURAND, MARTIN

ERRORS = [
    PartnerCommsError("anything"),
    InvalidTypeError("premium", "1 (int)", "True or False"),
    UnknownCodeError("rule", "Client", ("client", "introducer")),
    InvalidEmailError("emails[1]", "anna", "has no '@'"),
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
        ("Anna\n", r"'Anna\n'"),
        ("x" * 80, repr("x" * 80)),
        ("x" * 81, repr("x" * 80) + "…"),
        (CommunicationRule.CLIENT, "CommunicationRule.CLIENT"),
        (b"anna", "an object of type bytes"),
        (["anna@example.org"], "an object of type list"),
        (DURAND, "an object of type Introducer"),
        (MARTIN, "an object of type Client"),
        (Introducer, "an object of type type"),
    ],
)
def test_messages_show_plain_values_and_nobodys_record(value: object, words: str) -> None:
    assert described(value) == words
