"""Every page can be read on a phone and on a desk: nothing is cut off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.unmeasured

CUT_OFF = """() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (one) => one.closest("pre, .table-wrapper");
    return [...document.querySelectorAll("article *")]
        .filter((one) => one.getBoundingClientRect().right > width + 1 && !scrolls(one))
        .map((one) => `${one.tagName}: ${one.textContent.slice(0, 60)}`);
}"""
"""What goes beyond the window and can't be scrolled to by itself, as code and wide tables can."""


BROKEN = """() => {
    const lines = (text, word) => {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        return new Set([...range.getClientRects()].map((one) => one.top)).size;
    };
    return [...document.querySelectorAll("article table code .pre")]
        .flatMap((code) => [...code.childNodes])
        .filter((part) => part.nodeType === Node.TEXT_NODE)
        .flatMap((text) => [...text.data.matchAll(/\\w+/g)].filter((word) => lines(text, word) > 1))
        .map((word) => `broken within a word: ${word[0]}`);
}"""
"""Words of codes that a narrow column breaks; Sphinx says where a code may break, with `<wbr>`."""

CODE = """() => [...document.querySelectorAll("#partner-comms pre")]
    .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"""
"""Lines of the landing page's example that one would have to scroll to."""

WRONG = f"""() => {{
    const beyond = document.documentElement.scrollWidth - innerWidth;
    const cut = [{CUT_OFF}, {BROKEN}, {CODE}].flatMap((look) => look());
    return cut.length > 0 || beyond > 0 ? [beyond, cut.slice(0, 3)] : null;
}}"""
"""By how much the page is too wide, and what is; nothing when all is well."""


def test_nothing_is_cut_off(site: Path, browser: Browser) -> None:
    """At 400 and 1280 pixels; no page scrolls sideways as a whole."""
    pages = [path for path in site.rglob("*.html") if "_modules" not in path.parts]
    assert len(pages) > 30
    page = browser.new_page()
    found = {}
    widths = [400, 1280]
    for path in sorted(pages):
        if "http-equiv" in path.read_text(encoding="utf-8"):
            continue  # leads to the landing page at once
        page.goto(path.as_uri(), wait_until="domcontentloaded")
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            if wrong := page.evaluate(WRONG):
                found[path.relative_to(site).as_posix(), width] = wrong
        widths.reverse()  # so that the next page is first laid out at the width that it is read at
    assert found == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(scheme: str, site: Path, browser: Browser) -> None:
    """The text of a page is as far from its ground as WCAG asks of it, 4.5 to 1."""
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto((site / "docs" / "safety.html").as_uri(), wait_until="domcontentloaded")
    ratio = page.evaluate(
        """() => {
            const light = (text) => {
                const part = text.match(/[\\d.]+/g).slice(0, 3).map((one) => one / 255);
                const [r, g, b] = part.map((one) =>
                    one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const ground = light(getComputedStyle(document.body).backgroundColor);
            return Math.min(...["p", "td", "article a"].map((name) => {
                const ink = light(getComputedStyle(document.querySelector(name)).color);
                return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
            }));
        }"""
    )
    assert ratio > 4.5
