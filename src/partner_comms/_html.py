"""Plain HTML for notebooks: no colours of its own, so that it reads in light and in dark."""

from __future__ import annotations

from html import escape


def named_values(*rows: tuple[str, str]) -> str:
    """A table of two columns, names and values, every text escaped."""
    body = "".join(
        f'<tr><th style="text-align: left">{escape(name)}</th>'
        f'<td style="text-align: left">{escape(value)}</td></tr>'
        for name, value in rows
    )
    return f"<table>{body}</table>"
