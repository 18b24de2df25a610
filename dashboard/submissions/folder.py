"""The watched folder of workbooks: `<var>/incoming/workbooks/`. A file that says of which report, unit and period it is becomes a draft.

A file that was taken in is removed: it may name persons, and what may be kept of it lies in the raw store. One that is refused gets the
suffix `.loi`, with the reason in a text beside it, and is not tried again.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from dashboard.errors import FeedError, NotFound, StoreUnavailable, WorkbookError
from dashboard.incoming import FAILED, look
from dashboard.store.submission_book import Actor
from dashboard.submissions import deeds
from dashboard.submissions.deeds import Counter
from dashboard.workbooks.limits import MOST_BYTES

log = structlog.get_logger()

FOLDER: Final = "workbooks"
_REASON: Final = ".txt"
_ACTOR: Final = Actor("thư mục incoming/workbooks")


@dataclass
class WatchedFolder:
    """Looks into the folder at each tick. A file that is still being written changes from look to look: it is read once two agree."""

    counter: Counter
    _seen: dict[Path, tuple[int, int]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where files are put; beside the raw store."""
        return self.counter.desk.raw.folder.parent / "incoming" / FOLDER

    def tick(self) -> int:
        """Takes in the files that have settled; how many. While the database is away they stay and are tried again."""
        seen = {path: state for path, state in look(self.folder).items() if not path.name.endswith(FAILED + _REASON)}
        settled = [path for path, state in sorted(seen.items()) if self._seen.get(path) == state]
        self._seen = seen
        return sum(self._take(path) for path in settled)

    def _take(self, path: Path) -> bool:
        try:
            if path.stat().st_size > MOST_BYTES:
                raise WorkbookError("too_large", f"tệp lớn hơn {MOST_BYTES // 2**20} MB")
            content = path.read_bytes()
            handed = deeds.bring(self.counter, self.counter.asked_in(path.name, content), path.name, content, _ACTOR)
        except StoreUnavailable as error:
            log.warning("a workbook waits", file=path.name, error=str(error))
            return False
        except (WorkbookError, NotFound, FeedError) as error:
            refused = path.with_name(path.name + FAILED)
            path.rename(refused)
            refused.with_name(refused.name + _REASON).write_text(f"{path.name}: {error}.\n", encoding="utf-8")
            log.error("a workbook is refused", file=path.name, error=str(error))
            return False
        path.unlink()
        log.info("a workbook waits to be confirmed", file=path.name, submission=handed.submission.id, known=not handed.is_new)
        return True
