"""Runs the rule that `recipients.sql` writes down, in SQLite, through the conformance cases.

    python examples/conformance/sqlite.py

It is what a host writes to have its own database checked: each case is put into the tables, and
the answer is what the database says.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from partner_comms.conformance import Operation, Report, check

Json = Any
SQL = Path(__file__).with_name("recipients.sql").read_text(encoding="utf-8")
"""Its ids are texts, and those of the cases integers as well: it keeps the JSON of each."""
TABLES = ("setting", "introducer", "deal", "introduction", "party", "address", "message")


class Database:
    """A database with the tables and views of `sql`, emptied before each case."""

    def __init__(self, sql: str = SQL) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.executescript(sql)

    def close(self) -> None:
        self._connection.close()

    # --- The operations --------------------------------------------------------------

    def resolve(self, asked: Json) -> Json:
        self._start(asked["gate"])
        about = asked["about"]
        kind = about["record_kind"]
        client = about if kind == "client" else about["client"]
        self._client("1", client)
        if kind != "client":
            self._deal(0, {**about, "id": "1"}, "1")
        return self._recipients(asked["communication"], kind)

    def resolve_row(self, asked: Json) -> Json:
        self._start(asked["gate"])
        about = asked["about"]
        for party, rows in (("client", asked["clients"]), ("introducer", asked["introducers"])):
            for row in rows:
                self._party(party, row["id"], row["emails"])
        self._insert("deal", about["record_kind"], "1", about["client_id"], 0)
        if about["introducer_id"] is not None:
            block = about["introducer_id"], about["rule"], None
            self._insert("introduction", about["record_kind"], "1", *block)
        return self._recipients(asked["communication"], about["record_kind"])

    def address(self, asked: Json) -> Json:
        self._start({"premium": True, "option_enabled": True})
        self._party("client", "1", [asked["text"]])
        ((valid,),) = self._connection.execute("select valid from checked_address")
        return {"valid": bool(valid)}

    def prefill(self, asked: Json) -> Json:
        self._start({"premium": True, "option_enabled": True})
        given = asked["introducer"]
        id, terms = json.dumps(given["id"]), json.dumps(given["terms"])
        self._insert("introducer", id, given["rule"], terms)
        self._client("1", asked["client"])
        self._insert("deal", "contract", "1", "1", 0)
        self._connection.execute(
            """
            insert into introduction
            select 'contract', '1', a.id,
                case when p.rule is null then a.rule else p.rule end,
                case when p.rule is null then a.terms else p.terms end
            from introducer a
            left join introduction p on p.record_kind = 'client' and p.record_id = '1'
            where a.id = ?
            """,
            (id,),
        )
        ((preferred,),) = self._connection.execute(
            "select max(introducer_id) from introduction where record_kind = 'client'"
        )
        return {
            "source": "introducer" if preferred is None else "client",
            "differs_from_preferred": preferred is not None and preferred != id,
            "introduction": self._introduction("contract", "1"),
        }

    def filter(self, asked: Json) -> Json:
        self._start(asked["gate"])
        self._deals(asked["deals"])
        if reason := self._closed():
            return {"refused": reason}
        found = self._connection.execute(
            """
            select d.record_kind, d.id
            from deal d
            left join introduction i on i.record_kind = d.record_kind and i.record_id = d.id
            where coalesce(i.rule, 'none') = ?
            order by d.position
            """,
            (asked["wanted"],),
        )
        return {"deals": [{"record_kind": kind, "id": json.loads(id)} for kind, id in found]}

    def change_rule(self, asked: Json) -> Json:
        self._start(asked["gate"])
        self._deals(asked["selection"])
        if reason := self._closed():
            return {"refused": reason}
        keys = [(deal["record_kind"], json.dumps(deal["id"])) for deal in asked["selection"]]
        before = [self._introduction(*key) for key in keys]
        self._connection.executemany(
            "update introduction set rule = ? where record_kind = ? and record_id = ?",
            [(asked["rule"], *key) for key in keys],
        )
        after = [self._introduction(*key) for key in keys]
        return {
            "after": [
                {"record_kind": kind, "id": json.loads(id), "introduction": introduction}
                for (kind, id), introduction in zip(keys, after, strict=True)
            ],
            "outcomes": [
                "skipped" if new is None else "unchanged" if old == new else "changed"
                for old, new in zip(before, after, strict=True)
            ],
        }

    # --- Putting a case into the tables ---------------------------------------------------

    def _start(self, gate: Json) -> None:
        for table in TABLES:
            self._connection.execute(f"delete from {table}")
        self._insert("setting", gate["premium"], gate["option_enabled"])

    def _insert(self, table: str, *values: object) -> None:
        places = ", ".join("?" * len(values))
        self._connection.execute(f"insert into {table} values ({places})", values)

    def _client(self, id: str, client: Json) -> None:
        self._party("client", id, client.get("emails", []))
        self._introduce("client", id, client["introduction"])

    def _deals(self, deals: list[Json]) -> None:
        for position, deal in enumerate(deals):
            client_id = f"client of {position}"
            self._client(client_id, deal["client"])
            self._deal(position, {**deal, "id": json.dumps(deal["id"])}, client_id)

    def _deal(self, position: int, deal: Json, client_id: str) -> None:
        self._insert("deal", deal["record_kind"], deal["id"], client_id, position)
        self._introduce(deal["record_kind"], deal["id"], deal["introduction"])

    def _introduce(self, kind: str, id: str, introduction: Json) -> None:
        if introduction is None:
            return
        introducer = introduction["introducer"]
        introducer_id = json.dumps(introducer.get("id", f"introducer of {kind} {id}"))
        terms = json.dumps(introduction.get("terms"))
        self._insert("introduction", kind, id, introducer_id, introduction["rule"], terms)
        self._party("introducer", introducer_id, introducer.get("emails", []))

    def _party(self, party: str, id: str, emails: list[str]) -> None:
        self._insert("party", party, id)
        for position, email in enumerate(emails):
            self._insert("address", party, id, position, email)

    # --- Reading it back ------------------------------------------------------------------

    def _recipients(self, communication: str, kind: str) -> Json:
        self._insert("message", 1, communication, kind, "1")
        cursor = self._connection.execute("select * from recipients where message_id = 1")
        columns = [column[0] for column in cursor.description]
        answer = dict(zip(columns, cursor.fetchone(), strict=True))
        del answer["message_id"]
        return answer | {key: json.loads(answer[key]) for key in ("to", "cc", "notices")}

    def _closed(self) -> str | None:
        reason: str | None
        ((reason,),) = self._connection.execute("select reason from closed")
        return reason

    def _introduction(self, kind: str, id: str) -> Json:
        found = self._connection.execute(
            "select rule, terms, introducer_id from introduction"
            " where record_kind = ? and record_id = ?",
            (kind, id),
        ).fetchone()
        if found is None:
            return None
        rule, terms, introducer_id = found
        return {
            "rule": rule,
            "terms": json.loads(terms),
            "introducer": {"id": json.loads(introducer_id)},
        }


@contextmanager
def database(sql: str = SQL) -> Iterator[dict[Operation, Callable[[Json], Json]]]:
    """The operations of a database with the tables and views of `sql`."""
    opened = Database(sql)
    try:
        yield {
            "resolve": opened.resolve,
            "prefill": opened.prefill,
            "filter": opened.filter,
            "change_rule": opened.change_rule,
            "address": opened.address,
            "resolve_row": opened.resolve_row,
        }
    finally:
        opened.close()


def reports(sql: str = SQL) -> list[Report]:
    """What `check` says of each operation."""
    with database(sql) as operations:
        return [check(answer, operation=name) for name, answer in operations.items()]


if __name__ == "__main__":
    for report in reports():
        print(report)
