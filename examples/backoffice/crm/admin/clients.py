"""Clients, and writing to them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse

from crm.admin.blocks import LOST_WITHOUT, IntroducedAdmin
from crm.admin.rights import SEND_MESSAGE, may
from crm.admin.site import site
from crm.admin.writing import write
from crm.models import Client, Contract, Project


@admin.register(Client, site=site)
class ClientAdmin(IntroducedAdmin):
    new_title = "Nouveau client"
    list_display = ("name", "introducer", "rule")
    list_select_related = ("introducer",)
    help_texts = {
        "introducer": LOST_WITHOUT,
        "rule": "À qui vont les e-mails qui ne concernent ni un contrat ni un projet. Préremplit "
        "aussi les nouveaux contrats et projets du client ; ne change rien à ceux qui existent.",
    }

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Client | None = None,
    ) -> HttpResponse:
        if obj is not None:
            context["deals"] = [_deals(obj, model) for model in (Project, Contract)]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.email_view)
        return [path("<int:pk>/email/", view, name="crm_client_email"), *super().get_urls()]

    def email_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """An e-mail by hand: who will receive it is seen before it is sent (S5a, D18)."""
        client = get_object_or_404(Client.objects.select_related("introducer"), pk=pk)
        if not (self.has_view_permission(request, client) and may(request, SEND_MESSAGE)):
            raise PermissionDenied
        return write(request, client)


FIRST = 20


def _deals(client: Client, model: type[Project | Contract]) -> dict[str, Any]:
    """The first of a client's deals of one kind, for its page, and where the others are."""
    page = f"backoffice:crm_{model._meta.model_name}"
    found = model.objects.filter(client=client)
    return {
        "kind": model.kind.value,
        "title": str(model._meta.verbose_name_plural).capitalize(),
        "count": found.count(),
        "first": [
            (deal, reverse(f"{page}_change", args=[deal.pk]))
            for deal in found.select_related("product", "introducer")[:FIRST]
        ],
        "list": f"{reverse(f'{page}_changelist')}?client={client.pk}",
    }
