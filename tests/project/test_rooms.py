"""The house: each clause has its tests, and no module reads what another keeps to itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import CLAUSES

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "src").rglob("*.py"))


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_class_quotes_each_clause(clause: str) -> None:
    named = re.compile(rf'^class Test{clause}\b.*:\n    """\S', re.MULTILINE)
    assert [
        path.name
        for path in (ROOT / "tests").rglob("test_*.py")
        if named.search(path.read_text(encoding="utf-8"))
    ]


def private_names_of_others(path: Path) -> Iterator[str]:
    """`from .other import _name`, and `other._name` of an imported module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = [alias.name for alias in node.names]
            yield from (name for name in names if _is_private(name) and node.module)
            modules |= {alias.asname or alias.name for alias in node.names}
        if isinstance(node, ast.Import):
            modules |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                if module in modules and _is_private(name):
                    yield f"{module}.{name}"


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


@pytest.mark.parametrize("path", MODULES, ids=[str(p.relative_to(ROOT / "src")) for p in MODULES])
def test_no_private_name_of_another_module(path: Path) -> None:
    assert list(private_names_of_others(path)) == []
