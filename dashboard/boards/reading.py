"""How an indicator's value is read: as given, or from folded counts. The one place that knows.

Counts are folded first, over days, tiers of agency and units, and divided last: no percentage is ever averaged.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

from dashboard.boards.borders import check, day_of
from dashboard.boards.desk import Desk
from dashboard.boards.shapes import Reading
from dashboard.catalog import FOLDING, Catalog, Indicator, Measure
from dashboard.errors import FigureError
from dashboard.figures.folding import Borders
from dashboard.figures.rates import Histogram, Quantile, Rate
from dashboard.formats import number
from dashboard.periods import Grain, Period, month_of
from dashboard.store.fold import columns
from dashboard.store.queries import cells

Readings = Mapping[Period, Mapping[str, Reading]]
"""Period → unit → reading. A unit of which nothing was said in a period has none."""

_COARSER = {
    Grain.DAY: (Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.YEAR_TO_DATE),
    Grain.MONTH: (Grain.QUARTER, Grain.YEAR, Grain.YEAR_TO_DATE),
    Grain.QUARTER: (Grain.YEAR,),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: units of a tier, agencies of one tier in them (None: all folded), as of an instant (None: now).

    `boundaries` are the borders that the units have; None: those of each period's last day.
    """

    tier: str
    agency_tier: str | None = None
    as_of: datetime | None = None
    boundaries: Borders | None = None


@dataclass
class Counts:
    """What was added up for one unit and period; a measure of which nothing was said has no entry."""

    totals: dict[str, float] = field(default_factory=dict)
    buckets: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Asked:
    """What the counts of a period are read for."""

    desk: Desk
    indicator: Indicator
    measures: Mapping[str, Measure]
    scope: Scope
    counts_events: bool
    _heirs: dict[tuple[str, int], str] = field(default_factory=dict)

    def heir(self, unit: str, day: date) -> str:
        """`heir`, looked up once for all days between two changes of the units of the tier."""
        place = unit, bisect_right(self.desk.units.changes(self.scope.tier), day)
        if place not in self._heirs:
            self._heirs[place] = heir(self.desk, unit, day)
        return self._heirs[place]


def folds(catalog: Catalog, indicator: Indicator) -> bool:
    """Whether its counts can be added up over time and units."""
    return all(catalog.measure(key).kind in FOLDING for key in indicator.measures)


def offered(catalog: Catalog, indicator: Indicator, stated: Iterable[Period]) -> set[Period]:
    """The periods in which there is a value: those that were stated, and where counts fold those that they make."""
    found = set(stated)
    if not folds(catalog, indicator):
        return found
    closes = catalog.measure(indicator.measures[-1]).closes_day
    # All days of a month make the same coarser periods.
    samples = {(one.grain, month_of(one.last_day, closes) if one.grain is Grain.DAY else one) for one in found}
    return found | {Period.of(coarse, one.last_day) for grain, one in samples for coarse in _COARSER.get(grain, ())}


def readings(desk: Desk, indicator: Indicator, periods: Sequence[Period], scope: Scope) -> Readings:
    """The values of an indicator in some periods, for units of a tier, by the borders that are asked for.

    Raises BoundariesError for a period that cannot be carried to them.
    """
    if not periods:
        return {}
    catalog = desk.definitions(scope.as_of)
    for one in periods:
        check(catalog, indicator, one, scope.boundaries)
    keys = desk.units.keys(scope.tier)
    if indicator.form == "official":
        given: dict[str, dict[str, Reading]] = {str(one): {} for one in periods}
        for cell in cells(desk.store, [indicator.measure], given, units=keys, as_of=scope.as_of):
            given[cell.period][cell.unit] = Reading(cell.value)
        return {one: given[str(one)] for one in periods}
    measures = {key: catalog.measure(key) for key in indicator.measures}
    told = columns(desk.store, indicator.measures, map(str, periods), units=keys, as_of=scope.as_of)
    asked = _Asked(desk, indicator, measures, scope, desk.feed(indicator).rules is not None)
    return {one: _of_period(asked, one, told[str(one)]) for one in periods}


def reading(indicator: Indicator, measures: Mapping[str, Measure], counts: Counts, counts_events: bool = False) -> Reading:
    """What these counts make. In a feed of events a count that was never touched is zero; in others it was not reported."""
    if indicator.form == "median":
        return _median(measures[indicator.histogram], counts)
    numerator, denominator = counts.totals.get("numerator"), counts.totals.get("denominator")
    if numerator is None and counts_events and denominator is not None:
        numerator = 0.0
    if numerator is None or denominator is None:
        return Reading(None, numerator, denominator)
    try:
        return Reading(Rate(numerator, denominator).percent, numerator, denominator)
    except FigureError:
        return Reading(None, numerator, denominator, fault=f"tử số lớn hơn mẫu số: {number(numerator)} / {number(denominator)}")


def pooled(catalog: Catalog, indicator: Indicator, each: Iterable[Reading]) -> Reading | None:
    """All of them together, from their counts. None where counts do not fold, or where no unit has both of them."""
    if indicator.form == "official" or not folds(catalog, indicator):
        return None
    whole = [one for one in each if one.denominator and one.numerator is not None and not one.fault]
    if not whole:
        return None
    counts = Counts({"numerator": sum(one.numerator or 0 for one in whole), "denominator": sum(one.denominator or 0 for one in whole)})
    if indicator.form == "median":
        names = bucket_names(catalog.measure(indicator.histogram))
        counts.buckets = {name: sum(one.buckets[place] for one in whole) for place, name in enumerate(names)}
    return reading(indicator, catalog.measures, counts)


