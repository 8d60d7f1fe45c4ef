"""Who receives what in a portfolio: `python examples/demo.py [--lang fr] [FILE]`. It needs `rich`.

FILE has a host's tables as JSON, in the form of portfolio.json, which is in the same folder. The
first two parts show how a host uses the library; the others print the answers and read the file.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

from rich.console import Console
from rich.text import Text

from partner_comms import (
    AddressProblem,
    Client,
    CommissionBlock,
    Communication,
    Contract,
    Deal,
    FeatureGate,
    Identifier,
    Introducer,
    Introduction,
    Notice,
    PartnerCommsError,
    Party,
    Product,
    Project,
    Reason,
    Recipients,
    RecordKind,
    label,
    resolve_recipients,
    sort_addresses,
)

OPEN = FeatureGate(premium=True, option_enabled=True)
CLOSED = FeatureGate(premium=False, option_enabled=True)
COVERED = [communication for communication in Communication if communication.is_covered]

Row: TypeAlias = dict[str, Any]
Record: TypeAlias = Client | Deal
Named: TypeAlias = tuple[str, Record]
"""A record, with the name of its client or product."""
Groups: TypeAlias = list[list[Named]]
"""For each client: the client's record, then the client's deals."""
Doubtful: TypeAlias = list[tuple[str, AddressProblem]]
"""Whose address, its text, and what is wrong with it."""
Language: TypeAlias = Literal["en", "fr"]
T = TypeVar("T")


# --- From a host's rows to our values -------------------------------------------------------------


def build(tables: Any) -> tuple[Groups, Doubtful]:
    """The records, and the doubtful addresses that were left out of them."""
    doubtful: Doubtful = []

    def emails(row: Row) -> tuple[str, ...]:
        # One doubtful address must not stop the whole run. It is left out and reported, never
        # repaired: what a line break or a display name was meant for is not ours to guess (D16).
        if not isinstance(row["emails"], list):
            raise BrokenFileError("emails: give a list of addresses, [] if there is none")
        found = sort_addresses(row["emails"])
        whose = f"{row['id']} · {printable(row['name'])}"
        doubtful.extend((f"{whose} · {text!r}", problem) for text, problem in found.doubtful)
        return found.valid

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
        addresses = emails(row)
        return Introducer(row["id"], name=row["name"], emails=addresses, block=block(row))

    def client(row: Row) -> Client:
        addresses, preferred = emails(row), introduction(row)
        return Client(row["id"], name=row["name"], emails=addresses, introduction=preferred)

    def product(row: Row) -> Product:
        return Product(row["id"], name=row["name"], block=block(row))  # its rule never routes (D6)

    def deal(kind: type[Deal], row: Row) -> tuple[str, Deal]:
        owner, product = found(clients, row, "client_id"), found(products, row, "product_id")
        record = kind(row["id"], client=owner, introduction=introduction(row))
        return product.name, record

    # Those that others point to come first. Ids count within one table: a project and a contract
    # may well have the same one.
    introducers = by_id(tables, "introducers", introducer)
    clients = by_id(tables, "clients", client)
    products = by_id(tables, "products", product)
    projects = by_id(tables, "projects", lambda row: deal(Project, row))
    contracts = by_id(tables, "contracts", lambda row: deal(Contract, row))

    groups: dict[Identifier, list[Named]] = {one.id: [(one.name, one)] for one in clients.values()}
    for name, record in [*projects.values(), *contracts.values()]:
        groups[record.client.id].append((name, record))
    return list(groups.values()), doubtful


# --- Who receives what ----------------------------------------------------------------------------


def answers(record: Record) -> dict[tuple[Recipients, Recipients], list[Communication]]:
    """The answers with the gate open and closed, each pair with the communications that get it."""
    alike: dict[tuple[Recipients, Recipients], list[Communication]] = {}
    for communication in COVERED:
        now = resolve_recipients(communication, record, gate=OPEN)
        closed = resolve_recipients(communication, record, gate=CLOSED)
        alike.setdefault((now, closed), []).append(communication)
    return alike


def counted(groups: Groups) -> tuple[int, int, Counter[Notice]]:
    """How many e-mails there are, how many reach somebody, and the notices of all of them."""
    found = [
        resolve_recipients(communication, record, gate=OPEN)
        for group in groups
        for _, record in group
        for communication in COVERED
    ]
    notices = Counter(notice for answer in found for notice in answer.notices)
    return len(found), sum(answer.is_deliverable for answer in found), notices


# --- In words -------------------------------------------------------------------------------------

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "Who receives what: {kinds} kinds of e-mail, {clients} clients, {deals} deals",
        "emails": "{all} e-mails: {sent} reach somebody, {rest} reach nobody.",
        "doubtful": "Doubtful addresses, left out:",
        "all": "all {n} e-mails",
        "formal": "the {n} formal notices",
        "others": "the {n} ordinary e-mails",
        "rule": "rule “{rule}”",
        "to": "To:",
        "cc": "Cc:",
        "is_to": "none, the address is To already",
        "nobody": "nobody",
        "closed": "Without PREMIUM, to:",
    },
    "fr": {
        "title": "Qui reçoit quoi\xa0: {kinds} types d'e-mail, {clients} clients, {deals} dossiers",
        "emails": "{all} e-mails\xa0: {sent} ont un destinataire, {rest} n'en ont pas.",
        "doubtful": "Adresses douteuses, ignorées\xa0:",
        "all": "les {n} e-mails",
        "formal": "les {n} avis",
        "others": "les {n} e-mails ordinaires",
        "rule": "règle «\xa0{rule}\xa0»",
        "to": "À\xa0:",
        "cc": "En copie\xa0:",
        "is_to": "aucune, l'adresse est déjà destinataire",
        "nobody": "personne",
        "closed": "Sans PREMIUM, à\xa0:",
    },
}


def title(name: str, record: Record, language: Language) -> str:
    kind = Party.CLIENT if isinstance(record, Client) else RecordKind(record.record_kind)
    return printable(f"{label(kind, language)} {record.id} · {name}")


def printable(name: str) -> str:
    """A name can hold anything, and a terminal obeys control characters."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in name)


