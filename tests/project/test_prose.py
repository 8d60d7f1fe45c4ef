"""How the pages are written; `make spelling` checks their words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = [
    str(page.relative_to(ROOT))
    for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
    if "_build" not in page.parts
]
FRENCH: Final = ["docs/decideur.md", "docs/fr.md"]
GENERATED: Final = r"^<!-- ([^\n]+) -->$.*?^<!-- /\1 -->$"

DIALECT: Final = [
    r"for want of", r"\bat hand\b", r"\bbe it\b", r"\b(?:is|are) none\b", r"\b(?:is|are) told\b",
    r"\b(?:is|are) said\b", r"\bstands? (?:in|on|under|beside)\b", r"\blies? (?:in|beside)\b",
    r"\bby themselves\b.*\bby themselves\b", r"\bof which nobody\b",
]  # fmt: skip
"""What a reader stumbles over, where plain words say the same."""


def prose(page: str) -> str:
    """Without code, and without what is written from the library."""
    text = (ROOT / page).read_text(encoding="utf-8")
    text = re.sub(GENERATED, "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^\s*```.*?^\s*```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`]*`", "``", text)


@pytest.mark.parametrize("page", PAGES)
def test_plain_english(page: str) -> None:
    text = " ".join(prose(page).split(" ")).replace("\n", " ")
    assert [found[0] for one in DIALECT for found in re.finditer(one, text)] == []


@pytest.mark.parametrize("page", PAGES)
def test_quotation_marks_keep_to_their_words(page: str) -> None:
    """« … » with no-break spaces inside, and none within another."""
    text = prose(page)
    assert re.findall(r"«[^\xa0].{0,20}|.{0,20}[^\xa0]»", text) == []
    assert re.findall(r"«[^»]*«", text) == []


@pytest.mark.parametrize("page", FRENCH)
def test_french_punctuation_keeps_to_its_word(page: str) -> None:
    """A no-break space before : ; ! ? and within numbers."""
    text = re.sub(r"\]\([^)]*\)|^\|[ :|-]*\|$", "", prose(page), flags=re.MULTILINE)
    assert re.findall(r".{0,20}[^\xa0\w/:][:;!?](?!//).{0,5}|\w[:;!?]\s", text) == []
    assert re.findall(r"\d \d{3}\b", text) == []
