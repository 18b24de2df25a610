"""Whether a series is up to date: which period should be here by now, and since when it is missing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dashboard.formats import HANOI
from dashboard.periods import Grain, Period, is_working_day, working_day_after


@dataclass(frozen=True, slots=True)
class Freshness:
    """The latest period that is here, the first one that is overdue (None when up to date) and the instant it was due."""

    latest: Period | None
    overdue: Period | None
    due: datetime | None

    def late_days(self, now: datetime) -> int:
        """Whole days since the first missing period was due; 0 when up to date."""
        return max(0, (now - self.due).days) if self.due is not None else 0


def freshness(
    latest: Period | None, now: datetime, due: Callable[[Period], datetime], holidays: frozenset[date] = frozenset()
) -> Freshness:
    """`due` says by when a period's figures should be here. Nothing known yet is not late: there is nothing to count from.

    Nobody has to tell of a weekend or a holiday: of a daily series the next working day is awaited.
    """
    if latest is None:
        return Freshness(None, None, None)
    following = Period.of(latest.grain, _awaited(latest, holidays))
    deadline = due(following)
    return Freshness(latest, following, deadline) if deadline <= now else Freshness(latest, None, None)


def _awaited(latest: Period, holidays: frozenset[date]) -> date:
    return working_day_after(latest.last_day, 1, holidays) if latest.grain is Grain.DAY else latest.end_day


OFFICE_OPENS, OFFICE_CLOSES = time(7, 30), time(17, 0)


def office_time(start: datetime, end: datetime, holidays: frozenset[date]) -> timedelta:
    """How much of the span between two instants lies in office hours (07:30–17:00 of working days, +07:00)."""
    day, last, spent = start.astimezone(HANOI).date(), end.astimezone(HANOI).date(), timedelta()
    while day <= last:
        if is_working_day(day, holidays):
            opens, closes = (datetime.combine(day, at, HANOI) for at in (OFFICE_OPENS, OFFICE_CLOSES))
            spent += max(timedelta(), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return spent


def working_hours(start: datetime, end: datetime, holidays: frozenset[date]) -> float:
    """Hours from one instant to a later one that lie on working days in +07:00; 0 when the second is not later."""
    here, last, hours = start.astimezone(HANOI), end.astimezone(HANOI), 0.0
    while here < last:
        midnight = datetime.combine(here.date() + timedelta(days=1), datetime.min.time(), HANOI)
        if is_working_day(here.date(), holidays):
            hours += (min(midnight, last) - here).total_seconds() / 3600
        here = midnight
    return hours
