"""Prefilling in a browser: what is seen is what is stored, and nothing that was typed is lost."""

from __future__ import annotations

import pytest
from crm.models import Client, Contract, Introducer
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from partner_comms import UiText, label

from .browsing import choose, log_in, open_list, open_record, said, save
from .conftest import logged_in
from .pages import url

SETTING = label(UiText.RULE_SETTING)
TERMS = "Règles de commissionnement"
KERVADEC = "la fiche de l'apporteur Cabinet Kervadec"
DELMAS = "la fiche de l'apporteur Delmas Courtage"
ANSWER = "**/prefill/**"


@pytest.fixture
def late(page: Page) -> Contract:
    """C-304, which has no introducer, nor has its client; its page is open."""
    contract = Contract.objects.get(number="C-304")
    assert (contract.introducer, contract.client.introducer) == (None, None)
    page.goto(url(contract, "change"))
    page.locator("#prefill").wait_for(state="attached")  # by its script, once the page has loaded
    return contract


def stored(contract: Contract) -> tuple[str | None, str, str]:
    contract.refresh_from_db()
    name = contract.introducer.name if contract.introducer else None
    return name, str(contract.rule), contract.terms


def block(page: Page) -> tuple[str, str]:
    return page.get_by_label(SETTING).input_value(), page.get_by_label(TERMS).input_value()


class TestWhereNoAnswerComes:
    """Nothing is emptied, and the page says so."""

    @pytest.mark.parametrize("fault", ["no connection", "an error", "no JSON"])
    def test_the_server_is_away(self, page: Page, late: Contract, fault: str) -> None:
        """What was typed stays, and the rest is filled when it is saved."""

        def fail(route: Route) -> None:
            if fault == "no connection":
                route.abort()
            elif fault == "an error":
                route.fulfill(status=500, body="x")
            else:
                route.fulfill(status=200, body="<html>")

        page.route(ANSWER, fail)
        page.get_by_label(TERMS).fill("12 %")
        choose(page, "introducer", "Delmas Courtage")
        words = page.locator("#prefill")
        expect(words).to_contain_text("Rien n'a été effacé.")
        expect(words).to_have_class("notice warning")
        assert block(page) == ("", "12 %")
        save(page)
        assert stored(late) == ("Delmas Courtage", "introducer", "12 %")
        said(page, f"Bloc enregistré tel que saisi. Proposition de {DELMAS} : ")

    def test_tried_again(self, page: Page, late: Contract) -> None:
        page.route(ANSWER, lambda route: route.abort(), times=1)
        choose(page, "introducer", "Delmas Courtage")
        expect(page.locator("#prefill")).to_contain_text("Le serveur ne répond pas.")
        page.get_by_label(TERMS).fill("12 %")
        page.get_by_role("button", name="Réessayer").click()
        expect(page.locator("#prefill")).to_contain_text(f"{DELMAS}. Ce que vous avez saisi est")
        assert block(page) == ("introducer", "12 %")

    def test_the_session_has_ended(self, page: Page, late: Contract) -> None:
        """Log in again in another tab, and go on: the form can still be saved."""
        page.get_by_label(TERMS).fill("12 %")
        Session.objects.all().delete()
        choose_known(page, Introducer.objects.get(name="Delmas Courtage"))
        words = page.locator("#prefill")
        expect(words).to_contain_text("Votre session a expiré.")
        expect(words).to_contain_text("Rien n'a été effacé.")
        assert block(page) == ("", "12 %")
        with page.expect_popup() as popup:
            words.get_by_role("link", name="Se reconnecter").click()
        log_in(popup.value, "courtier")
        words.get_by_role("button", name="Réessayer").click()
        expect(words).to_contain_text(DELMAS)
        save(page)
        assert stored(late) == ("Delmas Courtage", "introducer", "12 %")


