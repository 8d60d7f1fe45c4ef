"""With the keyboard alone, and without a script: every page does the same."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from crm.models import Client, Contract, Message, Run
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from partner_comms import UiText, label

from .browsing import log_in, open_list, open_record, rows, said
from .mailserver import MailServer

ACTION = label(UiText.CHANGE_RULE_ACTION)
SETTING = label(UiText.RULE_SETTING)


class TestKeyboard:
    def test_an_arrow_key_in_the_list_of_the_email_page(self, page: Page) -> None:
        """WCAG 3.2.2: the recipients change, and the page, the focus and the text stay."""
        open_record(page, "Clients", "Mme Odile Sarrazin")
        page.get_by_role("link", name="Écrire un e-mail").click()
        page.get_by_label("Texte").fill("Bonjour")
        page.evaluate("window.same = true")
        about = page.get_by_label("Cet e-mail concerne")
        about.focus()
        why = page.locator("#why")
        expect(why).to_contain_text("de la fiche client")
        page.keyboard.press("ArrowDown")
        expect(why).to_contain_text("du projet")
        page.keyboard.press("ArrowDown")
        expect(why).to_contain_text("du contrat")
        expect(about).to_be_focused()
        assert page.evaluate("window.same")
        expect(page.get_by_label("Texte")).to_have_value("Bonjour")
        expect(page.get_by_role("button", name="Envoyer")).to_be_enabled()

    def test_recipients_that_cannot_be_shown(self, page: Page) -> None:
        """Nothing can be sent to somebody who is not shown, and the text stays."""
        open_record(page, "Clients", "Mme Odile Sarrazin")
        page.get_by_role("link", name="Écrire un e-mail").click()
        page.get_by_label("Texte").fill("Bonjour")
        page.route("**/email/?about=*", lambda route: route.abort(), times=1)
        page.get_by_label("Cet e-mail concerne").select_option(index=2)
        expect(page.locator("#recipients")).to_contain_text("Votre texte est toujours là.")
        expect(page.get_by_role("button", name="Envoyer")).to_be_disabled()
        page.get_by_role("button", name="Réessayer").click()
        expect(page.locator("#why")).to_contain_text("du contrat")
        expect(page.get_by_role("button", name="Envoyer")).to_be_enabled()
        expect(page.get_by_label("Texte")).to_have_value("Bonjour")

    def test_recipients_that_come_too_late(self, page: Page) -> None:
        """Those of a choice that has been left since are not shown."""
        open_record(page, "Clients", "Mme Odile Sarrazin")
        page.get_by_role("link", name="Écrire un e-mail").click()
        held: list[Route] = []

        def hold_the_first(route: Route) -> None:
            if held:
                route.continue_()
            else:
                held.append(route)

        page.route("**/email/?about=*", hold_the_first)
        about = page.get_by_label("Cet e-mail concerne")
        about.select_option(label="Contrat C-301 – Habitation")
        about.select_option(label="Contrat C-302 – Santé")
        expect(page.locator("#to")).to_have_text("jules@delmas.example")
        with page.expect_response("**/email/?about=*"):
            held[0].continue_()
        page.evaluate("() => new Promise(requestAnimationFrame)")
        expect(page.locator("#to")).to_have_text("jules@delmas.example")

    def test_the_window(self, page: Page) -> None:
        """It takes the focus and keeps it; Escape closes it, and the selection is still there."""
        open_list(page, "Contrats")
        box = page.locator(".action-select").first
        box.check()
        page.get_by_label("Action").select_option(label=ACTION)
        apply = page.get_by_role("button", name="Appliquer")
        apply.press("Enter")
        window = page.get_by_role("dialog", name=ACTION)
        expect(window).to_be_visible()
        assert window.evaluate("each => each.contains(document.activeElement)")
        page.keyboard.press("Escape")
        expect(window).to_have_count(0)
        expect(box).to_be_checked()
        expect(apply).to_be_focused()
        apply.press("Enter")
        window.get_by_label("Apporteur", exact=True).press("Space")
        page.keyboard.press("Enter")
        said(page, "Règle « Apporteur »")

    def test_a_search_list(self, page: Page) -> None:
        """It says what it is for, opens into its search field, and takes what is found."""
        page.goto("/crm/contract/add/")
        box = page.get_by_role("combobox", name=re.compile("Client"))
        box.press("Enter")
        search = page.locator(".select2-container--open .select2-search__field")
        expect(search).to_be_focused()
        page.keyboard.type("Sarrazin")
        option = page.get_by_role("option", name="Mme Odile Sarrazin")
        expect(option).to_have_class(re.compile("highlighted"))
        page.keyboard.press("Enter")
        odile = Client.objects.get(name="Mme Odile Sarrazin")
        expect(page.locator("#id_client")).to_have_value(str(odile.pk))

    def test_a_run_is_suspended_and_taken_up_again(
        self, page: Page, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("crm.admin.runs.SECONDS", -1.0)
        page.goto(reverse("backoffice:crm_run_add"))
        page.get_by_label("Nom de l'envoi").fill("novembre")
        page.get_by_role("button", name="Voir l'aperçu").click()
        page.get_by_role("button", name="Envoyer").click()
        page.get_by_role("button", name="Suspendre").press("Enter")
        expect(page.get_by_role("button", name="Suspendre")).to_have_count(0)
        run = Run.objects.get()
        page.goto(reverse("backoffice:crm_run_change", args=[run.pk]))
        resume = page.get_by_role("button", name="Reprendre l'envoi")
        if resume.count():
            resume.press("Enter")
            said(page, "L'envoi est terminé.")
        assert len(mail_server.delivered) == 9
        assert Message.objects.filter(outcome="accepted").count() == 9


class TestWithoutScript:
    @pytest.fixture
    def plain(self, browser: Browser, live_server: LiveServer, demo: None) -> Iterator[Page]:
        context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto("/")
        log_in(page, "courtier")
        yield page
        context.close()

    def test_the_bulk_change_has_a_page(self, plain: Page) -> None:
        """S14: the plain page asks for the rule."""
        open_list(plain, "Contrats")
        plain.locator(".action-select").first.check()
        plain.get_by_label("Action").select_option(label=ACTION)
        plain.get_by_role("button", name="Appliquer").click()
        plain.get_by_role("group", name=SETTING).get_by_label("Client", exact=True).check()
        plain.get_by_role("button", name="Changer la règle").click()
        said(plain, "Règle « Client » : 1 contrat modifié.")
        assert Contract.objects.get(number="C-205").rule == "client"

    def test_an_email_by_hand(self, plain: Page, mail_server: MailServer) -> None:
        """S5: « Voir les destinataires » shows them."""
        open_record(plain, "Clients", "Mme Odile Sarrazin")
        plain.get_by_role("link", name="Écrire un e-mail").click()
        plain.get_by_label("Cet e-mail concerne").select_option(label="Contrat C-302 – Santé")
        plain.get_by_label("Objet").fill("Votre contrat")
        plain.get_by_role("button", name="Voir les destinataires").click()
        expect(plain.locator("#to")).to_have_text("jules@delmas.example")
        plain.get_by_label("Texte").fill("Bonjour")
        plain.get_by_role("button", name="Envoyer").click()
        said(plain, "Accepté par le serveur")
        assert mail_server.envelopes == [["jules@delmas.example"]]

    def test_a_run(
        self, plain: Page, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """« Continuer » sends the next part."""
        monkeypatch.setattr("crm.admin.runs.SECONDS", -1.0)
        open_list(plain, "Envois")
        plain.get_by_role("link", name="Nouvel envoi").click()
        plain.get_by_label("Nom de l'envoi").fill("novembre")
        plain.get_by_role("button", name="Voir l'aperçu").click()
        plain.get_by_role("button", name="Envoyer").click()
        for done in range(2, 11, 2):  # the second of each is on its way already
            expect(plain.get_by_role("status")).to_contain_text(f"{done} sur 11")
            plain.get_by_role("button", name="Continuer").click()
        said(plain, "L'envoi est terminé.")
        assert len(mail_server.delivered) == 9
        open_list(plain, "E-mails")
        expect(rows(plain)).to_have_count(11)


class TestDjangosWords:
    """What Django's admin would say in other words than a broker's is in a catalogue of ours."""

    FOLDER = Path(__file__).parents[2] / "examples/backoffice/crm/locale/fr/LC_MESSAGES"

    def test_the_compiled_catalogue_is_that_of_the_source(self) -> None:
        source = (self.FOLDER / "django.po").read_text(encoding="utf-8")
        entries = re.findall(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)', source, re.MULTILINE)

        def read(quoted: str) -> str:
            parts = re.findall(r'"(.*)"', quoted)
            return "".join(parts).replace('\\"', '"').replace("\\n", "\n")

        wanted = {read(key): read(words) for key, words in entries}
        with (self.FOLDER / "django.mo").open("rb") as compiled:
            found = gettext.GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]
        assert len(wanted) > 20
        assert found == wanted

    def test_it_is_what_the_pages_say(self, page: Page) -> None:
        open_record(page, "Contrats", "C-205")
        page.get_by_role("button", name="Enregistrer et rester sur la fiche").click()
        said(page, "« C-205 » : modifications enregistrées. Vous pouvez continuer ci-dessous.")
        text = page.content()
        assert "objet contrat" not in text
        assert "l’objet" not in text
