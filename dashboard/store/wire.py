"""The driver's own connection under a transaction: for COPY, and for statements over staged rows."""

from typing import Any, Final

from psycopg import Connection as Wire
from psycopg import Cursor
from sqlalchemy import Connection

# A day is told by two conditions that the planner takes for frequent ones: by `length = 10` it would expect few, and walk loops in loops.
# Nearly all that is counted is whole, and whole numbers add up exactly and ten times as fast without a detour over decimal digits.
_STAGES: Final = """
    CREATE TEMP TABLE staged (measure text, unit text, period text, detail text, value float8, record text) ON COMMIT DELETE ROWS;
    CREATE TEMP TABLE changed (measure text, unit text, period text, detail text, value float8, record text, old float8,
        at timestamptz) ON COMMIT DELETE ROWS;
    CREATE TEMP TABLE turned (measure text, unit text, period text, detail text, old numeric, value numeric, upto text, at timestamptz)
        ON COMMIT DELETE ROWS;
    CREATE TEMP VIEW changed_day AS
        SELECT c.measure, c.unit, c.period, c.detail, r.kind = 'stock' AS is_stock, c.value::numeric AS value, c.at,
            CASE WHEN x.whole THEN (c.value - coalesce(c.old, 0))::int8 END AS more_whole,
            CASE WHEN NOT x.whole THEN c.value::numeric - coalesce(c.old, 0)::numeric END AS more_else,
            CASE WHEN r.closes_day IS NULL THEN left(c.period, 7)
                 ELSE to_char(date_trunc('month', c.period::date - r.closes_day) + interval '1 month', 'YYYY-MM') END AS month
        FROM changed c JOIN fold_measure r ON r.measure = c.measure AND r.until IS NULL
        CROSS JOIN LATERAL (
            SELECT c.value < 1e15 AND c.value = trunc(c.value) AND coalesce(c.old < 1e15 AND c.old = trunc(c.old), true) AS whole
        ) x
        WHERE length(c.period) > 7 AND right(c.period, 4) <> '/ytd'
    """


def wire_of(connection: Connection) -> "Wire[tuple[Any, ...]]":
    """The connection of psycopg that a transaction works on, in that very transaction."""
    wire = connection.connection.driver_connection
    assert isinstance(wire, Wire)
    return wire


def make_stages(wire: "Wire[tuple[Any, ...]]") -> None:
    """Makes sure of the tables in which a batch waits; they are of this connection alone, and empty after each transaction.

    `staged` holds what is said, `changed` the cells whose value it changes beside their old one, `changed_day` the days among them that
    fold and the month each counts in, `turned` the months of these. `at` is when a cell was written; null: in this very transaction.
    """
    if run(wire, "SELECT to_regclass('pg_temp.turned')").fetchone() == (None,):
        wire.execute(_STAGES, prepare=False)
    # For the sorting of a large batch; a small one takes no more than it needs.
    run(wire, "SET LOCAL work_mem = '64MB'")


def run(wire: "Wire[tuple[Any, ...]]", statement: str, values: dict[str, object] | None = None) -> "Cursor[tuple[Any, ...]]":
    """Runs a statement over staged rows. Planned anew each time: a plan made for ten rows is ruin for a hundred thousand."""
    return wire.execute(statement.encode(), values, prepare=False)
