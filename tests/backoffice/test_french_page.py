"""Each sentence of the French page, walked through the screens by a broker at a real browser.

`PICTURES=docs/pictures pytest tests/backoffice/test_french_page.py` takes the pictures of the docs.
"""

from __future__ import annotations

from typing import Any

import pytest
from crm.models import Client, Contract, Introducer, Message, Product, Project
from playwright.sync_api import Page, expect

from partner_comms import Communication, CommunicationRule, UiText, label

from .browsing import choose, filtered, open_list, open_record, picture, rows, said, save
from .mailserver import MailServer

SETTING = label(UiText.RULE_SETTING)
FILTER = label(UiText.RULE_FILTER)
ACTION = label(UiText.CHANGE_RULE_ACTION)
TERMS = "Règles de commissionnement"
ODILE = "o.sarrazin@poste.example"
KERVADEC = ["contact@kervadec.example", "gestion@kervadec.example"]


def switch(page: Page, box: str) -> None:
    open_list(page, "Configuration")
    page.get_by_label(box).click()
    save(page)


def set_rule(page: Page, kind: str, name: str, rule: CommunicationRule) -> None:
    open_record(page, kind, name)
    page.get_by_label(SETTING).select_option(rule.value)
    save(page)


def write(page: Page, about: str) -> None:
    """From Mme Sarrazin's page: an e-mail about herself, or about one of her deals."""
    open_record(page, "Clients", "Mme Odile Sarrazin")
    page.get_by_role("link", name="Écrire un e-mail").click()
    page.get_by_label("Cet e-mail concerne").select_option(label=about)
    page.get_by_label("Objet").fill("Votre dossier")
    page.get_by_label("Texte").fill("Bonjour,\n\nVotre attestation est prête.")


def send(page: Page) -> None:
    page.get_by_role("button", name="Envoyer").click()
    said(page, "Accepté par le serveur")


def launch(page: Page, communication: Communication, name: str = "novembre") -> None:
    """A run, as far as its preview."""
    open_list(page, "Envois")
    page.get_by_role("link", name="Nouvel envoi").click()
    page.get_by_label("Communication").select_option(communication.value)
    page.get_by_label("Nom de l'envoi").fill(name)


def preview_and_send(page: Page) -> None:
    page.get_by_role("button", name="Voir l'aperçu").click()
    expect(page.get_by_role("heading", name="Aperçu")).to_be_visible()
    page.get_by_role("button", name="Envoyer").click()
    said(page, "L'envoi est terminé.")


def to_and_cc(rule: CommunicationRule) -> tuple[list[str], list[str]]:
    match rule:
        case CommunicationRule.CLIENT:
            return [ODILE], []
        case CommunicationRule.INTRODUCER:
            return KERVADEC, []
        case CommunicationRule.CLIENT_AND_INTRODUCER:
            return [ODILE], KERVADEC


class TestS1:
    """The feature needs a PREMIUM subscription."""

    def test_without_it_there_is_no_setting_no_filter_and_no_action(self, page: Page) -> None:
        with_it = "Client + Apporteur"
        open_record(page, "Contrats", "C-205")
        expect(page.get_by_label(SETTING)).to_have_value("client_and_introducer")
        switch(page, "Abonnement PREMIUM")
        open_record(page, "Contrats", "C-205")
        expect(page.get_by_label(TERMS)).to_have_value("15 % de la prime HT")
        expect(page.get_by_label(SETTING)).to_have_count(0)
        open_list(page, "Contrats")
        expect(page.locator("#changelist-filter")).not_to_contain_text(FILTER)
        expect(page.get_by_role("option", name=ACTION)).to_have_count(0)
        expect(rows(page).first).not_to_contain_text(with_it)
        switch(page, "Abonnement PREMIUM")
        open_list(page, "Contrats")
        expect(rows(page).first).to_contain_text(with_it)  # nothing was lost (D7)


class TestS2:
    """It is switched on by one option of the global configuration: « Activer la possibilité … »."""

    def test_off_everything_goes_to_the_client(self, page: Page, mail_server: MailServer) -> None:
        open_list(page, "Configuration")
        switch(page, label(UiText.GATE_OPTION))
        write(page, "Contrat C-205 – Automobile")
        expect(page.locator("#why")).to_contain_text("sans effet tant que l'option est désactivée")
        send(page)
        assert mail_server.envelopes == [[ODILE]]
        switch(page, label(UiText.GATE_OPTION))
        write(page, "Contrat C-205 – Automobile")
        send(page)
        assert mail_server.envelopes[1:] == [[ODILE, *KERVADEC]]


