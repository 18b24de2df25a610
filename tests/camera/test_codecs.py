"""Streams as cameras send them, generated here by real encoders: each plays, or the tile says why not and what to set in the camera."""

import asyncio
import base64
import itertools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final, TypeAlias

import av
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext

from dashboard.camera.exchange import Exchange
from dashboard.camera.h264 import PPS, SPS, kind, payloads_of, split_annex_b
from dashboard.camera.states import ADVICE, SENTENCES, State
from dashboard.errors import CameraError
from dashboard.store import Store
from tests.camera.box import Box
from tests.camera.odd import SDP, Answers, Talk, added
from tests.camera.viewer import look, watching

Film: TypeAlias = list[list[bytes]]
CLOCK: Final = 90_000


def film(frames: int = 20, gop: int = 10, size: tuple[int, int] = (320, 240), pixels: str = "yuv420p", **options: str) -> Film:
    """Moving noise by libx264, a list of NAL units a picture, in the order in which they are sent."""
    context: Any = VideoCodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = *size, pixels
    context.framerate, context.time_base, context.gop_size, context.thread_count = Fraction(25), Fraction(1, 25), gop, 1
    context.options = {"preset": "ultrafast", "tune": "zerolatency", "x264-params": "scenecut=0"} | options
    chance = np.random.default_rng(1)
    packets = []
    for count in range(frames):
        picture = np.full((size[1], size[0], 3), chance.integers(0, 255), np.uint8)
        picture[: size[1] // 2] = 40 + count % 200
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts = count
        packets += context.encode(frame.reformat(format=pixels))
    return [split_annex_b(bytes(packet)) for packet in [*packets, *context.encode(None)]]


def without(nals: Film, *kinds: int) -> Film:
    """The same film without NAL units of these kinds."""
    return [[nal for nal in picture if kind(nal) not in kinds] for picture in nals]


def sent(pictures: Sequence[list[bytes]], fps: float = 25.0, sdp: str = SDP, pace: Sequence[float] = (1.0,)) -> Answers:
    """A camera that sends these pictures over and over; `pace` says how long each lasts, in turn, by the usual time."""

    async def answers(talk: Talk) -> None:
        await talk.begin(sdp)
        sequence, stamp = 0, 0.0
        for count, lasts in enumerate(itertools.cycle(pace)):
            payloads = payloads_of(pictures[count % len(pictures)], 1400)
            for index, payload in enumerate(payloads):
                talk.packet(payload, sequence, int(stamp), ends=index == len(payloads) - 1)
                sequence += 1
            await talk.writer.drain()
            stamp += lasts * CLOCK / fps
            await asyncio.sleep(lasts / fps)

    return answers


def described(pictures: Film) -> str:
    """A description that holds the parameter sets of a film."""
    sets = {kind(nal): base64.b64encode(nal).decode() for nal in pictures[0]}
    return SDP + f"a=fmtp:96 packetization-mode=1;sprop-parameter-sets={sets[SPS]},{sets[PPS]}\r\n"


def _hidden() -> Answers:
    whole = film()
    return sent(without(whole, SPS, PPS), sdp=described(whole))


PLAYS: Final[dict[str, tuple[Callable[[], Answers], set[tuple[int, int]]]]] = {
    "constrained baseline": (lambda: sent(film(profile="baseline")), {(320, 240)}),
    "main": (lambda: sent(film(profile="main")), {(320, 240)}),
    "high": (lambda: sent(film(profile="high", preset="fast")), {(320, 240)}),
    "several slices a picture": (lambda: sent(film(slices="4")), {(320, 240)}),
    "an odd size": (lambda: sent(film(size=(350, 198))), {(350, 198)}),
    "another size in mid-stream": (lambda: sent(film() + film(size=(640, 360))), {(320, 240), (640, 360)}),
    "parameter sets in the description only": (_hidden, {(320, 240)}),
    "one picture a second, ten seconds from key frame to key frame": (lambda: sent(film(gop=10), fps=1.0), {(320, 240)}),
    "pictures at uneven times": (lambda: sent(film(), pace=(0.5, 3.0, 0.2, 1.0, 8.0)), {(320, 240)}),
    "two fields a picture": (lambda: sent(film(profile="high", preset="fast", flags="+ildct+ilme")), {(320, 240)}),
    "a key frame every half minute": (lambda: sent(film(frames=750, gop=750)), {(320, 240)}),
}
SAYS_WHY: Final[dict[str, tuple[Callable[[], Answers], State]]] = {
    "B-frames": (lambda: sent(film(tune="film", preset="fast", profile="main", bf="2")), State.BFRAMES),
    "no parameter sets anywhere": (lambda: sent(without(film(gop=2), SPS, PPS)), State.HEADLESS),
    "High 4:2:2": (lambda: sent(film(pixels="yuv422p", profile="high422", preset="fast")), State.PROFILE),
    "High 10": (lambda: sent(film(pixels="yuv420p10le", profile="high10", preset="fast")), State.PROFILE),
    "H.265": (lambda: sent([], sdp=SDP.replace("H264", "H265")), State.CODEC),
    "Motion JPEG": (lambda: sent([], sdp=SDP.replace("H264", "JPEG")), State.OTHER_CODEC),
}


@pytest.mark.parametrize("name", PLAYS)
def test_it_plays(box: Box, store: Store, name: str) -> None:
    make, sizes = PLAYS[name]

    async def act(exchange: Exchange) -> set[tuple[int, int]]:
        seen: set[tuple[int, int]] = set()
        async with watching(exchange, "odd") as viewer:
            while seen != sizes:
                seen |= {(frame.width, frame.height) for frame in await viewer.frames(1)}
        return seen

    with added(box, make()):
        assert look(store, act) == sizes


@pytest.mark.parametrize("name", SAYS_WHY)
def test_it_says_why_it_does_not_play_and_what_to_set(box: Box, store: Store, name: str) -> None:
    make, state = SAYS_WHY[name]

    async def act(exchange: Exchange) -> str:
        async with watching(exchange, "plays"):
            with pytest.raises(CameraError) as failed:
                await _looked_at_until_it_fails(exchange)
        return failed.value.state

    with added(box, make()):
        assert look(store, act) == state
    assert SENTENCES[state].endswith("chưa phát được")
    assert ADVICE[state].endswith(".")


async def _looked_at_until_it_fails(exchange: Exchange) -> None:
    while True:  # a stream may begin well, and show what ails it a moment later
        await exchange.key_frame("odd")


def test_with_rare_key_frames_there_is_a_still_of_the_last_one(box: Box, store: Store) -> None:
    async def act(exchange: Exchange) -> bytes:
        async with watching(exchange, "odd") as viewer:
            await viewer.frames(150)
            assert box.relay.sources["odd"].ring.frames == [], "too far back to begin from"
            return (await exchange.key_frame("odd")).stream

    with added(box, sent(film(frames=750, gop=750))):
        assert look(store, act).startswith(b"\x00\x00\x00\x01\x67")


def test_every_state_has_a_sentence_and_what_needs_hands_says_what_to_do() -> None:
    assert set(SENTENCES) == set(State)
    assert all(ADVICE.values())
