"""Why a computed rank changed, split exactly: own change, others' change, revisions of the past, and method. The parts are whole places.

Convention. Each cause is a switch between then and now, and every setting of the switches gives a rank. A cause is worth the mean, over
all orders in which the switches can be thrown, of the places it brings when it is thrown: the Shapley value (L. S. Shapley, 1953). So no
order is preferred, a cause that changes nothing is worth 0, and the parts add up. Own change is a cause made of components, which are
thrown together among the other causes and in all orders among themselves: the Owen value (G. Owen, 1977), whose parts add up to the own
change. Means of places are fractions; they become whole places by the largest remainders, ties in the order own, others, revisions,
method (components: by name).
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import factorial, floor
from types import MappingProxyType
from typing import Literal, TypeVar

from dashboard.errors import FigureError
from dashboard.figures.computed_ranking import Points, total
from dashboard.figures.ranking import GRAIN

Cause = Literal["own", "others", "revisions", "method"]
Version = Literal["before", "restated", "now"]

Key = TypeVar("Key", bound=str)

Switches = tuple[bool, ...]
"""Whether others, revisions and method are thrown, in this order."""

Field = Mapping[str, Points]
"""Unit → indicator → weighted points, of the units that are ranked; a score is their sum (`computed_ranking.board`)."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Three readings of the figures by one method (definition, weights): the past period as shown then, the same as known now, and now."""

    before: Field
    restated: Field
    now: Field
    decimals: int = 2


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one component did to the own change: points gained (by today's method and today's knowledge of the past) and places."""

    indicator: str
    points: float
    places: int
    exact: Fraction


@dataclass(frozen=True, slots=True)
class RankChange:
    """A change of rank in whole places gained (positive) or lost: the parts own, others, revisions and method add up to before − after.

    `exact` are the parts before they were made whole; the places of `components`, most gained first, add up to the own part.
    """

    before: int
    after: int
    parts: Mapping[Cause, int]
    exact: Mapping[Cause, Fraction]
    components: tuple[Contribution, ...]

    @property
    def places(self) -> int:
        """Places gained in all."""
        return self.before - self.after


def split(unit: str, old: Readings, new: Readings) -> RankChange:
    """The change of a unit's rank from `old.before`, what was shown then, to `new.now`. `old` and `new` are the same when the method is.

    A reading that nobody can make takes the nearest: a field that is empty under one method is that of the other, and a unit without
    score in a field has that of the same period by the other method, else the one shown then. What cannot be told apart so counts as own
    change. The work grows with 2 to the number of components that changed: up to twelve in a blink.
    Raises FigureError for a unit that is ranked on one of the two days only.
    """
    if unit not in old.before or unit not in new.now:
        raise FigureError(f"{unit} is not ranked on both days: its rank appeared or ceased, it did not change")
    game = _Game(unit, old, new)
    outer, inner = game.values()
    before, after = -game.place(0, (False,) * 3), -game.place(game.all_moved, (True,) * 3)
    parts = whole(outer, before - after)
    places = whole(inner, parts["own"])
    gains = game.points_gained()
    components = [Contribution(key, gains[key], places.get(key, 0), inner.get(key, Fraction(0))) for key in sorted(gains)]
    components.sort(key=lambda one: (-one.exact, -one.points))
    return RankChange(before, after, MappingProxyType(parts), MappingProxyType(outer), tuple(components))


def whole(parts: Mapping[Key, Fraction], total_places: int) -> dict[Key, int]:
    """Whole numbers that add up to the total, each less than one from its part: floors, then one more for the largest remainders.

    The parts must add up to less than one from the total (Hamilton's method). A part of 0 stays 0.
    """
    floors = {key: floor(part) for key, part in parts.items()}
    left = total_places - sum(floors.values())
    by_remainder = sorted(parts, key=lambda key: floors[key] - parts[key])  # stable: ties stay in the given order
    return {key: floors[key] + (key in by_remainder[:left]) for key in parts}


@dataclass(frozen=True)
class _Game:
    """Places (negative ranks) of a unit in every world: which of its components are moved, and others, revisions, method or not."""

    unit: str
    old: Readings
    new: Readings

    @cached_property
    def players(self) -> tuple[str, ...]:
        """Components whose points differ between then and now, in any world."""
        pairs = self._sides.values()
        keys = {key for pair in pairs for points in pair for key in points}
        return tuple(sorted(key for key in keys if any(now.get(key) != base.get(key) for now, base in pairs)))

    @property
    def all_moved(self) -> int:
        """The set of all components, as bits."""
        return (1 << len(self.players)) - 1

    def place(self, moved: int, switches: Switches) -> int:
        """The negative rank when these components (bits) are moved; switches: others, revisions, method."""
        _, revisions, method = switches
        readings = self.new if method else self.old
        now, base = self._sides[revisions, method]
        chosen = {key: moved >> place & 1 for place, key in enumerate(self.players)}
        points = {key: side[key] for key in now.keys() | base.keys() for side in [now if chosen.get(key) else base] if key in side}
        scores = self._scores[switches]
        return bisect_right(scores, total(points, readings.decimals)) - len(scores) - 1

    def values(self) -> tuple[dict[Cause, Fraction], dict[str, Fraction]]:
        """The Shapley values of the four causes, and the Owen values of the components inside the own one."""
        worlds = {switches: self._worlds(switches) for switches in product((False, True), repeat=3)}
        full = self.all_moved
        outer: dict[Cause, Fraction] = {
            "own": _mean(3, lambda on: worlds[on][full] - worlds[on][0]),
            "others": _mean(3, lambda on: self._step(worlds, on, 0)),
            "revisions": _mean(3, lambda on: self._step(worlds, on, 1)),
            "method": _mean(3, lambda on: self._step(worlds, on, 2)),
        }
        return outer, {key: _mean(3, self._component(worlds, place)) for place, key in enumerate(self.players)}

    def _component(self, worlds: Mapping[Switches, Sequence[int]], place: int) -> Callable[[tuple[bool, ...]], Fraction]:
        return lambda on: _one_of(worlds[on], len(self.players), place)

    def points_gained(self) -> dict[str, float]:
        """Points gained by component, by today's method, from the past as known now; those of the players only."""
        now, base = self._sides[True, True]
        return {key: round(now.get(key, 0.0) - base.get(key, 0.0), GRAIN) for key in self.players}

    @property
    def _methods(self) -> tuple[tuple[Readings, Readings], ...]:
        return (self.old, self.new), (self.new, self.old)

    @cached_property
    def _sides(self) -> dict[tuple[bool, bool], tuple[Points, Points]]:
        """Revisions, method → the unit's points now, and in the past."""
        return {
            (revised, method): (self._own(*self._methods[method], "now"), self._own(*self._methods[method], _past(revised)))
            for revised in (False, True)
            for method in (False, True)
        }

    def _own(self, method: Readings, other: Readings, version: Version) -> Points:
        """The unit's points in a reading, else in the nearest one that has them."""
        fields = (_field(method, version), _field(other, version), method.before, self.old.before)
        return next(field[self.unit] for field in fields if self.unit in field)

    def _worlds(self, switches: Switches) -> list[int]:
        return [self.place(moved, switches) for moved in range(self.all_moved + 1)]

    @cached_property
    def _scores(self) -> dict[Switches, list[float]]:
        """Others, revisions, method → the scores of the others, rising."""
        found: dict[Switches, list[float]] = {}
        for others, revised, method in product((False, True), repeat=3):
            readings, other = self._methods[method]
            version: Version = "now" if others else _past(revised)
            field = _field(readings, version) or _field(other, version)
            scores = sorted(total(points, readings.decimals) for unit, points in field.items() if unit != self.unit)
            found[others, revised, method] = scores
        return found

    def _step(self, worlds: Mapping[Switches, Sequence[int]], on: Switches, switch: int) -> int:
        """What one of the three switches brings when the first of `on` says whether own is moved, and the rest are the other two."""
        own, rest = self.all_moved if on[0] else 0, on[1:]
        thrown, kept = [(*rest[:switch], state, *rest[switch:]) for state in (True, False)]
        return worlds[thrown][own] - worlds[kept][own]


def _past(revised: bool) -> Version:
    return "restated" if revised else "before"


def _field(readings: Readings, version: Version) -> Field:
    return {"before": readings.before, "restated": readings.restated, "now": readings.now}[version]


def _mean(others: int, gain: Callable[[tuple[bool, ...]], int | Fraction]) -> Fraction:
    """The mean of a player's gain over all orders, with so many other players: Σ |S|! (n − |S|)! / (n + 1)! · gain(S)."""
    return sum((_weight(sum(on), others) * gain(on) for on in product((False, True), repeat=others)), Fraction(0))


def _weight(before: int, others: int) -> Fraction:
    return Fraction(factorial(before) * factorial(others - before), factorial(others + 1))


def _one_of(world: Sequence[int], players: int, place: int) -> Fraction:
    """The Shapley value of one component among the components, in one world of the other causes."""
    gains = [0] * players  # by how many were moved before
    for moved in _without(players, place):
        gains[moved.bit_count()] += world[moved | 1 << place] - world[moved]
    return sum((_weight(before, players - 1) * gain for before, gain in enumerate(gains)), Fraction(0))


def _without(players: int, place: int) -> Iterator[int]:
    """All sets of components, as bits, that lack one."""
    return (moved for moved in range(1 << players) if not moved >> place & 1)
