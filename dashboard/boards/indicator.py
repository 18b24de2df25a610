"""The board of one indicator: what it means and how the units of a tier stand."""

from datetime import datetime

from dashboard.boards.desk import Desk, choose, grid, of_tier
from dashboard.boards.shapes import IndicatorBoard, IndicatorValue, figure_id
from dashboard.catalog import Indicator
from dashboard.figures.ranking import median, ranks
from dashboard.periods import Period
from dashboard.store.queries import cells


def indicator_board(desk: Desk, key: str, wanted: Period | None, tier: str, as_of: datetime | None, version: int) -> IndicatorBoard:
    """Raises NotFound for an unknown indicator, tier or period."""
    indicator = desk.definitions(as_of).indicator(key)
    periods = desk.periods(indicator, as_of)
    period = choose(periods, wanted, indicator.grain, indicator.name_vi)
    table, found = grid(desk, [indicator.measure], period, as_of)
    values = of_tier(desk, table[indicator.measure], tier)
    places = ranks(values, indicator.better)
    rows = [IndicatorValue(desk.units.get(unit), value, places[unit], figure_id(key, unit, period)) for unit, value in values.items()]
    return IndicatorBoard(
        indicator=indicator,
        period=period,
        periods=periods,
        values=tuple(sorted(rows, key=lambda row: (row.rank, row.unit.sort_key))),
        unreported=tuple(unit for unit in desk.units.of_tier(tier, on=period.last_day) if unit.key not in values),
        median=median(list(values.values())),
        medians=_medians(desk, indicator, tier, as_of),
        freshness=desk.freshness(indicator, periods),
        stamp=desk.stamp(indicator, period, periods, found),
        data_version=version,
    )


def _medians(desk: Desk, indicator: Indicator, tier: str, as_of: datetime | None) -> tuple[tuple[Period, float], ...]:
    """The median of the tier in each period of the indicator's grain, oldest first."""
    by_period: dict[str, list[float]] = {}
    for cell in cells(desk.store, [indicator.measure], as_of=as_of):
        if desk.units.get(cell.unit).tier == tier:
            by_period.setdefault(cell.period, []).append(cell.value)
    medians = {Period.parse(text): median(values) for text, values in by_period.items()}
    return tuple(sorted((period, value) for period, value in medians.items() if period.grain == indicator.grain and value is not None))
