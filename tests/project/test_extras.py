"""What is imported, and when: an extra in one module alone, which says what to install."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "needed", "extra"),
    [
        ("frames", "narwhals.stable.v2", "frames"),
        ("strategies", "hypothesis", "hypothesis"),
        ("serialization", "cattrs", "json"),
    ],
)
def test_without_what_it_needs(module: str, needed: str, extra: str) -> None:
    name = f"partner_comms.{module}"
    importlib.import_module(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, needed, None)
        patch.delitem(sys.modules, name)
        with pytest.raises(ImportError, match=rf"{name} needs .*'partner-comms\[{extra}\]'$"):
            importlib.import_module(name)


def test_no_engine_of_tables_is_imported() -> None:
    """The library brings none of its own, and loads none that is not asked for."""
    code = (
        "import sys, partner_comms.frames\n"
        "print({'pandas', 'polars', 'pyarrow', 'duckdb', 'pyspark'} & set(sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert ran.stdout.strip() == "set()"


def test_words_are_loaded_once_they_are_asked_for() -> None:
    """A program that only sends does not load them."""
    code = (
        "import sys, partner_comms as pc\n"
        "loaded = lambda: 'partner_comms.texts' in sys.modules\n"
        "print(loaded(), pc.label(pc.Party.CLIENT, 'en'), loaded())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert ran.stdout.strip() == "False Client True"
