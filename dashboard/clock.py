"""Reads the feeds when they are due. The only home of APScheduler; of many clocks on one database one works, the others stand by.

When a feed is due stands in the database (`store.turns`), not here: so a clock that takes over, or comes back after a night, begins
with what has become due meanwhile, once for each feed. A feed is planned anew only when its reading has ended, so that it never runs twice
at a time.
"""

import random
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler

from dashboard import pulls
from dashboard.checks import Checker
from dashboard.errors import StoreUnavailable
from dashboard.feeds.base import Feed
from dashboard.incoming import Incoming
from dashboard.ingest import Desk
from dashboard.store import turns
from dashboard.store.lease import sole_holder
from dashboard.submissions.deeds import Counter
from dashboard.submissions.folder import WatchedFolder

log = structlog.get_logger()

LOOK_EVERY = 2
"""Seconds between two looks at the published files, and between two signs of life."""
AT_ONCE: Final = 10
"""Feeds that are read at the same time."""
LONGEST_PAUSE: Final = timedelta(hours=1)
"""A source that keeps failing is asked this often at least, or as often as it is read when all is well, if that is seldomer."""
_JITTER: Final = 0.1
"""Share of its pause by which a feed may be early or late, so that not everything is asked at the full hour."""
_SOON: Final = timedelta(seconds=5)
"""What is overdue at the start is spread over this."""
_STORE_AWAY: Final = timedelta(seconds=10)

Fingerprint = frozenset[tuple[str, int, int]]


def keep_time(desk: Desk, checker: Checker | None = None, counter: Counter | None = None) -> None:
    """Works until the process is told to stop. Raises StoreUnavailable when the lock is lost: another clock may work by then."""
    with sole_holder(desk.store, "clock") as check:
        log.debug("clock at work", feeds=len(desk.feeds))
        scheduler = make_schedule(desk, check, checker, counter)
        over = threading.Event()
        ears = threading.Thread(target=turns.listen, args=(desk.store, scheduler.hear, over), name="requests", daemon=True)
        ears.start()
        try:
            scheduler.start()
        finally:
            over.set()
        check()


class Schedule(BlockingScheduler):  # type: ignore[misc]
    """A job for every feed that says how often, one that watches the published files, and one that stops it all when the lock is lost."""

    def __init__(self, desk: Desk) -> None:
        executors = {"default": ThreadPoolExecutor(AT_ONCE), "lock": ThreadPoolExecutor(1)}
        never_miss = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        super().__init__(timezone=UTC, executors=executors, job_defaults=never_miss)
        self.readings = {feed.key: Reading(desk, feed, self.plan) for feed in desk.feeds.values() if feed.every is not None}
        self._desk = desk

    def plan(self, feed: str, at: datetime) -> None:
        """Reads a feed at an instant, and at no other that was planned before."""
        # More than one instance: what comes while a turn goes on, or is just ending, must reach the reading, which sees to it itself.
        self.add_job(self.readings[feed].turn, "date", run_date=at, id=feed, replace_existing=True, max_instances=4)

    def hear(self) -> None:
        """Reads at once what somebody asked for; a feed that is being read is read again afterwards. Silent while the store is away."""
        try:
            for one in turns.asked(self._desk.store, self.readings):
                self.plan(one.feed, datetime.now(UTC))
        except StoreUnavailable as error:
            log.warning("requests wait", error=str(error))


def make_schedule(desk: Desk, check: Callable[[], None], checker: Checker | None = None, counter: Counter | None = None) -> Schedule:
    """Everything that a clock does, planned and not begun. Raises StoreUnavailable."""
    schedule = Schedule(desk)
    turns.forget_begun(desk.store)
    known, now = turns.turns(desk.store), datetime.now(UTC)
    for key, reading in schedule.readings.items():
        at = first_turn(reading.feed, known[key].next_at if key in known else None, now)
        turns.plan(desk.store, key, at)
        schedule.plan(key, at)
    watch = Watch(desk.data / "published", look(desk.data / "published"))
    files = [reading for reading in schedule.readings.values() if reading.feed.pull is None]
    schedule.add_job(lambda: watch.tick(lambda: _turn_all(files)), "interval", seconds=LOOK_EVERY, id="published files")
    for feed in (one for one in desk.feeds.values() if one.take is not None):
        schedule.add_job(Incoming(desk, feed, checker).tick, "interval", seconds=LOOK_EVERY, id=f"{feed.key} incoming")
    if counter is not None:
        schedule.add_job(WatchedFolder(counter).tick, "interval", seconds=LOOK_EVERY, id="workbooks")
    # In a thread of its own: a sign of life must not wait for sources that are slow.
    schedule.add_job(lambda: _stop_when_lost(schedule, check), "interval", seconds=LOOK_EVERY, id="lock", executor="lock")
    return schedule


