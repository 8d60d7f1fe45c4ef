"""The filters of the lists: what they do not know is an error, and never the full list (D19)."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import BooleanFieldListFilter, ChoicesFieldListFilter, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from crm.models import Client, Configuration
from crm.rules import filter_by_rule
from partner_comms import RuleFilter, UiText, label

TEMPLATE = "admin/crm/filter.html"


class RefusedError(Exception):
    """A list that was asked for by what no filter knows; says so in words for the page."""


class YesOrNo(BooleanFieldListFilter):
    template = TEMPLATE


class OneOf(ChoicesFieldListFilter):
    template = TEMPLATE

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        known = {str(code) for code, _ in self.field.flatchoices}
        for wanted in self.lookup_val or ():
            if wanted not in known:
                raise unknown(str(self.title), wanted)
        return super().queryset(request, queryset)


class RecipientFilter(SimpleListFilter):
    """« Destinataire des communications clients » (S13)."""

    title = label(UiText.RULE_FILTER)
    parameter_name = "recipient"
    template = TEMPLATE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(wanted.value, label(wanted)) for wanted in RuleFilter]

    def has_output(self) -> bool:
        # Django forgets a filter that has none: one that was asked for must come to be refused.
        return Configuration.gate().is_open or self.value() is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if (wanted := self.value()) is None:
            return queryset
        if wanted not in {known.value for known in RuleFilter}:
            raise unknown(self.title, wanted)
        return filter_by_rule(queryset, RuleFilter(wanted), gate=Configuration.gate())


class ClientFilter(SimpleListFilter):
    """The one client whose page led here; shown where there is one."""

    title = "Client"
    parameter_name = "client"
    template = TEMPLATE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        asked = self.value() or ""
        found = Client.objects.filter(pk=int(asked)) if asked.isdecimal() else ()
        return [(str(client.pk), client.name) for client in found]

    def has_output(self) -> bool:
        return self.value() is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if (wanted := self.value()) is None:
            return queryset
        if wanted not in {pk for pk, _ in self.lookup_choices}:
            raise unknown(self.title, wanted)
        return queryset.filter(client=int(wanted))


def unknown(title: str, wanted: str) -> RefusedError:
    return RefusedError(f"Filtre « {title} » : « {wanted} » n'est pas un choix.")
