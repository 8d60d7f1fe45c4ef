"""The demo tells the truth about its portfolio, and says what is wrong with a broken file."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from partner_comms import AddressProblem, Notice, is_email_address, label

pytest.importorskip("rich", reason="the demo prints with it: pip install --group demo")

DEMO = Path(__file__).parents[2] / "examples" / "demo.py"
PORTFOLIO = DEMO.with_name("portfolio.json")

Tables = dict[str, Any]


def loaded_main() -> Callable[[list[str]], int]:
    spec = importlib.util.spec_from_file_location("demo", DEMO)
    assert spec is not None
    assert spec.loader is not None
    demo = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(demo)
    main: Callable[[list[str]], int] = demo.main
    return main


main = loaded_main()


@pytest.fixture(autouse=True)
def _plain_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """80 columns and no colours, whatever the terminal."""
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main([*arguments]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


@pytest.fixture
def shipped(capsys: pytest.CaptureFixture[str]) -> str:
    return printed(capsys)


def paragraphs(output: str) -> list[list[str]]:
    """The summary, then one for each record, with the lines that were wrapped put together."""
    found: list[list[str]] = []
    for paragraph in output.split("\n\n"):
        lines: list[str] = []
        for line in paragraph.splitlines():
            indent = len(line) - len(line.lstrip(" "))
            if lines and indent >= len(lines[-1]) - len(lines[-1].lstrip(" ")) + 4:
                lines[-1] += " " + line.strip()
            else:
                lines.append(line)
        found.append(lines)
    return found


def of(record: str, output: str) -> list[str]:
    """The lines of one record."""
    (lines,) = (lines for lines in paragraphs(output) if lines[0].strip().startswith(f"{record} ·"))
    return [line.strip() for line in lines[1:]]


BOTH = "all 9 e-mails · rule “Client + Introducer”"
NONE = "all 9 e-mails · No introducer"
FORMAL = "the 3 formal notices · rule “Introducer”"
ORDINARY = "the 6 ordinary e-mails · rule “Introducer”"
KERVADEC = "Cc: contact@kervadec.example, gestion@kervadec.example"
TILLET = "To: direction@tillet.example, compta@tillet.example"
SARRAZIN = "To: o.sarrazin@poste.example"
DELMAS = "To: jules@delmas.example"
NO_CLIENT = label(Notice.NO_CLIENT_ADDRESS, "en")
NO_INTRODUCER = label(Notice.NO_INTRODUCER_ADDRESS, "en")
BYPASSED = label(Notice.CLIENT_NOT_ADDRESSED, "en")


def without_premium(to: str) -> str:
    return f"Without PREMIUM, to: {to}"


CASES = {
    # Both, one of them, and a stored rule "client".
    "Client 101": [BOTH, SARRAZIN, KERVADEC, without_premium("o.sarrazin@poste.example")],
    "Project 201": ["all 9 e-mails · rule “Client”", SARRAZIN],
    # A formal notice without the client is allowed, and reported (D10).
    "Contract 302": [
        *(ORDINARY, DELMAS, without_premium("o.sarrazin@poste.example")),
        *(FORMAL, DELMAS, BYPASSED, without_premium("o.sarrazin@poste.example")),
    ],
    # No fall-through: the client's preferred introducer has no effect on a contract (D1).
    "Contract 301": [NONE, SARRAZIN],
    "Contract 306": ["all 9 e-mails · rule “Client”", TILLET],
    # A project and a contract with one id are two records.
    "Contract 205": [BOTH, SARRAZIN, KERVADEC, without_premium("o.sarrazin@poste.example")],
    "Project 205": [
        *(ORDINARY, DELMAS, without_premium("nobody")),
        *(FORMAL, DELMAS, BYPASSED, without_premium("nobody")),
    ],
    # No address: nobody is swapped for somebody else (D8).
    "Contract 307": [BOTH, TILLET, NO_INTRODUCER],
    "Contract 311": [NONE, "To: nobody", NO_CLIENT],
    "Contract 314": [
        "all 9 e-mails · rule “Introducer”",
        *("To: nobody", NO_INTRODUCER, without_premium("ines@poste.example")),
    ],
    "Contract 321": [BOTH, "To: nobody", NO_CLIENT, NO_INTRODUCER],
    # A doubtful address is left out, and the good one next to it stays (D16, D8).
    "Client 106": [NONE, "To: nobody", NO_CLIENT],
    "Contract 312": [BOTH, "To: nobody", NO_CLIENT],
    "Contract 313": [BOTH, "To: ines@poste.example", NO_INTRODUCER],
    # One address, two spellings: once in the e-mail (D9), and it reaches the client (D10).
    "Client 104": [
        *(BOTH, "To: Gestion@Kervadec.example", "Cc: contact@kervadec.example"),
        without_premium("Gestion@Kervadec.example"),
    ],
    "Client 109": [BOTH, "To: Jules@Delmas.example", "Cc: none, the address is To already"],
    "Contract 317": [
        *("all 9 e-mails · rule “Introducer”", DELMAS),
        without_premium("Jules@Delmas.example"),
    ],
}


@pytest.mark.parametrize("record", CASES)
def test_awkward_cases(record: str, shipped: str) -> None:
    assert of(record, shipped) == CASES[record]


def test_the_summary_comes_first_and_every_record_after_it(shipped: str) -> None:
    summary, *records = paragraphs(shipped)
    assert summary[0] == "Who receives what: 9 kinds of e-mail, 12 clients, 33 deals"
    assert summary[1].startswith("405 e-mails: ")
    kinds = {"clients": "Client", "projects": "Project", "contracts": "Contract"}
    expected = {f"{kind} {row['id']}" for name, kind in kinds.items() for row in tables()[name]}
    assert {lines[0].strip().partition(" ·")[0] for lines in records} == expected


def test_the_summary_counts_what_is_shown(shipped: str) -> None:
    """Each paragraph says for how many e-mails its lines hold."""
    (summary, *records) = paragraphs(shipped)
    nobody = 0
    notices: Counter[str] = Counter()
    for lines in records:
        n = 0
        for line in map(str.strip, lines):
            if number := re.match(r"(?:all|the) (\d) ", line):
                n = int(number[1])
            nobody += n * (line == "To: nobody")
            notices[line] += n * (line in (NO_CLIENT, NO_INTRODUCER, BYPASSED))
    assert summary[1].endswith(f"{405 - nobody} reach somebody, {nobody} reach nobody.")
    assert {f"{count:5} × {text}" for text, count in notices.items() if count} <= set(summary)


def test_doubtful_addresses_are_reported_and_never_written_to(shipped: str) -> None:
    assert shipped.partition("\n\n")[0].splitlines()[-7:] == [
        "Doubtful addresses, left out:",
        "  A4 · Assurances Élan · 'contact@assurances-élan.example'",
        f"    {label(AddressProblem.DOMAIN_NOT_ASCII, 'en')}",
        r"  106 · M. Rémi Castanet · 'r.castanet@poste.example\n'",
        f"    {label(AddressProblem.CONTROL_CHARACTER, 'en')}",
        "  107 · Mme Inès Valmont · 'Inès Valmont <ines@valmont.example>'",
        f"    {label(AddressProblem.DISPLAY_NAME, 'en')}",
    ]
    known = {
        a for name in ("introducers", "clients") for row in tables()[name] for a in row["emails"]
    }
    written_to = set(re.findall(r"\S+@[\w.-]+", shipped.partition("\n\n")[2]))
    assert written_to == {address for address in known if is_email_address(address)}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_narrow_terminal_cuts_no_word(
    language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    wide = printed(capsys, "--lang", language)
    monkeypatch.setenv("COLUMNS", "80")
    narrow = printed(capsys, "--lang", language)
    assert max(map(len, narrow.splitlines())) <= 80
    assert narrow.split() == wide.split()


def test_in_french(capsys: pytest.CaptureFixture[str]) -> None:
    french = printed(capsys, "--lang", "fr")
    assert french.startswith("Qui reçoit quoi\xa0: 9 types d'e-mail, 12 clients, 33 dossiers\n")
    assert of("Contrat 307", french) == [
        "les 9 e-mails · règle «\xa0Client + Apporteur\xa0»",
        "À\xa0: direction@tillet.example, compta@tillet.example",
        label(Notice.NO_INTRODUCER_ADDRESS),
    ]
    english = {text for text in main.__globals__["WORDS"]["en"].values() if "{" not in text}
    assert not any(text in french for text in english)


def test_every_text_is_in_both_languages() -> None:
    words = main.__globals__["WORDS"]
    assert words["en"].keys() == words["fr"].keys()


def test_as_a_command() -> None:
    """As `make demo` runs it, with its output in a pipe: 80 columns and no colours."""
    environment = {name: os.environ[name] for name in os.environ if name != "COLUMNS"}
    done = subprocess.run(
        [sys.executable, str(DEMO)],
        env=environment | {"PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert of("Contract 302", done.stdout) == CASES["Contract 302"]


def test_colours_where_a_terminal_has_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[33m" in printed(capsys)


# --- Other files ----------------------------------------------------------------------------------


def tables() -> Tables:
    shipped: Tables = json.loads(PORTFOLIO.read_bytes())
    return shipped


def changed(table: str, row: int, **columns: object) -> Tables:
    """The shipped portfolio with other values in one row, counted from 1."""
    whole = tables()
    whole[table][row - 1].update(columns)
    return whole


def without(table: str, row: int, column: str) -> Tables:
    """The shipped portfolio without the value of one column in one row."""
    whole = tables()
    del whole[table][row - 1][column]
    return whole


def test_names_are_shown_as_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither markup nor control characters of a name reach the terminal as such."""
    file = tmp_path / "names.json"
    file.write_text(json.dumps(changed("clients", 1, name="[red]\x1b[31m :fr: \ud800")), "utf-8")
    assert main([str(file)]) == 0
    assert r"Client 101 · [red]\x1b[31m :fr: \ud800" in capsys.readouterr().out


