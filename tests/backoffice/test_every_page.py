"""Every page, on a desk and on a phone, light and dark: axe-core finds nothing, nothing is cut off,
and no page has a script or a style of its own, which a host's Content-Security-Policy would forbid.

`PICTURES=folder pytest tests/backoffice/test_every_page.py` takes a picture of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from crm.admin import pages
from crm.at_once import BusyError
from crm.models import Client, Contract, Introducer, Message, Outcome, Product, Run
from django.core.management import CommandError, call_command
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from partner_comms import UiText, label

from .browsing import choose, log_in, picture, save
from .mailserver import MailServer
from .pages import url

ACTION = label(UiText.CHANGE_RULE_ACTION)


WIDTHS = (1280, 375)


@pytest.fixture
def page(
    browser: Browser, live_server: LiveServer, demo: None, mail_server: MailServer, axe: str
) -> Iterator[Page]:
    """The broker, before the login, with a log of all kinds of messages; each page has axe-core."""
    with pytest.raises(CommandError):  # some have no address
        call_command("formal_notices", "formal_notice", "novembre", "-v0")
    for outcome, message in zip(Outcome, Message.objects.all(), strict=False):
        Message.objects.filter(pk=message.pk).update(outcome=outcome)
    Client.objects.filter(name="SCI Kervadec").update(emails="SCI <a@b.example>")
    page = browser.new_page(base_url=live_server.url, color_scheme="light")
    page.add_init_script(axe)
    page.set_default_timeout(15_000)
    yield page
    page.close()


class TestEveryPage:
    def test_is_in_order(self, page: Page) -> None:
        """A window that is made narrower shows what a phone would, unless a script has measured."""
        faults: list[str] = []
        for name, where in _visited(page):
            widen(page, WIDTHS[0])
            response = page.goto(where)
            assert response
            faults += [f"{name}: {fault}" for fault in _inline(response.text())]
            faults += _faults(page, f"{name}-{WIDTHS[0]}")
            widen(page, WIDTHS[1])
            if page.evaluate(MEASURED):
                page.reload()
            faults += _faults(page, f"{name}-{WIDTHS[1]}")
        assert not faults, "\n".join(faults)

    @pytest.mark.parametrize("width", WIDTHS)
    def test_after_something_was_done(
        self, page: Page, width: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        faults: list[str] = []
        widen(page, width)
        page.goto("/")
        for name, go in STATES.items():
            go(page, monkeypatch)
            faults += _faults(page, f"{name}-{width}")
        assert not faults, "\n".join(faults)


def widen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})


def _visited(page: Page) -> Iterator[tuple[str, str]]:
    """The name and the address of each page, for the broker and for an assistant."""
    yield "login", "/"
    log_in(page, "courtier")
    yield from _addresses().items()
    page.context.clear_cookies()
    page.goto("/")
    log_in(page, "assistant")
    for name, where in _of_an_assistant().items():
        yield f"assistant-{name}", where


def _addresses() -> dict[str, str]:
    odile = Client.objects.get(name="Mme Odile Sarrazin")
    contract = Contract.objects.get(number="C-205")
    message = Message.objects.filter(outcome=Outcome.DOUBTFUL)[0]
    run = Run.objects.get()
    lists = {
        f"{model._meta.model_name}-list": url(model, "changelist")
        for model in (Client, Contract, Introducer, Product, Message, Run)
    }
    return lists | {
        "home": "/",
        "app": "/crm/",
        "client": url(odile, "change"),
        "client-delete": url(odile, "delete"),
        "client-new": url(Client, "add"),
        "contract": url(contract, "change"),
        "contract-new": url(Contract, "add"),
        "contract-history": url(contract, "history"),
        "contract-delete": url(contract, "delete"),
        "introducer": url(Introducer.objects.all()[0], "change"),
        "introducer-new": url(Introducer, "add"),
        "product": url(Product.objects.all()[0], "change"),
        "configuration": reverse("backoffice:crm_configuration_change", args=[1]),
        "refused": f"{url(Contract, 'changelist')}?recipient=everybody",
        "of-one-client": f"{url(Contract, 'changelist')}?client={odile.pk}",
        "email": reverse("backoffice:crm_client_email", args=[odile.pk]),
        "email-to-nobody": reverse(
            "backoffice:crm_client_email", args=[Client.objects.filter(emails="")[0].pk]
        ),
        "message": url(message, "change"),
        "run": url(run, "change"),
        "run-new": url(Run, "add"),
        "run-preview": reverse("backoffice:crm_run_preview", args=[run.pk]),
        "password": "/password_change/",
        "nothing": url(Contract, "changelist") + "?q=nothing",
    }


def _of_an_assistant() -> dict[str, str]:
    contract = Contract.objects.get(number="C-205")
    return {
        "home": "/",
        "contract": url(contract, "change"),
        "message": url(Message.objects.all()[0], "change"),
        "contract-list": url(Contract, "changelist"),
    }


# --- What a page shows after somebody has done something ------------------------------------------


def _login_refused(page: Page, _: pytest.MonkeyPatch) -> None:
    page.get_by_role("button", name="Connexion").click()


def _prefilled(page: Page, _: pytest.MonkeyPatch) -> None:
    log_in(page, "courtier")
    odile = Client.objects.get(name="Mme Odile Sarrazin")
    page.goto(f"{url(Contract, 'add')}?client={odile.pk}")
    choose(page, "introducer", "Delmas Courtage")
    page.locator("#prefill.warning").wait_for()


def _searching(page: Page, _: pytest.MonkeyPatch) -> None:
    page.locator(".field-client .select2-selection").click()
    page.locator(".select2-results__option--highlighted").wait_for()


def _form_refused(page: Page, _: pytest.MonkeyPatch) -> None:
    page.goto(url(Contract, "add"))
    save(page)


def _window(page: Page, _: pytest.MonkeyPatch) -> None:
    page.goto(url(Contract, "changelist"))
    page.locator(".action-select").first.check()
    page.get_by_label("Action").select_option(label=ACTION)
    page.locator("button[name=index]").click()
    page.get_by_role("dialog").wait_for()


def _plain_window(page: Page, _: pytest.MonkeyPatch) -> None:
    """The page that is there without a script."""
    page.goto(url(Contract, "changelist"))
    page.locator(".action-select").first.check()
    page.get_by_label("Action").select_option(label=ACTION)
    with page.expect_navigation():
        page.evaluate(
            """() => {
                const form = document.getElementById("changelist-form").cloneNode(true);
                form.querySelector("select").value = "change_rule";
                form.hidden = true;
                document.body.append(form);
                form.submit();
            }"""
        )


def _preview(page: Page, _: pytest.MonkeyPatch) -> None:
    page.goto(url(Run, "add"))
    page.get_by_label("Nom de l'envoi").fill("décembre")
    page.get_by_role("button", name="Voir l'aperçu").click()
    page.get_by_role("heading", name="Aperçu").wait_for()


def _sent(page: Page, _: pytest.MonkeyPatch) -> None:
    page.get_by_role("button", name="Envoyer").click()
    page.locator(".messagelist").wait_for()


def _busy(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(records: object) -> Any:
        raise BusyError

    page.goto(url(Contract.objects.get(number="C-205"), "change"))
    with monkeypatch.context() as patched:
        patched.setattr(pages, "locked", busy)
        save(page)


STATES: dict[str, Callable[[Page, pytest.MonkeyPatch], None]] = {
    "login-refused": _login_refused,
    "prefilled": _prefilled,
    "searching": _searching,
    "form-refused": _form_refused,
    "window": _window,
    "window-without-script": _plain_window,
    "preview": _preview,
    "sent": _sent,
    "busy": _busy,
}


# --- What is wrong with a page --------------------------------------------------------------------


def _faults(page: Page, name: str) -> list[str]:
    """In the light, and in the dark, where only the colours differ."""
    page.evaluate(AT_REST)
    found = [*_axe(page), *_layout(page), *_typography(page)]
    picture(page, f"{name}-light")
    page.emulate_media(color_scheme="dark")
    page.evaluate(AT_REST)
    found += _axe(page, "color-contrast")
    picture(page, f"{name}-dark")
    page.emulate_media(color_scheme="light")
    return [f"{name}: {fault}" for fault in found]


def _axe(page: Page, *rules: str) -> list[str]:
    """What axe-core finds by these of its rules, or by all."""
    # It would fetch sound and styles, for rules that are not on or have nothing to look at here.
    options: dict[str, object] = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = rules
    found = page.evaluate("async (options) => (await axe.run(options)).violations", options)
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:120]}"
        for fault in found
        for node in fault["nodes"]
    ]


def _layout(page: Page) -> list[str]:
    """What is cut off, covers another part, is no button of its row, or leaves no room to type."""
    return [
        fault
        for check in (CUT_OFF, OVER_EACH_OTHER, UNEVEN, NARROW)
        for fault in page.evaluate(check)
    ]


CUT_OFF = """() => {
    const edge = document.documentElement.clientWidth;
    const shown = (each) => each.checkVisibility() && !each.closest(".results, .visually-hidden");
    return [...document.querySelectorAll("#container *, dialog *")]
        .filter((each) => shown(each) && each.getBoundingClientRect().right > edge + 1)
        .map((each) => `cut off: ${each.outerHTML.slice(0, 100)}`);
}"""

AT_REST = "() => document.getAnimations().forEach((each) => each.finish())"

MEASURED = "() => document.querySelector('.select2-container, #container [style*=width]') !== null"

OVER_EACH_OTHER = """() => {
    const parts = [...document.querySelectorAll("#content :is(form, section, fieldset, dl)")]
        .filter((each) => each.checkVisibility() && !each.parentElement.closest("fieldset"));
    const covers = (one, other) => !one.contains(other) && !other.contains(one)
        && one.getBoundingClientRect().top < other.getBoundingClientRect().bottom - 1;
    return parts.slice(1).filter((each, place) => covers(each, parts[place]))
        .map((each) => `over what is before it: ${each.outerHTML.slice(0, 100)}`);
}"""

UNEVEN = """() => [...document.querySelectorAll("#content .submit-row, dialog .submit-row")]
    .filter((row) => {
        const buttons = [...row.querySelectorAll("input, button, a")];
        const heights = buttons.map((each) => each.getBoundingClientRect().height);
        return Math.max(...heights) - Math.min(...heights) > 4;
    })
    .map((row) => `buttons of several sizes: ${row.outerHTML.slice(0, 200)}`)"""

NARROW = """() => [...document.querySelectorAll("input[type=text], textarea")]
    .filter((each) => each.checkVisibility() && each.getBoundingClientRect().width < 120)
    .map((each) => `no room to type: ${each.outerHTML.slice(0, 100)}`)"""


def _typography(page: Page) -> list[str]:
    """French punctuation that could come to the start of a line, away from its word."""
    text = page.evaluate("() => document.body.innerText")
    return re.findall(r".{0,30}(?: [:;!?»]|« ).{0,20}", text)


def _inline(html: str) -> list[str]:
    """What `script-src 'self'; style-src 'self'` would not let through."""
    own = r"<script(?![^>]*\bsrc=)[^>]*>|<style\b[^>]*>|<[^>]*\s(?:style|on\w+)=[^>]*>"
    return [f"inline: {found[0][:100]}" for found in re.finditer(own, html)]
