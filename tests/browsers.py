"""A browser without a window, for the tests of pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The shell has no window that it could show, and takes half the time.
PROGRAMS = ("chromium-headless-shell", "chromium")
MISSING = "no browser for these tests: apt-get install chromium-headless-shell"
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def launched() -> Iterator[Browser]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="it drives a browser: pip install --group browser"
    )
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with playwright.sync_playwright() as running:
        browser: Browser = running.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()
