"""The page of the docs that the measurements are written to."""

from __future__ import annotations

import os
import platform
import re
import statistics
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Final

from .measuring import Result, number, spread
from .picture import drawn

PAGE: Final = Path(__file__).parents[1] / "docs" / "measurements.md"
PICTURE: Final = PAGE.with_suffix(".svg")
PICTURED: Final = {
    "decide": "Who is written to",
    "resolve_recipients": "Which addresses that makes",
    "from plain values": "The same, from plain values",
}
"""The tables that the picture shows, and what it calls them."""

COLUMNS: Final = {
    "": "---",
    "median": "--:",
    "quartiles": ":-:",
    "repeats": "--:",
    "seconds": "--:",
    "target: at most": "--:",
}
"""Of the tables: each head, and the line below it."""

PACKAGES: Final = (
    "partner-comms",
    "attrs",
    "pydantic",
    "rule-engine",
    "zen-engine",
    "narwhals",
    "polars",
    "pandas",
    "pyarrow",
    "duckdb",
    "pyspark",
)


def with_results(page: str, results: Sequence[Result], *, load: float) -> str:
    """`page` with every table made anew in its place, all else as it was."""
    page = _with(page, "machine", machine(load))
    for name in dict.fromkeys(result.table for result in results):
        page = _with(page, name, table(result for result in results if result.table == name))
    return page


def table(results: Iterable[Result]) -> str:
    """A row each, without the columns that would be empty."""
    rows = [
        (
            each.what,
            number(each.median),
            spread(each),
            str(len(each.values)) if each.quartiles else "",
            f"{statistics.median(each.seconds):.2g}" if each.seconds else "",
            f"{each.at_most:g}" if each.at_most else "",
        )
        for each in results
    ]
    columns = [
        (head, line, *cells)
        for (head, line), cells in zip(COLUMNS.items(), zip(*rows, strict=True), strict=True)
        if any(cells)
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in zip(*columns, strict=True))


def load_average() -> float:
    """How busy the machine was in the last five minutes: 1 is one core."""
    return os.getloadavg()[1]


def machine(load: float) -> str:
    """On what kind of machine, with what, and when."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    facts = {
        "When": date.today().isoformat(),
        "Machine": f"{os.cpu_count()} cores, {processor()}, {platform.system()}",
        "Load": f"{load:.1f} on average in the five minutes before the first measurement",
        "Python": python,
        "Packages": packages,
    }
    return "\n".join(f"- {what}: {fact}" for what, fact in facts.items())


def processor() -> str:
    known = Path("/proc/cpuinfo")
    named = re.search(r"^model name\s*: (.*)$", known.read_text(), re.M) if known.exists() else None
    return named[1] if named else platform.processor() or platform.machine()


def _with(page: str, name: str, text: str) -> str:
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, opened, rest = page.partition(opening)
    _, closed, after = rest.partition(closing)
    if not (opened and closed):
        raise ValueError(f"the page has no {opening} … {closing} to put the table in")
    return f"{before}{opening}\n\n{text}\n\n{closing}{after}"


def write(results: Sequence[Result], *, load: float) -> None:
    page = with_results(PAGE.read_text(encoding="utf-8"), results, load=load)
    PAGE.write_text(page, encoding="utf-8", newline="\n")
    groups = {
        title: [result for result in results if result.table == name]
        for name, title in PICTURED.items()
    }
    PICTURE.write_text(drawn(groups), encoding="utf-8", newline="\n")