def choose_known(page: Page, introducer: Introducer) -> None:
    """As if it had been found before: without a session, the search list finds nobody."""
    page.evaluate(
        """([pk, name]) => {
            const select = django.jQuery("#id_introducer");
            select.append(new Option(name, pk, true, true)).trigger("change");
        }""",
        [introducer.pk, introducer.name],
    )


class TestInTheMeantime:
    def test_what_is_typed_before_the_answer_stays(self, page: Page, late: Contract) -> None:
        held: list[Route] = []
        page.route(ANSWER, lambda route: held.append(route))
        choose(page, "introducer", "Delmas Courtage")
        expect(page.locator("#prefill")).to_have_text("Préremplissage du bloc…")
        page.get_by_label(TERMS).fill("12 %")
        held[0].continue_()
        expect(page.locator("#prefill")).to_contain_text("Ce que vous avez saisi est conservé.")
        assert block(page) == ("introducer", "12 %")
        save(page)
        assert stored(late) == ("Delmas Courtage", "introducer", "12 %")

    def test_saved_before_the_answer(self, page: Page, late: Contract) -> None:
        held: list[Route] = []
        page.route(ANSWER, lambda route: held.append(route))
        choose(page, "introducer", "Delmas Courtage")
        page.get_by_label(TERMS).fill("12 %")
        save(page)
        assert stored(late) == ("Delmas Courtage", "introducer", "12 %")

    def test_an_answer_that_comes_too_late_fills_nothing(self, page: Page, late: Contract) -> None:
        """Of the introducer that was chosen first, when another has been chosen since."""
        held: list[Route] = []

        def hold_the_first(route: Route) -> None:
            if held:
                route.continue_()
            else:
                held.append(route)

        page.route(ANSWER, hold_the_first)
        choose(page, "introducer", "Cabinet Kervadec")
        choose(page, "introducer", "Delmas Courtage")
        expect(page.locator("#prefill")).to_contain_text(DELMAS)
        seen = block(page)
        with page.expect_response(ANSWER):
            held[0].continue_()
        page.evaluate("() => new Promise(requestAnimationFrame)")
        assert block(page) == seen
        expect(page.locator("#prefill")).to_contain_text(DELMAS)
        save(page)
        said(page, DELMAS)
        delmas = Introducer.objects.get(name="Delmas Courtage")
        assert stored(late) == (delmas.name, delmas.rule, delmas.terms)

    def test_nor_does_one_after_the_choice_was_taken_back(self, page: Page, late: Contract) -> None:
        held: list[Route] = []
        page.route(ANSWER, lambda route: held.append(route))
        choose(page, "introducer", "Cabinet Kervadec")
        page.locator(".field-introducer .select2-selection__clear").click()
        with page.expect_response(ANSWER):
            held[0].continue_()
        page.evaluate("() => new Promise(requestAnimationFrame)")
        assert block(page) == ("", "")

    def test_before_the_page_is_loaded(self, page: Page) -> None:
        """S10: a choice that is made before all scripts are there fills the block all the same."""
        held: list[Route] = []
        page.route("**/change_form.js", lambda route: held.append(route))
        open_list(page, "Contrats")
        with page.expect_request("**/change_form.js"):  # the last of its scripts
            page.get_by_role("link", name="C-304", exact=True).click()
        choose(page, "introducer", "Delmas Courtage")
        assert page.locator("#prefill").count() == 0
        held[0].continue_()
        expect(page.locator("#prefill")).to_contain_text(DELMAS)
        expect(page.get_by_label(SETTING)).to_have_value("introducer")


