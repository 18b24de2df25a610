"""One picture to many viewers: who of them gets it, under which numbers, and what can be sent again.

Media goes past aiortc's sender, which costs three times the CPU. How packets are made and handed to the kernel is the carrier's business.
"""

import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard.camera.carrier import Carried, Carrier, Parcel, Path, Stream
from dashboard.camera.gop import Frame

_KEPT = 96
"""Frames that can be sent again: four seconds at 25 a second."""
_REPLAY_STEP = 90
"""Ticks between replayed frames, 1 ms: at their own pace they would leave the viewer behind for good."""
_TICKS = 0xFFFFFFFF


@dataclass(frozen=True)
class Numbers:
    """What was negotiated: the payload types (`rtx` None when the viewer repairs nothing) and the two synchronisation sources."""

    payload_type: int
    ssrc: int
    rtx_type: int | None
    rtx_ssrc: int
    extra: bytes = b""
    """A header extension for the packets of key frames (RFC 8285, one-byte form, whole words); what it says holds until it is said anew."""


@dataclass(eq=False)
class Outlet:
    """The sending end for one viewer. `packets`, `octets`, the last timestamp (`stamp`) and when it went (`at`, seconds since 1970) are
    what sender reports are made of; `media` and `repairs` are the two streams as the carrier keeps them."""

    path: Path
    numbers: Numbers
    carrier: Carrier
    offset: int
    sequence: int
    rtx_sequence: int
    waits: bool = True
    dropped: int = 0
    repaired: int = 0
    packets: int = 0
    octets: int = 0
    stamp: int = 0
    at: float = 0.0
    media: Any = field(init=False)
    repairs: Any = field(init=False)
    _sent: deque[tuple[int, int, Frame]] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def __post_init__(self) -> None:
        """The carrier is told of both streams once."""
        numbers = self.numbers
        self.media = self.carrier.keep(Stream(self.path, numbers.payload_type, numbers.ssrc, numbers.extra))
        self.repairs = self.carrier.keep(Stream(self.path, numbers.rtx_type or 0, numbers.rtx_ssrc, numbers.extra))

    def join(self, frames: Sequence[Frame]) -> None:
        """Sends the frames since the last key frame at once, their timestamps squeezed to end at the newest one's own."""
        for back, frame in zip(range(len(frames) - 1, -1, -1), frames, strict=True):
            if not self._goes(frame, frames[-1].timestamp + self.offset - back * _REPLAY_STEP):
                break

    def replay(self, frames: Sequence[Frame]) -> None:
        """The same for a viewer that lost its way: between the last timestamp it saw and the next one to come."""
        step = max(1, 3000 // (len(frames) + 1))
        start = self.stamp
        for place, frame in enumerate(frames, 1):
            if not self._goes(frame, start + place * step):
                break

    def send_again(self, sequence: int) -> None:
        """Answers a report of loss from the frames sent lately, in the stream for repairs (RFC 4588)."""
        for first, stamp, frame in reversed(self._sent):
            index = (sequence - first) & 0xFFFF
            if index < frame.packets and self.numbers.rtx_type is not None:
                payload = (sequence & 0xFFFF).to_bytes(2, "big") + frame.payloads[index]
                parcel = Parcel(((payload,),), frame.is_key, index == frame.packets - 1)
                ((self.rtx_sequence, _),) = self.carrier.carry(parcel, [(self.repairs, self.rtx_sequence, stamp)])
                self.repaired += 1
                return

    def note(self, frame: Frame, stamp: int, carried: Carried, now: float) -> None:
        """Takes note of a frame that was sent, or, after a loss of our own, not: then the next ones are left out until a key frame."""
        self._sent.append((self.sequence, stamp, frame))
        self.sequence, is_whole = carried
        self.waits = not is_whole
        self.dropped += not is_whole
        self.packets += frame.packets
        self.octets += frame.size
        self.stamp, self.at = stamp, now

    def _goes(self, frame: Frame, stamp: int) -> bool:
        _send(frame, [(self, stamp & _TICKS)])
        return not self.waits


def fan_out(frame: Frame, outlets: Iterable[Outlet]) -> None:
    """Sends a frame to viewers of one relay, but for those who wait for a key frame."""
    to = [(outlet, (frame.timestamp + outlet.offset) & _TICKS) for outlet in outlets if frame.is_key or not outlet.waits]
    if to:
        _send(frame, to)


def _send(frame: Frame, to: Sequence[tuple[Outlet, int]]) -> None:
    """Sends a frame to each of them under the timestamp given for them; a relay has one carrier, so theirs is the same."""
    orders = [(outlet.media, outlet.sequence, stamp) for outlet, stamp in to]
    carried = to[0][0].carrier.carry(Parcel.of(frame), orders)
    now = time.time()
    for (outlet, stamp), one in zip(to, carried, strict=True):
        outlet.note(frame, stamp, one, now)
