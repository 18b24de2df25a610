"""The process: looks at every camera now and then in office hours, takes the stills that somebody wants, writes down what it saw.

A process of its own, so that a decoder that fails on odd bytes takes no live picture with it. Key frames come from the relay, which holds
the one pull of a camera; outside of office hours nothing is pulled but what people look at. Of many visions on one database one looks after
the minutes, all take stills.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

import structlog

from dashboard.camera.exchange import Exchange, KeyFrame
from dashboard.camera.registry import Camera, Cameras
from dashboard.camera.states import FAULTS, State
from dashboard.camera.vision.health import SHOWS_NOTHING, Health
from dashboard.camera.vision.looks import Look, decoded
from dashboard.camera.vision.minutes import MinuteBook
from dashboard.camera.vision.pace import Pace
from dashboard.camera.vision.stills import stills_of
from dashboard.camera.vision.watched import Sight, Watched
from dashboard.errors import CameraError, FigureError, NotFound, OfferRefused, RelayUnavailable, StoreUnavailable
from dashboard.store import Store, cameras, sightings
from dashboard.store.cameras import Still
from dashboard.store.sightings import HealthSeen

LOOK_EVERY: Final = 1.0
"""Seconds between two looks at what is wanted, and the least between two pictures of one camera that are decoded."""
EVERY: Final = timedelta(seconds=9)
"""Between two stills of a camera; the pages ask each ten seconds."""
WANTED_WITHIN: Final = timedelta(seconds=15)
AT_ONCE: Final = 8
TURN, TURN_SECONDS = "vision", 15.0
"""The lease of the one that looks after the minutes, and for how long it is given."""
LAND_EVERY: Final = 60.0
REMEMBER_EVERY: Final = 20.0
"""Another vision, or a sandbox, may have learned how a camera should look."""
KEPT: Final = timedelta(days=40)
"""Minutes are kept until their day's figures can no longer change."""
_WRITE_EVERY: Final = 5.0

log = structlog.get_logger()


