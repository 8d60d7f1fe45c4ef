"""The module as such: its examples, its docstrings, its one dependency."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest

from partner_comms import frames


@pytest.mark.parametrize(
    "name", sorted(module.name for module in pkgutil.iter_modules(frames.__path__))
)
def test_examples_run(name: str) -> None:
    results = doctest.testmod(importlib.import_module(f"partner_comms.frames.{name}"))
    assert results.failed == 0


@pytest.mark.parametrize("name", frames.__all__)
def test_public_names_are_documented(name: str) -> None:
    public = getattr(frames, name)
    text = inspect.getdoc(public) or ""
    assert len(text.splitlines()[0]) > 20
    assert ">>>" in text or name == "PrefillNotice"


def test_without_narwhals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "narwhals.stable.v2", None)
    monkeypatch.delitem(sys.modules, "partner_comms.frames")
    with pytest.raises(ImportError, match=r"pip install 'partner-comms\[frames\]'"):
        importlib.import_module("partner_comms.frames")


def test_no_engine_is_imported() -> None:
    """The library brings none of its own, and loads none that is not asked for."""
    code = (
        "import sys, partner_comms.frames\n"
        "print({'pandas', 'polars', 'pyarrow', 'duckdb', 'pyspark'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
