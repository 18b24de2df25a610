"""The board of one indicator: what it means, how the units of a tier stand, and how it went."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.boards.borders import convertible, readable, refused
from dashboard.boards.desk import Desk, Shown, choose, closes_day, recorded
from dashboard.boards.lateness import last_told, lateness, working_days_gone
from dashboard.boards.reading import Readings, Scope, in_detail, offered, pooled, readings
from dashboard.boards.shapes import Absence, Beside, IndicatorBoard, IndicatorValue, Point, Reading, figure_id
from dashboard.catalog import FOLDING, Catalog, Indicator, Measure
from dashboard.errors import NotFound
from dashboard.figures.folding import DRAWN, Borders, borders_on
from dashboard.figures.ranking import median, ranks
from dashboard.formats import HANOI
from dashboard.formats import date as date_vi
from dashboard.periods import Grain, Period, last_day_of, month_of
from dashboard.store.fold import folded
from dashboard.store.queries import cells, data_versions
from dashboard.units import Unit

COURSE = 25
"""So many periods of a series are shown at the most: two years of months, and the month before."""

NO_DISTRICTS = date(2025, 7, 1)
"""From this day on there are none."""

LAST_OF_2020 = NO_DISTRICTS - timedelta(days=1)
"""The last day of the borders of 2020."""

YOUNG = 5
"""A month that has figures of fewer days is not what a page opens with: it says too little yet."""


@dataclass(frozen=True, slots=True)
class IndicatorQuestion:
    """What is asked: an indicator, in a period (None: the newest), of a tier of units, of agencies of one tier in them, as of when.

    `boundaries` are the borders that the units shall have; None: those of each period.
    """

    key: str
    period: Period | None
    tier: str
    as_of: datetime | None
    agency_tier: str | None = None
    boundaries: Borders | None = None

    @property
    def units(self) -> str:
        """The tier of the units shown: agencies of the centre are units of their own, all others count in their province."""
        return "ministry" if self.agency_tier == "central" else self.tier

    @property
    def scope(self) -> Scope:
        """Whose figures are asked for."""
        return Scope(self.units, self.agency_tier, self.as_of, self.boundaries)


@dataclass(frozen=True)
class Sheet:
    """What a board is made from: the question, its definition, the periods stated and offered, and the readings of all that is shown.

    `line` are the periods of the series, oldest first.
    """

    desk: Desk
    asked: IndicatorQuestion
    catalog: Catalog
    indicator: Indicator
    stated: tuple[Period, ...]
    periods: tuple[Period, ...]
    period: Period
    line: tuple[Period, ...]
    read: Readings

    @property
    def due(self) -> datetime:
        """From when on the period's figure is late."""
        return self.desk.due(self.indicator, self.period, closes_day(self.catalog, self.indicator))


def indicator_board(desk: Desk, asked: IndicatorQuestion, version: int) -> IndicatorBoard:
    """Raises NotFound for an unknown indicator, a tier in which it is not measured, or a period without it; BoundariesError for one that
    cannot be read by the borders asked for."""
    sheet = _sheet(desk, asked)
    indicator, period = sheet.indicator, sheet.period
    now = sheet.read[period]
    known = {unit: one for unit, one in now.items() if one.value is not None}
    line = [sheet.read[one] for one in sheet.line]
    ranked = {unit: one.value for unit, one in known.items() if one.value is not None and _is_enough(indicator, one)}
    return IndicatorBoard(
        indicator=indicator,
        period=period,
        periods=sheet.periods,
        agency_tier=asked.agency_tier,
        agency_tiers=_agency_tiers(desk, indicator, period),
        values=_values(sheet, known, ranks(ranked, indicator.better)),
        absent=_absent(sheet),
        median=median(list(ranked.values())),
        together=_together(sheet, period),
        series=tuple(_point(sheet, one) for one in sheet.line),
        courses={unit: tuple(_value(one.get(unit)) for one in line) for unit in {*known, *_expected(sheet)}},
        freshness=desk.freshness(indicator, sheet.stated, asked.as_of),
        stamp=desk.stamp(indicator, Shown(period, sheet.stated, asked.as_of), _recorded(sheet)),
        due=sheet.due,
        through=_through(sheet),
        data_version=version,
        boundaries=asked.boundaries or borders_on(period.last_day),
        readable=readable(sheet.catalog, [indicator], sheet.stated),
        closes_day=closes_day(sheet.catalog, indicator),
        beside=_beside(sheet),
    )


