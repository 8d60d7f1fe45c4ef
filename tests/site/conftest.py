"""The site, built, and a browser to read it with."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browsers import launched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its pages."""
    pytest.importorskip("sphinx", reason="it builds the site: pip install --group docs")
    built = tmp_path_factory.mktemp("site")
    options = ["-q", "-W", "--keep-going", "-c", str(ROOT / "docs"), "-d", str(built / "doctrees")]
    command = [sys.executable, "-m", "sphinx", *options, str(ROOT), str(built / "html")]
    subprocess.run(command, check=True)
    return built / "html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser
