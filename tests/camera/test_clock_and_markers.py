"""Streams that lie: markers on every packet, clocks that jump, numbers that begin anew. What goes out is whole and only goes on."""

import itertools
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.camera.gop import CLOCK, Depacketiser, Frame, make_frame
from dashboard.camera.h264 import payloads_of, units_of
from dashboard.camera.source import Source
from dashboard.camera.states import State
from tests.camera.box import camera

SPS, PPS = b"\x67\x42ps", b"\x68pps"
KEY, DELTA = b"\x65\x88" + b"i" * 5000, b"\x41\x9a" + b"p" * 3000
SECOND_SLICE = b"\x65\x08" + b"s" * 2000
SCENE: Sequence[list[bytes]] = ([SPS, PPS, KEY], [DELTA], [DELTA])


def packets(pictures: Sequence[list[bytes]], marked: str, sequence: int = 0, timestamp: int = 0) -> list[bytes]:
    """RTP packets of pictures. `marked` says which bear the marker: the `last` of a picture, each of its `units`, `all`, `none`."""
    found = []
    for picture in pictures:
        cut = [payloads_of([unit], 1400) for unit in picture]
        parts = [
            (payload, place == len(unit), place == len(unit) and unit is cut[-1]) for unit in cut for place, payload in enumerate(unit, 1)
        ]
        for payload, ends_unit, ends_picture in parts:
            ends = {"all": True, "none": False, "units": ends_unit, "last": ends_picture}[marked]
            head = bytes((0x80, 96 | 0x80 * ends)) + (sequence & 0xFFFF).to_bytes(2, "big") + (timestamp & 0xFFFFFFFF).to_bytes(4, "big")
            found.append(head + b"ssrc" + payload)
            sequence += 1
        timestamp += 3600
    return found


def frames(sent: Sequence[bytes], assembler: Depacketiser | None = None) -> list[Frame]:
    """What comes out."""
    assembler = assembler or Depacketiser.of([])
    return [frame for packet in sent for frame in assembler.push(packet)]


@pytest.mark.parametrize("marked", ["last", "none", "units", "all"])
def test_whichever_packets_bear_a_marker_pictures_are_whole_after_the_second_key_frame_at_the_latest(marked: str) -> None:
    scenes = [*SCENE] * 3
    found = frames(packets(scenes, marked))
    keys = [place for place, frame in enumerate(found) if frame.is_key]
    later = found[keys[-1] :]
    assert [units_of(frame.payloads) for frame in later] == scenes[-3:][: len(later)]
    assert len(later) >= 2, "without markers the last one waits for the next"


@pytest.mark.parametrize("marked", ["last", "units"])
def test_pictures_of_several_slices_are_put_together_whatever_the_marker_says(marked: str) -> None:
    scene: list[list[bytes]] = [[SPS, PPS, KEY, SECOND_SLICE], [DELTA]] * 3
    found = frames(packets(scene, marked))
    last = next(frame for frame in reversed(found) if frame.is_key)
    assert units_of(last.payloads) == scene[0]


def test_an_honest_marker_is_trusted_for_good_even_when_all_timestamps_are_the_same() -> None:
    sent = [packet[:4] + bytes(4) + packet[8:] for packet in packets([*SCENE] * 2, "last")]
    assert [units_of(frame.payloads) for frame in frames(sent)] == [*SCENE] * 2


@given(st.integers(0, 65_535), st.integers(0, 0xFFFFFFFF))
def test_numbers_and_timestamps_that_begin_anew_lose_nothing(sequence: int, timestamp: int) -> None:
    assert len(frames(packets([*SCENE] * 2, "last", sequence, timestamp))) == 6


@given(st.integers(0, 20), st.integers(0, 20))
def test_what_comes_in_another_order_is_never_put_together_wrongly(one: int, other: int) -> None:
    sent = packets([*SCENE] * 4, "last")
    first, second = one % len(sent), other % len(sent)
    sent[first], sent[second] = sent[second], sent[first]
    pictures = [[unit for unit in units_of(frame.payloads) if unit not in (SPS, PPS)] for frame in frames(sent)]
    assert all(picture in ([KEY], [DELTA]) for picture in pictures)


@given(st.sets(st.integers(0, 30), max_size=5))
def test_of_a_picture_that_lost_a_slice_nothing_is_shown(lost: set[int]) -> None:
    scene: list[list[bytes]] = [[SPS, PPS, KEY, SECOND_SLICE], [DELTA]] * 3
    sent = [packet for place, packet in enumerate(packets(scene, "last")) if place not in lost]
    pictures = [[unit for unit in units_of(frame.payloads) if unit not in (SPS, PPS)] for frame in frames(sent)]
    assert all(picture in ([KEY, SECOND_SLICE], [DELTA]) for picture in pictures)


def _played(stamps: Sequence[tuple[int, float]]) -> list[int]:
    """The timestamps that go out for those that come in, each with the seconds since the one before."""
    source, out, now = Source(camera("x", "rtsp://127.0.0.1/x"), lambda *_: None), [], time.time()
    for stamp, seconds in stamps:
        now += seconds
        frame = make_frame([KEY], stamp & 0xFFFFFFFF, True)
        made = Frame(frame.batches, frame.timestamp, True, frame.size, now)
        source._take(made)
        assert source.ring.key is not None
        out.append(source.ring.key.timestamp)
    return out


def _steps(stamps: Sequence[int]) -> list[int]:
    return [((after - before + 0x80000000) & 0xFFFFFFFF) - 0x80000000 for before, after in itertools.pairwise(stamps)]


@given(st.lists(st.tuples(st.integers(0, 0xFFFFFFFF), st.floats(0.001, 5.0)), min_size=2, max_size=30))
def test_whatever_the_cameras_clock_does_pictures_go_on_in_time(stamps: list[tuple[int, float]]) -> None:
    assert all(0 < step < 16 * CLOCK for step in _steps(_played(stamps)))


def test_a_true_clock_is_left_alone_through_its_wrap_and_through_a_stall_of_the_network() -> None:
    begin = 0xFFFFFFFF - 5 * 3600
    stamps = [(begin + count * 3600, 0.04) for count in range(20)]
    stamps[10] = (stamps[10][0], 4.0)
    assert set(_steps(_played(stamps))) == {3600}


def test_a_clock_that_is_set_in_mid_stream_does_not_stop_the_picture() -> None:
    stamps = [(count * 3600 + (86_400 * CLOCK if count >= 10 else 0), 0.04) for count in range(20)]
    assert all(0 < step <= 3700 for step in _steps(_played(stamps)))


def test_a_wrong_password_is_tried_three_times_in_half_an_hour_at_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda *bounds: bounds[0])
    source = Source(camera("x", "rtsp://127.0.0.1/x"), lambda *_: None)
    source.turn(State.REFUSED)
    tries, at = [], 0.0
    while at < 1800:
        tries.append(at)
        at += source._pause(lasted=0.1)
    assert len(tries) <= 3


def test_other_troubles_are_asked_about_sooner_and_a_good_while_forgets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda *_: 1.0)
    source = Source(camera("x", "rtsp://127.0.0.1/x"), lambda *_: None)
    source.turn(State.LOST)
    assert [source._pause(lasted=1.0) for _ in range(8)] == [1, 2, 5, 10, 30, 60, 60, 60]
    assert source._pause(lasted=31.0) == 1
    source.turn(State.CODEC)
    assert source._pause(lasted=1.0) == 10, "waiting does not cure it, but somebody may"
