"""H.264 as bytes: NAL units in RTP payloads and out of them again (RFC 6184), and the kind of picture a slice holds (ITU-T H.264 7.3)."""

from collections.abc import Iterable, Sequence
from typing import Final

from dashboard.camera.states import State
from dashboard.errors import CameraError

PAYLOAD_MOST: Final = 1200
"""Bytes of a payload that pass every network on the way to a browser."""
IDR, SEI, SPS, PPS, STAP_A, FU_A = 5, 6, 7, 8, 24, 28
PLAYABLE: Final = frozenset({66, 77, 100})
"""Values of profile_idc that browsers decode: (Constrained) Baseline, Main, High. All are 8 bit, 4:2:0."""
START_CODE: Final = b"\x00\x00\x00\x01"
_B_SLICES: Final = frozenset({1, 6})


def kind(nal: bytes) -> int:
    """The type of a NAL unit, or of a payload."""
    return nal[0] & 31


def fragment(nal: bytes, most: int = PAYLOAD_MOST) -> list[bytes]:
    """A NAL unit as FU-A payloads of equal size, the last one perhaps shorter: the kernel cuts one send into equal datagrams only."""
    indicator, type_, body = (nal[0] & 0xE0) | FU_A, nal[0] & 31, memoryview(nal)[1:]
    count = -(-len(body) // (most - 2))
    size = -(-len(body) // count)
    count = -(-len(body) // size)
    marks = [type_] * count
    marks[0] |= 0x80
    marks[-1] |= 0x40
    return [bytes((indicator, marks[i])) + body[i * size : (i + 1) * size] for i in range(count)]


def payloads_of(nals: Iterable[bytes], most: int = PAYLOAD_MOST) -> list[bytes]:
    """NAL units as payloads of at most so many bytes."""
    found: list[bytes] = []
    for nal in nals:
        found += [nal] if len(nal) <= most else fragment(nal, most)
    return found


def units_of(payloads: Iterable[bytes]) -> list[bytes]:
    """The NAL units in the payloads of one frame. Raises CameraError for payloads that are none."""
    found: list[bytes] = []
    parts: list[bytes] = []
    for payload in payloads:
        type_ = kind(payload)
        if type_ == STAP_A:
            found += _unpack(payload)
        elif type_ == FU_A and len(payload) > 2:
            if payload[1] & 0x80:
                parts = [bytes(((payload[0] & 0xE0) | (payload[1] & 31),))]
            if parts:
                parts.append(payload[2:])
            if payload[1] & 0x40 and parts:
                found.append(b"".join(parts))
                parts = []
        elif 0 < type_ < STAP_A:
            found.append(payload)
        else:
            raise CameraError(State.GARBAGE, f"a payload of type {type_}, which RFC 6184 does not send in this mode")
    return found


def types_in(payload: bytes) -> Sequence[int]:
    """The types of the NAL units that begin in a payload."""
    type_ = kind(payload)
    if type_ == STAP_A:
        return [kind(nal) for nal in _unpack(payload)]
    if type_ == FU_A:
        return [payload[1] & 31] if len(payload) > 2 and payload[1] & 0x80 else []
    return [type_]


def continues(payload: bytes) -> bool:
    """Whether a payload goes on with a picture: a later part of a NAL unit, or a slice that is not the picture's first (first_mb > 0)."""
    nal = payload[3:] if kind(payload) == STAP_A else payload
    if len(nal) < 3:
        return False
    in_parts = kind(nal) == FU_A
    if in_parts and not nal[1] & 0x80:
        return True
    type_, body = (nal[1] & 31, nal[2]) if in_parts else (kind(nal), nal[1])
    return type_ in (1, IDR) and not body & 0x80


def has_b_slice(payload: bytes) -> bool:
    """Whether a slice of bidirectional prediction begins here; WebRTC plays none of them."""
    begins = types_in(payload)
    body = payload[2:12] if kind(payload) == FU_A else payload[1:11]
    if list(begins) != [1] or len(body) < 2:
        return False
    bits = int.from_bytes(body, "big")
    first, left = _exp_golomb(bits, len(body) * 8)
    slice_type, left = _exp_golomb(bits, left)
    return first >= 0 and left >= 0 and slice_type in _B_SLICES


def annex_b(nals: Iterable[bytes]) -> bytes:
    """NAL units as a byte stream for decoders."""
    return b"".join(START_CODE + nal for nal in nals)


def split_annex_b(stream: bytes) -> list[bytes]:
    """The NAL units of a byte stream."""
    parts = stream.replace(START_CODE, b"\x00\x00\x01").split(b"\x00\x00\x01")
    return [part for part in parts if part]


def _unpack(payload: bytes) -> list[bytes]:
    found, at = [], 1
    while at + 2 < len(payload):
        size = int.from_bytes(payload[at : at + 2], "big")
        if size == 0 or at + 2 + size > len(payload):
            raise CameraError(State.GARBAGE, "an aggregation packet whose lengths do not add up")
        found.append(payload[at + 2 : at + 2 + size])
        at += 2 + size
    return found


def _exp_golomb(bits: int, left: int) -> tuple[int, int]:
    """An unsigned Exp-Golomb number at `left` bits from the end, and the bits left after it; (-1, -1) when it does not end."""
    zeros = 0
    while left - zeros > 0 and not bits >> (left - zeros - 1) & 1:
        zeros += 1
    rest = left - 2 * zeros - 1
    if rest < 0:
        return -1, -1
    return (bits >> rest & ((1 << (zeros + 1)) - 1)) - 1, rest
