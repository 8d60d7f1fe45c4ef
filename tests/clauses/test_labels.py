"""The words that users see: S2, S4, S13, S14, and every enum in every language."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, get_args

import pytest

import partner_comms
from partner_comms import (
    LOCALES,
    ChangeOutcome,
    CommunicationRule,
    InvalidTypeError,
    Notice,
    Party,
    Reason,
    RecordKind,
    RuleFilter,
    UiText,
    UnknownCodeError,
    label,
)
from partner_comms.labels import Labelled
from partner_comms.texts import in_locale

ENUMS = [
    public
    for name in partner_comms.__all__
    if isinstance(public := getattr(partner_comms, name), type) and issubclass(public, StrEnum)
]
MEMBERS: list[Any] = [member for enum in ENUMS for member in enum]


def test_every_public_enum_is_labelled() -> None:
    assert set(ENUMS) == set(get_args(Labelled))


@pytest.mark.parametrize("member", MEMBERS, ids=repr)
def test_every_member_has_words_in_every_language(member: Labelled) -> None:
    for locale in LOCALES:
        words = label(member, locale)
        assert words
        assert words == words.strip()
        assert words != member.value
    assert label(member) == label(member, locale="fr")


@pytest.mark.parametrize("enum", ENUMS)
@pytest.mark.parametrize("locale", LOCALES)
def test_no_two_members_of_an_enum_share_their_words(enum: type[StrEnum], locale: str) -> None:
    members: list[Any] = list(enum)
    assert len({label(member, locale) for member in members}) == len(members)


class TestS4:
    """« Client », « Apporteur », « Client + Apporteur »."""

    def test_words(self) -> None:
        words = [label(rule) for rule in CommunicationRule]
        assert words == ["Client", "Apporteur", "Client + Apporteur"]
        assert [label(wanted) for wanted in RuleFilter] == [*words, "Aucune"]


class TestScreens:
    """S2, S13, S14: the words of the French screens, to the letter."""

    @pytest.mark.parametrize(
        ("member", "words"),
        [
            (
                UiText.GATE_OPTION,
                "Activer la possibilité d'inclure les apporteurs dans les communications clients",
            ),
            (UiText.RULE_SETTING, "Règle de communication"),
            (UiText.RULE_FILTER, "Destinataire des communications clients"),
            (UiText.CHANGE_RULE_ACTION, "Changer le destinataire des communications clients"),
        ],
    )
    def test_words(self, member: UiText, words: str) -> None:
        assert label(member) == words

    def test_codes(self) -> None:
        assert {text.name: text.value for text in UiText} == {
            "GATE_OPTION": "gate_option",
            "RULE_SETTING": "rule_setting",
            "RULE_FILTER": "rule_filter",
            "CHANGE_RULE_ACTION": "change_rule_action",
        }


class TestLocales:
    """The language decides; an unknown one is refused with the list of known ones."""

    @pytest.mark.parametrize(
        "locale", ["fr", "FR", "fr-FR", "fr_FR", "fr-fr", "Fr_be", "fr-Latn-FR"]
    )
    def test_french(self, locale: str) -> None:
        assert label(CommunicationRule.INTRODUCER, locale) == "Apporteur"

    @pytest.mark.parametrize("locale", ["en", "EN", "en-GB", "en_US"])
    def test_english(self, locale: str) -> None:
        assert label(CommunicationRule.INTRODUCER, locale) == "Introducer"

    @pytest.mark.parametrize(
        "locale", ["", "xx", "f", "fra", "french", "fr-", "fr FR", "fr\n", "-fr", "fr--FR", "fr,en"]
    )
    def test_unknown(self, locale: str) -> None:
        known = ", ".join(map(repr, LOCALES))
        with pytest.raises(UnknownCodeError, match=rf"give one of {known}$") as caught:
            label(CommunicationRule.INTRODUCER, locale)
        assert caught.value.field == "locale"
        assert caught.value.known == LOCALES

    @pytest.mark.parametrize("locale", [None, 1, b"fr", ("fr",)])
    def test_wrong_type(self, locale: Any) -> None:
        known = ", ".join(LOCALES)
        with pytest.raises(InvalidTypeError, match=rf"^locale: got .*; give one of {known}$"):
            label(CommunicationRule.INTRODUCER, locale)


def test_french_typography_is_for_french() -> None:
    texts = ("« Oui » : non", "“Yes” : no")
    assert in_locale(texts, "fr-FR") == "«\xa0Oui\xa0»\xa0: non"
    assert in_locale(texts, "en") == "“Yes” : no"


class TestTheTrapOfStrEnum:
    """Members of two enums with the same code are equal: a table keyed by both mixes them up."""

    def test_the_trap_is_there(self) -> None:
        members: list[object] = [Party.CLIENT, RecordKind.CLIENT, CommunicationRule.CLIENT]
        assert members[0] == members[1] == members[2] == RuleFilter.CLIENT
        assert len({Party.CLIENT: 1, RecordKind.CLIENT: 2}) == 1

    def test_label_does_not_fall_into_it(self) -> None:
        assert label(Party.CLIENT) == "Client"
        assert label(RecordKind.CLIENT) == "Fiche client"
        assert label(RecordKind.INTRODUCER) == "Fiche apporteur"
        assert label(Party.INTRODUCER) == label(CommunicationRule.INTRODUCER) == "Apporteur"
        assert label(ChangeOutcome.CHANGED, "en") == "Changed"
        assert label(Reason.NO_INTRODUCER, "en") == "No introducer"
        assert label(Notice.INVALID_RULE, "en") == "Unknown rule"


class Foreign(StrEnum):
    CLIENT = "client"


@pytest.mark.parametrize("wrong", ["client", None, 1, Foreign.CLIENT, CommunicationRule])
def test_d19_what_is_no_member_is_refused(wrong: Any) -> None:
    """D19: a bare code says not which enum it is of."""
    with pytest.raises(InvalidTypeError, match=r"^member: got .*; give a member of one of the enu"):
        label(wrong)
