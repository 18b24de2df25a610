"""Figures of any period and unit, folded from what was stated: over time first, then over units.

A unit's own statements count before what is summed. Of one unit, what it states for the very period counts; else its months fold, and a
month that it does not state folds from its days. Only a region or nation that states nothing itself is the sum of the units in it.
Flows and histograms add up, of a stock the last value counts; other measures are given as stated.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal, Inexact

from dashboard.periods import Period
from dashboard.store import Store
from dashboard.store.layers import Layers, Line, Values, Wanted, months_of, read_layers
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
    """The values of these measures in these periods, ordered by measure, period, unit, detail; no units given means all that have any.

    `as_of` a past instant gives what this function gave then, from the observations alone. What is not known is not there: never a zero
    for a gap. Raises PeriodError for a text that is no period, StoreUnavailable.
    """
    wanted = Wanted(tuple(dict.fromkeys(measures)), tuple(Period.parse(one) for one in dict.fromkeys(periods)), frozenset(units), as_of)
    if not wanted.measures or not wanted.periods:
        return []
    layers = read_layers(store, wanted)
    found = [one for period in wanted.periods for one in _of_period(layers, period, wanted.units)]
    return sorted(found, key=lambda one: (one.measure, one.period, one.unit, one.detail))


def _of_period(layers: Layers, period: Period, units: frozenset[str]) -> Iterator[Folded]:
    name, months = str(period), [str(one) for one in months_of(period)]
    own = {
        line: value for line, values in layers.own.items() if (value := _own(values, name, months, layers.rules.get(line[0]))) is not None
    }
    kept = layers.within.get(name)
    sums = _within(own, layers) if kept is None else kept
    for (measure, unit, detail), value in (sums | own).items():
        if not units or unit in units:
            yield Folded(measure, unit, name, detail, float(value))


def _own(values: Values, period: str, months: list[str], rule: Rule | None) -> float | Decimal | None:
    """A unit's own value of a period: stated, or folded over its months; None when there is neither."""
    stated = values.get(period)
    if stated is not None or rule is None or not months:
        return stated
    known = [values[month] for month in months if month in values]
    if not known or rule.is_stock:
        return known[-1] if known else None
    return known[0] if len(known) == 1 else _sum(known)


def _within(own: dict[Line, float | Decimal], layers: Layers) -> dict[Line, Decimal]:
    """The sums of those units that count in others, by the line of these."""
    parts: dict[Line, list[float | Decimal]] = {}
    for (measure, unit, detail), value in own.items():
        if measure in layers.rules:
            for above in layers.above.get(unit, ()):
                parts.setdefault((measure, above, detail), []).append(value)
    return {line: _sum(values) for line, values in parts.items()}


def _sum(values: Iterable[float | Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = _EXACT.add(total, value if isinstance(value, Decimal) else Decimal(f"{value:.{_FLOAT_DIGITS}g}"))
    return total
