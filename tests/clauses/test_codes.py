"""The enums: who is who, and what they refuse."""

from __future__ import annotations

import copy
import pickle
from enum import StrEnum
from typing import Any

import pytest

import partner_comms
from partner_comms import (
    LOCALES,
    AddressProblem,
    Communication,
    CommunicationRule,
    InvalidTypeError,
    Notice,
    Party,
    RecordKind,
    RuleFilter,
    UnknownCodeError,
    choices,
    label,
)
from partner_comms.codes import Code
from tests.oracles.core import FAMILIES

ENUMS = [
    public
    for name in partner_comms.__all__
    if isinstance(public := getattr(partner_comms, name), type) and issubclass(public, Code)
]
MEMBERS: list[Any] = [member for enum in ENUMS for member in enum]


class TestS5:
    """It governs five families of communication. Nothing else."""

    @pytest.mark.parametrize("communication", Communication)
    def test_families(self, communication: Communication) -> None:
        family = FAMILIES.get(communication.value)
        assert communication.is_covered is (family is not None)
        assert communication.is_formal is (family == "d")


class TestS6:
    """Client: the client is To. Apporteur: the introducer is To. Client + Apporteur: the client is
    To and the introducer is Cc."""

    def test_every_rule(self) -> None:
        assert {rule.value: (rule.to, rule.cc) for rule in CommunicationRule} == {
            "client": (Party.CLIENT, None),
            "introducer": (Party.INTRODUCER, None),
            "client_and_introducer": (Party.CLIENT, Party.INTRODUCER),
        }


class TestS13:
    """One of the rules, or none."""

    def test_the_rule_that_a_filter_looks_for(self) -> None:
        assert [wanted.rule for wanted in RuleFilter] == [*CommunicationRule, None]


class Foreign(StrEnum):
    CLIENT = "client"


class TestD19:
    """A code with other letters, a member of another enumeration: refused."""

    @pytest.mark.parametrize("member", MEMBERS, ids=repr)
    def test_a_member_and_its_code(self, member: Any) -> None:
        kind = type(member)
        assert kind(member) is kind(member.value) is kind[member.name] is member
        assert member == member.value == str(member)

    @pytest.mark.parametrize("member", MEMBERS, ids=repr)
    def test_copies_are_the_member(self, member: Any) -> None:
        assert copy.copy(member) is copy.deepcopy(member) is member
        assert pickle.loads(pickle.dumps(member)) is member

    @pytest.mark.parametrize("enum", ENUMS)
    @pytest.mark.parametrize("wrong", ["zz", "", "CLIENT", "client ", "client\n"])
    def test_another_code(self, enum: type[Code], wrong: str) -> None:
        with pytest.raises(UnknownCodeError) as caught:
            enum(wrong)
        known = tuple(str(member.value) for member in list[Any](enum))
        assert caught.value == UnknownCodeError(enum.__name__, wrong, known)

    @pytest.mark.parametrize("enum", ENUMS)
    @pytest.mark.parametrize("wrong", [None, 1, True, b"client", ["client"], Foreign.CLIENT])
    def test_another_type(self, enum: type[Code], wrong: Any) -> None:
        with pytest.raises(InvalidTypeError, match=rf"^{enum.__name__}: got .* or its code$"):
            enum(wrong)

    @pytest.mark.parametrize("enum", ENUMS)
    def test_members_of_every_other_enum(self, enum: type[Code]) -> None:
        """Some have the same code."""
        others = [member for member in MEMBERS if type(member) is not enum]
        assert {type(member) for member in others} == {*ENUMS} - {enum}
        for other in others:
            with pytest.raises(InvalidTypeError):
                enum(other)

    def test_a_namesake_is_shown_with_its_module(self) -> None:
        class CommunicationRule(StrEnum):
            CLIENT = "client"

        with pytest.raises(InvalidTypeError) as caught:
            partner_comms.CommunicationRule(CommunicationRule.CLIENT)
        where = f"{__name__}.{CommunicationRule.__qualname__}"
        assert caught.value.got == f"{where}.CLIENT"

    def test_an_enum_that_is_made_now(self) -> None:
        """The others were made when the package was imported."""

        class Colour(Code):
            RED = "red"
            GREEN = "green"

        assert {code: Colour(code) for code in ("red", "green")} == Colour.by_code
        assert list(Colour.by_code.values()) == [Colour.RED, Colour.GREEN]


class TestChoices:
    """What a form's field takes."""

    @pytest.mark.parametrize("enum", ENUMS)
    @pytest.mark.parametrize("locale", LOCALES)
    def test_codes_and_labels_in_their_order(self, enum: Any, locale: str) -> None:
        assert choices(enum, locale) == tuple((m.value, label(m, locale)) for m in enum)

    def test_french_is_the_default(self) -> None:
        assert choices(RuleFilter) == (
            ("client", "Client"),
            ("introducer", "Apporteur"),
            ("client_and_introducer", "Client + Apporteur"),
            ("none", "Aucune"),
        )

    @pytest.mark.parametrize(
        ("wrong", "got"),
        [
            (None, "None"),
            ("RuleFilter", "'RuleFilter'"),
            (RuleFilter.NONE, "RuleFilter.NONE"),
            (StrEnum, "the class StrEnum"),
            (Code, "the class Code"),
            (Foreign, "the class Foreign"),
        ],
    )
    def test_another_type(self, wrong: Any, got: str) -> None:
        with pytest.raises(InvalidTypeError) as caught:
            choices(wrong)
        assert str(caught.value) == f"enum: got {got}; give one of the enums, such as RuleFilter"

    def test_another_locale(self) -> None:
        with pytest.raises(UnknownCodeError, match=r"^locale: 'xx'"):
            choices(RecordKind, "xx")


def test_the_order_of_notices() -> None:
    """D20: `unknown_id` comes after `ambiguous_id`, `some_emails_invalid` is the last."""
    assert [notice.value for notice in Notice] == [
        "invalid_rule",
        "ambiguous_id",
        "unknown_id",
        "invalid_email",
        "no_client_address",
        "no_introducer_address",
        "client_not_addressed",
        "some_emails_invalid",
    ]


def test_each_problem_of_an_address_has_its_remedy() -> None:
    """In the developer's message; people who fill in forms read the label."""
    messages = {str(partner_comms.InvalidEmailError("e", "x", one)) for one in AddressProblem}
    assert len(messages) == len(AddressProblem)
    assert all("; give " in message for message in messages)
