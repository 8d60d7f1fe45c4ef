"""The main flows from end to end: a broker at a real browser, and a real mail server.

`PICTURES=docs/pictures pytest tests/backoffice/test_browser.py` takes the pictures of the docs.
"""

from __future__ import annotations

from io import StringIO

import pytest
from crm.models import Contract, Introducer, Message, Outcome
from django.core.management import CommandError, call_command
from playwright.sync_api import Page, Route, expect

from partner_comms import CommunicationRule, UiText, label

from .browsing import choose, filtered, open_list, open_record, picture, said, save
from .mailserver import MailServer

SETTING = label(UiText.RULE_SETTING)
FILTER = label(UiText.RULE_FILTER)
ACTION = label(UiText.CHANGE_RULE_ACTION)
ODILE = "o.sarrazin@poste.example"
KERVADEC = ["contact@kervadec.example", "gestion@kervadec.example"]


def test_switching_the_option_on_and_off(page: Page) -> None:
    """S1, S2, S3, S13, S14: the option shows the setting, the filter and the action, or none."""

    def switch(box: str) -> None:
        page.goto("/crm/configuration/")
        page.get_by_label(box).click()
        save(page)

    for box in (label(UiText.GATE_OPTION), "Abonnement PREMIUM"):
        switch(box)
        open_record(page, "Contrats", "C-205")
        expect(page.get_by_label("Conditions de commission")).to_have_value("15 % de la prime HT")
        expect(page.get_by_label(SETTING)).to_have_count(0)
        page.get_by_label("Conditions de commission").fill("16 %")
        save(page)
        expect(page.locator("#changelist-filter")).not_to_contain_text(FILTER)
        expect(page.get_by_role("option", name=ACTION)).to_have_count(0)

        switch(box)
        open_record(page, "Contrats", "C-205")
        expect(page.get_by_label(SETTING)).to_have_value("client_and_introducer")
        page.get_by_label("Conditions de commission").fill("15 % de la prime HT")
        save(page)
        expect(page.locator("#changelist-filter")).to_contain_text(FILTER)
        expect(page.get_by_role("option", name=ACTION)).to_have_count(1)


def test_prefill_on_a_new_contract(page: Page) -> None:
    """S10, S11, S12, D4, D5: the form fills the block, says from where, and leaves it to me."""
    open_record(page, "Clients", "Mme Odile Sarrazin")
    page.get_by_role("link", name="Nouveau contrat").click()
    page.get_by_label("Numéro").fill("C-900")
    page.get_by_label("Produit").select_option(label="Santé")
    rule, terms = page.get_by_label(SETTING), page.get_by_label("Conditions de commission")

    choose(page, "introducer", "Cabinet Kervadec")
    words = page.locator("#prefill")
    expect(words).to_have_text("Bloc prérempli depuis la fiche du client Mme Odile Sarrazin.")
    expect(rule).to_have_value("client_and_introducer")
    expect(terms).to_have_value("15 % de la prime HT")

    choose(page, "introducer", "Delmas Courtage")
    expect(words).to_contain_text("son apporteur privilégié est Cabinet Kervadec, et non Delmas")
    expect(rule).to_have_value("client_and_introducer")  # of the client's record, to the letter
    picture(page, "contract")

    choose(page, "client", "M. Bastien Lorieux")
    expect(words).to_have_text("Bloc prérempli depuis la fiche de l'apporteur Delmas Courtage.")
    expect(rule).to_have_value("introducer")
    rule.select_option(label="Client")
    terms.fill("")
    save(page)
    said(page, "Bloc enregistré tel que saisi. La fiche de l'apporteur Delmas Courtage propose : ")
    made = Contract.objects.get(number="C-900")
    assert (made.client.name, made.rule, made.terms) == ("M. Bastien Lorieux", "client", "")

    page.get_by_role("link", name="C-900", exact=True).first.click()
    choose(page, "introducer", "Cabinet Kervadec")
    expect(page.locator("#prefill")).to_contain_text("le bloc Commissionnement reste tel quel")
    page.get_by_label(SETTING).select_option(label="Apporteur")
    save(page)
    said(page, "est resté tel quel (Delmas Courtage → Cabinet Kervadec)")
    made.refresh_from_db()
    assert (made.rule, made.terms) == ("introducer", "")


