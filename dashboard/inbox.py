"""Messages that arrive one by one, landed together: each is answered only when the transaction that holds it was kept.

Group commit: the first message is landed at once; those that come meanwhile go together into the next transaction, and two transactions
begin at least 0.2 s apart. So a single message waits for nobody, and a thousand a second cost five commits. What waits is bounded: when
the database is slower than the senders, they are told to come back, and nothing piles up here.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import structlog

from dashboard.errors import DashboardError, FeedError, StoreUnavailable
from dashboard.feeds.archive import tidy
from dashboard.feeds.base import Feed, Taken
from dashboard.ingest import Desk
from dashboard.messages import Named, land_messages
from dashboard.observations import Provenance
from dashboard.store.write import DIGEST_LONG

log = structlog.get_logger()

PAUSE = 0.2
"""Seconds between the beginnings of two transactions."""
BATCH_MOST = 2_000
WAITING_MOST = 6_000
_RECORD_LONGEST, _ABOUT_LONG = 150, 12
_SUFFIX = ".xml"


class InboxFull(DashboardError):
    """More messages wait than may; the sender is to come back in a moment."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message.

    accepted: it said something new, which is kept. known: all of it was known before. held: it is in quarantine, `reason` says why.
    refused: it cannot be taken in here, `reason` says why. away: the store did not answer and nothing is kept. failed: an error of ours.
    """

    state: Literal["accepted", "known", "held", "refused", "away", "failed"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Waiting:
    message: Named
    provenance: Provenance
    outcome: "Future[Outcome]"


class Inbox:
    """Takes messages of one feed from any thread, and lands them in a thread of its own. One per process; any number of processes."""

    def __init__(self, desk: Desk, feed: Feed, source: str) -> None:
        self._desk, self.feed, self._source = desk, feed, source
        self._waiting: list[_Waiting] = []
        self._changed = threading.Condition()
        self._worker: threading.Thread | None = None
        self._began = -PAUSE

    def offer(self, taken: Taken, provenance: Provenance) -> "Future[Outcome]":
        """Puts one message in line; the future is done when its transaction was kept, or was not. Raises InboxFull."""
        record = record_of(taken)
        stem = record[:-DIGEST_LONG] if taken.about else ""
        waiting = _Waiting(Named(record, taken, stem), provenance, Future())
        with self._changed:
            if len(self._waiting) >= WAITING_MOST:
                raise InboxFull(f"{len(self._waiting)} messages wait already")
            self._waiting.append(waiting)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name=f"inbox {self.feed.key}", daemon=True)
                self._worker.start()
            self._changed.notify()
        return waiting.outcome

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
            time.sleep(max(0.0, self._began + PAUSE - time.monotonic()))
            with self._changed:
                batch, self._waiting = self._waiting[:BATCH_MOST], self._waiting[BATCH_MOST:]
            self._began = time.monotonic()
            by_provenance: dict[Provenance, list[_Waiting]] = defaultdict(list)
            for one in batch:
                if one.outcome.set_running_or_notify_cancel():  # else its sender has gone, unanswered
                    by_provenance[one.provenance].append(one)
            for provenance, group in by_provenance.items():
                self._settle(group, provenance)

    def _settle(self, group: Sequence[_Waiting], provenance: Provenance) -> None:
        """Gives every message of a group its outcome. One that cannot be landed must not take the others with it: a group that fails is
        tried again in halves, down to the culprit."""
        try:
            outcomes = self._landed(group, provenance)
        except StoreUnavailable as error:
            log.warning("messages could not be landed", feed=self.feed.key, messages=len(group), error=str(error))
            outcomes = dict.fromkeys((one.message.record for one in group), Outcome("away"))
        except FeedError as error:
            if len(group) > 1:
                return self._halve(group, provenance)
            outcomes = {group[0].message.record: Outcome("refused", str(error))}
        except Exception:
            if len(group) > 1:
                return self._halve(group, provenance)
            log.exception("a message could not be landed", feed=self.feed.key, record=group[0].message.record)
            outcomes = {group[0].message.record: Outcome("failed")}
        for one in group:
            one.outcome.set_result(outcomes[one.message.record])
        return None

    def _halve(self, group: Sequence[_Waiting], provenance: Provenance) -> None:
        middle = len(group) // 2
        self._settle(group[:middle], provenance)
        self._settle(group[middle:], provenance)

    def _landed(self, group: Sequence[_Waiting], provenance: Provenance) -> dict[str, Outcome]:
        # The same message twice in a group is one member of the pack, and both senders get its outcome.
        messages = list({one.message.record: one.message for one in group}.values())
        landed = land_messages(self._desk, self.feed, self._source, provenance, messages)
        outcomes = {record: Outcome("held", reason) for record, reason in landed.held.items()}
        for one in messages:
            outcomes.setdefault(one.record, Outcome("accepted" if one.record in landed.news else "known"))
        return outcomes


def record_of(taken: Taken) -> str:
    """The name of a message in its pack: its identifier as people know it, what it is about, and a digest that tells two messages about
    one document apart. All but the digest is the same for a message and its correction."""
    digest = sha256(taken.kept).hexdigest()[: DIGEST_LONG - len(_SUFFIX)]
    about = f"{sha256(taken.about.encode('utf-8', 'surrogatepass')).hexdigest()[:_ABOUT_LONG]}-" if taken.about else ""
    return tidy(f"{taken.subject[:_RECORD_LONGEST]} {about}{digest}{_SUFFIX}")
