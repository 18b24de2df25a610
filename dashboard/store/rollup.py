"""Sums kept true in the transaction that changes a cell: a unit's month of its days, a region and the nation by day and month.

What a unit states itself counts before what is summed: a stated month before the sum of its days, here wherever it enters the sum of
another unit, and for the unit itself when it is read (`fold.py`). A stock's month is its last day's value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection as Wire

from dashboard.store.wire import run


@dataclass(frozen=True, slots=True)
class Rule:
    """How a measure's months come from its days: the last day's value or the sum; `closes_day` ends a month, None means its last day."""

    is_stock: bool
    closes_day: int | None = None


# What a unit's months were and are, of its days alone.
_TURN_FLOWS = """
    INSERT INTO turned (measure, unit, period, detail, old, value, at)
    SELECT g.measure, g.unit, g.month, g.detail, r.value, coalesce(r.value, 0) + g.more, g.at
    FROM (
        SELECT measure, unit, month, detail, coalesce(sum(more_whole), 0) + coalesce(sum(more_else), 0) AS more, max(at) AS at
        FROM changed_day WHERE NOT is_stock GROUP BY 1, 2, 3, 4
    ) g
    LEFT JOIN rollup r
        ON r.measure = g.measure AND r.period = g.month AND r.unit = g.unit AND r.detail = g.detail AND NOT r.within
    """
_TURN_STOCKS = """
    INSERT INTO turned (measure, unit, period, detail, old, value, upto, at)
    SELECT g.measure, g.unit, g.month, g.detail, r.value,
        CASE WHEN r.upto > g.period THEN r.value ELSE g.value END, greatest(r.upto, g.period), g.at_last
    FROM (
        SELECT DISTINCT ON (measure, unit, month, detail) *, max(at) OVER (PARTITION BY measure, unit, month, detail) AS at_last
        FROM changed_day WHERE is_stock
        ORDER BY measure, unit, month, detail, period DESC
    ) g
    LEFT JOIN rollup r
        ON r.measure = g.measure AND r.period = g.month AND r.unit = g.unit AND r.detail = g.detail AND NOT r.within
    """
# What its months count for in the sums of others: the stated one, if there is one, else that of its days.
_MONTHS_WITHIN = """
    WITH more AS (
        SELECT t.measure, t.unit, t.period, t.detail, t.value - coalesce(t.old, 0) AS more
        FROM turned t
        WHERE NOT EXISTS (
            SELECT FROM observation o
            WHERE o.measure = t.measure AND o.period = t.period AND o.unit = t.unit AND o.detail = t.detail)
        UNION ALL
        SELECT c.measure, c.unit, c.period, c.detail, c.value::numeric
            - coalesce(c.old::numeric, CASE WHEN t.measure IS NULL THEN r.value ELSE t.old END, 0)
        FROM changed c JOIN fold_measure m ON m.measure = c.measure AND m.until IS NULL
        LEFT JOIN turned t ON t.measure = c.measure AND t.period = c.period AND t.unit = c.unit AND t.detail = c.detail
        LEFT JOIN rollup r
            ON r.measure = c.measure AND r.period = c.period AND r.unit = c.unit AND r.detail = c.detail AND NOT r.within
        WHERE c.period LIKE '____-__' AND c.period NOT LIKE '%Q%'
    )
    INSERT INTO rollup (measure, period, unit, detail, within, value)
    SELECT m.measure, m.period, u.above, m.detail, true, trim_scale(sum(m.more))
    FROM more m JOIN fold_unit u ON u.unit = m.unit AND u.until IS NULL
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (measure, period, unit, detail, within) DO UPDATE SET value = trim_scale(rollup.value + excluded.value)
    """
_NEW_DAYS_WITHIN = """
    INSERT INTO rollup (measure, period, unit, detail, within, value)
    SELECT d.measure, d.period, u.above, d.detail, true, trim_scale(coalesce(sum(d.more_whole), 0) + coalesce(sum(d.more_else), 0))
    FROM changed_day d JOIN fold_unit u ON u.unit = d.unit AND u.until IS NULL
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    """
_DAYS_WITHIN = (
    _NEW_DAYS_WITHIN + "ON CONFLICT (measure, period, unit, detail, within) DO UPDATE SET value = trim_scale(rollup.value + excluded.value)"
)
_MONTHS = """
    INSERT INTO rollup (measure, period, unit, detail, within, value, upto, changed_at)
    SELECT measure, period, unit, detail, false, trim_scale(value), upto, coalesce(at, %(at)s) FROM turned ORDER BY 1, 2, 3, 4
    ON CONFLICT (measure, period, unit, detail, within) DO UPDATE SET value = excluded.value, upto = excluded.upto,
        changed_at = greatest(rollup.changed_at, excluded.changed_at)
    """
_CURRENT = """
    INSERT INTO changed (measure, unit, period, detail, value, at)
    SELECT DISTINCT ON (measure, period, unit, detail) measure, unit, period, detail, value, recorded_at
    FROM observation WHERE measure = %(measure)s
    ORDER BY measure, period, unit, detail, id DESC
    """


def lock_rollups(wire: "Wire[tuple[Any, ...]]", *, alone: bool) -> None:
    """Until the end of the transaction: landings go side by side, one that makes rollups anew goes alone."""
    shared = "" if alone else "_shared"
    run(wire, f"SELECT pg_advisory_xact_lock{shared}(hashtext('rollup'))")


def lock_measures(wire: "Wire[tuple[Any, ...]]", measures: Iterable[str]) -> None:
    """Until the end of the transaction: of two feeds with one measure the second waits. In one order, so that none waits for ever."""
    run(wire, "SELECT pg_advisory_xact_lock(hashtext('measure:' || m)) FROM unnest(%(m)s::text[]) m", {"m": sorted(measures)})


def rules_of(wire: "Wire[tuple[Any, ...]]", measures: Iterable[str]) -> dict[str, Rule]:
    """How these measures fold today; one that is not there never folds."""
    known = "SELECT measure, kind = 'stock', closes_day FROM fold_measure WHERE until IS NULL AND measure = ANY(%(m)s)"
    return {measure: Rule(is_stock, closes) for measure, is_stock, closes in run(wire, known, {"m": list(measures)})}


def roll(wire: "Wire[tuple[Any, ...]]", rules: Mapping[str, Rule], at: datetime | None = None, *, of_known_periods: bool = True) -> None:
    """Carries what stands in `changed`, and is written already, over into the sums. The caller holds the lock, and these rules stand.

    `at` is when it was written (None: each row tells, and there may be millions); a month of days remembers when one of them was last
    written, so that a past instant is soon read.

    Days in which nothing was known of a measure have no sums yet: to write them takes half the time when none can be there.
    """
    if not rules:
        return
    if any(not rule.is_stock for rule in rules.values()):
        run(wire, _TURN_FLOWS)
    if any(rule.is_stock for rule in rules.values()):
        run(wire, _TURN_STOCKS)
    if at is None:
        run(wire, "ANALYZE turned")
    # The months come last: one that is stated for the first time takes the place of what its days had been.
    for statement in (_MONTHS_WITHIN, _DAYS_WITHIN if of_known_periods else _NEW_DAYS_WITHIN):
        run(wire, statement)
    run(wire, _MONTHS, {"at": at})


def renew(wire: "Wire[tuple[Any, ...]]", measure: str, rule: Rule | None) -> None:
    """Makes the sums of one measure anew from its observations. The caller holds the lock alone, and the stages are there and empty.

    They are counted before they are joined: a million rows that the planner takes for few are walked through in loops, for hours.
    """
    run(wire, "DELETE FROM rollup WHERE measure = %(measure)s", {"measure": measure})
    if rule is not None and run(wire, _CURRENT, {"measure": measure}).rowcount:
        run(wire, "ANALYZE changed")
        roll(wire, {measure: rule}, of_known_periods=False)
        run(wire, "TRUNCATE changed, turned")
