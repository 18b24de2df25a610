"""In which periods something was told; and the list of those that inner units were told in, a row each measure and period.

Inner units count in others, or others count in them. The list is short beside millions of cells, and kept with each landing: where communes
state months that provinces do not, nobody need look for each province in each of these months in vain. It may hold a period too many, never
one too few: the cells themselves are asked as well.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from psycopg import Connection as Wire

from dashboard.formats import HANOI
from dashboard.store import Store
from dashboard.store.cells import CellKey
from dashboard.store.queries import MOST_PROBED as MOST_PROBED
from dashboard.store.wire import run, wire_of

# Of few units each is looked up; of many the rows of a period are gone through until one of them comes.
_ONE_BY_ONE, _THROUGH_ALL = "o.unit = ANY (%(units)s)", "(o.unit || '') = ANY (%(units)s)"
# One probe of an index for each month there is, however many days and cells it holds; DISTINCT would read them all. From a day
# the way leads past its month, or past the day on which reporting months close; of those days the first with a value counts.
_PERIODS = """
    WITH RECURSIVE found (period, upto) AS (
        SELECT first.period, CASE WHEN first.period NOT LIKE '____-__-__' THEN 0 WHEN right(first.period, 2) <= %(closes)s THEN
            CAST(%(closes)s AS integer) ELSE 31 END
        FROM (SELECT min(t.period) AS period FROM {listed} t WHERE t.measure = %(measure)s) first
        UNION ALL
        SELECT next.period, CASE WHEN next.period NOT LIKE '____-__-__' THEN 0 WHEN right(next.period, 2) <= %(closes)s THEN
            CAST(%(closes)s AS integer) ELSE 31 END
        FROM found CROSS JOIN LATERAL (
            SELECT min(t.period) AS period FROM {listed} t WHERE t.measure = %(measure)s
              AND t.period > CASE found.upto WHEN 0 THEN found.period ELSE left(found.period, 8) || to_char(found.upto, 'FM00') END
        ) next
        WHERE found.period IS NOT NULL
    )
    SELECT told.period FROM found CROSS JOIN LATERAL (
        SELECT one.period FROM (
            SELECT found.period WHERE found.upto = 0
            UNION ALL
            SELECT left(found.period, 8) || to_char(n, 'FM00')
            FROM generate_series(CASE found.upto WHEN 0 THEN 1 ELSE CAST(right(found.period, 2) AS integer) END, found.upto) n
        ) one
        WHERE EXISTS (
            SELECT FROM observation o WHERE o.measure = %(measure)s AND o.period = one.period AND {of_units}
              AND (CAST(%(as_of)s AS timestamptz) IS NULL OR o.recorded_at <= %(as_of)s))
        LIMIT 1
    ) told
    WHERE found.period IS NOT NULL AND (found.upto = 0 OR CAST(%(today)s AS text) IS NULL OR found.period <= %(today)s)
    ORDER BY told.period
    """
_TOLD = """
    SELECT asked.period FROM unnest(CAST(%(periods)s AS text[])) asked (period) WHERE EXISTS (
        SELECT FROM observation o WHERE o.measure = %(measure)s AND o.period = asked.period AND {of_units}
          AND (CAST(%(as_of)s AS timestamptz) IS NULL OR o.recorded_at <= %(as_of)s))
    ORDER BY asked.period
    """


def periods_of(
    store: Store, measure: str, units: Iterable[str], as_of: datetime | None = None, *, closes_day: int | None = None
) -> list[str]:
    """The periods in which any of these units holds a value of a measure, in the order of their notation.

    Of the days of a month the first one alone; where months close on `closes_day` also the first one after it. No source is believed about
    days to come, so of a past instant those after it are not looked at.
    """
    today = as_of.astimezone(HANOI).date().isoformat() if as_of is not None else None
    return _asked(store, _PERIODS, list(units), {"measure": measure, "as_of": as_of, "closes": f"{closes_day or 0:02d}", "today": today})


def told_in(store: Store, measure: str, periods: Iterable[str], units: Iterable[str], as_of: datetime | None = None) -> list[str]:
    """Those of some periods in which any of these units holds a value of a measure, in the order of their notation."""
    return _asked(store, _TOLD, list(units), {"measure": measure, "periods": list(periods), "as_of": as_of})


def _asked(store: Store, question: str, units: list[str], values: dict[str, object]) -> list[str]:
    with store.transaction([str(values["measure"])]) as connection:
        wire = wire_of(connection)
        few = len(units) <= MOST_PROBED
        # Planned for these very units: a plan for any number of them may read all there is of a measure, and at some sizes is taken.
        words = {"of_units": _ONE_BY_ONE if few else _THROUGH_ALL, "listed": "told" if few and _are_inner(wire, units) else "observation"}
        return [row[0] for row in run(wire, question.format(**words), {**values, "units": units})]


_ARE_INNER = "SELECT NOT EXISTS (SELECT unnest(%(units)s::text[]) EXCEPT SELECT unit FROM inner_unit)"
_LISTED = """
    SELECT p.measure, p.period FROM unnest(%(measure)b::text[], %(period)b::text[]) AS p (measure, period) JOIN told USING (measure, period)
    """
_LIST = "INSERT INTO told SELECT * FROM unnest(%(measure)b::text[], %(period)b::text[]) ORDER BY 1, 2 ON CONFLICT DO NOTHING"
_LIST_ANEW = "INSERT INTO told SELECT DISTINCT measure, period FROM observation WHERE unit IN (SELECT unit FROM inner_unit)"


def enter(wire: "Wire[tuple[Any, ...]]", cells: Collection[CellKey]) -> None:
    """Lists the periods that these cells tell of inner units, in the transaction that writes them."""
    pairs = {(measure, period) for measure, _, period, _ in cells}
    pairs -= set(run(wire, _LISTED, _columns(pairs)))
    if pairs:
        inner = {unit for (unit,) in run(wire, "SELECT unit FROM inner_unit")}
        pairs &= {(measure, period) for measure, unit, period, _ in cells if unit in inner}
        run(wire, _LIST, _columns(pairs))


def renew(wire: "Wire[tuple[Any, ...]]") -> None:
    """Makes the list anew from all observations: after a change of what counts in what. The caller holds the lock of rollups alone."""
    run(wire, "DELETE FROM told")
    run(wire, _LIST_ANEW)
    run(wire, "ANALYZE told")


def _are_inner(wire: "Wire[tuple[Any, ...]]", units: list[str]) -> bool:
    (answer,) = run(wire, _ARE_INNER, {"units": units}).fetchone() or (False,)
    return bool(answer)


def _columns(pairs: Iterable[tuple[str, str]]) -> dict[str, object]:
    each = list(pairs)
    return {"measure": [measure for measure, _ in each], "period": [period for _, period in each]}
