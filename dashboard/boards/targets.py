"""What became of the targets set for a group: days to the deadline, and each unit against the value where readings have come."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import isfinite

from dashboard.boards.desk import Desk
from dashboard.boards.groups import UnitGroup
from dashboard.boards.reading import Scope, offered, readings
from dashboard.boards.shapes import figure_id
from dashboard.catalog import Indicator
from dashboard.declared import Target
from dashboard.figures import attainment, forecast
from dashboard.figures.attainment import Attainment
from dashboard.figures.forecast import Forecast, Prospect
from dashboard.formats import HANOI
from dashboard.observations import Provenance
from dashboard.periods import Grain, Period
from dashboard.units import Unit

LEARNS_FROM, WIDEST = 30, 10.0
"""So many past forecasts say how wide a band must be; and no band gets wider than so many times its own width."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit against a target: attained or not, and when it will be; both None where no reading has come. `figure` is the evidence of the
    reading that decides."""

    unit: Unit
    attainment: Attainment | None
    forecast: Forecast | None
    figure: str = ""

    @property
    def is_open(self) -> bool:
        """Whether there is still something to be done: neither met nor decided."""
        return self.attainment is not None and self.attainment.state in ("on_track", "behind", "too_early")

    @property
    def prospect(self) -> Prospect | None:
        """Whether the deadline will be kept, if the last periods go on; None without a reading, and when it is decided."""
        if self.forecast is None or self.attainment is None or not self.is_open:
            return None
        return self.forecast.prospect(self.attainment.target.deadline)

    @property
    def days_late(self) -> int:
        """By how many days the deadline will be missed; 0 when it will not, and when nobody can say by how many."""
        if self.forecast is None or self.attainment is None or self.prospect != "will_miss":
            return 0
        return self.forecast.days_late(self.attainment.target.deadline) or 0


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target of the group: days to its deadline as of the day viewed and as of today (below zero: passed), and each unit's standing.

    `provenance` is that of the readings, None without any.
    """

    target: Target
    days_left: int
    days_left_today: int
    standings: tuple[Standing, ...]
    provenance: Provenance | None = None

    @property
    def is_judged(self) -> bool:
        """Whether there is a reading of any unit."""
        return any(one.attainment is not None for one in self.standings)

    @property
    def misses(self) -> tuple[Standing, ...]:
        """The units that will miss the deadline, those that never get there first, then the latest."""
        will = [one for one in self.standings if one.prospect in ("will_miss", "never")]
        return tuple(sorted(will, key=lambda one: (one.prospect != "never", -one.days_late, one.unit.sort_key)))


def national_rows(desk: Desk, indicator: str, as_of: datetime | None) -> tuple[TargetRow, ...]:
    """The targets of every province that an indicator tells of, by deadline, as of now or of a past instant."""
    day = desk.instant(as_of).astimezone(HANOI).date()
    mine = [one for one in desk.definitions(as_of).targets.values() if not one.group and one.indicator == indicator]
    every = UnitGroup("", "declared", "Cả nước", "", desk.units.of_tier("province", day))
    return tuple(_row(desk, every, one, (day, day), as_of) for one in sorted(mine, key=lambda one: (one.deadline, one.key)))


def target_rows(desk: Desk, group: UnitGroup, days: tuple[date, date], as_of: datetime | None) -> tuple[TargetRow, ...]:
    """The targets of a declared group by deadline, as of the end of the first of two days: the one viewed, and today."""
    mine = [one for one in desk.definitions(as_of).targets.values() if group.kind == "declared" and one.group == group.key]
    return tuple(_row(desk, group, one, days, as_of) for one in sorted(mine, key=lambda one: one.deadline))


def _row(desk: Desk, group: UnitGroup, target: Target, days: tuple[date, date], as_of: datetime | None) -> TargetRow:
    day, today = days
    left = ((target.deadline - day).days, (target.deadline - today).days)
    if not target.indicator:
        return TargetRow(target, *left, tuple(Standing(unit, None, None) for unit in group.units))
    indicator = desk.definitions(as_of).indicator(target.indicator)
    known = _readings(desk, indicator, target, Scope(group.units[0].tier, target.agency_tier or None, as_of))
    seen = {unit.key: [one for one in known[unit.key] if one.day <= day] for unit in group.units}
    goal = attainment.Target(target.value, target.deadline, "province", indicator.better)
    rule = _rule(indicator, goal, seen.values())
    standings = tuple(_standing(desk, unit, (target, goal), indicator, (seen[unit.key], day, rule)) for unit in group.units)
    row = TargetRow(target, *left, standings)
    return TargetRow(target, *left, standings, desk.provenance(desk.feed(indicator))) if row.is_judged else row


def _readings(desk: Desk, indicator: Indicator, target: Target, scope: Scope) -> Mapping[str, list[attainment.Reading]]:
    """By unit, oldest first: the value at the end of each period since the year before the target was given."""
    stated = desk.periods(indicator, scope.tier, scope.as_of)
    since = target.given.replace(year=target.given.year - 1, day=1)
    all_periods = sorted(offered(desk.definitions(scope.as_of), indicator, stated))
    periods = [one for one in all_periods if one.grain == indicator.shown_grain and one.last_day >= since]
    found: dict[str, list[attainment.Reading]] = defaultdict(list)
    for period, units in readings(desk, indicator, periods, scope).items() if periods else ():
        for unit, one in units.items():
            if one.value is not None:
                found[unit].append(attainment.Reading(period.last_day, one.value))
    return found


def _rule(indicator: Indicator, goal: attainment.Target, histories: Iterable[Sequence[attainment.Reading]]) -> forecast.Rule:
    """How to look ahead: with a band as wide as it would have had to be on what these units reported before, so that it keeps its word;
    never narrower than that of a line, and that one while there is too little to learn from."""
    plain = forecast.Rule(bounds=(0.0, indicator.maximum))
    learned = forecast.back_test(histories, goal, plain)
    if learned.tried < LEARNS_FROM or not isfinite(learned.widen):
        return plain
    return replace(plain, widen=min(WIDEST, max(1.0, learned.widen)))


def _standing(
    desk: Desk,
    unit: Unit,
    wanted: tuple[Target, attainment.Target],
    indicator: Indicator,
    told: tuple[list[attainment.Reading], date, forecast.Rule],
) -> Standing:
    """`told` are the readings up to the day viewed, that day, and how to look ahead."""
    (target, goal), (known, day, rule) = wanted, told
    if not known:
        return Standing(unit, None, None)
    calendar = attainment.Calendar(Grain(indicator.shown_grain), desk.holidays)
    judged = attainment.attainment(goal, known, day, calendar)
    period = Period.of(calendar.grain, judged.judged.day) if judged.judged else None
    figure = figure_id(indicator.key, unit.key, period, target.agency_tier or None) if period else ""
    return Standing(unit, judged, forecast.forecast(known, goal, rule), figure)
