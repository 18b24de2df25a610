"""What is new, once for this process: hears the database, tells the boards and every open page at most once a feed and second."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog

from dashboard.errors import StoreUnavailable
from dashboard.store import Store
from dashboard.store.signal import listen

if TYPE_CHECKING:
    from dashboard.boards import Boards

PAUSE = 1.0
"""Seconds between two signals of one feed, and between two looks at the database when it announces nothing."""
MOST_EARS, MOST_EARS_OF_ONE = 5000, 20
"""Open pages of a process, and of one person in it; who comes after that asks now and then instead."""

_log = structlog.get_logger(__name__)


@dataclass(eq=False)
class Ear:
    """One open page: woken when there is something to say, or when it is gone."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    is_gone: bool = False

    def leave(self) -> None:
        """The page is closed."""
        self.is_gone = True
        self.wake.set()


class Hub:
    """The first change of a feed is told at once, later ones of the same second together at its end: the last one is never lost.

    What is told is the whole state, `said`: `{"day": "2026-11-23", "feeds": {"dvcqg_766": 3}, "away": null}`. So nothing has to be kept
    for a page that is slow, and one that missed a word has lost nothing.
    """

    def __init__(self, store: Store, boards: "Boards") -> None:
        self._store, self._boards = store, boards
        self.said = ""
        self._ears: set[Ear] = set()
        self._owners: Counter[str] = Counter()
        self._heard, self._named = asyncio.Event(), set[str]()
        self._told: dict[str, tuple[int, float]] = {}
        self._looked = -PAUSE

    @asynccontextmanager
    async def running(self, _: Any = None) -> AsyncIterator[None]:
        """Listens and tells for as long as the program lives."""
        tasks = [asyncio.create_task(listen(self._store, self.hear)), asyncio.create_task(self._turn())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @contextmanager
    def ear(self, owner: str) -> Iterator[Ear | None]:
        """A place to listen from; None when this person, or this process, has as many as may be."""
        if self._owners[owner] >= MOST_EARS_OF_ONE or len(self._ears) >= MOST_EARS:
            yield None
            return
        mine = Ear()
        self._ears.add(mine)
        self._owners[owner] += 1
        try:
            yield mine
        finally:
            self._ears.discard(mine)
            self._owners[owner] -= 1
            self._owners += Counter()  # forgets who has none left

    @property
    def ears(self) -> int:
        """How many pages are open."""
        return len(self._ears)

    def hear(self, feed: str | None) -> None:
        """Figures of a feed have changed; None: those of any may have."""
        self._named.add(feed or "")
        self._heard.set()

    async def _turn(self) -> None:
        while True:
            wait = self._due() - time.monotonic()
            if wait > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._heard.wait()
                self._heard.clear()
                continue
            try:
                await self._look()
            except Exception as error:  # noqa: BLE001 — one look may fail in ways that nobody foresaw; the next one comes in a second
                _log.error("a look for changes failed", exc_info=error)

    def _due(self) -> float:
        """When to look next: when a feed that was named may be told, or a pause after the last look."""
        may_be_told = (self._told[feed][1] + PAUSE if feed in self._told else 0.0 for feed in self._named)
        return min(self._looked + PAUSE, *may_be_told) if self._named else self._looked + PAUSE

    async def _look(self) -> None:
        self._named.clear()
        # A second counts from the beginning of a look: counted from its end, each would be later than the one before.
        self._looked = now = time.monotonic()
        try:
            found = await asyncio.to_thread(self._boards.pull)
        except StoreUnavailable:
            self._tell()  # since when it is away
            return
        changed = {feed: version for feed, version in found.items() if self._told.get(feed, (None, 0.0))[0] != version}
        due = {feed: version for feed, version in changed.items() if feed not in self._told or now - self._told[feed][1] >= PAUSE}
        self._named |= changed.keys() - due.keys()
        self._told |= {feed: (version, now) for feed, version in due.items()}
        self._boards.adopt(due)
        self._tell()

    def _tell(self) -> None:
        away = self._boards.away_since
        state = {
            "day": self._boards.today().isoformat(),
            "feeds": {feed: version for feed, (version, _) in sorted(self._told.items())},
            "away": away.isoformat() if away else None,
        }
        said = json.dumps(state)
        if said != self.said:
            self.said = said
            for ear in self._ears:
                ear.wake.set()