class TestS3:
    """One more setting in the commission block of products, of the introducer's record, of the
    client's record and of the contract."""

    @pytest.mark.parametrize("kind", [Product, Introducer, Client, Project, Contract])
    def test_in_the_commission_block(self, page: Page, kind: type[Product]) -> None:
        page.goto("/")
        open_list(page, str(kind._meta.verbose_name_plural).capitalize())
        page.locator("#result_list tbody th a").first.click()
        block = page.locator("fieldset", has=page.get_by_role("heading", name="Commissionnement"))
        expect(block.get_by_label(SETTING)).to_be_visible()
        expect(block.get_by_label(TERMS)).to_be_visible()


class TestS4:
    """The setting has three values: « Client » (the default), « Apporteur », « Client +
    Apporteur »."""

    def test_on_a_new_record(self, page: Page) -> None:
        open_list(page, "Apporteurs")
        page.get_by_role("link", name="Nouvel apporteur").click()
        setting = page.get_by_label(SETTING)
        expect(setting.locator("option")).to_have_text(
            ["Client", "Apporteur", "Client + Apporteur"]
        )
        expect(setting).to_have_value("client")


class TestS5:
    """It governs five families of communication: (a) an e-mail written by hand from the client's
    record; (b) calls and reminders about unpaid premiums; (c) calls and reminders about expected
    documents; (d) formal notices, suspension notices and termination notices; (e) mail merges sent
    by e-mail. Nothing else."""

    def test_by_hand(self, page: Page, mail_server: MailServer) -> None:
        write(page, "Fiche client Mme Odile Sarrazin")
        send(page)
        assert mail_server.envelopes == [[ODILE, *KERVADEC]]

    @pytest.mark.parametrize(
        "communication", [Communication.UNPAID_REMINDER, Communication.FORMAL_NOTICE]
    )
    def test_about_unpaid_contracts(
        self, page: Page, mail_server: MailServer, communication: Communication
    ) -> None:
        """One of each family: test_runs has every communication."""
        Contract.objects.filter(number="C-205").update(unpaid=True)
        launch(page, communication)
        page.get_by_role("button", name="Voir l'aperçu").click()
        expect(page.get_by_role("heading", name="Aperçu")).to_be_visible()
        picture(page, "backoffice-run", whole=False)
        page.get_by_role("button", name="Envoyer").click()
        said(page, "L'envoi est terminé.")
        assert [ODILE, *KERVADEC] in mail_server.envelopes
        assert Message.objects.filter(communication=communication.value).count() == 12

    def test_about_documents(self, page: Page, mail_server: MailServer) -> None:
        Contract.objects.filter(number="C-205").update(documents_expected=True)
        launch(page, Communication.DOCUMENTS_CALL)
        preview_and_send(page)
        assert [ODILE, *KERVADEC] in mail_server.envelopes

    def test_mail_merges(self, page: Page, mail_server: MailServer) -> None:
        launch(page, Communication.MAIL_MERGE, "vœux")
        page.get_by_label("Fiches concernées").select_option(label="Tous les clients")
        page.get_by_label("Objet").fill("Nos vœux à $client")
        page.get_by_label("Texte").fill("Bonne année à $client !")
        preview_and_send(page)
        [to_odile] = [one for one in mail_server.delivered if ODILE in one.recipients]
        assert to_odile.recipients == [ODILE, *KERVADEC]
        assert to_odile.message["Subject"] == "Nos vœux à Mme Odile Sarrazin"

    def test_nothing_else(self, page: Page) -> None:
        open_list(page, "Envois")
        page.get_by_role("link", name="Nouvel envoi").click()
        options = page.get_by_label("Communication").locator("option")
        expect(options).to_have_count(8)
        offered = options.all_inner_texts()
        by_hand = label(Communication.MANUAL_EMAIL)
        covered = [label(one) for one in Communication if one is not Communication.OTHER]
        assert sorted([*offered, by_hand]) == sorted(covered)


