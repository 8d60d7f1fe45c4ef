"""Draws `modules.svg`, the picture of the modules, from the code: `python docs/picture.py`.

The layers are those that the import checks hold the code to, the words in a box are the first
sentence of the module's docstring, and only the path of a call is told here.
"""

from __future__ import annotations

import ast
import re
import tomllib
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PICTURE: Final = ROOT / "docs" / "modules.svg"

CALL: Final = (
    ("models", "The host makes the gate and the records. Every field is checked."),
    ("errors", "What is not known to be meant is refused, and the error says what to do."),
    ("rules", "decide asks in the order of D15; the first reason that holds wins."),
    ("rules", "resolve_recipients turns parties into addresses, and says what is wrong."),
    ("sentences", "explain says the answer in a sentence, without any address."),
)
"""How `resolve_recipients` goes through the modules, step by step."""

WIDTH: Final = 880
MARGIN: Final = 24
GAP: Final = 12
LINE: Final = 17
CHARACTER: Final = 6.3
"""How wide a letter of the small text is, on the safe side."""

STYLE: Final = """
  text { font-family: system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
  .ground { fill: #f3f6f9; }
  .box { fill: #ffffff; stroke: #9db4c6; }
  .path { fill: #e6f1f9; stroke: #1f5f8b; }
  .name { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 15px; fill: #12354f;
    font-weight: 600; }
  .small { font-size: 12px; fill: #3d4b57; }
  .head { font-size: 13px; fill: #12354f; font-weight: 600; }
  .spot { fill: #1f5f8b; }
  .number { font-size: 11px; fill: #ffffff; font-weight: 600; text-anchor: middle; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #16191d; }
    .box { fill: #1f242a; stroke: #4a5966; }
    .path { fill: #1b3142; stroke: #7fb8de; }
    .name, .head { fill: #dbeaf5; }
    .small { fill: #b6c2cc; }
    .spot { fill: #7fb8de; }
    .number { fill: #10202c; }
  }
"""


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


def picture() -> str:
    parts = []
    top = 64.0
    for layer in layers():
        width = (WIDTH - 2 * MARGIN - GAP * (len(layer) - 1)) / len(layer)
        texts = [wrap(purpose(module), int((width - 28) / CHARACTER)) for module in layer]
        height = 40 + LINE * max(map(len, texts))
        for place, (module, lines) in enumerate(zip(layer, texts, strict=True)):
            parts += _box(module, lines, MARGIN + place * (width + GAP), top, width, height)
        top += height + GAP
    parts += _legend(top + 18)
    bottom = top + 18 + 26 * (len(CALL) + 1) + 4
    return "\n".join((*_opening(bottom), *parts, "</svg>", ""))


def _opening(height: float) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img">',
        "<title>The modules of partner_comms, and the path of a call through them</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height:g}" rx="10"/>',
        _text(
            "head", MARGIN, 32, "Each module stands on those below it and imports nothing above."
        ),
        _text("small", MARGIN, 50, "Numbers mark the path of a call of resolve_recipients."),
    ]


def _box(
    module: str, lines: list[str], left: float, top: float, width: float, height: float
) -> list[str]:
    steps = [number for number, (visited, _) in enumerate(CALL, 1) if visited == module]
    kind = "path" if steps else "box"
    shape = f'x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" rx="6"'
    return [
        f'<rect class="{kind}" {shape}/>',
        _text("name", left + 14, top + 24, module),
        *(_text("small", left + 14, top + 44 + LINE * row, line) for row, line in enumerate(lines)),
        *(
            _spot(left + width - 20 - 24 * place, top + 19, step)
            for place, step in enumerate(reversed(steps))
        ),
    ]


def _legend(top: float) -> list[str]:
    parts = [_text("head", MARGIN, top, "The path of a call")]
    for step, (module, what) in enumerate(CALL, 1):
        line = top + 26 * step
        parts.append(_spot(MARGIN + 10, line - 4, step))
        parts.append(_text("name", MARGIN + 32, line, module))
        parts.append(_text("small", MARGIN + 132, line, what))
    return parts


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(text)}</text>'


def _spot(x: float, y: float, step: int) -> str:
    circle = f'<circle class="spot" cx="{x:g}" cy="{y:g}" r="10"/>'
    return circle + _text("number", x, y + 4, str(step))


def main() -> None:
    PICTURE.write_text(picture(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
