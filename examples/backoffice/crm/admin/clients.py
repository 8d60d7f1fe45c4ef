"""Clients, and writing to them."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from crm.admin.blocks import IntroducedAdmin
from crm.admin.rights import SEND_MESSAGE, may
from crm.models import Client
from crm.writing import write


@admin.register(Client)
class ClientAdmin(IntroducedAdmin):
    list_display = ("name", "introducer", "rule")
    list_select_related = ("introducer",)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.email_view)
        return [path("<int:pk>/email/", view, name="crm_client_email"), *super().get_urls()]

    def email_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """An e-mail by hand: who will receive it is seen before it is sent (S5a, D18)."""
        client = get_object_or_404(Client.objects.select_related("introducer"), pk=pk)
        if not (self.has_view_permission(request, client) and may(request, SEND_MESSAGE)):
            raise PermissionDenied
        return write(request, client)