class TestS6:
    """Client: the client is To. Apporteur: the introducer is To. Client + Apporteur: the client is
    To and the introducer is Cc."""

    @pytest.mark.parametrize("rule", CommunicationRule)
    def test_seen_before_it_is_sent(
        self, page: Page, mail_server: MailServer, rule: CommunicationRule
    ) -> None:
        set_rule(page, "Contrats", "C-205", rule)
        to, cc = to_and_cc(rule)
        write(page, "Contrat C-205 – Automobile")
        expect(page.locator("#to")).to_have_text(", ".join(to))
        expect(page.locator("#cc")).to_have_text(", ".join(cc) or "–")
        expect(page.locator("#why")).to_contain_text(f"règle « {label(rule)} » du contrat")
        if cc:
            picture(page, "backoffice-email")
        send(page)
        [delivered] = mail_server.delivered
        assert delivered.recipients == to + cc
        assert delivered.headers == (", ".join(to), ", ".join(cc) or None)
        assert "Votre attestation est prête." in delivered.message.get_content()


class TestS7:
    """Where the e-mail concerns a contract, the contract's rule applies."""

    @pytest.mark.parametrize(
        ("kind", "number", "about"),
        [
            ("Contrats", "C-205", "Contrat C-205 – Automobile"),
            ("Projets", "P-201", "Projet P-201 – Emprunteur"),
        ],
    )
    def test_from_the_deal_to_its_email(
        self, page: Page, mail_server: MailServer, kind: str, number: str, about: str
    ) -> None:
        """D2, D18: of a project likewise; « Écrire un e-mail » on its page is about it."""
        set_rule(page, kind, number, CommunicationRule.INTRODUCER)
        open_record(page, kind, number)
        page.get_by_role("link", name="Écrire un e-mail").click()
        chosen = page.get_by_label("Cet e-mail concerne").locator("option:checked")
        expect(chosen).to_have_text(about)
        page.get_by_label("Objet").fill("Votre dossier")
        page.get_by_label("Texte").fill("Bonjour")
        send(page)
        assert mail_server.envelopes == [KERVADEC]
        open_record(page, kind, number)
        page.get_by_role("link", name="E-mails de ce").click()
        expect(rows(page)).to_have_count(1)
        page.locator("#result_list tbody th a").click()
        expect(page.locator(".field-why")).to_contain_text(
            "Destinataire : l'apporteur (règle « Apporteur » du"
        )
        picture(page, "backoffice-message")


class TestS8:
    """Where it does not, the rule on the client's record applies."""

    def test_about_the_client(self, page: Page, mail_server: MailServer) -> None:
        set_rule(page, "Clients", "Mme Odile Sarrazin", CommunicationRule.INTRODUCER)
        write(page, "Fiche client Mme Odile Sarrazin")
        expect(page.locator("#why")).to_contain_text("de la fiche client")
        send(page)
        assert mail_server.envelopes == [KERVADEC]


class TestS9:
    """Where no introducer is set on that record, the e-mail goes to the client as usual."""

    def test_of_a_contract_without_one(self, page: Page, mail_server: MailServer) -> None:
        """D1: whatever the rule on the client's record."""
        set_rule(page, "Clients", "Mme Odile Sarrazin", CommunicationRule.INTRODUCER)
        write(page, "Contrat C-301 – Habitation")
        expect(page.locator("#to")).to_have_text(ODILE)
        expect(page.locator("#why")).to_contain_text("aucun apporteur n'est renseigné")
        send(page)
        assert mail_server.envelopes == [[ODILE]]


class TestS10:
    """When an introducer is assigned to a new contract, the content of the contract's commission
    block is prefilled from the client's block if the client's record names a preferred
    introducer."""

    def test_on_a_new_contract(self, page: Page) -> None:
        open_record(page, "Clients", "Mme Odile Sarrazin")
        page.get_by_role("link", name="Nouveau contrat").click()
        page.get_by_label("Numéro").fill("C-900")
        page.get_by_label("Produit").select_option(label="Santé")
        rule, terms, words = page.get_by_label(SETTING), page.get_by_label(TERMS), "#prefill"
        choose(page, "introducer", "Cabinet Kervadec")
        from_odile = "Bloc prérempli à partir de la fiche du client Mme Odile Sarrazin."
        expect(page.locator(words)).to_have_text(from_odile)
        expect(rule).to_have_value("client_and_introducer")
        expect(terms).to_have_value("15 % de la prime HT")

        choose(page, "introducer", "Delmas Courtage")  # not the preferred one (D5)
        warning = "son apporteur privilégié est Cabinet Kervadec, et non Delmas Courtage"
        expect(page.locator(words)).to_contain_text(warning)
        expect(rule).to_have_value("client_and_introducer")
        picture(page, "backoffice-contract")
        save(page)
        said(page, warning)
        made = Contract.objects.get(number="C-900")
        assert (made.rule, made.terms) == ("client_and_introducer", "15 % de la prime HT")


