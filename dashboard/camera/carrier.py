"""How packets are put on their way to viewers: header, SRTP in place, and one system call for a run of equal packets.

There are two carriers, and a relay has one of them, chosen once: `Plain` here, in Python, and `Compiled` (compiled.py), which does the
same in C where an operator has built that. What they are given and give back is the same, and so is every byte on the wire. The kernel
cuts one send into many datagrams (UDP GSO, Linux ≥ 4.18); where it refuses, packets go one by one.
"""

import errno
import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pylibsrtp import ffi, lib  # type: ignore[attr-defined]

from dashboard.camera.gop import Frame

ROOM: Final = 70_000
"""Bytes of a carrier's buffer: a run of packets is smaller, trailers and all."""
_SOL_UDP, _UDP_SEGMENT = 17, 103  # linux/udp.h
_HEADER = struct.Struct("!BBHII")
# The kernel says so in these ways when a route or a card cannot cut datagrams.
_NO_SEGMENTS = frozenset({errno.EINVAL, errno.EIO, errno.ENOPROTOOPT, errno.EOPNOTSUPP, errno.EMSGSIZE})


@dataclass(frozen=True)
class Path:
    """The nominated way to a viewer: our socket, its address (None where the socket is connected), libsrtp's context for what we send."""

    socket: socket.socket
    address: Any
    srtp: Any


@dataclass(frozen=True)
class Stream:
    """One stream of packets on a path. `extra` is a header extension (RFC 8285, one-byte form, whole words) for the parcels that extend."""

    path: Path
    payload_type: int
    ssrc: int
    extra: bytes = b""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes to many at once: payloads in runs of equal sizes, of which only the last may be shorter.

    `extends`: the packets carry the stream's header extension. `ends`: the last one is the last of its picture (the marker).
    """

    runs: Sequence[Sequence[bytes]]
    extends: bool
    ends: bool

    @classmethod
    def of(cls, frame: Frame) -> "Parcel":
        """A whole picture. What an extension says holds until it is said anew, so that key frames alone carry it."""
        return cls(frame.batches, frame.is_key, True)


Order = tuple[Any, int, int]
"""One viewer's share in a sending: the stream as the carrier keeps it, the first sequence number, the timestamp."""
Carried = tuple[int, bool]
"""What came of an order: the next sequence number, and whether the kernel took everything; if not, the rest was left out."""


class Carrier(Protocol):
    """One for each relay, used from its event loop's thread only. `cuts`: the kernel was not yet found to refuse segmentation."""

    name: str
    cuts: bool

    def keep(self, stream: Stream) -> Any:
        """What the carrier itself wants to know of a stream, for as long as somebody looks."""

    def carry(self, parcel: Parcel, orders: Sequence[Order]) -> Sequence[Carried]:
        """Sends a parcel to everybody ordered for, and says what came of each, in their order."""


class Plain:
    """The carrier in Python: no packet objects, nothing awaited, libsrtp called on one buffer."""

    name = "python"

    def __init__(self) -> None:
        self.cuts = True
        self._buffer = ffi.new("unsigned char[]", ROOM)
        self._bytes = memoryview(ffi.buffer(self._buffer))
        self._length = ffi.new("int *")

    def keep(self, stream: Stream) -> Stream:
        """The stream itself."""
        return stream

    def carry(self, parcel: Parcel, orders: Sequence[Order]) -> list[Carried]:
        """Sends a parcel to everybody ordered for."""
        return [self._carry(parcel, *order) for order in orders]

    def _carry(self, parcel: Parcel, stream: Stream, sequence: int, stamp: int) -> Carried:
        extra, is_whole = stream.extra if parcel.extends else b"", True
        for left, run in zip(range(len(parcel.runs) - 1, -1, -1), parcel.runs, strict=True):
            end, segment = self._fill(run, stream, extra, (sequence, stamp), ends=parcel.ends and not left)
            sequence += len(run)
            is_whole = self._deliver(stream.path, end, segment if len(run) > 1 else 0)
            if not is_whole:
                break
        return sequence & 0xFFFF, is_whole

    def _fill(self, run: Sequence[bytes], stream: Stream, extra: bytes, numbers: tuple[int, int], *, ends: bool) -> tuple[int, int]:
        """Writes a run of packets into the buffer, protected; gives its end and the size of the first packet.

        The hottest loop of the house, some ten thousand times a second: everything it touches is local, and nothing is called but C.
        """
        buffer, view, length, pack, protect, srtp = (
            self._buffer, self._bytes, self._length, _HEADER.pack_into, lib.srtp_protect, stream.path.srtp
        )  # fmt: skip
        kind, ssrc, (sequence, stamp) = stream.payload_type, stream.ssrc, numbers
        end = segment = status = 0
        first, head = 0x90 if extra else 0x80, 12 + len(extra)
        marked = sequence + len(run) - 1 if ends else -1
        for payload in run:
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
        # Any other status is a mistake of ours: a wrong header, or a context that is gone.
        assert not status, f"libsrtp says {status}"
        return end, segment

    def _deliver(self, path: Path, end: int, segment: int) -> bool:
        """Hands the buffer to the kernel; False when it has no room for it, or the viewer's host is gone: the watchdog sees to that."""
        try:
            if segment and self.cuts:
                control = [(_SOL_UDP, _UDP_SEGMENT, struct.pack("=H", segment))]
                path.socket.sendmsg([self._bytes[:end]], control, 0, path.address)
                return True
        except OSError as error:
            if error.errno not in _NO_SEGMENTS:
                return False
            self.cuts = False
        try:
            for part in self._parts(end, segment or end):
                path.socket.sendmsg([part], (), 0, path.address)
        except OSError:
            return False
        return True

    def _parts(self, end: int, segment: int) -> Iterator[memoryview]:
        for start in range(0, end, segment):
            yield self._bytes[start : min(start + segment, end)]


def address_of(pointer: Any) -> int:
    """Where what a pointer of libsrtp's binding points to lies in memory."""
    return int(ffi.cast("uintptr_t", pointer))


PROTECT: Final = address_of(ffi.addressof(lib, "srtp_protect"))
"""Where libsrtp's function lies."""


@contextmanager
def trial_context() -> Iterator[Any]:
    """A context of libsrtp under a key that guards nothing, to try a carrier with."""
    policy, key, context = ffi.new("srtp_policy_t *"), ffi.new("unsigned char[]", 64), ffi.new("srtp_t *")
    lib.srtp_crypto_policy_set_from_profile_for_rtp(ffi.addressof(policy.rtp), lib.srtp_profile_aes128_cm_sha1_80)
    lib.srtp_crypto_policy_set_from_profile_for_rtcp(ffi.addressof(policy.rtcp), lib.srtp_profile_aes128_cm_sha1_80)
    policy.key, policy.ssrc.type = key, lib.ssrc_any_outbound
    status = lib.srtp_create(context, policy)
    assert not status, f"libsrtp says {status}"
    try:
        yield context[0]
    finally:
        lib.srtp_dealloc(context[0])
