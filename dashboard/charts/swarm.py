"""A swarm of dots on one line: every unit a dot, those that would cover each other stand on each other, the best and the median named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from dashboard.charts.markup import Markup, figure, share, short, tag
from dashboard.formats import number, score

DIAMETER = 0.027
"""Of a dot, as a share of the field's width on a screen of 16:9."""
_STEP = 1.15  # em from a dot's middle to that of the one on top of it


@dataclass(frozen=True, slots=True)
class Dot:
    """A unit in the swarm; `is_lit` sets it in the alarm's colour."""

    name: str
    value: float
    is_lit: bool = False


@dataclass(frozen=True, slots=True)
class Swarm:
    """All units of a figure; `line` is drawn as a tick when it lies in the field."""

    dots: tuple[Dot, ...]
    median: float | None
    line: float


def swarm(one: Swarm) -> Markup:
    """An empty field says nothing; otherwise places are in per cent of the width and heights in em."""
    if not one.dots:
        return Markup("")
    low, high = floor(min(dot.value for dot in one.dots)), ceil(max(dot.value for dot in one.dots))

    def at(value: float) -> float:
        return DIAMETER / 2 + (1 - DIAMETER) * (value - low) / max(1, high - low)

    placed = _stacked([(at(dot.value), dot) for dot in sorted(one.dots, key=lambda dot: dot.value)])
    floors = 1 + max(level for _, level, _ in placed)
    height = floors * _STEP
    dots = [
        tag("circle", cx=share(x), cy=f"{short(height - _STEP * (level + 0.5))}em", r=".55em", class_="lit" if dot.is_lit else None)
        for x, level, dot in placed
    ]
    tick = [] if one.median is None else [tag("line", x1=share(at(one.median)), x2=share(at(one.median)), y1="-.3em", y2="100%")]
    base = tag("line", x1="0", x2="100%", y1="100%", y2="100%", class_="base")
    drawing = tag("svg", base, *dots, *tick, style=f"height:{short(height)}em", role="img", aria_label=_said(one))
    return tag("div", _names(one, at(one.median) if one.median is not None else None), drawing, _scale(low, high, at), class_="swarm")


def _stacked(ordered: Sequence[tuple[float, Dot]]) -> list[tuple[float, int, Dot]]:
    """Each dot on the lowest floor where it touches nobody."""
    last: list[float] = []
    placed = []
    for x, dot in ordered:
        level = next((index for index, other in enumerate(last) if x - other >= DIAMETER), len(last))
        last[level:] = [x] if level == len(last) else [x, *last[level + 1 :]]
        placed.append((x, level, dot))
    return placed


def _names(one: Swarm, median_at: float | None) -> Markup:
    best = sorted(one.dots, key=lambda dot: -dot.value)[:2]
    middle = tag("span", "trung vị ", figure(score(one.median or 0)), class_="m", style=f"--at:{share(median_at or 0)}")
    top = tag("span", ", ".join(dot.name for dot in reversed(best)), class_="b")
    return tag("p", middle if median_at is not None else None, top, class_="names t0", aria_hidden="true")


def _scale(low: int, high: int, at: Callable[[float], float]) -> Markup:
    step = 5 if high - low > 6 else 1
    ticks = [value for value in range(low, high + 1) if value % step == 0]
    return tag(
        "p", *[tag("span", number(v), class_="n", style=f"left:{share(at(v))}") for v in ticks], class_="scale t0", aria_hidden="true"
    )


def _said(one: Swarm) -> str:
    low, high = min(one.dots, key=lambda dot: dot.value), max(one.dots, key=lambda dot: dot.value)
    return f"Từ {low.name} {score(low.value)} đến {high.name} {score(high.value)}"
