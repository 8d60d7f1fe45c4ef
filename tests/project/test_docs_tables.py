"""The tables of the docs say what the library does."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import get_args

import pytest

from partner_comms import (
    DECISIONS,
    ChangeOutcome,
    CommunicationRule,
    Reason,
    RuleFilter,
    UiText,
    label,
)
from partner_comms.labels import Labelled
from partner_comms.sentences import LOCALES
from tests.people import NOTICES

DOCS = Path(__file__).parents[2] / "docs"
tables = runpy.run_path(str(DOCS / "tables.py"))
"""The script by its path: `docs` is no package, and others may install one of that name."""


def test_the_page_is_up_to_date() -> None:
    page = tables["PAGE"].read_text(encoding="utf-8")
    assert tables["with_tables"](page) == page, "run: python docs/tables.py"


def test_every_decision_has_its_row() -> None:
    _, _, *rows = tables["decision_table"]().splitlines()
    assert len(rows) == len(set(rows)) == len(DECISIONS)
    for decision, row in zip(DECISIONS, rows, strict=True):
        assert all(decision.explain(locale) in row for locale in LOCALES)


def test_every_code_of_every_public_enum_has_its_row() -> None:
    """`test_labels` holds that `Labelled` is all of them."""
    table = tables["code_table"]()
    for kind in get_args(Labelled):
        for member in kind:
            assert f"| `{kind.__name__}.{member.name}` | `{member.value}` |" in table


def test_every_language_has_its_column() -> None:
    assert set(tables["LANGUAGES"]) == set(LOCALES)


@pytest.mark.parametrize("page", ["", "<!-- decisions -->", "<!-- /decisions -->"])
def test_a_page_without_markers_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="no <!-- decisions -->"):
        tables["with_tables"](page)


def test_the_french_page_speaks_in_the_words_of_the_screen() -> None:
    """Every text of the screens, and every label that it puts between quotes."""
    page = " ".join((DOCS / "fr.md").read_text(encoding="utf-8").split())
    said = [
        *UiText,
        *CommunicationRule,
        *ChangeOutcome,
        *NOTICES,
        *(reason for reason in Reason if reason is not Reason.RULE_APPLIED),
        RuleFilter.NONE,
    ]
    for member in said:
        assert f"« {label(member)} »" in page
