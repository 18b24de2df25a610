"""Landing what a feed read: one transaction a source, append-only, harmless when repeated."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection as Wire
from psycopg import sql
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from dashboard.observations import Held, Observation, Parsed
from dashboard.store import Store
from dashboard.store.schema import catalog_content, data_version, feed_run
from dashboard.store.signal import announce


@dataclass(frozen=True)
class Origin:
    """Where a batch comes from: feed, name of the source, SHA-256 of its raw bytes, and when reading began."""

    feed: str
    source: str
    sha256: str
    started_at: datetime


@dataclass(frozen=True)
class Landing:
    """What became of a batch: cells new or changed, cells that already stood so, records held back."""

    run_id: int
    landed: int
    unchanged: int
    held: int


def land(store: Store, origin: Origin, parsed: Parsed) -> Landing:
    """Writes a batch with its run, quarantine and data version in one transaction.

    A cell whose current value is the same gets no new row; a different value becomes a revision, unless this very source said so
    before: a file that was left lying beside its correction says nothing new. Raises StoreUnavailable, and then nothing was written.
    """
    with store.transaction() as connection:
        _one_at_a_time(connection, origin.feed)
        run_id = _open_run(connection, origin)
        landed = _append(connection, run_id, origin, parsed.observations)
        _quarantine(connection, run_id, origin, parsed.held)
        unchanged = len(parsed.observations) - landed
        _close_run(connection, run_id, Landing(run_id, landed, unchanged, len(parsed.held)), error=None)
        if landed:
            _next_version(connection, origin.feed)
    return Landing(run_id, landed, unchanged, len(parsed.held))


def record_failure(store: Store, origin: Origin, error: str, held: tuple[Held, ...] | None = None) -> None:
    """Writes a run that brought nothing, so that the board can say since when and why; old figures stay.

    `held` are the records in doubt of a source that could be read but brought too little; None leaves the quarantine as it is.
    """
    with store.transaction() as connection:
        _one_at_a_time(connection, origin.feed)
        run_id = _open_run(connection, origin)
        if held is not None:
            _quarantine(connection, run_id, origin, held)
        _close_run(connection, run_id, Landing(run_id, 0, 0, len(held or ())), error=error)


def remember_catalog(store: Store, digest: str, texts: dict[str, str]) -> None:
    """Stores the definitions when they differ from the last ones stored: `as_of` a past instant uses those of its day."""
    with store.transaction() as connection:
        _one_at_a_time(connection, "catalog")
        last = connection.scalar(select(catalog_content.c.digest).order_by(catalog_content.c.id.desc()).limit(1))
        if last != digest:
            connection.execute(insert(catalog_content).values(digest=digest, texts=texts, stored_at=func.clock_timestamp()))


def _one_at_a_time(connection: Connection, feed: str) -> None:
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"ingest:{feed}"))))


def _open_run(connection: Connection, origin: Origin) -> int:
    statement = insert(feed_run).values(
        feed=origin.feed,
        source=origin.source,
        sha256=origin.sha256,
        started_at=origin.started_at,
        finished_at=func.clock_timestamp(),
        landed=0,
        unchanged=0,
        held=0,
    )
    return int(connection.execute(statement.returning(feed_run.c.id)).scalar_one())


def _close_run(connection: Connection, run_id: int, landing: Landing, error: str | None) -> None:
    connection.execute(
        feed_run.update()
        .where(feed_run.c.id == run_id)
        .values(landed=landing.landed, unchanged=landing.unchanged, held=landing.held, error=error, finished_at=func.clock_timestamp())
    )


# One statement for the batch: a probe of the cell's index per row, and only what differs is written. A measure in a period of which nothing
# is known needs no probes; what this very source said last is looked up only for cells that stand otherwise, which are few.
_APPEND = text(
    """
    WITH known AS MATERIALIZED (
        SELECT p.measure, p.period FROM (SELECT DISTINCT measure, period FROM staged) p
        WHERE EXISTS (SELECT FROM observation o WHERE o.measure = p.measure AND o.period = p.period)
    )
    INSERT INTO observation (measure, unit, period, detail, value, run_id, record, recorded_at)
    SELECT s.measure, s.unit, s.period, s.detail, s.value, :run_id, s.record, :recorded_at
    FROM staged s
    LEFT JOIN known ON known.measure = s.measure AND known.period = s.period
    LEFT JOIN LATERAL (
        SELECT o.value FROM observation o
        WHERE known.measure IS NOT NULL
          AND o.measure = s.measure AND o.period = s.period AND o.unit = s.unit AND o.detail = s.detail
        ORDER BY o.id DESC LIMIT 1
    ) current ON true
    WHERE current.value IS NULL OR current.value <> s.value AND s.value IS DISTINCT FROM (
        SELECT o.value FROM observation o JOIN feed_run r ON r.id = o.run_id
        WHERE o.measure = s.measure AND o.period = s.period AND o.unit = s.unit AND o.detail = s.detail
          AND r.feed = :feed AND r.source = :source
        ORDER BY o.id DESC LIMIT 1
    )
    """
)


def _append(connection: Connection, run_id: int, origin: Origin, observations: tuple[Observation, ...]) -> int:
    if not observations:
        return 0
    _stage(connection, observations)
    # Not now(): that is when the transaction began, perhaps long before the one it had to wait for was seen by anybody.
    recorded_at = connection.scalar(select(func.clock_timestamp()))
    values = {"run_id": run_id, "recorded_at": recorded_at, "feed": origin.feed, "source": origin.source}
    return int(connection.execute(_APPEND, values).rowcount)


def _stage(connection: Connection, observations: tuple[Observation, ...]) -> None:
    connection.execute(
        text("CREATE TEMP TABLE staged (measure text, unit text, period text, detail text, value float8, record text) ON COMMIT DROP")
    )
    wire = connection.connection.driver_connection
    assert isinstance(wire, Wire)
    names = {period: str(period) for period in {one.period for one in observations}}
    with wire.cursor() as cursor, cursor.copy(sql.SQL("COPY staged FROM STDIN")) as copy:
        for one in observations:
            copy.write_row((one.measure, one.unit, names[one.period], one.detail, one.value, one.record))


_RELEASE = text(
    """
    UPDATE quarantine q SET released_at = clock_timestamp()
    WHERE q.feed = :feed AND q.source = :source AND q.released_at IS NULL AND NOT EXISTS (
        SELECT FROM unnest(CAST(:record AS text[]), CAST(:reason AS text[]), CAST(:raw AS text[])) AS n (record, reason, raw)
        WHERE (n.record, n.reason, n.raw) = (q.record, q.reason, q.raw))
    """
)
_HOLD = text(
    """
    INSERT INTO quarantine (feed, source, record, reason, raw, run_id, held_at)
    SELECT :feed, :source, n.record, n.reason, n.raw, :run_id, clock_timestamp()
    FROM unnest(CAST(:record AS text[]), CAST(:reason AS text[]), CAST(:raw AS text[])) AS n (record, reason, raw)
    WHERE NOT EXISTS (
        SELECT FROM quarantine q WHERE q.feed = :feed AND q.source = :source AND q.released_at IS NULL
          AND (q.record, q.reason, q.raw) = (n.record, n.reason, n.raw))
    """
)


def _quarantine(connection: Connection, run_id: int, origin: Origin, held: tuple[Held, ...]) -> None:
    """Holds what is newly held in this source, and releases what a new reading no longer holds."""
    values: dict[str, object] = {"feed": origin.feed, "source": origin.source, "run_id": run_id}
    for name in ("record", "reason", "raw"):
        values[name] = [getattr(one, name) for one in held]
    connection.execute(_RELEASE, values)
    connection.execute(_HOLD, values)


def _next_version(connection: Connection, feed: str) -> None:
    first = upsert(data_version).values(feed=feed, version=1, changed_at=func.now())
    connection.execute(
        first.on_conflict_do_update(
            index_elements=[data_version.c.feed], set_={"version": data_version.c.version + 1, "changed_at": func.now()}
        )
    )
    announce(connection, feed)
