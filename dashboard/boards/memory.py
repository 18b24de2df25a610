"""Keeps what boards computed until a feed that they were made from changes, and shows the old ones when the database is away."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias, TypeVar, cast

from dashboard.errors import StoreUnavailable
from dashboard.store.reading import Reading, note_all, reading

Value = TypeVar("Value")
Versions: TypeAlias = Mapping[str, int]
"""By feed: how often its figures have changed."""

MOST_KEPT = 512


@dataclass
class Slot:
    """One kept value, what it was computed for and what it was made from.

    Its lock lets one thread compute while the others wait for the result.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    mark: Hashable = None
    value: object = None
    read: Reading = field(default_factory=Reading)


def of_any_feed(_: Reading) -> frozenset[str] | None:
    """What was read may be of any feed."""
    return None


@dataclass
class Memory:
    """Values by key, each of the versions of the feeds that it was made from; `feeds_read` tells those (None: any).

    `look` asks for the versions, at most once in `pause` seconds, and never in two threads at once. While the database is away the last
    versions and the last values stand, and `away_since` says since when. No lock is held while something is computed but that of its own
    key: a slow question delays nobody else.
    """

    look: Callable[[], Versions]
    feeds_read: Callable[[Reading], frozenset[str] | None] = of_any_feed
    pause: float = 1.0
    away_since: datetime | None = None
    _versions: Versions | None = None
    _looked: float = -1e9
    _kept: OrderedDict[Hashable, Slot] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _looking: threading.Lock = field(default_factory=threading.Lock)

    def versions(self) -> Versions:
        """The data versions. Raises StoreUnavailable only when none were ever known."""
        # Who comes while another looks does not wait for the database, unless nothing is known yet.
        if self._is_old() and self._looking.acquire(blocking=self._versions is None):
            try:
                if self._is_old():
                    with suppress(StoreUnavailable):
                        self.adopt(self.pull())
            finally:
                self._looking.release()
        if self._versions is None:
            raise StoreUnavailable("the database does not answer")
        return self._versions

    def versions_in_hand(self) -> Versions | None:
        """The data versions when they need no look at the database now; never waits.

        Whoever looks for everybody each `pause` may be late by as much again, and more: for that nobody else shall go and look.
        """
        return None if time.monotonic() - self._looked >= 3 * self.pause else self._versions

    def pull(self) -> Versions:
        """Looks now and says what is there, which counts only once it is adopted. Raises StoreUnavailable, and remembers since when."""
        try:
            # In a context of its own: to look whether figures have changed is not to read them.
            found = Context().run(self.look)
            self.away_since = None
            return found
        except StoreUnavailable:
            self.away_since = self.away_since or datetime.now(UTC)
            raise
        finally:
            self._looked = time.monotonic()

    def adopt(self, versions: Versions) -> None:
        """From now on these versions of these feeds count; others stay as they were."""
        self._versions = {**(self._versions or {}), **versions}

    def state(self, read: Reading, versions: Versions) -> tuple[tuple[str, int], ...]:
        """The versions of the feeds that were read, by feed; all there are when nobody knows what was read."""
        feeds = self.feeds_read(read) if read.is_noted and not read.everything else None
        return tuple(sorted(versions.items() if feeds is None else ((feed, versions.get(feed, 0)) for feed in feeds)))

    def keep(self, key: Hashable, compute: Callable[[], Value], when: Hashable = None) -> Value:
        """The value of this key at the present versions, computed once however many ask at the same time; anew when `when` changes.

        What was computed for older versions or another time stands while the database is away. Raises what `compute` raises.
        """
        slot = self._slot(key)
        with slot.lock:
            versions = self.versions()
            if slot.mark is None or slot.mark != (self.state(slot.read, versions), when):
                self._compute(slot, compute, versions, when)
            note_all(slot.read)
            return cast(Value, slot.value)

    def _compute(self, slot: Slot, compute: Callable[[], object], versions: Versions, when: Hashable) -> None:
        try:
            with reading() as read:
                value = compute()
        except StoreUnavailable:
            self.away_since = self.away_since or datetime.now(UTC)
            if slot.mark is None:
                raise
        else:
            if not read.is_noted:
                read.add(None)  # whatever it was made from, the store does not know
            # Of the versions from before: what changed meanwhile may or may not be in the value, and is looked for once more.
            slot.value, slot.read, slot.mark = value, read, (self.state(read, versions), when)

    def _is_old(self) -> bool:
        return time.monotonic() - self._looked >= self.pause

    def _slot(self, key: Hashable) -> Slot:
        with self._lock:
            slot = self._kept.setdefault(key, Slot())
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            return slot


SETTLED = timedelta(hours=1)
"""What was recorded longer ago than this is all there: no transaction takes so long."""


@dataclass
class Recollection:
    """What stood at past instants: it does not change, so it is computed once, whatever lands meanwhile. The least used is forgotten."""

    most: int = 256
    _kept: OrderedDict[Hashable, object] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def recall(self, key: Hashable, at: datetime, compute: Callable[[], Value]) -> Value:
        """The value of this key as of an instant; computed anew as long as that is not long past."""
        if datetime.now(UTC) - at < SETTLED:
            return compute()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast(Value, self._kept[key])
        value = compute()
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
        return value
