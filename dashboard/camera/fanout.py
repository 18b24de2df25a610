"""One frame to many viewers: header, SRTP in place, and one system call for a run of equal packets.

Media goes past aiortc's sender, which costs three times the CPU: no packet objects, nothing awaited per packet, libsrtp called on one
buffer, and the kernel cuts one send into many datagrams (UDP GSO, Linux ≥ 4.18). Runs on the event loop's thread only.
"""

import errno
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pylibsrtp import ffi, lib  # type: ignore[attr-defined]

from dashboard.camera.gop import Frame

_SOL_UDP, _UDP_SEGMENT = 17, 103  # linux/udp.h
_HEADER = struct.Struct("!BBHII")
_KEPT = 96
"""Frames that can be sent again: four seconds at 25 a second."""
_REPLAY_STEP = 90
"""Ticks between replayed frames, 1 ms: at their own pace they would leave the viewer behind for good."""
# The kernel says so in these ways when a route or a card cannot cut datagrams.
_NO_SEGMENTS = frozenset({errno.EINVAL, errno.EIO, errno.ENOPROTOOPT, errno.EOPNOTSUPP, errno.EMSGSIZE})

_buffer = ffi.new("unsigned char[]", 70_000)
_bytes = memoryview(ffi.buffer(_buffer))
_length = ffi.new("int *")


@dataclass
class Kernel:
    """What the kernel was found to do; one for the process."""

    cuts: bool = True


KERNEL: Final = Kernel()


@dataclass(frozen=True)
class Path:
    """The nominated way to a viewer: our socket, its address, and libsrtp's context for what we send."""

    socket: socket.socket
    address: Any
    srtp: Any


@dataclass(frozen=True)
class Numbers:
    """What was negotiated: the payload types (`rtx` None when the viewer repairs nothing) and the two synchronisation sources."""

    payload_type: int
    ssrc: int
    rtx_type: int | None
    rtx_ssrc: int
    extra: bytes = b""
    """A header extension for the packets of key frames (RFC 8285, one-byte form, whole words); what it says holds until it is said anew."""


Account = Callable[[int, int, int], None]
"""Takes the packets and octets sent and the timestamp of the last one, for the sender reports."""


@dataclass(eq=False)
class Outlet:
    """The sending end for one viewer."""

    path: Path
    numbers: Numbers
    account: Account
    offset: int
    sequence: int
    rtx_sequence: int
    waits: bool = True
    dropped: int = 0
    repaired: int = 0
    stamp: int = 0
    _sent: deque[tuple[int, int, Frame]] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def join(self, frames: Sequence[Frame]) -> None:
        """Sends the frames since the last key frame at once, their timestamps squeezed to end at the newest one's own."""
        for back, frame in zip(range(len(frames) - 1, -1, -1), frames, strict=True):
            self._send(frame, frames[-1].timestamp + self.offset - back * _REPLAY_STEP)
        self.waits = not frames

    def replay(self, frames: Sequence[Frame]) -> None:
        """The same for a viewer that lost its way: between the last timestamp it saw and the next one to come."""
        step = max(1, 3000 // (len(frames) + 1))
        start = self.stamp
        for place, frame in enumerate(frames, 1):
            self._send(frame, start + place * step)
        self.waits = self.waits and not frames

    def send(self, frame: Frame) -> None:
        """Sends one frame; after a loss of our own it is left out until the next key frame."""
        if self.waits and not frame.is_key:
            return
        self.waits = False
        self._send(frame, frame.timestamp + self.offset)

    def send_again(self, sequence: int) -> None:
        """Answers a report of loss from the frames sent lately, in the stream for repairs (RFC 4588)."""
        numbers = self.numbers
        for first, stamp, frame in reversed(self._sent):
            index = (sequence - first) & 0xFFFF
            if index < frame.packets and numbers.rtx_type is not None:
                payload = frame.payloads[index]
                marker = 0x80 if index == frame.packets - 1 else 0
                extra = numbers.extra if frame.is_key else b""
                kind, rtx = numbers.rtx_type | marker, self.rtx_sequence & 0xFFFF
                _HEADER.pack_into(_bytes, 0, 0x90 if extra else 0x80, kind, rtx, stamp, numbers.rtx_ssrc)
                whole = extra + (sequence & 0xFFFF).to_bytes(2, "big") + payload
                _bytes[12 : 12 + len(whole)] = whole
                self.rtx_sequence += 1
                self.repaired += 1
                self._deliver(_protect(self.path.srtp, 0, 12 + len(whole)), 0)
                return

    def _send(self, frame: Frame, stamp: int) -> None:
        stamp &= 0xFFFFFFFF
        self._sent.append((self.sequence & 0xFFFF, stamp, frame))
        last = frame.batches[-1]
        extra = self.numbers.extra if frame.is_key else b""
        for batch in frame.batches:
            end, segment = self._fill(batch, stamp, extra, ends=batch is last)
            if not self._deliver(end, segment if len(batch) > 1 else 0):
                self.waits = True
                self.dropped += 1
                break
        self.stamp = stamp
        self.account(frame.packets, frame.size, stamp)

    def _fill(self, batch: tuple[bytes, ...], stamp: int, extra: bytes, *, ends: bool) -> tuple[int, int]:
        """Writes a run of packets into the buffer, protected; gives its end and the size of the first packet.

        The hottest loop of the house, some ten thousand times a second: everything it touches is local, and nothing is called but C.
        """
        buffer, view, length, pack, protect, srtp = _buffer, _bytes, _length, _HEADER.pack_into, lib.srtp_protect, self.path.srtp
        kind, ssrc, sequence = self.numbers.payload_type, self.numbers.ssrc, self.sequence
        end = segment = status = 0
        first, head = 0x90 if extra else 0x80, 12 + len(extra)
        marked = sequence + len(batch) - 1 if ends else -1
        for payload in batch:
            body = end + head
            size = len(payload)
            pack(view, end, first, kind | 0x80 if sequence == marked else kind, sequence & 0xFFFF, stamp, ssrc)
            if extra:
                view[end + 12 : body] = extra
            view[body : body + size] = payload
            length[0] = size + head
            status |= protect(srtp, buffer + end, length)
            end += length[0]
            sequence += 1
            segment = segment or end
        self.sequence = sequence
        # Any other status is a mistake of ours: a wrong header, or a context that is gone.
        assert not status, f"libsrtp says {status}"
        return end, segment

    def _deliver(self, end: int, segment: int) -> bool:
        """Hands the buffer to the kernel; False when it has no room for it."""
        try:
            if segment and KERNEL.cuts:
                control = [(_SOL_UDP, _UDP_SEGMENT, struct.pack("=H", segment))]
                self.path.socket.sendmsg([_bytes[:end]], control, 0, self.path.address)
                return True
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in _NO_SEGMENTS:
                return False
            KERNEL.cuts = False
        return self._one_by_one(end, segment or end)

    def _one_by_one(self, end: int, segment: int) -> bool:
        try:
            for part in _parts(end, segment):
                self.path.socket.sendto(part, self.path.address)
        except OSError:  # full, or the viewer's host is gone: the watchdog sees to that
            return False
        return True


def _protect(srtp: Any, at: int, size: int) -> int:
    _length[0] = size
    status = lib.srtp_protect(srtp, _buffer + at, _length)
    # Any other status is a mistake of ours: a wrong header, or a context that is gone.
    assert status == lib.srtp_err_status_ok, f"libsrtp says {status}"
    return int(_length[0])


def _parts(end: int, segment: int) -> Iterator[memoryview]:
    for start in range(0, end, segment):
        yield _bytes[start : min(start + segment, end)]
