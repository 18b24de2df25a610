"""Why a rank changed: a unit's own change of each component, the country's (that of the median), and the difference."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.figures.ranking import GRAIN, median

SHOWN = 2
"""Decimals of a published score. The country's change is rounded to them, so that own change, country and difference add up as shown."""

Components = Mapping[str, float]
"""Component key to value, of one unit in one period; a missing component has no entry."""


@dataclass(frozen=True, slots=True)
class Part:
    """One component's share in a change, in points."""

    component: str
    own: float
    country: float

    @property
    def difference(self) -> float:
        """What the unit did beyond the country: this moves its rank."""
        return round(self.own - self.country, GRAIN)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A change of rank from one period to another. `parts` come worst difference first; `overtook`/`fell_behind` are keys of others.

    `overtook` were behind or level before and are ahead now; `fell_behind` were ahead or level before and are behind now.
    """

    before: int
    after: int
    parts: tuple[Part, ...]
    overtook: tuple[str, ...]
    fell_behind: tuple[str, ...]

    @property
    def places(self) -> int:
        """Places gained (positive) or lost."""
        return self.before - self.after

    @property
    def total(self) -> Part:
        """The sum of the parts."""
        return Part("", round(sum(part.own for part in self.parts), GRAIN), round(sum(part.country for part in self.parts), GRAIN))

    @property
    def driver(self) -> Part | None:
        """The component whose difference goes furthest in the direction of the change; None when none goes that way."""
        if not self.parts or not self.places:
            return None
        part = self.parts[-1] if self.places > 0 else self.parts[0]
        return part if part.difference * self.places > 0 else None


def country_changes(now: Mapping[str, Components], before: Mapping[str, Components], components: Sequence[str]) -> dict[str, float]:
    """By component: how far the country's median moved, over the units that hold a value in both periods."""
    changes: dict[str, float] = {}
    for component in components:
        common = [unit for unit in now if component in now[unit] and component in before.get(unit, {})]
        here = median([now[unit][component] for unit in common])
        there = median([before[unit][component] for unit in common])
        if here is not None and there is not None:
            changes[component] = round(here - there, SHOWN)
    return changes


def parts(now: Components, before: Components, country: Mapping[str, float]) -> tuple[Part, ...]:
    """The parts of a unit's change, worst difference first; a component missing in either period is left out."""
    found = [
        Part(component, round(now[component] - before[component], GRAIN), change)
        for component, change in country.items()
        if component in now and component in before
    ]
    return tuple(sorted(found, key=lambda part: part.difference))


def explain(unit: str, now: Mapping[str, int], before: Mapping[str, int], changes: tuple[Part, ...]) -> Explanation:
    """A unit's change of rank; `now` and `before` are all ranks, `changes` the unit's parts."""
    others = [other for other in now if other != unit and other in before]
    return Explanation(
        before=before[unit],
        after=now[unit],
        parts=changes,
        overtook=_sorted(now, (other for other in others if before[other] >= before[unit] and now[other] < now[unit])),
        fell_behind=_sorted(now, (other for other in others if before[other] <= before[unit] and now[other] > now[unit])),
    )


def _sorted(now: Mapping[str, int], keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(keys, key=lambda key: now[key]))