class TestS11:
    """In every other case it is prefilled from the introducer's block."""

    @pytest.mark.parametrize("kind", ["contrat", "projet"])
    def test_of_a_client_without_preferred_introducer(self, page: Page, kind: str) -> None:
        open_record(page, "Clients", "M. Bastien Lorieux")
        page.get_by_role("link", name=f"Nouveau {kind}").click()
        page.get_by_label("Numéro").fill("N-900")
        page.get_by_label("Produit").select_option(label="Santé")
        choose(page, "introducer", "Delmas Courtage")
        words = "Bloc prérempli à partir de la fiche de l'apporteur Delmas Courtage."
        expect(page.locator("#prefill")).to_have_text(words)
        expect(page.get_by_label(SETTING)).to_have_value("introducer")
        save(page)
        said(page, words)


class TestS12:
    """The rule on the contract, and its commission terms, can always be changed afterwards."""

    def test_before_saving_and_after(self, page: Page) -> None:
        open_record(page, "Contrats", "C-304")
        choose(page, "introducer", "Delmas Courtage")
        rule, terms = page.get_by_label(SETTING), page.get_by_label(TERMS)
        expect(rule).to_have_value("introducer")
        rule.select_option(label="Client")
        terms.fill("")
        save(page)
        said(page, "Bloc enregistré tel que saisi.")
        stored = Contract.objects.get(number="C-304")
        assert (stored.rule, stored.terms) == ("client", "")

        open_record(page, "Contrats", "C-304")
        rule.select_option(label="Client + Apporteur")
        terms.fill("12 %")
        save(page)
        stored.refresh_from_db()
        assert (stored.rule, stored.terms) == ("client_and_introducer", "12 %")
        page.get_by_role("link", name="C-304", exact=True).first.click()
        page.get_by_role("link", name="Historique").click()
        words = f"{SETTING} : Client → Client + Apporteur"
        expect(page.locator("#change-history")).to_contain_text(words)


class TestS13:
    """The Projects page and the Contracts page each have a filter, « Destinataire des
    communications clients »: one of the rules, or none."""

    @pytest.mark.parametrize("kind", ["Projets", "Contrats"])
    def test_each_choice(self, page: Page, kind: str) -> None:
        model: Any = {"Projets": Project, "Contrats": Contract}[kind]
        open_list(page, kind)
        expect(page.locator("#changelist-filter summary").first).to_have_text(FILTER)
        for words, rule in (
            ("Client", "client"),
            ("Apporteur", "introducer"),
            ("Client + Apporteur", "client_and_introducer"),
            ("Aucune", None),
        ):
            assert filtered(page, words) == model.objects.filter(rule=rule).count()


class TestS14:
    """Both pages have an action on the selected rows, « Changer le destinataire des communications
    clients », which asks for the new rule and applies it to the selected projects or contracts."""

    @pytest.mark.parametrize(
        ("kind", "number", "had"),
        [("Projets", "P-201", "Client"), ("Contrats", "C-302", "Apporteur")],
    )
    def test_in_a_window(self, page: Page, kind: str, number: str, had: str) -> None:
        """D11: those without introducer are skipped; the history has the old rule and the new."""
        open_list(page, kind)
        without, both = filtered(page, "Aucune"), filtered(page, "Client + Apporteur")
        total = filtered(page, "Tout")
        page.locator("#action-toggle").check()
        page.get_by_label("Action").select_option(label=ACTION)
        page.get_by_role("button", name="Appliquer").click()
        window = page.get_by_role("dialog", name=ACTION)
        expect(window).to_contain_text(f"{kind} sélectionnés : {total}")
        if kind == "Contrats":
            picture(page, "backoffice-bulk", whole=False)
        window.get_by_role("group", name=SETTING).get_by_label("Client + Apporteur").check()
        window.get_by_role("button", name="Changer la règle").click()
        changed = total - without - both
        said(page, f"Règle « Client + Apporteur » : {changed} {kind.lower()} modifiés ; {both} l'")
        assert filtered(page, "Client + Apporteur") == total - without
        assert filtered(page, "Aucune") == without
        filtered(page, "Client + Apporteur")
        page.get_by_role("link", name=number, exact=True).click()
        page.get_by_role("link", name="Historique").click()
        expect(page.get_by_text(f"{SETTING} : {had} → Client + Apporteur")).to_be_visible()
