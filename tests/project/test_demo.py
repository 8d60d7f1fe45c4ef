"""The demo tells the truth about its portfolio, and says what is wrong with a broken file."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from partner_comms import is_email_address

pytest.importorskip("rich", reason="the demo prints with it: pip install --group demo")

DEMO = Path(__file__).parents[2] / "examples" / "demo.py"
PORTFOLIO = DEMO.with_name("portfolio.json")

Tables = dict[str, Any]
Cells = list[str]


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
    """Wide enough for one line a row, and no colours, whatever the terminal."""
    monkeypatch.setenv("COLUMNS", "240")
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def shipped(capsys: pytest.CaptureFixture[str]) -> str:
    assert main([]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def rows(printed: str, headings: tuple[str, ...]) -> list[Cells]:
    """The rows of a printed table; where a cell has several lines, they are joined by spaces."""
    _title, heading, *lines = [line for line in printed.splitlines() if line and "──" not in line]
    starts = [heading.index(name) for name in headings]
    found: list[Cells] = []
    for line in lines:
        cells = [line[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)]
        if not cells[1]:  # one more line of the row above
            found[-1] = [
                f"{above} {more}".strip() for above, more in zip(found[-1], cells, strict=True)
            ]
        else:  # the name of a record stands in its first row alone
            found.append([cells[0] or found[-1][0], *cells[1:]])
    return found


def parts(output: str) -> tuple[list[Cells], list[Cells], str]:
    """The rows with the gate open, the rows of what changes as it closes, and the summary."""
    now, changes, summary = output.split("\n\n")
    return (
        rows(now, ("Record", "Communications", "To", "Cc", "Why", "Notices")),
        rows(changes, ("Record", "Communications", "To now", "Cc now", "To then")),
        summary,
    )


def of(record: str, table: list[Cells]) -> list[Cells]:
    """The rows of one record, without its name."""
    return [cells for name, *cells in table if name.startswith(f"{record} ·")]


CLIENT = "rule “Client”"
INTRODUCER = "rule “Introducer”"
BOTH = "rule “Client + Introducer”"
KERVADEC = "contact@kervadec.example gestion@kervadec.example"
DELMAS = "jules@delmas.example"
TILLET = "direction@tillet.example compta@tillet.example"

WITH_GATE_OPEN = {
    # Both, one of them, and a stored rule "client".
    "Client 101": [["all 9", "o.sarrazin@poste.example", KERVADEC, BOTH, ""]],
    "Project 201": [["all 9", "o.sarrazin@poste.example", "", CLIENT, ""]],
    # A formal notice that goes past the client is allowed, and said (D10).
    "Contract 302": [
        ["the other 6", DELMAS, "", INTRODUCER, ""],
        ["3 formal notices", DELMAS, "", INTRODUCER, "client not addressed"],
    ],
    # No fall-through: the client's preferred introducer has no say in a contract (D1).
    "Contract 301": [["all 9", "o.sarrazin@poste.example", "", "No introducer", ""]],
    "Contract 306": [["all 9", TILLET, "", CLIENT, ""]],
    # A project and a contract with one id are two records.
    "Contract 205": [["all 9", "o.sarrazin@poste.example", KERVADEC, BOTH, ""]],
    "Project 205": [
        ["the other 6", DELMAS, "", INTRODUCER, ""],
        ["3 formal notices", DELMAS, "", INTRODUCER, "client not addressed"],
    ],
    # No address: nobody is swapped for somebody else (D8).
    "Contract 307": [["all 9", TILLET, "", BOTH, "no introducer address"]],
    "Contract 311": [["all 9", "nobody", "", "No introducer", "no client address"]],
    "Contract 314": [["all 9", "nobody", "", INTRODUCER, "no introducer address"]],
    "Contract 321": [["all 9", "nobody", "", BOTH, "no client address no introducer address"]],
    # A doubtful address is none, and the good one beside it stays (D16, D8).
    "Client 106": [["all 9", "nobody", "", "No introducer", "no client address"]],
    "Contract 312": [["all 9", "nobody", "", BOTH, "no client address"]],
    "Contract 313": [["all 9", "ines@poste.example", "", BOTH, "no introducer address"]],
    "Client 108": [["all 9", "t.ruellan@poste.example", "", BOTH, "no introducer address"]],
    # One address, two spellings: once in the e-mail (D9), and it reaches the client (D10).
    "Client 104": [["all 9", "Gestion@Kervadec.example", "contact@kervadec.example", BOTH, ""]],
    "Client 109": [["all 9", "Jules@Delmas.example", "is To already", BOTH, ""]],
    "Contract 317": [["all 9", DELMAS, "", INTRODUCER, ""]],
}

AS_THE_GATE_CLOSES = {
    "Client 101": [["all 9", "o.sarrazin@poste.example", KERVADEC, "o.sarrazin@poste.example"]],
    "Contract 302": [["all 9", DELMAS, "", "o.sarrazin@poste.example"]],
    "Contract 314": [["all 9", "nobody", "", "ines@poste.example"]],
    "Contract 322": [["all 9", KERVADEC, "", "nobody"]],
    "Client 102": [["no change", "", "", ""]],
    "Contract 301": [],
    "Contract 321": [],
}


@pytest.mark.parametrize("record", WITH_GATE_OPEN)
def test_awkward_cases(record: str, shipped: str) -> None:
    now, _, _ = parts(shipped)
    assert of(record, now) == WITH_GATE_OPEN[record]


@pytest.mark.parametrize("record", AS_THE_GATE_CLOSES)
def test_what_changes_as_the_gate_closes(record: str, shipped: str) -> None:
    """D7: everything goes to the client; what goes there already does not change."""
    _, changes, _ = parts(shipped)
    assert of(record, changes) == AS_THE_GATE_CLOSES[record]


def test_every_record_is_there(shipped: str) -> None:
    now, _, summary = parts(shipped)
    kinds = {"clients": "Client", "projects": "Project", "contracts": "Contract"}
    expected = {f"{kind} {row['id']}" for name, kind in kinds.items() for row in tables()[name]}
    assert {name.partition(" ·")[0] for name, *_ in now} == expected
    assert summary.startswith("12 clients and 33 deals: 405 e-mails, ")


def test_doubtful_addresses_are_reported_and_never_written_to(shipped: str) -> None:
    now, _, summary = parts(shipped)
    assert summary.splitlines()[-4:] == [
        "Doubtful addresses, left out: 3",
        "       Introducer A4 · Assurances Élan: 'contact@assurances-élan.example'",
        r"       Client 106 · M. Rémi Castanet: 'r.castanet@poste.example\n'",
        "       Client 107 · Mme Inès Valmont: 'Inès Valmont <ines@valmont.example>'",
    ]
    known = {
        a for name in ("introducers", "clients") for row in tables()[name] for a in row["emails"]
    }
    written_to = {text for _, _, to, cc, *_ in now for text in f"{to} {cc}".split() if "@" in text}
    assert written_to == {address for address in known if is_email_address(address)}


def test_narrow_terminal_cuts_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert main([]) == 0
    output = capsys.readouterr().out
    assert "…" not in output
    assert max(map(len, output.splitlines())) <= 100


def test_as_a_command() -> None:
    """As `make demo` runs it: no terminal, so 160 columns and no colours."""
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
    assert max(map(len, done.stdout.splitlines())) == 160
    assert of("Contract 302", parts(done.stdout)[0]) == WITH_GATE_OPEN["Contract 302"]


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
    file.write_text(json.dumps(changed("clients", 1, name="[red]\x1b[31m :fr: \ud800")))
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
    file.write_text(json.dumps(content))
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