def test_prefill_before_the_page_is_loaded(page: Page) -> None:
    """S10: who chooses before all scripts are there sees the block all the same."""
    held: list[Route] = []
    page.route("**/change_form.js", lambda route: held.append(route))
    open_list(page, "Contrats")
    with page.expect_request("**/change_form.js"):  # the last of its scripts
        page.get_by_role("link", name="C-304", exact=True).click()
    choose(page, "introducer", "Delmas Courtage")
    assert page.locator("#prefill").count() == 0
    held[0].continue_()
    expect(page.locator("#prefill")).to_contain_text("la fiche de l'apporteur Delmas Courtage")
    expect(page.get_by_label(SETTING)).to_have_value("introducer")


def test_prefill_after_an_error(page: Page) -> None:
    """S11, S12, D4: an error later, the page still knows what is stored and what it has filled."""
    page.goto("/")
    late = Contract.objects.get(number="C-304")
    assert (late.introducer, late.client.introducer) == (None, None)
    open_record(page, "Contrats", "C-304")
    number, terms = page.get_by_label("Numéro"), page.get_by_label("Conditions de commission")
    words = page.locator("#prefill")

    def fails() -> None:
        number.fill("C-205")
        save(page)
        expect(page.locator(".errorlist")).to_be_visible()

    choose(page, "introducer", "Cabinet Kervadec")
    expect(words).to_contain_text("la fiche de l'apporteur Cabinet Kervadec")
    terms.fill("")  # by choice, and so not filled again
    fails()
    expect(terms).to_have_value("")
    fails()
    expect(terms).to_have_value("")

    choose(page, "introducer", "Delmas Courtage")
    expect(words).to_have_text("Bloc prérempli depuis la fiche de l'apporteur Delmas Courtage.")
    expect(page.get_by_label(SETTING)).to_have_value("introducer")
    fails()
    number.fill("C-304")
    save(page)
    said(page, "la fiche de l'apporteur Delmas Courtage")
    late.refresh_from_db()
    delmas = Introducer.objects.get(name="Delmas Courtage")
    assert (late.introducer, late.rule, late.terms) == (delmas, delmas.rule, delmas.terms)

    open_record(page, "Contrats", "C-304")
    choose(page, "introducer", "Cabinet Kervadec")
    fails()
    choose(page, "introducer", "Delmas Courtage")  # the stored one: nothing changes
    expect(words).to_have_text("")
    choose(page, "introducer", "Cabinet Kervadec")
    expect(words).to_contain_text("le bloc Commissionnement reste tel quel")
    expect(terms).to_have_value(delmas.terms)


@pytest.mark.parametrize(
    ("kind", "number", "had"), [("Projets", "P-201", "Client"), ("Contrats", "C-302", "Apporteur")]
)
def test_filter_and_bulk_change(page: Page, kind: str, number: str, had: str) -> None:
    """S13, S14, D11: filter, select, give the new rule; told what happened, and in the history."""
    open_list(page, kind)
    without, both = filtered(page, "Aucune"), filtered(page, "Client + Apporteur")
    assert without
    assert both
    if kind == "Contrats":
        picture(page, "list")
    total = filtered(page, "Tout")
    page.locator("#action-toggle").check()
    page.locator("select[name=action]").select_option(label=ACTION)
    page.locator("button[name=index]").click()
    expect(page.get_by_text(f"{kind} sélectionnés : {total}")).to_be_visible()
    if kind == "Contrats":
        picture(page, "bulk")
    page.get_by_label("Client + Apporteur").check()
    page.get_by_role("button", name="Changer la règle").click()
    changed = total - without - both
    words = f"« Client + Apporteur » : {changed} {kind.lower()} modifiés ; {both} l"
    said(page, words)
    assert filtered(page, "Client + Apporteur") == total - without
    assert filtered(page, "Aucune") == without

    filtered(page, "Client + Apporteur")
    page.get_by_role("link", name=number, exact=True).click()
    page.get_by_role("link", name="Historique").click()
    expect(page.get_by_text(f"{SETTING} : {had} → Client + Apporteur")).to_be_visible()


