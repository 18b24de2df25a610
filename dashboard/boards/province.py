"""The board of one province: its row, its neighbours, why its rank changed, what would lift it, its communes, its past."""

from datetime import datetime

from dashboard.boards.desk import Desk, grid
from dashboard.boards.ranking import heat_of
from dashboard.boards.shapes import ComponentFigure, ProvinceBoard, RankedUnit, RankingBoard, Series, Subordinate, figure_id
from dashboard.catalog import Indicator
from dashboard.declared import GivenRanking, Ranking
from dashboard.errors import NotFound
from dashboard.figures.explanation import SHOWN, Explanation, explain, parts
from dashboard.figures.lift import Gap, Step, gaps, steps
from dashboard.figures.ranking import median, ranks
from dashboard.periods import Grain, Period
from dashboard.store.queries import cells
from dashboard.units import Unit

NEAR = 3
"""Neighbours shown on each side of a rank."""


def province_board(desk: Desk, key: str, ranking: RankingBoard) -> ProvinceBoard:
    """Raises UnitUnknown for an unknown unit, NotFound for one that is no province."""
    unit = desk.units.get(key)
    if unit.tier != "province":
        raise NotFound(f"{unit.full_name_vi} không phải là tỉnh, thành phố")
    row = ranking.row(key)
    return ProvinceBoard(
        unit=unit,
        ranking=ranking,
        row=row,
        neighbours=_neighbours(ranking, key),
        explanation=_explanation(ranking, row) if row else None,
        steps=_steps(ranking, row) if row else (),
        gaps=_gaps(ranking, row) if row else (),
        communes=_subordinates(desk, unit, "commune", ranking, ranking.ranking),
        departments=_subordinates(desk, unit, "department", ranking, ranking.ranking),
        predecessors=desk.units.predecessors(key),
        successors=desk.units.successors(key),
        history=_history(desk, unit, ranking.as_of),
    )


def _neighbours(ranking: RankingBoard, key: str) -> tuple[RankedUnit, ...]:
    """The rows around a unit, itself among them; at the ends of the table the window moves inwards."""
    place = next((index for index, row in enumerate(ranking.rows) if row.unit.key == key), None)
    if place is None:
        return ()
    start = max(0, min(place - NEAR, len(ranking.rows) - 2 * NEAR - 1))
    return ranking.rows[start : start + 2 * NEAR + 1]


def _values(row: RankedUnit, before: bool = False) -> dict[str, float]:
    found = {key: one.before if before else one.value for key, one in row.components.items()}
    return {key: value for key, value in found.items() if value is not None}


def _points(row: RankedUnit, before: bool = False) -> dict[str, float]:
    """What adds up to the total: the groups' points as published, or the weighted points of our own."""
    if all(one.worth is None for one in row.components.values()):
        return _values(row, before)
    found = {key: one.before_points if before else one.points for key, one in row.components.items()}
    return {key: round(value, SHOWN) for key, value in found.items() if value is not None}


def _explanation(ranking: RankingBoard, row: RankedUnit) -> Explanation | None:
    if row.before_rank is None:
        return None
    now = {one.unit.key: one.rank for one in ranking.rows}
    before = {one.unit.key: one.before_rank for one in ranking.rows if one.before_rank is not None}
    return explain(row.unit.key, now, before, parts(_points(row), _points(row, before=True), ranking.country))


def _steps(ranking: RankingBoard, row: RankedUnit) -> tuple[Step, ...]:
    totals = {one.unit.key: one.total for one in ranking.rows}
    return tuple(steps(totals, {one.unit.key: one.rank for one in ranking.rows}, row.unit.key))


def _gaps(ranking: RankingBoard, row: RankedUnit) -> tuple[Gap, ...]:
    components = {one.unit.key: _values(one) for one in ranking.rows}
    return tuple(gaps(components, {one.unit.key: one.rank for one in ranking.rows}, row.unit.key))


def _subordinates(desk: Desk, province: Unit, tier: str, board: RankingBoard, ranking: Ranking) -> tuple[Subordinate, ...]:
    """Units of a lower tier with a published total in this period, best first; their medians and ranks are among themselves."""
    if not isinstance(ranking, GivenRanking):
        return ()
    definitions = desk.definitions(board.as_of)
    keys = (ranking.indicator, *ranking.components)
    inside = {unit.key: unit for unit in desk.units.of_tier(tier, on=board.period.last_day, within=province.key)}
    measures = [definitions.indicator(key).measure for key in keys] + [ranking.rank_measure]
    table, _ = grid(desk, measures, board.period, board.as_of, inside) if inside else ({key: {} for key in measures}, [])
    of = {key: {unit: v for unit, v in table[definitions.indicator(key).measure].items() if unit in inside} for key in keys}
    medians = {key: median(list(values.values())) for key, values in of.items()}
    places = {key: ranks(values) for key, values in of.items()}
    position = table[ranking.rank_measure]

    def component(key: str, unit: str) -> ComponentFigure:
        indicator, value = definitions.indicator(key), of[key].get(unit)
        heat, figure = heat_of(indicator, value, medians[key], ranking), figure_id(key, unit, board.period)
        return ComponentFigure(indicator, value, medians[key], places[key].get(unit), heat, None, figure)

    found = [
        Subordinate(
            unit=inside[unit],
            total=total,
            components={key: component(key, unit) for key in ranking.components},
            position=int(position[unit]) if unit in position else None,
            figure=figure_id(ranking.indicator, unit, board.period),
        )
        for unit, total in of[ranking.indicator].items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.total, one.unit.sort_key)))


def _history(desk: Desk, unit: Unit, as_of: datetime | None) -> dict[str, tuple[Series, ...]]:
    """Yearly surveys of the unit and of those it was merged from: one line each, never drawn across a change of borders."""
    members = (unit, *desk.units.predecessors(unit.key))
    yearly = [one for one in desk.definitions(as_of).indicators.values() if one.grain == "year" and one.form == "official"]
    return {one.key: series for one in yearly if (series := _series(desk, one, members, as_of))}


def _series(desk: Desk, indicator: Indicator, members: tuple[Unit, ...], as_of: datetime | None) -> tuple[Series, ...]:
    found = cells(desk.store, [indicator.measure], units=[unit.key for unit in members], as_of=as_of)
    values = {(cell.unit, cell.period): cell.value for cell in found}
    years = sorted({int(cell.period) for cell in found})
    span = [Period.parse(str(year)) for year in range(years[0], years[-1] + 1)] if years else []
    assert all(period.grain is Grain.YEAR for period in span)
    lines = [Series(unit, tuple((period, values.get((unit.key, str(period)))) for period in span)) for unit in members]
    return tuple(line for line in lines if any(value is not None for _, value in line.points))
