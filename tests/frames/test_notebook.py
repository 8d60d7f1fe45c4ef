"""The notebook of the examples runs from its first cell to its last, and the site has its page."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
notebook = runpy.run_path(str(DOCS / "notebook.py"))
"""The script by its path: `docs` is no package, and others may install one of that name."""


@pytest.fixture(scope="module")
def ran() -> Any:
    """What the cells show, and what they define."""
    return notebook["run"]()


@pytest.fixture(scope="module")
def found(ran: Any) -> dict[str, Any]:
    names: dict[str, Any] = ran[1]
    return names


def test_each_contract_is_counted_once(found: dict[str, Any]) -> None:
    compared, by_introducer = found["compared"], found["by_introducer"]
    assert len(compared) == 100_000
    for table in ("by_reason", "by_change"):
        assert found[table]["contracts"].sum() == len(compared)
    introduced = compared.filter(compared["introducer_id"].is_not_null())
    assert by_introducer["contracts"].sum() == len(introduced)
    assert by_introducer.select(*found["kinds"]).sum().sum_horizontal()[0] == len(introduced)
    assert len(found["largest"]) == 15
    assert found["largest"]["contracts"].min() >= found["others"]["contracts"].max()


def test_what_changes_is_found(found: dict[str, Any]) -> None:
    changes = set(found["compared"]["change"])
    assert changes == {"same", "redirected", "copy_added", "silenced", "rescued"}
    assert 0 < len(found["lost"]) < len(found["changed"]) < len(found["compared"])
    assert len(found["examples"]) == len(changes) - 1


def test_a_kind_of_outcome_is_what_compare_calls_it(found: dict[str, Any]) -> None:
    """Today all e-mails go to the client, so the answer alone says what has changed."""
    changes = dict(found["changed"].group_by("change").len().iter_rows())
    counts = found["by_introducer"].select(*found["kinds"]).sum().row(0, named=True)
    assert counts["introducer added"] == changes["copy_added"]
    assert counts["client replaced"] == changes["redirected"] + changes["rescued"]


def test_every_missing_address_is_there_to_be_mended(found: dict[str, Any]) -> None:
    compared, missing = found["compared"], found["missing"]
    assert missing["nobody"].sum() == compared["to"].is_null().sum()
    assert missing["contracts"].sum() == compared["notice"].is_not_null().sum()
    assert missing["contracts"].is_sorted(descending=True)


@pytest.mark.parametrize("chart", ["by_introducer_chart", "missing_chart"])
def test_a_chart_names_each_bar_and_each_color(chart: str, found: dict[str, Any]) -> None:
    names = [f"Introducer {each}" for each in found["largest"]["introducer_id"]] + ["25 others"]
    if chart == "missing_chart":
        names = [f"{party} {each}" for party, each in found["first"].select("party", "id").rows()]
    assert all(f">{name}</text>" in found[chart] for name in names)
    assert found[chart].count('height="18"/>') % len(names) == 0


def test_the_page_is_up_to_date(ran: Any) -> None:
    for file, text in notebook["written"](*ran).items():
        assert file.read_text(encoding="utf-8") == text, "run: python docs/notebook.py"
