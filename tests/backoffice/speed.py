"""Measures the back office with 100,000 contracts, on SQLite and on PostgreSQL.

    python -m tests.backoffice.speed

prints a table. Both databases wait for the disk at each commit, as in production; the mail server
is a process of its own on this machine.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from crm import runs
from crm.models import Client, Configuration, Contract, Introducer, Product
from crm.rules import change_rule
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client as Web
from django.test.utils import CaptureQueriesContext, override_settings

from partner_comms import Communication, CommunicationRule, FeatureGate

from .databases import default_database
from .postgresql import server

CONTRACTS = 100_000
MAILS = 1_000
OPEN = FeatureGate(premium=True, option_enabled=True)
RULES = [None, *(rule.value for rule in CommunicationRule)]


def portfolio(contracts: int, *, clients: int = 20_000, introducers: int = 2_000) -> None:
    Configuration(pk=1, premium=True, option_enabled=True).save()
    product = Product.objects.create(name="Automobile")
    Introducer.objects.bulk_create(
        Introducer(name=f"Apporteur {n}", emails=f"a{n}@apporteur.example")
        for n in range(introducers)
    )
    Client.objects.bulk_create(
        Client(name=f"Client {n}", emails=f"c{n}@client.example") for n in range(clients)
    )
    known = list(Introducer.objects.all()), list(Client.objects.all())
    Contract.objects.bulk_create(
        Contract(
            number=f"C-{n:06}",
            client=known[1][n % clients],
            product=product,
            introducer=known[0][n % introducers] if n % 4 else None,
            rule=RULES[n % 4],
            unpaid=True,
        )
        for n in range(contracts)
    )


@contextmanager
def mail_server() -> Iterator[int]:
    """A server that takes everything and keeps nothing; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    sink = ["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]
    with subprocess.Popen([sys.executable, *sink]) as process:
        try:
            while not _listens(port):
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


def timed(work: Callable[[], Any]) -> tuple[float, float, int]:
    """Seconds by the clock, seconds of this process, and queries."""
    with CaptureQueriesContext(connection) as queries:
        clock, processor = time.perf_counter(), time.process_time()
        work()
        took = time.perf_counter() - clock, time.process_time() - processor
    return *took, len(queries)


def measure() -> Iterator[tuple[str, str]]:
    web = Web()
    web.force_login(User.objects.create_superuser("courtier"))
    for words, query in (
        ("list", ""),
        ("filter", "?recipient=introducer"),
        ("search", "?q=Client 1234"),
    ):

        def page(query: str = query) -> None:
            assert web.get(f"/crm/contract/{query}").status_code == 200

        page()
        clock, _, queries = timed(page)
        yield words, f"{queries} queries, {clock * 1000:.0f} ms"

    user = User.objects.get()

    def bulk() -> None:
        rule = CommunicationRule.INTRODUCER
        change_rule(Contract.objects.all(), rule, gate=OPEN, user_id=user.pk)

    clock, processor, queries = timed(bulk)
    yield (
        f"bulk change of {CONTRACTS:,}",
        f"{clock:.2f} s ({processor:.2f} s of Python), {queries} queries",
    )

    run = runs.started(runs.prepared("2026-11", Communication.UNPAID_CALL))
    delivering = runs.deliver(run)
    next(delivering)
    clock, processor, queries = timed(lambda: list(islice(delivering, MAILS)))
    yield (
        f"run of {MAILS:,} mails",
        f"{MAILS / clock:.0f} a second ({processor:.2f} s of Python), "
        f"{queries / MAILS:.1f} queries a mail",
    )
    delivering.close()

    run = runs.prepared("2026-12", Communication.UNPAID_CALL)
    tracemalloc.start()
    count = sum(1 for _ in runs.preview(run))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    yield f"memory of a preview of {count:,}", f"{peak / 1e6:.1f} MB at most"


def main() -> None:
    with mail_server() as port, tempfile.TemporaryDirectory() as folder, server(durable=True) as pg:
        sqlite = {"NAME": Path(folder) / "db.sqlite3"}
        options = {"EMAIL_PORT": port, "ALLOWED_HOSTS": ["testserver"], "DEBUG": False}
        with override_settings(**options):
            for name, database in (("SQLite", sqlite), ("PostgreSQL", {**pg, "OPTIONS": {}})):
                with default_database(database):
                    portfolio(CONTRACTS)
                    for what, result in measure():
                        sys.stdout.write(f"{name:12}{what:32}{result}\n")
                        sys.stdout.flush()


if __name__ == "__main__":
    assert settings.configured
    main()
