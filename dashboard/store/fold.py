"""Figures of any period and unit, folded from what was stated: over time first, then over units.

A unit's own statements count before what is summed. Of one unit, what it states for the very period counts; else its months fold, and a
month that it does not state folds from its days. Only a region or nation that states nothing itself is the sum of the units in it.
Flows and histograms add up, of a stock the last value counts; other measures are given as stated.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal, Inexact

from dashboard.periods import Period
from dashboard.store import Store
from dashboard.store.layers import Column, Columns, Layers, Values, Wanted, months_of, read_layers
from dashboard.store.queries import MOST_PROBED
from dashboard.store.rollup import Rule

# The greatest and the smallest float still add up exactly in this many digits; should a sum not, it is said and not rounded away.
_EXACT = Context(prec=700, traps=[Inexact])
_FLOAT_DIGITS = 15  # as PostgreSQL takes a float for an exact number


@dataclass(frozen=True, slots=True)
class Folded:
    """The value of one measure, unit, period (in its notation) and detail."""

    measure: str
    unit: str
    period: str
    detail: str
    value: float


def folded(
    store: Store, measures: Iterable[str], periods: Iterable[str], *, units: Iterable[str] = (), as_of: datetime | None = None
) -> list[Folded]:
    """What `columns` gives, a record each, ordered by measure, period, unit, detail."""
    found = [
        Folded(measure, unit, period, detail, value)
        for period, each in columns(store, measures, periods, units=units, as_of=as_of).items()
        for (measure, detail), values in each.items()
        for unit, value in values.items()
    ]
    return sorted(found, key=lambda one: (one.measure, one.period, one.unit, one.detail))


def columns(
    store: Store, measures: Iterable[str], periods: Iterable[str], *, units: Iterable[str] = (), as_of: datetime | None = None
) -> dict[str, dict[Column, dict[str, float]]]:
    """The values of these measures: period → (measure, detail) → unit → value; no units given means all that have any.

    `as_of` a past instant gives what this function gave then, whatever was corrected or declared otherwise since. What is not known is not
    there: never a zero for a gap. Raises PeriodError for a text that is no period, StoreUnavailable.
    """
    wanted = Wanted(tuple(dict.fromkeys(measures)), tuple(Period.parse(one) for one in dict.fromkeys(periods)), frozenset(units), as_of)
    if not wanted.measures or not wanted.periods:
        return {}
    layers = read_layers(store, wanted)
    return {str(period): _of_period(layers, period, wanted.units) for period in wanted.periods}


def _of_period(layers: Layers, period: Period, units: frozenset[str]) -> dict[Column, dict[str, float]]:
    name, own = str(period), _own(layers, period)
    kept = layers.within.get(name)
    whole = _over(_within(own, layers) if kept is None else kept, own)
    if not units or (not layers.above and len(units) <= MOST_PROBED):
        return {column: {unit: float(value) for unit, value in values.items()} for column, values in whole.items()}
    asked = {column: {unit: float(value) for unit, value in values.items() if unit in units} for column, values in whole.items()}
    return {column: values for column, values in asked.items() if values}


def _own(layers: Layers, period: Period) -> Columns:
    """The units' own values of a period: stated, or folded over its months; the very period's statement counts first."""
    name, months = str(period), [str(one) for one in months_of(period)]
    stated = layers.stated.get(name, {})
    if not months:
        return stated
    of_months = [_over(layers.summed.get(month, {}), layers.stated.get(month, {})) for month in months]
    if months == [name]:
        return of_months[0]
    folded_over: Columns = {}
    for column in dict.fromkeys(one for each in of_months for one in each):
        if (rule := layers.rules.get(column[0])) is not None:
            folded_over[column] = _over_months([each[column] for each in of_months if column in each], rule)
    return _over(folded_over, stated)


def _over_months(each: list[Values], rule: Rule) -> Values:
    """Of a stock the last month that is known of a unit, of others the sum."""
    known: dict[str, list[float | Decimal]] = {}
    for values in each:
        for unit, value in values.items():
            known.setdefault(unit, []).append(value)
    if rule.is_stock:
        return {unit: values[-1] for unit, values in known.items()}
    return {unit: values[0] if len(values) == 1 else _sum(values) for unit, values in known.items()}


def _over(lower: Columns, upper: Columns) -> Columns:
    """Both together; where both know a value the upper one counts."""
    return {column: lower.get(column, {}) | upper.get(column, {}) for column in dict.fromkeys([*lower, *upper])}


def _within(own: Columns, layers: Layers) -> Columns:
    """The sums of those units that count in others, by the units above them."""
    found: Columns = {}
    for column, values in own.items():
        if column[0] in layers.rules and layers.above:
            parts: dict[str, list[float | Decimal]] = {}
            for unit, value in values.items():
                for above in layers.above.get(unit, ()):
                    parts.setdefault(above, []).append(value)
            found[column] = {above: _sum(each) for above, each in parts.items()}
    return found


def _sum(values: Iterable[float | Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = _EXACT.add(total, value if isinstance(value, Decimal) else Decimal(f"{value:.{_FLOAT_DIGITS}g}"))
    return total
