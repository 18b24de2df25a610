"""The shapes of a ranking: its rows with what they are made of, what is wrong with an input, who is not ranked, why one stands where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from dashboard.boards.stamp import Stamp
from dashboard.catalog import Indicator
from dashboard.declared import Ranking
from dashboard.figures.computed_ranking import Late
from dashboard.figures.findings import Finding
from dashboard.figures.folding import Borders
from dashboard.figures.rank_change import RankChange
from dashboard.figures.what_would_lift import Way
from dashboard.periods import Period
from dashboard.units import Unit

InputState = Literal["late", "missing", "too_few", "silent", "faulty"]
"""What is wrong with an input: an earlier value stands in for it; there is none; it is a rate of too few; nothing happened; its counts
cannot be."""


@dataclass(frozen=True, slots=True)
class InputMark:
    """What is wrong with an input and what the ranking's rule made of it.

    `period` is the earlier one that a late value is of, `of` a denominator that was too small, `said` what was wrong with the counts.
    """

    indicator: Indicator
    state: InputState
    treated: Late
    period: Period | None = None
    of: float | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class ComponentFigure:
    """One component of a unit; a `value` of None is not reported.

    `rank` is ours, `heat` says how many steps (−3…3) it lies from the median, `before` is the baseline's value. Of a computed ranking it
    also has its weighted `points` of at most `worth`, those of the baseline by the same method, and the mark of a flawed input.
    """

    indicator: Indicator
    value: float | None
    median: float | None
    rank: int | None
    heat: int
    before: float | None
    figure: str = ""
    points: float | None = None
    worth: float | None = None
    before_points: float | None = None
    mark: InputMark | None = None

    @property
    def change(self) -> float | None:
        """Points against the baseline."""
        return None if self.value is None or self.before is None else round(self.value - self.before, 6)


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A row of a ranking: rank, its range (given: when totals move by the ranking's margin; computed: of small denominators), total,
    components in the ranking's order.

    `gain` are the points gained against the baseline by one method, `gain_rank` its place among all gains. `country_rank` is the rank
    among all units when the board ranks a group anew.
    """

    unit: Unit
    rank: int
    range: tuple[int, int]
    total: float
    before_rank: int | None
    before_total: float | None
    components: Mapping[str, ComponentFigure]
    figure: str
    below_line: bool
    marks: tuple[InputMark, ...] = ()
    gain: float | None = None
    gain_rank: int | None = None
    country_rank: int | None = None

    @property
    def places(self) -> int | None:
        """Places gained against the baseline, negative when lost."""
        return None if self.before_rank is None else self.before_rank - self.rank


@dataclass(frozen=True, slots=True)
class UnrankedUnit:
    """A unit of the tier without a rank: what is known of its components, and the marks that keep it out."""

    unit: Unit
    components: Mapping[str, ComponentFigure]
    marks: tuple[InputMark, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a board is compared with: a period, as it was shown at an instant.

    `shown_at` None: nothing that was shown then is kept, so it is the period as known now. `method_changed`: the definition of that
    instant was another one.
    """

    period: Period
    shown_at: datetime | None = None
    method_changed: bool = False


@dataclass(frozen=True, slots=True)
class RankingBoard:
    """A ranking in a period: `rows` by rank, `unreported` are the units of the tier without a rank.

    `indicator` is the published total of a given ranking. `country` is how far the median of each component moved since the baseline.
    `group`: only units in that region or province are here, and everything is among themselves; `groups` are those that can be asked
    for. `through` is the last day with figures of a period that is not over. `boundaries` are the borders that were asked for (None: those
    of the period), `readable` those by which it can be read.
    """

    ranking: Ranking
    indicator: Indicator | None
    period: Period
    periods: tuple[Period, ...]
    baseline: Period | None
    rows: tuple[RankedUnit, ...]
    unreported: tuple[Unit, ...]
    median: float | None
    country: Mapping[str, float]
    findings: tuple[Finding, ...]
    stamp: Stamp
    data_version: int
    as_of: datetime | None
    unranked: tuple[UnrankedUnit, ...] = ()
    group: Unit | None = None
    groups: tuple[Unit, ...] = ()
    through: date | None = None
    compared: Baseline | None = None
    boundaries: Borders | None = None
    readable: tuple[Borders, ...] = ()

    @property
    def tier(self) -> str:
        """Of the units ranked here: the communes of a province, else the ranking's own."""
        return "commune" if self.group is not None and self.group.tier == "province" else self.ranking.tier

    def row(self, unit: str) -> RankedUnit | None:
        """The row of a unit; None when it has no total in this period."""
        return next((row for row in self.rows if row.unit.key == unit), None)

    @property
    def makeup(self) -> Mapping[str, ComponentFigure]:
        """The components of any one unit, for their indicators and worth; nothing where nobody is."""
        ranked = next((row.components for row in self.rows), None)
        return ranked if ranked is not None else next((one.components for one in self.unranked), {})

    def unranked_unit(self, unit: str) -> UnrankedUnit | None:
        """A unit without a rank, and why; None when it has one."""
        return next((one for one in self.unranked if one.unit.key == unit), None)


@dataclass(frozen=True, slots=True)
class RankStory:
    """Why a unit of a computed ranking stands where it does: the change of its rank in parts, and the cheapest ways up.

    `change` is None where there is nothing to compare with. `ways`: places to gain → sets of moves, cheapest first; an entry without any
    says that three moves are not enough. `cases` says what one more of an indicator's numerator is called.
    """

    board: RankingBoard
    row: RankedUnit
    change: RankChange | None
    ways: Mapping[int, tuple[Way, ...]]
    cases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RankingQuestion:
    """What is asked of a ranking: in a period (None: the newest), as of an instant (None: now), and two ways to look at it.

    `within`: ranked anew among the units of a region, or the communes of a province. Compared `against` a period of one's own choice, or
    with what was shown at a past instant (`since`); with neither, the period before. `boundaries` are the borders that the units shall
    have; None: those of the period.
    """

    key: str
    period: Period | None = None
    as_of: datetime | None = None
    within: str = ""
    against: Period | None = None
    since: datetime | None = None
    boundaries: Borders | None = None
