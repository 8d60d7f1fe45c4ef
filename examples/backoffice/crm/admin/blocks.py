"""A record with its commission block, and what a missing introducer means for it (S3, D3)."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest

from crm.admin.pages import Page
from crm.admin.rights import CHANGE_RULE, may
from crm.forms import BlockForm
from crm.gates import gate_of
from crm.rules import rule_change
from partner_comms import label

# D3
NOT_REMOVED = "Sans apporteur, la règle serait perdue : il faut le droit de la changer."
EMPTIED = "Sans apporteur, il n'y a pas de règles : le bloc Commissionnement est vide."
LOST_WITHOUT = "Sans apporteur, tout le bloc est vidé à l'enregistrement."


def _shown(request: HttpRequest, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Without the setting, while the gate is closed (S3)."""
    closed = not gate_of(request).is_open
    return tuple(field for field in fields if not (closed and field == "rule"))


class BlockAdmin(Page):
    form = BlockForm
    main_fields: tuple[str, ...] = ("name", "emails")
    block_fields: tuple[str, ...] = ("rule", "terms")
    help_texts: ClassVar[dict[str, str]] = {}
    list_display: Any = ("name", "rule")
    search_fields: ClassVar[Any] = ("name",)

    @property
    def record_title(self) -> str:  # type: ignore[override]
        return label(self.model.kind)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            (None, {"fields": self.main_fields}),
            ("Commissionnement", {"fields": _shown(request, self.block_fields)}),
        ]

    def get_list_display(self, request: HttpRequest) -> Any:
        return _shown(request, self.list_display)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if may(request, CHANGE_RULE) else ("rule",)

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, *args, help_texts=self.help_texts, **kwargs)
        for field in form.base_fields.values():
            # An icon next to the choice of a client that deletes the client is a trap.
            if hasattr(field.widget, "can_delete_related"):
                field.widget.can_delete_related = False
        return form

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


class IntroducedAdmin(BlockAdmin):
    block_fields = ("introducer", "rule", "terms")
    autocomplete_fields: ClassVar[Any] = ("introducer",)

    class Media:
        js = ("admin/js/jquery.init.js", "crm/select2_names.js")

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
