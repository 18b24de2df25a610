"""Reading again what was kept: the raw bytes of a run go through their feed's parser once more, after the cause of a fault is gone.

Harmless when repeated. A replay says whose figures it brings as the run did, and speaks for no more units than its sender was bound to;
what was said since then stands.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from dashboard import ingest
from dashboard.errors import FeedError, NotFound
from dashboard.feeds.archive import members
from dashboard.feeds.base import Context, Feed, Source
from dashboard.ingest import Desk, Sender
from dashboard.messages import Named, land_messages
from dashboard.store.queries import HeldRecord, Run, held_records, runs
from dashboard.store.replayed import Outcome, last_replays, outcome
from dashboard.store.sources import find_run, is_followed
from dashboard.store.write import Origin, record_failure

MOST = 20
"""Runs that are read again in one request of a browser."""


def replay_run(desk: Desk, feed: Feed, number: int) -> Outcome:
    """Reads the bytes of one run again. Raises NotFound for a run that this feed never had, FeedError for one that must not be."""
    found = find_run(desk.store, feed.key, number)
    if found is None:
        raise NotFound(f"nguồn {feed.name_vi} không có lần đọc số {number}")
    _check(desk, feed, found)
    return outcome(desk.store, feed.key, [_replay(desk, feed, found, None)])


def replay_held(desk: Desk, feed: Feed, reason: str | None = None, most: int | None = None) -> Outcome:
    """Reads the open records of a feed's quarantine again (those held for that reason), of at most so many runs.

    Those that were not read again yet come first, then those whose last replay is the oldest, so that no fault stands in others' way.
    """
    wanted = [one for one in held_records(desk.store, feed.key) if reason in (None, one.reason)]
    by_run = _by_bytes(runs(desk.store, {one.run_id for one in wanted}).values(), wanted)
    tried = last_replays(desk.store, feed.key, (run.replay_of or run.id for run, _ in by_run))
    by_run.sort(key=lambda pair: tried.get(pair[0].replay_of or pair[0].id, 0))
    return outcome(desk.store, feed.key, [_replay(desk, feed, found, records) for found, records in by_run[:most]])


def _by_bytes(found: Iterable[Run], held: Iterable[HeldRecord]) -> list[tuple[Run, frozenset[str]]]:
    """Runs with their held records, the oldest first; of several that read the same bytes of a source the last stands for all."""
    last: dict[tuple[str, str], Run] = {}
    key_of = {}
    for one in sorted(found, key=lambda run: run.id):
        key_of[one.id] = key = (one.source, one.sha256)
        last[key] = one
    records: dict[tuple[str, str], set[str]] = {}
    for record in held:
        records.setdefault(key_of[record.run_id], set()).add(record.record)
    return [(run, frozenset(records[key])) for key, run in sorted(last.items(), key=lambda pair: pair[1].id)]


def _check(desk: Desk, feed: Feed, run: Run) -> None:
    """Raises FeedError for a file that another one of its name has taken the place of: its old figures must not come back."""
    is_file = feed.take is None and feed.pull is None and not run.source.startswith("push:")
    if is_file and is_followed(desk.store, run):
        raise FeedError(f"{run.source} đã được đọc từ bản mới hơn lần đọc số {run.id}: hãy đọc lại bản mới ấy")


def _replay(desk: Desk, feed: Feed, run: Run, records: frozenset[str] | None) -> int:
    """Reads a run's bytes again, of messages those records only; the number of the new run, which says what came of it."""
    root = run.replay_of or run.id
    try:
        if run.provenance is None:
            raise FeedError(f"không rõ số liệu của lần đọc số {run.id} là thật hay mô phỏng, nên không đọc lại")
        source = Source(run.source, desk.raw.read(run.sha256))
        if feed.take is not None and not feed.is_own(source.content):
            return _messages(desk, feed, source, replace(run, id=root), records)
        sender = Sender(inside(desk, run.spoke_for), run.provenance, None, run.spoke_for, root)
        number = ingest.take(desk, feed, source, sender).run_id
        assert number is not None, "a source that was taken has a run"
        return number
    except (FeedError, NotFound) as error:
        whose = run.provenance or feed.provenance
        origin = Origin(feed.key, run.source, run.sha256, datetime.now(UTC), whose, spoke_for=run.spoke_for, replay_of=root)
        return record_failure(desk.store, origin, str(error))


def _messages(desk: Desk, feed: Feed, source: Source, run: Run, records: frozenset[str] | None) -> int:
    assert feed.take is not None, "a feed of messages"
    assert run.provenance is not None, "asked before"
    context = Context(desk.units, desk.catalog)
    found = [one for one in members(source.name, source.content) if records is None or one.name in records]
    if not found:
        raise FeedError(f"{source.name}: không còn bản tin nào để đọc lại")
    named = [Named(one.name, feed.take(one.name, one.content, context)) for one in found]
    return land_messages(desk, feed, source.name, run.provenance, named, run.id).landing.run_id


def inside(desk: Desk, unit: str | None) -> frozenset[str] | None:
    """The keys of a unit and of all that ever lay in it; None for a sender that was bound to none."""
    if unit is None:
        return None
    parents = {one.key: one.parent for one in desk.units.all()}

    def lies_in(key: str | None) -> bool:
        return key is not None and (key == unit or lies_in(parents.get(key)))

    return frozenset(key for key in parents if lies_in(key))
