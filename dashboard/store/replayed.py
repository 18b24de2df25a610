"""What reading a run's bytes again must not undo, and what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select, text

from dashboard.observations import Parsed
from dashboard.store import Store
from dashboard.store.schema import feed_run

# By the run whose bytes they are: the number of a replay is younger than what it says.
_SURPASSED = text(
    """
    SELECT n.place FROM unnest(CAST(:measure AS text[]), CAST(:unit AS text[]), CAST(:period AS text[]), CAST(:detail AS text[]))
        WITH ORDINALITY AS n (measure, unit, period, detail, place)
    WHERE :replayed < (
        SELECT coalesce(r.replay_of, r.id) FROM observation o JOIN feed_run r ON r.id = o.run_id
        WHERE o.measure = n.measure AND o.period = n.period AND o.unit = n.unit AND o.detail = n.detail
        ORDER BY o.id DESC LIMIT 1)
    """
)
_OUTCOME = text(
    """
    SELECT (SELECT coalesce(sum(landed), 0) FROM feed_run WHERE feed = :feed AND id = ANY (:runs)) AS landed,
        (SELECT coalesce(sum(held), 0) FROM feed_run WHERE feed = :feed AND id = ANY (:runs)) AS held,
        (SELECT count(*) FROM quarantine q WHERE q.feed = :feed AND q.released_by = ANY (:runs) AND NOT EXISTS (
            SELECT FROM quarantine again WHERE again.feed = q.feed AND again.source = q.source AND again.record = q.record
              AND again.run_id = ANY (:runs) AND again.released_at IS NULL)) AS released,
        ARRAY(SELECT DISTINCT error FROM feed_run WHERE feed = :feed AND id = ANY (:runs) AND error IS NOT NULL) AS errors
    """
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of replays: their runs, cells new or changed, records released for good, records still held, and why runs failed."""

    runs: tuple[int, ...]
    landed: int
    released: int
    held: int
    errors: tuple[str, ...]


def unsurpassed(connection: Connection, replayed: int | None, parsed: Parsed) -> Parsed:
    """Less the statements about cells of which a later run than the replayed one has spoken; events stand, the ledger orders them."""
    if replayed is None or not parsed.observations:
        return parsed
    said = parsed.observations
    columns = {
        "measure": [one.measure for one in said],
        "unit": [one.unit for one in said],
        "period": [str(one.period) for one in said],
        "detail": [one.detail for one in said],
    }
    surpassed = set(connection.scalars(_SURPASSED, {**columns, "replayed": replayed}))
    return replace(parsed, observations=tuple(one for place, one in enumerate(said, 1) if place not in surpassed))


def last_replays(store: Store, feed: str, roots: Iterable[int]) -> dict[int, int]:
    """By run that was read again: the number of the last replay of it."""
    ours = (feed_run.c.feed == feed) & feed_run.c.replay_of.in_(list(roots))
    statement = select(feed_run.c.replay_of, func.max(feed_run.c.id).label("last")).where(ours).group_by(feed_run.c.replay_of)
    with store.transaction([]) as connection:
        return {row.replay_of: row.last for row in connection.execute(statement)}


def outcome(store: Store, feed: str, runs: Sequence[int]) -> Outcome:
    """What came of these runs of a feed."""
    with store.transaction([]) as connection:
        row = connection.execute(_OUTCOME, {"feed": feed, "runs": list(runs)}).one()
        return Outcome(tuple(runs), int(row.landed), row.released, int(row.held), tuple(row.errors))
