"""Frames on their way between processes of this house: relay to blurrer as the camera sent them, blurrer to relay as they may be seen.

A frame is a head (bytes, timestamp in ticks of 1/90000 s, kind, when it came as seconds since 1970) and its NAL units as a byte stream; the
last one may be an end, whose bytes are the camera's state.
"""

import asyncio
import struct
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from dashboard.camera.gop import Frame, make_frame
from dashboard.camera.h264 import payloads_of, split_annex_b
from dashboard.camera.states import State
from dashboard.errors import CameraError

_HEAD: Final = struct.Struct("!IIBd")
_DELTA, _KEY, _END = 0, 1, 2
LARGEST: Final = 4_000_000
WAITING: Final = 64
"""Frames that may wait for whoever takes them; then it goes on at the next key frame."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One picture as a byte stream of H.264."""

    stream: bytes
    timestamp: int
    is_key: bool
    came_at: float

    def packed(self) -> bytes:
        """As it goes over the wire."""
        kind = _KEY if self.is_key else _DELTA
        return _HEAD.pack(len(self.stream), self.timestamp & 0xFFFFFFFF, kind, self.came_at) + self.stream

    def as_frame(self) -> Frame:
        """As a relay holds it."""
        return make_frame(payloads_of(split_annex_b(self.stream)), self.timestamp, self.is_key)


def piece_of(frame: Frame) -> Piece:
    """A relay's frame as a piece."""
    return Piece(frame.as_stream(), frame.timestamp, frame.is_key, frame.arrived)


def end_of(state: State) -> bytes:
    """Says why nothing more comes."""
    return _HEAD.pack(len(state), 0, _END, 0.0) + state.encode()


@dataclass
class Unpacker:
    """Puts pieces together from what comes over the wire."""

    _kept: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> list[Piece]:
        """The pieces that are whole now. Raises CameraError for an end, and for what is no piece."""
        self._kept += data
        found = []
        while len(self._kept) >= _HEAD.size:
            size, timestamp, kind, came_at = _HEAD.unpack_from(self._kept)
            if size > LARGEST or kind > _END:
                raise CameraError(State.GARBAGE, "what came is no reel")
            if len(self._kept) < _HEAD.size + size:
                break
            body = bytes(self._kept[_HEAD.size : _HEAD.size + size])
            del self._kept[: _HEAD.size + size]
            if kind == _END:
                raise CameraError(_state(body), "the other end has ended it")
            found.append(Piece(body, timestamp, kind == _KEY, came_at))
        return found


def _state(body: bytes) -> State:
    text = body.decode("ascii", "replace")
    return State(text) if text in set(State) else State.LOST


@dataclass(eq=False)
class Tap:
    """Takes a stream's frames for one who reads them at their own pace, as a viewer's outlet does for a browser.

    Whoever is too slow misses frames up to the next key frame; `missed` counts how often.
    """

    missed: int = 0
    _waiting: deque[Frame] = field(default_factory=deque)
    _waits_for_key: bool = True
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def join(self, frames: Sequence[Frame]) -> None:
        """The frames since the last key frame."""
        for frame in frames:
            self.send(frame)

    def send(self, frame: Frame) -> None:
        """One more frame."""
        if self._waits_for_key and not frame.is_key:
            return
        if len(self._waiting) >= WAITING:
            self._waiting.clear()
            self.missed += 1
            self._waits_for_key = not frame.is_key
            if self._waits_for_key:
                return
        self._waits_for_key = False
        self._waiting.append(frame)
        self._news.set()

    async def take(self, patience: float) -> list[Frame]:
        """Everything that waits, at least one. Raises TimeoutError when nothing comes for so long."""
        async with asyncio.timeout(patience):
            while not self._waiting:
                self._news.clear()
                await self._news.wait()
        found = list(self._waiting)
        self._waiting.clear()
        return found


async def pieces(chunks: AsyncIterator[bytes]) -> AsyncIterator[list[Piece]]:
    """Pieces as they come, all that are whole at a time. Raises CameraError when they end."""
    unpacker = Unpacker()
    async for chunk in chunks:
        found = unpacker.feed(chunk)
        if found:
            yield found
    raise CameraError(State.LOST, "the stream ended without a word")
