"""The site against the library's conformance cases, through the database and the mail server."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from crm.mail import send
from crm.models import Client, Configuration, Contract, Introducer, Message, Product, Project
from crm.rules import change_rule, filter_by_rule
from django.contrib.auth.models import User
from django.core.mail import get_connection
from django.db import transaction
from django.test import Client as Web

from partner_comms import CommunicationRule, FeatureClosedError, RecordKind, RuleFilter
from partner_comms.conformance import Operation, check

from .mailserver import MailServer
from .pages import messages, switch, url

Json = Any
DEALS: dict[str, Any] = {"project": Project, "contract": Contract}


class Site:
    """Puts each case into the database, and reads the answer from there.

    Its names and numbers are texts, and ids integers as well: it keeps the JSON of each.
    """

    def __init__(self) -> None:
        Configuration(pk=1).save()
        self.product = Product.objects.create(name="Automobile")
        self.numbers = count()

    def introducer(self, given: Json) -> Introducer:
        name = json.dumps(given.get("id", f"nameless {next(self.numbers)}"))
        emails = "\n".join(given.get("emails", ()))
        known = Introducer.objects.filter(name=name).first()
        return known or Introducer.objects.create(name=name, emails=emails)

    def block(self, introduction: Json) -> dict[str, Any]:
        if introduction is None:
            return {}
        return {
            "introducer": self.introducer(introduction["introducer"]),
            "rule": introduction["rule"],
            "terms": json.dumps(introduction.get("terms")),
        }

    def client(self, given: Json) -> Client:
        emails = "\n".join(given.get("emails", ()))
        block = self.block(given["introduction"])
        return Client.objects.create(name="Mme Martin", emails=emails, **block)

    def record(self, given: Json) -> Any:
        if given["record_kind"] == "client":
            return self.client(given)
        return DEALS[given["record_kind"]].objects.create(
            number=json.dumps(given.get("id", "1")),
            client=self.client(given["client"]),
            product=self.product,
            **self.block(given["introduction"]),
        )

    def introduction(self, record: Any) -> Json:
        record.refresh_from_db()
        if record.introducer is None:
            return None
        terms = json.loads(record.terms)
        introducer = {"id": json.loads(record.introducer.name)}
        return {"rule": record.rule, "terms": terms, "introducer": introducer}


@pytest.fixture
def site(db: None) -> Site:
    return Site()


def checked(operation: Operation, answer: Callable[[Json], Json]) -> None:
    """Each case finds an empty site, since what it stores is rolled back after it."""

    def alone(asked: Json) -> Json:
        with transaction.atomic():
            gate = asked.get("gate", {"premium": True, "option_enabled": True})
            switch(premium=gate["premium"], option=gate["option_enabled"])
            given = answer(asked)
            transaction.set_rollback(True)
        return given

    report = check(alone, operation)
    assert report.passed, str(report)


def test_resolve(site: Site, mail_server: MailServer) -> None:
    """S1–S9, D1–D3, D7–D10, D13: what the log says, and what the mail server was given."""
    server = get_connection()
    server.open()

    def resolve(asked: Json) -> Json:
        record = site.record(asked["about"])
        draft = Message(communication=asked["communication"], subject="Essai", text="Bonjour")
        mail_server.delivered.clear()
        message = send(draft, record, Configuration.gate(), server)
        assert message
        answer = Message.objects.values_list("answer", flat=True).get()
        to, cc = answer["to"], answer["cc"]
        expected = [(to + cc, (", ".join(to), ", ".join(cc) or None))] if to else []
        assert [(each.recipients, each.headers) for each in mail_server.delivered] == expected
        return answer

    checked("resolve", resolve)
    server.close()


def test_prefill(site: Site) -> None:
    """S10, S11, D4, D5: what is stored of a deal added at its page, and what the page says."""
    User.objects.create_superuser("courtier")
    web = Web()
    web.force_login(User.objects.get())

    def prefill(asked: Json) -> Json:
        introducer = site.introducer(asked["introducer"])
        introducer.rule = asked["introducer"]["rule"]
        introducer.terms = json.dumps(asked["introducer"]["terms"])
        introducer.save()
        client = site.client(asked["client"])
        given = {"client": client.pk, "introducer": introducer.pk, "product": site.product.pk}
        response = web.post(url(Contract, "add"), {"number": "1", **given}, follow=True)
        said = messages(response)
        return {
            "source": "client" if "la fiche du client" in said else "introducer",
            "differs_from_preferred": "son apporteur privilégié est" in said,
            "introduction": site.introduction(Contract.objects.get()),
        }

    checked("prefill", prefill)


def _keys(deals: list[Json]) -> list[Json]:
    return [{"record_kind": deal["record_kind"], "id": deal["id"]} for deal in deals]


def test_filter(site: Site) -> None:
    """S13, D3, D7: what the database finds."""

    def filtered(asked: Json) -> Json:
        for deal in asked["deals"]:
            site.record(deal)
        found: list[Json] = []
        try:
            for kind, model in DEALS.items():
                wanted = RuleFilter(asked["wanted"])
                deals = filter_by_rule(model.objects.all(), wanted, gate=Configuration.gate())
                found += [{"record_kind": kind, "id": json.loads(deal.number)} for deal in deals]
        except FeatureClosedError as error:
            return {"refused": error.reason.value}
        keys = _keys(asked["deals"])
        assert len(found) == len([key for key in keys if key in found])
        return {"deals": [key for key in keys if key in found]}

    checked("filter", filtered)


def test_change_rule(site: Site) -> None:
    """S14, D7, D11: what the database has afterwards, and how many are said to have changed."""
    user = User.objects.create_superuser("courtier")

    def changed(asked: Json) -> Json:
        records = [site.record(deal) for deal in asked["selection"]]
        before = [site.introduction(record) for record in records]
        rule, told = CommunicationRule(asked["rule"]), dict.fromkeys(("changed", "skipped"), 0)
        try:
            for kind, model in DEALS.items():
                chosen = [record.pk for record in records if record.kind is RecordKind(kind)]
                deals = model.objects.filter(pk__in=chosen)
                gate = Configuration.gate()
                outcomes = change_rule(deals, rule, gate=gate, user_id=user.pk)
                for outcome, number in outcomes.items():
                    told[outcome.value] = told.get(outcome.value, 0) + number
        except FeatureClosedError as error:
            return {"refused": error.reason.value}
        after = [site.introduction(record) for record in records]
        found = [
            "skipped" if new is None else "unchanged" if old == new else "changed"
            for old, new in zip(before, after, strict=True)
        ]
        assert {outcome: found.count(outcome) for outcome in told} == told
        keys = _keys(asked["selection"])
        rows = [{**key, "introduction": new} for key, new in zip(keys, after, strict=True)]
        return {"after": rows, "outcomes": found}

    checked("change_rule", changed)
