"""Plain HTML for notebooks: no colours of its own, so that it reads in light and in dark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def named_values(*rows: tuple[str, str]) -> str:
    """A table of two columns, names and values, every text escaped."""
    return _table(_cell("th", name) + _cell("td", value) for name, value in rows)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with a head, every text escaped."""
    head = "".join(_cell("th", text) for text in heads)
    return _table([head, *("".join(_cell("td", text) for text in row) for row in rows)])


def _table(rows: Iterable[str]) -> str:
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _cell(tag: str, text: str) -> str:
    return f'<{tag} style="text-align: left">{escape(text)}</{tag}>'
