"""How far a target (chỉ tiêu được giao) is attained, what pace it still asks for, and whether the present pace is enough."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.catalog import Tier
from dashboard.errors import FigureError
from dashboard.figures.ranking import GRAIN, Direction
from dashboard.figures.trend import slope
from dashboard.periods import Grain, Period, working_days

State = Literal["met", "on_track", "behind", "missed", "awaiting", "too_early", "not_reported"]
"""`awaiting`: the deadline is over, its figure is not here yet. `too_early`: one figure is no pace. The others say themselves."""

LATEST = 4
"""How many of the last readings make the present pace: enough to see through one odd month, few enough to see an effort begun lately."""


@dataclass(frozen=True, slots=True)
class Target:
    """A value to be reached by the end of a day, by units of a tier. Raises FigureError for a value that is not above 0."""

    value: float
    deadline: dt.date
    tier: Tier
    better: Direction = "higher"

    def __post_init__(self) -> None:
        """A target of nothing has no attainment."""
        if not self.value > 0:
            raise FigureError(f"a target must be above 0, not {self.value:g}")

    def reached_by(self, value: float) -> bool:
        """Whether a value is as good as the target, or better, at the grain of figures."""
        return self.gap(value) <= 0

    def gap(self, value: float) -> float:
        """What is missing to the target, in the indicator's unit; negative when it is surpassed."""
        return round(self.value - value if self.better == "higher" else value - self.value, GRAIN)


@dataclass(frozen=True, slots=True)
class Reading:
    """An indicator's value as of the end of a day, mostly the last of its period."""

    day: dt.date
    value: float


@dataclass(frozen=True, slots=True)
class Calendar:
    """In what steps figures come, and which days are no working days."""

    grain: Grain
    holidays: frozenset[dt.date]


@dataclass(frozen=True, slots=True)
class Pace:
    """What must be made up from the last reading to the deadline: per period and per working day, and what there is now.

    `needed_*` is gap / what is left: None when no whole period, or no working day, is left. `present_per_day` is the median slope of
    the last readings in working days, towards the target; None while there is one reading only.
    """

    periods_left: int
    days_left: int
    needed_per_period: float | None
    needed_per_day: float | None
    present_per_day: float | None


@dataclass(frozen=True, slots=True)
class Attainment:
    """Where a unit stands against a target; `judged` is the reading that decides, `reached` the day of the first that was enough."""

    target: Target
    state: State
    judged: Reading | None = None
    share: float | None = None
    gap: float | None = None
    pace: Pace | None = None
    reached: dt.date | None = None


def share(target: Target, value: float) -> float:
    """Mức hoàn thành, as a share: value / target where higher is better; where lower is, 2 − value / target, not below 0.

    Both are 1 at the target and rise as things get better; the second is the usual straight one, and finite at a value of 0.
    """
    ratio = value / target.value
    return ratio if target.better == "higher" else max(0.0, 2 - ratio)


def attainment(target: Target, readings: Sequence[Reading], today: dt.date, calendar: Calendar) -> Attainment:
    """Judge a target today from the readings up to today, oldest first (later ones are not looked at).

    Up to the deadline the latest reading decides: met, or, by the straight continuation of the present pace, on track or behind.
    After it, the last reading up to the deadline decides, as soon as there is one on it or after it: met or missed; a target reached
    later stays missed, with the day in `reached`. Until that reading is here, what was met stays met, and all else is awaited.
    """
    known = [reading for reading in readings if reading.day <= today]
    if not known:
        return Attainment(target, "not_reported")
    in_time = [reading for reading in known if reading.day <= target.deadline]
    decided = known[-1].day >= target.deadline
    judged = in_time[-1] if in_time else known[0]
    pace = None if decided else _pace(target, in_time, calendar)
    return Attainment(
        target,
        _decision(target, judged) if decided else _outlook(target, judged, pace, over=today > target.deadline),
        judged,
        share(target, judged.value),
        target.gap(judged.value),
        pace,
        next((reading.day for reading in known if target.reached_by(reading.value)), None),
    )


def _decision(target: Target, judged: Reading) -> State:
    return "met" if judged.day <= target.deadline and target.reached_by(judged.value) else "missed"


def _outlook(target: Target, latest: Reading, pace: Pace | None, over: bool) -> State:
    if target.reached_by(latest.value):
        return "met"
    if over:
        return "awaiting"
    if pace is None or pace.present_per_day is None:
        return "too_early"
    return "on_track" if round(pace.present_per_day * pace.days_left, GRAIN) >= target.gap(latest.value) else "behind"


def _pace(target: Target, readings: Sequence[Reading], calendar: Calendar) -> Pace:
    latest = readings[-1]
    days = working_days(latest.day, target.deadline, calendar.holidays)
    periods = _periods(latest.day, target.deadline, calendar.grain)
    gap = max(0.0, target.gap(latest.value))
    return Pace(periods, days, gap / periods if periods else None, gap / days if days else None, _present(target, readings, calendar))


def _present(target: Target, readings: Sequence[Reading], calendar: Calendar) -> float | None:
    last = readings[-LATEST:]
    xs = [float(working_days(last[0].day, reading.day, calendar.holidays)) for reading in last]
    if len(set(xs)) < 2:
        return None
    rise = slope(xs, [reading.value for reading in last])
    return rise if target.better == "higher" else -rise


def _periods(after: dt.date, until: dt.date, grain: Grain) -> int:
    """Whole periods that end after a day, up to and with another."""
    count, period = 0, Period.of(grain, after + dt.timedelta(days=1))
    while period.last_day <= until:
        count += 1
        period = Period.of(grain, period.end_day)
    return count
