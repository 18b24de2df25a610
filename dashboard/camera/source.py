"""One camera as the relay holds it: pulled once however many look, kept warm for a while, called again when it drops."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import structlog

from dashboard.camera.fanout import Outlet
from dashboard.camera.gop import CLOCK, Depacketiser, Frame, Ring
from dashboard.camera.registry import Camera
from dashboard.camera.rtsp import opened
from dashboard.camera.states import FAULTS, NEEDS_HANDS, State
from dashboard.errors import CameraError

WARM_SECONDS: Final = 30.0
"""How long a camera is kept after the last look."""
_PAUSES: Final = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
_HOPELESS: Final = 3
"""Place in the pauses for what waiting does not cure."""
_HEALTHY: Final = 30.0
"""Seconds of play after which the pauses begin anew."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Condition:
    """A state, since when, and when the last frame came."""

    state: State
    since: datetime
    last_frame: datetime | None = None


@dataclass(eq=False)
class Source:
    """A camera with those who look at it. `changed` is called with every new condition."""

    camera: Camera
    changed: Callable[[str, Condition], None]
    warm_seconds: float = WARM_SECONDS
    condition: Condition = field(default_factory=lambda: Condition(State.IDLE, datetime.now(UTC)))
    outlets: set[Outlet] = field(default_factory=set)
    ring: Ring = field(default_factory=Ring)
    _lookers: int = 0
    _task: asyncio.Task[None] | None = None
    _cooling: asyncio.TimerHandle | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _shift: int = 0
    _last: tuple[int, float] | None = None

    def hold(self) -> None:
        """Somebody looks: the camera is opened, or kept open."""
        self._lookers += 1
        if self._cooling is not None:
            self._cooling.cancel()
            self._cooling = None
        if self._task is None and self.camera.is_connected:
            self._task = asyncio.create_task(self._run(), name=f"camera {self.camera.key}")

    def release(self) -> None:
        """Somebody looks no longer; after the last one the camera stays warm for a while, then is let go."""
        self._lookers -= 1
        if self._lookers == 0 and self._task is not None:
            self._cooling = asyncio.get_running_loop().call_later(self.warm_seconds, self._let_go)

    def add(self, outlet: Outlet) -> None:
        """A viewer is connected: it gets the frames since the last key frame at once, then every new one."""
        outlet.join(self.ring.frames)
        self.outlets.add(outlet)

    async def key_frame(self, patience: float) -> Frame:
        """The newest key frame, opening the camera when need be. Raises CameraError when there is none in time."""
        self.hold()
        try:
            async with asyncio.timeout(patience):
                while self.ring.key is None:
                    if self.condition.state in FAULTS or not self.camera.is_connected:
                        raise self._fault()
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise CameraError(self.condition.state, "no key frame came in time") from None
        else:
            return self.ring.key
        finally:
            self.release()

    async def close(self) -> None:
        """Lets the camera go now."""
        if self._cooling is not None:
            self._cooling.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def _fault(self) -> CameraError:
        return CameraError(self.camera.hindrance or self.condition.state, "the camera gives no picture")

    def _let_go(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.ring.clear()
        if self.condition.state not in FAULTS:
            self._turn(State.IDLE)

    async def _run(self) -> None:
        failures = 0
        while True:
            began = time.monotonic()
            if self.condition.state not in FAULTS:
                self._turn(State.CONNECTING)
            try:
                await self._pull()
            except CameraError as error:
                log.info("camera gives no picture", camera=self.camera.key, state=error.state, reason=str(error))
                self._turn(State(error.state))
            except Exception as error:
                log.error("camera task failed", camera=self.camera.key, exc_info=error)
                self._turn(State.GARBAGE)
            self.ring.clear()
            failures = 0 if time.monotonic() - began > _HEALTHY else failures
            # Asking again at once cures no wrong password, and some cameras lock the door after three.
            failures = max(failures, _HOPELESS) if self.condition.state in NEEDS_HANDS else failures
            pause = _PAUSES[min(failures, len(_PAUSES) - 1)]
            failures += 1
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))

    async def _pull(self) -> None:
        async with opened(self.camera.url.get_secret_value()) as stream:
            assembler = Depacketiser.of(stream.video.parameter_sets)
            async for packets in stream.packets():
                for packet in packets:
                    for frame in assembler.push(packet):
                        self._take(frame)

    def _take(self, frame: Frame) -> None:
        frame = self._continued(frame)
        self.ring.push(frame)
        for outlet in tuple(self.outlets):
            outlet.send(frame)
        if self.condition.state is not State.LIVE:
            self._turn(State.LIVE)
        self._news.set()

    def _continued(self, frame: Frame) -> Frame:
        """The frame on one clock across reconnects: browsers drop what jumps back in time."""
        if self._last is not None and not self.ring.frames and self.condition.state is not State.LIVE:
            timestamp, arrived = self._last
            expected = timestamp + max(1, int((frame.arrived - arrived) * CLOCK))
            self._shift = expected - frame.timestamp
        moved = (frame.timestamp + self._shift) & 0xFFFFFFFF
        self._last = moved, frame.arrived
        return frame if moved == frame.timestamp else Frame(frame.batches, moved, frame.is_key, frame.size, frame.arrived)

    def _turn(self, state: State) -> None:
        last = datetime.fromtimestamp(self._last[1], UTC) if self._last else None
        is_same = state is self.condition.state
        self.condition = Condition(state, self.condition.since if is_same else datetime.now(UTC), last)
        self._news.set()
        if not is_same:
            self.changed(self.camera.key, self.condition)
