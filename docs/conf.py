"""The site: `make docs`.

Its sources are the project's Markdown pages where they lie, the README included, and not those
of `docs/` alone: so a link that works on a code host works on the site as well.
"""

from __future__ import annotations

import re
from enum import EnumType
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING

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
include_patterns = ["*.md", "docs/**.md"]
exclude_patterns = [".*", "dist", "docs/_build", "mutants"]
suppress_warnings = ["autosectionlabel.*"]  # two headings of one page may say the same

myst_heading_anchors = 3
autosectionlabel_prefix_document = True
autodoc_default_options = {"members": True, "undoc-members": True, "member-order": "bysource"}
autodoc_typehints_format = "short"
default_role = "py:obj"  # `name` in a docstring: a link where the name is documented, else code
autodoc_preserve_defaults = True
maximum_signature_line_length = 70
highlight_language = "none"  # but for the blocks that name one
smartquotes = False  # labels and addresses are quoted to the letter
python_display_short_literal_types = True

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

_CLAUSE = re.compile(r"\b([SD]\d{1,2})[a-e]?\b")
_EXAMPLE = re.compile(r"\s*(>>>|\.\.\. )")


def link_clauses(
    _app: Sphinx, _what: str, _name: str, _obj: object, _options: object, lines: list[str]
) -> None:
    """Each clause that a docstring names becomes a link into the rule book."""
    in_example = False
    for number, line in enumerate(lines):
        in_example = bool(line.strip()) and (in_example or _EXAMPLE.match(line) is not None)
        if not in_example:
            lines[number] = _CLAUSE.sub(_link, line)


def _link(clause: re.Match[str]) -> str:
    return f":ref:`{clause[0]} <docs/rule-book:{clause[1]}>`"


def without_enum_signature(
    _app: Sphinx, what: str, _name: str, obj: object, *_: object
) -> tuple[str, None] | None:
    """Members are looked up by their codes, which Python's `(*values)` does not say."""
    return ("", None) if what == "class" and isinstance(obj, EnumType) else None


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-docstring", link_clauses)
    app.connect("autodoc-process-signature", without_enum_signature)
