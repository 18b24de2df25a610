"""One camera as the relay holds it: pulled once however many look, kept warm for a while, called again when it drops."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, Literal

import structlog

from dashboard.camera.fanout import Outlet, fan_out
from dashboard.camera.gop import CLOCK, Depacketiser, Frame, Ring
from dashboard.camera.reel import Tap
from dashboard.camera.registry import Camera
from dashboard.camera.rtsp import opened
from dashboard.camera.states import FAULTS, NEEDS_HANDS, State
from dashboard.errors import CameraError

WARM_SECONDS: Final = 30.0
"""How long a camera is kept after the last look."""
_PAUSES: Final = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
_HOPELESS: Final = 3
"""Place in the pauses for what waiting does not cure."""
_LOCKS: Final = (120.0, 900.0, 1800.0)
"""Pauses after a wrong password: cameras lock everybody out after some five of them within half an hour."""
_HEALTHY: Final = 30.0
"""Seconds of play after which the pauses begin anew."""
_SAID_FOR: Final = 10.0, 60.0
"""Seconds for which it is said that a media server gave no picture, before whoever looks may ask it again: what waiting may cure, and what
only hands do."""
_JUMP: Final = 10 * CLOCK
"""Ticks between what a timestamp says and when its frame came that no network explains."""

Size = Literal["large", "small"]
"""A camera's main stream, or the smaller one that most send beside it."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Condition:
    """A state, since when, and when the last frame came."""

    state: State
    since: datetime
    last_frame: datetime | None = None


async def _asked(address: str, take: Callable[[Frame], None]) -> None:
    """Hands on the frames of a camera over RTSP, until it raises CameraError."""
    async with opened(address) as stream:
        assembler = Depacketiser.of(stream.video.parameter_sets)

        def put_together(packets: Sequence[bytes]) -> None:
            for packet in packets:
                for frame in assembler.push(packet):
                    take(frame)

        await stream.play(put_together)


