"""Signatures of messages that were taken in, checked beside the way of the messages: in a process of its own, and landed as statements.

No message waits for a check. What waits for one is bounded in number and bytes; a door that brings more leaves messages unchecked (they
count as sent and not as checked, and it is told), an archive waits. What is found lands together, every two seconds at most, as a table
of `feeds/verdicts.py`: only that is kept, for the messages' own certificates and attachments must not be.
"""

import hashlib
import threading
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import structlog

from dashboard.errors import FeedError, StoreUnavailable
from dashboard.feeds.base import Context, Feed, Source, Taken
from dashboard.feeds.verdicts import Checked, moment, written
from dashboard.ingest import Desk, doubt
from dashboard.observations import Provenance
from dashboard.signatures.workshop import Job, Workshop
from dashboard.store.ledger import Counting, hash_key
from dashboard.store.raw import address
from dashboard.store.write import Origin, land

log = structlog.get_logger()

SOURCE: Final = "Kiểm tra chữ ký số"
"""What runs and evidence call these findings."""
SAMPLE: Final = 10
"""Of so many documents one is checked when checks are sampled."""
LAND_EVERY: Final = 2.0
WAITING_MOST: Final = 4_000
BYTES_MOST: Final = 96 * 1024 * 1024
_FRAME, _FRAME_BYTES = 64, 16 * 1024 * 1024
_ROWS_MOST: Final = 20_000
_LANDED_TOGETHER: Final = 2_000

Mode = Literal["all", "sampled", "off"]


@dataclass(frozen=True)
class Checking:
    """Which messages are checked, and the folders of whom to trust: for messages, and for simulated ones, whose authority nobody else
    must trust."""

    mode: Mode
    trust: Path
    simulated: Path


@dataclass(frozen=True, slots=True)
class _Waiting:
    content: bytes
    subjects: tuple[tuple[str, str], ...]
    provenance: Provenance


