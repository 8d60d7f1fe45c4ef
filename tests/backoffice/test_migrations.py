"""What the migrations add to a host that has data already, on both databases, row by row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from crm.models import Configuration
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)

TABLES = ("introducer", "product", "client", "project", "contract")
Insert = Callable[..., int]


@pytest.fixture
def insert(database: str) -> Insert:
    """The host as it was before the feature; inserts a row into one of its tables."""
    call_command("migrate", "crm", "0001", verbosity=0)
    before = MigrationLoader(connection).project_state(("crm", "0001_initial")).apps

    def one(table: str, **given: Any) -> int:
        return int(before.get_model("crm", table).objects.create(**given).pk)

    return one


def migrate() -> None:
    call_command("migrate", "crm", verbosity=0)


def rows(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM crm_{table} ORDER BY id")
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def old_host(insert: Insert) -> None:
    kervadec = insert("introducer", name="Cabinet Kervadec", emails="k@k.example", terms="15 %")
    auto = insert("product", name="Automobile", terms="12 %")
    introduced = insert("client", name="Mme Martin", introducer_id=kervadec, terms="10 %")
    alone = insert("client", name="M. Lorieux")
    for number, (client, introducer) in enumerate(
        [(introduced, kervadec), (introduced, None), (alone, kervadec), (alone, None)]
    ):
        given = {"client_id": client, "product_id": auto, "introducer_id": introducer}
        terms = {"terms": "9 %"} if introducer else {}
        insert("project", number=f"P-{number}", **given, **terms)
        insert("contract", number=f"C-{number}", unpaid=number == 0, **given, **terms)


def test_what_is_added(insert: Insert) -> None:
    """S4, D3, D7: « Client » where there is an introducer; all else is as it was, row by row."""
    old_host(insert)
    before = {table: rows(table) for table in TABLES}
    migrate()
    for table in TABLES:
        for old, new in zip(before[table], rows(table), strict=True):
            has_rule = old.get("introducer_id", "of its own") is not None
            assert new == {**old, "rule": "client" if has_rule else None}
    assert rows("configuration") == [{"id": 1, "premium": False, "option_enabled": False}]
    assert not Configuration.gate().is_open
    assert rows("message") == rows("run") == []


@pytest.mark.parametrize("table", ["client", "project", "contract"])
def test_terms_without_introducer_are_somebody_s_work(insert: Insert, table: str) -> None:
    """D19: nothing is dropped or guessed: the rows are named, and stay as they are."""
    old_host(insert)
    odd = {"name": "M. Odde"} if table == "client" else {"client_id": 1, "product_id": 1}
    if table != "client":
        odd = {name: rows(name[:-3])[0]["id"] for name in odd} | {"number": "X-1"}
    pk = insert(table, terms="30 %", **odd)
    with pytest.raises(ValueError, match=rf"crm_{table} have .* such as .*\[{pk}\]"):
        migrate()
    assert rows(table)[-1]["terms"] == "30 %"
    assert rows("configuration") == []
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE crm_{table} SET terms = '' WHERE id = {pk}")
    migrate()
    assert rows(table)[-1]["rule"] is None


def test_back_again(insert: Insert) -> None:
    """Who takes the feature out loses its columns and tables, and nothing of what was there."""
    old_host(insert)
    before = {table: rows(table) for table in TABLES}
    migrate()
    call_command("migrate", "crm", "0001", verbosity=0)
    assert {table: rows(table) for table in TABLES} == before


def test_an_empty_host(insert: Insert) -> None:
    migrate()
    assert rows("contract") == []
    assert len(rows("configuration")) == 1
