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

    A cell whose current value is the same gets no new row; a different value becomes a revision.
    """
    with store.engine.begin() as connection:
        _one_at_a_time(connection, origin.feed)
        run_id = _open_run(connection, origin)
        landed = _append(connection, run_id, parsed.observations)
        _quarantine(connection, run_id, origin, parsed.held)
        unchanged = len(parsed.observations) - landed
        _close_run(connection, run_id, Landing(run_id, landed, unchanged, len(parsed.held)), error=None)
        if landed:
            _next_version(connection, origin.feed)
    return Landing(run_id, landed, unchanged, len(parsed.held))


def record_failure(store: Store, origin: Origin, error: str) -> None:
    """Writes a run that brought nothing, so that the board can say since when and why; old figures stay."""
    with store.engine.begin() as connection:
        run_id = _open_run(connection, origin)
        _close_run(connection, run_id, Landing(run_id, 0, 0, 0), error=error)


def remember_catalog(store: Store, digest: str, texts: dict[str, str]) -> None:
    """Stores the definitions when they differ from the last ones stored: `as_of` a past instant uses those of its day."""
    with store.engine.begin() as connection:
        last = connection.scalar(select(catalog_content.c.digest).order_by(catalog_content.c.id.desc()).limit(1))
        if last != digest:
            connection.execute(insert(catalog_content).values(digest=digest, texts=texts))


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


def _append(connection: Connection, run_id: int, observations: tuple[Observation, ...]) -> int:
    if not observations:
        return 0
    _stage(connection, observations)
    # One statement for the batch: a probe of the cell's index per row, and only what differs is written.
    result = connection.execute(
        text(
            """
            INSERT INTO observation (measure, unit, period, detail, value, run_id, record)
            SELECT s.measure, s.unit, s.period, s.detail, s.value, :run_id, s.record
            FROM staged s
            LEFT JOIN LATERAL (
                SELECT o.value FROM observation o
                WHERE o.measure = s.measure AND o.period = s.period AND o.unit = s.unit AND o.detail = s.detail
                ORDER BY o.id DESC LIMIT 1
            ) current ON true
            WHERE current.value IS DISTINCT FROM s.value
            """
        ),
        {"run_id": run_id},
    )
    return int(result.rowcount)


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


def _quarantine(connection: Connection, run_id: int, origin: Origin, held: tuple[Held, ...]) -> None:
    """Holds what is newly held in this source, and releases what a new reading no longer holds."""
    here = {"feed": origin.feed, "source": origin.source}
    rows = [{"record": one.record, "reason": one.reason, "raw": one.raw} for one in held]
    connection.execute(
        text(
            """
            UPDATE quarantine q SET released_at = now()
            WHERE q.feed = :feed AND q.source = :source AND q.released_at IS NULL
              AND (q.record, q.reason, q.raw) NOT IN (
                  SELECT * FROM unnest(CAST(:records AS text[]), CAST(:reasons AS text[]), CAST(:raws AS text[])))
            """
        ),
        here | {name + "s": [row[name] for row in rows] for name in ("record", "reason", "raw")},
    )
    if rows:
        connection.execute(
            text(
                """
                INSERT INTO quarantine (feed, source, record, reason, raw, run_id)
                SELECT :feed, :source, :record, :reason, :raw, :run_id
                WHERE NOT EXISTS (
                    SELECT FROM quarantine q WHERE q.feed = :feed AND q.source = :source AND q.record = :record
                      AND q.reason = :reason AND q.raw = :raw AND q.released_at IS NULL)
                """
            ),
            [here | row | {"run_id": run_id} for row in rows],
        )


def _next_version(connection: Connection, feed: str) -> None:
    first = upsert(data_version).values(feed=feed, version=1, changed_at=func.now())
    connection.execute(
        first.on_conflict_do_update(
            index_elements=[data_version.c.feed], set_={"version": data_version.c.version + 1, "changed_at": func.now()}
        )
    )
