"""Writes the notebook of the examples as a page, with what it shows: `python docs/notebook.py`.

The page has the notebook's texts, tables and charts. Its code is where one runs it.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any, Final

import marimo as mo
import polars as pl

DOCS: Final = Path(__file__).parent
NOTEBOOK: Final = DOCS.parent / "examples" / "what_would_change.py"
PAGE: Final = DOCS / "how-to" / "what-would-change-notebook.md"
PICTURES: Final = DOCS / "pictures"
TEXT: Final[Any] = type(mo.md(""))

ABOUT: Final = """\
This page is the notebook `examples/what_would_change.py` with what it shows. [Ask what would
change](what-would-change.md) explains its calls on five contracts."""


def run() -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What the cells of the notebook show, in their order, and what they define."""
    outputs, names = runpy.run_path(str(NOTEBOOK))["app"].run()
    return outputs, dict(names)


def written(outputs: tuple[Any, ...], names: dict[str, Any]) -> dict[Path, str]:
    """The page and its pictures, each with its text."""
    charts = {name: value for name, value in names.items() if name.endswith("_chart")}
    pictures = {
        PICTURES / f"{name.replace('_', '-')}.svg": f"{svg}\n" for name, svg in charts.items()
    }
    parts = []
    for shown in outputs:
        if isinstance(shown, pl.DataFrame):
            parts.append(_table(shown))
        elif isinstance(shown, TEXT):
            parts.append(shown._repr_markdown_())
        elif isinstance(shown, mo.Html):
            parts += [_picture(*each) for each in pictures.items() if each[1].strip() == shown.text]
    title, text = "\n\n".join(parts).split("\n", 1)
    return {PAGE: f"{title}\n\n{ABOUT}\n{text}\n", **pictures}


def _table(shown: pl.DataFrame) -> str:
    """Numbers at the right; in counts, with their thousands apart."""
    rules = ("---:" if kind.is_integer() else "---" for kind in shown.dtypes)
    rows = ([_cell(*cell) for cell in row.items()] for row in shown.rows(named=True))
    lines = ([name.replace("_", " ") for name in shown.columns], rules, *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(name: str, value: object) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) and name != "id" else str(value)


def _picture(file: Path, svg: str) -> str:
    title = svg.partition("<title>")[2].partition("</title>")[0]
    return f"![{title}](../{file.relative_to(DOCS).as_posix()})"


def main() -> None:
    for file, text in written(*run()).items():
        file.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
