"""The site: `make docs`.

Its sources are the project's Markdown pages where they are, not those of `docs/` alone, so that a
link that works on a code host works on the site too. The README stays out: the landing page
replaces it.
"""

from __future__ import annotations

import json
import re
import sys
from contextlib import suppress
from enum import Enum, EnumType
from importlib.metadata import version as version_of
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import fields_dict

import partner_comms
from partner_comms import (
    DECISIONS,
    LOCALES,
    Communication,
    InvalidAnswerError,
    Notice,
    RecordKind,
    RuleFilter,
    choices,
    explain_entry,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "partner_comms"
author = "The partner_comms maintainers"
copyright = author
version = release = version_of("partner-comms")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosectionlabel",
    "sphinx.ext.viewcode",
]
root_doc = "docs/index"
source_suffix = {".md": "markdown"}
include_patterns = ["*.md", "docs/**.md", "examples/backoffice/README.md"]
exclude_patterns = [".*", "README.md", "dist", "docs/_build", "mutants"]
suppress_warnings = ["autosectionlabel.*"]  # two headings of one page may say the same

myst_heading_anchors = 3
autosectionlabel_prefix_document = True
autodoc_default_options = {
    "members": True,
    "undoc-members": True,
    "exclude-members": "by_code",  # of each enum
    "member-order": "bysource",
}
autodoc_typehints_format = "short"
default_role = "py:obj"  # `name` in a docstring: a link where the name is documented, else code
autodoc_preserve_defaults = True  # a strategy's own text is long
maximum_signature_line_length = 70
highlight_language = "none"  # but for the blocks that name one
smartquotes = False  # labels and addresses are quoted to the letter
python_display_short_literal_types = True

pygments_dark_style = "github-dark"
html_theme = "furo"
html_title = "partner_comms"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_additional_pages = {"index": "to_root.html"}
templates_path = ["_templates"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1f5f8b", "color-brand-content": "#1f5f8b"},
    "dark_css_variables": {"color-brand-primary": "#7fb8de", "color-brand-content": "#7fb8de"},
}

# --- Docstrings, which are written for people who read the source ---------------------------------

_CLAUSE = re.compile(r"\b([SD]\d{1,2})[a-e]?\b")
_NAME = re.compile(r"(?<!`)`(\w+)(\.\w+)*`(?!`)")
_EXAMPLE = re.compile(r"\s*(>>>|\.\.\. )")


def linked(
    _app: Sphinx, _what: str, _name: str, _obj: object, _options: object, lines: list[str]
) -> None:
    """Each clause becomes a link into the rule book, and each name of the package one to it."""
    in_example = False
    for number, line in enumerate(lines):
        in_example = bool(line.strip()) and (in_example or _EXAMPLE.match(line) is not None)
        if not in_example:
            lines[number] = _CLAUSE.sub(_to_clause, _NAME.sub(_to_name, line))


def with_tables(
    _app: Sphinx, _what: str, _name: str, _obj: object, _options: object, lines: list[str]
) -> None:
    """Tables as Markdown has them, which Sphinx would take for poems."""
    rows = [number for number, line in enumerate(lines) if line.startswith("| ")]
    for number in rows:
        first, *others = (cell.strip() for cell in lines[number].strip("| ").split(" | "))
        cells = [f"   * - {first}", *(f"     - {cell}" for cell in others)]
        if number - 1 not in rows:
            cells = [".. list-table::", "   :header-rows: 1", "", *cells]
        lines[number] = "\n".join([] if set(first) == {"-"} else cells)
    lines[:] = "\n".join(lines).split("\n")


def _to_clause(clause: re.Match[str]) -> str:
    return f":ref:`{clause[0]} <docs/rule-book:{clause[1]}>`"


def _to_name(name: re.Match[str]) -> str:
    """In full: a docstring of an extra stands in another module. Others are left as they are."""
    if name[1] not in partner_comms.__all__:
        return name[0]
    return f":py:obj:`{name[0].strip('`')} <partner_comms.{name[0].strip('`')}>`"


# --- Signatures -----------------------------------------------------------------------------------

_DEFAULT = re.compile(r"attr_dict\['(\w+)'\]\.default")


