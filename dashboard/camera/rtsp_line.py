"""One connection to a camera. Whatever arrives is cut, and its packets handed on, in the very call in which the last byte came in.

asyncio's streams would wake a task for each of them: one more turn of the loop and one more timer for every frame, a sixth of what a relay
of many cameras does.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, cast

from dashboard.camera.rtsp_wire import Answer, Wire
from dashboard.camera.states import State
from dashboard.errors import CameraError

Take = Callable[[Sequence[bytes]], object]
"""Is handed RTP packets, a few at a time; says True once it has enough."""
_EARLY_MOST: Final = 2000
"""Packets kept until somebody takes them: some cameras send the first ones before they have answered to PLAY."""
_ROOM: Final = bytearray(65_536)
"""Where the kernel puts what has arrived; every line has taken it out again before the next one is asked."""
_VIEW: Final = memoryview(_ROOM)


class Line(asyncio.BufferedProtocol):
    """`heard` is when the last packets came, by the loop's clock, `has_played` whether any came; those that come before somebody takes them
    are kept."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.heard = 0.0
        self.has_played = False
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._early: list[bytes] = []
        self._take: Take = self._keep
        self._answers: list[Answer] = []
        self._has_enough = False
        self._error: Exception | None = None
        self._news = asyncio.Event()

    def say(self, request: str) -> None:
        """Sends something and waits for nothing."""
        if self._transport is not None:
            self._transport.write(request.encode())

    def hang_up(self) -> None:
        """Ends the connection once what was said has gone out."""
        if self._transport is not None:
            self._transport.close()

    def known(self, name: str) -> Any:
        """What the transport knows of the connection."""
        return None if self._transport is None else self._transport.get_extra_info(name)

    async def answer(self, patience: float) -> Answer:
        """The next answer. Raises CameraError when none comes in time."""
        until = self._loop.time() + patience
        while not self._answers:
            if self._loop.time() >= until:
                raise CameraError(State.SILENT, f"nothing came for {patience:g} s")
            await self.news(until)
        return self._answers.pop(0)

    def answers(self) -> list[Answer]:
        """Those that nobody waited for."""
        found, self._answers = self._answers, []
        return found

    def give(self, take: Take) -> None:
        """From now on packets go there, those that came early first."""
        self.heard, early = self._loop.time(), self._early
        self._take, self._early = take, []
        if early:
            self._hand_on(early)

    async def news(self, until: float) -> bool:
        """Waits for anything but packets, until a time of the loop's clock; whether whoever takes them has enough. Raises what has ended
        the line, and what was raised by whoever took from it."""
        if not self._news.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await self._news.wait()
        self._news.clear()
        if self._error is not None:
            raise self._error
        return self._has_enough

    # ---- what asyncio calls --------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands."""
        self._transport = cast("asyncio.Transport", transport)

    def get_buffer(self, _: int) -> memoryview:
        """Where the next bytes are to go."""
        return _VIEW

    def buffer_updated(self, size: int) -> None:
        """They have come."""
        if self._error is not None:
            return
        try:
            packets, answers = self.wire.feed(bytes(_VIEW[:size]))
            if packets:
                self._hand_on(packets)
        except CameraError as error:  # raised anew for whoever waits; asyncio hands all others to `connection_lost`
            self._end(error)
        else:
            if answers:
                self._answers += answers
                self._news.set()

    def connection_lost(self, error: Exception | None) -> None:
        """It stands no longer."""
        if error is None:
            self._end(CameraError(State.LOST, "the camera hung up"))
        elif isinstance(error, OSError):
            self._end(CameraError(State.LOST, f"the connection broke: {error.strerror}"))
        else:
            self._end(error)

    def _hand_on(self, packets: list[bytes]) -> None:
        self.heard, self.has_played = self._loop.time(), True
        if not self._has_enough and self._take(packets) is True:
            self._has_enough = True
            self._news.set()

    def _keep(self, packets: Sequence[bytes]) -> None:
        self._early += packets
        if len(self._early) > _EARLY_MOST:
            raise CameraError(State.GARBAGE, "it sends a flood before it was asked to play")

    def _end(self, error: Exception) -> None:
        if self._error is None:
            self._error = error
            self._news.set()
            if self._transport is not None:  # a goodbye is still to be said, so that the camera has a session free again
                self._transport.pause_reading()
