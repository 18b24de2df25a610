"""NAL units in payloads and out again, frames from packets, the ring."""

import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.camera.gop import Depacketiser, Frame, Ring
from dashboard.camera.h264 import PAYLOAD_MOST, fragment, has_b_slice, payloads_of, units_of
from dashboard.camera.states import State
from dashboard.errors import CameraError

SPS, PPS, IDR, P = b"\x67\x42ps", b"\x68pps", b"\x65\x88" + b"i" * 5000, b"\x41\x9a" + b"p" * 300
NALS = st.lists(
    st.builds(lambda kind, body: bytes((0x60 | kind,)) + body, st.integers(1, 12), st.binary(min_size=1, max_size=9000)), max_size=4
)


def packet(payload: bytes, sequence: int, timestamp: int, *, marker: bool = False) -> bytes:
    """An RTP packet."""
    return bytes((0x80, 96 | (0x80 if marker else 0))) + sequence.to_bytes(2, "big") + timestamp.to_bytes(4, "big") + b"ssrc" + payload


def push(assembler: Depacketiser, nals: list[bytes], sequence: int, timestamp: int) -> tuple[list[Frame], int]:
    """Sends one frame through; gives what came out and the next sequence number."""
    payloads, found = payloads_of(nals, 1400), []
    for index, payload in enumerate(payloads):
        found += assembler.push(packet(payload, sequence & 0xFFFF, timestamp, marker=index == len(payloads) - 1))
        sequence += 1
    return found, sequence


@given(NALS)
def test_what_is_cut_is_whole_again(nals: list[bytes]) -> None:
    assert units_of(payloads_of(nals)) == nals


@given(st.integers(PAYLOAD_MOST + 1, 60_000))
def test_fragments_are_equal_but_the_last_and_none_is_too_large(size: int) -> None:
    parts = fragment(b"\x65" + bytes(size - 1))
    assert len({len(part) for part in parts[:-1]}) == 1
    assert len(parts[-1]) <= len(parts[0]) <= PAYLOAD_MOST


def test_a_key_frame_is_led_by_its_parameter_sets_from_the_stream_or_from_the_description() -> None:
    for assembler, nals in ((Depacketiser.of([]), [SPS, PPS, IDR]), (Depacketiser.of([SPS, PPS]), [IDR])):
        ((frame,), _) = push(assembler, nals, 65_535, 1)
        assert frame.is_key
        assert units_of(frame.payloads) == [SPS, PPS, IDR]
        assert max(map(len, frame.payloads)) <= PAYLOAD_MOST


def test_a_frame_is_there_at_its_marker_and_not_at_the_next_frame() -> None:
    assembler = Depacketiser.of([SPS, PPS])
    assert assembler.push(packet(b"\x65key", 1, 7, marker=True))


def test_without_markers_a_new_timestamp_ends_a_frame() -> None:
    assembler = Depacketiser.of([SPS, PPS])
    assert assembler.push(packet(b"\x65key", 1, 7)) == []
    (frame,) = assembler.push(packet(P, 2, 8))
    assert frame.timestamp == 7


def test_after_a_gap_nothing_comes_until_the_next_key_frame() -> None:
    assembler = Depacketiser.of([SPS, PPS])
    _, sequence = push(assembler, [IDR], 0, 0)
    assert push(assembler, [P], sequence + 1, 1)[0] == []
    assert push(assembler, [P], sequence + 2, 2)[0] == []
    found, _ = push(assembler, [IDR], sequence + 3, 3)
    assert [frame.is_key for frame in found] == [True]


def test_bidirectional_pictures_are_named_as_what_they_are() -> None:
    assert has_b_slice(b"\x01" + bytes((0b1_010_0000, 0)))  # first_mb 0, slice_type 1
    assert not has_b_slice(b"\x41" + bytes((0b1_1_000000, 0)))  # slice_type 0
    assert not has_b_slice(b"\x41" + bytes((0b1_00110_00, 0)))  # slice_type 5
    assembler = Depacketiser.of([SPS, PPS])
    push(assembler, [IDR], 0, 0)
    with pytest.raises(CameraError) as failed:
        assembler.push(packet(b"\x01\xa0\x00", 5, 1, marker=True))
    assert failed.value.state == State.BFRAMES


@given(st.lists(st.binary(max_size=60), max_size=12))
def test_no_bytes_make_it_fail_otherwise_than_by_saying_so(junk: list[bytes]) -> None:
    assembler = Depacketiser.of([])
    for sequence, body in enumerate(junk):
        with suppress(CameraError):
            assembler.push(packet(body, sequence, sequence // 3, marker=sequence % 3 == 2))
            assembler.push(body)


def test_the_ring_begins_at_the_last_key_frame_and_is_never_long() -> None:
    ring, chance = Ring(), random.Random(1)
    for count in range(300):
        is_key = count % 40 == 0
        ring.push(Frame(((bytes(chance.randrange(1, 900)),),), count * 3600, is_key, 900, 0.0))
        assert ring.frames[0].is_key
        assert sum(frame.is_key for frame in ring.frames) == 1
    key = ring.key
    for count in range(300, 500):
        ring.push(Frame(((b"x",),), count * 3600, False, 1, 0.0))
    assert ring.frames == [], "no key frame for four seconds: nothing that could be shown from here"
    assert ring.key is key, "but it still makes a still"
