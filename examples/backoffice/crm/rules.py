"""The filter and the bulk change of the Projects and Contracts pages, in the database (S13, S14).

What `filter_by_rule` and `change_rule` of the library do with values in memory, with as many
queries for a hundred thousand deals as for one.
"""

from __future__ import annotations

from typing import TypeVar

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction
from django.db.models import Case, Count, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Now

from crm.models import Contract, Project
from partner_comms import (
    ChangeOutcome,
    CommunicationRule,
    FeatureGate,
    RuleFilter,
    UiText,
    label,
)

DealT = TypeVar("DealT", Project, Contract)


def filter_by_rule(
    deals: QuerySet[DealT], wanted: RuleFilter, *, gate: FeatureGate
) -> QuerySet[DealT]:
    """« Aucune » is no introducer, which is not the rule « Client » (D3)."""
    gate.require_open()  # D7
    if wanted is RuleFilter.NONE:
        return deals.filter(introducer=None)
    return deals.filter(introducer__isnull=False, rule=wanted.value)


def change_rule(
    deals: QuerySet[DealT], rule: CommunicationRule, *, gate: FeatureGate, user_id: int
) -> dict[ChangeOutcome, int]:
    """Give `rule` to all of `deals` that have an introducer; say how many changed or did not."""
    gate.require_open()  # D7
    deals = deals.order_by()
    to_change = deals.filter(introducer__isnull=False).exclude(rule=rule.value)
    with transaction.atomic():
        found = deals.aggregate(all=Count("pk"), introduced=Count("introducer"))
        changed = 0
        if found["introduced"]:
            _log(to_change, rule, user_id)
            changed = to_change.update(rule=rule.value)
    return {
        ChangeOutcome.CHANGED: changed,
        ChangeOutcome.UNCHANGED: found["introduced"] - changed,
        ChangeOutcome.SKIPPED: found["all"] - found["introduced"],
    }


def rule_change(old: str | None, new: str | None) -> str:
    """The sentence of the history: the old rule and the new."""
    words = [label(CommunicationRule(rule)) if rule else "aucune" for rule in (old, new)]
    return f"{label(UiText.RULE_SETTING)} : {words[0]} → {words[1]}"


def _log(deals: QuerySet[DealT], rule: CommunicationRule, user_id: int) -> None:
    """An entry in Django's history for each of `deals`, by one INSERT … SELECT."""
    old_rules = [
        When(rule=old.value, then=Value(rule_change(old.value, rule.value)))
        for old in CommunicationRule
    ]
    content_type = ContentType.objects.get_for_model(deals.model)
    columns = {
        "action_time": Now(),
        "user_id": Value(user_id),
        "content_type_id": Value(content_type.pk),
        "object_id": Cast("pk", TextField()),
        "object_repr": F("number"),
        "action_flag": Value(CHANGE),
        "change_message": Case(*old_rules, output_field=TextField()),
    }
    entries = deals.annotate(**{f"log_{name}": value for name, value in columns.items()})
    select = entries.values_list(*(f"log_{name}" for name in columns)).query.sql_with_params()
    into = f"{LogEntry._meta.db_table} ({', '.join(columns)})"
    with connections[deals.db].cursor() as cursor:
        cursor.execute(f"INSERT INTO {into} {select[0]}", select[1])