def readable(
    _app: Sphinx, what: str, _name: str, obj: Any, _options: object, signature: str | None, *_: str
) -> tuple[str | None, None] | None:
    """Defaults as attrs has them, and no `(*values)` on an enum, whose members are made already."""
    if what != "class" or signature is None:
        return None
    if isinstance(obj, EnumType):
        return "", None
    return _DEFAULT.sub(lambda field: _said(fields_dict(obj)[field[1]].default), signature), None


def _said(default: object) -> str:
    """As one would write it; a value of ours that is a default is made without arguments."""
    kind = type(default)
    if isinstance(default, Enum):
        return f"{kind.__name__}.{default.name}"
    return f"{kind.__name__}()" if kind.__module__.startswith("partner_comms") else repr(default)


def followed(_app: Sphinx, module: str, name: str) -> str | None:
    """Sphinx links back from the source of a module under one name: for the core, the package's."""
    if module == "partner_comms" or not hasattr(sys.modules[module], name):
        return None
    made_in = getattr(getattr(sys.modules[module], name), "__module__", module)  # a tuple has none
    return None if made_in.startswith(module) else module


# --- Phones ---------------------------------------------------------------------------------------

_CELL = re.compile(r"<t[dh]\b.*?</t[dh]>", re.DOTALL)
_CODE = re.compile(r'(?<=<span class="pre">)[^<]+')
_JOINT = re.compile(r"(?<=\w[_./(=])(?=\w)|(?<=[a-z])(?=[A-Z])")


def breakable(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """In a narrow table, `no_client_address` breaks between its words, and nowhere else."""

    def cell(found: re.Match[str]) -> str:
        return _CODE.sub(lambda code: _JOINT.sub("<wbr>", code[0]), found[0])

    if "body" in context:
        context["body"] = _CELL.sub(cell, context["body"])


# --- Languages ------------------------------------------------------------------------------------

FRENCH = {"docs/fr", "docs/decideur"}


def in_its_language(
    _app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """`<html lang="fr">`, by which a browser and a screen reader know what to do."""
    if page in FRENCH:
        context["language"] = "fr"


# --- The page to try it on ------------------------------------------------------------------------


def words(locale: str) -> dict[str, Any]:
    """The library's labels and sentences, by code, for a page that runs without it."""
    enums = (Communication, RecordKind, RuleFilter, Notice)
    labels = {enum.__name__: dict(choices(enum, locale)) for enum in enums}
    sentences = {}
    for decision, to, cc, notices in product(DECISIONS, (True, False), (True, False), NOTICED):
        answer = {
            "record_kind": decision.record_kind.value,
            "reason": decision.reason.value,
            "rule": decision.rule.value,
            "to": [None] * to,
            "cc": [None] * cc,
            "notices": [*notices],
        }
        codes = decision.record_kind, decision.reason, decision.rule
        with suppress(InvalidAnswerError):  # no such answer
            key = " ".join((*codes, str(to).lower(), str(cc).lower(), *notices))
            sentences[key] = explain_entry(answer, locale)
    return {"labels": labels, "sentences": sentences}


NOTICED = (
    (),
    ("no_client_address",),
    ("no_introducer_address",),
    ("no_client_address", "no_introducer_address"),
    ("client_not_addressed",),
)


def write_script(app: Sphinx, error: Exception | None) -> None:
    """One plain script, which a browser runs from a folder as well as from a server."""
    if error is not None:
        return
    here = Path(__file__).parent
    rule = (here.parent / "examples/conformance/recipients.mjs").read_text(encoding="utf-8")
    parts = (
        rule.replace("export function", "function"),
        f"const WORDS = {json.dumps({each: words(each) for each in LOCALES})};",
        (here / "try.js").read_text(encoding="utf-8"),
    )
    script = "(() => {\n" + "\n".join(parts) + "})();\n"
    (app.outdir / "_static" / "try.js").write_text(script, encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.connect("build-finished", write_script)
    app.connect("autodoc-process-docstring", linked)
    app.connect("autodoc-process-docstring", with_tables)
    app.connect("autodoc-process-signature", readable)
    app.connect("viewcode-follow-imported", followed)
    app.connect("html-page-context", breakable)
    app.connect("html-page-context", in_its_language)
