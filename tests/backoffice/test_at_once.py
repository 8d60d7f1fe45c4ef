"""Several people at once, on real databases: nothing wrong is stored, and nothing is sent twice.

History and stored rules are compared row by row: each line of a contract's history starts from the
rule that the line before it had left, and the last one leaves the rule that is stored.
"""

from __future__ import annotations

import html
import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from io import StringIO
from typing import Any

import pytest
from crm.at_once import BUSY, BusyError, all_or_nothing
from crm.models import Client, Configuration, Contract, Introducer, Message, Product, Run
from crm.rules import SelectionChangedError, change_rule, fingerprint
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client as Web

from partner_comms import ChangeOutcome, CommunicationRule, FeatureGate, label

from .conftest import logged_in
from .databases import NOBODY_LOSES, SQLITE, at_once
from .mailserver import MailServer
from .pages import plain, shown, url

OPEN = FeatureGate(premium=True, option_enabled=True)
RULES = [None, *(rule.value for rule in CommunicationRule)]
CODES = {label(rule): rule.value for rule in CommunicationRule}


@pytest.fixture
def user(database: str) -> User:
    Configuration(pk=1, premium=True, option_enabled=True).save()
    return User.objects.create_superuser("courtier")


def contracts(count: int) -> dict[int, str | None]:
    """So many contracts, and the rule of each."""
    introducer = Introducer.objects.create(name="Cabinet Kervadec", emails="k@kervadec.example")
    client = Client.objects.create(name="Mme Martin", emails="martin@poste.example")
    product = Product.objects.create(name="Santé")
    Contract.objects.bulk_create(
        Contract(
            number=f"X-{number}",
            client=client,
            product=product,
            introducer=introducer if RULES[number % 4] else None,
            rule=RULES[number % 4],
            unpaid=True,
        )
        for number in range(count)
    )
    return dict(Contract.objects.values_list("pk", "rule"))


def check_history(before: dict[int, str | None]) -> int:
    """Replays the history upon `before`; how many changes of a rule it tells of."""
    rules, lines = dict(before), 0
    for entry in LogEntry.objects.filter(action_flag=CHANGE).order_by("pk"):
        *_, change = plain(entry.get_change_message()).rpartition(" : ")
        if "→" not in change:
            continue
        old, new = change.split(" → ")
        pk = int(entry.object_id or 0)
        assert rules[pk] == CODES[old], f"{entry.object_repr}: {rules[pk]}, but {change}"
        rules[pk] = CODES[new]
        lines += 1
    assert dict(Contract.objects.values_list("pk", "rule")) == rules
    return lines


def bulk(rule: str, user: User, deals: Callable[[], Any]) -> Callable[[], int | None]:
    """A bulk change that gives how many it has changed; None where it lost, and changed nothing."""

    def change() -> int | None:
        try:
            done = change_rule(deals(), CommunicationRule(rule), gate=OPEN, user_id=user.pk)
        except BusyError:
            return None
        return done[ChangeOutcome.CHANGED]

    return change


class TestBulkChanges:
    def test_six_of_the_same_contracts(self, database: str, user: User) -> None:
        before = contracts(2_000)
        jobs = [bulk(rule, user, Contract.objects.all) for rule in list(CODES.values()) * 2]
        told = at_once(*jobs)
        assert check_history(before) == sum(count or 0 for count in told)
        if database in NOBODY_LOSES:
            assert None not in told

    def test_of_what_a_filter_finds(self, database: str, user: User) -> None:
        """A contract that comes to meet the condition after the lock is not changed by half."""
        before = contracts(2_000)
        found = [
            lambda rule=rule: Contract.objects.filter(rule=rule, introducer__name__contains="K")
            for rule in CODES.values()
        ]
        next_rule = dict(zip(CODES.values(), [*list(CODES.values())[1:], "client"], strict=True))
        for _ in range(3):
            told = at_once(
                *(
                    bulk(next_rule[rule], user, deals)
                    for rule, deals in zip(CODES.values(), found, strict=True)
                )
            )
            if database in NOBODY_LOSES:
                assert None not in told
        check_history(before)

    def test_of_contracts_in_another_order(self, database: str, user: User) -> None:
        """No deadlock between selections that overlap, whatever their order."""
        before = contracts(1_000)
        jobs = [
            bulk("client", user, lambda: Contract.objects.order_by("-number")),
            bulk("introducer", user, lambda: Contract.objects.order_by("number")),
            bulk("client_and_introducer", user, lambda: Contract.objects.filter(pk__gt=300)),
        ]
        told = at_once(*jobs)
        assert check_history(before) == sum(count or 0 for count in told)
        if database in NOBODY_LOSES:
            assert None not in told

    def test_of_what_somebody_has_seen(self, database: str, user: User) -> None:
        """Of two who saw the same list, the second finds another, and changes nothing of it."""
        before = contracts(400)
        seen = fingerprint(Contract.objects.filter(rule="client"))

        def change() -> str:
            deals = Contract.objects.filter(rule="client")
            try:
                change_rule(
                    deals, CommunicationRule.INTRODUCER, gate=OPEN, user_id=user.pk, seen=seen
                )
            except (BusyError, SelectionChangedError) as error:
                return type(error).__name__
            return "changed"

        told = Counter(at_once(change, change))
        assert told["changed"] == 1
        if database in NOBODY_LOSES:
            assert told["SelectionChangedError"] == 1
        assert check_history(before) == 100


