"""Writing cells: what is said or counted is compared with what stands, and only what differs becomes a new row."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg import Connection as Wire
from psycopg import sql

from dashboard.errors import FeedError
from dashboard.observations import Observation
from dashboard.store.wire import run

CellKey = tuple[str, str, str, str]
"""Measure, unit, period in its notation, detail."""


@dataclass(frozen=True, slots=True)
class Author:
    """Whose rows they are: the run, its feed and its source."""

    run_id: int
    feed: str
    source: str


@dataclass(frozen=True, slots=True)
class Compared:
    """How many cells a batch of statements changes; whether it speaks of known periods, or only of some in which nothing was known."""

    changed: int
    of_known_periods: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """By cell: what a batch of events adds to its value, and one record that did so; `idle` events said nothing new, `news` are records
    of events that did."""

    cells: Mapping[CellKey, tuple[int, str]] = field(default_factory=dict)
    idle: int = 0
    news: frozenset[str] = frozenset()


# Measures in periods of which nothing is known yet: their cells need no probes.
_KNOWN = """
    SELECT p.measure, p.period FROM unnest(%(measure)b::text[], %(period)b::text[]) AS p (measure, period)
    WHERE EXISTS (SELECT FROM observation o WHERE o.measure = p.measure AND o.period = p.period)
    """
# A probe of the cell's index per row; what this very source said last is looked up only for cells that stand otherwise, which are few.
_COMPARE = """
    INSERT INTO changed (measure, unit, period, detail, value, record, old)
    SELECT s.measure, s.unit, s.period, s.detail, s.value, s.record, current.value
    FROM staged s
    LEFT JOIN LATERAL (
        SELECT o.value FROM observation o
        WHERE o.measure = s.measure AND o.period = s.period AND o.unit = s.unit AND o.detail = s.detail
        ORDER BY o.id DESC LIMIT 1
    ) current ON true
    WHERE current.value IS NULL OR current.value <> s.value AND s.value IS DISTINCT FROM (
        SELECT o.value FROM observation o JOIN feed_run r ON r.id = o.run_id
        WHERE o.measure = s.measure AND o.period = s.period AND o.unit = s.unit AND o.detail = s.detail
          AND r.feed = %(feed)s AND r.source = %(source)s
        ORDER BY o.id DESC LIMIT 1
    )
    """
_ADD = """
    INSERT INTO changed (measure, unit, period, detail, value, record, old)
    SELECT n.measure, n.unit, n.period, n.detail, greatest(0, coalesce(current.value, 0) + n.more), n.record, current.value
    FROM unnest(%(measure)b::text[], %(unit)b::text[], %(period)b::text[], %(detail)b::text[], %(more)b::float8[], %(record)b::text[])
        AS n (measure, unit, period, detail, more, record)
    LEFT JOIN LATERAL (
        SELECT o.value FROM observation o
        WHERE o.measure = n.measure AND o.period = n.period AND o.unit = n.unit AND o.detail = n.detail
        ORDER BY o.id DESC LIMIT 1
    ) current ON true
    WHERE greatest(0, coalesce(current.value, 0) + n.more) IS DISTINCT FROM current.value
    """
# In the order of the index of cells, which then grows page by page. clock_timestamp and not now(): that is when the transaction began,
# perhaps long before the one it waited for was seen by anybody.
_WRITE = """
    INSERT INTO observation (measure, unit, period, detail, value, run_id, record, recorded_at)
    SELECT measure, unit, period, detail, value, %(run_id)s, record, %(at)s FROM changed
    ORDER BY measure, period, unit, detail
    """


def compare(wire: "Wire[tuple[Any, ...]]", author: Author, said: Mapping[CellKey, Observation]) -> Compared:
    """Puts the cells that these statements change into `changed`."""
    pairs = {(measure, period) for measure, _, period, _ in said}
    asked: dict[str, object] = {"measure": [measure for measure, _ in pairs], "period": [period for _, period in pairs]}
    known = set(run(wire, _KNOWN, asked)) if said else set()
    if not known:
        _stage(wire, _COPY_CHANGED, said.items())
        return Compared(len(said), of_known_periods=False)
    new = {key: one for key, one in said.items() if (key[0], key[2]) not in known}
    _stage(wire, _COPY_CHANGED, new.items())
    _stage(wire, _COPY_STAGED, ((key, one) for key, one in said.items() if (key[0], key[2]) in known))
    changed = run(wire, _COMPARE, {"feed": author.feed, "source": author.source}).rowcount
    return Compared(len(new) + changed, of_known_periods=True)


def add(wire: "Wire[tuple[Any, ...]]", counted: Counted) -> int:
    """Puts the cells that these counts change into `changed`; how many they are. A cell may come down to 0, never below."""
    if not counted.cells:
        return 0
    columns: dict[str, object] = {
        name: [cell[place] for cell in counted.cells] for place, name in enumerate(("measure", "unit", "period", "detail"))
    }
    columns |= {"more": [float(more) for more, _ in counted.cells.values()], "record": [one for _, one in counted.cells.values()]}
    return run(wire, _ADD, columns).rowcount


def write(wire: "Wire[tuple[Any, ...]]", run_id: int) -> datetime:
    """Appends what stands in `changed`; the instant that all of it bears."""
    row = run(wire, "SELECT clock_timestamp()").fetchone()
    assert row is not None
    at: datetime = row[0]
    run(wire, _WRITE, {"run_id": run_id, "at": at})
    return at


def keyed(observations: Iterable[Observation], counts: frozenset[str]) -> dict[CellKey, Observation]:
    """Statements by cell; of two about one cell the later counts.

    Raises FeedError for a value that is no number, and for one below zero of a measure in `counts`.
    """
    # By identity: periods are few, shared and alive as long as this runs, and to hash one takes longer than all the rest.
    names: dict[int, str] = {}
    said: dict[CellKey, Observation] = {}
    for one in observations:
        period = names.get(id(one.period))
        if period is None:
            period = names[id(one.period)] = str(one.period)
        if not 0.0 <= one.value < math.inf and (one.measure in counts or not math.isfinite(one.value)):
            raise FeedError(f"{one.measure} of {one.unit}, {period}: {one.value} is no possible value")
        said[one.measure, one.unit, period, one.detail] = one
    return said


_COPY_CHANGED = sql.SQL("COPY changed (measure, unit, period, detail, value, record) FROM STDIN")
_COPY_STAGED = sql.SQL("COPY staged (measure, unit, period, detail, value, record) FROM STDIN")


def _stage(wire: "Wire[tuple[Any, ...]]", statement: sql.SQL, rows: Iterable[tuple[CellKey, Observation]]) -> None:
    with wire.cursor() as cursor, cursor.copy(statement) as copy:
        for key, one in rows:
            copy.write_row((*key, one.value, one.record))
