"""The page of the subscription and the option (S1, S2)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from crm.admin.pages import Page
from crm.admin.site import site
from crm.forms import RecordForm
from crm.models import Configuration


@admin.register(Configuration, site=site)
class ConfigurationAdmin(Page):
    record_title = "Configuration"
    form = RecordForm
    fields = ("premium", "option_enabled")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("backoffice:crm_configuration_change", 1)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        stored = super().get_object(request, object_id, from_field)
        return stored or (Configuration.stored() if object_id == "1" else None)
