"""Rankings that we compute: a weighted score of indicators, with fixed goalposts, and a rule for everything that is late, missing or too
small.

Normalisation: each indicator's value is brought to the share of the way from its worst goalpost to its best, 0 to 1, straight, and cut
off there (as in the Human Development Index, UNDP technical notes). Goalposts stand fixed in the definition and do not follow the field,
so a score changes by a unit's own figures only, and scores of different periods can be set against each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from dashboard.errors import FigureError
from dashboard.figures.ranking import GRAIN, Direction, ranks
from dashboard.figures.rates import PER_CENT, Rate
from dashboard.periods import Period

Late = Literal["excluded", "worst", "carried"]
Missing = Literal["excluded", "worst"]
Flaw = Literal["late", "missing", "too_few"]


@dataclass(frozen=True, slots=True)
class Component:
    """One indicator of a ranking: its weight, its goalposts `low` < `high` in its own unit, and by rule what its lateness does.

    `late`: an earlier value is there. `missing`: there is none. "excluded": the unit gets no rank. "worst": the component gets no points.
    "carried": the earlier value counts, with a mark. A rate of fewer than `least` excludes always: it is a rate, but not a rank.
    """

    indicator: str
    weight: float
    low: float = 0.0
    high: float = PER_CENT
    better: Direction = "higher"
    least: int = 0
    late: Late = "carried"
    missing: Missing = "excluded"

    def __post_init__(self) -> None:
        """Hold weight and goalposts to their meaning; raises FigureError."""
        if not self.weight > 0:
            raise FigureError(f"{self.indicator}: a weight must be above 0, not {self.weight:g}")
        if not self.low < self.high:
            raise FigureError(f"{self.indicator}: goalpost {self.low:g} is not below {self.high:g}")

    def share(self, value: float) -> float:
        """(value − low) / (high − low), turned round where lower is better, within 0–1."""
        way = min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))
        return way if self.better == "higher" else 1 - way


@dataclass(frozen=True)
class Definition:
    """A ranking's components; weights count by their share of the sum. Scores have `decimals`, and are compared as they are shown."""

    components: tuple[Component, ...]
    decimals: int = 2

    def __post_init__(self) -> None:
        """At least one component, each indicator once; raises FigureError."""
        keys = [component.indicator for component in self.components]
        if not keys or len(set(keys)) < len(keys):
            raise FigureError(f"a ranking needs indicators, each once: {keys}")

    @cached_property
    def worth(self) -> Mapping[str, float]:
        """Points of each indicator at its best: 100 · weight / Σ weights; together 100."""
        whole = sum(component.weight for component in self.components)
        return MappingProxyType({component.indicator: PER_CENT * component.weight / whole for component in self.components})


@dataclass(frozen=True, slots=True)
class Input:
    """A unit's value of an indicator, in its unit; the counts behind it when it is a rate; the earlier period it is of when it is late.

    Only the rate of nothing has no value: that was reported, and is too few, which is not the same as missing.
    """

    value: float | None
    rate: Rate | None = None
    late: Period | None = None

    @classmethod
    def of(cls, rate: Rate, late: Period | None = None) -> "Input":
        """The input of a rate, in per cent."""
        return cls(rate.percent, rate, late)


Inputs = Mapping[str, Input]
"""Indicator → input, of one unit; a missing one has no entry."""

Points = Mapping[str, float]
"""Indicator → weighted points, of one unit; their sum, rounded, is its score."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is wrong with a row's input and what the rule made of it; `late` is the period carried from, `of` a denominator too small."""

    indicator: str
    flaw: Flaw
    treated: Late
    late: Period | None = None
    of: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A unit's row. One that is not ranked has neither rank nor score; its marks say why, and its points are what is known."""

    unit: str
    rank: int | None
    score: float | None
    points: Points
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """A unit's progress: points gained (or lost) between two boards; marks are those of both, the later first."""

    unit: str
    rank: int
    change: float
    now: float
    before: float
    marks: tuple[Mark, ...]