@pytest.mark.parametrize("rule", CommunicationRule)
def test_an_email_by_hand(page: Page, mail_server: MailServer, rule: CommunicationRule) -> None:
    """S5a, S6, S7, S8, D18: the rule is set, the recipients are seen, the e-mail is delivered."""
    open_record(page, "Contrats", "C-205")
    page.get_by_label(SETTING).select_option(rule.value)
    save(page)
    open_record(page, "Clients", "Mme Odile Sarrazin")
    page.get_by_role("link", name="Écrire un e-mail").click()
    expect(page.locator("#why")).to_contain_text("de la fiche client")
    page.get_by_label("Objet").fill("Votre contrat, « C-205 »")
    page.get_by_label("Texte").fill("Bonjour,\n\nVotre attestation est prête.")
    page.get_by_label("Cet e-mail concerne").select_option(label="Contrat C-205 – Automobile")
    expect(page.locator("#why")).to_contain_text(f"règle « {label(rule)} » du contrat")
    to = KERVADEC if rule is CommunicationRule.INTRODUCER else [ODILE]
    cc = KERVADEC if rule is CommunicationRule.CLIENT_AND_INTRODUCER else []
    expect(page.locator("#to")).to_have_text(", ".join(to))
    expect(page.locator("#cc")).to_have_text(", ".join(cc) or "–")
    if cc:
        picture(page, "email")
    page.get_by_role("button", name="Envoyer").click()
    said(page, "Accepté par le serveur")

    [delivered] = mail_server.delivered
    assert delivered.recipients == to + cc
    assert delivered.headers == (", ".join(to), ", ".join(cc) or None)
    assert delivered.message["Subject"] == "Votre contrat, « C-205 »"
    assert "Votre attestation est prête." in delivered.message.get_content()


def test_an_email_that_cannot_leave(page: Page) -> None:
    """S9: without introducer it goes to the client; without a server nowhere, and is not lost."""
    open_record(page, "Clients", "M. Bastien Lorieux")
    page.get_by_role("link", name="Écrire un e-mail").click()
    expect(page.locator("#to")).to_have_text("b.lorieux@poste.example")
    expect(page.locator("#why")).to_contain_text("où aucun apporteur n'est renseigné")
    page.get_by_label("Objet").fill("Bonjour")
    page.get_by_label("Texte").fill("Un long texte.")
    page.get_by_role("button", name="Envoyer").click()
    said(page, "Non parti : pas de connexion")
    expect(page.get_by_label("Texte")).to_have_value("Un long texte.")
    assert Message.objects.get().text == "Un long texte."


def test_a_dunning_run(page: Page, mail_server: MailServer) -> None:
    """S4, S5b, S5d, S6: a rule changed at the page counts in the next run; the log shows it all."""
    open_record(page, "Contrats", "C-302")
    page.get_by_label(SETTING).select_option(label="Client + Apporteur")
    save(page)
    said = StringIO()
    with pytest.raises(CommandError, match="2 fiches"):  # that have no recipient
        call_command("unpaid", "novembre", "--reminder", stdout=said, stderr=StringIO())
    assert [ODILE, "jules@delmas.example"] in mail_server.envelopes
    with pytest.raises(CommandError, match="2 fiches"):
        call_command("formal_notices", "formal_notice", "MED", stdout=said, stderr=StringIO())
    assert mail_server.envelopes.count([ODILE, "jules@delmas.example"]) == 2

    open_list(page, "Messages")
    page.locator("#changelist-filter").get_by_role("link", name="Sans destinataire").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(4)
    page.locator("#changelist-filter").get_by_role("link", name="Accepté par le serveur").click()
    accepted = Message.objects.filter(outcome=Outcome.ACCEPTED).count()
    assert accepted == len(mail_server.delivered)
    expect(page.locator("#result_list tbody tr")).to_have_count(accepted)
    picture(page, "log")