BROKEN: dict[str, tuple[object, str]] = {
    "no object": ([], "no table 'introducers'; give a list of rows"),
    "missing table": (
        {name: rows for name, rows in tables().items() if name != "products"},
        "no table 'products'; give a list of rows",
    ),
    "no table": (tables() | {"clients": None}, "no table 'clients'; give a list of rows"),
    "no row": (
        tables() | {"clients": [None]},
        "clients, row 1: no row; give an object with a value for each column",
    ),
    "missing column": (
        without("contracts", 4, "client_id"),
        "contracts, row 4: no column 'client_id'",
    ),
    "missing id": (without("introducers", 2, "id"), "introducers, row 2: no column 'id'"),
    "dangling client": (
        changed("contracts", 4, client_id=999),
        "contracts, row 4: client_id: 999 is the id of no row in clients",
    ),
    "another kind of id": (
        changed("projects", 1, client_id="101"),
        "projects, row 1: client_id: '101' is the id of no row in clients",
    ),
    "a list for an id": (
        changed("projects", 1, client_id=[101]),
        "projects, row 1: client_id: [101] is the id of no row in clients",
    ),
    "dangling introducer": (
        changed("clients", 1, introducer_id="A9"),
        "clients, row 1: introducer_id: 'A9' is the id of no row in introducers",
    ),
    "dangling product": (
        changed("contracts", 1, product_id="BOAT"),
        "contracts, row 1: product_id: 'BOAT' is the id of no row in products",
    ),
    "unknown rule": (
        changed("products", 3, rule="Client"),
        "products, row 3: rule: 'Client' is not a known code; "
        "give one of 'client', 'introducer', 'client_and_introducer'",
    ),
    "no rule": (
        changed("contracts", 1, rule=None),
        "contracts, row 1: rule: got None; give a member of CommunicationRule or its code",
    ),
    "rule without introducer": (
        changed("contracts", 2, rule="client"),
        "contracts, row 2: without introducer_id, rule and terms mean nothing; give null",
    ),
    "duplicate id": (
        changed("contracts", 5, id=301),
        "contracts, row 5: id: 301 is there twice",
    ),
    "no id": (
        changed("clients", 1, id=True),
        "clients, row 1: id: got True; give an int, a str or a UUID",
    ),
    "one address": (
        changed("clients", 1, emails="o.sarrazin@poste.example"),
        "clients, row 1: emails: give a list of addresses, [] if there is none",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_tables(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, message = BROKEN[case]
    file = tmp_path / "broken.json"
    file.write_text(json.dumps(content), "utf-8")
    assert main([str(file)]) == 2
    assert capsys.readouterr() == ("", f"{file}: {message}\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"clients": [', "not JSON: Expecting value: line 1 column 14 (char 13)"),
        (b"", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b'{"\xe9": 1}', "not JSON: 'utf-8' codec can't decode byte 0xe9"),
        (b"[" * 100_000, "not JSON: "),
        (None, "cannot be read: No such file or directory"),
    ],
    ids=["cut short", "empty", "latin-1", "too deep", "missing"],
)
def test_no_json(
    content: bytes | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "broken.json"
    if content is not None:
        file.write_bytes(content)
    assert main([str(file)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{file}: {message}")
    assert err.count("\n") == 1
