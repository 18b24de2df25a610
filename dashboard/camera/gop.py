"""From RTP packets to frames, and the frames since the last key frame.

A frame is complete at its marker bit. Waiting for the next one to begin, as FFmpeg's parser does, would cost a whole frame of latency.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from dashboard.camera.h264 import IDR, PAYLOAD_MOST, PLAYABLE, PPS, SPS, annex_b, continues, has_b_slice, payloads_of, types_in, units_of
from dashboard.camera.states import State
from dashboard.errors import CameraError

CLOCK: Final = 90_000
"""Ticks a second of a video timestamp."""
MOST_FRAMES, LARGEST = 110, 2_000_000
"""Frames and bytes that a ring holds at the most, some four seconds at 25 a second: more would drown a viewer who joins, and with rarer
key frames than that late joiners wait for the next one."""
_HEADLESS_KEYS = 3
_BATCH_PACKETS, _BATCH_BYTES, _OVERHEAD = 60, 62_000, 40
_FRAME_LARGEST = 4_000_000


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture. `timestamp` is in ticks of 1/90000 s, `arrived` the wall clock in seconds when its last packet came.

    `batches` are its `packets` payloads, of `size` bytes together, in runs that one system call can send: equal sizes, only the last of a
    run may be shorter.
    """

    batches: tuple[tuple[bytes, ...], ...]
    timestamp: int
    is_key: bool
    size: int
    arrived: float
    packets: int = field(init=False)

    def __post_init__(self) -> None:
        """Counts them once; every viewer's sending asks."""
        object.__setattr__(self, "packets", sum(map(len, self.batches)))

    @property
    def payloads(self) -> tuple[bytes, ...]:
        """All payloads in their order."""
        return tuple(payload for batch in self.batches for payload in batch)

    def as_stream(self) -> bytes:
        """The frame as a byte stream for decoders."""
        return annex_b(units_of(self.payloads))


def make_frame(payloads: Sequence[bytes], timestamp: int, is_key: bool) -> Frame:
    """A frame of payloads that fit already."""
    size = sum(len(payload) for payload in payloads)
    return Frame(tuple(_batches(payloads)), timestamp, is_key, size, time.time())


def _batches(payloads: Sequence[bytes]) -> list[tuple[bytes, ...]]:
    found: list[tuple[bytes, ...]] = []
    run: list[bytes] = []
    total = 0
    for payload in payloads:
        size = len(payload)
        fits = run and len(run[-1]) == len(run[0]) >= size
        if not fits or len(run) >= _BATCH_PACKETS or total + size + _OVERHEAD > _BATCH_BYTES:
            if run:
                found.append(tuple(run))
            run, total = [], 0
        run.append(payload)
        total += size + _OVERHEAD
    return [*found, tuple(run)]


