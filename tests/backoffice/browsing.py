"""What a person does with the pages, by names that they see."""

from __future__ import annotations

import os
from pathlib import Path

from crm.models import Deal
from django.apps import apps
from django.db.models import Model
from playwright.sync_api import Locator, Page, expect

from .pages import url

NOTHING = "/static/crm/backoffice.css"
"""What a browser shows as a text, and no more; of the site, so that its process stays the same."""


def picture(page: Page, name: str, *, whole: bool = True) -> None:
    """Of the whole page, or of what fits on the screen."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)


def log_in(page: Page, name: str) -> None:
    page.get_by_label("Nom d’utilisateur").fill(name)
    page.get_by_label("Mot de passe").fill(name)
    page.get_by_role("button", name="Connexion").click()
    page.get_by_role("heading", name="Accueil").wait_for()


def open_list(page: Page, kind: str) -> None:
    """By the menu of the page; where none is open yet, by its address."""
    if page.url.endswith(NOTHING):
        page.goto(url(_model(kind), "changelist"))
        return
    menu = page.get_by_role("navigation", name="Menu principal")
    menu.get_by_role("link", name=kind, exact=True).click()


def open_record(page: Page, kind: str, name: str) -> None:
    """By its address: the way there is walked for S3, and would be two pages for each record."""
    model = _model(kind)
    called = "number" if issubclass(model, Deal) else "name"
    page.goto(url(model._default_manager.get(**{called: name}), "change"))


def _model(kind: str) -> type[Model]:
    models = apps.get_app_config("crm").get_models()
    return next(each for each in models if each._meta.verbose_name_plural == kind.lower())


def choose(page: Page, field: str, name: str) -> None:
    """Search a list for `name`, and take it."""
    page.locator(f".field-{field} .select2-selection").click()
    page.get_by_role("searchbox").last.fill(name)
    page.get_by_role("option", name=name).click()


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer", exact=True).click()


def said(page: Page, words: str) -> None:
    expect(page.locator(".messagelist")).to_contain_text(words)


def rows(page: Page) -> Locator:
    return page.locator("#result_list tbody tr")


def filtered(page: Page, words: str) -> int:
    """Choose `words` in the list's filters; how many rows are left."""
    with page.expect_navigation():
        filters = page.locator("#changelist-filter")
        filters.get_by_role("link", name=words, exact=True).first.click()
    return rows(page).count()
