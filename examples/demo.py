"""Who receives what in a portfolio: `python examples/demo.py [FILE]`. It needs `rich`.

FILE holds a host's tables as JSON, in the form of portfolio.json, which lies beside this script.
The first two parts show how a host uses the library; the others print the tables and read the file.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from rich import box
from rich.console import Console
from rich.table import Table

from partner_comms import (
    Client,
    CommissionBlock,
    Communication,
    Contract,
    Deal,
    FeatureGate,
    Identifier,
    Introducer,
    Introduction,
    PartnerCommsError,
    Product,
    Project,
    Reason,
    Recipients,
    is_email_address,
    label,
    resolve_recipients,
)

OPEN = FeatureGate(premium=True, option_enabled=True)
CLOSED = FeatureGate(premium=False, option_enabled=True)
COVERED = [communication for communication in Communication if communication.is_covered]

Row: TypeAlias = dict[str, Any]
Record: TypeAlias = Client | Deal
Groups: TypeAlias = list[list[tuple[str, Record]]]
"""For each client: the client's record, then the client's deals, each with what people call it."""
T = TypeVar("T")


# --- From a host's rows to our values -------------------------------------------------------------


def build(tables: Any) -> tuple[Groups, list[str]]:
    """The records, and the doubtful addresses that were left out of them."""
    doubtful: list[str] = []

    def emails(kind: str, row: Row) -> list[str]:
        # One doubtful address must not stop the whole run. It is left out and reported, never
        # repaired: what a line break or a display name was meant for is not ours to guess (D16).
        if not isinstance(row["emails"], list):
            raise BrokenFileError("emails: give a list of addresses, [] if there is none")
        refused = [text for text in row["emails"] if not is_email_address(text)]
        doubtful.extend(f"{title(kind, row['id'], row['name'])}: {text!r}" for text in refused)
        return [text for text in row["emails"] if text not in refused]

    def block(row: Row) -> CommissionBlock:
        return CommissionBlock(rule=row["rule"], terms=row["terms"])  # any terms: never read (D4)

    def introduction(row: Row) -> Introduction | None:
        # No introducer is None, and never the rule "client": those are two things (D3).
        if row["introducer_id"] is not None:
            introducer = found(introducers, row, "introducer_id")
            return Introduction(introducer=introducer, block=block(row))
        if (row["rule"], row["terms"]) != (None, None):
            raise BrokenFileError("without introducer_id, rule and terms mean nothing; give null")
        return None

    def introducer(row: Row) -> Introducer:
        addresses = emails("Introducer", row)
        return Introducer(row["id"], name=row["name"], emails=addresses, block=block(row))

    def client(row: Row) -> Client:
        addresses, preferred = emails("Client", row), introduction(row)
        return Client(row["id"], name=row["name"], emails=addresses, introduction=preferred)

    def product(row: Row) -> Product:
        return Product(row["id"], name=row["name"], block=block(row))  # its rule never routes (D6)

    def deal(kind: type[Deal], row: Row) -> tuple[str, Deal]:
        owner, product = found(clients, row, "client_id"), found(products, row, "product_id")
        record = kind(row["id"], client=owner, introduction=introduction(row))
        return "  " + title(kind.__name__, record.id, product.name), record

    # Those that others point to come first. Ids count within one table: a project and a contract
    # may well have the same one.
    introducers = by_id(tables, "introducers", introducer)
    clients = by_id(tables, "clients", client)
    products = by_id(tables, "products", product)
    projects = by_id(tables, "projects", lambda row: deal(Project, row))
    contracts = by_id(tables, "contracts", lambda row: deal(Contract, row))

    groups: dict[Identifier, list[tuple[str, Record]]] = {
        one.id: [(title("Client", one.id, one.name), one)] for one in clients.values()
    }
    for name, record in [*projects.values(), *contracts.values()]:
        groups[record.client.id].append((name, record))
    return list(groups.values()), doubtful


# --- Who receives what, in words ------------------------------------------------------------------


def when_open(communication: Communication, record: Record) -> tuple[str, ...]:
    answer = resolve_recipients(communication, record, gate=OPEN)
    decision = answer.decision
    applied = decision.reason is Reason.RULE_APPLIED
    # In short: `answer.explain("en")` says it in a whole sentence.
    why = f"rule “{label(decision.rule, 'en')}”" if applied else label(decision.reason, "en")
    return to(answer), cc(answer), why, "\n".join(n.replace("_", " ") for n in answer.notices)


def when_closed(communication: Communication, record: Record) -> tuple[str, ...]:
    """Nothing where the e-mail goes to the same addresses as before."""
    now = resolve_recipients(communication, record, gate=OPEN)
    then = resolve_recipients(communication, record, gate=CLOSED)
    return () if (now.to, now.cc) == (then.to, then.cc) else (to(now), cc(now), to(then))


def to(answer: Recipients) -> str:
    return "\n".join(answer.to) or "nobody"


def cc(answer: Recipients) -> str:
    is_to_already = answer.decision.cc and not answer.cc and not answer.notices  # D9
    return "is To already" if is_to_already else "\n".join(answer.cc)


# --- The tables on the screen ---------------------------------------------------------------------


def printed(
    groups: Groups,
    cells: Callable[[Communication, Record], tuple[str, ...]],
    heading: str,
    *columns: str,
) -> Table:
    """A table of the groups, with one row for all communications that have the same cells."""
    table = Table(
        title=heading, title_justify="left", title_style="bold", box=box.HORIZONTALS, pad_edge=False
    )
    for column in ("Record", "Communications", *columns):
        table.add_column(column, overflow="fold")  # an address is never cut short
    for group in groups:
        for name, record in group:
            alike: dict[tuple[str, ...], list[Communication]] = {}
            for communication in COVERED:
                alike.setdefault(cells(communication, record), []).append(communication)
            rows = [(together(alike[row]), *row) for row in alike if row]
            if not rows and isinstance(record, Client):
                rows = [("no change",)]  # the deals below still need to be somebody's
            for index, row in enumerate(rows):
                table.add_row("" if index else name, *row)
        table.add_section()
    return table


def title(kind: str, id: Identifier, name: str) -> str:
    # A name can hold anything, and a terminal obeys control characters.
    shown = (c if c.isprintable() else repr(c)[1:-1] for c in f"{kind} {id} · {name}")
    return "".join(shown)


def together(communications: list[Communication]) -> str:
    formal = [c for c in COVERED if c.is_formal]
    others = [c for c in COVERED if not c.is_formal]
    if communications == COVERED:
        return f"all {len(COVERED)}"
    if communications == formal:
        return f"{len(formal)} formal notices"
    if communications == others:
        return f"the other {len(others)}"
    return "\n".join(label(communication, "en") for communication in communications)


def summary(groups: Groups, doubtful: list[str]) -> str:
    records = [record for group in groups for _, record in group]
    answers = [resolve_recipients(c, record, gate=OPEN) for record in records for c in COVERED]
    sent = sum(answer.is_deliverable for answer in answers)
    notices = Counter(notice for answer in answers for notice in answer.notices)
    lines = [
        f"{len(groups)} clients and {len(records) - len(groups)} deals: {len(answers)} e-mails, "
        f"{sent} with somebody to go to, {len(answers) - sent} with nobody.",
        *(f"{count:6} × {label(notice, 'en')}" for notice, count in notices.most_common()),
        f"Doubtful addresses, left out: {len(doubtful)}",
        *(f"       {address}" for address in doubtful),
    ]
    return "\n".join(lines)


# --- The file -------------------------------------------------------------------------------------


class BrokenFileError(Exception):
    """What is wrong with the file, in one line."""


def read(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except OSError as error:
        raise BrokenFileError(f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise BrokenFileError(f"not JSON: {error}") from None


def by_id(tables: Any, table: str, make: Callable[[Row], T]) -> dict[str, T]:
    """What `make` makes of each row of a table, by the repr of its id: 1 is not "1" (D17)."""
    if not isinstance(tables, dict) or not isinstance(tables.get(table), list):
        raise BrokenFileError(f"no table {table!r}; give a list of rows")
    made: dict[str, T] = {}
    for number, row in enumerate(tables[table], start=1):
        try:
            if not isinstance(row, dict):
                raise BrokenFileError("no row; give an object with a value for each column")
            if repr(row["id"]) in made:
                raise BrokenFileError(f"id: {row['id']!r} is there twice")
            made[repr(row["id"])] = make(row)
        except KeyError as error:
            raise BrokenFileError(f"{table}, row {number}: no column {error}") from None
        except (BrokenFileError, PartnerCommsError) as error:
            raise BrokenFileError(f"{table}, row {number}: {error}") from None
    return made


def found(made: dict[str, T], row: Row, column: str) -> T:
    """The one that the row points to."""
    key = repr(row[column])
    if key not in made:
        raise BrokenFileError(f"{column}: {key} is the id of no row in {column[:-3]}s")
    return made[key]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Who receives what in a portfolio.")
    shipped = Path(__file__).with_name("portfolio.json")
    parser.add_argument("file", nargs="?", type=Path, default=shipped, help="a portfolio as JSON")
    file = parser.parse_args(argv).file
    try:
        groups, doubtful = build(read(file))
    except BrokenFileError as error:
        print(f"{file}: {error}", file=sys.stderr)
        return 2

    # Where there is no terminal, 160 columns keep each address on one line.
    width, height = shutil.get_terminal_size(fallback=(160, 50))
    console = Console(width=width, height=height, markup=False, emoji=False, highlight=False)
    console.print(printed(groups, when_open, "Who receives what", "To", "Cc", "Why", "Notices"))
    console.line()
    changes = "What changes when the gate closes"
    console.print(printed(groups, when_closed, changes, "To now", "Cc now", "To then"))
    console.line()
    console.print(summary(groups, doubtful))
    return 0


if __name__ == "__main__":
    sys.exit(main())