def together(communications: list[Communication], language: Language) -> str:
    formal = [c for c in COVERED if c.is_formal]
    others = [c for c in COVERED if not c.is_formal]
    for kind, these in (("all", COVERED), ("formal", formal), ("others", others)):
        if communications == these:
            return WORDS[language][kind].format(n=len(these))
    return ", ".join(label(communication, language) for communication in communications)


def why(answer: Recipients, language: Language) -> str:
    """In short: `answer.explain` has the whole sentence."""
    decision = answer.decision
    if decision.reason is not Reason.RULE_APPLIED:
        return label(decision.reason, language)
    return WORDS[language]["rule"].format(rule=label(decision.rule, language))


# --- On the screen --------------------------------------------------------------------------------

Line: TypeAlias = tuple[str, str]
"""A text, and its style."""


def lines_of(record: Record, language: Language) -> list[Line]:
    """Who receives the e-mails about one record, and who would without the subscription."""
    words = WORDS[language]
    lines = []
    for (now, closed), communications in answers(record).items():
        to = ", ".join(now.to) or words["nobody"]
        lines.append((f"{together(communications, language)} · {why(now, language)}", ""))
        lines.append((f"  {words['to']} {to}", "green" if now.to else "bold red"))
        if now.cc:
            lines.append((f"  {words['cc']} {', '.join(now.cc)}", "cyan"))
        elif now.decision.cc and not now.notices:  # D9
            lines.append((f"  {words['cc']} {words['is_to']}", "cyan"))
        lines += [(f"  {label(notice, language)}", "yellow") for notice in now.notices]
        if (now.to, now.cc) != (closed.to, closed.cc):
            then = ", ".join(closed.to) or words["nobody"]
            lines.append((f"  {words['closed']} {then}", "dim"))
    return lines


def summary(groups: Groups, doubtful: Doubtful, language: Language) -> list[Line]:
    words = WORDS[language]
    deals = sum(len(group) - 1 for group in groups)
    emails, sent, notices = counted(groups)
    return [
        (words["title"].format(kinds=len(COVERED), clients=len(groups), deals=deals), "bold"),
        (words["emails"].format(all=emails, sent=sent, rest=emails - sent), ""),
        *((f"{n:5} × {label(notice, language)}", "yellow") for notice, n in notices.most_common()),
        *([(words["doubtful"], "")] if doubtful else []),
        *(
            (text, "yellow")
            for address, problem in doubtful
            for text in (f"  {address}", f"    {label(problem, language)}")
        ),
    ]


def show(console: Console, lines: list[Line], indent: str = "") -> None:
    """Each line wrapped between words, so that an address stays whole."""
    for line, style in lines:
        begin = indent + line[: len(line) - len(line.lstrip())]
        wrapped = textwrap.wrap(
            line.lstrip(" "),
            console.width,
            initial_indent=begin,
            subsequent_indent=begin + "    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for part in wrapped:
            console.print(Text(part, style=style), soft_wrap=True)


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
    parser.add_argument("--lang", choices=WORDS, default="en", help="the language of the output")
    arguments = parser.parse_args(argv)
    try:
        groups, doubtful = build(read(arguments.file))
    except BrokenFileError as error:
        print(f"{arguments.file}: {error}", file=sys.stderr)
        return 2

    # A reader of long lines is slow, and a pipe has no width of its own.
    width = min(shutil.get_terminal_size(fallback=(80, 24)).columns, 100)
    console = Console(width=width, markup=False, emoji=False, highlight=False)
    show(console, summary(groups, doubtful, arguments.lang))
    for group in groups:
        for name, record in group:
            indent = "" if isinstance(record, Client) else "  "
            console.line()
            show(console, [(title(name, record, arguments.lang), "bold")], indent)
            show(console, lines_of(record, arguments.lang), indent + "  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
