"""Whether a single unit is late by itself: in feeds whose units report their days, and by the calendar of working days."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from dashboard.boards.desk import Desk
from dashboard.catalog import Indicator
from dashboard.formats import HANOI
from dashboard.periods import Grain, Period, working_days
from dashboard.store.signs import daily


def last_told(
    desk: Desk, indicator: Indicator, shown: tuple[Period, Iterable[Period]], units: Iterable[str], as_of: datetime | None
) -> dict[str, date]:
    """The last day that each unit told of, of the newest month and while it is shown; nothing in a feed of events, where a unit is silent
    and never late. `shown` is the period, and the periods there are."""
    period, stated = shown
    newest = max((one for one in stated if one.grain is Grain.DAY), default=None)
    is_told = indicator.grain == "day" and desk.feed(indicator).rules is None
    if newest is None or not is_told or not period.contains(newest):
        return {}
    found = daily(desk.store, indicator.measures[-1], units, (newest.last_day.replace(day=1), newest.last_day), as_of)
    return {unit: max(days) for unit, days in found.items()}


def lateness(desk: Desk, indicator: Indicator, last: date | None, as_of: datetime | None) -> tuple[int, date | None]:
    """By how many days a unit's next day is overdue, and the last one that it told of; (0, None) when it is not."""
    if last is None:
        return 0, None
    late = desk.freshness_of(indicator, Period.of(Grain.DAY, last), as_of).late_days(desk.instant(as_of))
    return (late, last) if late else (0, None)


def working_days_gone(desk: Desk, period: Period, now: datetime) -> int:
    """How many working days of a period have gone by, today among them."""
    return working_days(period.first_day - timedelta(days=1), min(now.astimezone(HANOI).date(), period.last_day), desk.holidays)
