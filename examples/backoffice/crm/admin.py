"""The pages of the CRM: Django's admin, and what the feature adds to it.

While the gate is closed, the setting, the filter and the action are not shown, and what is asked
for all the same is refused with the reason (S3, D7). Who lacks the right to change rules sees them
and changes none.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from crm.forms import BlockForm, DealForm, RuleForm, prefill_words
from crm.models import (
    Client,
    Configuration,
    Contract,
    Introducer,
    Message,
    Outcome,
    Product,
    Project,
)
from crm.rules import change_rule, filter_by_rule, rule_change
from crm.writing import write
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

CHANGE_RULE = "crm.change_rule"
SEND_MESSAGE = "crm.send_message"


def may(request: HttpRequest, permission: str) -> bool:
    return request.user.has_perm(permission)


@admin.register(Configuration)
class ConfigurationAdmin(admin.ModelAdmin):
    """One page: the subscription and the option (S1, S2)."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:crm_configuration_change", Configuration.stored().pk)


# --- A record with its block (S3) -----------------------------------------------------------------


class BlockAdmin(admin.ModelAdmin):
    form = BlockForm
    main_fields: tuple[str, ...] = ("name", "emails")
    block_fields: tuple[str, ...] = ("rule", "terms")
    list_display: Any = ("name", "rule")
    search_fields: ClassVar[Any] = ("name",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            (None, {"fields": self.main_fields}),
            ("Commissionnement", {"fields": _shown(self.block_fields)}),
        ]

    def get_list_display(self, request: HttpRequest) -> Any:
        return _shown(self.list_display)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if may(request, CHANGE_RULE) else ("rule",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # The filter alone asks for a rule, and minds the gate.
        return "rule" not in lookup.split("__") and super().lookup_allowed(lookup, value, request)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """What Django notes in its history, and the old rule and the new."""
        noted = super().construct_change_message(request, form, formsets, add)
        if add or form.instance.rule == form.stored_rule:
            return noted
        django_words = LogEntry(change_message=json.dumps(noted)).get_change_message()
        return f"{django_words} {rule_change(form.stored_rule, form.instance.rule)}"


def _shown(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Without the setting, while the gate is closed (S3)."""
    closed = not Configuration.gate().is_open
    return tuple(field for field in fields if not (closed and field == "rule"))


@admin.register(Introducer)
class IntroducerAdmin(BlockAdmin):
    pass


@admin.register(Product)
class ProductAdmin(BlockAdmin):
    main_fields = ("name",)


# --- Projects and contracts -----------------------------------------------------------------------


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


class IntroducedAdmin(BlockAdmin):
    block_fields = ("introducer", "rule", "terms")

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Without the right to change a rule, nobody removes it with its introducer either (D3)."""
        form = super().get_form(request, obj, *args, **kwargs)
        introducer = form.base_fields.get("introducer")
        if introducer and obj and obj.introducer and not may(request, CHANGE_RULE):
            introducer.required = True
            introducer.error_messages["required"] = NOT_REMOVED
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        given = form.cleaned_data
        if not obj.introducer and (given.get("rule") or given.get("terms")):
            self.message_user(request, EMPTIED, messages.WARNING)


# D3, D4
NOT_REMOVED = "Sans apporteur, la règle serait perdue : il faut le droit de la changer."
EMPTIED = "Sans apporteur, il n'y a ni règle ni conditions : le bloc Commissionnement est vide."
KEPT = "L'apporteur a changé ; le bloc Commissionnement est resté tel quel"


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


# --- Clients, and writing to them -----------------------------------------------------------------


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


# --- The log --------------------------------------------------------------------------------------


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    """Reads the log; where nobody knows what became of a message, a person may say it."""

    list_display = ("time", "communication", "record_name", "to", "outcome", "why")
    list_filter = ("outcome", "communication")
    search_fields = ("record_name", "run")
    actions = ("has_arrived", "has_not_arrived")

    @admin.display(description="destinataires")
    def to(self, message: Message) -> str:
        return ", ".join((*message.answer.get("to", ()), *message.answer.get("cc", ())))

    @admin.display(description="motif")
    def why(self, message: Message) -> str:
        return message.reason

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_send_permission(self, request: HttpRequest) -> bool:
        return may(request, SEND_MESSAGE)

    @admin.action(description="Sort inconnu : déclarer arrivé", permissions=["send"])
    def has_arrived(self, request: HttpRequest, found: QuerySet[Message]) -> None:
        self._settle(request, found, Outcome.ACCEPTED)

    @admin.action(
        description="Sort inconnu : déclarer non arrivé (le même envoi le renverra)",
        permissions=["send"],
    )
    def has_not_arrived(self, request: HttpRequest, found: QuerySet[Message]) -> None:
        self._settle(request, found, Outcome.REFUSED)

    def _settle(self, request: HttpRequest, found: QuerySet[Message], outcome: Outcome) -> None:
        detail = f"Déclaré par {request.user.get_username()}."
        doubtful = found.filter(outcome=Outcome.DOUBTFUL)
        settled = doubtful.update(outcome=outcome, detail=detail)
        self.message_user(request, f"Messages au sort désormais connu : {settled}.")
