"""The board of one indicator: what it means and how the units of a tier stand."""

from dataclasses import dataclass
from datetime import datetime

from dashboard.boards.desk import Desk, Shown, choose, grid, of_tier
from dashboard.boards.shapes import IndicatorBoard, IndicatorValue, figure_id
from dashboard.catalog import Indicator
from dashboard.errors import NotFound
from dashboard.figures.ranking import median, ranks
from dashboard.periods import Period
from dashboard.store.queries import cells


@dataclass(frozen=True, slots=True)
class IndicatorQuestion:
    """What is asked: which indicator, in which period (None: the newest), of which tier, as of when (None: now)."""

    key: str
    period: Period | None
    tier: str
    as_of: datetime | None


def indicator_board(desk: Desk, asked: IndicatorQuestion, version: int) -> IndicatorBoard:
    """Raises NotFound for an unknown indicator, a tier in which it is not measured, or a period without it."""
    key, tier, as_of = asked.key, asked.tier, asked.as_of
    indicator = desk.definitions(as_of).indicator(key)
    if tier not in indicator.tiers:
        raise NotFound(f"{indicator.name_vi} không đo ở cấp {tier}; có ở cấp: {', '.join(indicator.tiers)}")
    periods = desk.periods(indicator, tier, as_of)
    period = choose(periods, asked.period, indicator.grain, indicator.name_vi)
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
        freshness=desk.freshness(indicator, periods, as_of),
        stamp=desk.stamp(indicator, Shown(period, periods, as_of), found),
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