def bucket_names(measure: Measure) -> tuple[str, ...]:
    """How the cells of a histogram name its buckets: `001`, `002`, …, `inf`."""
    return (*(f"{end:03d}" for end in measure.buckets), "inf")


@lru_cache(maxsize=1024)
def in_detail(detail: str) -> Mapping[str, str]:
    """`bucket=004,tier=commune` as names and values. There are few different ones, and each stands in thousands of cells."""
    return MappingProxyType(dict(part.split("=", 1) for part in detail.split(",") if "=" in part))


def counts_cell(indicator: Indicator, detail: str, agency_tier: str | None) -> tuple[bool, bool]:
    """Whether a cell with this detail belongs to the numerator, and whether to the denominator, of a figure for one tier of agency."""
    said = in_detail(detail)
    asked = agency_tier is None or said.get("tier") == agency_tier
    name, _, value = indicator.where.partition("=")
    return asked and (not name or said.get(name) == value), asked


def heir(desk: Desk, unit: str, day: date) -> str:
    """The unit that holds a unit's place on a day: itself, or the one it was merged into; itself too when it was divided."""
    while not desk.units.get(unit).valid(day) and len(after := desk.units.successors(unit)) == 1 and after[0].valid_from <= day:
        unit = after[0].key
    return unit


def _median(measure: Measure, counts: Counts) -> Reading:
    if not counts.buckets:
        return Reading(None)
    parts = tuple(counts.buckets.get(name, 0.0) for name in bucket_names(measure))
    total = sum(parts)
    try:
        middle = Histogram(tuple(float(end) for end in measure.buckets), parts).median
    except FigureError:
        return Reading(None, total, total, parts, fault="số đếm âm")
    if middle is None:
        return Reading(None, total, total, parts)
    return Reading(_middle(middle), total, total, parts, is_open=middle.estimate is None)


def _middle(found: Quantile) -> float:
    return found.low if found.estimate is None else found.estimate


Told = Mapping[tuple[str, str], Mapping[str, float]]
"""(measure, detail) → unit → value, of one period."""


def _of_period(asked: _Asked, period: Period, told: Told) -> dict[str, Reading]:
    """The readings of one period, units of older borders folded into those that took their place."""
    day = day_of(period, asked.scope.boundaries)
    homes = {unit: asked.heir(unit, day) for unit in dict.fromkeys(unit for values in told.values() for unit in values)}
    found = {
        unit: reading(asked.indicator, asked.measures, counts, asked.counts_events) for unit, counts in _counted(asked, told, homes).items()
    }
    if day != period.last_day:
        for unit, missing in _lacking(asked, period, told, day).items():
            if unit in found:
                found[unit] = replace(found[unit], lacks=missing)
    return found


def _counted(asked: _Asked, told: Told, homes: Mapping[str, str]) -> dict[str, Counts]:
    """What every unit's counts come to, those of older borders added to those that took their place."""
    totals: dict[str, dict[str, float]] = defaultdict(dict)
    buckets: dict[str, dict[str, float]] = defaultdict(dict)
    for (measure, detail), values in sorted(told.items()):
        for_numerator, for_denominator = counts_cell(asked.indicator, detail, asked.scope.agency_tier)
        if not for_denominator:
            continue
        if asked.measures[measure].kind == "stock":
            # A successor's own stock already holds what it took over.
            stated = {unit for (other, _), each in told.items() if other == measure for unit in each}
            values = {unit: value for unit, value in values.items() if homes[unit] == unit or homes[unit] not in stated}
        if measure == asked.indicator.histogram:
            _add(buckets[in_detail(detail).get("bucket", "")], values, homes)
        if measure == asked.indicator.numerator:
            # A cell that the filter leaves out still says that the measure was reported: none of these is a count of zero.
            _add(totals["numerator"], values if for_numerator else dict.fromkeys(values, 0.0), homes)
        if measure == asked.indicator.denominator:
            _add(totals["denominator"], values, homes)
    found: dict[str, Counts] = defaultdict(Counts)
    for name, sums in totals.items():
        for unit, value in sums.items():
            found[unit].totals[name] = value
    for name, sums in buckets.items():
        for unit, value in sums.items():
            found[unit].buckets[name] = value
    return found


def _add(sums: dict[str, float], values: Mapping[str, float], homes: Mapping[str, str]) -> None:
    for unit, value in values.items():
        home = homes[unit]
        sums[home] = sums.get(home, 0.0) + value


def _lacking(asked: _Asked, period: Period, told: Told, day: date) -> dict[str, tuple[str, ...]]:
    """By unit of later borders, those units of the period of which nothing was counted: its sum lacks them."""
    whole = asked.indicator.measures[-1]
    counted = {
        unit
        for (measure, detail), values in told.items()
        if measure == whole and counts_cell(asked.indicator, detail, asked.scope.agency_tier)[1]
        for unit in values
    }
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for unit in asked.desk.units.of_tier(asked.scope.tier, on=period.last_day):
        if unit.key not in counted and heir(asked.desk, unit.key, day) not in counted:
            found[heir(asked.desk, unit.key, day)] += (unit.key,)
    return found
