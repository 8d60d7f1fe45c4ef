"""The page of the docs that the measurements are written to."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Final

from .measuring import Result, duration, shown

PAGE: Final = Path(__file__).parents[1] / "docs" / "measurements.md"

PACKAGES: Final = (
    "partner-comms",
    "attrs",
    "cattrs",
    "hypothesis",
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


def with_results(page: str, results: Sequence[Result]) -> str:
    """`page` with its tables filled in, all else as it was.

    A place is named after its columns: `<!-- decide, resolve -->`, `<!-- cost of core -->`.
    """
    places = re.findall("^<!-- ([^/].*) -->$", page, re.MULTILINE)
    columns = {column for place in places for column in place.removeprefix("cost of ").split(", ")}
    if homeless := {result.table for result in results} - columns:
        raise ValueError(f"the page has no place for {sorted(homeless)}")
    for place in places:
        opening, closing = f"<!-- {place} -->", f"<!-- /{place} -->"
        before, _, rest = page.partition(opening)
        _, closed, after = rest.partition(closing)
        if not closed:
            raise ValueError(f"the page has no {closing}")
        text = machine() if place == "machine" else table(place, results)
        page = f"{before}{opening}\n\n{text}\n\n{closing}{after}"
    return page


def table(place: str, results: Iterable[Result]) -> str:
    """A column for each table that the place names, a row for each thing that was measured."""
    costs = place.startswith("cost of ")
    columns = place.removeprefix("cost of ").split(", ")
    rows: dict[str, dict[str, str]] = {}
    for result in results:
        cells = rows.setdefault(result.what.partition(" / ")[0] if costs else result.what, {})
        if result.table not in columns:
            continue
        if costs and result.cost:  # of the library alone
            cells[result.table] = duration(result.cost)
        elif result.values and not costs:
            cells[result.table] = shown(result)
    rows = {what: cells for what, cells in rows.items() if cells}
    if not rows:
        raise ValueError(f"nothing was measured for <!-- {place} -->")
    heads = [f"`{column}`" if "_" in column else column for column in columns]
    if columns == ["core"]:
        heads = ["processor time" if costs else "ratio"]
    head = ["", *heads]
    lines = [head, ["---", *("--:" for _ in columns)]]
    lines += [
        [what, *(cells.get(column, "") for column in columns)] for what, cells in rows.items()
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """On what kind of machine, with what, and when."""
    facts = {
        "When": date.today().isoformat(),
        "Machine": f"{os.cpu_count()} cores, {processor()}, {platform.system()}",
        "Load": f"{os.getloadavg()[2]:.1f} on average in the last fifteen minutes",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    }
    return "\n".join(f"- {what}: {fact}" for what, fact in facts.items())


def processor() -> str:
    known = Path("/proc/cpuinfo")
    named = (
        re.search(r"^model name\s*: (.*)$", known.read_text("utf-8"), re.M)
        if known.exists()
        else None
    )
    return named[1] if named else platform.processor() or platform.machine()


def write(results: Sequence[Result]) -> None:
    page = with_results(PAGE.read_text(encoding="utf-8"), results)
    PAGE.write_text(page, encoding="utf-8", newline="\n")
