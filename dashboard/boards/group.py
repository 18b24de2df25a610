"""The board of a group: what was told of its units, how they stand in the indicators, what became of the targets set for them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.boards.desk import Desk
from dashboard.boards.facts import Statement, fact_days, statements
from dashboard.boards.groups import UnitGroup
from dashboard.boards.shapes import IndicatorBoard, Stamp
from dashboard.boards.targets import TargetRow, target_rows
from dashboard.catalog import Indicator
from dashboard.declared import Fact
from dashboard.figures.ranking import median, ranks
from dashboard.formats import HANOI
from dashboard.periods import Period
from dashboard.units import Tier, Unit

IndicatorOf = Callable[[str, Period | None], IndicatorBoard | None]
"""The board of an indicator in a period (None: the newest); None when it has no figures."""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact across the units of the group, in their order; None where no source told it."""

    fact: Fact
    cells: tuple[Statement | None, ...]

    @property
    def told(self) -> tuple[Statement, ...]:
        """What was told."""
        return tuple(one for one in self.cells if one is not None)

    def at(self, look: str) -> tuple[Statement, ...]:
        """What was told with a level of that look."""
        return tuple(one for one in self.told if one.level is not None and one.level.look == look)


@dataclass(frozen=True, slots=True)
class IndicatorCell:
    """A unit's value with its rank within the group and the way to its evidence."""

    value: float
    rank: int
    figure: str


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator across the units of the group, in one period; None where there is no value."""

    indicator: Indicator
    period: Period
    stamp: Stamp
    median: float | None
    cells: tuple[IndicatorCell | None, ...]


@dataclass(frozen=True, slots=True)
class GroupBoard:
    """A group as of the end of `day`; `days` are those of which facts were told. `national` are facts of the whole country.

    `became` are units that ended by today, with those that took their place.
    """

    group: UnitGroup
    day: date
    today: date
    days: tuple[date, ...]
    facts: tuple[FactRow, ...]
    national: tuple[Statement, ...]
    indicators: tuple[IndicatorRow, ...]
    targets: tuple[TargetRow, ...]
    became: tuple[tuple[Unit, tuple[Unit, ...]], ...]

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units, in the order of the columns."""
        return self.group.units

    @property
    def is_past(self) -> bool:
        """Whether another day than the present one is viewed."""
        return self.day < self.today

    def row(self, fact: str) -> FactRow | None:
        """The row of a fact; None when nothing was told of it."""
        return next((row for row in self.facts if row.fact.key == fact), None)


@dataclass(frozen=True, slots=True)
class GroupQuestion:
    """What is asked: a group, as of the end of which day (None: its own, else today), as the board stood when."""

    group: UnitGroup
    day: date | None
    as_of: datetime | None


def group_board(desk: Desk, asked: GroupQuestion, indicator: IndicatorOf) -> GroupBoard:
    """Raises NotFound for an instant of which the board had nothing."""
    today = desk.now().astimezone(HANOI).date()
    day = min(asked.day or asked.group.on or today, today)
    keys = [unit.key for unit in asked.group.units]
    told = statements(desk, [*keys, *_nation(desk)], day, asked.as_of)
    return GroupBoard(
        group=asked.group,
        day=day,
        today=today,
        days=fact_days(desk, keys, asked.as_of),
        facts=_fact_rows(desk, keys, told, asked.as_of),
        national=_national(desk, told) if any(key in keys for _, key in told) else (),
        indicators=_indicator_rows(desk, asked, day, indicator),
        targets=target_rows(desk, asked.group, (day, today), asked.as_of),
        became=tuple((unit, desk.units.successors(unit.key)) for unit in asked.group.units if not unit.valid(today)),
    )


def _nation(desk: Desk) -> list[str]:
    return [unit.key for unit in desk.units.all() if unit.tier is Tier.NATION]


def _fact_rows(desk: Desk, keys: Sequence[str], told: Mapping[tuple[str, str], Statement], as_of: datetime | None) -> tuple[FactRow, ...]:
    """In the order of the catalog; facts that no source told of any of the units are left out."""
    rows = [FactRow(fact, tuple(told.get((fact.key, key)) for key in keys)) for fact in desk.definitions(as_of).facts.values()]
    return tuple(row for row in rows if row.told)


def _national(desk: Desk, told: Mapping[tuple[str, str], Statement]) -> tuple[Statement, ...]:
    nations, order = _nation(desk), list(desk.catalog.facts)
    found = [one for (_, unit), one in told.items() if unit in nations]
    return tuple(sorted(found, key=lambda one: order.index(one.fact.key) if one.fact.key in order else len(order)))


def _indicator_rows(desk: Desk, asked: GroupQuestion, day: date, indicator: IndicatorOf) -> tuple[IndicatorRow, ...]:
    tiers = {unit.tier for unit in asked.group.units}
    rows = [
        _indicator_row(asked, one, day, indicator) for one in desk.definitions(asked.as_of).indicators.values() if tiers <= set(one.tiers)
    ]
    return tuple(row for row in rows if row is not None)


def _indicator_row(asked: GroupQuestion, one: Indicator, day: date, indicator: IndicatorOf) -> IndicatorRow | None:
    """In the newest period that was over by the day viewed; None when no unit of the group has a value in it."""
    newest = indicator(one.key, None)
    if newest is None:
        return None
    over = [period for period in newest.periods if period.grain == newest.period.grain and period.last_day <= day]
    board = newest if newest.period.last_day <= day else indicator(one.key, over[0]) if over else None
    if board is None:
        return None
    mine = {value.unit.key: value for value in board.values if value.unit in asked.group.units}
    if not mine:
        return None
    places = ranks({key: value.value for key, value in mine.items()}, one.better)
    cells = tuple(
        IndicatorCell(mine[unit.key].value, places[unit.key], mine[unit.key].figure) if unit.key in mine else None
        for unit in asked.group.units
    )
    return IndicatorRow(one, board.period, board.stamp, median([value.value for value in mine.values()]), cells)