def first_turn(feed: Feed, planned: datetime | None, now: datetime) -> datetime:
    """When a clock that begins to work reads a feed: as planned; what is overdue, and a system that was never asked, soon; files that
    were never read when they are due, for they are read at the start."""
    assert feed.every is not None, "a feed that is read"
    if planned is None:
        return now + (_spread(_SOON) if feed.pull is not None else feed.every)
    return max(planned, now + _spread(_SOON))


def next_turn(every: timedelta, failures: int) -> timedelta:
    """How long to wait after a reading: longer and longer while it fails, and never exactly as long as others do."""
    pause = every if not failures else min(every * 2 ** min(failures, 20), max(LONGEST_PAUSE, every))
    return pause * random.uniform(1 - _JITTER, 1 + _JITTER)


def _turn_all(readings: Iterable["Reading"]) -> None:
    for one in readings:
        one.turn()


def _spread(most: timedelta) -> timedelta:
    return most * random.random()


@dataclass
class Reading:
    """A feed's turns: one at a time, each planning the next."""

    desk: Desk
    feed: Feed
    plan: Callable[[str, datetime], None]
    _alone: threading.Lock = field(default_factory=threading.Lock)
    _again: threading.Event = field(default_factory=threading.Event)

    def turn(self) -> None:
        """Reads the feed and plans its next turn, whatever became of this one; while one goes on it only sees to it that another
        follows."""
        if not self._alone.acquire(blocking=False):
            self._again.set()
            return
        self._again.clear()
        at = datetime.now(UTC) + _STORE_AWAY
        try:
            at = self._read()
        except StoreUnavailable as error:
            log.warning("a feed waits", feed=self.feed.key, error=str(error))
        finally:
            self._alone.release()
            self.plan(self.feed.key, datetime.now(UTC) if self._again.is_set() else at)

    def _read(self) -> datetime:
        """Raises StoreUnavailable."""
        key, store = self.feed.key, self.desk.store
        assert self.feed.every is not None, "a feed that is read"
        turns.begin(store, key)
        error = self._fault()
        before = turns.turns(store)[key].failures
        failures = before + 1 if error else 0
        at = datetime.now(UTC) + next_turn(self.feed.every, failures)
        turns.end(store, key, failures, error, at)
        return at

    def _fault(self) -> str | None:
        """Reads; why it brought nothing, or None. Raises StoreUnavailable."""
        try:
            reports = list(pulls.read(self.desk, self.feed))
        except StoreUnavailable:
            raise
        except Exception as error:  # one feed's fault is not to end the clock
            log.exception("a feed failed", feed=self.feed.key)
            return f"lỗi của chương trình ({type(error).__name__})"
        return next((report.error for report in reports if report.error is not None), None)


@dataclass
class Watch:
    """Notices changed files. A file still being copied changes from look to look: acted on once two looks agree."""

    folder: Path
    acted_on: Fingerprint
    last_seen: Fingerprint | None = None

    def tick(self, act: Callable[[], object]) -> bool:
        """Looks once, and acts when there is a settled change; whether it did."""
        seen = look(self.folder)
        settled = seen == self.last_seen
        self.last_seen = seen
        if not settled or seen == self.acted_on:
            return False
        act()
        self.acted_on = seen
        return True


def look(folder: Path) -> Fingerprint:
    """Names, times and sizes of the files of a folder; nothing when there is no such folder."""
    if not folder.is_dir():
        return frozenset()
    states = ((path.name, path.stat()) for path in folder.iterdir() if path.is_file())
    return frozenset((name, state.st_mtime_ns, state.st_size) for name, state in states)


def _stop_when_lost(schedule: Schedule, check: Callable[[], None]) -> None:
    try:
        check()
    except StoreUnavailable as error:
        log.error("clock stops", error=str(error))
        schedule.shutdown(wait=False)
