"""The relay: cameras on one side, viewers on the other. Everything runs on one event loop; the database is told from a thread."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import structlog

from dashboard.camera.engines import Calls, Seat, way_of
from dashboard.camera.exchange import Exchange
from dashboard.camera.fanout import Outlet
from dashboard.camera.following import follow
from dashboard.camera.gop import Frame
from dashboard.camera.guard import keep_guard
from dashboard.camera.peer import Doorway
from dashboard.camera.privacy_names import KIND, parts_of
from dashboard.camera.registry import Camera, Cameras
from dashboard.camera.source import WARM_SECONDS, Size, Source
from dashboard.camera.states import FAULTS, State
from dashboard.camera.tapping import listed, stream, veiled
from dashboard.camera.trickle import Fragment
from dashboard.errors import CameraError, NotFound, OfferRefused, RelayFull, StoreUnavailable
from dashboard.store import Store
from dashboard.store import cameras as book
from dashboard.store.tickets import Ticket

BEAT_SECONDS: Final = 2.0
MOST_VIEWERS: Final = 400
SILENT: Final = timedelta(seconds=30)
"""A relay that has not beaten for so long is dead, and what it left open is closed."""
_KEY_FRAME_PATIENCE = 8.0
_REPLAYS_APART = 1.0
_RETRY = 2.0
_ANSWERED_AT_ONCE: Final = 4
"""Offers that are worked on at a time: each costs some milliseconds, in which those who watch wait for their frame."""

log = structlog.get_logger()


@dataclass(eq=False)
class Session:
    """One viewer at one camera."""

    key: str
    source: Source
    seat: Seat
    ticket: Ticket | None
    replayed: float = 0.0


@dataclass
class Relay:
    """Sources and sessions. `doorway` says where viewers find us; `most` is how many may watch at once."""

    store: Store
    cameras: Cameras
    doorway: Doorway = field(default_factory=Doorway)
    warm_seconds: float = WARM_SECONDS
    most: int = MOST_VIEWERS
    id: str = field(default_factory=lambda: secrets.token_hex(4))
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    blurrers: Exchange = field(init=False)
    sources: dict[str, Source] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    _answering: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_ANSWERED_AT_ONCE))
    _told: "asyncio.Queue[Callable[[], None]]" = field(default_factory=asyncio.Queue)

    def __post_init__(self) -> None:
        """Veiled pictures come from whoever veils over the same database."""
        self.blurrers = Exchange(self.store, kind=KIND)

    async def open(self, camera: str, offer: str, key: str, ticket: Ticket | None = None, size: Size = "large") -> str:
        """The answer to an offer for a camera, or for a veiled picture of one by its name; its session has that key from now on, and ends
        when the ticket does.

        Raises NotFound, OfferRefused, RelayFull, and CameraError when no picture is to be expected.
        """
        source = self._source(listed(self.cameras, camera), size)
        if source.camera.hindrance is not None:
            raise CameraError(source.camera.hindrance, "nobody may ask this camera")
        if key in self.sessions:
            raise OfferRefused("phiên xem này đã có")
        if len(self.sessions) >= self.most:
            raise RelayFull(f"máy chuyển tiếp camera đã đủ {self.most} lượt xem cùng lúc")
        source.hold()
        try:
            return await self._seated(source, offer, key, ticket)
        finally:
            source.release()

    async def _seated(self, source: Source, offer: str, key: str, ticket: Ticket | None) -> str:
        if source.pulls and (source.condition.state in FAULTS or not source.address):
            raise source.fault()
        calls = Calls(partial(self._ready, key), partial(self._lost, key), partial(self._gone, key))
        seat = way_of(source.camera).seat(source.camera, calls)
        self.sessions[key] = Session(key, source, seat, ticket)
        source.hold()  # for the session; `_gone` lets go of it, whatever ends the seat
        async with self._answering:
            try:
                answer = await seat.answer(offer, self.doorway)
            except CameraError as error:  # of a media server: ours gives no answer other than one
                log.info("a media server gives no picture", camera=source.camera.key, state=error.state, reason=str(error))
                source.fail(State(error.state))
                raise
        if not source.pulls:
            source.turn(State.LIVE)
        return answer

    async def trickle(self, key: str, fragment: str) -> None:
        """More of a viewer's candidates. Raises NotFound when there is no such session, OfferRefused."""
        session = self.sessions.get(key)
        if session is None:
            raise NotFound("phiên xem không còn nữa")
        await session.seat.trickle(Fragment.read(fragment))

    async def end(self, key: str) -> bool:
        """Ends a session; whether there was one."""
        session = self.sessions.get(key)
        if session is not None:
            await session.seat.close()
        return session is not None

    async def key_frame(self, camera: str) -> Frame:
        """The newest key frame of a camera. Raises NotFound, CameraError."""
        return await self._pulled(self.cameras.get(camera)).key_frame(_KEY_FRAME_PATIENCE)

    async def stream(self, camera: str, version: int) -> AsyncIterator[bytes]:
        """The frames of a camera for a blurrer that knows its row of that version. Raises NotFound, CameraError."""
        source = self._pulled(self.cameras.get(camera))
        if source.camera.version > version:
            raise CameraError(State.VEIL_FAILED, "the blurrer knows an old row of this camera")
        return await stream(source, _KEY_FRAME_PATIENCE)

    def condition(self) -> dict[str, str | int]:
        """How it stands: by which loop pictures go out, how many watch how many cameras, and how often a viewer's way had no room (the rest
        up to the next key frame was left out) or lost a packet that was sent again; both of those who watch now."""
        outlets = [session.seat.outlet for session in self.sessions.values() if session.seat.outlet is not None]
        return {
            "carrier": self.doorway.carrier.name,
            "viewers": len(self.sessions),
            "cameras": len({session.source.camera.key for session in self.sessions.values()}),
            "dropped": sum(outlet.dropped for outlet in outlets),
            "repaired": sum(outlet.repaired for outlet in outlets),
        }

    async def run(self, address: str) -> None:
        """Beats, tells the database, and ends the sessions of viewers that are gone, until it is cancelled."""
        me = book.Relay(self.id, address, self.secret)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._beat(me))
            group.create_task(self._tell())
            group.create_task(self._listen())
            group.create_task(keep_guard(self.store, self._tickets, self.end))
            group.create_task(follow(self))

    async def close(self) -> None:
        """Says goodbye to viewers, cameras and the database."""
        await asyncio.gather(*(session.seat.close() for session in tuple(self.sessions.values())))
        await asyncio.gather(*(source.close() for source in self.sources.values()))
        try:
            for source in self.sources.values():
                if source.condition.state not in FAULTS:
                    await asyncio.to_thread(book.set_state, self.store, source.camera.key, State.IDLE, datetime.now(UTC), None)
            await asyncio.to_thread(book.leave, self.store, self.id)
        except StoreUnavailable as error:
            log.warning("relay could not sign off", error=str(error))

    def tell(self, news: Callable[[], None]) -> None:
        """Tells the database, after what was told before; when it is away, later."""
        self._told.put_nowait(news)

    def _source(self, camera: Camera, size: Size = "large") -> Source:
        """What a viewer of that size is given: the smaller picture where there is one and nothing ails it; a veiled one for its name."""
        if parts_of(camera.key) != (camera.key, "open"):
            return self._veiled(camera)
        if not way_of(camera).pulls:
            return self._made(camera.key, camera, pulls=False)
        if size == "small" and camera.sends_small:
            small = self._made(f"{camera.key}.small", camera, size="small")
            if small.condition.state not in FAULTS:
                return small
        return self._pulled(camera)

    def _veiled(self, camera: Camera) -> Source:
        if camera.key not in self.sources:
            self._made(camera.key, camera).frames = partial(veiled, self.blurrers)
        return self.sources[camera.key]

    def _pulled(self, camera: Camera) -> Source:
        """The camera's main picture, pulled by us: also for the stills of one that a media server sends to viewers."""
        return self._made(camera.key if way_of(camera).pulls else f"{camera.key}.still", camera)

    def _made(self, name: str, camera: Camera, *, size: Size = "large", pulls: bool = True) -> Source:
        if name not in self.sources:
            self.sources[name] = Source(camera, self._changed, self.warm_seconds, size, pulls)
        return self.sources[name]

    def _tickets(self) -> Mapping[str, Ticket]:
        return {key: session.ticket for key, session in self.sessions.items() if session.ticket is not None}

    def _ready(self, key: str, outlet: Outlet) -> None:
        session = self.sessions.get(key)
        if session is not None:
            session.source.add(outlet)

    def _lost(self, key: str) -> None:
        """A viewer asks for a key frame: the frames since the last one are sent again, at most once a second."""
        session, now = self.sessions.get(key), asyncio.get_running_loop().time()
        if session is not None and session.seat.outlet is not None and now - session.replayed >= _REPLAYS_APART:
            session.replayed = now
            session.seat.outlet.replay(session.source.ring.frames)

    def _gone(self, key: str) -> None:
        session = self.sessions.pop(key, None)
        if session is None:
            return
        if session.seat.outlet is not None:
            session.source.outlets.discard(session.seat.outlet)
        session.source.release()
        self.tell(partial(book.end_view, self.store, self.id, key, datetime.now(UTC)))

    def _changed(self, source: Source) -> None:
        """The database is told how the camera stands: by what viewers are given, or, while nobody looks at that, by what else is pulled."""
        key, condition = source.camera.key, source.condition
        first = self.sources.get(key)
        if first is None or first is source or not first.is_held:
            self.tell(partial(book.set_state, self.store, key, condition.state, condition.since, condition.last_frame))

    async def _beat(self, me: book.Relay) -> None:
        steady_since: float | None = None
        while True:
            try:
                await asyncio.to_thread(book.beat, self.store, me)
                steady_since = steady_since or time.monotonic()
                # When the database was away nobody could beat: who judges others by their beat gives them time to take it up again.
                if time.monotonic() - steady_since > SILENT.total_seconds():
                    await asyncio.to_thread(book.sweep, self.store, SILENT)
                    await asyncio.to_thread(book.close_strays, self.store, self.id, tuple(self.sessions), SILENT)
            except StoreUnavailable as error:
                steady_since = None
                log.warning("relay cannot beat", error=str(error))
            await asyncio.sleep(BEAT_SECONDS)

    async def _tell(self) -> None:
        """News in the order in which it came about; while the database is away it waits."""
        while True:
            news = await self._told.get()
            while True:
                try:
                    await asyncio.to_thread(news)
                    break
                except StoreUnavailable:
                    await asyncio.sleep(_RETRY)

    async def _listen(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            for session in tuple(self.sessions.values()):
                if session.seat.is_deaf():
                    log.info("viewer fell silent", camera=session.source.camera.key)
                    await session.seat.close()
