"""Writes the tables of the docs from the library itself: `python docs/tables.py`.

They are the decision table with its sentences, the codes with their words, and the API on one page.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Sequence
from enum import EnumType
from itertools import takewhile
from pathlib import Path
from types import FunctionType
from typing import Any, Final, get_args

import partner_comms
from partner_comms import DECISIONS, Decision, RecordKind, label
from partner_comms.codes import Locale
from partner_comms.labels import Labelled

DOCS: Final = Path(__file__).parent
PACKAGE: Final = DOCS.parent / "src" / "partner_comms"
REFERENCE: Final = DOCS / "reference"

LANGUAGES: Final[dict[Locale, str]] = {"en": "English", "fr": "French"}
"""A column of words for each."""


# --- The decisions --------------------------------------------------------------------------------


def decision_table() -> str:
    """A row for each reason and rule, in the order of `DECISIONS`: no kind of record differs."""
    rows = {
        (
            f"`{decision.reason.value}`",
            f"`{decision.rule.value}`",
            label(decision.to, "en"),
            label(decision.cc, "en") if decision.cc else "–",
        ): None
        for decision in DECISIONS
    }
    return _table(("Reason", "Rule in effect", "To", "Cc"), rows)


def sentence_list() -> str:
    """The sentences of each row, with the words in bold that depend on the kind of record."""
    parts = []
    for same in _rows():
        reason, rule = same[0].reason.value, same[0].rule.value
        parts += [f"`{reason}`, `{rule}`:", ""]
        parts += [f"- {_marked([each.explain(locale) for each in same])}" for locale in LANGUAGES]
        parts.append("")
    parts += ["The words in bold depend on the kind of record:", ""]
    kinds = [decision.record_kind for decision in _rows()[0]]
    found = {
        _differing([each.explain(locale) for each in same]): None
        for locale in LANGUAGES
        for same in _rows()
    }
    heads = [label(kind, "en") for kind in kinds]
    return "\n".join(parts) + "\n" + _table(heads, (words for words in found if any(words)))


def _rows() -> list[list[Decision]]:
    """The decisions that differ in nothing but the kind of record; the contract comes first."""
    rows: dict[tuple[str, str], list[Decision]] = {}
    for decision in DECISIONS:
        rows.setdefault((decision.reason, decision.rule), []).append(decision)
    order = (RecordKind.CONTRACT, RecordKind.PROJECT, RecordKind.CLIENT)
    return [sorted(row, key=lambda one: order.index(one.record_kind)) for row in rows.values()]


def _differing(sentences: Sequence[str]) -> tuple[str, ...]:
    """In each of the sentences, the words that the others do not have at that place."""
    before, after = _common(sentences)
    words = (sentence.split(" ") for sentence in sentences)
    return tuple(" ".join(each[before : len(each) - after]).rstrip(":,.;)") for each in words)


def _common(sentences: Sequence[str]) -> tuple[int, int]:
    """How many words the sentences share at their beginnings and at their ends."""
    words = [sentence.split(" ") for sentence in sentences]

    def shared(lists: Iterable[Sequence[str]]) -> int:
        alike = takewhile(lambda row: len(set(row)) == 1, zip(*lists, strict=False))
        return sum(1 for _ in alike)

    return shared(words), shared(each[::-1] for each in words)


def _marked(sentences: Sequence[str]) -> str:
    """The first of the sentences, with its own words in bold."""
    before, after = _common(sentences)
    words = sentences[0].split(" ")
    own = " ".join(words[before : len(words) - after])
    bare = own.rstrip(":,.;)")
    marked = [f"**{bare}**{own[len(bare) :]}"] if own else []
    return " ".join([*words[:before], *marked, *words[len(words) - after :]])


# --- The codes ------------------------------------------------------------------------------------


def code_tables() -> str:
    """For each enum its codes, with their words in every language."""
    parts = []
    for kind in get_args(Labelled):
        members: list[Labelled] = list(kind)
        rows = (
            (f"`{one.value}`", *(label(one, locale) for locale in LANGUAGES)) for one in members
        )
        parts.append(f"### {kind.__name__}\n\n{_table(('Code', *LANGUAGES.values()), rows)}")
    return "\n\n".join(parts)


# --- The API --------------------------------------------------------------------------------------


def api_table() -> str:
    """Every public name, a line each, in the order of the pages of the reference."""
    rows: list[tuple[str, str]] = []
    for page in ("answers", "records", "deals", "words", "errors"):
        text = (REFERENCE / f"{page}.md").read_text(encoding="utf-8")
        heading = text.partition("\n")[0].removeprefix("# ")
        rows.append((f"**[{heading}]({page}.md)**", ""))
        names = re.findall(r"\.\. auto\w+:: (?:\w+\.)*(\w+)", text)
        rows += ((f"`{_called(name)}`", _line(name)) for name in names)
    rows.append(("**Modules of their own**", ""))
    rows += ((f"[`partner_comms.{name}`]({name}.md)", _names_of(name)) for name in _extras())
    return _table(("Name", "In short"), rows)


def _called(name: str) -> str:
    """A function with the names of its arguments; the required ones by name after the asterisk."""
    public = getattr(partner_comms, name)
    if not isinstance(public, FunctionType):
        return name
    arguments: list[str] = []
    for argument in inspect.signature(public).parameters.values():
        if argument.kind is argument.KEYWORD_ONLY and "*" not in arguments:
            arguments.append("*")
        arguments.append(argument.name)
    return f"{name}({', '.join(arguments)})"


def _line(name: str) -> str:
    """The first sentence of a docstring without its clauses; the codes of an enum."""
    public = getattr(partner_comms, name)
    if isinstance(public, EnumType):
        members: list[Any] = list(public)
        return ", ".join(f"`{member.value}`" for member in members)
    if name in ALIASES:
        return ALIASES[name]
    head = " ".join((inspect.getdoc(public) or "").partition("\n\n")[0].split())
    sentence = re.sub(r" \([SD]\d[^)]*\)", "", re.split(r"(?<=\w\.) |(?<=\)\.) ", head)[0])
    return sentence.rstrip(".").replace("|", "\\|")


ALIASES: Final = {
    "DECISIONS": "All decisions that there are, as a tuple",
    "LOCALES": "The locales that texts come in: `fr` and `en`",
    "Identifier": "`int`, `str` or `UUID`",
}
"""What has no docstring that Python would keep."""


def _extras() -> list[str]:
    """The modules that have names of their own, each with its page."""
    pages = sorted(page.stem for page in REFERENCE.glob("*.md"))
    return [page for page in pages if page == "mail" or (PACKAGE / page).is_dir()]


def _source(module: str) -> str:
    package = PACKAGE / module
    path = package / "__init__.py" if package.is_dir() else package.with_suffix(".py")
    return path.read_text(encoding="utf-8")


def _names_of(module: str) -> str:
    """Read and not imported, since not everybody has what an extra needs."""
    tree = ast.parse(_source(module))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ", ".join(f"`{name}`" for name in ast.literal_eval(node.value))
    raise ValueError(f"{module} has no __all__")


# --- The pages ------------------------------------------------------------------------------------

PAGES: Final = {
    DOCS / "decision-table.md": {
        "decisions": decision_table,
        "sentences": sentence_list,
        "codes": code_tables,
    },
    REFERENCE / "api.md": {"api": api_table},
}


def with_tables(page: Path) -> str:
    """The page with the tables between their markers written again, all else as it was."""
    text = page.read_text(encoding="utf-8")
    for name, made in PAGES[page].items():
        text = with_table(text, name, made())
    return text


def with_table(text: str, name: str, table: str) -> str:
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, opened, rest = text.partition(opening)
    _, closed, after = rest.partition(closing)
    if not (opened and closed):
        raise ValueError(f"the page has no {opening} … {closing} to put the table in")
    return f"{before}{opening}\n\n{table}\n\n{closing}{after}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (heads, ("---",) * len(heads), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    for page in PAGES:
        page.write_text(with_tables(page), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
