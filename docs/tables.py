"""Writes the tables of `decision-table.md` from the library itself: `python docs/tables.py`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final, get_args

from partner_comms import DECISIONS, label
from partner_comms.labels import Labelled
from partner_comms.sentences import Locale

PAGE: Final = Path(__file__).parent / "decision-table.md"

LANGUAGES: Final[dict[Locale, str]] = {"en": "English", "fr": "French"}
"""A column of words for each."""


def decision_table() -> str:
    """Every decision there is, a row each, in the order of `DECISIONS`."""
    heads = ("Record that governs", "Reason", "Rule in effect", "To", "Cc", *LANGUAGES.values())
    return _table(
        heads,
        (
            (
                f"`{decision.record_kind.value}`",
                f"`{decision.reason.value}`",
                f"`{decision.rule.value}`",
                label(decision.to, "en"),
                label(decision.cc, "en") if decision.cc else "–",
                *(decision.explain(locale) for locale in LANGUAGES),
            )
            for decision in DECISIONS
        ),
    )


def code_table() -> str:
    """Every member of every enum, with its code and its words in every language."""
    heads = ("Member", "Code", *LANGUAGES.values())
    return _table(
        heads,
        (
            (
                f"`{kind.__name__}.{member.name}`",
                f"`{member.value}`",
                *(label(member, locale) for locale in LANGUAGES),
            )
            for kind in get_args(Labelled)
            for member in kind
        ),
    )


def with_tables(page: str) -> str:
    """`page` with both tables made anew between their markers, all else as it was."""
    page = _with_table(page, "decisions", decision_table())
    return _with_table(page, "codes", code_table())


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (heads, ("---",) * len(heads), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _with_table(page: str, name: str, table: str) -> str:
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, opened, rest = page.partition(opening)
    _, closed, after = rest.partition(closing)
    if not (opened and closed):
        raise ValueError(f"the page has no {opening} … {closing} to put the table in")
    return f"{before}{opening}\n\n{table}\n\n{closing}{after}"


def main() -> None:
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_tables(page), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