def indicator_days(desk: Desk, asked: IndicatorQuestion, periods: Iterable[Period]) -> tuple[Point, ...]:
    """The days among some periods that lie in the newest month of any, oldest first; none of an indicator that is not measured by day."""
    catalog = desk.definitions(asked.as_of)
    indicator = catalog.indicator(asked.key)
    days = [one for one in sorted(periods) if one.grain is Grain.DAY and refused(catalog, indicator, one, asked.boundaries) is None]
    if not days:
        return ()
    closes = closes_day(catalog, indicator)
    inside = [one for one in days if month_of(one.last_day, closes) == month_of(days[-1].last_day, closes)]
    read = readings(desk, indicator, inside, asked.scope)
    return tuple(_point_of(catalog, indicator, one, read[one]) for one in inside)


def _sheet(desk: Desk, asked: IndicatorQuestion) -> Sheet:
    catalog = desk.definitions(asked.as_of)
    indicator = catalog.indicator(asked.key)
    if asked.tier not in indicator.tiers:
        raise NotFound(f"{indicator.name_vi} không đo ở cấp {asked.tier}; có ở cấp: {', '.join(indicator.tiers)}")
    if asked.agency_tier is not None and asked.agency_tier not in indicator.agency_tiers:
        known = ", ".join(indicator.agency_tiers) or "không cấp nào"
        raise NotFound(f"{indicator.name_vi} không tách theo cấp cơ quan “{asked.agency_tier}”; có: {known}")
    near = asked.period or (Period.of(Grain.MONTH, LAST_OF_2020) if asked.boundaries == "2020" else None)
    stated = desk.periods(indicator, asked.units, asked.as_of, near)
    offered_all = sorted(offered(catalog, indicator, stated), key=lambda one: (one.end_day, one.first_day), reverse=True)
    periods = convertible(catalog, [indicator], offered_all, asked.period, asked.boundaries)
    period = asked.period or _opening(catalog, indicator, stated, periods)
    period = choose(periods, period, indicator.shown_grain, indicator.name_vi)
    line = tuple(reversed([one for one in periods if one.grain == indicator.shown_grain][:COURSE]))
    read = readings(desk, indicator, sorted({period, *line}), asked.scope)
    return Sheet(desk, asked, catalog, indicator, stated, periods, period, line, read)


def _opening(catalog: Catalog, indicator: Indicator, stated: tuple[Period, ...], periods: tuple[Period, ...]) -> Period | None:
    """The newest month, or the one just before it while the newest has few days."""
    if indicator.grain != "day":
        return None
    months = [one for one in periods if one.grain is Grain.MONTH]
    if not months:
        return None
    is_young = len(_days_in(months[0], stated, closes_day(catalog, indicator))) < YOUNG
    return months[1] if is_young and months[1:2] == [months[0].previous()] else months[0]


def _days_in(period: Period, stated: Iterable[Period], closes_day: int | None) -> list[date]:
    """The days that were told and count in a period."""
    return [one.last_day for one in stated if one.grain is Grain.DAY and period.contains(month_of(one.last_day, closes_day))]


def _point(sheet: Sheet, period: Period) -> Point:
    return _point_of(sheet.catalog, sheet.indicator, period, sheet.read[period])


def _point_of(catalog: Catalog, indicator: Indicator, period: Period, read: Mapping[str, Reading]) -> Point:
    known = [one.value for one in read.values() if one.value is not None and _is_enough(indicator, one)]
    return Point(period, median(known), pooled(catalog, indicator, read.values()))


def _together(sheet: Sheet, period: Period) -> Reading | None:
    return pooled(sheet.catalog, sheet.indicator, sheet.read[period].values())


def _beside(sheet: Sheet) -> tuple[Beside, ...]:
    catalog, asked = sheet.desk.definitions(sheet.asked.as_of), sheet.asked
    keys = [unit.key for unit in sheet.desk.units.all() if unit.tier == asked.units]
    counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in folded(sheet.desk.store, sheet.indicator.beside, [str(sheet.period)], units=keys, as_of=asked.as_of):
        if asked.agency_tier in (None, in_detail(row.detail).get("tier")):
            counts[row.measure][row.unit] += row.value
    return tuple(_counted(catalog.measure(key), counts[key].values()) for key in sheet.indicator.beside if key in counts)


def _counted(measure: Measure, values: Collection[float]) -> Beside:
    return Beside(measure, sum(values) if measure.kind in FOLDING else None, min(values), max(values))


def _agency_tiers(desk: Desk, indicator: Indicator, period: Period) -> tuple[str, ...]:
    """The tiers that there were in a period."""
    gone = {"district"} if period.first_day >= NO_DISTRICTS else set()
    if not desk.units.keys("ministry"):
        gone.add("central")
    return tuple(one for one in indicator.agency_tiers if one not in gone)


