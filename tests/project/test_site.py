"""The site leaves no public name out, its picture shows the code, and its links lead somewhere."""

from __future__ import annotations

import importlib
import pkgutil
import re
import runpy
from math import prod
from pathlib import Path

import pytest

import partner_comms
from partner_comms import Reason
from partner_comms.conformance import cases
from tests.oracles.cases import all_cases

DOCS = Path(__file__).parents[2] / "docs"
picture = runpy.run_path(str(DOCS / "picture.py"))
links = runpy.run_path(str(DOCS / "links.py"))
"""The scripts by their paths: `docs` is no package, and others may install one of that name."""

MODULES = [module.name for module in pkgutil.iter_modules(partner_comms.__path__)]


# --- The reference --------------------------------------------------------------------------------

REFERENCE = "\n".join(
    page.read_text(encoding="utf-8") for page in sorted((DOCS / "reference").glob("*.md"))
)


def test_every_public_name_has_its_place_once() -> None:
    named = re.findall(r"\.\. auto(?:class|data|exception|function):: (?:\w+\.)*(\w+)", REFERENCE)
    assert sorted(named) == sorted(partner_comms.__all__)


def test_every_module_with_names_of_its_own_has_its_page() -> None:
    """The extras: the names of all other modules are those of the package."""
    modules = (importlib.import_module(f"partner_comms.{name}") for name in MODULES)
    extras = [module.__name__ for module in modules if hasattr(module, "__all__")]
    assert sorted(re.findall(r"\.\. automodule:: (\S+)", REFERENCE)) == extras


# --- What the pages say of the code ---------------------------------------------------------------

WALKED = sum(1 for _ in all_cases())
SHIPPED = sum(1 for _ in cases())


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("README.md", f"{WALKED:,} cases"),
        ("docs/proof.md", f"{WALKED:,} cases"),
        ("docs/decideur.md", f"{WALKED:,} cas vérifiés".replace(",", " ")),
        ("CHANGELOG.md", f"{SHIPPED:,} cases"),
        ("docs/how-to/conformance.md", f"{SHIPPED:,} cases"),
        ("docs/decideur.md", f"{SHIPPED:,} cas à".replace(",", " ")),
    ],
)
def test_the_number_of_cases(page: str, said: str) -> None:
    assert said in " ".join((DOCS.parent / page).read_text(encoding="utf-8").split())


def test_the_facts_make_that_many_cases() -> None:
    page = (DOCS / "proof.md").read_text(encoding="utf-8")
    factors = re.findall(r"\| (\d+) \|$", page, re.MULTILINE)
    assert prod(map(int, factors)) == WALKED
    assert f"{' × '.join(factors)} = **{WALKED:,} cases**" in page


@pytest.mark.parametrize("page", ["maintaining.md", "proof.md", "source.md"])
def test_the_files_that_a_page_names_are_there(page: str) -> None:
    named = re.findall(
        r"`((?:docs|examples|src|tests)/[\w/.-]+)`", (DOCS / page).read_text(encoding="utf-8")
    )
    assert named
    for path in set(named) - {"docs/_build/html"}:  # built by `make docs`
        assert (DOCS.parent / path).exists(), path


# --- The pictures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("file", picture["PICTURES"], ids=lambda file: file.name)
def test_the_pictures_are_up_to_date(file: Path) -> None:
    drawn = file.read_text(encoding="utf-8")
    assert picture["PICTURES"][file]() == drawn, "run: python docs/picture.py"


def test_every_reason_has_its_question() -> None:
    assert list(picture["QUESTIONS"]) == [
        each for each in Reason if each is not Reason.RULE_APPLIED
    ]


def test_the_picture_shows_every_module_once() -> None:
    shown = [module for layer in picture["layers"]() for module in layer]
    assert sorted(shown) == sorted(MODULES)
    assert {module for module, _ in picture["CALL"]} <= set(shown)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is_for(module: str) -> None:
    assert 20 < len(picture["purpose"](module)) < 120


# --- The links ------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text('<a href="sub/page.html#s9">S9</a>', "utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "page.html").write_text(
        '<h2 id="s9">S9</h2> <a href="#s9">here</a> <a href="../index.html">up</a>'
        '<img src="a%20b.svg"> <a href="https://example.org/">out</a>',
        encoding="utf-8",
    )
    (tmp_path / "sub" / "a b.svg").write_text("<svg/>", "utf-8")
    return tmp_path


def test_a_whole_site_passes(site: Path) -> None:
    assert links["broken"](site) == []
    assert links["main"](site) == 0


@pytest.mark.parametrize(
    ("added", "found"),
    [
        ('<a href="other.html">', "index.html: other.html leads nowhere"),
        ('<a href="sub/page.html#s10">', "index.html: sub/page.html#s10 leads nowhere"),
        ('<a href="#s9">', "index.html: #s9 leads nowhere"),
        ('<img src="b.svg">', "index.html: b.svg leads nowhere"),
        (
            '<script src="https://example.org/x.js">',
            "index.html: loads https://example.org/x.js from elsewhere",
        ),
        (
            '<link href="//example.org/x.css">',
            "index.html: loads //example.org/x.css from elsewhere",
        ),
    ],
)
def test_what_is_broken_is_found(site: Path, added: str, found: str) -> None:
    with (site / "index.html").open("a", encoding="utf-8") as page:
        page.write(added)
    assert links["broken"](site) == [found]
    assert links["main"](site) == 1


def test_no_site_is_no_whole_site(tmp_path: Path) -> None:
    assert links["main"](tmp_path) == 1
