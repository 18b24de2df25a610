"""Periods of reporting, their notation, and the working day by which a figure is due.

A period is a half-open span of whole days in +07:00: `2025`, `2025-Q4`, `2025-10`, `2025-10-31`, or `2025-10/ytd`
(the year up to the end of that month).
"""

import csv
import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from dashboard import formats
from dashboard.errors import ConfigurationError, PeriodError
from dashboard.formats import HANOI

_FIRST_YEAR: Final = 1990
_LAST_YEAR: Final = 2100
_NOTATION: Final = re.compile(r"(?P<year>[0-9]{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>[0-9]{2})(?:(?P<ytd>/ytd)|-(?P<day>[0-9]{2}))?)?")
_ROMAN: Final = ("I", "II", "III", "IV")
_DAY: Final = dt.timedelta(days=1)
_SATURDAY: Final = 5
_BASES: Final = ("announced", "unverified")


class Grain(StrEnum):
    """How long a period is."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    DAY = "day"
    YEAR_TO_DATE = "year_to_date"


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A span of days, ordered by its first day, then by its end (`end_day` is the first day that is no longer in it)."""

    first_day: dt.date
    end_day: dt.date
    grain: Grain

    def __post_init__(self) -> None:
        """Raise PeriodError for a span that is not one of its grain, or a year outside 1990–2100."""
        if not _FIRST_YEAR <= self.first_day.year <= _LAST_YEAR:
            raise PeriodError(f"year {self.first_day.year} lies outside {_FIRST_YEAR}–{_LAST_YEAR}")
        if (self.first_day, self.end_day) != _span(self.grain, self.end_day - _DAY):
            raise PeriodError(f"{self.first_day} to {self.end_day} is no {self.grain}")

    @classmethod
    def of(cls, grain: Grain, day: dt.date) -> Self:
        """The period of that grain in which the day lies (for year to date: the one that ends with the day's month)."""
        return cls(*_span(grain, day), grain)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2025`, `2025-Q4`, `2025-10`, `2025-10-31` or `2025-10/ytd`; anything else raises PeriodError with the text in it."""
        found = _NOTATION.fullmatch(text)
        if found is None:
            raise PeriodError(f"{text!r} is no period: write 2025, 2025-Q4, 2025-10, 2025-10-31 or 2025-10/ytd")
        quarter, month = found["quarter"], found["month"]
        first_month = int(month) if month else 3 * int(quarter) - 2 if quarter else 1
        try:
            return cls.of(_grain(found), dt.date(int(found["year"]), first_month, int(found["day"] or 1)))
        except (ValueError, OverflowError) as wrong:
            raise PeriodError(f"{text!r} is no period: {wrong}") from wrong
        except PeriodError as outside:
            raise PeriodError(f"{text!r} is no period: {outside}") from outside

    def __str__(self) -> str:
        """The notation that `parse` reads."""
        last = self.last_day
        match self.grain:
            case Grain.YEAR:
                return f"{last.year}"
            case Grain.QUARTER:
                return f"{last.year}-Q{last.month // 3}"
            case Grain.MONTH:
                return last.isoformat()[:7]
            case Grain.DAY:
                return last.isoformat()
            case Grain.YEAR_TO_DATE:
                return f"{last.isoformat()[:7]}/ytd"

    @property
    def start(self) -> dt.datetime:
        """Its first instant, in +07:00."""
        return dt.datetime.combine(self.first_day, dt.time(), HANOI)

    @property
    def end(self) -> dt.datetime:
        """The first instant after it, in +07:00."""
        return dt.datetime.combine(self.end_day, dt.time(), HANOI)

    @property
    def last_day(self) -> dt.date:
        """The last day that is still in it."""
        return self.end_day - _DAY

    @property
    def label_vi(self) -> str:
        """As a person reads it inside a sentence: `tháng 10/2025`, `lũy kế 10 tháng 2025`, `quý IV/2025`, `năm 2025`, `31/10/2025`."""
        last = self.last_day
        match self.grain:
            case Grain.YEAR:
                return f"năm {last.year}"
            case Grain.MONTH:
                return f"tháng {self.short_vi}"
            case Grain.YEAR_TO_DATE:
                return f"lũy kế {last.month} tháng {last.year}"
            case Grain.QUARTER | Grain.DAY:
                return self.short_vi

    @property
    def short_vi(self) -> str:
        """For table heads and axes: `10/2025`, `lũy kế 10/2025`, `quý IV/2025`, `2025`, `31/10/2025`."""
        last = self.last_day
        match self.grain:
            case Grain.YEAR:
                return f"{last.year}"
            case Grain.QUARTER:
                return f"quý {_ROMAN[last.month // 3 - 1]}/{last.year}"
            case Grain.MONTH:
                return f"{last.month}/{last.year}"
            case Grain.DAY:
                return formats.date(last)
            case Grain.YEAR_TO_DATE:
                return f"lũy kế {last.month}/{last.year}"

    def previous(self) -> "Period":
        """The period of the same grain just before it; before January's year to date comes that of last December."""
        before = self.last_day.replace(day=1) if self.grain is Grain.YEAR_TO_DATE else self.first_day
        return Period.of(self.grain, before - _DAY)

    def contains(self, when: "dt.date | dt.datetime | Period") -> bool:
        """Whether a day, an instant (with zone) or a whole period lies in it."""
        if isinstance(when, Period):
            return self.first_day <= when.first_day and when.end_day <= self.end_day
        if isinstance(when, dt.datetime):
            return self.start <= when < self.end
        return self.first_day <= when < self.end_day


def month_of(day: dt.date, closes_day: int | None) -> Period:
    """The reporting month in which a day counts: of one that closes on the 14th the 15th counts in the next."""
    if closes_day is None:
        return Period.of(Grain.MONTH, day)
    return Period.of(Grain.MONTH, Period.of(Grain.MONTH, day - dt.timedelta(days=closes_day)).end_day)


def last_day_of(period: Period, closes_day: int | None) -> dt.date:
    """The last day that counts in a period: of months that close on the 14th, the 14th of its last month."""
    return period.last_day if closes_day is None or period.grain is Grain.DAY else period.last_day.replace(day=closes_day)


def working_day_after(day: dt.date, n: int, holidays: frozenset[dt.date]) -> dt.date:
    """The n-th working day (Monday to Friday, no holiday) after a day; n from 1, else PeriodError."""
    if n < 1:
        raise PeriodError(f"working days are counted from 1, not from {n}")
    while n:
        day += _DAY
        n -= is_working_day(day, holidays)
    return day


def working_days(after: dt.date, until: dt.date, holidays: frozenset[dt.date]) -> int:
    """How many working days (Monday to Friday, no holiday) come after a day, up to and with another; 0 when that one is not later."""
    return sum(is_working_day(dt.date.fromordinal(day), holidays) for day in range(after.toordinal() + 1, until.toordinal() + 1))


def is_working_day(day: dt.date, holidays: frozenset[dt.date]) -> bool:
    """Monday to Friday, and no holiday."""
    return day.weekday() < _SATURDAY and day not in holidays


def due(period: Period, working_days: int, holidays: frozenset[dt.date]) -> dt.datetime:
    """The instant (+07:00) from which a figure of the period is late: the end of the n-th working day after the period."""
    last_chance = working_day_after(period.last_day, working_days, holidays)
    return dt.datetime.combine(last_chance + _DAY, dt.time(), HANOI)


def load_holidays(path: Path) -> frozenset[dt.date]:
    """Read `day,name_vi,basis` rows, a day off each; basis says whether the day was `announced` or is `unverified`.

    An unverified day counts as off: nobody shall be called late for a day that may have been free. A row that is no holiday, or a missing
    file, raises ConfigurationError with file and line.
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = csv.reader(stream)
            if next(rows, None) != ["day", "name_vi", "basis"]:
                raise ConfigurationError(f"{path}, line 1: the head must be day,name_vi,basis")
            return frozenset(_holiday(row, f"{path}, line {rows.line_num}") for row in rows)
    except (OSError, UnicodeDecodeError, csv.Error) as broken:
        raise ConfigurationError(f"{path}: {broken}") from broken


def _holiday(row: list[str], where: str) -> dt.date:
    try:
        day, _name, basis = row
        if basis not in _BASES:
            raise ValueError(f"the basis is one of {', '.join(_BASES)}")
        return dt.date.fromisoformat(day)
    except ValueError as wrong:
        raise ConfigurationError(f"{where}: {','.join(row)!r} is no holiday: {wrong}") from wrong


def _grain(found: re.Match[str]) -> Grain:
    for group, grain in (("ytd", Grain.YEAR_TO_DATE), ("day", Grain.DAY), ("month", Grain.MONTH), ("quarter", Grain.QUARTER)):
        if found[group]:
            return grain
    return Grain.YEAR


def _span(grain: Grain, day: dt.date) -> tuple[dt.date, dt.date]:
    """First day and end day (exclusive) of the period of that grain that holds the day."""
    month = day.replace(day=1)
    match grain:
        case Grain.DAY:
            return day, day + _DAY
        case Grain.MONTH:
            return month, _next_month(month)
        case Grain.QUARTER:
            first = month.replace(month=(month.month - 1) // 3 * 3 + 1)
            return first, _next_month(first.replace(month=first.month + 2))
        case Grain.YEAR:
            return month.replace(month=1), month.replace(year=month.year + 1, month=1)
        case Grain.YEAR_TO_DATE:
            return month.replace(month=1), _next_month(month)


def _next_month(first: dt.date) -> dt.date:
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
