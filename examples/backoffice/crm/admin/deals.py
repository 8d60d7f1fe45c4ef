"""The Projets and Contrats pages: prefilling, the filter and the bulk change."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from crm.admin.blocks import IntroducedAdmin
from crm.admin.rights import CHANGE_RULE, may
from crm.forms import DealForm, RuleForm, prefill_words
from crm.models import Client, Configuration, Contract, Introducer, Project
from crm.rules import change_rule, filter_by_rule
from partner_comms import (
    ChangeOutcome,
    CommunicationRule,
    FeatureClosedError,
    PartnerCommsError,
    RuleFilter,
    UiText,
    label,
    prefill_introduction,
)

# D4
KEPT = "L'apporteur a changé ; le bloc Commissionnement est resté tel quel"


class RecipientFilter(admin.SimpleListFilter):
    """« Destinataire des communications clients » (S13)."""

    title = label(UiText.RULE_FILTER)
    parameter_name = "recipient"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(wanted.value, label(wanted)) for wanted in RuleFilter]

    def has_output(self) -> bool:
        # Django forgets a filter that has none: one that was asked for must come to be refused.
        return Configuration.gate().is_open or self.value() is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if (wanted := self.value()) is None:
            return queryset
        if wanted not in {known.value for known in RuleFilter}:
            raise IncorrectLookupParameters
        return filter_by_rule(queryset, RuleFilter(wanted), gate=Configuration.gate())


class DealAdmin(IntroducedAdmin):
    form = DealForm
    change_form_template = "admin/crm/deal_form.html"
    main_fields: tuple[str, ...] = ("number", "client", "product", "documents_expected")
    list_display = ("number", "client", "product", "introducer", "rule")
    list_filter: ClassVar[Any] = (RecipientFilter, "documents_expected")
    search_fields = ("number", "client__name", "introducer__name")
    autocomplete_fields = ("client",)
    list_select_related = ("client", "product", "introducer")
    show_full_result_count = False
    actions = ("change_rule",)

    class Media:
        js = ("admin/js/jquery.init.js", "crm/prefill.js")

    def get_urls(self) -> list[URLPattern]:
        name = f"crm_{self.opts.model_name}_prefill"
        view = self.admin_site.admin_view(self.prefill_view)
        where = "prefill/<int:client_pk>/<int:introducer_pk>/"
        return [path(where, view, name=name), *super().get_urls()]

    def prefill_view(
        self, request: HttpRequest, client_pk: int, introducer_pk: int
    ) -> JsonResponse:
        """What a new deal of that client would start with under that introducer (S10, S11)."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        client = get_object_or_404(Client, pk=client_pk)
        introducer = get_object_or_404(Introducer, pk=introducer_pk)
        for record in (client, introducer):  # the answer tells what stands on their pages
            page = self.admin_site.get_model_admin(type(record))
            if not page.has_view_permission(request, record):
                raise PermissionDenied
        try:
            prefill = prefill_introduction(client.as_record(), introducer.as_record())
        except PartnerCommsError as error:
            return JsonResponse({"words": f"Fiche à corriger : {error}", "warning": True})
        block = prefill.introduction.block
        answer = {
            "words": prefill_words(prefill, client, introducer),
            "warning": prefill.differs_from_preferred,
            "terms": block.terms,
        }
        if Configuration.gate().is_open:  # S3
            answer["rule"] = block.rule.value
        return JsonResponse(answer)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.prefill:
            differs = form.prefill.differs_from_preferred
            level = messages.WARNING if differs else messages.INFO
            self.message_user(
                request, prefill_words(form.prefill, obj.client, obj.introducer), level
            )
        elif obj.introducer and obj.introducer != form.stored_introducer:
            words = f"{KEPT} ({form.stored_introducer} → {obj.introducer})."
            self.message_user(request, words, messages.WARNING)

    # --- The filter and the bulk change ---

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)
        except FeatureClosedError as error:
            words = f"La règle de communication n'est pas active : {label(error.reason)}."
            self.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(request.path)

    def get_actions(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # `args` and `kwargs`: Django 6 says where on the page the actions stand.
        actions = super().get_actions(request, *args, **kwargs)
        if request.method == "GET" and not Configuration.gate().is_open:
            actions.pop("change_rule", None)  # a POST that asks for it all the same is told why
        return actions

    def has_change_rule_permission(self, request: HttpRequest) -> bool:
        return may(request, CHANGE_RULE) and self.has_change_permission(request)

    @admin.action(description=label(UiText.CHANGE_RULE_ACTION), permissions=["change_rule"])
    @transaction.atomic
    def change_rule(self, request: HttpRequest, deals: QuerySet[Any]) -> HttpResponse | None:
        """Asks for the new rule, then applies it to the very deals that were seen (S14)."""
        gate = Configuration.gate()
        gate.require_open()
        pks = list(deals.order_by("pk").values_list("pk", flat=True))
        seen = sha256(repr(pks).encode()).hexdigest()
        confirmed = request.POST.get("seen")
        form = RuleForm(request.POST if confirmed else None)
        if confirmed and confirmed != seen:
            self.message_user(request, "La sélection a changé entre-temps.", messages.WARNING)
        elif form.is_valid():
            rule = CommunicationRule(form.cleaned_data["rule"])
            outcomes = change_rule(deals, rule, gate=gate, user_id=cast(int, request.user.pk))
            self.message_user(request, _report(rule, outcomes), messages.SUCCESS)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": label(UiText.CHANGE_RULE_ACTION),
            "opts": self.opts,
            "media": self.media,
            "form": form,
            "count": len(pks),
            "seen": seen,
            "sample": deals[:10],
            "selected": request.POST.getlist("_selected_action"),
            "select_across": request.POST.get("select_across", "0"),
        }
        return TemplateResponse(request, "admin/crm/change_rule.html", context)


def _report(rule: CommunicationRule, outcomes: dict[ChangeOutcome, int]) -> str:
    counts = " ; ".join(f"{label(outcome)} : {count}" for outcome, count in outcomes.items())
    return f"Règle « {label(rule)} ». {counts}."


@admin.register(Project)
class ProjectAdmin(DealAdmin):
    pass


@admin.register(Contract)
class ContractAdmin(DealAdmin):
    main_fields = (*DealAdmin.main_fields, "unpaid")
    list_filter = (*DealAdmin.list_filter, "unpaid")
