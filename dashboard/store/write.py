"""Landing what a feed read: one transaction a source, append-only, harmless when repeated."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from psycopg import Connection as Wire
from sqlalchemy import Connection, func, insert, select, text

from dashboard.errors import FeedError
from dashboard.observations import Held, Parsed
from dashboard.store import Store, cells, ledger, rollup, told
from dashboard.store.cells import Author, Counted
from dashboard.store.ledger import Counting
from dashboard.store.replayed import unsurpassed
from dashboard.store.runs import Landing as Landing
from dashboard.store.runs import Origin as Origin
from dashboard.store.runs import answered, claim, close_run, next_version, one_at_a_time, open_run
from dashboard.store.schema import catalog_content
from dashboard.store.turns import remember_mark
from dashboard.store.wire import make_stages, wire_of

Together = Callable[[Connection, Landing], object]
"""What is kept in the same transaction as a landing, or neither is."""


def land(store: Store, origin: Origin, parsed: Parsed, counting: Counting | None = None, together: Together | None = None) -> Landing:
    """Writes a batch with its run, ledger, sums, quarantine and data version in one transaction.

    A cell whose current value is the same gets no new row; a different value becomes a revision, unless this very source said so
    before: a file that was left lying beside its correction says nothing new. Events go through the ledger, by the rules of `counting`,
    and change the cells that they count in. Raises FeedError for figures of another provenance than the feed holds here, and for
    impossible values; StoreUnavailable when the database does not answer; and whatever `together` raises. Then nothing was written.
    """
    with store.transaction() as connection:
        one_at_a_time(connection, origin.feed)
        if earlier := answered(connection, origin):
            return earlier
        if parsed.observations or parsed.events:
            claim(connection, origin)
        run_id = open_run(connection, origin)
        parsed = unsurpassed(connection, origin.replay_of, parsed)
        landing = _write(connection, Author(run_id, origin.feed, origin.source), parsed, counting)
        _quarantine(connection, run_id, origin, parsed)
        close_run(connection, run_id, landing, error=None)
        if origin.mark is not None:
            remember_mark(connection, origin.feed, origin.mark, run_id)
        if landing.landed:
            next_version(connection, origin.feed)
        if together is not None:
            together(connection, landing)
    return landing


def _write(connection: Connection, author: Author, parsed: Parsed, counting: Counting | None) -> Landing:
    wire = wire_of(connection)
    counted = Counted()
    if parsed.events:
        if counting is None:
            raise FeedError(f"{author.feed}: brings events, and there are no rules to count them by")
        counted = ledger.enter(wire, author.feed, parsed.events, counting)
    measures = {one.measure for one in parsed.observations}
    if both := measures & {cell[0] for cell in counted.cells}:
        raise FeedError(f"{author.feed}: {', '.join(sorted(both))} both stated and counted")
    measures |= {cell[0] for cell in counted.cells}
    stated, landed = _write_cells(wire, author, measures, parsed, counted) if measures else (0, 0)
    unchanged = len(parsed.observations) - stated + counted.idle
    return Landing(author.run_id, landed, unchanged, len(parsed.held), news=counted.news)


def _write_cells(wire: "Wire[tuple[Any, ...]]", author: Author, measures: set[str], parsed: Parsed, counted: Counted) -> tuple[int, int]:
    """Writes what is stated and counted, and the sums; how many stated cells changed, and how many cells in all."""
    rollup.lock_rollups(wire, alone=False)
    rollup.lock_measures(wire, measures)
    rules = rollup.rules_of(wire, measures)
    make_stages(wire)
    said = cells.keyed(parsed.observations, frozenset(rules))
    stated = cells.compare(wire, author, said)
    landed = stated.changed + cells.add(wire, counted)
    if landed:
        told.enter(wire, said.keys() | counted.cells.keys() if counted.cells else said)
        at = cells.write(wire, author.run_id)
        rollup.roll(wire, rules, at, of_known_periods=stated.of_known_periods or bool(counted.cells))
    return stated.changed, landed


def record_failure(store: Store, origin: Origin, error: str, held: tuple[Held, ...] | None = None) -> int:
    """Writes a run that brought nothing, so that the board can say since when and why; old figures stay. Its number.

    `held` are the records in doubt of a source that could be read but brought too little; None leaves the quarantine as it is.
    """
    with store.transaction() as connection:
        one_at_a_time(connection, origin.feed)
        # Its name is free again: a request that failed may be sent once more, put right.
        run_id = open_run(connection, replace(origin, request=None))
        if held is not None:
            _quarantine(connection, run_id, origin, Parsed(held=held))
        close_run(connection, run_id, Landing(run_id, 0, 0, len(held or ())), error=error)
    return run_id


def remember_catalog(store: Store, digest: str, texts: dict[str, str]) -> None:
    """Stores the definitions when they differ from the last ones stored: `as_of` a past instant uses those of its day."""
    with store.transaction() as connection:
        one_at_a_time(connection, "catalog")
        last = connection.scalar(select(catalog_content.c.digest).order_by(catalog_content.c.id.desc()).limit(1))
        if last != digest:
            connection.execute(insert(catalog_content).values(digest=digest, texts=texts, stored_at=func.clock_timestamp()))


DIGEST_LONG = 20
"""Characters at the end of a message's record that tell it from another one of the same stem: a digest, and `.xml`."""

_RELEASE = text(
    """
    UPDATE quarantine q SET released_at = clock_timestamp(), released_by = :run_id
    WHERE q.feed = :feed AND q.source = :source AND q.released_at IS NULL
      AND CASE :concerns
          WHEN 'records' THEN q.record = ANY(CAST(:read AS text[])) OR left(q.record, -:digest) = ANY(CAST(:corrects AS text[]))
          WHEN 'bytes' THEN EXISTS (SELECT FROM feed_run r WHERE r.id = q.run_id AND r.sha256 = :sha256) ELSE true END
      AND NOT EXISTS (
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
        SELECT FROM quarantine q WHERE q.feed = :feed AND q.source = :source
          AND (q.released_at IS NULL OR q.dismissed_by IS NOT NULL OR q.corrected_by IS NOT NULL)
          AND (q.record, q.reason, q.raw) = (n.record, n.reason, n.raw))
    """
)


def _quarantine(connection: Connection, run_id: int, origin: Origin, parsed: Parsed) -> None:
    """Holds what is newly held in this source and was not decided upon, and releases what a new reading no longer holds."""
    values: dict[str, object] = {"feed": origin.feed, "source": origin.source, "run_id": run_id}
    values |= {"concerns": origin.concerns, "sha256": origin.sha256}
    for name in ("record", "reason", "raw"):
        values[name] = [getattr(one, name) for one in parsed.held]
    named = {one.record for one in parsed.held} | {one.record for one in parsed.events}
    values["read"] = list(named) if origin.concerns == "records" else []
    values |= {"corrects": list(parsed.corrects), "digest": DIGEST_LONG}
    connection.execute(_RELEASE, values)
    connection.execute(_HOLD, values)
