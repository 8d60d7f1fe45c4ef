"""The log: each e-mail, to whom, about what, when and why, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from crm.admin.filters import AboutFilter, ClientFilter, OneOf, RunFilter
from crm.admin.pages import Page
from crm.admin.rights import SEND_MESSAGE, may
from crm.admin.site import site
from crm.mail import doubtful, settle
from crm.models import Message, Outcome
from partner_comms import RecordKind, label


@admin.register(Message, site=site)
class MessageAdmin(Page):
    """Reads the log; where nobody knows what became of a message, a person may say it."""

    record_title = "E-mail"
    change_form_template = "admin/crm/message.html"
    list_display = ("time", "client", "concerns", "communication", "to_and_cc", "outcome")
    list_filter = (
        ClientFilter,
        AboutFilter,
        RunFilter,
        ("outcome", OneOf),
        ("communication", OneOf),
    )
    search_fields = ("client__name", "record_name", "subject", "run__name")
    search_help_text = "Nom du client, numéro du contrat ou du projet, objet, nom de l'envoi."
    list_select_related = ("client",)
    show_full_result_count = False
    actions = ("has_arrived", "has_not_arrived")
    fieldsets = (
        (None, {"fields": ("time", "communication", "client_page", "record_page", "run_page")}),
        ("Destinataires", {"fields": ("to", "cc", "why")}),
        ("Contenu", {"fields": ("subject", "letter", "author")}),
        ("Résultat", {"fields": ("outcome", "said", "message_id")}),
    )

    # --- What the list and the page show ---

    @admin.display(description="concerne")
    def concerns(self, message: Message) -> str:
        kind = RecordKind(message.record_kind)
        return label(kind) if kind is RecordKind.CLIENT else f"{label(kind)} {message.record_name}"

    @admin.display(description="destinataires")
    def to_and_cc(self, message: Message) -> str:
        to, cc = self.to(message), self.cc(message)
        return to if cc == NOBODY else f"{to} (copie : {cc})"

    @admin.display(description="À")
    def to(self, message: Message) -> str:
        return ", ".join(message.answer.get("to", ())) or NOBODY

    @admin.display(description="Copie")
    def cc(self, message: Message) -> str:
        return ", ".join(message.answer.get("cc", ())) or NOBODY

    @admin.display(description="Pourquoi")
    def why(self, message: Message) -> str:
        answer = message.recipients
        if answer is None:
            return "La fiche était à corriger : voyez le résultat."
        warning = "notice warning" if answer.notices else ""
        return format_html('<div class="{}">{}</div>', warning, answer.explain())

    @admin.display(description="Texte")
    def letter(self, message: Message) -> str:
        return format_html('<div class="letter">{}</div>', message.text)

    @admin.display(description="Ce qui s'est passé")
    def said(self, message: Message) -> str:
        return format_html('<div class="letter">{}</div>', message.detail.strip())

    @admin.display(description="Envoyé par")
    def author(self, message: Message) -> str:
        return str(message.user) if message.user else "une commande automatique"

    @admin.display(description="Client")
    def client_page(self, message: Message) -> str:
        return _link(message.client, "client", message.client_id)

    @admin.display(description="Concerne")
    def record_page(self, message: Message) -> str:
        return _link(self.concerns(message), message.record_kind, message.record_id)

    @admin.display(description="Envoi")
    def run_page(self, message: Message) -> str:
        if message.run is None:
            return "aucun : écrit à la main"
        return _link(message.run, "run", message.run.pk)

    # --- What may be done ---

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_send_permission(self, request: HttpRequest) -> bool:
        return may(request, SEND_MESSAGE)

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Message | None = None,
    ) -> HttpResponse:
        if obj is not None and may(request, SEND_MESSAGE):
            context["doubtful"] = doubtful(Message.objects.filter(pk=obj.pk)).exists()
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.action(description="Sort inconnu : déclarer arrivé", permissions=["send"])
    def has_arrived(self, request: HttpRequest, found: QuerySet[Message]) -> None:
        self._settle(request, found, Outcome.ARRIVED)

    @admin.action(
        description="Sort inconnu : déclarer non arrivé (le même envoi le renverra)",
        permissions=["send"],
    )
    def has_not_arrived(self, request: HttpRequest, found: QuerySet[Message]) -> None:
        self._settle(request, found, Outcome.LOST)

    def _settle(self, request: HttpRequest, found: QuerySet[Message], outcome: Outcome) -> None:
        chosen = found.count()
        settled = settle(found, outcome, request.user.get_username())
        words = f"{settled} e-mail{'s' if settled > 1 else ''} : {Outcome(outcome).label.lower()}."
        if settled < chosen:
            words += f" {chosen - settled} sans changement : leur sort est connu, ou va l'être."
        self.message_user(
            request, words, messages.SUCCESS if settled == chosen else messages.WARNING
        )


NOBODY = "personne"


def _link(words: object, page: str, pk: int) -> str:
    where = reverse(f"backoffice:crm_{page}_change", args=[pk])
    return format_html('<a href="{}">{}</a>', where, words)
