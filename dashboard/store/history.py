"""The past of single cells: what took the place of what, and which runs changed them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import text

from dashboard.store import Store
from dashboard.store.queries import Cell

_CORRECTIONS = text(
    """
    WITH said AS MATERIALIZED (  -- else the limit leads the planner through the whole table by its numbers
        SELECT * FROM observation
        WHERE measure = ANY (:measures) AND period = ANY (:periods) AND unit = ANY (:units)
          AND (CAST(:since AS timestamptz) IS NULL OR recorded_at >= :since)
    )
    SELECT o.id, o.measure, o.unit, o.period, o.detail, o.value, o.run_id, o.record, o.recorded_at, b.value AS before
    FROM said o CROSS JOIN LATERAL (
        SELECT e.value FROM observation e
        WHERE e.measure = o.measure AND e.period = o.period AND e.unit = o.unit AND e.detail = o.detail AND e.id < o.id
        ORDER BY e.id DESC LIMIT 1) b
    ORDER BY o.id DESC LIMIT :most
    """
)


def corrections(store: Store, found: Iterable[Cell], since: datetime | None, most: int = 200) -> list[tuple[Cell, float]]:
    """Every row that replaced an earlier value of one of these cells, newest first, with that value; recorded from an instant on."""
    wanted = {(one.measure, one.period, one.unit, one.detail) for one in found}
    measures, periods, units = ([key[place] for key in wanted] for place in range(3))
    asked = {"measures": measures, "periods": periods, "units": units, "since": since, "most": most}
    with store.transaction(measures) as connection:
        rows = connection.execute(_CORRECTIONS, asked).all() if wanted else []
        ours = [row for row in rows if (row.measure, row.period, row.unit, row.detail) in wanted]
        return [(Cell(*tuple(row)[:-1]), row.before) for row in ours]


_TOUCHED = text(
    """
    SELECT o.run_id, o.id FROM observation o
    WHERE o.measure = :measure AND o.period = :period AND o.unit = :unit AND o.detail = :detail ORDER BY o.id DESC LIMIT :most
    """
)


def touched_by(store: Store, cell: Cell, most: int) -> list[int]:
    """The numbers of the last runs that changed a cell, newest first."""
    asked = {"measure": cell.measure, "period": cell.period, "unit": cell.unit, "detail": cell.detail, "most": most}
    with store.transaction([cell.measure]) as connection:
        return [row.run_id for row in connection.execute(_TOUCHED, asked)]
