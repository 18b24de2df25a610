"""The carrier in C: built by `make relay-helper`, never needed, and used only when it was made of this very source and answers right.

A plain shared library, called by ctypes; libsrtp stays the one of pylibsrtp, whose function it is handed.
"""

import ctypes
import hashlib
import os
import shutil
import socket
import struct
import subprocess
import sys
from array import array
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path as File
from tempfile import TemporaryDirectory
from typing import Any, Final

import structlog

from dashboard.camera.carrier import PROTECT, ROOM, Carried, Carrier, Order, Parcel, Path, Plain, Stream, address_of, trial_context
from dashboard.errors import ConfigurationError

SOURCE: Final = File(__file__).with_name("carrier.c")
FLAGS: Final = ("-std=c99", "-O2", "-Wall", "-Wextra", "-shared", "-fPIC")
LIBRARY: Final = "carrier.so"
"""Its name in the folder of what the program writes."""
_COMPILERS: Final = ("cc", "gcc", "clang")
_ORDER = struct.Struct("@PiIHh0P")

log = structlog.get_logger()


class _Desk(ctypes.Structure):
    _fields_ = (("protect", ctypes.c_void_p), ("buffer", ctypes.c_void_p), ("room", ctypes.c_uint32), ("cuts", ctypes.c_int32))


class _Stream(ctypes.Structure):
    _fields_ = (
        ("srtp", ctypes.c_void_p), ("extra", ctypes.c_char_p), ("address", ctypes.c_char_p),
        ("extra_size", ctypes.c_uint32), ("address_size", ctypes.c_uint32), ("ssrc", ctypes.c_uint32), ("kind", ctypes.c_uint32),
    )  # fmt: skip


