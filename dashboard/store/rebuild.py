"""Making anew what is derived: the tallies of ledger entries by today's rules, the cells that they count in, and the sums."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from psycopg import Connection as Wire
from sqlalchemy import Connection, select

from dashboard.store import Store, cells, rollup, told
from dashboard.store.folding import Folding, remember_folding
from dashboard.store.ledger import Counting, save, tallies_of
from dashboard.store.rollup import Rule
from dashboard.store.runs import Landing, Origin, claim, close_run, next_version, one_at_a_time, open_run
from dashboard.store.schema_ledger import feed_state
from dashboard.store.wire import make_stages, run, wire_of

Tell = Callable[[str, int, int], object]
"""Hears what is made anew, how much of it is done, and how much there is."""

SOURCE = "rebuild"
"""Name of the source under which recounted cells are written; it has no raw bytes."""
_NO_BYTES = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # SHA-256 of nothing
_PAGE = 5000


def rebuild(store: Store, folding: Folding, counting: Mapping[str, Counting], tell: Tell) -> int:
    """Recounts the ledger of every feed, and sums every measure anew; the number of cells that stood otherwise.

    Where everything was in order nothing changes. Landings of a feed wait while it is recounted, all of them while one measure is summed.
    Raises FeedError for rules that count badly, StoreUnavailable.
    """
    remember_folding(store, folding)
    changed = sum(_recount(store, feed, by, tell) for feed, by in counting.items())
    for place, (measure, kind, closes) in enumerate(sorted(folding.measures, key=str), 1):
        with store.transaction() as connection:
            wire = wire_of(connection)
            rollup.lock_rollups(wire, alone=True)
            make_stages(wire)
            rollup.renew(wire, measure, Rule(kind == "stock", closes))
        tell("sums", place, len(folding.measures))
    with store.transaction() as connection:
        wire = wire_of(connection)
        rollup.lock_rollups(wire, alone=True)
        told.renew(wire)
    return changed


def _recount(store: Store, feed: str, counting: Counting, tell: Tell) -> int:
    with store.transaction() as connection:
        one_at_a_time(connection, feed)
        wire = wire_of(connection)
        measures = _retally(wire, feed, counting, tell)
        if not measures:
            return 0
        rollup.lock_rollups(wire, alone=False)
        rollup.lock_measures(wire, measures)
        make_stages(wire)
        changed = run(wire, _RECOUNT, {"feed": feed, "measures": sorted(measures)}).rowcount
        if changed:
            _write(connection, wire, feed, measures, changed)
        return changed


def _write(connection: Connection, wire: "Wire[tuple[Any, ...]]", feed: str, measures: set[str], changed: int) -> None:
    provenance = connection.execute(select(feed_state.c.provenance).where(feed_state.c.feed == feed)).scalar_one()
    origin = Origin(feed, SOURCE, _NO_BYTES, datetime.now(UTC), provenance)
    claim(connection, origin)
    run_id = open_run(connection, origin)
    at = cells.write(wire, run_id)
    rollup.roll(wire, rollup.rules_of(wire, measures), at)
    close_run(connection, run_id, Landing(run_id, changed, 0, 0), error=None)
    next_version(connection, feed)


_COUNT = "SELECT count(*) FROM ledger WHERE feed = %(feed)s"
_NEXT = "SELECT subject, entry, tallies FROM ledger WHERE feed = %(feed)s AND subject > %(after)b ORDER BY subject LIMIT %(page)s"
# A cell that this feed wrote and that nothing counts in any more stands at 0.
_RECOUNT = """
    WITH counted AS (
        SELECT t->>0 AS measure, t->>1 AS unit, t->>2 AS period, t->>3 AS detail, sum((t->>4)::numeric)::float8 AS value
        FROM ledger l CROSS JOIN LATERAL json_array_elements(l.tallies) t
        WHERE l.feed = %(feed)s GROUP BY 1, 2, 3, 4
    ),
    standing AS (
        SELECT DISTINCT ON (o.measure, o.period, o.unit, o.detail) o.measure, o.period, o.unit, o.detail, o.value, r.feed
        FROM observation o JOIN feed_run r ON r.id = o.run_id
        WHERE o.measure = ANY(%(measures)s)
        ORDER BY o.measure, o.period, o.unit, o.detail, o.id DESC
    )
    INSERT INTO changed (measure, unit, period, detail, value, record, old)
    SELECT measure, unit, period, detail, coalesce(c.value, 0), '', s.value
    FROM counted c FULL JOIN standing s USING (measure, unit, period, detail)
    WHERE coalesce(c.value, 0) IS DISTINCT FROM s.value AND (c.value IS NOT NULL OR s.feed = %(feed)s AND length(period) IN (7, 10))
    """


def _retally(wire: "Wire[tuple[Any, ...]]", feed: str, counting: Counting, tell: Tell) -> set[str]:
    """Counts every entry by the rules as they are today; the measures that were or are counted."""
    (total,) = run(wire, _COUNT, {"feed": feed}).fetchone() or (0,)
    measures: set[str] = set()
    after, done = b"", 0
    while page := run(wire, _NEXT, {"feed": feed, "after": after, "page": _PAGE}).fetchall():
        fresh = {bytes(subject): (known, tallies_of(known, counting)) for subject, known, _ in page}
        measures |= {one[0] for _, _, old in page for one in old} | {one[0] for _, tallies in fresh.values() for one in tallies}
        save(wire, feed, {bytes(subject): fresh[bytes(subject)] for subject, _, old in page if fresh[bytes(subject)][1] != old})
        after, done = bytes(page[-1][0]), done + len(page)
        tell(feed, done, total)
    return measures
