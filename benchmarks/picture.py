"""The picture of the page: how many times as long as the library each peer takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil, floor, log10

from .measuring import Result, number

WIDTH, LEFT, RIGHT, ROW = 720, 265, 650, 24
GREY, BLUE = "#767b82", "#2f8fc4"
"""Both can be read on white and on near-black: the page may be either."""


def drawn(groups: Mapping[str, Sequence[Result]]) -> str:
    """An SVG: a point at each median, a line from quartile to quartile, on a logarithmic scale."""
    ends = [end for results in groups.values() for result in results for end in _quartiles(result)]
    low, high = floor(log10(min(*ends, 1))), ceil(log10(max(*ends, 1)))

    def x(ratio: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * (log10(ratio) - low) / (high - low), 1)

    parts: list[str] = []
    y = ROW
    for title, results in groups.items():
        y += ROW
        parts.append(f'<text x="8" y="{y}" font-weight="bold">{title}</text>')
        for result in results:
            y += ROW
            parts.append(_row(result, x, y))
        y += ROW // 2
    bottom = y
    parts.extend(_gridline(x(10**power), bottom, power) for power in range(low, high + 1))
    text = "partner_comms = 1"
    parts.append(f'<text x="{x(1)}" y="{ROW}" text-anchor="middle" fill="{BLUE}">{text}</text>')
    height = bottom + 2 * ROW
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"',
            f'  font-family="system-ui, sans-serif" font-size="13" fill="{GREY}">',
            "<title>Time of each peer, as a multiple of the library's</title>",
            *parts,
            f'<text x="{x(1) - 8}" y="{height - 6}" text-anchor="end">← quicker</text>',
            f'<text x="{x(1) + 8}" y="{height - 6}">slower →</text>',
            "</svg>\n",
        ]
    )


def _quartiles(result: Result) -> tuple[float, float]:
    return result.quartiles or (result.median, result.median)


def _row(result: Result, x: Callable[[float], float], y: int) -> str:
    lower, upper = _quartiles(result)
    line = f'<path d="M{x(lower)} {y - 4}H{x(upper)}" stroke="{BLUE}" stroke-width="3"/>'
    point = f'<circle cx="{x(result.median)}" cy="{y - 4}" r="5" fill="{BLUE}"/>'
    value = f'<text x="{WIDTH - 8}" y="{y}" text-anchor="end">{number(result.median)} ×</text>'
    return f'<text x="20" y="{y}">{result.what}</text>{line}{point}{value}'


def _gridline(x: float, bottom: int, power: int) -> str:
    width, opacity = (1.5, 1) if power == 0 else (1, 0.3)
    colour = BLUE if power == 0 else GREY
    line = f'<path d="M{x} {ROW + 6}V{bottom}" stroke="{colour}" stroke-width="{width}"'
    label = f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{10.0**power:g}</text>'
    return f'{line} stroke-opacity="{opacity}"/>{label}'
