"""Keeps what boards computed until the data version changes, and shows the old ones when the database is away."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar, cast

from dashboard.errors import StoreUnavailable

Value = TypeVar("Value")

MOST_KEPT = 512


@dataclass
class Slot:
    """One kept value and what it was computed for; its lock lets one thread compute while the others wait for the result."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    mark: Hashable = None
    value: object = None


@dataclass
class Memory:
    """Values by key, of one data version. `look` asks for the version, at most once in `pause` seconds, and never two threads at once.

    While the database is away the last version and the last values stand, and `away_since` says since when. No lock is held while
    something is computed but that of its own key: a slow question delays nobody else.
    """

    look: Callable[[], int]
    pause: float = 1.0
    away_since: datetime | None = None
    _version: int | None = None
    _looked: float = -1e9
    _kept: OrderedDict[Hashable, Slot] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _looking: threading.Lock = field(default_factory=threading.Lock)

    def version(self) -> int:
        """The data version. Raises StoreUnavailable only when none was ever known."""
        # Who comes while another looks does not wait for the database, unless nothing is known yet.
        if self._is_old() and self._looking.acquire(blocking=self._version is None):
            try:
                if self._is_old():
                    self._look_again()
            finally:
                self._looking.release()
        if self._version is None:
            raise StoreUnavailable("the database does not answer")
        return self._version

    def version_in_hand(self) -> int | None:
        """The data version when it needs no look at the database now; never waits."""
        return None if self._is_old() else self._version

    def keep(self, key: Hashable, compute: Callable[[], Value], when: Hashable = None) -> Value:
        """The value of this key at the present version, computed once however many ask at the same time; anew when `when` changes.

        What was computed for an older version or time stands while the database is away. Raises what `compute` raises.
        """
        slot = self._slot(key)
        with slot.lock:
            mark = (self.version(), when)
            if slot.mark != mark:
                try:
                    slot.value, slot.mark = compute(), mark
                except StoreUnavailable:
                    self.away_since = self.away_since or datetime.now(UTC)
                    if slot.mark is None:
                        raise
            return cast(Value, slot.value)

    def _is_old(self) -> bool:
        return time.monotonic() - self._looked >= self.pause

    def _slot(self, key: Hashable) -> Slot:
        with self._lock:
            slot = self._kept.setdefault(key, Slot())
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            return slot

    def _look_again(self) -> None:
        try:
            self._version = self.look()
            self.away_since = None
        except StoreUnavailable:
            self.away_since = self.away_since or datetime.now(UTC)
        finally:
            self._looked = time.monotonic()
