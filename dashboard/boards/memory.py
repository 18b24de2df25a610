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
class Memory:
    """Values by key, all of one data version. `look` asks for the version, at most once in `pause` seconds.

    While the database is away the last version stands, and `away_since` says since when.
    """

    look: Callable[[], int]
    pause: float = 1.0
    away_since: datetime | None = None
    _version: int | None = None
    _looked: float = -1e9
    _kept: OrderedDict[Hashable, object] = field(default_factory=OrderedDict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def version(self) -> int:
        """The data version. Raises StoreUnavailable only when none was ever known."""
        with self._lock:
            if time.monotonic() - self._looked >= self.pause:
                self._look_again()
            if self._version is None:
                raise StoreUnavailable("the database does not answer")
            return self._version

    def keep(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """The value of this key at the present version, computed once however many ask at the same time."""
        with self._lock:
            full = (self.version(), key)
            if full not in self._kept:
                self._kept[full] = compute()
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(full)
            return cast(Value, self._kept[full])

    def _look_again(self) -> None:
        self._looked = time.monotonic()
        try:
            newest = self.look()
        except StoreUnavailable:
            self.away_since = self.away_since or datetime.now(UTC)
            return
        self.away_since = None
        if newest != self._version:
            self._version = newest
            self._kept.clear()
