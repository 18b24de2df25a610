"""Bars: a score in a table cell, a rate on its way to a target, a component against the median."""

from dataclasses import dataclass

from dashboard.charts.markup import Markup, share, tag


def score_bar(value: float, low: float, high: float, is_lit: bool = False) -> Markup:
    """A bar from `low` (no bar) to `high` (full), for a table cell beside its figure; nothing is said that the figure does not say."""
    width = share((value - low) / (high - low))
    return tag("span", tag("i", style=f"width:{width}"), class_="tb lit" if is_lit else "tb", aria_hidden="true")


@dataclass(frozen=True, slots=True)
class Target:
    """A rate on its way: shares of 1. `forecast` is where it will be at the deadline."""

    done: float
    target: float | None = None
    forecast: float | None = None


def target_bar(bar: Target, label: str, is_lit: bool = False) -> Markup:
    """Track, done, hatched forecast, black tick for the target."""
    parts = [tag("i", style=f"width:{share(bar.done)}")]
    if bar.forecast is not None and bar.forecast > bar.done:
        parts.append(tag("u", style=f"left:{share(bar.done)};width:{share(min(1.0, bar.forecast) - bar.done)}"))
    if bar.target is not None:
        parts.append(tag("b", style=f"left:{share(bar.target)}"))
    return tag("div", *parts, class_="tb lit" if is_lit else "tb", role="img", aria_label=label)


def median_bar(value: float | None, median: float | None, maximum: float, label: str) -> Markup:
    """A component's value on its maximum with a tick at the median; a missing value is a dashed track."""
    if value is None:
        return tag("div", class_="tb gap", role="img", aria_label=label)
    return target_bar(Target(value / maximum, None if median is None else median / maximum), label)
