"""Reads the feeds when they are due. The only home of APScheduler; of many clocks on one database one works, the others stand by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import structlog
from apscheduler.schedulers.blocking import BlockingScheduler

from dashboard.errors import StoreUnavailable
from dashboard.feeds.base import Feed
from dashboard.incoming import Incoming
from dashboard.ingest import Desk, run
from dashboard.store.lease import sole_holder

log = structlog.get_logger()

LOOK_EVERY = 2
"""Seconds between two looks at the published files."""

Fingerprint = frozenset[tuple[str, int, int]]


def keep_time(desk: Desk) -> None:
    """Works until the process is told to stop. Raises StoreUnavailable when the lock is lost: another clock may work by then."""
    with sole_holder(desk.store, "clock") as check:
        log.debug("clock at work", feeds=len(desk.feeds))
        scheduler = make_schedule(desk, check)
        scheduler.start()
        check()


def make_schedule(desk: Desk, check: Callable[[], None]) -> BlockingScheduler:
    """A job for every feed that says how often, one that watches the published files, and one that stops it all when the lock is lost."""
    scheduler = BlockingScheduler(timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
    feeds = [feed for feed in desk.feeds.values() if feed.every is not None]
    for feed in feeds:
        assert feed.every is not None
        scheduler.add_job(read, "interval", args=[desk, feed], seconds=feed.every.total_seconds(), id=feed.key)
    watch = Watch(desk.data / "published", look(desk.data / "published"))
    scheduler.add_job(
        lambda: watch.tick(lambda: [read(desk, feed) for feed in feeds]), "interval", seconds=LOOK_EVERY, id="published files"
    )
    for feed in (one for one in desk.feeds.values() if one.take is not None):
        scheduler.add_job(Incoming(desk, feed).tick, "interval", seconds=LOOK_EVERY, id=f"{feed.key} incoming")
    scheduler.add_job(lambda: _stop_when_lost(scheduler, check), "interval", seconds=LOOK_EVERY, id="lock")
    return scheduler


def read(desk: Desk, feed: Feed) -> int:
    """Runs one feed; the number of sources read. What went wrong with a source is in its run and in the log."""
    return sum(1 for _ in run(desk, feed))


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


def _stop_when_lost(scheduler: BlockingScheduler, check: Callable[[], None]) -> None:
    try:
        check()
    except StoreUnavailable as error:
        log.error("clock stops", error=str(error))
        scheduler.shutdown(wait=False)