class TestSaving:
    def test_while_a_bulk_change_runs(self, database: str, user: User) -> None:
        """Neither is lost: a page that was opened before is refused, or saves what it should."""
        before = contracts(600)
        with_introducer = [pk for pk, rule in before.items() if rule]
        webs = [Web() for _ in range(3)]
        for web in webs:
            web.force_login(user)  # here, since log-ins at once may lose a race too

        def save(number: int) -> list[int]:
            web, answers = webs[number], []
            for pk in random.Random(number).sample(with_introducer, 4):
                where = url(Contract(pk=pk), "change")
                given = shown(web, where)
                rule = random.Random(pk).choice(list(CODES.values()))
                answers.append(web.post(where, {**given, "rule": rule}).status_code)
            return answers

        def change() -> list[int]:
            for rule in list(CODES.values()) * 2:
                bulk(rule, user, Contract.objects.all)()
            return []

        told = at_once(change, *(partial(save, number) for number in range(3)))
        check_history(before)
        # How many are in time is chance, so it may be none.
        expected = {200, 302} if database in NOBODY_LOSES else {200, 302, 503}
        assert {answer for answers in told for answer in answers} <= expected
        assert save(0) == [302] * 4  # as soon as nobody else changes them
        check_history(before)

    def test_the_same_contract(self, database: str, user: User) -> None:
        """Of those who opened the same page, one saves, and the others see what has changed."""
        before = contracts(4)
        where = url(Contract(pk=max(before)), "change")
        web = Web()
        web.force_login(user)
        given = {**shown(web, where), "rule": "client"}

        def save(terms: str) -> int:
            mine = Web()
            mine.cookies = web.cookies
            return mine.post(where, {**given, "terms": terms}).status_code

        answers = Counter(at_once(*(lambda n=n: save(f"{n} %") for n in range(5))))
        assert answers[302] == 1
        if database in NOBODY_LOSES:
            assert answers[200] == 4
        assert check_history(before) == 1


class TestALostRace:
    """A user who can't wait any longer reads what to do, and has stored nothing."""

    def test_says_what_to_do(self, database: str, user: User) -> None:
        before = contracts(8)
        web = logged_in("courtier")
        given = shown(web, url(Contract(pk=max(before)), "change"))
        held, done = threading.Event(), threading.Event()

        def hold() -> None:
            with transaction.atomic():
                Contract.objects.update(terms="")
                held.set()
                assert done.wait(20)

        def impatient() -> None:
            assert held.wait(20)
            try:
                wait_no_longer(database)
                with pytest.raises(BusyError, match="rien n'a été enregistré"):
                    change_rule(
                        Contract.objects.all(),
                        CommunicationRule.CLIENT,
                        gate=OPEN,
                        user_id=user.pk,
                    )
                page = web.post(url(Contract(pk=max(before)), "change"), given)
                assert page.status_code == 503
                assert BUSY in html.unescape(page.content.decode())
            finally:
                done.set()

        at_once(hold, impatient)
        assert check_history(before) == 0

    def test_other_faults_are_not_hidden(self, database: str, user: User) -> None:
        """A table that is not there is nobody's race."""
        with pytest.raises(DatabaseError, match="nowhere"), all_or_nothing():
            connection.cursor().execute("SELECT * FROM nowhere")


def wait_no_longer(database: str) -> None:
    """This thread's connection gives up at once where somebody else has a lock."""
    with connection.cursor() as cursor:
        sqlite, postgres = "PRAGMA busy_timeout = 50", "SET lock_timeout = '50ms'"
        cursor.execute(sqlite if database in SQLITE else postgres)


class TestRuns:
    def test_three_processes_at_once(
        self, database: str, user: User, mail_server: MailServer
    ) -> None:
        """D12: each contract has its message once, no matter which is faster."""
        contracts(30)

        def run() -> None:
            with suppress(CommandError):  # of who comes last, or has lost a race
                call_command("unpaid", "2026-11", stdout=StringIO(), stderr=StringIO())

        at_once(run, run, run)
        assert Run.objects.count() == 1
        about = Counter(Message.objects.filter(outcome="accepted").values_list("record_id"))
        assert set(about.values()) == {1}
        ids = [delivered.message["Message-ID"] for delivered in mail_server.delivered]
        assert len(ids) == len(set(ids)) == len(about)
        if database in NOBODY_LOSES:
            assert len(about) == 30
