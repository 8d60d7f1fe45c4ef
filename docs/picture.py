"""Draws the pictures of the docs from the code: `python docs/picture.py`.

`decision.svg` has the questions that `decide` asks, `records.svg` the records and their fields,
`modules.svg` the modules in layers. They are as narrow as a phone, where they must be legible.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Sequence
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Final, NamedTuple, get_args, get_type_hints

from attrs import fields

from partner_comms import (
    DECISIONS,
    Client,
    CommissionBlock,
    CommunicationRule,
    Contract,
    Decision,
    FeatureGate,
    Introducer,
    Introduction,
    Product,
    Project,
    Reason,
    label,
)

ROOT: Final = Path(__file__).parents[1]
DOCS: Final = ROOT / "docs"

WIDTH: Final = 400
MARGIN: Final = 12
GAP: Final = 12
LINE: Final = 18
CHARACTER: Final = 6.7
"""How wide a letter of the text is, on the safe side."""

STYLE: Final = """
  text { font-family: system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif;
    font-size: 13px; fill: #2c3a46; }
  .ground { fill: #f3f6f9; }
  .box { fill: #ffffff; stroke: #9db4c6; }
  .marked { fill: #e6f1f9; stroke: #1f5f8b; }
  .name { font-weight: 600; fill: #12354f; }
  .code { font-family: ui-monospace, Menlo, Consolas, monospace; font-weight: 600; fill: #12354f; }
  .arrow { fill: none; stroke: #1f5f8b; stroke-width: 1.5; marker-end: url(#head); }
  .head, .spot { fill: #1f5f8b; }
  .number { font-size: 11px; fill: #ffffff; font-weight: 600; text-anchor: middle; }
  @media (prefers-color-scheme: dark) {
    text { fill: #c3ced7; }
    .ground { fill: #16191d; }
    .box { fill: #1f242a; stroke: #4a5966; }
    .marked { fill: #1b3142; stroke: #7fb8de; }
    .name, .code { fill: #dbeaf5; }
    .arrow { stroke: #7fb8de; }
    .head, .spot { fill: #7fb8de; }
    .number { fill: #10202c; }
  }
"""


class Box(NamedTuple):
    """A rectangle with lines of text, of which the first (or none, or more) are its name."""

    left: float
    top: float
    width: float
    lines: Sequence[str]
    kind: str = "box"
    name: str = "name"
    named: int = 1

    @property
    def height(self) -> float:
        return 14 + LINE * len(self.lines)

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def centre(self) -> float:
        return self.left + self.width / 2

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    def drawn(self) -> list[str]:
        shape = f'x="{self.left:g}" y="{self.top:g}" width="{self.width:g}"'
        return [
            f'<rect class="{self.kind}" {shape} height="{self.height:g}" rx="6"/>',
            *(
                _text(
                    self.name if row < self.named else "",
                    self.left + 10,
                    self.top + 21 + LINE * row,
                    line,
                )
                for row, line in enumerate(self.lines)
            ),
        ]


# --- The decision ---------------------------------------------------------------------------------

QUESTIONS: Final = {
    Reason.NOT_PREMIUM: ("Does the broker have the PREMIUM subscription?", "S1"),
    Reason.OPTION_OFF: ("Is the option switched on?", "S2"),
    Reason.NOT_COVERED: ("Is the e-mail in one of the five families?", "S5"),
    Reason.NO_INTRODUCER: ("Does the record that it concerns have an introducer?", "S9"),
}
"""What `decide` asks before it gives each of these reasons."""


def decision_picture() -> str:
    """Four questions, in the order of `Reason`, and the three rules."""
    parts: list[str] = []
    top = float(MARGIN)
    for reason in Reason:
        if reason is Reason.RULE_APPLIED:
            continue
        question, clause = QUESTIONS[reason]
        asked = Box(MARGIN, top, 212, wrap(f"{question} ({clause})", 29), "marked", named=0)
        (lines,) = {_addressed(decision) for decision in DECISIONS if decision.reason is reason}
        answer = Box(272, top, 116, lines, named=0)
        answer = answer._replace(top=asked.middle - answer.height / 2)
        parts += [*asked.drawn(), *answer.drawn()]
        parts += [_arrow((asked.right, asked.middle), (answer.left, asked.middle))]
        parts += [_text("", asked.right + 16, asked.middle - 6, "no")]
        parts += [_arrow((60, asked.bottom), (60, asked.bottom + 26))]
        parts += [_text("", 70, asked.bottom + 18, "yes")]
        top = asked.bottom + 26
    heading = Box(
        MARGIN, top, WIDTH - 2 * MARGIN, ["The rule of that record decides (S6, S7, S8)"], "marked"
    )
    parts += heading.drawn()
    width = (WIDTH - 2 * MARGIN - 2 * GAP) / 3
    for place, rule in enumerate(CommunicationRule):
        (lines,) = {
            _addressed(decision)
            for decision in DECISIONS
            if decision.reason is Reason.RULE_APPLIED and decision.rule is rule
        }
        left = MARGIN + place * (width + GAP)
        names = label(rule, "en").replace("+ ", "+\n").split("\n")
        box = Box(left, heading.bottom + 26, width, [*names, *lines], named=len(names))
        parts += box.drawn()
        parts += [_arrow((box.centre, heading.bottom), (box.centre, box.top))]
    tallest = 14 + LINE * 4
    return _picture(
        "How a recipient is decided: four questions, then three rules",
        heading.bottom + 26 + tallest + MARGIN,
        parts,
    )


def _addressed(decision: Decision) -> tuple[str, ...]:
    cc = (f"Cc: {label(decision.cc, 'en').lower()}",) if decision.cc else ()
    return (f"To: {label(decision.to, 'en').lower()}", *cc)


# --- The records ----------------------------------------------------------------------------------


def records_picture() -> str:
    """The records, the fields of each, and which record a field leads to."""
    half = (WIDTH - 2 * MARGIN - 40) / 2
    right = WIDTH - MARGIN - half

    def box(left: float, top: float, *records: type) -> Box:
        name = ", ".join(record.__name__ for record in records)
        (lines,) = {_fields(record) for record in records}
        return Box(left, top, half, [name, *lines], name="code")

    deal = box(MARGIN, MARGIN, Contract, Project)
    gate = box(right, MARGIN, FeatureGate)
    client = box(MARGIN, deal.bottom + 36, Client)
    introduction = box(right, client.top, Introduction)
    block = box(MARGIN, client.bottom + 36, CommissionBlock)
    introducer = box(right, block.top, Introducer)
    product = box(MARGIN, introducer.bottom + 36, Product)
    between = (deal.bottom + client.top) / 2
    below = (introduction.bottom + introducer.top) / 2
    parts = [
        part
        for each in (deal, gate, client, introduction, block, introducer, product)
        for part in each.drawn()
    ]
    parts += [
        _arrow((60, deal.bottom), (60, client.top)),
        _arrow(
            (deal.right - 30, deal.bottom),
            (deal.right - 30, between),
            (introduction.centre, between),
            (introduction.centre, introduction.top),
        ),
        _arrow((client.right, introduction.middle), (introduction.left, introduction.middle)),
        _arrow((introduction.centre, introduction.bottom), (introduction.centre, introducer.top)),
        _arrow(
            (introduction.left + 30, introduction.bottom),
            (introduction.left + 30, below),
            (block.right - 30, below),
            (block.right - 30, block.top),
        ),
        _arrow((introducer.left, block.middle), (block.right, block.middle)),
        _arrow((60, product.top), (60, block.bottom)),
    ]
    return _picture("The records and their fields", product.bottom + MARGIN, parts)


def _fields(record: type) -> tuple[str, ...]:
    """The names of the public fields, and which of them can be None."""
    hints = get_type_hints(record)
    public = (field.name for field in fields(record) if not field.name.startswith("_"))
    return tuple(
        f"{name} (or None)" if type(None) in get_args(hints[name]) else name for name in public
    )


# --- The modules ----------------------------------------------------------------------------------

CALL: Final = (
    ("models", "The host makes the gate and the records. Every field is checked."),
    ("errors", "What is not known to be meant is refused; the error says what to do."),
    ("rules", "decide asks in the order of D15; the first reason that holds wins."),
    ("rules", "resolve_recipients turns parties into addresses, and adds notices."),
    ("sentences", "explain puts the answer into a sentence, without any address."),
)
"""How `resolve_recipients` goes through the modules, step by step."""


def layers() -> list[list[str]]:
    """The modules by layer, from the top, as the import checks have them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = settings["tool"]["importlinter"]["contracts"]
    return [re.split(r" [|:] ", layer) for layer in contract["layers"]]


def purpose(module: str) -> str:
    """The head of the module's docstring, as plain text and without its clauses."""
    package = ROOT / "src" / "partner_comms" / module
    file = package / "__init__.py" if package.is_dir() else package.with_suffix(".py")
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    sentence = " ".join(text.partition("\n\n")[0].split())
    return re.sub(r" \([SD][^)]*\)", "", sentence).rstrip(".").replace("`", "")


def modules_picture() -> str:
    """Each layer imports only from those below it; numbers mark the path of a call."""
    parts: list[str] = []
    top = float(MARGIN)
    for layer in layers():
        for row in _in_rows(layer):
            width = (WIDTH - 2 * MARGIN - GAP * (len(row) - 1)) / len(row)
            texts = [wrap(purpose(module), int((width - 20) / CHARACTER)) for module in row]
            height = max(map(len, texts))
            for place, (module, lines) in enumerate(zip(row, texts, strict=True)):
                steps = [number for number, (visited, _) in enumerate(CALL, 1) if visited == module]
                padded = [module, *lines, *[""] * (height - len(lines))]
                kind = "marked" if steps else "box"
                box = Box(MARGIN + place * (width + GAP), top, width, padded, kind, "code")
                parts += box.drawn()
                parts += [
                    _spot(box.right - 16 - 24 * back, box.top + 17, step)
                    for back, step in enumerate(reversed(steps))
                ]
            top = box.bottom + 6
        top += 8
    top += 8
    for step, (module, what) in enumerate(CALL, 1):
        lines = wrap(f"{module}: {what}", int((WIDTH - 2 * MARGIN - 32) / CHARACTER))
        parts.append(_spot(MARGIN + 10, top + 8, step))
        parts += [
            _text("", MARGIN + 32, top + 13 + LINE * row, line) for row, line in enumerate(lines)
        ]
        top += LINE * len(lines) + 8
    return _picture("The modules in layers, and the path of a call", top + MARGIN, parts)


def _in_rows(layer: list[str]) -> list[tuple[str, ...]]:
    """Two side by side, or all that are left."""
    return [tuple(layer[start : start + 2]) for start in range(0, len(layer), 2)]


# --- Drawing --------------------------------------------------------------------------------------


def _picture(title: str, height: float, parts: Sequence[str]) -> str:
    size = 'markerUnits="userSpaceOnUse" markerWidth="8" markerHeight="8" refX="8" refY="4"'
    head = '<path class="head" d="M0,0 L8,4 L0,8 z"/>'
    marker = f'<marker id="head" {size} orient="auto">{head}</marker>'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:g}" '
            f'viewBox="0 0 {WIDTH} {height:g}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            f"<defs>{marker}</defs>",
            f'<rect class="ground" width="{WIDTH}" height="{height:g}" rx="10"/>',
            *parts,
            "</svg>",
            "",
        )
    )


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(text)}</text>'


def _arrow(*points: tuple[float, float]) -> str:
    path = " L".join(f"{x:g},{y:g}" for x, y in points)
    return f'<path class="arrow" d="M{path}"/>'


def _spot(x: float, y: float, step: int) -> str:
    circle = f'<circle class="spot" cx="{x:g}" cy="{y:g}" r="10"/>'
    return circle + _text("number", x, y + 4, str(step))


PICTURES: Final = {
    DOCS / "decision.svg": decision_picture,
    DOCS / "records.svg": records_picture,
    DOCS / "modules.svg": modules_picture,
}


def main() -> None:
    for file, drawn in PICTURES.items():
        file.write_text(drawn(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
