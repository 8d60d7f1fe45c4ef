"""Looks for broken links in the site that `make docs` built: `python docs/links.py DIRECTORY`.

Sphinx checks the links that authors write. This reads what came of them, page by page: every link
within the site leads somewhere, and no page fetches a script, a style or a picture from elsewhere.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """What one page links to, what it loads, and which places in it can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.places: set[str] = {"", "top"}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value is not None}
        if place := given.get("id"):
            self.places.add(place)
        if link := given.get("href"):
            (self.loads if tag == "link" else self.links).append(link)
        if load := given.get("src"):
            self.loads.append(load)


def broken(site: Path) -> list[str]:
    """What is wrong in the pages of `site`, a line each."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        where = path.relative_to(site)
        found += [
            f"{where}: loads {url} from elsewhere" for url in page.loads if urlsplit(url).netloc
        ]
        found += [
            f"{where}: {url} leads nowhere"
            for url in (*page.links, *page.loads)
            if not _leads_somewhere(url, path, pages)
        ]
    return found


def _leads_somewhere(url: str, path: Path, pages: dict[Path, Page]) -> bool:
    parts = urlsplit(url)
    if parts.scheme or parts.netloc:
        return True  # to another site, which is not looked up
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target in pages:
        return unquote(parts.fragment) in pages[target].places
    return target.is_file()


def main(site: Path) -> int:
    pages = site.resolve()
    if not (pages / "index.html").is_file():
        print(f"no site in {site}")
        return 1
    found = broken(pages)
    print("\n".join(found) or f"every link of {site} leads somewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
