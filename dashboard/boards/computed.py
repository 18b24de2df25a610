"""The board of a ranking of our own: scores from counted indicators, set beside what was shown for the period before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashboard.boards.among import Among, among, groups
from dashboard.boards.compared import Now, Past, Recall, past_of
from dashboard.boards.desk import Desk
from dashboard.boards.inputs import Lens, Sheet, field_of, find, sheet
from dashboard.boards.offer import Offer, offer
from dashboard.boards.ranked import Baseline, ComponentFigure, InputMark, RankedUnit, RankingBoard, RankingQuestion, UnrankedUnit
from dashboard.boards.ranking import heat_of, in_order, standings
from dashboard.boards.stamp import figure_id
from dashboard.declared import ComputedRanking
from dashboard.figures.computed_ranking import ProgressRow, Row, board, progress, total
from dashboard.figures.explanation import country_changes
from dashboard.figures.rank_change import Field, Readings
from dashboard.figures.rank_range import rank_ranges
from dashboard.figures.ranking import median, ranks


@dataclass(frozen=True)
class Computed:
    """A board with what it was computed from: the lens, the inputs of its units, and past and present by the methods of both days.

    `old` and `new` are None where there is nothing to compare with.
    """

    board: RankingBoard
    lens: Lens
    sheet: Sheet
    old: Readings | None
    new: Readings | None


@dataclass(frozen=True)
class _Work:
    """What the rows are made from. `country` are the ranks among everybody where a group is ranked anew."""

    desk: Desk
    offer: Offer
    lens: Lens
    sheet: Sheet
    rows: tuple[Row, ...]
    past: Past | None
    country: Mapping[str, int]

    @property
    def compared(self) -> Baseline | None:
        """What the board is compared with."""
        return self.past.baseline if self.past else None

    @property
    def before(self) -> dict[str, float]:
        """Unit → the score that it is compared with."""
        old = self.past.old if self.past else None
        return {unit: total(points, old.decimals) for unit, points in old.before.items()} if old else {}

    @property
    def restated(self) -> Field:
        """Unit → points of the baseline as known now, by today's method."""
        return self.past.new.restated if self.past else {}

    def gains(self) -> dict[str, ProgressRow]:
        """Unit → its progress, by today's method on both sides."""
        earlier = board(self.lens.definition, self.past.sheet.inputs) if self.past else ()
        return {one.unit: one for one in progress(self.rows, earlier)}


def computed(desk: Desk, asked: RankingQuestion, ranking: ComputedRanking, version: int, recall: Recall) -> Computed:
    """Raises NotFound for a period or group that is not there, NoFigures where figures are awaited or may not stand together,
    BoundariesError for borders by which they cannot be read."""
    lens = Lens(desk.definitions(asked.as_of), ranking, asked.as_of, asked.boundaries)
    whom, given = among(desk, ranking, asked.within), offer(desk, lens, asked.period)
    baseline = given.baseline(asked)
    found = find(desk, lens, [given.period, *([baseline] if baseline else [])])
    everybody = [unit.key for unit in Among(ranking.tier, None).expected(desk, given.period, asked.as_of, asked.boundaries)]
    whole = sheet(desk, lens, found, given.period, everybody)
    own = whole.only(key for key in everybody if whom.holds(desk, key))
    now = Now(lens, found, given.period, field_of(lens, own))
    past = past_of(desk, now, baseline, asked.since, whom, recall) if baseline else None
    country = {row.unit: row.rank for row in board(lens.definition, whole.inputs) if row.rank is not None} if whom.group else {}
    work = _Work(desk, given, lens, own, board(lens.definition, own.inputs), past, country)
    shown = replace(_board(work, asked, whom, version), groups=groups(desk, ranking, everybody))
    return Computed(shown, lens, own, past.old if past else None, past.new if past else None)


