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
from dashboard.store.rollup import Rule
from dashboard.store.wire import run, wire_of

Line = tuple[str, str, str]
"""Measure, unit, detail."""
Values = dict[str, float | Decimal]
"""By period in its notation: what is stated as a float, what is summed as an exact number."""


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
    """By line, a unit's own values: as asked, and the months below; a month that is not stated is that of its days.

    `within` holds the sums of inner units by period, for days and months, when the store keeps them (not for a past instant).
    """

    rules: Mapping[str, Rule]
    above: Mapping[str, tuple[str, ...]]
    own: defaultdict[Line, Values] = field(default_factory=lambda: defaultdict(dict))
    within: dict[str, dict[Line, Decimal]] = field(default_factory=dict)


_RULES = """
    SELECT measure, kind = 'stock', closes_day FROM fold_measure
    WHERE measure = ANY(%(measures)s) AND CASE WHEN %(as_of)s::timestamptz IS NULL THEN until IS NULL
        ELSE since <= %(as_of)s AND (until IS NULL OR until > %(as_of)s) END
    """
_ABOVE = """
    SELECT unit, above FROM fold_unit
    WHERE (%(units)s::text[] IS NULL OR above = ANY(%(units)s)) AND CASE WHEN %(as_of)s::timestamptz IS NULL THEN until IS NULL
        ELSE since <= %(as_of)s AND (until IS NULL OR until > %(as_of)s) END
    """
_STATED = """
    SELECT DISTINCT ON (measure, period, unit, detail) measure, unit, period, detail, value FROM observation
    WHERE measure = ANY(%(measures)s) AND period = ANY(%(periods)s)
        AND (%(units)s::text[] IS NULL OR unit = ANY(%(units)s)) AND (%(as_of)s::timestamptz IS NULL OR recorded_at <= %(as_of)s)
    ORDER BY measure, period, unit, detail, id DESC
    """
_SUMMED = """
    SELECT measure, unit, period, detail, value FROM rollup
    WHERE measure = ANY(%(measures)s) AND period = ANY(%(periods)s) AND within = %(within)s
        AND (%(units)s::text[] IS NULL OR unit = ANY(%(units)s))
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
    )
    SELECT measure, unit, month, detail,
        CASE WHEN %(is_stock)s THEN (array_agg(value ORDER BY period DESC))[1] ELSE sum(value) END
    FROM day GROUP BY 1, 2, 3, 4
    """


def read_layers(store: Store, wanted: Wanted) -> Layers:
    """What the asked figures are made of, all of one moment. Raises StoreUnavailable."""
    with store.transaction(wanted.measures) as connection:
        wire = wire_of(connection)
        # Several looks, one picture: a landing in between must not show in half of them.
        run(wire, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        values = _values(wanted)
        rules = {measure: Rule(is_stock, closes) for measure, is_stock, closes in run(wire, _RULES, values)}
        layers = Layers(rules, _above(run(wire, _ABOVE, values)))
        if wanted.units and (wanted.as_of is not None or any(one.grain not in _KEPT for one in wanted.periods)):
            values["units"] = [*wanted.units, *layers.above]
        _read_stated(wire, layers, values, wanted)
        if wanted.as_of is not None:
            _read_days(wire, layers, values, wanted)
        elif rules:
            _read_sums(wire, layers, values, wanted)
        return layers


_KEPT = (Grain.DAY, Grain.MONTH)  # periods for which sums of inner units are kept


def _values(wanted: Wanted) -> dict[str, object]:
    units = list(wanted.units) or None
    return {"measures": list(wanted.measures), "periods": wanted.asked, "units": units, "as_of": wanted.as_of}


def _above(pairs: Iterable[tuple[Any, ...]]) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for unit, above in pairs:
        found[unit] += (above,)
    return dict(found)


def _read_stated(wire: "Wire[tuple[Any, ...]]", layers: Layers, values: dict[str, object], wanted: Wanted) -> None:
    below = [month for month in wanted.months if month not in set(wanted.asked)]
    for measures, periods in ((list(wanted.measures), wanted.asked), (list(layers.rules), below)):
        if measures and periods:
            for measure, unit, period, detail, value in run(wire, _STATED, values | {"measures": measures, "periods": periods}):
                layers.own[measure, unit, detail][period] = value


def _read_sums(wire: "Wire[tuple[Any, ...]]", layers: Layers, values: dict[str, object], wanted: Wanted) -> None:
    asked = values | {"measures": list(layers.rules)}
    if wanted.months:
        for measure, unit, month, detail, value in run(wire, _SUMMED, asked | {"periods": wanted.months, "within": False}):
            layers.own[measure, unit, detail].setdefault(month, value)
    kept = [str(one) for one in wanted.periods if one.grain in _KEPT]
    layers.within = {period: {} for period in kept}
    for measure, unit, period, detail, value in run(wire, _SUMMED, asked | {"periods": kept, "within": True}):
        layers.within[period][measure, unit, detail] = value


def _read_days(wire: "Wire[tuple[Any, ...]]", layers: Layers, values: dict[str, object], wanted: Wanted) -> None:
    alike: defaultdict[Rule, list[str]] = defaultdict(list)
    for measure, rule in layers.rules.items():
        alike[rule].append(measure)
    for rule, measures in alike.items():
        days = [(day.isoformat(), month) for month in wanted.months for day in days_of(Period.parse(month), rule.closes_day)]
        asked: dict[str, object] = {"measures": measures, "periods": [day for day, _ in days], "months": [month for _, month in days]}
        if days:
            for measure, unit, month, detail, value in run(wire, _MONTHS_OF_DAYS, values | asked | {"is_stock": rule.is_stock}):
                layers.own[measure, unit, detail].setdefault(month, value)


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
