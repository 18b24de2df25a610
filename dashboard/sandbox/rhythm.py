"""How much work a day sees: weekdays, days off, the quiet around Tết, the rush before a period is closed."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from dashboard.periods import Grain, Period, is_working_day
from dashboard.sandbox.country import Character

_WEEKDAYS: Final = (1.12, 1.05, 1.0, 1.0, 0.86, 0.07, 0.02)
_DAY_OFF: Final = 0.012
_LONG_REST: Final = 4
"""So many days off on weekdays in a row are Tết."""
_BEFORE, _AFTER = 4, 6
"""Days before and after it that are quiet."""
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Rhythm:
    """The calendar of an office; `days_off` are the public holidays."""

    days_off: frozenset[dt.date]
    _quiet: dict[dt.date, float] = field(default_factory=dict, compare=False, repr=False)
    _left: dict[dt.date, int] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Finds the days around each long rest."""
        for first, last in _rests(self.days_off):
            for step in range(1, _BEFORE + 1):
                self._quiet[first - step * _DAY] = 1 - 0.12 * (_BEFORE + 1 - step)
            for step in range(1, _AFTER + 1):
                self._quiet[last + step * _DAY] = 0.4 + 0.1 * (step - 1)

    def weight(self, day: dt.date, character: Character) -> float:
        """A day's work as a share of an ordinary working day's."""
        off = day in self.days_off
        weight = _DAY_OFF if off else _WEEKDAYS[day.weekday()] * self._quiet.get(day, 1.0)
        if character == "silent":
            return weight * 0.004
        rush = self._days_to_close(day)
        if character == "formalist":
            return weight * (9.0 if rush < 3 else 0.06)
        return weight * (1.2 if rush < 2 else 1.0)

    def _days_to_close(self, day: dt.date) -> int:
        """Working days that are left in the quarter after this one, counted up to 3."""
        if day not in self._left:
            self._left[day] = self._count_to_close(day)
        return self._left[day]

    def _count_to_close(self, day: dt.date) -> int:
        end = Period.of(Grain.QUARTER, day).last_day
        left = 0
        while day < end and left < 3:
            day += _DAY
            left += is_working_day(day, self.days_off)
        return left


def _rests(days_off: frozenset[dt.date]) -> Iterator[tuple[dt.date, dt.date]]:
    """First and last day of each run of days off and weekends that holds enough days off."""
    seen: set[dt.date] = set()
    for day in sorted(days_off):
        if day in seen:
            continue
        last = day
        run = {day}
        while not is_working_day(last + _DAY, days_off):
            last += _DAY
            run.add(last)
        seen |= run
        if len(run & days_off) >= _LONG_REST:
            yield day, last
