"""Ranks, their ranges, medians and distances. Values are by key; a missing value has no entry and gets no rank."""

from collections.abc import Mapping, Sequence
from statistics import median as middle
from typing import Literal

Direction = Literal["higher", "lower"]

# Published scores carry two decimals; sums and differences of them are compared at that grain, not at that of binary fractions.
GRAIN = 6


def ranks(values: Mapping[str, float], better: Direction = "higher") -> dict[str, int]:
    """Rank of each key, ties as 1-2-2-4: one more than the number of strictly better values."""
    ordered = sorted(values.values(), reverse=better == "higher")
    first: dict[float, int] = {}
    for place, value in enumerate(ordered, start=1):
        first.setdefault(value, place)
    return {key: first[value] for key, value in values.items()}


def rank_range(values: Mapping[str, float], key: str, margin: float, better: Direction = "higher") -> tuple[int, int]:
    """Best and worst rank that `key` could hold if totals moved by up to `margin` against it or for it.

    Best: only those more than the margin ahead stay ahead. Worst: everybody not more than the margin behind passes.
    """
    sign = 1 if better == "higher" else -1
    own = sign * values[key]
    distances = [round(sign * value - own, GRAIN) for other, value in values.items() if other != key]
    return 1 + sum(gap > margin for gap in distances), 1 + sum(gap >= -margin for gap in distances)


def median(values: Sequence[float]) -> float | None:
    """The median, None of nothing."""
    return round(middle(values), GRAIN) if values else None


def heat(value: float, centre: float, maximum: float, steps: tuple[float, float, float]) -> int:
    """How far a value lies from the median, in steps of the maximum: −3…−1 below, 0 near, 1…3 above.

    `steps` are percentages of the maximum that the distance must pass.
    """
    distance = round(100 * (value - centre) / maximum, GRAIN)
    passed = sum(abs(distance) > step for step in steps)
    return passed if distance > 0 else -passed
