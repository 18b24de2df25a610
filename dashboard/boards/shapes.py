"""What boards hand to pages and API: figures with their time, source, state and way to the evidence. All frozen, all computed once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.boards.ranked import ComponentFigure as ComponentFigure
from dashboard.boards.ranked import RankedUnit as RankedUnit
from dashboard.boards.ranked import RankingBoard as RankingBoard
from dashboard.boards.ranked import RankStory as RankStory
from dashboard.boards.stamp import Stamp as Stamp
from dashboard.boards.stamp import State as State
from dashboard.boards.stamp import figure_id as figure_id
from dashboard.catalog import Indicator, Measure
from dashboard.figures.explanation import Explanation
from dashboard.figures.folding import Borders
from dashboard.figures.freshness import Freshness
from dashboard.figures.lift import Gap, Step
from dashboard.periods import Period
from dashboard.units import Unit


@dataclass(frozen=True, slots=True)
class Subordinate:
    """A commune or department of a province: total, components, position in the list that the portal published."""

    unit: Unit
    total: float
    components: Mapping[str, ComponentFigure]
    position: int | None
    figure: str


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one unit over time, oldest first; a period without a value is a gap (None), never a zero."""

    unit: Unit
    points: tuple[tuple[Period, float | None], ...]


@dataclass(frozen=True, slots=True)
class ProvinceBoard:
    """One province: its row and what explains it. `row` is None when the ranking holds no total of it, as for one that was merged."""

    unit: Unit
    ranking: RankingBoard
    row: RankedUnit | None
    neighbours: tuple[RankedUnit, ...]
    explanation: Explanation | None
    steps: tuple[Step, ...]
    gaps: tuple[Gap, ...]
    communes: tuple[Subordinate, ...]
    departments: tuple[Subordinate, ...]
    predecessors: tuple[Unit, ...]
    successors: tuple[Unit, ...]
    history: Mapping[str, tuple[Series, ...]]
    """By indicator of yearly surveys: a series for the unit and for each unit it was merged from."""
    story: RankStory | None = None
    """Of a computed ranking: what moved the rank and what would lift it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An indicator of one unit, or of several together, in one period, beside the counts it was made of.

    `denominator` of a median is how many were counted, in `buckets`, the last of which has no end; `is_open` says that the median lies
    there, and `value` is then only where it begins. A `value` of None has a `fault`, or there was nothing to divide by. `lacks` are keys of
    units of older borders that belong in here and of which nothing was counted.
    """

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    buckets: tuple[float, ...] = ()
    is_open: bool = False
    fault: str = ""
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """One unit's value; `rank` is ours, None below the indicator's minimum. `late_days` counts from when this unit's next day was due, in
    the newest period of a daily indicator whose units report themselves; `through` is the last day that it told of then."""

    unit: Unit
    value: float
    rank: int | None
    figure: str
    reading: Reading
    late_days: int = 0
    through: date | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """A unit without a value: why, and what was known of it last."""

    unit: Unit
    state: State
    said: str = ""
    latest: tuple[Period, float] | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A period of a series: the median of the units, and all of them together where their counts fold."""

    period: Period
    median: float | None
    together: Reading | None


@dataclass(frozen=True, slots=True)
class Beside:
    """A count that stands beside an indicator in its period: of all units together, and the least and the most of one unit.

    `total` is None for what is counted once in each unit and so has no sum.
    """

    measure: Measure
    total: float | None
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class IndicatorBoard:
    """An indicator in a period: definition, values best first (those too few to rank last), units without one, and how it went.

    `together` folds the counts of all units; None where nothing folds. `through` is the last day with figures of a period that is not over.
    `series` goes by the indicator's shown grain, `courses` are the values of each unit along it, `due` is when the figures of this period
    should be here. The units have the borders `boundaries`, and `readable` are those by which it can be read. `closes_day` is the day on
    which its reporting months close, None for their last. `beside` are the counts that stand beside it, of which anything is known.
    """

    indicator: Indicator
    period: Period
    periods: tuple[Period, ...]
    agency_tier: str | None
    agency_tiers: tuple[str, ...]
    values: tuple[IndicatorValue, ...]
    absent: tuple[Absence, ...]
    median: float | None
    together: Reading | None
    series: tuple[Point, ...]
    courses: Mapping[str, tuple[float | None, ...]]
    freshness: Freshness
    stamp: Stamp
    due: datetime
    through: date | None
    data_version: int
    boundaries: Borders
    readable: tuple[Borders, ...]
    closes_day: int | None = None
    beside: tuple[Beside, ...] = ()

    @property
    def unreported(self) -> tuple[Unit, ...]:
        """The units without a value."""
        return tuple(one.unit for one in self.absent)

    @property
    def medians(self) -> tuple[tuple[Period, float], ...]:
        """The median in each period of the series that has one, oldest first."""
        return tuple((one.period, one.median) for one in self.series if one.median is not None)

    def value_of(self, unit: str) -> IndicatorValue | None:
        """A unit's value; None when it has none."""
        return next((one for one in self.values if one.unit.key == unit), None)

    def absence_of(self, unit: str) -> Absence | None:
        """Why a unit has no value; None when it has one or does not belong here."""
        return next((one for one in self.absent if one.unit.key == unit), None)
