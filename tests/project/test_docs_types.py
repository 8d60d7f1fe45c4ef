"""A host's strict checker accepts what the pages show: mypy --strict, and basedpyright.

A page becomes a module: its Python blocks, on the lines where the page has them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.unmeasured

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src"
PAGES: Final = [
    page
    for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
    if "_build" not in page.parts and "```python" in page.read_text(encoding="utf-8")
]

# Without Django's plugin, which knows installed apps only, the fields of a model have no types.
MYPY: Final = f"""
[mypy]
strict = True
mypy_path = {SOURCE}:{ROOT}
[mypy-docs__how_to__django]
disable_error_code = var-annotated
[mypy-pyarrow.*]
ignore_missing_imports = True
"""
PYRIGHT: Final = {"typeCheckingMode": "standard", "extraPaths": [str(SOURCE), str(ROOT)]}


def module(page: Path) -> str:
    name = page.relative_to(ROOT).with_suffix("").as_posix()
    return name.replace("/", "__").replace("-", "_")


def code(page: str) -> str:
    """The Python blocks of a page, and an empty line for each other line."""
    fence, lines = "", []
    for line in page.splitlines():
        if line.startswith("```"):
            fence = "" if fence else line
            line = ""
        lines.append(line if fence == "```python" else "")
    return "\n".join(lines).rstrip() + "\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for page in PAGES:
        text = code(page.read_text(encoding="utf-8"))
        (folder / f"{module(page)}.py").write_text(text, encoding="utf-8")
    (folder / "mypy.ini").write_text(MYPY, encoding="utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps(PYRIGHT), encoding="utf-8")
    return folder


def check(folder: Path, *command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    found = done.stdout + done.stderr
    for page in PAGES:
        found = re.sub(rf"\S*\b{module(page)}\.py", str(page.relative_to(ROOT)), found)
    assert done.returncode == 0, found


def test_mypy(folder: Path) -> None:
    check(folder, "mypy", "--config-file", "mypy.ini", ".")


def test_basedpyright(folder: Path) -> None:
    check(folder, "basedpyright", "--level", "error", "--pythonpath", sys.executable)


def test_a_block_keeps_its_lines() -> None:
    page = "text\n\n```python\na = 1\n```\n```console\nb\n```\n```python\n\nc = 2\n```\nd\n"
    assert code(page) == "\n\n\na = 1\n\n\n\n\n\n\nc = 2\n"