@dataclass
class Watch:
    """What one vision process knows. `land` turns minutes into figures, and may raise StoreUnavailable."""

    store: Store
    registry: Cameras
    exchange: Exchange
    holidays: Collection[date] = ()
    land: Callable[[], object] | None = None
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    pace: Pace = field(default_factory=Pace)
    book: MinuteBook = field(default_factory=MinuteBook)
    watched: dict[str, Watched] = field(default_factory=dict)
    is_mine: bool = False
    busy: set[str] = field(default_factory=set)
    seen: dict[str, HealthSeen] = field(default_factory=dict)
    _at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _remembered: float = 0.0
    _memory: "tuple[Mapping[str, HealthSeen], Mapping[str, sightings.ViewKept]] | None" = None

    async def run(self) -> None:
        """Works until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write())
            group.create_task(self._land())
            while True:
                for camera, modes in await self._due():
                    self.busy.add(camera.key)
                    group.create_task(self._look(camera, modes))
                share = self.pace.weigh()
                if share is not None:
                    log.debug("vision", share=round(share, 3), factor=round(self.pace.factor, 2))
                await asyncio.sleep(LOOK_EVERY)

    async def _due(self) -> Sequence[tuple[Camera, Sequence[str]]]:
        """The cameras to be looked at now, with the modes in which somebody wants a still."""
        try:
            await asyncio.to_thread(self._look_up)
            free = {one.key: one for one in self.registry if one.is_connected and one.key not in self.busy}
            wanted = await asyncio.to_thread(cameras.claim_stills, self.store, free, WANTED_WITHIN, EVERY)
        except StoreUnavailable as error:
            log.warning("vision cannot see what is wanted", error=str(error))
            return ()
        now = time.monotonic()
        timely = [key for key, one in free.items() if self.is_mine and self.of(one).next_look <= now and self.is_office(one)]
        return [(free[key], wanted.get(key, ())) for key in dict.fromkeys([*wanted, *timely])]

    def _look_up(self) -> None:
        """The list of cameras, whose turn it is to look after the minutes, and what the store remembers. Raises StoreUnavailable."""
        self.registry.look()
        if self._memory is None or time.monotonic() > self._remembered + REMEMBER_EVERY:
            self._memory = sightings.health(self.store), sightings.views_kept(self.store)
            self._remembered = time.monotonic()
            for key, kept in self._memory[1].items():
                self._take_up(key, kept)
        self.is_mine = sightings.take_turn(self.store, TURN, self.holder, TURN_SECONDS)

    def _take_up(self, key: str, kept: sightings.ViewKept) -> None:
        if key in self.watched:
            try:
                self.watched[key].take_up(kept)
            except FigureError as error:
                log.warning("a camera's view cannot be read", camera=key, reason=str(error))

    def of(self, camera: Camera) -> Watched:
        """The memory of a camera."""
        if camera.key not in self.watched:
            health, views = self._memory or ({}, {})
            try:
                self.watched[camera.key] = Watched.remembered(health.get(camera.key), views.get(camera.key))
            except FigureError as error:
                log.warning("a camera's view is learned anew", camera=camera.key, reason=str(error))
                self.watched[camera.key] = Watched()
        return self.watched[camera.key]

    def is_office(self, camera: Camera) -> bool:
        """Whether its counters should be open now."""
        return self.registry.hours_of(camera).are_open(datetime.now(UTC), self.holidays)

    async def _look(self, camera: Camera, modes: Sequence[str]) -> None:
        """One look at one camera, whatever comes of it."""
        one = self.of(camera)
        try:
            async with self._at_once:
                frame = await self.exchange.key_frame(camera.key)
                stills, sight = await asyncio.to_thread(work, camera, one, frame, modes)
                await asyncio.to_thread(self._keep, camera, stills, sight, frame.captured_at)
            self._count(camera, sight)
        except (RelayUnavailable, OfferRefused):
            await self._given_back(camera)
        except CameraError as error:
            self._dead(camera, State(error.state))
        except NotFound as error:
            log.debug("no look", camera=camera.key, reason=str(error))
        except StoreUnavailable as error:
            log.warning("what was seen could not be kept", camera=camera.key, error=str(error))
        finally:
            one.next_look = time.monotonic() + self.pace.pause(in_doubt=one.is_in_doubt)
            self.busy.discard(camera.key)

    def _keep(self, camera: Camera, stills: Mapping[str, bytes], sight: Sight, at: datetime) -> None:
        """Raises StoreUnavailable."""
        made = {mode: Still(jpeg, at, camera.version) for mode, jpeg in stills.items()}
        for mode, still in made.items():
            cameras.keep_still(self.store, camera.key, still, mode)
        if sight.learned is not None:
            sightings.keep_view(self.store, sight.learned)
            log.info("a camera's view was learned", camera=camera.key, is_empty=sight.learned.is_empty)
        if sight.has_changed:
            log.info("a camera's picture has changed", camera=camera.key, state=sight.health.state)
            sightings.keep_evidence(self.store, camera.key, made)
            sightings.keep_health(self.store, [sight.health])

    def _count(self, camera: Camera, sight: Sight) -> None:
        self.seen[camera.key] = sight.health
        if self.is_mine and self.is_office(camera):
            health = sight.health
            is_live = Health(health.state) not in SHOWS_NOTHING
            self.book.add((camera.key, camera.unit), datetime.now(UTC), (health.state, is_live), (health.waiting, health.is_staffed))

    def _dead(self, camera: Camera, state: State) -> None:
        """No picture: a minute without one when it is the camera's fault, with one when only no key frame came in time."""
        if self.is_mine and self.is_office(camera) and (state in FAULTS or state is State.LIVE):
            self.book.add((camera.key, camera.unit), datetime.now(UTC), (state, state is State.LIVE), (None, None))

    async def _given_back(self, camera: Camera) -> None:
        """No relay answers, perhaps for a second only, while it starts again."""
        with suppress(StoreUnavailable):  # then the claim runs out by itself
            await asyncio.to_thread(cameras.release_still, self.store, camera.key)

    async def _write(self) -> None:
        """Writes down what was seen every few seconds, in one statement each; while the database is away it waits."""
        while True:
            await asyncio.sleep(_WRITE_EVERY)
            health, minutes = list(self.seen.values()), self.book.over(datetime.now(UTC))
            try:
                await asyncio.to_thread(sightings.keep_health, self.store, health)
                await asyncio.to_thread(sightings.keep_minutes, self.store, minutes)
            except StoreUnavailable as error:
                log.warning("vision cannot write", error=str(error))
                continue
            self.book.forget(minutes)
            for one in health:
                if self.seen.get(one.camera) is one:
                    del self.seen[one.camera]

    async def _land(self) -> None:
        """Turns minutes into figures once a minute, in the one that looks after them; forgets old ones."""
        while True:
            await asyncio.sleep(LAND_EVERY)
            if not self.is_mine or self.land is None:
                continue
            try:
                await asyncio.to_thread(self.land)
                await asyncio.to_thread(sightings.forget_minutes, self.store, KEPT)
                await asyncio.to_thread(sightings.forget_cameras, self.store, [one.key for one in self.registry])
            except StoreUnavailable as error:
                log.warning("figures of the cameras wait", error=str(error))


def work(camera: Camera, watched: Watched, frame: KeyFrame, modes: Sequence[str]) -> tuple[dict[str, bytes], Sight]:
    """Decodes a key frame, once, for all that is done with it. Raises CameraError."""
    picture = decoded(frame.stream)
    sight = watched.see(camera, Look.at(picture), frame.captured_at)
    shown = {camera.privacy, *camera.privacy_for.values()} if sight.has_changed else ()
    return stills_of(picture, frame.captured_at, {*modes, *shown}, camera.masks), sight


async def keep_watch(store: Store, registry: Cameras, holidays: Collection[date] = (), land: Callable[[], object] | None = None) -> None:
    """Looks until it is cancelled."""
    await Watch(store, registry, Exchange(store), holidays, land).run()
