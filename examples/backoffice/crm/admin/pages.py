"""What all pages have in common: titles in French, and no full list where a filter is wrong."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from crm.admin.filters import RefusedError
from crm.at_once import locked
from partner_comms import FeatureClosedError, label

UNKNOWN = "Cette liste n'existe pas : le filtre, le tri ou la page demandés sont inconnus."


class Page(admin.ModelAdmin):
    new_title = "Nouvelle fiche"
    record_title = "Fiche"
    show_facets = admin.ShowFacets.NEVER  # they count the whole table, once for each choice

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = str(self.opts.verbose_name_plural).capitalize()
        try:
            return super().changelist_view(request, {"title": title, **(extra_context or {})})
        except RefusedError as refused:
            words = str(refused)
        except FeatureClosedError as error:  # the filter, and the bulk change (D7)
            words = f"La règle de communication n'est pas active : {label(error.reason)}."
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "words": words,
        }
        return TemplateResponse(request, "admin/crm/refused.html", context, status=400)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        # Django shows the full list for the one, and a bare page for the other.
        try:
            return super().get_changelist_instance(request)
        except (IncorrectLookupParameters, DisallowedModelAdminLookup) as error:
            raise RefusedError(UNKNOWN) from error

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        # What is about to be saved must be what the form is compared with.
        if request.method != "POST" or from_field or not object_id.isdecimal():
            return super().get_object(request, object_id, from_field)
        return locked(self.get_queryset(request)).filter(pk=object_id).first()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        title = self.record_title if object_id else self.new_title
        context = {"title": title, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)
