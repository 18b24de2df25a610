"""What a computed ranking is made from: each unit's input of each indicator, carried over where it is late, with what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import ceil
from types import MappingProxyType

from dashboard.boards.borders import refused
from dashboard.boards.desk import Desk, period_before
from dashboard.boards.ranked import InputMark, InputState
from dashboard.boards.reading import Readings, Scope, readings
from dashboard.boards.shapes import Reading
from dashboard.catalog import Catalog, Indicator
from dashboard.declared import ComputedRanking
from dashboard.figures.computed_ranking import Component, Definition, Input, Inputs, Row, board
from dashboard.figures.folding import Borders
from dashboard.figures.rank_change import Field
from dashboard.figures.rates import Rate
from dashboard.periods import Period

Found = Mapping[str, Readings]
"""Indicator → period → unit → reading."""


@dataclass(frozen=True)
class Lens:
    """How a ranking is looked at: by the definitions of one day, with the figures as known at an instant (None: now), by some borders."""

    catalog: Catalog
    ranking: ComputedRanking
    as_of: datetime | None
    boundaries: Borders | None = None

    @cached_property
    def definition(self) -> Definition:
        """The ranking as the maths takes it: weights and goalposts are its own, direction and least denominator the indicators'."""
        return Definition(tuple(self._component(key) for key in range(len(self.ranking.components))), self.ranking.decimals)

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """The indicators of its components, in their order."""
        return MappingProxyType({key: self.catalog.indicator(key) for key in self.ranking.component_keys})

    def is_method_of(self, other: "Lens") -> bool:
        """Whether both read and score alike, whatever they are called."""
        return self._method == other._method

    @property
    def _method(self) -> tuple[object, ...]:
        forms = [(one.numerator, one.where, one.denominator, one.histogram) for one in self.indicators.values()]
        buckets = [self.catalog.measure(one.histogram).buckets for one in self.indicators.values() if one.histogram]
        return self.definition, tuple(forms), tuple(buckets), self.ranking.agency_tier, self.ranking.reach

    def _component(self, place: int) -> Component:
        part = self.ranking.components[place]
        one = self.catalog.indicator(part.indicator)
        return Component(part.indicator, part.weight, part.low, part.high, one.better, ceil(one.minimum), part.late, part.missing)


@dataclass(frozen=True)
class Sheet:
    """The inputs of one period, by unit, with the readings behind them. `flaws` name what the maths does not tell apart."""

    inputs: Mapping[str, Inputs]
    readings: Mapping[tuple[str, str], Reading]
    """(unit, indicator) → the reading of the period, or the earlier one that stands in for it."""
    flaws: Mapping[tuple[str, str], tuple[InputState, str]]

    def only(self, units: Iterable[str]) -> "Sheet":
        """The inputs of some units."""
        kept = set(units)
        return Sheet({unit: own for unit, own in self.inputs.items() if unit in kept}, self.readings, self.flaws)

    def marks(self, lens: Lens, row: Row) -> tuple[InputMark, ...]:
        """What is wrong with the inputs of a row."""
        found = []
        for mark in row.marks:
            state, said = self.flaws.get((row.unit, mark.indicator), (mark.flaw, ""))
            found.append(InputMark(lens.indicators[mark.indicator], state, mark.treated, mark.late, mark.of, said))
        return tuple(found)


def find(desk: Desk, lens: Lens, periods: Iterable[Period]) -> Found:
    """The readings of these periods, and of those before them from which a late value may be carried."""
    wanted = sorted({each for one in periods for each in (one, *earlier(one, lens.ranking.reach))})
    scope = Scope(lens.ranking.tier, lens.ranking.agency_tier, lens.as_of, lens.boundaries)
    return {key: _read(desk, lens, one, wanted, scope) for key, one in lens.indicators.items()}


def _read(desk: Desk, lens: Lens, one: Indicator, wanted: Sequence[Period], scope: Scope) -> Readings:
    """Of a period that cannot be carried to the borders asked for there is nothing."""
    known = [period for period in wanted if refused(lens.catalog, one, period, scope.boundaries) is None]
    return {**{period: {} for period in wanted}, **readings(desk, one, known, scope)}


def earlier(period: Period, reach: int) -> list[Period]:
    """So many periods before one, the nearest first."""
    found: list[Period] = []
    one = period_before(period)
    while one is not None and len(found) < reach:
        found.append(one)
        one = period_before(one)
    return found


def sheet(desk: Desk, lens: Lens, found: Found, period: Period, units: Iterable[str]) -> Sheet:
    """The inputs of these units in a period."""
    inputs: dict[str, dict[str, Input]] = {unit: {} for unit in units}
    kept: dict[tuple[str, str], Reading] = {}
    flaws: dict[tuple[str, str], tuple[InputState, str]] = {}
    for key, one in lens.indicators.items():
        counts_events = desk.feed(one).rules is not None
        spans = [(None, found[key][period]), *((each, found[key][each]) for each in earlier(period, lens.ranking.reach))]
        for unit, own in inputs.items():
            now = spans[0][1].get(unit)
            late, value = next(
                ((when, r) for when, each in spans if (r := each.get(unit)) is not None and r.value is not None), (None, None)
            )
            if now is not None and now.fault:
                flaws[unit, key] = ("faulty", now.fault)
            elif (now is not None and now.denominator == 0) or (late is not None and counts_events):
                # Connected, and nothing came of it: no earlier value stands in for that.
                own[key], flaws[unit, key] = Input.of(Rate(0, 0)), ("silent", "")
            elif value is not None:
                own[key], kept[unit, key] = input_of(one, value, late), value
    return Sheet(inputs, kept, flaws)


def input_of(indicator: Indicator, one: Reading, late: Period | None) -> Input:
    """A reading as the maths takes it. A median of too few is no value, since only rates know of how many they are."""
    if indicator.form == "ratio" and one.numerator is not None and one.denominator is not None:
        return Input.of(Rate(one.numerator, one.denominator), late)
    if one.denominator is not None and one.denominator < indicator.minimum:
        return Input(None, Rate(0, one.denominator), late)
    return Input(one.value, None, late)


def field_of(lens: Lens, one: Sheet) -> Field:
    """The points of those that are ranked."""
    return {row.unit: row.points for row in board(lens.definition, one.inputs) if row.rank is not None}
