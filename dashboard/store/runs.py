"""The book of runs: who brought what, one landing of a feed at a time, and the version that tells everybody of a change.

All of it in the transaction that the caller is in.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from dashboard.errors import FeedError
from dashboard.observations import Provenance
from dashboard.store.schema import data_version, feed_run
from dashboard.store.schema_ledger import feed_state

CHANNEL = "data_version"
"""Where listeners hear the key of a feed whose figures changed."""
_PROVENANCE_VI: dict[str | None, str] = {
    "official": "chính thức",
    "published": "đã công bố",
    "self_reported": "tự báo cáo",
    "simulated": "mô phỏng",
}


@dataclass(frozen=True)
class Origin:
    """Where a batch comes from: feed, name of the source, SHA-256 of its raw bytes, when reading began, and whose figures they are."""

    feed: str
    source: str
    sha256: str
    started_at: datetime
    provenance: Provenance


@dataclass(frozen=True)
class Landing:
    """What became of a batch: cells new or changed; statements and events that said nothing new; records held back."""

    run_id: int
    landed: int
    unchanged: int
    held: int


def one_at_a_time(connection: Connection, feed: str) -> None:
    """Waits until no other transaction lands figures of this feed; until the end of this one none does."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"ingest:{feed}"))))


def claim(connection: Connection, origin: Origin) -> None:
    """Raises FeedError when the feed holds figures of another provenance here.

    Real and made-up figures of one feed never meet in one store: in a sum nobody could tell them apart any more.
    """
    fresh = upsert(feed_state).values(feed=origin.feed, provenance=origin.provenance, since=func.clock_timestamp())
    connection.execute(fresh.on_conflict_do_nothing())
    holds = connection.scalar(select(feed_state.c.provenance).where(feed_state.c.feed == origin.feed))
    if holds != origin.provenance:
        held, brought = _PROVENANCE_VI[holds], _PROVENANCE_VI[origin.provenance]
        raise FeedError(f"kho này đang giữ số liệu {held} của nguồn {origin.feed}: không nhận số liệu {brought}")


def open_run(connection: Connection, origin: Origin) -> int:
    """Begins a run; its number."""
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


def close_run(connection: Connection, run_id: int, landing: Landing, error: str | None) -> None:
    """Writes down how a run ended."""
    connection.execute(
        feed_run.update()
        .where(feed_run.c.id == run_id)
        .values(landed=landing.landed, unchanged=landing.unchanged, held=landing.held, error=error, finished_at=func.clock_timestamp())
    )


def next_version(connection: Connection, feed: str) -> None:
    """Counts a change of a feed's figures, and tells it to whoever listens on the channel once this transaction is kept."""
    first = upsert(data_version).values(feed=feed, version=1, changed_at=func.now())
    connection.execute(
        first.on_conflict_do_update(
            index_elements=[data_version.c.feed], set_={"version": data_version.c.version + 1, "changed_at": func.now()}
        )
    )
    connection.execute(select(func.pg_notify(CHANNEL, feed)))
