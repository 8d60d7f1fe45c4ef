"""The log: what was sent, to whom and why."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from crm.admin.filters import OneOf
from crm.admin.pages import Page
from crm.admin.rights import SEND_MESSAGE, may
from crm.admin.site import site
from crm.mail import settle
from crm.models import Message, Outcome


@admin.register(Message, site=site)
class MessageAdmin(Page):
    """Reads the log; where nobody knows what became of a message, a person may say it."""

    list_display = ("time", "communication", "record_name", "to", "outcome", "why")
    list_filter = (("outcome", OneOf), ("communication", OneOf))
    search_fields = ("record_name", "client__name", "run__name")
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
        self._settle(request, found, Outcome.ARRIVED)

    @admin.action(
        description="Sort inconnu : déclarer non arrivé (le même envoi le renverra)",
        permissions=["send"],
    )
    def has_not_arrived(self, request: HttpRequest, found: QuerySet[Message]) -> None:
        self._settle(request, found, Outcome.LOST)

    def _settle(self, request: HttpRequest, found: QuerySet[Message], outcome: Outcome) -> None:
        settled = settle(found, outcome, request.user.get_username())
        self.message_user(request, f"Messages au sort désormais connu : {settled}.")
