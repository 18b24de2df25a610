"""What needs an act, found by rules from a ranking: at most five, gravest first. Wording is the screen's business."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

Kind = Literal["fell", "below_line", "lowest_component"]
Gravity = Literal["alarm", "watch"]

FALL = 10
"""Places lost against the year to date from which a fall is an alarm by itself; configuration of the screen, not law."""

CLEARLY = 0.14
"""How far below the median, as a share of the maximum, a last place is worth a word; the last step of the heat table."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules know of a unit. `components` are (value, median, maximum, our rank) by component key."""

    unit: str
    rank: int
    before: int | None
    total: float
    components: Mapping[str, tuple[float, float, float, int]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim: which unit, what kind, and the component it rests on (for a fall: the one furthest below the median)."""

    kind: Kind
    gravity: Gravity
    unit: str
    component: str
    weight: float


def findings(standings: list[Standing], line: float, most: int = 5) -> list[Finding]:
    """The gravest findings, each unit once: in turn the hardest fall, the lowest total below the line, the weakest last place.

    Taking turns keeps one kind, such as many falls in a turbulent month, from hiding the others.
    """
    kinds = [
        sorted(found, key=lambda one: (-one.weight, one.unit, one.component))
        for found in (_falls(standings), _below(standings, line), _lowest(standings))
    ]
    first: dict[str, Finding] = {}
    for turn in zip_longest(*kinds):
        for one in turn:
            if one is not None:
                first.setdefault(one.unit, one)
    return sorted(list(first.values())[:most], key=lambda one: one.gravity != "alarm")


def weakest(standing: Standing) -> str:
    """The component furthest below the median, as a share of its maximum; "" when there are none."""
    return min(standing.components, key=lambda key: _distance(standing, key), default="")


def _distance(standing: Standing, component: str) -> float:
    value, median, maximum, _ = standing.components[component]
    return (value - median) / maximum


def _falls(standings: list[Standing]) -> list[Finding]:
    return [
        Finding("fell", "alarm", one.unit, weakest(one), one.rank - one.before)
        for one in standings
        if one.before is not None and one.rank - one.before >= FALL and one.rank > len(standings) / 2
    ]


def _below(standings: list[Standing], line: float) -> list[Finding]:
    return [Finding("below_line", "alarm", one.unit, weakest(one), line - one.total) for one in standings if one.total < line]


def _lowest(standings: list[Standing]) -> list[Finding]:
    """The unit (or the units level) at the end of each component, when it lies clearly below the median.

    The end is the worst rank that is held there, not the number of units: some may not have reported this component.
    """
    ends: dict[str, int] = {}
    for one in standings:
        for component, (_, _, _, rank) in one.components.items():
            ends[component] = max(rank, ends.get(component, 0))
    found = []
    for one in standings:
        for component, (_, _, _, rank) in one.components.items():
            if rank == ends[component] and _distance(one, component) < -CLEARLY:
                found.append(Finding("lowest_component", "watch", one.unit, component, -_distance(one, component)))
    return found
