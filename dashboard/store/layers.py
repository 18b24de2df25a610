"""What a folded figure is made of, read in one look at the store: stated values, months of their days, sums of inner units."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from psycopg import Connection as Wire

from dashboard.periods import Grain, Period
from dashboard.store import Store
from dashboard.store.queries import MOST_PROBED
from dashboard.store.rollup import Rule
from dashboard.store.wire import run, wire_of

Column = tuple[str, str]
"""Measure, detail."""
Values = dict[str, float | Decimal]
"""By unit: what is stated as a float, what is summed as an exact number."""
Columns = dict[Column, Values]


@dataclass(frozen=True)
class Wanted:
    """What is asked for; no units means all."""

    measures: tuple[str, ...]
    periods: tuple[Period, ...]
    units: frozenset[str]
    as_of: datetime | None

    @property
    def asked(self) -> list[str]:
        """The periods in their notation."""
        return [str(one) for one in self.periods]

    @property
    def months(self) -> list[str]:
        """The months that the asked periods fold from, an asked month among them."""
        return list(dict.fromkeys(str(month) for one in self.periods for month in months_of(one)))


@dataclass
class Layers:
    """By period: what units state themselves, what their months come to by their days, and the sums of the units in others.

    `stated` has the asked periods and the months below them. `within` has days and months alone, and only where the store keeps these
    sums: not for a past instant.
    """

    rules: Mapping[str, Rule]
    above: Mapping[str, tuple[str, ...]]
    stated: defaultdict[str, Columns] = field(default_factory=lambda: defaultdict(dict))
    summed: defaultdict[str, Columns] = field(default_factory=lambda: defaultdict(dict))
    within: dict[str, Columns] = field(default_factory=dict)


# Of a past instant: the rule that stood then, and whether it has stood ever since, for then the sums that are kept were made by it.
_RULES = """
    SELECT measure, kind = 'stock', closes_day, until IS NULL FROM fold_measure
    WHERE measure = ANY(%(measures)s) AND CASE WHEN %(as_of)s::timestamptz IS NULL THEN until IS NULL
        ELSE since <= %(as_of)s AND (until IS NULL OR until > %(as_of)s) END
    """
_ABOVE = """
    SELECT unit, above FROM fold_unit
    WHERE (%(units)s::text[] IS NULL OR above = ANY(%(units)s)) AND CASE WHEN %(as_of)s::timestamptz IS NULL THEN until IS NULL
        ELSE since <= %(as_of)s AND (until IS NULL OR until > %(as_of)s) END
    """
# A row for all units of a measure, period and detail: thousands of figures come in a few dozen rows.
_STATED = """
    SELECT measure, period, detail, array_agg(unit), array_agg(value) FROM (
        SELECT DISTINCT ON (measure, period, unit, detail) measure, unit, period, detail, value FROM observation
        WHERE measure = ANY(%(measures)s) AND period = ANY(%(periods)s)
            AND (%(units)s::text[] IS NULL OR unit = ANY(%(units)s)) AND (%(as_of)s::timestamptz IS NULL OR recorded_at <= %(as_of)s)
        ORDER BY measure, period, unit, detail, id DESC
    ) cell GROUP BY measure, period, detail
    """
_SUMMED = """
    SELECT measure, period, detail, array_agg(unit), array_agg(value) FROM rollup
    WHERE measure = ANY(%(measures)s) AND period = ANY(%(periods)s) AND within = %(within)s
        AND (%(units)s::text[] IS NULL OR unit = ANY(%(units)s))
    GROUP BY measure, period, detail
    """
# What has not been touched since an instant is what stood then; the rest is read from its days.
_UNTOUCHED = """
    SELECT measure, period, detail, array_agg(unit), array_agg(value),
        coalesce(changed_at, 'infinity') <= %(as_of)s AS untouched
    FROM rollup
    WHERE measure = ANY(%(measures)s) AND period = ANY(%(periods)s) AND NOT within
        AND (%(units)s::text[] IS NULL OR unit = ANY(%(units)s))
    GROUP BY measure, period, detail, untouched
    """
_MONTHS_OF_DAYS = """
    WITH asked AS (SELECT * FROM unnest(%(periods)s::text[], %(months)s::text[]) AS a (period, month)),
    day AS (
        SELECT DISTINCT ON (o.measure, o.period, o.unit, o.detail)
            o.measure, o.unit, o.detail, o.period, a.month, o.value::numeric AS value
        FROM observation o JOIN asked a USING (period)
        WHERE o.measure = ANY(%(measures)s) AND o.period = ANY(%(periods)s)
            AND (%(units)s::text[] IS NULL OR o.unit = ANY(%(units)s)) AND o.recorded_at <= %(as_of)s
        ORDER BY o.measure, o.period, o.unit, o.detail, o.id DESC
    ),
    of_unit AS (
        SELECT measure, unit, month, detail,
            CASE WHEN %(is_stock)s THEN (array_agg(value ORDER BY period DESC))[1] ELSE sum(value) END AS value
        FROM day GROUP BY 1, 2, 3, 4
    )
    SELECT measure, month, detail, array_agg(unit), array_agg(value) FROM of_unit GROUP BY 1, 2, 3
    """
_KEPT = (Grain.DAY, Grain.MONTH)  # periods for which sums of inner units are kept


def read_layers(store: Store, wanted: Wanted) -> Layers:
    """What the asked figures are made of, all of one moment. Raises StoreUnavailable."""
    with store.transaction(wanted.measures) as connection:
        wire = wire_of(connection)
        # Several looks, one picture: a landing in between must not show in half of them.
        run(wire, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        values: dict[str, object] = {
            "measures": list(wanted.measures),
            "periods": wanted.asked,
            "units": list(wanted.units) or None,
            "as_of": wanted.as_of,
        }
        known = list(run(wire, _RULES, values))
        layers = Layers({one[0]: Rule(one[1], one[2]) for one in known}, _above(run(wire, _ABOVE, values)))
        if len(wanted.units) > MOST_PROBED:
            values["units"] = None
        elif wanted.units and (wanted.as_of is not None or any(one.grain not in _KEPT for one in wanted.periods)):
            values["units"] = [*wanted.units, *layers.above]
        _read_stated(wire, layers, values, wanted)
        if wanted.as_of is not None:
            _read_past(wire, layers, values, wanted, {one[0] for one in known if one[3]})
        elif layers.rules:
            _read_sums(wire, layers, values, wanted)
        return layers


def _above(pairs: Iterable[tuple[Any, ...]]) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for unit, above in pairs:
        found[unit] += (above,)
    return dict(found)


def _read_stated(wire: "Wire[tuple[Any, ...]]", layers: Layers, values: dict[str, object], wanted: Wanted) -> None:
    below = [month for month in wanted.months if month not in set(wanted.asked)]
    for measures, periods in ((list(wanted.measures), wanted.asked), (list(layers.rules), below)):
        if measures and periods:
            _put(layers.stated, run(wire, _STATED, values | {"measures": measures, "periods": periods}))


def _read_sums(wire: "Wire[tuple[Any, ...]]", layers: Layers, values: dict[str, object], wanted: Wanted) -> None:
    asked = values | {"measures": list(layers.rules)}
    if wanted.months:
        _put(layers.summed, run(wire, _SUMMED, asked | {"periods": wanted.months, "within": False}))
    kept = [str(one) for one in wanted.periods if one.grain in _KEPT]
    layers.within = {period: {} for period in kept}
    if layers.above:  # else nothing that is asked for has units in it
        _put(layers.within, run(wire, _SUMMED, asked | {"periods": kept, "within": True}))


def _put(into: dict[str, Columns], rows: Iterable[tuple[Any, ...]]) -> None:
    for measure, period, detail, units, values in rows:
        into[period][measure, detail] = dict(zip(units, values, strict=True))


def _read_past(wire: "Wire[tuple[Any, ...]]", layers: Layers, values: dict[str, object], wanted: Wanted, steady: set[str]) -> None:
    """The months as they stood: of `steady` measures those sums that were not touched since, all others from their days."""
    if not wanted.months:
        return
    touched: dict[str, set[str]] = {measure: set(wanted.months) for measure in layers.rules if measure not in steady}
    known: dict[str, Columns] = defaultdict(dict)
    for *row, untouched in run(wire, _UNTOUCHED, values | {"measures": sorted(steady), "periods": wanted.months}):
        if untouched:
            _put(known, [tuple(row)])
        else:
            touched.setdefault(row[0], set()).add(row[1])
    alike: defaultdict[tuple[Rule, frozenset[str]], list[str]] = defaultdict(list)
    for measure, months in touched.items():
        alike[layers.rules[measure], frozenset(months)].append(measure)
    for (rule, each), measures in alike.items():
        _read_days(wire, layers, values | {"measures": measures, "is_stock": rule.is_stock}, rule.closes_day, sorted(each))
    for month, columns in known.items():
        for column, cells in columns.items():
            # Of a month in which anything was touched all is read from the days, and that is the same for what was not.
            layers.summed[month][column] = layers.summed[month].get(column, {}) | cells


def _read_days(wire: "Wire[tuple[Any, ...]]", layers: Layers, values: dict[str, object], closes_day: int | None, months: list[str]) -> None:
    days = [(day.isoformat(), month) for month in months for day in days_of(Period.parse(month), closes_day)]
    asked: dict[str, object] = {"periods": [day for day, _ in days], "months": [month for _, month in days]}
    _put(layers.summed, run(wire, _MONTHS_OF_DAYS, values | asked))


def months_of(period: Period) -> Iterator[Period]:
    """The months that a period folds from, in order: of a month itself, of a day none."""
    if period.grain is Grain.DAY:
        return
    month = Period.of(Grain.MONTH, period.first_day)
    while month.first_day < period.end_day:
        yield month
        month = Period.of(Grain.MONTH, month.end_day)


def days_of(month: Period, closes_day: int | None) -> Iterator[date]:
    """The days of a reporting month: of one that closes on the 14th, from the 15th of the month before."""
    first, last = month.first_day, month.last_day
    if closes_day is not None:
        first = _after(month.previous().last_day, closes_day)
        last = month.first_day.replace(day=closes_day)
    while first <= last:
        yield first
        first += timedelta(days=1)


def _after(end_of_month: date, closes_day: int) -> date:
    """The day after the one on which a month closed."""
    return end_of_month.replace(day=min(closes_day, end_of_month.day)) + timedelta(days=1)
