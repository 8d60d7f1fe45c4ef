"""Every public name has a docstring, with an example that runs."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from enum import Enum
from typing import Any

import pytest

import partner_comms

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(partner_comms.__path__, "partner_comms.")
    if not module.name.endswith("__main__")
)
PLAIN_DATA = {"DECISIONS", "Identifier", "Json", "LOCALES", "Operation"}
"""Names for values, which carry no docstring that Python would keep."""

PUBLIC = [
    (module, name)
    for module in ("partner_comms", *MODULES)
    for name in getattr(importlib.import_module(module), "__all__", ())
    if name not in PLAIN_DATA
]


def _with_marks(name: str) -> Any:
    """What Hypothesis draws runs without coverage."""
    draws = name.startswith("partner_comms.strategies")
    return pytest.param(name, marks=pytest.mark.unmeasured) if draws else name


@pytest.mark.parametrize("name", ["partner_comms", *map(_with_marks, MODULES)])
def test_examples_run(name: str) -> None:
    module = importlib.import_module(name)
    results = doctest.testmod(module, raise_on_error=False, report=True)
    assert results.failed == 0


@pytest.mark.parametrize(("module", "name"), PUBLIC)
def test_public_names_are_documented(module: str, name: str) -> None:
    public = getattr(importlib.import_module(module), name)
    text = inspect.getdoc(public) or ""
    assert len(text.splitlines()[0]) > 20
    assert ">>>" in text or issubclass(public, Enum)
