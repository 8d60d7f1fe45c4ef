"""A host's strict checker accepts what the pages show: `python docs/blocks.py`, after mypy.

Each page becomes a module: its Python blocks, on the lines where the page has them. mypy finds in
its cache what the project imports; basedpyright reads the pages a second time.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = [
    page
    for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
    if "_build" not in page.parts and "```python" in page.read_text(encoding="utf-8")
]
# Django's plugin for mypy knows the models of installed apps only, which this page's are not.
DJANGO: Final = ROOT / "docs/how-to/django.md"
WITHOUT_PLUGIN: Final = f"""
[mypy]
strict = True
mypy_path = {ROOT / "src"}:{ROOT}
disable_error_code = var-annotated
"""
PYRIGHT: Final = {
    "typeCheckingMode": "standard",
    "extraPaths": [str(ROOT / "src"), str(ROOT)],
}


def module(page: Path) -> str:
    name = page.relative_to(ROOT).with_suffix("").as_posix()
    return name.replace("/", "__").replace("-", "_") + ".py"


def code(page: str) -> str:
    """The Python blocks of a page, and an empty line for each other line."""
    fence, lines = "", []
    for line in page.splitlines():
        if line.startswith("```"):
            fence = "" if fence else line
            line = ""
        lines.append(line if fence == "```python" else "")
    return "\n".join(lines).rstrip() + "\n"


def faults(folder: Path) -> str:
    """What the checkers say of the modules in `folder`; nothing if they accept them all."""
    config = folder / "without-plugin.ini"
    config.write_text(WITHOUT_PLUGIN, encoding="utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps(PYRIGHT), encoding="utf-8")
    others = [str(folder / module(page)) for page in PAGES if page != DJANGO]
    alone = ["--config-file", str(config), "--cache-dir", str(folder), str(folder / module(DJANGO))]
    commands = (
        ["mypy", *others],
        ["mypy", *alone],
        ["basedpyright", "--level=error", "--pythonpath", sys.executable, "-p", str(folder)],
    )
    runs = [
        subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        for command in commands
    ]
    return "".join(run.stdout + run.stderr for run in runs if run.returncode)


def main() -> int:
    with TemporaryDirectory() as folder:
        for page in PAGES:
            text = code(page.read_text(encoding="utf-8"))
            (Path(folder) / module(page)).write_text(text, encoding="utf-8")
        found = faults(Path(folder))
    for page in PAGES:
        found = re.sub(rf"\S*\b{module(page)}", str(page.relative_to(ROOT)), found)
    print(found or f"No faults in the Python blocks of {len(PAGES)} pages.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
