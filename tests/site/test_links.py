"""Every link of the site leads somewhere, and no page loads anything from elsewhere."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured

links = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "links.py"))


def test_no_link_is_broken(site: Path) -> None:
    assert (site / "index.html").is_file()
    assert links["broken"](site) == []
