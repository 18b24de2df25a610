"""How an indicator's value is read: as given, or from folded counts. The one place that knows.

Counts are folded first, over days, tiers of agency and units, and divided last: no percentage is ever averaged.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

from dashboard.boards.desk import Desk
from dashboard.boards.shapes import Reading
from dashboard.catalog import FOLDING, Catalog, Indicator, Measure
from dashboard.errors import FigureError
from dashboard.figures.rates import Histogram, Quantile, Rate
from dashboard.formats import number
from dashboard.periods import Grain, Period
from dashboard.store.fold import Folded, folded
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
    """Whose figures: units of a tier, agencies of one tier in them (None: all folded), as of an instant (None: now)."""

    tier: str
    agency_tier: str | None = None
    as_of: datetime | None = None


@dataclass
class Counts:
    """What was added up for one unit and period; a measure of which nothing was said has no entry."""

    totals: dict[str, float] = field(default_factory=dict)
    buckets: dict[str, float] = field(default_factory=dict)


def folds(catalog: Catalog, indicator: Indicator) -> bool:
    """Whether its counts can be added up over time and units."""
    return all(catalog.measure(key).kind in FOLDING for key in indicator.measures)


def offered(catalog: Catalog, indicator: Indicator, stated: Iterable[Period]) -> set[Period]:
    """The periods in which there is a value: those that were stated, and where counts fold those that they make."""
    found = set(stated)
    if not folds(catalog, indicator):
        return found
    # Of two years of days one a month is enough: all days of a month make the same coarser periods.
    samples = {(one.grain, one.last_day.year, one.last_day.month): one for one in found}.values()
    return found | {Period.of(grain, one.last_day) for one in samples for grain in _COARSER.get(one.grain, ())}


def readings(desk: Desk, indicator: Indicator, periods: Sequence[Period], scope: Scope) -> Readings:
    """The values of an indicator in some periods, for units of a tier by the borders of each period's last day."""
    keys = [unit.key for unit in desk.units.all() if unit.tier == scope.tier]
    if indicator.form == "official":
        found = cells(desk.store, [indicator.measure], map(str, periods), units=keys, as_of=scope.as_of)
        given: dict[Period, dict[str, Reading]] = {one: {} for one in periods}
        for cell in found:
            given[Period.parse(cell.period)][cell.unit] = Reading(cell.value)
        return given
    catalog = desk.definitions(scope.as_of)
    measures = {key: catalog.measure(key) for key in indicator.measures}
    rows = folded(desk.store, indicator.measures, map(str, periods), units=keys, as_of=scope.as_of)
    by_period: dict[str, list[Folded]] = defaultdict(list)
    for row in rows:
        by_period[row.period].append(row)
    counts_events = desk.feed(indicator).rules is not None
    return {
        one: {
            unit: reading(indicator, measures, counts, counts_events)
            for unit, counts in _counted(desk, indicator, measures, by_period[str(one)], (one.last_day, scope.agency_tier)).items()
        }
        for one in periods
    }


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


def _counted(
    desk: Desk, indicator: Indicator, measures: Mapping[str, Measure], rows: Sequence[Folded], asked: tuple[date, str | None]
) -> dict[str, Counts]:
    """The rows of one period by unit, units of older borders added to those that took their place."""
    day, agency_tier = asked
    stated = {(row.measure, row.unit) for row in rows}
    found: dict[str, Counts] = defaultdict(Counts)
    for row in rows:
        unit = heir(desk, row.unit, day)
        if unit != row.unit and measures[row.measure].kind == "stock" and (row.measure, unit) in stated:
            continue  # the successor's own stock already holds what it took over
        _add(found[unit], indicator, row, agency_tier)
    return {unit: counts for unit, counts in found.items() if counts.totals or counts.buckets}


def _add(counts: Counts, indicator: Indicator, row: Folded, agency_tier: str | None) -> None:
    for_numerator, for_denominator = counts_cell(indicator, row.detail, agency_tier)
    if not for_denominator:
        return
    if row.measure == indicator.histogram:
        name = in_detail(row.detail).get("bucket", "")
        counts.buckets[name] = counts.buckets.get(name, 0.0) + row.value
    if row.measure == indicator.numerator:
        # A cell that the filter leaves out still says that the measure was reported: none of these is a count of zero.
        counts.totals["numerator"] = counts.totals.get("numerator", 0.0) + (row.value if for_numerator else 0.0)
    if row.measure == indicator.denominator:
        counts.totals["denominator"] = counts.totals.get("denominator", 0.0) + row.value


def heir(desk: Desk, unit: str, day: date) -> str:
    """The unit that holds a unit's place on a day: itself, or the one it was merged into; itself too when it was divided."""
    while not desk.units.get(unit).valid(day) and len(after := desk.units.successors(unit)) == 1 and after[0].valid_from <= day:
        unit = after[0].key
    return unit