@dataclass
class Depacketiser:
    """Puts the packets of one stream together. After a gap it waits for the next key frame: half a picture would smear for a whole GOP.

    A frame ends at its marker bit. Some cameras set that on every slice, or on every packet: when a picture goes on behind its marker they
    are found out, and from then on only a new timestamp ends a frame.
    """

    parameters: dict[int, bytes] = field(default_factory=dict)
    _payloads: list[bytes] = field(default_factory=list)
    _size: int = 0
    _timestamp: int = 0
    _next: int | None = None
    _headless: int = 0
    _whole: bool = False
    _ended: bool = False
    _torn: bool = False
    _marker_lies: bool = False

    @classmethod
    def of(cls, parameter_sets: Sequence[bytes]) -> "Depacketiser":
        """With the SPS and PPS that the camera's description gave, for streams that do not repeat them."""
        return cls({nal[0] & 31: nal for nal in parameter_sets if nal})

    def push(self, packet: bytes) -> list[Frame]:
        """The frames that this packet completes. Raises CameraError for what is no RTP, and for pictures that browsers cannot play."""
        payload, timestamp, sequence, ends = _parse(packet)
        if self._next is not None and sequence != self._next:
            self._forget(whole=False)
            self._ended, self._torn = False, True
        self._next = (sequence + 1) & 0xFFFF
        frames = self._finish() if self._payloads and timestamp != self._timestamp else []
        if self._ended and payload and continues(payload):
            self._marker_lies = True
            self._forget(whole=False)  # what went out was half a picture
        self._timestamp = timestamp
        self._torn = self._torn and (not payload or continues(payload))
        if payload and not self._torn:  # what is left of a torn picture would pass for a whole one
            self._payloads.append(payload)
            self._size += len(payload)
        if self._size > _FRAME_LARGEST:
            raise CameraError(State.GARBAGE, "a frame that does not end")
        self._ended = ends and not self._marker_lies
        return frames + self._finish() if self._ended else frames

    def _finish(self) -> list[Frame]:
        payloads = self._payloads
        types = {type_ for payload in payloads for type_ in types_in(payload)}
        is_key = IDR in types
        if not types & {1, IDR}:
            self._remember(payloads, types)
            self._forget(self._whole)
            return []
        if is_key and not self._has_head(payloads, types):
            self._forget(whole=False)
            return []
        self._whole = self._whole or is_key
        made = [make_frame(self._ready(payloads, types), self._timestamp, is_key)] if self._whole else []
        if any(has_b_slice(payload) for payload in payloads[:3]):
            raise CameraError(State.BFRAMES, "the stream has B-frames")
        self._forget(self._whole)
        return made

    def _ready(self, payloads: list[bytes], types: set[int]) -> list[bytes]:
        """Payloads of a size that passes, a key frame led by its parameter sets."""
        if max(map(len, payloads)) > PAYLOAD_MOST:
            payloads = payloads_of(units_of(payloads))
        if IDR in types and SPS not in types:
            payloads = [self.parameters[type_] for type_ in (SPS, PPS) if type_ in self.parameters] + payloads
        return payloads

    def _has_head(self, payloads: list[bytes], types: set[int]) -> bool:
        """Whether a key frame can be decoded from here on. Raises CameraError when several in a row could not."""
        self._remember(payloads, types)
        if {SPS, PPS} <= self.parameters.keys():
            self._headless = 0
            return True
        self._headless += 1
        if self._headless >= _HEADLESS_KEYS:
            raise CameraError(State.HEADLESS, "key frames without parameter sets")
        return False

    def _remember(self, payloads: list[bytes], types: set[int]) -> None:
        if types & {SPS, PPS}:
            self.parameters |= {nal[0] & 31: nal for nal in units_of(payloads) if nal[0] & 31 in (SPS, PPS)}
        head = self.parameters.get(SPS, b"")
        if len(head) > 1 and head[1] not in PLAYABLE:
            raise CameraError(State.PROFILE, f"profile_idc {head[1]} is decoded by no browser")

    def _forget(self, whole: bool) -> None:
        self._payloads, self._size, self._whole = [], 0, whole


@dataclass
class Ring:
    """The frames since the last key frame; empty when there is none, or when it lies too far back. `key` is the last key frame itself."""

    frames: list[Frame] = field(default_factory=list)
    key: Frame | None = None
    _size: int = 0

    def push(self, frame: Frame) -> None:
        """Takes a frame in."""
        if frame.is_key:
            self.frames, self._size, self.key = [], 0, frame
        elif not self.frames:
            return
        self.frames.append(frame)
        self._size += frame.size
        if self._size > LARGEST or len(self.frames) > MOST_FRAMES:
            self.frames, self._size = [], 0

    def clear(self) -> None:
        """Forgets everything: what comes next does not follow on it."""
        self.frames, self._size, self.key = [], 0, None


def _parse(packet: bytes) -> tuple[bytes, int, int, bool]:
    """Payload, timestamp, sequence number and marker of an RTP packet (RFC 3550, 5.1)."""
    if len(packet) < 12 or packet[0] >> 6 != 2:
        raise CameraError(State.GARBAGE, "what came is no RTP")
    start = 12 + 4 * (packet[0] & 15)
    if packet[0] & 0x10:
        start += 4 + 4 * int.from_bytes(packet[start + 2 : start + 4], "big")
    end = len(packet) - (packet[-1] if packet[0] & 0x20 else 0)
    return packet[start:end], int.from_bytes(packet[4:8], "big"), int.from_bytes(packet[2:4], "big"), bool(packet[1] & 0x80)
