"""The Projets and Contrats pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path

from crm.admin.blocks import LOST_WITHOUT, IntroducedAdmin
from crm.admin.bulk_change import ask_and_change
from crm.admin.filters import ClientFilter, RecipientFilter, YesOrNo
from crm.admin.prefilling import prefill_answer
from crm.admin.rights import CHANGE_RULE, may
from crm.admin.site import site
from crm.forms import DealForm, saved_words
from crm.gates import gate_of
from crm.models import Contract, Project
from partner_comms import UiText, label

# D4
KEPT = "L'apporteur a changé ; le bloc Commissionnement est resté tel quel"


class DealAdmin(IntroducedAdmin):
    form = DealForm
    change_form_template = "admin/crm/deal_form.html"
    main_fields: tuple[str, ...] = ("number", "client", "product", "documents_expected")
    list_display = ("number", "client", "product", "introducer", "rule")
    list_filter: ClassVar[Any] = (RecipientFilter, ClientFilter, ("documents_expected", YesOrNo))
    search_fields = ("number", "client__name", "introducer__name")
    autocomplete_fields = ("client", "introducer")
    list_select_related = ("client", "product", "introducer")
    show_full_result_count = False
    actions = ("change_rule",)

    class Media:
        js = ("admin/js/jquery.init.js", "crm/server.js", "crm/prefill.js", "crm/bulk_change.js")

    # --- Prefilling ---

    def get_urls(self) -> list[URLPattern]:
        name = f"crm_{self.opts.model_name}_prefill"
        view = self.admin_site.admin_view(self.prefill_view)
        where = "prefill/<int:client_pk>/<int:introducer_pk>/"
        return [path(where, view, name=name), *super().get_urls()]

    def prefill_view(
        self, request: HttpRequest, client_pk: int, introducer_pk: int
    ) -> JsonResponse:
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        return prefill_answer(request, self.admin_site, client_pk, introducer_pk)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.prefill:
            differs = form.prefill.differs_from_preferred
            level = messages.WARNING if differs else messages.INFO
            self.message_user(request, saved_words(form.prefill, obj), level)
        elif obj.introducer and obj.introducer != form.stored_introducer:
            words = f"{KEPT} ({form.stored_introducer} → {obj.introducer})."
            self.message_user(request, words, messages.WARNING)

    # --- The bulk change ---

    def get_actions(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # `args` and `kwargs`: Django 6 says where on the page the actions stand.
        actions = super().get_actions(request, *args, **kwargs)
        if request.method == "GET" and not gate_of(request).is_open:
            actions.pop("change_rule", None)  # a POST that asks for it all the same is told why
        return actions

    def has_change_rule_permission(self, request: HttpRequest) -> bool:
        return may(request, CHANGE_RULE) and self.has_change_permission(request)

    @admin.action(description=label(UiText.CHANGE_RULE_ACTION), permissions=["change_rule"])
    def change_rule(self, request: HttpRequest, deals: QuerySet[Any]) -> HttpResponse | None:
        return ask_and_change(self, request, deals)


@admin.register(Project, site=site)
class ProjectAdmin(DealAdmin):
    new_title = "Nouveau projet"
    help_texts = {
        "introducer": LOST_WITHOUT,
        "rule": "À qui vont les e-mails qui concernent ce projet.",
    }


@admin.register(Contract, site=site)
class ContractAdmin(DealAdmin):
    new_title = "Nouveau contrat"
    main_fields = (*DealAdmin.main_fields, "unpaid")
    list_filter = (*DealAdmin.list_filter, ("unpaid", YesOrNo))
    help_texts = {
        "introducer": LOST_WITHOUT,
        "rule": "À qui vont les e-mails qui concernent ce contrat.",
    }
