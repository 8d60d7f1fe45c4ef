"""Every public name has a docstring, with an example that runs."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from enum import Enum

import pytest

import partner_comms

MODULES = sorted(module.name for module in pkgutil.iter_modules(partner_comms.__path__))
PLAIN_DATA = {"DECISIONS", "Deal", "Identifier"}
"""Names for values, which carry no docstring that Python would keep."""


@pytest.mark.parametrize("name", ["", *MODULES])
def test_examples_run(name: str) -> None:
    module = importlib.import_module(f"partner_comms.{name}".rstrip("."))
    results = doctest.testmod(module, raise_on_error=False, report=True)
    assert results.failed == 0


@pytest.mark.parametrize("name", sorted(set(partner_comms.__all__) - PLAIN_DATA))
def test_public_names_are_documented(name: str) -> None:
    public = getattr(partner_comms, name)
    text = inspect.getdoc(public) or ""
    assert len(text.splitlines()[0]) > 20
    assert ">>>" in text or issubclass(public, Enum)