def _board(work: _Work, asked: RankingQuestion, whom: Among, version: int) -> RankingBoard:
    ranking, offered, kept = work.lens.ranking, work.offer, _Figures.of(work)
    ranked = _ranked(work, kept)
    outside = [row for row in work.rows if row.rank is None]
    unranked = [UnrankedUnit(work.desk.units.get(row.unit), kept.of_unit(row), work.sheet.marks(work.lens, row)) for row in outside]
    unranked.sort(key=lambda one: one.unit.sort_key)
    points = {row.unit: row.points for row in work.rows if row.rank is not None}
    return RankingBoard(
        ranking=ranking,
        indicator=None,
        period=offered.period,
        periods=offered.periods,
        baseline=work.compared.period if work.compared else None,
        rows=ranked,
        unreported=tuple(one.unit for one in unranked),
        median=median([row.total for row in ranked]),
        country=country_changes(points, work.restated, ranking.component_keys),
        findings=standings(ranked, ranking.line),
        stamp=offered.stamp,
        data_version=version,
        as_of=asked.as_of,
        unranked=tuple(unranked),
        group=whom.group,
        through=offered.through,
        compared=work.compared,
        boundaries=asked.boundaries,
        readable=offered.readable,
    )


def _ranked(work: _Work, kept: "_Figures") -> tuple[RankedUnit, ...]:
    before = work.before
    places, gains = ranks(before), work.gains()
    spans = rank_ranges(work.lens.definition, work.sheet.inputs)
    found = []
    for row in work.rows:
        if row.rank is None or row.score is None:
            continue
        gain, span = gains.get(row.unit), spans[row.unit]
        found.append(
            RankedUnit(
                unit=work.desk.units.get(row.unit),
                rank=row.rank,
                range=(span.low, span.high),
                total=row.score,
                before_rank=places.get(row.unit),
                before_total=before.get(row.unit),
                components=kept.of_unit(row),
                figure=_score_id(work, row.unit),
                below_line=row.score < work.lens.ranking.line,
                marks=work.sheet.marks(work.lens, row),
                gain=gain.change if gain else None,
                gain_rank=gain.rank if gain else None,
                country_rank=work.country.get(row.unit),
            )
        )
    return in_order(found)


def _score_id(work: _Work, unit: str) -> str:
    """The name of a score by the borders of its period: evidence, which is that of now, is given of no other."""
    return "" if work.lens.boundaries else figure_id(work.lens.ranking.key, unit, work.offer.period)


@dataclass(frozen=True)
class _Figures:
    """The components of all rows, with their medians and ranks among those that count."""

    work: _Work
    medians: Mapping[str, float | None]
    places: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, work: _Work) -> "_Figures":
        """Medians and ranks by indicator."""
        values: dict[str, dict[str, float]] = {key: {} for key in work.lens.indicators}
        for row in work.rows:
            flawed = {mark.indicator for mark in row.marks if mark.treated != "carried"}
            for key in values.keys() - flawed:
                reading = work.sheet.readings.get((row.unit, key))
                if reading is not None and reading.value is not None:
                    values[key][row.unit] = reading.value
        places = {key: ranks(each, work.lens.indicators[key].better) for key, each in values.items()}
        return cls(work, {key: median(list(each.values())) for key, each in values.items()}, places)

    def of_unit(self, row: Row) -> dict[str, ComponentFigure]:
        """A unit's components, in the order of the ranking."""
        marks = {mark.indicator.key: mark for mark in self.work.sheet.marks(self.work.lens, row)}
        return {key: self._component(row, key, marks) for key in self.work.lens.indicators}

    def _component(self, row: Row, key: str, marks: Mapping[str, InputMark]) -> ComponentFigure:
        work, indicator, mark = self.work, self.work.lens.indicators[key], marks.get(key)
        reading, old = work.sheet.readings.get((row.unit, key)), work.past.sheet.readings.get((row.unit, key)) if work.past else None
        value, centre = reading.value if reading else None, self.medians[key]
        period = mark.period if mark is not None and mark.period is not None else work.offer.period
        return ComponentFigure(
            indicator=indicator,
            value=value,
            median=centre,
            rank=self.places[key].get(row.unit),
            heat=heat_of(indicator, value, centre, work.lens.ranking),
            before=old.value if old else None,
            figure=figure_id(key, row.unit, period, work.lens.ranking.agency_tier) if value is not None else "",
            points=row.points.get(key),
            worth=work.lens.definition.worth[key],
            before_points=work.restated.get(row.unit, {}).get(key),
            mark=mark,
        )
