"""Folded figures: the value of a cell's (measure, unit, detail) in a month, quarter, year or year to date, made from its days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from dashboard.catalog import Catalog
from dashboard.periods import Period
from dashboard.settings import CHECKOUT
from dashboard.store import Store
from dashboard.store.queries import Cell, cells


@dataclass(frozen=True, slots=True)
class Folded:
    """One folded value; `period` is in its notation."""

    measure: str
    unit: str
    period: str
    detail: str
    value: float


def folded(
    store: Store, measures: Iterable[str], periods: Iterable[str], *, units: Iterable[str] = (), as_of: datetime | None = None
) -> list[Folded]:
    """Flows and histograms are summed, of stocks the last value counts; what does not fold is found only as it was stated."""
    known = Catalog.load(CHECKOUT / "data").measures
    kinds = {one: known[one].kind if one in known else "flow" for one in measures}
    found = [(Period.parse(one.period), one) for one in cells(store, kinds, units=units, as_of=as_of)]
    rows: list[Folded] = []
    for wanted in map(Period.parse, periods):
        inside = [(period, one) for period, one in found if period == wanted or _folds(kinds[one.measure], period, wanted)]
        inside.sort(key=lambda pair: (pair[1].measure, pair[1].unit, pair[1].detail, pair[0].end_day))
        for (measure, unit, detail), each in groupby(inside, key=lambda pair: (pair[1].measure, pair[1].unit, pair[1].detail)):
            own = list(each)
            stated = [one for period, one in own if period == wanted]
            value = stated[-1].value if stated else _together(kinds[measure], [one for _, one in own])
            rows.append(Folded(measure, unit, str(wanted), detail, value))
    return rows


def _folds(kind: str, period: Period, wanted: Period) -> bool:
    return kind in ("flow", "stock", "histogram") and wanted.contains(period)


def _together(kind: str, each: list[Cell]) -> float:
    return each[-1].value if kind == "stock" else sum(one.value for one in each)
