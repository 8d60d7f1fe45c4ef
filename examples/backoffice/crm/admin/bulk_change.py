"""« Changer le destinataire des communications clients », on the selected rows (S14)."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from crm.at_once import BusyError
from crm.forms import RuleForm
from crm.gates import gate_of
from crm.rules import SelectionChangedError, change_rule, fingerprint
from partner_comms import ChangeOutcome, CommunicationRule, UiText, label


def ask_and_change(
    page: ModelAdmin, request: HttpRequest, deals: QuerySet[Any]
) -> HttpResponse | None:
    """Asks for the new rule, then applies it to the very deals that were seen."""
    gate = gate_of(request)
    gate.require_open()
    seen = request.POST.get("seen")
    form = RuleForm(request.POST if seen else None)
    if form.is_valid():
        rule = CommunicationRule(form.cleaned_data["rule"])
        user = cast(int, request.user.pk)
        try:
            outcomes = change_rule(deals, rule, gate=gate, user_id=user, seen=seen)
        except (SelectionChangedError, BusyError) as error:
            page.message_user(request, str(error), messages.WARNING)
        else:
            page.message_user(request, _report(page, rule, outcomes), messages.SUCCESS)
            return None
    context = {
        **page.admin_site.each_context(request),
        "title": label(UiText.CHANGE_RULE_ACTION),
        "opts": page.opts,
        "media": page.media,
        "form": form,
        "count": deals.count(),
        "seen": fingerprint(deals),
        "sample": deals[:10],
        "selected": request.POST.getlist("_selected_action"),
        "select_across": request.POST.get("select_across", "0"),
    }
    return TemplateResponse(request, "admin/crm/change_rule.html", context)


def _report(page: ModelAdmin, rule: CommunicationRule, outcomes: dict[ChangeOutcome, int]) -> str:
    """« 12 contrats modifiés ; 3 l'avaient déjà ; 6 ignorés, faute d'apporteur. »"""
    changed, unchanged, skipped = (outcomes[outcome] for outcome in ChangeOutcome)
    names = page.opts.verbose_name_plural if changed > 1 else page.opts.verbose_name
    counts = [f"{changed} {names} modifié{_s(changed)}"]
    if unchanged:
        counts.append(f"{unchanged} l'avai{'ent' if unchanged > 1 else 't'} déjà")
    if skipped:
        counts.append(f"{skipped} ignoré{_s(skipped)}, faute d'apporteur")
    return f"Règle « {label(rule)} » : {' ; '.join(counts)}."


def _s(count: int) -> str:
    return "s" if count > 1 else ""
