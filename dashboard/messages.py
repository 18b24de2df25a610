"""Messages landed together: one transaction for many, with one pack of what may be kept of them as its raw bytes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from dashboard.errors import FeedError, NotFound
from dashboard.feeds.archive import Member, pack, stream, unique
from dashboard.feeds.base import Context, Feed, Source, Taken
from dashboard.ingest import Desk, doubt
from dashboard.observations import Event, Held, Parsed, Provenance
from dashboard.store.ledger import Counting
from dashboard.store.raw import address
from dashboard.store.write import Landing, Origin, land

log = structlog.get_logger()

Hear = Callable[[bytes, Taken], object]
"""Is told of each message of an archive, as it came and what became of it; it may take its time, and keep nothing."""

BATCH = 1_000
"""Messages of an archive that are landed together."""


@dataclass(frozen=True, slots=True)
class Named:
    """One message that was read, under the name that evidence and quarantine call it by. `stem` is the part of that name that its
    corrections share; empty when it corrects nothing."""

    record: str
    taken: Taken
    stem: str = ""


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of a batch: which records said something new, and which are held for what reason; the others were known."""

    landing: Landing
    news: frozenset[str]
    held: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an archive was read: bytes of the file, messages, and what became of the last batch (None before it is landed)."""

    position: int
    messages: int
    landed: Landed


def land_messages(
    desk: Desk, feed: Feed, source: str, provenance: Provenance, messages: Sequence[Named], replay_of: int | None = None
) -> Landed:
    """Lands messages whose records are distinct. Raises FeedError, StoreUnavailable; then nothing of them is in the store.

    The pack is only a part of its source: what it does not mention stays in quarantine.
    """
    desk.tell_definitions()
    began = datetime.now(UTC)
    events, held = _sorted_out(feed, messages, began)
    kept = pack(Member(one.record, one.taken.kept) for one in messages)
    desk.raw.keep(kept)
    assert feed.rules is not None, "a feed of messages has rules"
    origin = Origin(feed.key, source, address(kept), began, provenance, concerns="records", replay_of=replay_of)
    corrects = tuple({one.stem for one in messages if one.stem and one.record not in held})
    parsed = Parsed((), tuple(held.values()), tuple(events), corrects)
    landing = land(desk.store, origin, parsed, Counting(feed.rules, desk.days_off))
    log.debug("messages landed", feed=feed.key, source=source, messages=len(messages), landed=landing.landed, held=len(held))
    return Landed(landing, landing.news, {record: one.reason for record, one in held.items()})


def land_archive(desk: Desk, feed: Feed, path: Path, hear: Hear | None = None) -> Iterator[Progress]:
    """Reads a file of messages (one, a zip, a tar of millions) and lands it batch by batch; a second time it says nothing new.

    Raises NotFound for a file that is not there, FeedError for one that is damaged, StoreUnavailable. What was landed by then stays.
    """
    try:
        with path.open("rb") as file:
            count = 0
            for batch in _batches(desk, feed, path.name, stream(path.name, file, path.stat().st_size), hear):
                count += len(batch)
                yield Progress(file.tell(), count, land_messages(desk, feed, path.name, feed.provenance, batch))
    except OSError as error:
        raise NotFound(f"{path}: cannot be read ({error.strerror})") from None


def preview_archive(desk: Desk, feed: Feed, path: Path) -> Iterator[tuple[int, list[Held]]]:
    """What `land_archive` would land, batch by batch: the number of messages, and those that would be held. Raises as it does."""
    try:
        with path.open("rb") as file:
            for batch in _batches(desk, feed, path.name, stream(path.name, file, path.stat().st_size)):
                yield len(batch), list(_sorted_out(feed, batch, datetime.now(UTC))[1].values())
    except OSError as error:
        raise NotFound(f"{path}: cannot be read ({error.strerror})") from None


def _batches(desk: Desk, feed: Feed, name: str, found: Iterator[Member], hear: Hear | None = None) -> Iterator[list[Named]]:
    if feed.take is None:
        raise FeedError(f"{feed.key} takes no archives of messages")
    context = Context(desk.units, desk.catalog)
    batch: list[Named] = []
    names: set[str] = set()
    for member in found:
        record = unique(member.name or name, names)
        taken = feed.take(record, member.content, context)
        batch.append(Named(record, taken))
        if hear is not None:
            hear(member.content, taken)
        if len(batch) == BATCH:
            yield batch
            batch, names = [], set()
    if batch:
        yield batch


def _sorted_out(feed: Feed, messages: Sequence[Named], now: datetime) -> tuple[list[Event], dict[str, Held]]:
    """Events under the names of their records, and by record what is held; a message with one doubtful statement is held whole."""
    events: list[Event] = []
    held: dict[str, Held] = {}
    for one in messages:
        reason = next((found for event in one.taken.events if (found := doubt(event, now))), "")
        if one.taken.held is not None:
            held[one.record] = replace(one.taken.held, record=one.record)
        elif reason:
            shown = feed.excerpt(Source(one.record, one.taken.kept), one.record)
            held[one.record] = Held(one.record, reason, "\n".join(f"{name}: {text}" for name, text in shown))
        else:
            events += (event if event.record == one.record else replace(event, record=one.record) for event in one.taken.events)
    return events, held
