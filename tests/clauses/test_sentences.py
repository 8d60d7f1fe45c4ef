"""The sentence of an answer, in each language (D14)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from partner_comms import (
    DECISIONS,
    Client,
    CommunicationRule,
    Decision,
    Introducer,
    UnknownCodeError,
    label,
    resolve_recipients,
)
from partner_comms.sentences import LOCALES
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
        "fr": "Règle « Client + Apporteur » du contrat : "
        "le destinataire est le client, avec l'apporteur en copie.",
        "en": "Rule “Client + Introducer” of the contract: "
        "the recipient is the client, with the introducer in copy.",
    },
    (CLIENT_AND_INTRODUCER, MARTIN, MUTE, "mail_merge"): {
        "fr": "Règle « Client + Apporteur » du contrat : "
        "le destinataire est le client, avec l'apporteur en copie ; "
        "l'apporteur n'a pas d'adresse e-mail ; l'e-mail part sans copie.",
        "en": "Rule “Client + Introducer” of the contract: "
        "the recipient is the client, with the introducer in copy; "
        "the introducer has no e-mail address; the e-mail goes out without a copy.",
    },
    (CLIENT_AND_INTRODUCER, NOWHERE, MUTE, "mail_merge"): {
        "fr": "Règle « Client + Apporteur » du contrat : "
        "le destinataire est le client, avec l'apporteur en copie ; "
        "le client n'a pas d'adresse e-mail ; l'apporteur n'a pas d'adresse e-mail ; "
        "aucun e-mail ne peut partir.",
        "en": "Rule “Client + Introducer” of the contract: "
        "the recipient is the client, with the introducer in copy; "
        "the client has no e-mail address; the introducer has no e-mail address; "
        "no e-mail can be sent.",
    },
    (CLIENT_AND_INTRODUCER, MARTIN, SAME, "mail_merge"): {
        "fr": "Règle « Client + Apporteur » du contrat : "
        "le destinataire est le client, avec l'apporteur en copie ; "
        "l'apporteur est joint à une adresse du client, et aucune copie ne part en plus.",
        "en": "Rule “Client + Introducer” of the contract: "
        "the recipient is the client, with the introducer in copy; "
        "the introducer is reached at an address of the client, so no further copy goes out.",
    },
    (INTRODUCER, MARTIN, DURAND, "formal_notice"): {
        "fr": "Règle « Apporteur » du contrat : le destinataire est l'apporteur ; "
        "le client ne reçoit pas cet e-mail, et la lettre recommandée à l'assuré reste nécessaire.",
        "en": "Rule “Introducer” of the contract: the recipient is the introducer; "
        "the client does not get it, and the registered letter to the insured is still needed.",
    },
    (CLIENT, NOWHERE, DURAND, "other"): {
        "fr": "Règle « Client » d'office pour le contrat, cette communication ne suivant aucune "
        "règle : le destinataire est le client ; le client n'a pas d'adresse e-mail ; "
        "aucun e-mail ne peut partir.",
        "en": "Rule “Client” by default for the contract, since no rule governs this "
        "communication: the recipient is the client; the client has no e-mail address; "
        "no e-mail can be sent.",
    },
}


class TestD14:
    """Every answer explains itself: the rule that took effect, the kind of record that it came
    from, and the reason, as a sentence in French or English that a person can read."""

    @pytest.mark.parametrize("locale", LOCALES)
    def test_each_decision_has_a_sentence_of_its_own(self, locale: str) -> None:
        sentences = {decision.explain(locale): decision for decision in DECISIONS}
        assert len(sentences) == len(DECISIONS)
        for sentence, decision in sentences.items():
            assert label(decision.rule, locale) in sentence
            assert sentence.count(".") == 1
            assert sentence.endswith(".")

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
        assert {locale: answer.explain(locale) for locale in LOCALES} == SAID[situation]
