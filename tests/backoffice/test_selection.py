"""The Projets and Contrats pages: the filter, the action, and what they cost."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from crm.models import Client, Configuration, Contract, Introducer, Message, Product, Project
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client as Web
from django.test.utils import CaptureQueriesContext

from partner_comms import CommunicationRule, Reason, RuleFilter, UiText, label

from .pages import history, messages, plain, switch, url

FILTER = label(UiText.RULE_FILTER)
ACTION = label(UiText.CHANGE_RULE_ACTION)
KINDS: list[Any] = [Project, Contract]


def listed(web: Web, kind: Any, **asked: str) -> set[str]:
    response = web.get(url(kind, "changelist"), asked)
    assert response.status_code == 200
    return {str(deal) for deal in response.context["cl"].result_list}


def change(
    web: Web, kind: Any, deals: list[Any], rule: str, *, everything: bool = False, **query: str
) -> Any:
    """What the two pages send: the selection, then the selection with the new rule."""
    where = f"{url(kind, 'changelist')}?{urlencode(query)}"
    selection = {
        "action": "change_rule",
        "index": "0",
        "select_across": str(int(everything)),
        "_selected_action": [deal.pk for deal in deals],
    }
    asked = web.post(where, selection)
    if asked.status_code == 302:
        return web.get(asked["Location"])
    seen = asked.context.get("seen", "refused: sent all the same")
    return web.post(where, {**selection, "seen": seen, "rule": rule}, follow=True)


def refused(response: Any) -> str:
    """What a page says that shows no list, since it was asked for one that there is not."""
    assert response.status_code == 400
    assert "result_list" not in response.content.decode()
    return plain(response.context["words"])


def report(kind: Any, rule: CommunicationRule, changed: int, had_it: int, skipped: int) -> str:
    """The sentence after a bulk change, as a person would write it."""
    name = {Project: "projet", Contract: "contrat"}[kind]
    parts = [f"{changed} {name}s modifiés" if changed > 1 else f"{changed} {name} modifié"]
    if had_it:
        parts.append(f"{had_it} l'avaient déjà" if had_it > 1 else "1 l'avait déjà")
    if skipped:
        parts.append(f"{skipped} ignoré{'s' if skipped > 1 else ''}, faute d'apporteur")
    return f"Règle « {label(rule)} » : {' ; '.join(parts)}."


class TestFilter:
    """S13: "The Projects page and the Contracts page each have a filter"."""

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("wanted", RuleFilter)
    def test_a_rule_or_none(self, broker: Web, kind: Any, wanted: RuleFilter) -> None:
        """S13, D3: one of the rules; or « Aucune », which is no introducer, and not « Client »."""
        page = broker.get(url(kind, "changelist")).content.decode()
        assert FILTER in page
        assert f'"?recipient={wanted.value}"' in page
        expected = {
            str(deal)
            for deal in kind.objects.all()
            if (deal.as_record().rule or "none") == wanted.value
        }
        assert expected
        assert listed(broker, kind, recipient=wanted.value) == expected

    @pytest.mark.parametrize("wanted", ["", "Client", "None", "null", "client,introducer"])
    def test_what_is_no_filter_is_refused(self, broker: Web, wanted: str) -> None:
        """D19: "a code with other letters … refused, never taken for something near it"."""
        response = broker.get(url(Contract, "changelist"), {"recipient": wanted})
        assert f"« {wanted} » n'est pas un choix" in refused(response)

    @pytest.mark.parametrize(
        ("kind", "asked"),
        [
            (Contract, {"unpaid__exact": "peut-être"}),
            (Project, {"documents_expected__exact": "2"}),
            (Project, {"client": "999999"}),
            (Project, {"client": "odile"}),
            (Message, {"outcome__exact": "sent"}),
            (Message, {"communication__exact": "Publipostage"}),
            (Contract, {"number__nothing": "1"}),
        ],
    )
    def test_nor_is_any_other(self, broker: Web, kind: Any, asked: dict[str, str]) -> None:
        """An error that says so, and never the full list."""
        assert refused(broker.get(url(kind, "changelist"), asked))

    @pytest.mark.parametrize("kind", KINDS)
    def test_refused_while_closed(self, broker: Web, kind: Any) -> None:
        """D7: "The filter and the bulk change are then refused with a clear error"."""
        switch(option=False)
        assert FILTER not in broker.get(url(kind, "changelist")).content.decode()
        response = broker.get(url(kind, "changelist"), {"recipient": "introducer"})
        assert label(Reason.OPTION_OFF) in refused(response)

    @pytest.mark.parametrize("lookup", ["rule", "rule__exact", "client__rule", "introducer__rule"])
    def test_no_way_around_it(self, broker: Web, lookup: str) -> None:
        switch(premium=False)
        response = broker.get(url(Contract, "changelist"), {lookup: "introducer"})
        assert response.status_code == 400


class TestBulkChange:
    """S14: "an action on the selected rows … asks for the new rule and applies it"."""

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("rule", CommunicationRule)
    def test_changes_the_rule_alone(self, broker: Web, kind: Any, rule: CommunicationRule) -> None:
        """S14, D11: the rule alone; the rest is reported; and the history has both rules."""
        assert ACTION in broker.get(url(kind, "changelist")).content.decode()
        before = list(kind.objects.all())
        chosen, spared = before[:-2], before[-2:]
        changed = [deal for deal in chosen if deal.rule not in (None, rule.value)]
        skipped = [deal for deal in chosen if deal.rule is None]

        response = change(broker, kind, chosen, rule.value)
        unchanged = len(chosen) - len(changed) - len(skipped)
        assert messages(response) == report(kind, rule, len(changed), unchanged, len(skipped))
        for deal in before:
            now = kind.objects.get(pk=deal.pk)
            assert (now.introducer, now.terms) == (deal.introducer, deal.terms)
            assert now.rule == (deal.rule if deal in spared or deal in skipped else rule.value)
            if deal in changed:
                old = label(CommunicationRule(deal.rule))
                assert history(now) == [f"Règle de communication : {old} → {label(rule)}"]
            else:
                assert history(now) == []
        assert {entry.object_repr for entry in LogEntry.objects.all()} == set(map(str, changed))

    def test_an_empty_selection(self, broker: Web) -> None:
        """D11: "An empty selection changes nothing; it never means everything"."""
        before = list(Contract.objects.values_list("pk", "rule"))
        for everything in (False, True):
            response = change(broker, Contract, [], "introducer", everything=everything)
            assert response.status_code == 200
        assert list(Contract.objects.values_list("pk", "rule")) == before

    def test_nothing_to_change(self, broker: Web) -> None:
        """D11: only deals without introducer: skipped, and nothing in the history."""
        without = list(Contract.objects.filter(introducer=None))
        response = change(broker, Contract, without, "introducer")
        words = report(Contract, CommunicationRule.INTRODUCER, 0, 0, len(without))
        assert messages(response) == words
        assert not LogEntry.objects.exists()

    def test_the_whole_filtered_list(self, broker: Web) -> None:
        """S13, S14: the selection of all that the filter finds, and nothing beside."""
        others = (
            Contract.objects.exclude(rule="introducer").values_list("pk", "rule").order_by("pk")
        )
        before = set(others)
        chosen = list(Contract.objects.filter(rule="introducer")[:1])
        query = {"recipient": "introducer"}
        found = Contract.objects.filter(rule="introducer").count()
        response = change(broker, Contract, chosen, "client", everything=True, **query)
        assert f"« Client » : {found} contrats modifiés." in messages(response)
        assert not Contract.objects.filter(rule="introducer").exists()
        assert before <= set(Contract.objects.values_list("pk", "rule"))

    def test_a_selection_that_has_changed(self, broker: Web, contract: Contract) -> None:
        """S14: those that were seen are changed, or none: not as many others."""
        where = f"{url(Contract, 'changelist')}?recipient=introducer"
        one = Contract.objects.filter(rule="introducer")[0]
        selection = {"action": "change_rule", "index": "0", "_selected_action": [one.pk]}
        asked = broker.post(where, {**selection, "select_across": "1"})
        Contract.objects.filter(pk=one.pk).update(rule="client")
        Contract.objects.filter(pk=contract.pk).update(rule="introducer")
        before = list(Contract.objects.values_list("pk", "rule"))

        given = {**selection, "select_across": "1", "rule": "client_and_introducer"}
        again = broker.post(where, {**given, "seen": asked.context["seen"]})
        assert "La sélection a changé entre-temps : vérifiez-la." in messages(again)
        assert again.context["count"] == asked.context["count"]
        assert list(Contract.objects.values_list("pk", "rule")) == before
        done = broker.post(where, {**given, "seen": again.context["seen"]}, follow=True)
        assert f" {again.context['count']} contrats modifiés" in messages(done)

    @pytest.mark.parametrize("rule", ["", "Client", "none", "everybody"])
    def test_what_is_no_rule(self, broker: Web, contract: Contract, rule: str) -> None:
        """D19: asked again, and nothing is changed."""
        response = change(broker, Contract, [contract], rule)
        assert response.context["form"].errors
        contract.refresh_from_db()
        assert contract.rule == "client_and_introducer"

    @pytest.mark.parametrize("kind", KINDS)
    def test_refused_while_closed(self, broker: Web, kind: Any) -> None:
        """D7: not offered; and who asks for it all the same is told why nothing happens."""
        switch(premium=False)
        assert ACTION not in broker.get(url(kind, "changelist")).content.decode()
        before = list(kind.objects.values_list("pk", "rule"))
        response = change(broker, kind, list(kind.objects.all()), "client")
        assert label(Reason.NOT_PREMIUM) in refused(response)
        assert list(kind.objects.values_list("pk", "rule")) == before

    def test_only_with_the_right(self, assistant: Web, contract: Contract) -> None:
        assert ACTION not in assistant.get(url(Contract, "changelist")).content.decode()
        change(assistant, Contract, [contract], "client")
        contract.refresh_from_db()
        assert contract.rule == "client_and_introducer"

    @pytest.mark.parametrize(
        ("rights", "changed"),
        [
            (["set_communication_rule"], False),
            (["change_contract"], False),
            (["set_communication_rule", "change_contract"], True),
        ],
    )
    def test_with_both_rights(
        self, assistant: Web, contract: Contract, rights: list[str], changed: bool
    ) -> None:
        """Users who may change contracts, and rules; one of the two is not enough."""
        user = User.objects.get(username="assistant")
        granted = Permission.objects.filter(codename__in=[*rights, "view_contract"])
        user.user_permissions.set(granted)
        change(assistant, Contract, [contract], "client")
        contract.refresh_from_db()
        assert (contract.rule == "client") == changed


def contracts(count: int) -> None:
    """So many contracts: for each rule and for none, a quarter."""
    client, introducer = Client.objects.all()[0], Introducer.objects.all()[0]
    product = Product.objects.all()[0]
    rules = [None, *(rule.value for rule in CommunicationRule)]
    Contract.objects.all().delete()
    Contract.objects.bulk_create(
        Contract(
            number=f"X-{number}",
            client=client,
            product=product,
            introducer=introducer if rule else None,
            rule=rule,
        )
        for number, rule in enumerate(rules)
    )
    fields = Contract._meta.concrete_fields
    others = ", ".join(str(each.column) for each in fields if each.name not in ("id", "number"))
    with connection.cursor() as cursor:  # the database copies these faster than Django makes them
        cursor.execute(
            f"""
            WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < %s)
            INSERT INTO crm_contract (number, {others})
            SELECT 'X-' || (CAST(SUBSTR(number, 3) AS INTEGER) + 4 * n), {others}
            FROM crm_contract, copies ORDER BY n, id
            """,
            [count // 4 - 1],
        )


class TestCost:
    """S13, S14: what it costs does not grow with the selection, but for two statements a batch."""

    def queries(self, web: Web, count: int) -> tuple[int, int]:
        ContentType.objects.get_for_model(Contract)  # Django remembers these
        contracts(count)
        with CaptureQueriesContext(connection) as filtering:
            listed(web, Contract, recipient="client_and_introducer")
        first = list(Contract.objects.all()[:1])
        with CaptureQueriesContext(connection) as changing:
            response = change(web, Contract, first, "introducer", everything=True)
        assert f"{count // 2} contrats modifiés" in messages(response)
        assert LogEntry.objects.count() == count // 2
        LogEntry.objects.all().delete()
        return len(filtering), len(changing)

    def test_as_many_queries_for_100_000_as_for_400(self, broker: Web) -> None:
        filtering, changing = self.queries(broker, 400)
        batches = 50_000 // 10_000
        assert self.queries(broker, 100_000) == (filtering, changing + 2 * (batches - 1))

    def test_no_more_than_ten_queries(self, broker: Web) -> None:
        """The list, each filter and the search, on a page of a hundred contracts."""
        contracts(400)
        for asked in (
            {},
            *({"recipient": wanted.value} for wanted in RuleFilter),
            {"documents_expected__exact": "1"},
            {"q": "Sarrazin"},
            {"q": "X-1", "recipient": "introducer", "o": "4", "p": "2"},
        ):
            listed(broker, Contract, **asked)  # Django remembers the content types
            with CaptureQueriesContext(connection) as captured:
                listed(broker, Contract, **asked)
            assert len(captured) <= 10, [query["sql"] for query in captured]


class TestEachPage:
    """What all pages have in common, by the queries that they make."""

    PAGES = (
        "/",
        "/crm/configuration/1/change/",
        *(f"/crm/{kind}/" for kind in ("client", "project", "contract", "introducer", "product")),
        *(f"/crm/{kind}/add/" for kind in ("client", "project", "contract", "introducer")),
        *(f"/crm/{kind}/1/change/" for kind in ("client", "project", "contract", "introducer")),
        "/crm/client/1/email/",
        "/crm/contract/1/history/",
        "/crm/contract/prefill/1/1/",
        "/crm/message/",
        "/crm/run/",
        "/crm/run/add/",
    )

    @pytest.mark.parametrize("page", PAGES)
    def test_reads_the_gate_once_and_writes_nothing(self, broker: Web, page: str) -> None:
        """D7: a page is all of one gate. Looking at it stores nothing, not even a row for it."""
        Configuration.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            assert broker.get(page).status_code == 200
        made = [query["sql"] for query in captured]
        assert sum('FROM "crm_configuration"' in sql for sql in made) <= 1 + ("config" in page)
        assert [sql for sql in made if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE"))] == []
