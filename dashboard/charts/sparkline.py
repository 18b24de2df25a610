"""The course of a figure in a word's space."""

from collections.abc import Sequence

from dashboard.charts.markup import Markup, short, tag


def sparkline(values: Sequence[float | None], label: str) -> Markup:
    """A line with an end dot; no axis. Fewer than six values draw nothing; a gap stays a gap."""
    known = [value for value in values if value is not None]
    if len(known) < 6:  # fewer points tell no course
        return Markup("")
    low, span = min(known), (max(known) - min(known)) or 1.0
    points = [None if v is None else (100 * i / (len(values) - 1), 30 - 28 * (v - low) / span) for i, v in enumerate(values)]
    runs = "".join(("L" if i and points[i - 1] else "M") + f"{short(p[0])} {short(p[1])}" for i, p in enumerate(points) if p)
    last = next(p for p in reversed(points) if p)
    line = tag("svg", tag("path", d=runs), viewBox="0 0 100 32", preserveAspectRatio="none", width="100%", height="100%")
    dot = tag("circle", cx=f"{short(last[0])}%", cy=f"{short(last[1] / 0.32)}%", r=".2em")
    return tag("svg", line, dot, class_="spark", role="img", aria_label=label)
