"""The board of a ranking: published ranks and totals, our component ranks, changes against the baseline, findings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dashboard.boards.desk import Desk, Shown, baseline_of, choose, grid, of_tier, recorded
from dashboard.boards.shapes import ComponentFigure, RankedUnit, RankingBoard, figure_id
from dashboard.catalog import Catalog, Indicator, Ranking
from dashboard.figures.explanation import country_changes
from dashboard.figures.findings import Standing, findings
from dashboard.figures.ranking import heat, median, rank_range, ranks
from dashboard.periods import Period

Table = Mapping[str, Mapping[str, float]]
"""Measure → unit → value."""


@dataclass(frozen=True)
class Half:
    """The values of one period, by unit of the tier."""

    ranks: dict[str, int]
    totals: dict[str, float]
    components: dict[str, dict[str, float]]
    """Component key → unit → value."""

    def of(self, unit: str) -> dict[str, float]:
        """A unit's components."""
        return {key: values[unit] for key, values in self.components.items() if unit in values}


def ranking_board(desk: Desk, key: str, wanted: Period | None, as_of: datetime | None, version: int) -> RankingBoard:
    """Raises NotFound for an unknown ranking, or a period that holds no total."""
    definitions = desk.definitions(as_of)
    ranking = definitions.ranking(key)
    indicator = definitions.indicator(ranking.indicator)
    periods = desk.periods(indicator, ranking.tier, as_of)
    period = choose(periods, wanted, indicator.grain, ranking.name_vi)
    baseline = baseline_of(period, periods)
    measures = [definitions.indicator(one).measure for one in (ranking.indicator, *ranking.components)] + [ranking.rank_measure]
    units = desk.units.keys(ranking.tier)
    table, found = grid(desk, measures, period, as_of, units)
    now = _half(desk, definitions, ranking, table)
    before = _half(desk, definitions, ranking, grid(desk, measures, baseline, as_of, units)[0]) if baseline else Half({}, {}, {})
    rows = _rows(desk, definitions, ranking, period, (now, before))
    expected = desk.units.of_tier(ranking.tier, on=period.last_day)
    return RankingBoard(
        ranking=ranking,
        indicator=indicator,
        period=period,
        periods=periods,
        baseline=baseline,
        rows=rows,
        unreported=tuple(unit for unit in expected if unit.key not in now.totals),
        median=median(list(now.totals.values())),
        country=_country(now, before, ranking),
        findings=tuple(findings([_standing(row) for row in rows], ranking.line)),
        stamp=desk.stamp(indicator, Shown(period, periods, as_of), recorded(found)),
        data_version=version,
        as_of=as_of,
    )


def _half(desk: Desk, definitions: Catalog, ranking: Ranking, table: Table) -> Half:
    totals = of_tier(desk, table[definitions.indicator(ranking.indicator).measure], ranking.tier)
    given = of_tier(desk, table[ranking.rank_measure], ranking.tier)
    # A total without its published rank keeps its place by our own count: it stays on the board, and no other rank is touched.
    own = ranks(totals)
    components = {key: of_tier(desk, table[definitions.indicator(key).measure], ranking.tier) for key in ranking.components}
    return Half({unit: int(given.get(unit, own[unit])) for unit in totals}, totals, components)


def _rows(desk: Desk, definitions: Catalog, ranking: Ranking, period: Period, halves: tuple[Half, Half]) -> tuple[RankedUnit, ...]:
    now, before = halves
    medians = {key: median(list(values.values())) for key, values in now.components.items()}
    places = {key: ranks(values, definitions.indicator(key).better) for key, values in now.components.items()}

    def component(key: str, unit: str) -> ComponentFigure:
        indicator = definitions.indicator(key)
        value, old = now.components[key].get(unit), before.components.get(key, {}).get(unit)
        return component_figure(indicator, value, medians[key], places[key].get(unit), ranking, old)

    rows = [
        RankedUnit(
            unit=desk.units.get(unit),
            rank=now.ranks[unit],
            range=rank_range(now.totals, unit, ranking.margin),
            total=total,
            before_rank=before.ranks.get(unit),
            before_total=before.totals.get(unit),
            components={key: component(key, unit) for key in ranking.components},
            figure=figure_id(ranking.indicator, unit, period),
            below_line=total < ranking.line,
        )
        for unit, total in now.totals.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.rank, row.unit.sort_key)))


def component_figure(
    indicator: Indicator, value: float | None, centre: float | None, rank: int | None, ranking: Ranking, before: float | None
) -> ComponentFigure:
    """A component beside the median of its tier."""
    step = 0 if value is None or centre is None else heat(value, centre, indicator.maximum, ranking.steps)
    return ComponentFigure(indicator, value, centre, rank, step, before)


def _country(now: Half, before: Half, ranking: Ranking) -> dict[str, float]:
    return country_changes(
        {unit: now.of(unit) for unit in now.totals}, {unit: before.of(unit) for unit in before.totals}, ranking.components
    )


def _standing(row: RankedUnit) -> Standing:
    known = {
        key: (one.value, one.median, one.indicator.maximum, one.rank)
        for key, one in row.components.items()
        if one.value is not None and one.median is not None and one.rank is not None
    }
    return Standing(row.unit.key, row.rank, row.before_rank, row.total, known)
