"""Who looks at a camera: the right to, and the row of the audit for every look."""

import asyncio
import secrets
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from dashboard.access.roles import Permission
from dashboard.access.throttle import Pace
from dashboard.access.viewer import Viewer
from dashboard.camera.exchange import LARGE, Exchange, Opened
from dashboard.camera.privacy_names import name_of
from dashboard.camera.registry import Camera
from dashboard.camera.turn import NONE, Turn
from dashboard.errors import NotFound, StoreUnavailable
from dashboard.store import Store, cameras, sightings
from dashboard.store.cameras import Look, Still

ONE_LOOK: Final = 60.0
"""Seconds between two stills that still belong to one look."""
_WRITE_EVERY: Final = 5.0
_OPENED_AT_ONCE: Final = 300
"""Sessions that one person, token or display may ask for in a row: four walls of 63 cameras, and some. The ghosts of whoever only asks hold
their seats for the relay's 15 s; at this pace they stay a part of its seats, and others still find one."""
_ONE_MORE_AFTER: Final = 0.2
_MOST = 10_000


@dataclass
class _Row:
    id: int
    last: float
    written: float


@dataclass
class CameraDesk:
    """Opens looks and writes them down. One per process."""

    store: Store
    exchange: Exchange
    turn: Turn = NONE
    pace: Pace = field(default_factory=lambda: Pace(at_once=_OPENED_AT_ONCE, seconds=_ONE_MORE_AFTER))
    _rows: OrderedDict[tuple[str, str, str, str], _Row] = field(default_factory=OrderedDict)

    async def open(self, viewer: Viewer, camera: Camera, offer: bytes, address: str, size: str = LARGE) -> Opened:
        """A live session of the picture that the viewer may see; no answer leaves before its row stands in the audit. Raises what
        `Exchange.open` raises.

        The row is written while the relay works on its answer: the one waits for a disk, the other for a processor.
        """
        session = secrets.token_urlsafe(12)
        mode = camera.privacy_of(viewer.role)
        picture = name_of(camera.key, mode)
        relay = await self.exchange.relay_of(picture)
        look = Look(viewer.username, camera.key, "live", address, relay, session, mode)
        row = asyncio.create_task(asyncio.to_thread(cameras.begin_view, self.store, look))
        try:
            opened = await self.exchange.open(picture, offer, session, viewer.ticket, size)
        except BaseException:
            await self._take_back(row)
            raise
        try:
            number = await row
            if opened.relay != relay:  # the first in its order was away, or full
                await asyncio.to_thread(cameras.move_view, self.store, number, opened.relay)
        except BaseException:
            await self.exchange.end(opened.relay, session)
            raise
        return opened

    async def _take_back(self, row: "asyncio.Task[int]") -> None:
        """Nothing was seen after all: the row goes. What cannot be taken back now is closed by the relay, which knows no such session."""
        with suppress(StoreUnavailable):
            await asyncio.to_thread(cameras.drop_view, self.store, await row)

    async def trickle(self, viewer: Viewer, camera: Camera, name: str, fragment: bytes) -> None:
        """More candidates for a session of the viewer's own, `<relay>.<session>`. Raises NotFound, OfferRefused."""
        await self.exchange.trickle(*await self._own(viewer, camera, name), fragment)

    async def stands(self, viewer: Viewer, camera: Camera, name: str) -> None:
        """Raises NotFound unless a session of the viewer's own still stands, and its relay."""
        await self.exchange.look(*await self._own(viewer, camera, name))

    async def end(self, viewer: Viewer, camera: Camera, name: str) -> None:
        """Ends a session of the viewer's own. Raises NotFound."""
        own = await self._own(viewer, camera, name)
        with suppress(NotFound):  # it may have ended by itself, when the browser closed the connection
            await self.exchange.end(*own)

    async def _own(self, viewer: Viewer, camera: Camera, name: str) -> tuple[str, str]:
        """Relay and session. To whoever did not open it, it is not there."""
        relay, _, session = name.partition(".")
        look = Look(viewer.username, camera.key, "live", relay=relay, session=session)
        if not await asyncio.to_thread(cameras.owns_session, self.store, look):
            raise NotFound("phiên xem không còn nữa")
        return relay, session

    def still(self, viewer: Viewer, camera: Camera, address: str) -> Still | None:
        """The newest still that the viewer may see, and the look written down; stills that follow each other are one look.

        One that was veiled by masks which have been changed since is not shown any more.
        """
        mode = camera.privacy_of(viewer.role)
        found = cameras.want_still(self.store, camera.key, mode)
        self._write_down(Look(viewer.username, camera.key, "still", address, mode=mode))
        return found if found is None or _shows(found, mode, camera) else None

    def evidence(self, viewer: Viewer, camera: Camera, address: str) -> Still:
        """The picture of the last change of health, as the viewer may see it; the look is written down. Raises NotFound."""
        mode = camera.privacy_of(viewer.role)
        found = sightings.evidence(self.store, camera.key, mode)
        if found is None or not _shows(found, mode, camera):
            raise NotFound("chưa có ảnh lần đổi tình trạng gần nhất")
        self._write_down(Look(viewer.username, camera.key, "still", address, mode=mode))
        return found

    def _write_down(self, look: Look) -> None:
        key, now = (look.actor, look.camera, look.address, look.mode), time.monotonic()
        row = self._rows.get(key)
        if row is None or now - row.last > ONE_LOOK:
            row = _Row(cameras.begin_view(self.store, look), now, 0.0)
        if now - row.written > _WRITE_EVERY:
            cameras.extend_view(self.store, row.id)
            row.written = now
        row.last = now
        self._rows[key] = row
        self._rows.move_to_end(key)
        while len(self._rows) > _MOST:
            self._rows.popitem(last=False)


def _shows(still: Still, mode: str, camera: Camera) -> bool:
    return mode == "open" or still.version == camera.version


def may_see(viewer: Viewer, camera: Camera) -> bool:
    """Whether a viewer may look at a camera: its unit must be within the viewer's reach."""
    return viewer.may(Permission.SEE_CAMERAS, camera.unit)
