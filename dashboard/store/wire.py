"""The driver's own connection under a transaction: for COPY, and for statements over staged rows."""

from typing import Any, Final

from psycopg import Connection as Wire
from psycopg import Cursor
from sqlalchemy import Connection

_STAGES: Final = """
    CREATE TEMP TABLE IF NOT EXISTS staged (measure text, unit text, period text, detail text, value float8, record text)
        ON COMMIT DELETE ROWS;
    CREATE TEMP TABLE IF NOT EXISTS changed (
        measure text, unit text, period text, detail text, value float8, record text, old float8) ON COMMIT DELETE ROWS;
    CREATE TEMP TABLE IF NOT EXISTS changed_day (
        measure text, unit text, period text, detail text, month text, is_stock bool, value numeric, more numeric) ON COMMIT DELETE ROWS;
    CREATE TEMP TABLE IF NOT EXISTS turned (
        measure text, unit text, period text, detail text, old numeric, value numeric, upto text) ON COMMIT DELETE ROWS
    """


def wire_of(connection: Connection) -> "Wire[tuple[Any, ...]]":
    """The connection of psycopg that a transaction works on, in that very transaction."""
    wire = connection.connection.driver_connection
    assert isinstance(wire, Wire)
    return wire


def make_stages(wire: "Wire[tuple[Any, ...]]") -> None:
    """The tables in which a batch waits; of this connection alone, made once, empty again after each transaction.

    `staged` holds what is said, `changed` the cells whose value it changes beside their old one,
    `changed_day` the days among them that fold, `turned` the months of these.
    """
    wire.execute(_STAGES, prepare=False)


def run(wire: "Wire[tuple[Any, ...]]", statement: str, values: dict[str, object] | None = None) -> "Cursor[tuple[Any, ...]]":
    """Runs a statement over staged rows. Planned anew each time: a plan made for ten rows is ruin for a hundred thousand."""
    return wire.execute(statement.encode(), values, prepare=False)