def total(points: Points, decimals: int) -> float:
    """The score of weighted points: their sum, rounded. The sum is first cleared of what binary fractions left."""
    return round(round(sum(points[key] for key in sorted(points)), GRAIN), decimals)


def board(definition: Definition, inputs: Mapping[str, Inputs]) -> tuple[Row, ...]:
    """Every unit's row, ranked ones first, by rank and key; ties as 1-2-2-4."""
    judged = {unit: row_points(definition, own) for unit, own in inputs.items()}
    scores = {unit: total(points, definition.decimals) for unit, (points, marks) in judged.items() if ranked(marks)}
    places = ranks(scores)
    rows = [Row(unit, places.get(unit), scores.get(unit), points, marks) for unit, (points, marks) in judged.items()]
    return _in_order(rows)


def row_points(definition: Definition, inputs: Inputs) -> tuple[Points, tuple[Mark, ...]]:
    """A unit's weighted points by indicator, and the marks of its inputs, in the order of the definition."""
    points: dict[str, float] = {}
    marks: list[Mark] = []
    for component in definition.components:
        given = inputs.get(component.indicator)
        mark = _mark(component, given)
        if mark is not None:
            marks.append(mark)
        if mark is not None and mark.treated == "worst":
            points[component.indicator] = 0.0
        elif given is not None and given.value is not None and (mark is None or mark.treated == "carried" or mark.flaw == "too_few"):
            points[component.indicator] = definition.worth[component.indicator] * component.share(given.value)
    return MappingProxyType(points), tuple(marks)


def ranked(marks: tuple[Mark, ...]) -> bool:
    """Whether a unit with these marks has a rank."""
    return all(mark.treated != "excluded" for mark in marks)


def within(rows: tuple[Row, ...], group_of: Mapping[str, str]) -> Mapping[str, tuple[Row, ...]]:
    """The rows of each group (a tier, a region, the communes of a province), ranked among themselves; a unit without group has no row."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row.unit in group_of:
            groups.setdefault(group_of[row.unit], []).append(row)
    return MappingProxyType({group: _ranked_anew(own) for group, own in sorted(groups.items())})


def progress(now: tuple[Row, ...], before: tuple[Row, ...]) -> tuple[ProgressRow, ...]:
    """Units ranked on both boards by points gained, most first. Both must be of one definition, or the gain is partly the method's."""
    earlier = {row.unit: row for row in before}
    pairs = [(row, earlier[row.unit]) for row in now if row.unit in earlier]
    gains = {new.unit: round(new.score - old.score, GRAIN) for new, old in pairs if new.score is not None and old.score is not None}
    places = ranks(gains)
    rows = [
        ProgressRow(new.unit, places[new.unit], gains[new.unit], new.score, old.score, new.marks + old.marks)
        for new, old in pairs
        if new.score is not None and old.score is not None
    ]
    return tuple(sorted(rows, key=lambda row: (row.rank, row.unit)))


def _mark(component: Component, given: Input | None) -> Mark | None:
    if given is None:
        return Mark(component.indicator, "missing", component.missing)
    if given.late is not None and component.late != "carried":
        return Mark(component.indicator, "late", component.late, given.late)
    if given.value is None or (given.rate is not None and not (given.rate.rankable and given.rate.denominator >= component.least)):
        return Mark(component.indicator, "too_few", "excluded", given.late, given.rate.denominator if given.rate is not None else 0.0)
    return Mark(component.indicator, "late", "carried", given.late) if given.late is not None else None


def _ranked_anew(rows: list[Row]) -> tuple[Row, ...]:
    places = ranks({row.unit: row.score for row in rows if row.score is not None})
    return _in_order([Row(row.unit, places.get(row.unit), row.score, row.points, row.marks) for row in rows])


def _in_order(rows: list[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.unit)))
