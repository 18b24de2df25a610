"""Who of the provinces was heard of in a feed, and who was not: how many of the last periods each one filled, and which is its newest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dashboard.boards.desk import Desk, closes_day
from dashboard.catalog import Indicator
from dashboard.feeds.base import Feed
from dashboard.formats import HANOI
from dashboard.periods import Grain, Period, is_working_day
from dashboard.store.sources import filled
from dashboard.units.unit import Tier, Unit

LOOKED_BACK: Final = {Grain.DAY: 20, Grain.MONTH: 6}
"""Periods that are over: working days, or months past their due day."""


@dataclass(frozen=True, slots=True)
class HeardOf:
    """One province: how many of the periods it filled, and the newest of them; since how many days the last one of all is overdue."""

    unit: Unit
    periods: int
    newest: Period | None
    late_days: int = 0


@dataclass(frozen=True, slots=True)
class HeardBoard:
    """All provinces of today, those that filled the fewest periods first; `indicator` is the one whose whole was looked at."""

    indicator: Indicator
    periods: tuple[Period, ...]
    provinces: tuple[HeardOf, ...]

    @property
    def complete(self) -> int:
        """How many filled every period."""
        return sum(one.periods == len(self.periods) for one in self.provinces)


def heard_board(desk: Desk, feed: Feed) -> HeardBoard | None:
    """Of the feed's first indicator by day or month; None for a feed without one, or of which nothing was heard at all."""
    indicator = next((one for one in desk.catalog.indicators.values() if one.feed == feed.key and Grain(one.grain) in LOOKED_BACK), None)
    if indicator is None:
        return None
    periods = tuple(_over(desk, indicator))
    found = filled(desk.store, indicator.measures[-1], [str(one) for one in periods], also_zero=indicator.form == "official")
    if not found:
        return None
    last_day = (desk.due(indicator, periods[0], closes_day(desk.catalog, indicator)) - timedelta(seconds=1)).astimezone(HANOI).date()
    overdue = (_today(desk) - last_day).days
    rows = [_of(unit, found.get(unit.key, ()), periods[0], overdue) for unit in desk.units.of_tier(Tier.PROVINCE, _today(desk))]
    return HeardBoard(indicator, periods, tuple(sorted(rows, key=lambda one: one.periods)))


def _of(unit: Unit, periods: Sequence[str], last: Period, overdue: int) -> HeardOf:
    return HeardOf(unit, len(periods), max(map(Period.parse, periods), default=None), 0 if str(last) in periods else overdue)


def _today(desk: Desk) -> date:
    return desk.now().astimezone(HANOI).date()


def _over(desk: Desk, indicator: Indicator) -> Iterator[Period]:
    """The last periods whose due day is past, newest first; of days the working ones."""
    grain, left = Grain(indicator.grain), LOOKED_BACK[Grain(indicator.grain)]
    period, closes = Period.of(grain, _today(desk) - timedelta(days=1)), closes_day(desk.catalog, indicator)
    while left:
        counts = grain is not Grain.DAY or is_working_day(period.first_day, desk.holidays)
        if counts and desk.now() >= desk.due(indicator, period, closes):
            yield period
            left -= 1
        period = period.previous()
