"""The sentence of an answer, in each language (D14)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from partner_comms import (
    DECISIONS,
    LOCALES,
    Client,
    CommunicationRule,
    Decision,
    Introducer,
    Notice,
    Reason,
    RecordKind,
    UnknownCodeError,
    label,
    resolve_recipients,
)
from partner_comms.sentences import sentence
from partner_comms.texts import LABELS
from tests.people import (
    CLIENT,
    CLIENT_AND_INTRODUCER,
    DURAND,
    INTRODUCER,
    MARTIN,
    MUTE,
    NOWHERE,
    OPEN,
    contract,
    introduced,
)

SAME = Introducer(1, emails="MARTIN@example.org")
Situation = tuple[CommunicationRule, Client, Introducer, str]
SAID: Mapping[Situation, Mapping[str, str]] = {
    (CLIENT_AND_INTRODUCER, MARTIN, DURAND, "mail_merge"): {
        "fr": "Destinataire : le client, avec l'apporteur en copie "
        "(règle « Client + Apporteur » du contrat).",
        "en": "To: the client, with the introducer in copy "
        "(rule “Client + Introducer” of the contract).",
    },
    (CLIENT_AND_INTRODUCER, MARTIN, MUTE, "mail_merge"): {
        "fr": "Destinataire : le client (règle « Client + Apporteur » du contrat). "
        "L'apporteur n'a pas d'adresse e-mail. Aucune copie ne part.",
        "en": "To: the client (rule “Client + Introducer” of the contract). "
        "The introducer has no e-mail address. No copy goes out.",
    },
    (CLIENT_AND_INTRODUCER, NOWHERE, MUTE, "mail_merge"): {
        "fr": "Aucun destinataire : l'e-mail ne peut pas partir. Il était destiné au client, "
        "avec l'apporteur en copie (règle « Client + Apporteur » du contrat). "
        "Le client n'a pas d'adresse e-mail. L'apporteur n'a pas d'adresse e-mail.",
        "en": "To: nobody, so the e-mail cannot be sent. It was meant for the client, "
        "with the introducer in copy (rule “Client + Introducer” of the contract). "
        "The client has no e-mail address. The introducer has no e-mail address.",
    },
    (CLIENT_AND_INTRODUCER, MARTIN, SAME, "mail_merge"): {
        "fr": "Destinataire : le client (règle « Client + Apporteur » du contrat). "
        "L'apporteur n'est pas en copie, car son adresse est déjà celle du client.",
        "en": "To: the client (rule “Client + Introducer” of the contract). "
        "The introducer is not in copy, because the client has the same address.",
    },
    (INTRODUCER, MARTIN, DURAND, "formal_notice"): {
        "fr": "Destinataire : l'apporteur (règle « Apporteur » du contrat). "
        "Le client ne reçoit pas cet e-mail, qui ne vaut pas lettre recommandée.",
        "en": "To: the introducer (rule “Introducer” of the contract). "
        "The client does not get this e-mail, which does not count as the registered letter.",
    },
    (INTRODUCER, MARTIN, MUTE, "unpaid_call"): {
        "fr": "Aucun destinataire : l'e-mail ne peut pas partir. Il était destiné à l'apporteur "
        "(règle « Apporteur » du contrat). L'apporteur n'a pas d'adresse e-mail.",
        "en": "To: nobody, so the e-mail cannot be sent. It was meant for the introducer "
        "(rule “Introducer” of the contract). The introducer has no e-mail address.",
    },
    (CLIENT, NOWHERE, DURAND, "other"): {
        "fr": "Aucun destinataire : l'e-mail ne peut pas partir. Il était destiné au client, "
        "car la règle du contrat ne concerne pas cette communication. "
        "Le client n'a pas d'adresse e-mail.",
        "en": "To: nobody, so the e-mail cannot be sent. It was meant for the client, "
        "because the rule of the contract does not govern this communication. "
        "The client has no e-mail address.",
    },
}


def plain(text: str) -> str:
    """Without the no-break spaces that French typography wants."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


class TestD14:
    """Every answer explains itself: the rule that took effect, the kind of record that it came
    from, and the reason, as a sentence in French or English that a person can read."""

    @pytest.mark.parametrize("locale", LOCALES)
    def test_each_decision_has_a_sentence_of_its_own(self, locale: str) -> None:
        sentences = {decision.explain(locale): decision for decision in DECISIONS}
        assert len(sentences) == len(DECISIONS)
        for said, decision in sentences.items():
            if decision.reason is Reason.RULE_APPLIED:
                assert label(decision.rule, locale) in said
            assert said.count(".") == 1
            assert said.endswith(".")

    @pytest.mark.parametrize("decision", DECISIONS)
    def test_french_is_the_default(self, decision: Decision) -> None:
        assert decision.explain() == decision.explain("fr_FR") == decision.explain(locale="FR")
        assert len({decision.explain(locale) for locale in LOCALES}) == len(LOCALES)

    def test_a_locale_that_is_not_known(self) -> None:
        with pytest.raises(UnknownCodeError, match=r"^locale: 'xx' is not ") as caught:
            DECISIONS[0].explain("xx")
        assert caught.value.known == LOCALES

    @pytest.mark.parametrize("situation", SAID)
    def test_what_follows_is_said(self, situation: Situation) -> None:
        rule, client, introducer, communication = situation
        about = contract(introduced(rule, by=introducer), client=client)
        answer = resolve_recipients(communication, about, gate=OPEN)
        said = {locale: plain(answer.explain(locale)) for locale in LOCALES}
        assert said == SAID[situation]

    def test_french_typography(self) -> None:
        """No-break spaces before : ; ! ? and inside « », in sentences and labels alike."""
        texts = [decision.explain() for decision in DECISIONS]
        texts += [label(member) for enum in LABELS for member in enum]  # type: ignore[arg-type]
        assert [
            text for text in texts if re.search(r"[^\u00a0](?=[:;!?»])|«(?!\u00a0)", text)
        ] == []
        assert any("\N{NO-BREAK SPACE}" in text for text in texts)

    def test_english_has_none(self) -> None:
        texts = [decision.explain("en") for decision in DECISIONS]
        assert not any("\N{NO-BREAK SPACE}" in text for text in texts)


class TestD20:
    """What only a table can hold is said in the same manner."""

    @pytest.mark.parametrize(
        ("rule", "to", "notices", "words"),
        [
            (
                None,
                False,
                {Notice.INVALID_RULE},
                "To: nobody, so the e-mail cannot be sent. The rule stored on the contract is "
                "unknown.",
            ),
            (
                CLIENT_AND_INTRODUCER,
                True,
                {Notice.SOME_EMAILS_INVALID},
                "To: the client (rule “Client + Introducer” of the contract). Some e-mail "
                "addresses are invalid and were left out. The introducer is not in copy, because "
                "the client has the same address.",
            ),
            (
                CLIENT_AND_INTRODUCER,
                True,
                {Notice.SOME_EMAILS_INVALID, Notice.UNKNOWN_ID},
                "To: the client (rule “Client + Introducer” of the contract). An id was not found "
                "in its table. Some e-mail addresses are invalid and were left out. No copy goes "
                "out.",
            ),
        ],
    )
    def test_notices_of_tables(
        self, rule: CommunicationRule | None, to: bool, notices: set[Notice], words: str
    ) -> None:
        kind, reason = RecordKind.CONTRACT, Reason.RULE_APPLIED
        said = sentence(kind, reason, rule, to=to, cc=False, notices=notices, locale="en")
        assert said == words