class TestAfterAnError:
    """S11, S12, D4: the page still knows what is stored, and what it has filled."""

    def fails(self, page: Page) -> None:
        page.get_by_label("Numéro").fill("C-301")  # another's
        save(page)
        expect(page.locator(".errorlist")).to_be_visible()

    def test_on_a_deal_without_introducer(self, page: Page, late: Contract) -> None:
        terms, words = page.get_by_label(TERMS), page.locator("#prefill")
        choose(page, "introducer", "Cabinet Kervadec")
        expect(words).to_contain_text(KERVADEC)
        terms.fill("")  # by choice, and so not filled again
        self.fails(page)
        expect(terms).to_have_value("")
        self.fails(page)
        expect(terms).to_have_value("")

        choose(page, "introducer", "Delmas Courtage")
        expect(words).to_have_text(f"Bloc prérempli à partir de {DELMAS}.")
        expect(page.get_by_label(SETTING)).to_have_value("introducer")
        self.fails(page)
        page.get_by_label("Numéro").fill("C-304")
        save(page)
        said(page, DELMAS)
        delmas = Introducer.objects.get(name="Delmas Courtage")
        assert stored(late) == (delmas.name, delmas.rule, delmas.terms)

    def test_on_a_deal_that_has_one(self, page: Page) -> None:
        open_record(page, "Contrats", "C-205")
        words, before = page.locator("#prefill"), block(page)
        choose(page, "introducer", "Delmas Courtage")
        self.fails(page)
        choose(page, "introducer", "Cabinet Kervadec")  # the stored one: nothing changes
        expect(words).to_have_text("")
        choose(page, "introducer", "Delmas Courtage")
        expect(words).to_contain_text("le bloc Commissionnement reste tel quel")
        assert block(page) == before
        page.get_by_label("Numéro").fill("C-205")
        save(page)
        said(page, "est resté tel quel (Cabinet Kervadec → Delmas Courtage)")


class TestWithoutIntroducer:
    def test_taking_it_away_says_what_is_lost(self, page: Page) -> None:
        """D3: rule and terms go with it, which the page says before and after."""
        open_record(page, "Contrats", "C-205")
        page.locator(".field-introducer .select2-selection__clear").click()
        expect(page.locator("#prefill")).to_contain_text("sera vidé à l'enregistrement")
        save(page)
        said(page, "le bloc Commissionnement est vide")
        assert Contract.objects.get(number="C-205").rule is None


class TestAnAssistant:
    """Who may not change a rule sees the one that will be stored."""

    @pytest.fixture
    def theirs(self, page: Page, live_server: LiveServer) -> Page:
        session = logged_in("assistant").cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    def test_sees_what_will_be_stored(self, theirs: Page) -> None:
        odile = Client.objects.get(name="Mme Odile Sarrazin")
        theirs.goto(f"/crm/contract/add/?client={odile.pk}")
        theirs.get_by_label("Numéro").fill("C-900")
        theirs.get_by_label("Produit").select_option(label="Santé")
        choose(theirs, "introducer", "Cabinet Kervadec")
        shown = theirs.locator(".field-rule .readonly")
        expect(shown).to_have_text("Client + Apporteur")
        expect(theirs.get_by_label(TERMS)).to_have_value("15 % de la prime HT")
        save(theirs)
        made = Contract.objects.get(number="C-900")
        assert made.get_rule_display() == "Client + Apporteur"

    def test_of_a_deal_that_had_none(self, theirs: Page) -> None:
        open_record(theirs, "Contrats", "C-304")
        choose(theirs, "introducer", "Delmas Courtage")
        expect(theirs.locator(".field-rule .readonly")).to_have_text("Apporteur")
        save(theirs)
        assert Contract.objects.get(number="C-304").rule == "introducer"


def test_an_email_that_cannot_leave(page: Page) -> None:
    """Without a server it goes nowhere, and the text is not lost."""
    open_record(page, "Clients", "M. Bastien Lorieux")
    page.get_by_role("link", name="Écrire un e-mail").click()
    page.get_by_label("Objet").fill("Bonjour")
    page.get_by_label("Texte").fill("Un long texte.")
    page.get_by_role("button", name="Envoyer").click()
    said(page, "Non parti : pas de connexion")
    expect(page.get_by_label("Texte")).to_have_value("Un long texte.")
