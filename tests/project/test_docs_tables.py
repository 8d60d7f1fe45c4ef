"""The tables of the docs say what the library does."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import get_args

import pytest

import partner_comms
from partner_comms import (
    DECISIONS,
    LOCALES,
    ChangeOutcome,
    CommunicationRule,
    Notice,
    Reason,
    RuleFilter,
    UiText,
    label,
)
from partner_comms.labels import Labelled
from tests.people import NOTICES

DOCS = Path(__file__).parents[2] / "docs"
tables = runpy.run_path(str(DOCS / "tables.py"))
"""The script by its path: `docs` is no package, and others may install one of that name."""


@pytest.mark.parametrize("page", tables["PAGES"], ids=lambda page: page.name)
def test_the_page_is_up_to_date(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert tables["with_tables"](page) == text, "run: python docs/tables.py"


def test_every_decision_is_in_the_table_and_in_words() -> None:
    """Seven rows and seven sentences a language, each for three kinds of record."""
    _, _, *rows = tables["decision_table"]().splitlines()
    assert len(rows) == len(set(rows)) == len(DECISIONS) / 3
    sentences, _, kinds = tables["sentence_list"]().rpartition("\n\n| ")
    _, _, *differing = [line.strip("| ").split(" | ") for line in kinds.splitlines()]
    said = set()
    for line in re.findall("^- (.*)$", sentences, re.MULTILINE):
        marked = re.search(r"\*\*(.*)\*\*", line)
        if marked is None:
            said.add(line)
            continue
        (words,) = (words for words in differing if words[0] == marked[1])
        said |= {line.replace(marked[0], other) for other in words}
    assert said == {each.explain(locale) for each in DECISIONS for locale in LOCALES}


def test_every_code_of_every_public_enum_has_its_row() -> None:
    """`test_labels` holds that `Labelled` is all of them."""
    parts = tables["code_tables"]().split("### ")[1:]
    for kind, part in zip(get_args(Labelled), parts, strict=True):
        heading, *lines = part.splitlines()
        assert heading == kind.__name__
        for member in kind:
            assert member.name == member.value.upper()  # as the page says
            words = " | ".join(label(member, locale) for locale in tables["LANGUAGES"])
            assert f"| `{member.value}` | {words} |" in lines


def test_every_language_has_its_column() -> None:
    assert set(tables["LANGUAGES"]) == set(LOCALES)


def test_every_public_name_has_its_line_in_the_api() -> None:
    lines = re.findall(r"^\| \[?`(\w+)", tables["api_table"](), re.MULTILINE)
    assert set(partner_comms.__all__) <= set(lines)


def test_every_notice_has_its_advice() -> None:
    page = (DOCS / "reference" / "answers.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(Notice)


@pytest.mark.parametrize("page", ["", "<!-- decisions -->", "<!-- /decisions -->"])
def test_a_page_without_markers_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="no <!-- decisions -->"):
        tables["with_table"](page, "decisions", "a table")


def test_the_french_page_speaks_in_the_words_of_the_screen() -> None:
    """Every text of the screens, and every label that it puts between quotes."""
    page = in_plain_spaces((DOCS / "fr.md").read_text(encoding="utf-8"))
    said = [
        *UiText,
        *CommunicationRule,
        *ChangeOutcome,
        *NOTICES,
        *(reason for reason in Reason if reason is not Reason.RULE_APPLIED),
        RuleFilter.NONE,
    ]
    for member in said:
        assert in_plain_spaces(f"« {label(member)} »") in page


def in_plain_spaces(text: str) -> str:
    """No-break spaces are kept from a line's end by the page's author, not by this test."""
    return " ".join(text.split())
