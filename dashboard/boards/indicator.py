"""The board of one indicator: what it means, how the units of a tier stand, and how it went."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.boards.desk import Desk, Shown, choose, recorded
from dashboard.boards.reading import Readings, Scope, offered, pooled, readings
from dashboard.boards.shapes import Absence, IndicatorBoard, IndicatorValue, Point, Reading, figure_id
from dashboard.catalog import Indicator
from dashboard.errors import NotFound
from dashboard.figures.ranking import median, ranks
from dashboard.formats import HANOI
from dashboard.formats import date as date_vi
from dashboard.periods import Grain, Period, working_days
from dashboard.store.queries import cells, data_versions
from dashboard.units import Unit

COURSE = 25
"""So many periods of a series are shown at the most: two years of months, and the month before."""

NO_DISTRICTS = date(2025, 7, 1)
"""From this day on there are none."""

YOUNG = 5
"""A month that has figures of fewer days is not what a page opens with: it says too little yet."""


@dataclass(frozen=True, slots=True)
class IndicatorQuestion:
    """What is asked: an indicator, in a period (None: the newest), of a tier of units, of agencies of one tier in them, as of when."""

    key: str
    period: Period | None
    tier: str
    as_of: datetime | None
    agency_tier: str | None = None

    @property
    def units(self) -> str:
        """The tier of the units shown: agencies of the centre are units of their own, all others count in their province."""
        return "ministry" if self.agency_tier == "central" else self.tier

    @property
    def scope(self) -> Scope:
        """Whose figures are asked for."""
        return Scope(self.units, self.agency_tier, self.as_of)


@dataclass(frozen=True)
class Sheet:
    """What a board is made from: the question, its definition, the periods stated and offered, and the readings of all that is shown."""

    desk: Desk
    asked: IndicatorQuestion
    indicator: Indicator
    stated: tuple[Period, ...]
    periods: tuple[Period, ...]
    period: Period
    read: Readings


def indicator_board(desk: Desk, asked: IndicatorQuestion, version: int) -> IndicatorBoard:
    """Raises NotFound for an unknown indicator, a tier in which it is not measured, or a period without it."""
    sheet = _sheet(desk, asked)
    indicator, period = sheet.indicator, sheet.period
    now = sheet.read[period]
    known = {unit: one for unit, one in now.items() if one.value is not None}
    ranked = {unit: one.value for unit, one in known.items() if one.value is not None and _is_enough(indicator, one)}
    line, days = _series(sheet), _days(sheet)
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
        series=tuple(_point(sheet, one) for one in line),
        days=tuple(_point(sheet, one) for one in days),
        courses={unit: tuple(_value(sheet.read[one].get(unit)) for one in line) for unit in {*known, *_expected(sheet)}},
        freshness=desk.freshness(indicator, sheet.stated, asked.as_of),
        stamp=desk.stamp(indicator, Shown(period, sheet.stated, asked.as_of), _recorded(sheet)),
        due=desk.due(indicator, period),
        through=_through(sheet.stated, period),
        data_version=version,
    )


def _sheet(desk: Desk, asked: IndicatorQuestion) -> Sheet:
    catalog = desk.definitions(asked.as_of)
    indicator = catalog.indicator(asked.key)
    if asked.tier not in indicator.tiers:
        raise NotFound(f"{indicator.name_vi} không đo ở cấp {asked.tier}; có ở cấp: {', '.join(indicator.tiers)}")
    if asked.agency_tier is not None and asked.agency_tier not in indicator.agency_tiers:
        known = ", ".join(indicator.agency_tiers) or "không cấp nào"
        raise NotFound(f"{indicator.name_vi} không tách theo cấp cơ quan “{asked.agency_tier}”; có: {known}")
    stated = desk.periods(indicator, asked.units, asked.as_of)
    periods = tuple(sorted(offered(catalog, indicator, stated), key=lambda one: (one.end_day, one.first_day), reverse=True))
    period = asked.period or _opening(indicator, stated, periods)
    period = choose(periods, period, indicator.shown_grain, indicator.name_vi)
    line = [one for one in periods if one.grain == indicator.shown_grain][:COURSE]
    wanted = {period, *line, *_days_of(stated)}
    return Sheet(desk, asked, indicator, stated, periods, period, readings(desk, indicator, sorted(wanted), asked.scope))


def _opening(indicator: Indicator, stated: tuple[Period, ...], periods: tuple[Period, ...]) -> Period | None:
    """The newest month, or the one before while the newest has few days."""
    if indicator.grain != "day":
        return None
    months = [one for one in periods if one.grain is Grain.MONTH]
    if len(months) > 1 and sum(months[0].contains(one) for one in stated if one.grain is Grain.DAY) < YOUNG:
        return months[1]
    return months[0] if months else None


def _days_of(stated: Iterable[Period]) -> list[Period]:
    """The days of the newest month that has any, oldest first."""
    days = sorted(one for one in stated if one.grain is Grain.DAY)
    return [one for one in days if Period.of(Grain.MONTH, days[-1].last_day).contains(one)]


def _series(sheet: Sheet) -> list[Period]:
    return sorted(one for one in sheet.read if one.grain == sheet.indicator.shown_grain and one in sheet.periods)[-COURSE:]


def _days(sheet: Sheet) -> list[Period]:
    return _days_of(sheet.stated)


def _point(sheet: Sheet, period: Period) -> Point:
    known = [one.value for one in sheet.read[period].values() if one.value is not None and _is_enough(sheet.indicator, one)]
    return Point(period, median(known), _together(sheet, period))


def _together(sheet: Sheet, period: Period) -> Reading | None:
    return pooled(sheet.desk.definitions(sheet.asked.as_of), sheet.indicator, sheet.read[period].values())


def _agency_tiers(desk: Desk, indicator: Indicator, period: Period) -> tuple[str, ...]:
    """The tiers that there were in a period."""
    gone = {"district"} if period.first_day >= NO_DISTRICTS else set()
    if not any(unit.tier == "ministry" for unit in desk.units.all()):
        gone.add("central")
    return tuple(one for one in indicator.agency_tiers if one not in gone)


def _is_enough(indicator: Indicator, one: Reading) -> bool:
    return one.denominator is None or one.denominator >= indicator.minimum


def _value(one: Reading | None) -> float | None:
    return None if one is None else one.value


def _values(sheet: Sheet, known: Mapping[str, Reading], places: Mapping[str, int]) -> tuple[IndicatorValue, ...]:
    """By rank; those too few to be ranked follow in the order of names."""
    days = [] if sheet.desk.feed(sheet.indicator).rules is not None else _days(sheet)
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
        for late, through in (_lateness(sheet, unit, days),)
    ]
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.unit.sort_key)))


def _lateness(sheet: Sheet, unit: str, days: Sequence[Period]) -> tuple[int, date | None]:
    """By how many days a unit's next day is overdue, and the last one that it told of; nothing for a period that is not the newest.

    `days` are those of the newest month; there are none in a feed of events, where a unit is silent and never late.
    """
    if not days or not sheet.period.contains(days[-1]):
        return 0, None
    told = next((day for day in reversed(days) if unit in sheet.read[day]), None)
    late = sheet.desk.freshness_of(sheet.indicator, told, sheet.asked.as_of).late_days(sheet.desk.instant(sheet.asked.as_of))
    return (late, told.last_day) if late and told is not None else (0, None)


def _expected(sheet: Sheet) -> dict[str, Unit]:
    """Units that should have a figure: those of the tier on the last day of the period that has come."""
    day = min(sheet.period.last_day, sheet.desk.now().astimezone(HANOI).date())
    return {unit.key: unit for unit in sheet.desk.units.of_tier(sheet.asked.units, on=max(day, sheet.period.first_day))}


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
    latest, due = before[-1] if before else None, sheet.desk.due(sheet.indicator, sheet.period)
    if one is not None and one.denominator == 0:
        return Absence(unit, "silent", "0 phát sinh trong kỳ", latest)
    if sheet.desk.feed(sheet.indicator).rules is not None:
        if latest is None:
            return Absence(unit, "not_reported", "chưa từng có số liệu")
        return (
            Absence(unit, "silent", "", latest) if _had_time(sheet, due) else Absence(unit, "not_reported", f"hạn {_last_day(due)}", latest)
        )
    if latest is not None and due <= sheet.desk.instant(sheet.asked.as_of):
        return Absence(unit, "late", f"hạn {_last_day(due)}", latest)
    return Absence(unit, "not_reported", f"hạn {_last_day(due)}", latest)


def _had_time(sheet: Sheet, due: datetime) -> bool:
    """Whether nothing means silence by now: the period was due, or a working week of it has gone by."""
    now = sheet.desk.instant(sheet.asked.as_of)
    gone = working_days(sheet.period.first_day - timedelta(days=1), now.astimezone(HANOI).date(), sheet.desk.holidays)
    return due <= now or gone > YOUNG


def _last_day(due: datetime) -> str:
    """A figure is late from midnight on: the day before is the last one on which it is in time."""
    return date_vi(due - timedelta(days=1))


def _through(stated: tuple[Period, ...], period: Period) -> date | None:
    """The last day told in a period, when its last day is not there yet; None for whole periods."""
    days = [one.last_day for one in stated if one.grain is Grain.DAY and period.contains(one)]
    return max(days) if days and max(days) < period.last_day else None


def _recorded(sheet: Sheet) -> datetime | None:
    """When the newest of what is shown was taken in: of an official figure its cells, of a computed one its feed."""
    if sheet.indicator.form == "official":
        return recorded(cells(sheet.desk.store, [sheet.indicator.measure], [str(sheet.period)], as_of=sheet.asked.as_of))
    return None if sheet.asked.as_of else data_versions(sheet.desk.store).get(sheet.indicator.feed, (0, None))[1]
