"""The board of a ranking that its source publishes: ranks and totals as given, our component ranks, changes, findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.boards.among import Among, among, groups
from dashboard.boards.borders import check
from dashboard.boards.desk import Desk, Shown, baseline_of, choose, grid, of_tier, recorded
from dashboard.boards.ranked import Baseline, ComponentFigure, RankedUnit, RankingBoard, RankingQuestion, UnrankedUnit
from dashboard.boards.stamp import figure_id
from dashboard.catalog import Catalog, Indicator
from dashboard.declared import GivenRanking, Ranking
from dashboard.errors import NotFound
from dashboard.figures.explanation import country_changes
from dashboard.figures.findings import Finding, Standing, findings
from dashboard.figures.ranking import GRAIN, heat, median, rank_range, ranks
from dashboard.periods import Period
from dashboard.store.queries import cells

Table = Mapping[str, Mapping[str, float]]
"""Measure → unit → value."""


@dataclass(frozen=True)
class Half:
    """The values of one period, by unit."""

    ranks: dict[str, int]
    totals: dict[str, float]
    components: dict[str, dict[str, float]]
    """Component key → unit → value."""

    def of(self, unit: str) -> dict[str, float]:
        """A unit's components."""
        return {key: values[unit] for key, values in self.components.items() if unit in values}

    def among(self, desk: Desk, asked: Among) -> "Half":
        """Those of a group, ranked among themselves."""
        if asked.group is None:
            return self
        totals = {unit: value for unit, value in self.totals.items() if asked.holds(desk, unit)}
        components = {
            key: {unit: value for unit, value in values.items() if asked.holds(desk, unit)} for key, values in self.components.items()
        }
        return Half(ranks(totals), totals, components)


NOTHING = Half({}, {}, {})


@dataclass(frozen=True)
class Halves:
    """What a board of a given ranking is made from."""

    desk: Desk
    definitions: Catalog
    ranking: GivenRanking
    period: Period
    now: Half
    before: Half
    country: Mapping[str, int]
    """Unit → rank in the whole country, where a group is ranked anew."""


def given_board(desk: Desk, asked: RankingQuestion, ranking: GivenRanking, version: int) -> RankingBoard:
    """Raises NotFound for a group, or a period, that holds no total; BoundariesError for other borders: scores are not carried."""
    definitions = desk.definitions(asked.as_of)
    indicator, whom = definitions.indicator(ranking.indicator), among(desk, ranking, asked.within)
    periods = desk.periods(indicator, whom.tier, asked.as_of)
    period = choose(periods, asked.period, indicator.grain, ranking.name_vi)
    check(definitions, indicator, period, asked.boundaries)
    baseline = choose(periods, asked.against, indicator.grain, ranking.name_vi) if asked.against else baseline_of(period, periods)
    measures = [definitions.indicator(one).measure for one in (ranking.indicator, *ranking.components)] + [ranking.rank_measure]
    units = desk.units.keys(whom.tier)
    table, found = grid(desk, measures, period, asked.as_of, units)
    whole = _half(desk, definitions, ranking, table, whom.tier)
    before = _half(desk, definitions, ranking, grid(desk, measures, baseline, asked.as_of, units)[0], whom.tier) if baseline else NOTHING
    country = whole.ranks if whom.group is not None and whom.tier == ranking.tier else {}
    halves = Halves(desk, definitions, ranking, period, whole.among(desk, whom), before.among(desk, whom), country)
    if whom.group is not None and not halves.now.totals:
        raise NotFound(f"{ranking.name_vi}: chưa có số liệu {period.label_vi} của đơn vị nào trong {whom.group.full_name_vi}")
    rows = _rows(halves)
    missing = [unit for unit in whom.expected(desk, period, asked.as_of) if unit.key not in halves.now.totals]
    return RankingBoard(
        ranking=ranking,
        indicator=indicator,
        period=period,
        periods=periods,
        baseline=baseline,
        rows=rows,
        unreported=tuple(missing),
        median=median(list(halves.now.totals.values())),
        country=_country(halves),
        findings=standings(rows, ranking.line),
        stamp=desk.stamp(indicator, Shown(period, periods, asked.as_of), recorded(found)),
        data_version=version,
        as_of=asked.as_of,
        unranked=tuple(UnrankedUnit(unit, {}, ()) for unit in missing),
        group=whom.group,
        groups=groups(desk, ranking, [*whole.totals, *_communes(desk, indicator, period, asked.as_of)]),
        compared=Baseline(baseline) if baseline else None,
    )


