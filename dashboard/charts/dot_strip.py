"""A row of dots for each component: every unit a dot, the median a tick, the ends named.

Places are in per cent of the width and heights in em, so the drawing is fluid and its text keeps the page's size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from dashboard.charts.markup import Markup, figure, joined, share, tag
from dashboard.formats import number, score


@dataclass(frozen=True, slots=True)
class StripDot:
    """A unit on a strip; `href` leads to its page, `is_lit` sets it in the alarm's colour."""

    name: str
    value: float
    href: str = ""
    is_lit: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """One row of dots: values of all units of one component, on its maximum; `median` is marked by a tick."""

    name: str
    maximum: float
    median: float | None
    dots: tuple[StripDot, ...]
    href: str = ""


def dot_strips(strips: Sequence[Strip], title: str = "Phân bố các tỉnh theo từng nhóm điểm") -> Markup:
    """A row a component, every unit a dot, on one common scale in per cent of the maximum; the ends are named, never coloured alone."""
    shares = [dot.value / strip.maximum for strip in strips for dot in strip.dots]
    low = min(0.9, floor(10 * min(shares, default=0.0)) / 10)
    rows = [_strip(strip, low) for strip in strips]
    middle = (1 + low) / 2
    ticks = [figure(_percent(low)), figure(_percent(middle)), figure("100% điểm tối đa")]
    scale = tag("li", tag("span"), tag("div", *ticks, class_="scale i3"), class_="axis t0", aria_hidden="true")
    return tag("ul", *rows, scale, class_="strips", aria_label=title)


def _strip(strip: Strip, low: float) -> Markup:
    def place(value: float) -> str:
        return share((value / strip.maximum - low) / (1 - low))

    worst, best = _ends(strip)
    dots = [
        tag(
            "circle",
            tag("title", f"{dot.name} {score(dot.value)}"),
            cx=place(dot.value),
            cy="1em",
            r=".34em",
            class_="lit" if dot.is_lit else None,
        )
        for dot in sorted(strip.dots, key=lambda dot: (dot.is_lit, -dot.value))
    ]
    line = tag("line", x1="0", x2="100%", y1="1em", y2="1em", class_="base")
    tick = (
        []
        if strip.median is None
        else [tag("line", x1=place(strip.median), x2=place(strip.median), y1=".35em", y2="1.65em", class_="tick")]
    )
    said = f"{strip.name}: " + "; ".join(words for words in (worst[0], best[0]) if words)
    drawing = tag("svg", line, *dots, *tick, role="img", aria_label=said, class_="dots")
    names = [_end(words, place(value), css) for words, value, css in (worst, best) if words]
    return tag("li", _name(strip), tag("div", drawing, *names, class_="field"))


def _name(strip: Strip) -> Markup:
    name = tag("a", strip.name, href=strip.href) if strip.href else strip.name
    centre = "" if strip.median is None else joined(["trung vị ", figure(score(strip.median), "i2"), figure(f"/{number(strip.maximum)}")])
    return tag("div", tag("span", name, class_="t1"), tag("span", centre, class_="t0 i3"), class_="name")


def _ends(strip: Strip) -> tuple[tuple[str, float, str], tuple[str, float, str]]:
    """Words for the lowest and the highest; who shares a value is counted instead of named."""
    if not strip.dots:
        return ("", 0.0, ""), ("", 0.0, "")
    low, high = min(dot.value for dot in strip.dots), max(dot.value for dot in strip.dots)
    if low == high:
        return ("", low, ""), (_who(strip, high), high, "best")
    return (_who(strip, low), low, "worst"), (_who(strip, high), high, "best")


def _who(strip: Strip, value: float) -> str:
    names = [dot.name for dot in strip.dots if dot.value == value]
    return f"{names[0] if len(names) == 1 else f'{len(names)} nơi cùng'} {score(value)}".replace(" ", "\u00a0")


def _end(words: str, left: str, css: str) -> Markup:
    """The name above (lowest) or below (highest) its dot, kept inside the field by leaning away from the nearer end."""
    lean = "to-left" if float(left.rstrip("%")) > 50 else "to-right"  # the middle
    return tag("span", words, class_=f"end {css} {lean} t0 nw", style=f"--at:{left}", aria_hidden="true")


def _percent(part: float) -> str:
    return f"{number(100 * part)}%"
