"""A published score held against the parts of it that can be made again from counts. It stays as published: this only says how far apart.

Parts by the public reconstruction of the 766 index (`data/indicators.toml`, `rechecks`): points of a part = its most points × its rate.
What no counts tell of may be anything from nothing to all of its points.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.errors import FigureError
from dashboard.figures.rates import PER_CENT

ROUNDING = 0.005
"""Published scores have two decimals."""


@dataclass(frozen=True, slots=True)
class Held:
    """`own` points from counts, of parts of at most `covered`; `low` to `high` is what the whole may be with these. `apart` is how far the
    published score lies outside of that, below zero when it is less: 0.0 when it agrees."""

    own: float
    covered: float
    low: float
    high: float
    apart: float


def held_against(published: float, parts: Iterable[tuple[float, float]], maximum: float) -> Held:
    """`parts` are (most points, rate in per cent). Raises FigureError for parts of more points than the whole, or a rate that is none."""
    each = list(parts)
    covered = sum(points for points, _ in each)
    if covered > maximum + ROUNDING:
        raise FigureError(f"parts of {covered:g} points make no whole of {maximum:g}")
    if any(not 0 <= rate <= PER_CENT for _, rate in each):
        raise FigureError("a rate lies between 0 and 100 per cent")
    own = sum(points * rate / PER_CENT for points, rate in each)
    low, high = own, own + max(0.0, maximum - covered)
    apart = published - high if published > high + ROUNDING else published - low if published < low - ROUNDING else 0.0
    return Held(own, covered, low, high, apart)
