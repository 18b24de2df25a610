"""Slopes: a line a unit from its earlier place to its present one, places at equal heights; long ways are lit."""

from collections.abc import Sequence
from typing import TypeAlias

from dashboard.charts.markup import Markup, short, tag

Slope: TypeAlias = tuple[int, int, str]
"""Row before and row now (from 0), and how the line is drawn: "up", "down", or "" for one that is not lit."""


def slopes(each: Sequence[Slope], rows: int, label: str) -> Markup:
    """As wide and high as its box; `rows` is how many rows of equal height stand on each side."""
    ordered = sorted(each, key=lambda one: bool(one[2]))
    lines = [tag("path", d=_way(*one[:2]), class_=one[2] or None) for one in ordered]
    drawing = tag("svg", *lines, viewBox=f"0 0 100 {10 * rows}", preserveAspectRatio="none", width="100%", height="100%")
    dots = [
        tag("circle", cx="100%", cy=f"{short(100 * (now + 0.5) / rows)}%", r=".3em" if lit else ".2em", class_=lit or None)
        for _, now, lit in ordered
    ]
    return tag("svg", drawing, *dots, class_="slopes", role="img", aria_label=label)


def _way(before: int, now: int) -> str:
    a, b = 10 * before + 5, 10 * now + 5
    return f"M0 {a}C45 {a} 55 {b} 100 {b}"