class Checker:
    """Takes messages from any thread; begins its work with the first one. One per process."""

    def __init__(self, desk: Desk, feed: Feed, checking: Checking) -> None:
        self._desk, self._feed, self._checking = desk, feed, checking
        self._waiting: deque[_Waiting] = deque()
        self._bytes = 0
        self._rows: dict[Provenance, list[Checked]] = defaultdict(list)
        self._changed = threading.Condition()
        self._worker: threading.Thread | None = None
        self._busy = self._closing = False
        self._landed_at = 0.0
        self._missed, self._told_at = 0, 0.0

    def offer(self, content: bytes, taken: Taken, provenance: Provenance, *, wait: bool = False) -> bool:
        """Puts a message in line if it is one whose signatures are to be checked; whether it is. `wait`: until there is room."""
        subjects = self._subjects(taken)
        if not subjects:
            return False
        with self._changed:
            if wait:
                self._changed.wait_for(self._has_room)
            if self._closing or not self._has_room():
                self._miss()
                return False
            self._waiting.append(_Waiting(content, subjects, provenance))
            self._bytes += len(content)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="signature checks", daemon=True)
                self._worker.start()
            self._changed.notify_all()
        return True

    def settle(self) -> None:
        """Waits until all that was offered is checked and landed."""
        with self._changed:
            self._changed.wait_for(lambda: self._worker is None or not (self._waiting or self._busy or any(self._rows.values())))

    def close(self) -> None:
        """Checks and lands what waits, and ends the work."""
        with self._changed:
            worker, self._closing = self._worker, True
            self._changed.notify_all()
        if worker is not None:
            worker.join()

    def _subjects(self, taken: Taken) -> tuple[tuple[str, str], ...]:
        """Key and sending of the documents that a message sends; recalls and statuses send none."""
        if self._checking.mode == "off" or taken.held is not None:
            return ()
        now = datetime.now(UTC)
        sent = tuple((event.key, str(event.attributes["sent"])) for event in taken.events if "sent" in event.attributes)
        if not sent or any(doubt(event, now) for event in taken.events):
            return ()
        return sent if self._checking.mode == "all" or in_sample(sent[0][0]) else ()

    def _has_room(self) -> bool:
        return self._closing or not self._waiting or (len(self._waiting) < WAITING_MOST and self._bytes < BYTES_MOST)

    def _miss(self) -> None:
        self._missed += 1
        if time.monotonic() - self._told_at > 60:
            log.warning("more messages than can be checked: their signatures stay unchecked", feed=self._feed.key, messages=self._missed)
            self._missed, self._told_at = 0, time.monotonic()

    def _work(self) -> None:
        workshop = Workshop(self._key(), {"simulated": self._checking.simulated, "real": self._checking.trust})
        try:
            while (frame := self._next()) is not None:
                try:
                    self._check(workshop, frame)
                    self._land_when_due()
                except Exception:  # supervised: whatever went wrong with these, the next are checked
                    log.exception("signatures could not be checked", feed=self._feed.key, messages=len(frame))
                self._done()
        finally:
            workshop.close()

    def _check(self, workshop: Workshop, frame: Sequence[_Waiting]) -> None:
        jobs = [Job(one.content, moment(one.subjects[0][1])[0], _list_of(one.provenance)) for one in frame]
        for one, verdict in zip(frame, workshop.verdicts(jobs) if jobs else (), strict=True):
            if verdict is not None:
                self._rows[one.provenance] += (Checked(key, sent, verdict) for key, sent in one.subjects)

    def _key(self) -> bytes:
        while True:
            try:
                return hash_key(self._desk.store)
            except StoreUnavailable:
                time.sleep(LAND_EVERY)

    def _next(self) -> list[_Waiting] | None:
        """What is to be checked next, nothing when findings are due to be landed; None at the end."""
        with self._changed:
            while not self._waiting:
                if self._closing and not any(self._rows.values()):
                    return None
                if any(self._rows.values()) and (self._closing or time.monotonic() >= self._landed_at + LAND_EVERY):
                    break
                self._changed.wait(0.2 if any(self._rows.values()) else None)
            frame: list[_Waiting] = []
            size = 0
            while self._waiting and len(frame) < _FRAME and (not frame or size + len(self._waiting[0].content) <= _FRAME_BYTES):
                size += len(self._waiting[0].content)
                frame.append(self._waiting.popleft())
            self._bytes -= size
            self._busy = True
            self._changed.notify_all()
            return frame

    def _done(self) -> None:
        with self._changed:
            self._busy = False
            self._changed.notify_all()

    def _land_when_due(self) -> None:
        many = sum(map(len, self._rows.values())) >= _LANDED_TOGETHER
        if not many and not self._closing and time.monotonic() < self._landed_at + LAND_EVERY:
            return
        self._landed_at = time.monotonic()
        for provenance, rows in self._rows.items():
            self._rows[provenance] = self._left(rows, provenance)

    def _left(self, rows: list[Checked], provenance: Provenance) -> list[Checked]:
        """Lands findings; those that have to wait because the database is away."""
        if not rows:
            return []
        try:
            land_verdicts(self._desk, self._feed, rows, provenance)
        except StoreUnavailable as error:
            log.warning("checked signatures wait", feed=self._feed.key, messages=len(rows), error=str(error))
            return [] if self._closing else rows[-_ROWS_MOST:]
        except FeedError as error:
            log.error("checked signatures could not be landed", feed=self._feed.key, messages=len(rows), error=str(error))
        return []


def land_verdicts(desk: Desk, feed: Feed, rows: Sequence[Checked], provenance: Provenance) -> int:
    """Lands findings as a source of their own; the number of cells that changed. Raises FeedError, StoreUnavailable."""
    assert feed.rules is not None, "a feed of messages has rules"
    desk.tell_definitions()
    began, content = datetime.now(UTC), written(rows)
    desk.raw.keep(content)
    parsed = feed.parse(Source(SOURCE, content), Context(desk.units, desk.catalog))
    origin = Origin(feed.key, SOURCE, address(content), began, provenance, concerns="bytes")
    landing = land(desk.store, origin, parsed, Counting(feed.rules, desk.days_off))
    log.debug("checked signatures landed", feed=feed.key, messages=len(rows), landed=landing.landed)
    return landing.landed


def in_sample(document: str) -> bool:
    """Whether a document is of the tenth that is checked when checks are sampled: the same whenever it is asked."""
    return int.from_bytes(hashlib.blake2b(document.encode("utf-8", "surrogatepass"), digest_size=4).digest()) % SAMPLE == 0


def _list_of(provenance: Provenance) -> str:
    return "simulated" if provenance == "simulated" else "real"