def _is_enough(indicator: Indicator, one: Reading) -> bool:
    return one.denominator is None or one.denominator >= indicator.minimum


def _value(one: Reading | None) -> float | None:
    return None if one is None else one.value


def _values(sheet: Sheet, known: Mapping[str, Reading], places: Mapping[str, int]) -> tuple[IndicatorValue, ...]:
    """By rank; those too few to be ranked follow in the order of names."""
    told = last_told(sheet.desk, sheet.indicator, (sheet.period, sheet.stated), _expected(sheet), sheet.asked.as_of)
    rows = [
        IndicatorValue(
            unit=sheet.desk.units.get(unit),
            value=one.value,
            rank=places.get(unit),
            figure=figure_id(sheet.indicator.key, unit, sheet.period, sheet.asked.agency_tier),
            reading=one,
            late_days=late,
            through=through,
        )
        for unit, one in known.items()
        if one.value is not None
        for late, through in (lateness(sheet.desk, sheet.indicator, told.get(unit), sheet.asked.as_of),)
    ]
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.unit.sort_key)))


def _expected(sheet: Sheet) -> dict[str, Unit]:
    """Units that should have a figure: those of the tier on the last day of the period that has come, by the borders asked for."""
    day = max(min(sheet.period.last_day, sheet.desk.now().astimezone(HANOI).date()), sheet.period.first_day)
    if sheet.asked.boundaries is not None:
        day = max(day, DRAWN[sheet.asked.boundaries])
    return {unit.key: unit for unit in sheet.desk.units.of_tier(sheet.asked.units, on=day)}


def _absent(sheet: Sheet) -> tuple[Absence, ...]:
    now = sheet.read[sheet.period]
    units = {**_expected(sheet), **{unit: sheet.desk.units.get(unit) for unit, one in now.items() if one.value is None}}
    return tuple(_absence(sheet, unit, now.get(key)) for key, unit in units.items() if key not in now or now[key].value is None)


def _absence(sheet: Sheet, unit: Unit, one: Reading | None) -> Absence:
    """Faulty counts; connected and silent; late by its due day; or never reported."""
    if one is not None and one.fault:
        return Absence(unit, "faulty", one.fault)
    before = [
        (period, value)
        for period in sorted(sheet.read)
        if period.end_day <= sheet.period.first_day
        if period.grain == sheet.indicator.shown_grain
        if (value := _value(sheet.read[period].get(unit.key))) is not None
    ]
    latest = before[-1] if before else None
    if sheet.indicator.form == "official":  # its publisher left the unit out; nobody owes us a figure of its own
        return Absence(unit, "not_reported", latest=latest)
    if one is not None and one.denominator == 0:
        return Absence(unit, "silent", "0 phát sinh trong kỳ", latest)
    if sheet.desk.feed(sheet.indicator).rules is not None:
        if latest is None:
            return Absence(unit, "not_reported", "chưa từng có số liệu")
        if sheet.due <= (now := sheet.desk.instant(sheet.asked.as_of)) or working_days_gone(sheet.desk, sheet.period, now) > YOUNG:
            return Absence(unit, "silent", "", latest)
        return Absence(unit, "not_reported", f"hạn {_last_day(sheet.due)}", latest)
    if latest is not None and sheet.due <= sheet.desk.instant(sheet.asked.as_of):
        return Absence(unit, "late", f"hạn {_last_day(sheet.due)}", latest)
    return Absence(unit, "not_reported", f"hạn {_last_day(sheet.due)}", latest)


def _last_day(due: datetime) -> str:
    """A figure is late from midnight on: the day before is the last one on which it is in time."""
    return date_vi(due - timedelta(days=1))


def _through(sheet: Sheet) -> date | None:
    """The last day told in a period, when its last day is not there yet; None for whole periods."""
    closes = closes_day(sheet.catalog, sheet.indicator)
    days = _days_in(sheet.period, sheet.stated, closes)
    return max(days) if days and max(days) < last_day_of(sheet.period, closes) else None


def _recorded(sheet: Sheet) -> datetime | None:
    """When the newest of what is shown was taken in: of an official figure its cells, of a computed one its feed."""
    if sheet.indicator.form == "official":
        keys = sheet.desk.units.keys(sheet.asked.units)
        return recorded(cells(sheet.desk.store, [sheet.indicator.measure], [str(sheet.period)], units=keys, as_of=sheet.asked.as_of))
    return None if sheet.asked.as_of else data_versions(sheet.desk.store).get(sheet.indicator.feed, (0, None))[1]
