"""The filters of the lists: what they do not know is an error, and never the full list (D19)."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import BooleanFieldListFilter, ChoicesFieldListFilter, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from crm.gates import gate_of
from crm.models import Client, Contract, Project, Run
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

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.gate = gate_of(request)
        super().__init__(request, *args)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(wanted.value, label(wanted)) for wanted in RuleFilter]

    def has_output(self) -> bool:
        # Django forgets a filter that has none: one that was asked for must come to be refused.
        return self.gate.is_open or self.value() is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if (wanted := self.value()) is None:
            return queryset
        if wanted not in {known.value for known in RuleFilter}:
            raise unknown(self.title, wanted)
        return filter_by_rule(queryset, RuleFilter(wanted), gate=self.gate)


class LinkedFilter(SimpleListFilter):
    """The one record whose page led here; shown where there is one."""

    template = TEMPLATE

    def found(self, wanted: str) -> str | None:
        """What the list says of `wanted`; None where there is no such record."""
        raise NotImplementedError

    def narrowed(self, queryset: QuerySet[Any], wanted: str) -> QuerySet[Any]:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        wanted = self.value()
        words = self.found(wanted) if wanted is not None else None
        return [(str(wanted), words)] if words is not None else []

    def has_output(self) -> bool:
        return self.value() is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if (wanted := self.value()) is None:
            return queryset
        if not self.lookup_choices:
            raise unknown(str(self.title), wanted)
        return self.narrowed(queryset, wanted)


class ClientFilter(LinkedFilter):
    title = "Client"
    parameter_name = "client"

    def found(self, wanted: str) -> str | None:
        return _name(Client, wanted)

    def narrowed(self, queryset: QuerySet[Any], wanted: str) -> QuerySet[Any]:
        return queryset.filter(client=wanted)


class RunFilter(LinkedFilter):
    title = "Envoi"
    parameter_name = "run"

    def found(self, wanted: str) -> str | None:
        return _name(Run, wanted)

    def narrowed(self, queryset: QuerySet[Any], wanted: str) -> QuerySet[Any]:
        return queryset.filter(run=wanted)


class AboutFilter(LinkedFilter):
    """E-mails about one contract or project: `contract-12`."""

    title = "Concerne"
    parameter_name = "about"

    def found(self, wanted: str) -> str | None:
        kind, _, pk = wanted.partition("-")
        model = {deal.kind.value: deal for deal in (Project, Contract)}.get(kind)
        return model and _name(model, pk)

    def narrowed(self, queryset: QuerySet[Any], wanted: str) -> QuerySet[Any]:
        kind, _, pk = wanted.partition("-")
        return queryset.filter(record_kind=kind, record_id=pk)


def _name(model: type[Client | Project | Contract | Run], pk: str) -> str | None:
    record = model.objects.filter(pk=pk).first() if pk.isdecimal() else None
    return str(record) if record else None


def unknown(title: str, wanted: str) -> RefusedError:
    return RefusedError(f"Filtre « {title} » : « {wanted} » n'est pas un choix.")
