"""Reading figures: current or as of a past instant, with the run and the record each came from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from dashboard.observations import Provenance
from dashboard.store import Store
from dashboard.store.schema import catalog_content, data_version, feed_run, observation, quarantine
from dashboard.store.schema_ledger import feed_state


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell's value at an instant; `run_id` and `record` lead to its evidence. `period` is in its notation, `recorded_at` is aware."""

    id: int
    measure: str
    unit: str
    period: str
    detail: str
    value: float
    run_id: int
    record: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """One reading of one source; `error` is None when it went well.

    `provenance` None: nobody knows any more whose figures it brought. `spoke_for` is the unit that its sender was bound to, `replay_of`
    the run whose bytes were read again.
    """

    id: int
    feed: str
    source: str
    sha256: str
    started_at: datetime
    finished_at: datetime
    landed: int
    unchanged: int
    held: int
    error: str | None
    provenance: Provenance | None = None
    spoke_for: str | None = None
    replay_of: int | None = None


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A record in quarantine; `released_at` None: it is held still."""

    id: int
    feed: str
    source: str
    record: str
    reason: str
    raw: str
    run_id: int
    held_at: datetime
    released_at: datetime | None = None


MOST_PROBED = 500
"""Of more units than these all that there is of a period is read and the others are left out: a probe of the index each would cost more."""

_CELL = [observation.c[name] for name in Cell.__slots__]


def cells(
    store: Store, measures: Iterable[str], periods: Iterable[str] = (), *, units: Iterable[str] = (), as_of: datetime | None = None
) -> list[Cell]:
    """The values of these measures, one row a cell, ordered by measure, period, unit; no periods or units given means all."""
    measures = list(measures)
    statement = (
        select(*_CELL)
        .ext(distinct_on(observation.c.measure, observation.c.period, observation.c.unit, observation.c.detail))
        .where(observation.c.measure.in_(measures))
        .order_by(observation.c.measure, observation.c.period, observation.c.unit, observation.c.detail, observation.c.id.desc())
    )
    if periods := list(periods):
        statement = statement.where(observation.c.period.in_(periods))
    if 0 < len(units := frozenset(units)) <= MOST_PROBED:
        statement = statement.where(observation.c.unit.in_(units))
    if as_of is not None:
        statement = statement.where(observation.c.recorded_at <= as_of)
    found = [_cell(row) for row in _rows(store, statement, measures)]
    return found if len(units) <= MOST_PROBED else [one for one in found if one.unit in units]


def revisions(store: Store, measure: str, unit: str, period: str) -> list[Cell]:
    """Every row ever recorded for a cell, newest first."""
    where = (observation.c.measure == measure, observation.c.unit == unit, observation.c.period == period)
    return [_cell(row) for row in _rows(store, select(*_CELL).where(*where).order_by(observation.c.id.desc()), [measure])]


def run(store: Store, run_id: int) -> Run:
    """The run with this number, which must exist: runs are never deleted."""
    (row,) = _rows(store, select(feed_run).where(feed_run.c.id == run_id), [])
    return _run(row)


def runs(store: Store, numbers: Iterable[int]) -> dict[int, Run]:
    """The runs with these numbers."""
    found = _rows(store, select(feed_run).where(feed_run.c.id == func.any(list(numbers))), [])
    return {row.id: _run(row) for row in found}


# One probe of the index a source, however many runs it had.
_LAST_RUNS = text(
    """
    WITH RECURSIVE found (feed, source, id) AS (
        (SELECT feed, source, id FROM feed_run ORDER BY feed DESC, source DESC, id DESC LIMIT 1)
        UNION ALL
        SELECT n.feed, n.source, n.id FROM found f CROSS JOIN LATERAL (
            SELECT r.feed, r.source, r.id FROM feed_run r WHERE (r.feed, r.source) < (f.feed, f.source)
            ORDER BY r.feed DESC, r.source DESC, r.id DESC LIMIT 1) n
    )
    SELECT r.* FROM found JOIN feed_run r USING (id) ORDER BY r.feed, r.source
    """
)


def last_runs(store: Store) -> dict[tuple[str, str], Run]:
    """The latest run of each source, by (feed, source)."""
    with store.transaction() as connection:
        return {(row.feed, row.source): _run(row) for row in connection.execute(_LAST_RUNS)}


def requests_of(store: Store, feed: str, source: str) -> list[str]:
    """The names of a source's requests that were taken in."""
    where = (feed_run.c.feed == feed, feed_run.c.source == source, feed_run.c.request.is_not(None), feed_run.c.error.is_(None))
    return [str(row.request) for row in _rows(store, select(feed_run.c.request).where(*where), [])]


def held_records(store: Store, feed: str | None = None) -> list[HeldRecord]:
    """What is in quarantine now, newest first."""
    columns = [quarantine.c[name] for name in HeldRecord.__slots__]
    statement = select(*columns).where(quarantine.c.released_at.is_(None)).order_by(quarantine.c.id.desc())
    if feed is not None:
        statement = statement.where(quarantine.c.feed == feed)
    return [HeldRecord(**row._mapping) for row in _rows(store, statement)]


def data_versions(store: Store) -> dict[str, tuple[int, datetime]]:
    """By feed: how often its figures have changed, and when last."""
    return {row.feed: (row.version, row.changed_at) for row in _rows(store, select(data_version), [])}


def provenances(store: Store) -> dict[str, Provenance]:
    """By feed that holds figures here: whose they are. One that is declared official may hold simulated ones in this store."""
    return {row.feed: row.provenance for row in _rows(store, select(feed_state), [])}


def version_as_of(store: Store, instant: datetime, feed: str | None = None) -> int:
    """The data version (of one feed, or of all together) that stood at a past instant: how many runs had landed something by then."""
    statement = select(func.count()).select_from(feed_run).where(feed_run.c.landed > 0, feed_run.c.finished_at <= instant)
    if feed is not None:
        statement = statement.where(feed_run.c.feed == feed)
    # What stood at an instant that is past stands for ever; of one to come the figures read beside it tell when it changes.
    (row,) = _rows(store, statement, [])
    return int(row[0])


def catalog_texts(store: Store, instant: datetime) -> dict[str, str] | None:
    """The definitions that stood at an instant, file name to text; None when none had been stored yet."""
    statement = select(catalog_content.c.texts).where(catalog_content.c.stored_at <= instant)
    rows = _rows(store, statement.order_by(catalog_content.c.id.desc()).limit(1), [])
    return dict(rows[0].texts) if rows else None


def _cell(row: Row[Any]) -> Cell:
    values: tuple[Any, ...] = tuple(row)
    return Cell(*values)


def _run(row: Row[Any]) -> Run:
    return Run(**{name: row._mapping[name] for name in Run.__slots__})


def _rows(store: Store, statement: Select[Any], reads: list[str] | None = None) -> list[Row[Any]]:
    """`reads` names the measures whose figures are asked for; None: what is found may depend on those of any feed."""
    with store.transaction(reads) as connection:
        return list(connection.execute(statement).all())
