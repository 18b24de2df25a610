"""The book of runs: who brought what, one landing of a feed at a time, and the version that tells everybody of a change.

All of it in the transaction that the caller is in.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from dashboard.errors import FeedError
from dashboard.observations import Provenance
from dashboard.store.schema import data_version, feed_run
from dashboard.store.schema_ledger import feed_state
from dashboard.store.signal import announce

_PROVENANCE_VI: dict[str | None, str] = {
    "official": "chính thức",
    "published": "đã công bố",
    "self_reported": "tự báo cáo",
    "simulated": "mô phỏng",
}


Concerns = Literal["source", "records", "bytes"]


@dataclass(frozen=True)
class Origin:
    """Where a batch comes from: feed, name of the source, SHA-256 of its raw bytes, when reading began, and whose figures they are.

    `request` is the sender's own name for this batch, when it may be sent again; `spoke_for` the unit that the sender is bound to.
    `replay_of` is the run whose bytes are read again: what was said since stands. `concerns` says which open records of its source's
    quarantine it speaks about: all of them, those that it names, or those of the same bytes. `mark` is how far the system that was asked
    has been read once this has landed.
    """

    feed: str
    source: str
    sha256: str
    started_at: datetime
    provenance: Provenance
    request: str | None = None
    concerns: Concerns = "source"
    spoke_for: str | None = None
    replay_of: int | None = None
    mark: str | None = None


@dataclass(frozen=True)
class Landing:
    """What became of a batch: cells new or changed; statements and events that said nothing new; records held back.

    `repeated`: the request had been taken in before, and this is what became of it then. `news` names the records of events that said
    something new.
    """

    run_id: int
    landed: int
    unchanged: int
    held: int
    repeated: bool = False
    news: frozenset[str] = frozenset()


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


def answered(connection: Connection, origin: Origin) -> Landing | None:
    """What became of this very request when its source brought it before. Raises FeedError when it brought other bytes then."""
    if origin.request is None:
        return None
    same = (feed_run.c.feed == origin.feed) & (feed_run.c.source == origin.source) & (feed_run.c.request == origin.request)
    row = connection.execute(select(feed_run).where(same, feed_run.c.error.is_(None))).one_or_none()
    if row is None:
        return None
    if row.sha256 != origin.sha256:
        raise FeedError(f"{origin.source}: yêu cầu “{origin.request}” đã được gửi trước đây với nội dung khác")
    return Landing(row.id, row.landed, row.unchanged, row.held, repeated=True)


def open_run(connection: Connection, origin: Origin) -> int:
    """Begins a run; its number."""
    statement = insert(feed_run).values(
        feed=origin.feed,
        source=origin.source,
        sha256=origin.sha256,
        request=origin.request,
        provenance=origin.provenance,
        spoke_for=origin.spoke_for,
        replay_of=origin.replay_of,
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
    announce(connection, feed)