def _communes(desk: Desk, indicator: Indicator, period: Period, as_of: datetime | None) -> list[str]:
    """The communes of which a total was published: their province can be asked for."""
    found = cells(desk.store, [indicator.measure], [str(period)], as_of=as_of)
    return [cell.unit for cell in found if desk.units.get(cell.unit).tier == "commune"]


def _half(desk: Desk, definitions: Catalog, ranking: GivenRanking, table: Table, tier: str) -> Half:
    totals = of_tier(desk, table[definitions.indicator(ranking.indicator).measure], tier)
    given = of_tier(desk, table[ranking.rank_measure], tier)
    # A total without its published rank keeps its place by our own count: it stays on the board, and no other rank is touched.
    own = ranks(totals)
    components = {key: of_tier(desk, table[definitions.indicator(key).measure], tier) for key in ranking.components}
    return Half({unit: int(given.get(unit, own[unit])) for unit in totals}, totals, components)


def _rows(halves: Halves) -> tuple[RankedUnit, ...]:
    now, before, ranking = halves.now, halves.before, halves.ranking
    medians = {key: median(list(values.values())) for key, values in now.components.items()}
    places = {key: ranks(values, halves.definitions.indicator(key).better) for key, values in now.components.items()}
    gains = {unit: round(total - before.totals[unit], GRAIN) for unit, total in now.totals.items() if unit in before.totals}
    gained = ranks(gains)

    def component(key: str, unit: str) -> ComponentFigure:
        indicator, value = halves.definitions.indicator(key), now.components[key].get(unit)
        old, centre = before.components.get(key, {}).get(unit), medians[key]
        figure = figure_id(key, unit, halves.period)
        return ComponentFigure(indicator, value, centre, places[key].get(unit), heat_of(indicator, value, centre, ranking), old, figure)

    rows = [
        RankedUnit(
            unit=halves.desk.units.get(unit),
            rank=now.ranks[unit],
            range=rank_range(now.totals, unit, ranking.margin),
            total=total,
            before_rank=before.ranks.get(unit),
            before_total=before.totals.get(unit),
            components={key: component(key, unit) for key in ranking.components},
            figure=figure_id(ranking.indicator, unit, halves.period),
            below_line=total < ranking.line,
            gain=gains.get(unit),
            gain_rank=gained.get(unit),
            country_rank=halves.country.get(unit),
        )
        for unit, total in now.totals.items()
    ]
    return in_order(rows)


def in_order(rows: Sequence[RankedUnit]) -> tuple[RankedUnit, ...]:
    """By rank, those of one rank by name."""
    return tuple(sorted(rows, key=lambda row: (row.rank, row.unit.sort_key)))


def heat_of(indicator: Indicator, value: float | None, centre: float | None, ranking: Ranking) -> int:
    """How many of the ranking's steps a value lies from the median of its tier; 0 where there is none."""
    return 0 if value is None or centre is None else heat(value, centre, indicator.maximum, ranking.steps)


def _country(halves: Halves) -> dict[str, float]:
    now, before = halves.now, halves.before
    return country_changes(
        {unit: now.of(unit) for unit in now.totals}, {unit: before.of(unit) for unit in before.totals}, halves.ranking.components
    )


def standings(rows: Sequence[RankedUnit], line: float) -> tuple[Finding, ...]:
    """What needs an act in a ranking."""
    return tuple(findings([_standing(row) for row in rows], line))


def _standing(row: RankedUnit) -> Standing:
    known = {
        key: (one.value, one.median, one.indicator.maximum, one.rank)
        for key, one in row.components.items()
        if one.value is not None and one.median is not None and one.rank is not None
    }
    return Standing(row.unit.key, row.rank, row.before_rank, row.total, known)