@dataclass(eq=False)
class Source:
    """A camera with those who look at it. `changed` is called with itself at every new condition.

    `size` says which of the camera's two pictures it is; `pulls` False: somebody else pulls it, and only its condition is held here.
    `frames` stands in for asking the camera itself, and raises CameraError in the end.
    """

    camera: Camera
    changed: Callable[["Source"], None]
    warm_seconds: float = WARM_SECONDS
    size: Size = "large"
    pulls: bool = True
    frames: Callable[[Camera], AsyncGenerator[Frame]] | None = None
    condition: Condition = field(default_factory=lambda: Condition(State.IDLE, datetime.now(UTC)))
    outlets: set[Outlet] = field(default_factory=set)
    taps: set[Tap] = field(default_factory=set)
    ring: Ring = field(default_factory=Ring)
    is_closed: bool = False
    _lookers: int = 0
    _task: asyncio.Task[None] | None = None
    _cooling: asyncio.TimerHandle | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _failures: int = 0
    _not_before: float = 0.0
    _shift: int = 0
    _last: tuple[int, float] | None = None
    _failing: tuple[State, datetime] | None = None

    @property
    def address(self) -> str:
        """Where it is pulled from; empty when nobody may be asked, or nobody is to be."""
        if not self.pulls or not self.camera.is_connected:
            return ""
        return (self.camera.substream if self.size == "small" else self.camera.url).get_secret_value()

    @property
    def is_held(self) -> bool:
        """Whether anybody looks."""
        return self._lookers > 0

    def hold(self) -> None:
        """Somebody looks: the camera is opened, or kept open."""
        self._lookers += 1
        if self._cooling is not None:
            self._cooling.cancel()
            self._cooling = None
        if self._task is None and self.address:
            self._task = asyncio.create_task(self._run(), name=f"camera {self.camera.key}")

    def release(self) -> None:
        """Somebody looks no longer; after the last one the camera stays warm for a while, then is let go."""
        self._lookers -= 1
        if self._lookers == 0 and not self.pulls and self.condition.state not in FAULTS:
            self.turn(State.IDLE)
        if self._lookers == 0 and self._task is not None:
            self._cooling = asyncio.get_running_loop().call_later(self.warm_seconds, self._let_go)

    def add(self, outlet: Outlet) -> None:
        """A viewer is connected: it gets the frames since the last key frame at once, then every new one."""
        outlet.join(self.ring.frames)
        self.outlets.add(outlet)

    def tap(self, tap: Tap) -> None:
        """The same for one who takes frames at their own pace."""
        tap.join(self.ring.frames)
        self.taps.add(tap)

    async def key_frame(self, patience: float) -> Frame:
        """The newest key frame, opening the camera when need be. Raises CameraError when there is none in time."""
        self.hold()
        try:
            async with asyncio.timeout(patience):
                while self.ring.key is None:
                    if self.condition.state in FAULTS or not self.address:
                        raise self.fault()
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise CameraError(self.condition.state, "no key frame came in time") from None
        else:
            return self.ring.key
        finally:
            self.release()

    async def close(self) -> None:
        """Lets the camera go now, for good."""
        self.is_closed = True
        if self._cooling is not None:
            self._cooling.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def fail(self, state: State) -> None:
        """Whoever pulls it gave no picture. Said for a while, then it may be asked again: nobody tries by himself as our own pulls do."""
        if self._failing is None or self._failing[0] is not state:
            self._failing = state, datetime.now(UTC)
        self.condition = Condition(state, self._failing[1])
        self.changed(self)
        asyncio.get_running_loop().call_later(_SAID_FOR[state in NEEDS_HANDS], self._forgive, self.condition)

    def _forgive(self, condition: Condition) -> None:
        if self.condition is condition:
            self.turn(State.IDLE)

    def fault(self) -> CameraError:
        """Why there is no picture."""
        state = self.condition.state if self.address else self.camera.hindrance or State.UNCONNECTED
        return CameraError(state, "the camera gives no picture")

    def _let_go(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.ring.clear()
        if self.condition.state not in FAULTS:
            self.turn(State.IDLE)

    async def _run(self) -> None:
        # Whoever looked before us, and was refused, has used up a try; letting go and taking up again does not give it back.
        await asyncio.sleep(max(0.0, self._not_before - time.monotonic()))
        while True:
            began = time.monotonic()
            if self.condition.state not in FAULTS:
                self.turn(State.CONNECTING)
            try:
                await self._pull()
            except CameraError as error:
                log.info("camera gives no picture", camera=self.camera.key, state=error.state, reason=str(error))
                self.turn(State(error.state))
            except Exception as error:
                log.error("camera task failed", camera=self.camera.key, exc_info=error)
                self.turn(State.GARBAGE)
            self.ring.clear()
            pause = self._pause(time.monotonic() - began)
            self._not_before = time.monotonic() + pause
            await asyncio.sleep(pause)

    def _pause(self, lasted: float) -> float:
        """Seconds until the camera is asked again, by how often it failed and why. Waiting cures no wrong setting."""
        failures = 0 if lasted > _HEALTHY else self._failures
        pauses = _LOCKS if self.condition.state is State.REFUSED else _PAUSES
        if self.condition.state in NEEDS_HANDS and pauses is _PAUSES:
            failures = max(failures, _HOPELESS)
        self._failures = failures + 1
        return pauses[min(failures, len(pauses) - 1)] * random.uniform(0.8, 1.2)

    async def _pull(self) -> None:
        if self.frames is None:
            await _asked(self.address, self._take)
            return
        async with aclosing(self.frames(self.camera)) as frames:
            async for frame in frames:
                self._take(frame)

    def _take(self, frame: Frame) -> None:
        frame = self._continued(frame)
        self.ring.push(frame)
        fan_out(frame, self.outlets)
        for tap in self.taps:
            tap.send(frame)
        if self.condition.state is not State.LIVE:
            self.turn(State.LIVE)
        self._news.set()

    def _continued(self, frame: Frame) -> Frame:
        """The frame on one clock that only goes on: across reconnects, and when the camera's own clock is set or jumps. Browsers drop what
        goes back in time, and wait for what is far ahead."""
        if self._last is not None:
            timestamp, arrived = self._last
            waited = max(1, int((frame.arrived - arrived) * CLOCK))
            ahead = _signed(frame.timestamp + self._shift - timestamp)
            is_new = not self.ring.frames and self.condition.state is not State.LIVE
            if is_new or ahead <= 0 or abs(ahead - waited) > _JUMP:
                self._shift = timestamp + waited - frame.timestamp
        moved = (frame.timestamp + self._shift) & 0xFFFFFFFF
        self._last = moved, frame.arrived
        return frame if moved == frame.timestamp else replace(frame, timestamp=moved)

    def turn(self, state: State) -> None:
        """Takes note of a state."""
        last = datetime.fromtimestamp(self._last[1], UTC) if self._last else None
        is_same = state is self.condition.state
        if state is State.LIVE:
            self._failing = None
        self.condition = Condition(state, self.condition.since if is_same else datetime.now(UTC), last)
        self._news.set()
        if not is_same:
            self.changed(self)


def _signed(ticks: int) -> int:
    """A difference of two 32-bit timestamps, which begin anew every thirteen hours."""
    return ((ticks + 0x80000000) & 0xFFFFFFFF) - 0x80000000
