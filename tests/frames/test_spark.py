"""PySpark gives the core's answers too."""

from __future__ import annotations

from .spark import SPARK, session
from .test_exhaustive import CASES, compare


def test_every_case() -> None:
    """S6 to S9, D1, D7 to D10, D13, D15: the core's answers, row by row."""
    session()
    assert compare(SPARK) == CASES
