"""What each address of the sandbox shows, and how it misbehaves."""

import asyncio
import itertools
import random
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

from dashboard.sandbox.films import MAIN, Format, LiveFilm, loop
from dashboard.sandbox.scenes import FPS, Scene

Behaviour = Literal["plays", "h265", "silent", "garbage", "fades"]
"""`fades` falls silent for a while each two minutes; the others are what their names say."""

_FADE_PERIOD, _FADE_AFTER = 120.0, 80.0
Nals: TypeAlias = list[bytes]


@dataclass
class Channel:
    """One camera of the sandbox. With a password it asks for user `xem`; `pulls` counts the plays ever begun, `watchers` those now."""

    scene: Scene
    folder: Path
    is_live: bool = False
    behaviour: Behaviour = "plays"
    made: Format = MAIN
    password: str = ""
    digest: bool = True
    pulls: int = 0
    watchers: int = 0
    _frames: list[Nals] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _offset: int = field(default_factory=lambda: random.randrange(1 << 30))

    @property
    def frames(self) -> list[Nals]:
        """The loop; encodes it when it is not kept yet, which takes a second or two. Callers of other threads wait for the first one."""
        with self._lock:
            if not self._frames:
                self._frames = loop(self.scene, self.folder, self.made)
            return self._frames

    def ready(self) -> None:
        """Encodes the loop now when it is not kept yet."""
        self._frames = self.frames

    async def film(self) -> AsyncIterator[tuple[Nals, int]]:
        """Frames as they become due, with the timestamp in ticks of 1/90000 s."""
        if self.behaviour == "silent":
            await asyncio.Event().wait()
        picture = await asyncio.to_thread(self._pictures)
        begun = time.monotonic()
        first = int(time.time() * FPS)
        for count in itertools.count():
            await asyncio.sleep(max(0.0, begun + count / FPS - time.monotonic()))
            if self.behaviour == "fades" and time.time() % _FADE_PERIOD > _FADE_AFTER:
                continue
            nals = await asyncio.to_thread(picture, 0) if self.is_live else picture(first + count)
            yield nals, (self._offset + (first + count) * 90_000 // FPS) & 0xFFFFFFFF

    def _pictures(self) -> Callable[[int], Nals]:
        if self.is_live:
            return partial(_next, LiveFilm(self.scene, self.made))
        frames = self.frames
        return lambda place: frames[place % len(frames)]


def _next(film: LiveFilm, _: int) -> Nals:
    return film.next()
