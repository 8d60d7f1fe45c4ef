"""What a browser does with the admin's forms: send back what is shown, with some changes."""

from __future__ import annotations

from html import unescape
from typing import Any

from crm.models import Configuration
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client as Web
from django.urls import reverse


def url(record: Model | type[Model], view: str) -> str:
    name = f"admin:{record._meta.app_label}_{record._meta.model_name}_{view}"
    return reverse(name, args=[record.pk] if isinstance(record, Model) else [])


def shown(web: Web, where: str) -> dict[str, str]:
    """The fields of the form at `where`, as a browser would send them back."""
    response = web.get(where)
    assert response.status_code == 200
    form = response.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {
        name: "on" if value is True else str(value)
        for name, value in values.items()
        if value not in (None, False)
    }


def save(web: Web, record: Model, **changes: Any) -> Any:
    """Open the page of `record`, make `changes`, and save."""
    where = url(record, "change")
    response = web.post(where, {**shown(web, where), **changes}, follow=True)
    record.refresh_from_db()
    return response


def plain(words: object) -> str:
    """As it is typed: without no-break spaces and escapes."""
    return unescape(str(words)).replace("\xa0", " ")


def text(response: Any) -> str:
    return plain(response.content.decode())


def messages(response: Any) -> str:
    return plain(" ".join(str(message) for message in response.context["messages"]))


def errors(response: Any) -> str:
    return plain(response.context["adminform"].form.errors)


def history(record: Model) -> list[str]:
    """What Django's history says of `record`, newest first."""
    kind = ContentType.objects.get_for_model(record)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(record.pk))
    return [plain(entry.get_change_message()) for entry in entries]


def switch(*, premium: bool = True, option: bool = True) -> None:
    Configuration.objects.update(premium=premium, option_enabled=option)


def write(web: Web, client: Model, about: str, **given: str) -> Any:
    """Write an e-mail on the client's page: choose what it is about, look, send."""
    where = reverse("admin:crm_client_email", args=[client.pk])
    looked = web.post(where, {"about": about, "preview": ""})
    form = looked.context["form"]
    filled = {"subject": "Votre dossier", "text": "Bonjour,\n.\nÀ bientôt", "about": about}
    hidden = {"key": form["key"].value(), "seen": looked.context["seen"]}
    return web.post(where, {**filled, **hidden, "send": "", **given}, follow=True)
