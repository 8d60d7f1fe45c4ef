"""What `docs/blocks.py` gives to type checkers: the Python blocks of a page, line by line."""

from __future__ import annotations

import runpy
from pathlib import Path

BLOCKS = runpy.run_path(str(Path(__file__).parents[2] / "docs/blocks.py"))


def test_a_block_keeps_its_lines() -> None:
    page = "text\n\n```python\na = 1\n```\n```console\nb\n```\n```python\n\nc = 2\n```\nd\n"
    assert BLOCKS["code"](page) == "\n\n\na = 1\n\n\n\n\n\n\nc = 2\n"


def test_each_page_with_blocks_is_checked() -> None:
    names = [page.name for page in BLOCKS["PAGES"]]
    assert "README.md" in names
    assert "django.md" in names
    assert len(set(map(BLOCKS["module"], BLOCKS["PAGES"]))) == len(names)
