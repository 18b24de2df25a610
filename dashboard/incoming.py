"""The watched folder of a feed of messages: `<var>/incoming/<feed>/`. Whatever is put there (one message, a zip, a tar) is landed and
removed.

Removed, not kept: it may hold persons' data, and what may be kept of it lies in the raw store by then. A file that cannot be read whole
gets the suffix `.loi`, stays for the operator to look at, and is not tried again; what could be read of it was landed.
"""

from dataclasses import dataclass, field
from pathlib import Path

import structlog

from dashboard.checks import Checker
from dashboard.errors import FeedError, NotFound, StoreUnavailable
from dashboard.feeds.base import Feed, Taken
from dashboard.ingest import Desk
from dashboard.messages import land_archive

log = structlog.get_logger()

FAILED = ".loi"


@dataclass
class Incoming:
    """Looks into the folder at each tick. A file that is still being written changes from look to look: it is read once two agree."""

    desk: Desk
    feed: Feed
    checker: Checker | None = None
    _seen: dict[Path, tuple[int, int]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where files are put; beside the raw store."""
        return self.desk.raw.folder.parent / "incoming" / self.feed.key

    def tick(self) -> int:
        """Lands the files that have settled; how many. While the database is away they stay and are tried again."""
        seen = look(self.folder)
        settled = [path for path, state in sorted(seen.items()) if self._seen.get(path) == state]
        self._seen = seen
        return sum(self._take(path) for path in settled)

    def _hear(self, content: bytes, taken: Taken) -> None:
        if self.checker is not None:
            self.checker.offer(content, taken, self.feed.provenance, wait=True)

    def _take(self, path: Path) -> bool:
        messages = 0
        try:
            for step in land_archive(self.desk, self.feed, path, self._hear):
                messages = step.messages
            path.unlink()
        except StoreUnavailable as error:
            log.warning("incoming file waits", feed=self.feed.key, file=path.name, error=str(error))
            return False
        except (FeedError, NotFound) as error:
            path.rename(path.with_name(path.name + FAILED))
            log.error("incoming file could not be read whole", feed=self.feed.key, file=path.name, messages=messages, error=str(error))
            return False
        log.info("incoming file landed", feed=self.feed.key, file=path.name, messages=messages)
        return True


def look(folder: Path) -> dict[Path, tuple[int, int]]:
    """Files that may be read, each with its time and size; hidden ones are still being copied by whoever names them so."""
    if not folder.is_dir():
        return {}
    found = [path for path in folder.iterdir() if path.is_file() and path.name[0] != "." and path.suffix != FAILED]
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in found}
