"""The site, built, and a browser to read it with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]

BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its pages."""
    pytest.importorskip("sphinx", reason="it builds the site: pip install --group docs")
    built = tmp_path_factory.mktemp("site")
    options = ["-q", "-W", "-c", str(ROOT / "docs"), "-d", str(built / "doctrees")]
    command = [sys.executable, "-m", "sphinx", *options, str(ROOT), str(built / "html")]
    subprocess.run(command, check=True)
    return built / "html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="it drives a browser: pip install --group backoffice"
    )
    chromium = shutil.which("chromium")
    if chromium is None:
        missing = "no browser for these tests: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=BROWSER_OPTIONS)
        yield browser
        browser.close()