class _Parcel(ctypes.Structure):
    _fields_ = (
        ("payloads", ctypes.c_char_p), ("sizes", ctypes.c_void_p), ("runs", ctypes.c_void_p),
        ("octets", ctypes.c_uint32), ("packet_count", ctypes.c_uint32), ("run_count", ctypes.c_uint32),
        ("extends", ctypes.c_uint8), ("ends", ctypes.c_uint8),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Kept:
    """A stream as C reads it. The socket's number is asked for at each sending: after closing, another socket may bear it."""

    card: _Stream
    at: int
    socket: socket.socket


class Compiled:
    """The carrier of a library. Raises OSError, AttributeError or ValueError for a file that is none, or not of this source."""

    name = "c"

    def __init__(self, file: File) -> None:
        library = ctypes.CDLL(str(file))
        library.fanout_version.restype = ctypes.c_uint64
        if library.fanout_version() != version():
            raise ValueError("it was built from another version of the source")
        self._carry = library.fanout_carry
        self._carry.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
        self._buffer = ctypes.create_string_buffer(ROOM)
        self._desk = _Desk(PROTECT, ctypes.addressof(self._buffer), ROOM, 1)
        self._orders = ctypes.create_string_buffer(_ORDER.size)

    @property
    def cuts(self) -> bool:
        """Whether the kernel was not yet found to refuse segmentation."""
        return bool(self._desk.cuts)

    @cuts.setter
    def cuts(self, cuts: bool) -> None:
        self._desk.cuts = cuts

    def keep(self, stream: Stream) -> _Kept:
        """A stream as C reads it."""
        path, extra = stream.path, stream.extra
        address = _sockaddr(path.socket, path.address)
        card = _Stream(address_of(path.srtp), extra, address, len(extra), len(address), stream.ssrc, stream.payload_type)
        return _Kept(card, ctypes.addressof(card), path.socket)

    def carry(self, parcel: Parcel, orders: Sequence[Order]) -> list[Carried]:
        """Sends a parcel to everybody ordered for."""
        used = len(orders) * _ORDER.size
        if used > len(self._orders):
            self._orders = ctypes.create_string_buffer(2 * used)
        room, pack = self._orders, _ORDER.pack_into
        for at, (kept, sequence, stamp) in zip(range(0, used, _ORDER.size), orders, strict=True):
            pack(room, at, kept.at, kept.socket.fileno(), stamp, sequence & 0xFFFF, 0)
        payloads = tuple(chain.from_iterable(parcel.runs))
        flat, sizes, runs = b"".join(payloads), array("H", map(len, payloads)), array("H", map(len, parcel.runs))
        told = _Parcel(
            flat, sizes.buffer_info()[0], runs.buffer_info()[0], len(flat), len(sizes), len(runs), parcel.extends, parcel.ends
        )  # fmt: skip
        status = self._carry(ctypes.addressof(self._desk), ctypes.addressof(told), ctypes.addressof(room), len(orders))
        assert not status, "a parcel that does not add up"
        results = [(sequence, fault) for _, _, _, sequence, fault in _ORDER.iter_unpack(memoryview(room)[:used])]
        # Below 0 libsrtp speaks, of a mistake of ours: a wrong header, or a context that is gone.
        assert all(fault >= 0 for _, fault in results), f"libsrtp says {results}"
        return [(sequence, not fault) for sequence, fault in results]


@cache
def version() -> int:
    """What a library must say: which source it was made of."""
    return int.from_bytes(hashlib.sha256(SOURCE.read_bytes()).digest()[:8], "big")


def chosen(folder: File, *, wanted: bool) -> Carrier:
    """The carrier of a relay, and a line in its log that names it: the compiled one where it was built into that folder, is wanted and
    answers right; otherwise that in Python."""
    file, carrier = folder / LIBRARY, Plain()
    if wanted and os.path.exists(file):
        try:
            return _told(proven(Compiled(file)))
        except (OSError, AttributeError, ValueError) as error:
            log.warning("the relay's loop in C is refused, that in Python goes on: make relay-helper builds it anew", reason=str(error))
    return _told(carrier)


def _told(carrier: Carrier) -> Carrier:
    log.info("pictures go out by this loop", carrier=carrier.name)
    return carrier


def build(folder: File, *more: str) -> File:
    """Compiles the library into a folder and proves it; a running relay keeps the one that it has. `more` are flags for the compiler.

    Raises ConfigurationError when there is no compiler, or what it made does not answer right.
    """
    compiler = next(filter(None, map(shutil.which, _COMPILERS)), None)
    if compiler is None or sys.platform != "linux":
        raise ConfigurationError("the relay's C helper needs Linux and a C compiler: apt-get install gcc libc6-dev")
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as at_work:
        made = File(at_work) / LIBRARY
        words = [compiler, *FLAGS, *more, f"-DFANOUT_VERSION={version()}ull", "-o", str(made), str(SOURCE)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            lines = done.stderr.splitlines() or ["no reason given"]
            raise ConfigurationError(f"{SOURCE.name} was not compiled: {next((line for line in lines if 'error' in line), lines[0])}")
        try:
            proven(Compiled(made))
        except (OSError, AttributeError, ValueError) as error:
            raise ConfigurationError(f"the compiled {SOURCE.name} is refused: {error}") from None
        return made.replace(folder / LIBRARY)


def proven(carrier: Carrier) -> Carrier:
    """The carrier, when the packets that it sends are those of `Plain`, byte by byte. Raises ValueError otherwise."""
    runs = ((b"\x7c" * 700, b"\x5c" * 700, b"\x41" * 12), (b"\x09",))
    parcels = [Parcel(runs, extends, ends) for extends, ends in ((True, True), (False, False), (False, True))]
    if _sent_by(carrier, parcels) != _sent_by(Plain(), parcels):
        raise ValueError("it does not send what it should")
    carrier.cuts = True
    return carrier


def _sent_by(carrier: Carrier, parcels: Sequence[Parcel]) -> list[bytes | Carried]:
    """What comes out at the other end, and what the carrier says of it."""
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with closing(near), closing(far), trial_context() as srtp:
        near.setblocking(False)
        far.setblocking(False)
        carrier.cuts = False
        stream = carrier.keep(Stream(Path(near, None, srtp), 96, 0xDEADBEEF, b"\xbe\xde\0\1\x52\0\0\0"))
        found: list[bytes | Carried] = []
        sequence = 0xFFFD
        for parcel in parcels:
            (carried,) = carrier.carry(parcel, [(stream, sequence, 90_000)])
            sequence = carried[0]
            found += [carried, *(far.recv(2000) for _ in range(4))]
        return found


def _sockaddr(way: socket.socket, address: Any) -> bytes:
    """An address as the kernel takes it (ip(7), ipv6(7)); empty for a socket that is connected."""
    if address is None:
        return b""
    found: tuple[Any, ...] = socket.getaddrinfo(address[0], address[1], way.family, socket.SOCK_DGRAM, 0, socket.AI_NUMERICHOST)[0][4]
    host, port, *more = found
    packed = socket.inet_pton(way.family, host.partition("%")[0])
    if way.family == socket.AF_INET6:
        flow, scope = more
        return struct.pack("=HHI16sI", way.family, socket.htons(port), flow, packed, scope)
    return struct.pack("=HH4s8x", way.family, socket.htons(port), packed)
