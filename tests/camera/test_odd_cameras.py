"""Cameras that answer nonsense, half, too much or not at all: over real sockets, each is named for what it does, and none harms another."""

import asyncio
import itertools
import random

import pytest

from dashboard.camera import rtsp
from dashboard.camera.exchange import Exchange
from dashboard.camera.states import State
from dashboard.errors import CameraError
from dashboard.store import Store
from tests.camera.box import Box
from tests.camera.odd import SDP, Answers, Talk, added
from tests.camera.viewer import look, offer, watching
from tests.patience import soon


async def _never_a_word(talk: Talk) -> None:
    await asyncio.Event().wait()


async def _hangs_up(talk: Talk) -> None:
    await talk.hear()


async def _noise(talk: Talk) -> None:
    await talk.hear()
    talk.writer.write(random.Random(7).randbytes(5000))
    await talk.hear()


async def _head_without_end(talk: Talk) -> None:
    await talk.hear()
    while True:
        talk.writer.write(b"RTSP/1.0 200 OK\r\n" + b"X: y\r\n" * 1000)
        await talk.writer.drain()


async def _impossible_length(talk: Talk) -> None:
    await talk.hear()
    talk.reply(Content_Length="999999999999")
    await talk.hear()


async def _half_an_answer(talk: Talk) -> None:
    await talk.hear()
    talk.writer.write(b"RTSP/1.0 200 OK\r\nCSeq: 1")
    await asyncio.Event().wait()


async def _no_video(talk: Talk) -> None:
    await talk.begin("v=0\r\nm=audio 0 RTP/AVP 0\r\n")


async def _no_session(talk: Talk) -> None:
    while True:
        talk.reply(body=SDP if await talk.hear() == "DESCRIBE" else "")


async def _h265(talk: Talk) -> None:
    await talk.begin("v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H265/90000\r\na=control:v\r\n")


async def _mjpeg(talk: Talk) -> None:
    await talk.begin("v=0\r\nm=video 0 RTP/AVP 26\r\na=rtpmap:26 JPEG/90000\r\na=control:v\r\n")


async def _refuses(talk: Talk) -> None:
    while True:
        if await talk.hear() == "OPTIONS":
            talk.reply()
        else:
            talk.reply("401 Unauthorized", WWW_Authenticate='Digest realm="x", nonce="y"')


async def _too_many_sessions(talk: Talk) -> None:
    while True:
        await talk.hear()
        talk.reply("453 Not Enough Bandwidth")


async def _silent_after_play(talk: Talk) -> None:
    await talk.begin()
    await talk.hear()


async def _rubbish_after_play(talk: Talk) -> None:
    await talk.begin()
    chance = random.Random(3)
    for _ in range(50):
        junk = chance.randbytes(chance.randrange(1, 60))
        talk.writer.write(b"$\x00" + len(junk).to_bytes(2, "big") + junk)
    await talk.hear()


async def _a_frame_without_end(talk: Talk) -> None:
    await talk.begin()
    for sequence in range(5000):
        talk.packet(b"\x65" + bytes(1300), sequence, 1, ends=False)
        await talk.writer.drain()
    await talk.hear()


async def _b_frames(talk: Talk) -> None:
    await talk.begin()
    for count, payload in enumerate((b"\x67\x42ps", b"\x68pps", b"\x65\x88" + bytes(900), b"\x01\xa0\x00")):
        talk.packet(payload, count, max(0, count - 2) * 3600, ends=count > 1)
    await talk.hear()


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        (_never_a_word, State.SILENT),
        (_half_an_answer, State.SILENT),
        (_silent_after_play, State.SILENT),
        (_hangs_up, State.LOST),
        (_noise, State.GARBAGE),
        (_head_without_end, State.GARBAGE),
        (_impossible_length, State.GARBAGE),
        (_no_video, State.GARBAGE),
        (_no_session, State.GARBAGE),
        (_rubbish_after_play, State.GARBAGE),
        (_a_frame_without_end, State.GARBAGE),
        (_h265, State.CODEC),
        (_mjpeg, State.OTHER_CODEC),
        (_b_frames, State.BFRAMES),
        (_refuses, State.REFUSED),
        (_too_many_sessions, State.UNREACHABLE),
    ],
)
def test_an_odd_camera_is_named_for_what_it_does_and_the_others_play_on(
    box: Box, store: Store, monkeypatch: pytest.MonkeyPatch, answers: Answers, state: State
) -> None:
    monkeypatch.setattr(rtsp, "READ_SECONDS", 1.0)

    async def act(exchange: Exchange) -> str:
        async with watching(exchange, "plays") as viewer:
            with pytest.raises(CameraError) as failed:
                await exchange.key_frame("odd")
            with pytest.raises(CameraError):
                await exchange.open("odd", await offer())
            await viewer.frames(3)
        return failed.value.state

    with added(box, answers, "xem:sai@"):
        assert look(store, act) == state


def test_a_wrong_password_is_tried_once_however_many_look(box: Box, store: Store) -> None:
    """Some cameras lock everybody out after three wrong ones."""

    async def act(exchange: Exchange) -> None:
        for _ in range(10):
            with pytest.raises(CameraError):
                await exchange.key_frame("odd")

    with added(box, _refuses, "xem:sai@") as odd:
        look(store, act)
    assert [talk.asked for talk in odd.talks] == [["OPTIONS", "DESCRIBE", "DESCRIBE"]], "asked without, then once with the password"


def test_when_nobody_looks_any_more_a_camera_in_trouble_is_left_alone(box: Box, store: Store) -> None:
    async def act(exchange: Exchange) -> None:
        with pytest.raises(CameraError):
            await exchange.key_frame("odd")

    with added(box, _hangs_up) as odd:
        look(store, act)
        assert soon(lambda: box.relay.sources["odd"]._task is None)
        assert odd.talks


@pytest.mark.parametrize("leaves_a_half_open_connection", [False, True])
def test_a_camera_that_reboots_plays_on_in_the_same_session_on_one_clock(
    box: Box, store: Store, monkeypatch: pytest.MonkeyPatch, leaves_a_half_open_connection: bool
) -> None:
    monkeypatch.setattr(rtsp, "READ_SECONDS", 1.0)
    begun: list[Talk] = []
    reboots = asyncio.Event()

    async def answers(talk: Talk) -> None:
        await talk.begin()
        begun.append(talk)
        await (_pictures(talk, 900_000, reboots) if len(begun) == 1 else _pictures(talk, 0, asyncio.Event()))
        if leaves_a_half_open_connection:  # as without power: nobody says goodbye
            await asyncio.Event().wait()

    async def act(exchange: Exchange) -> None:
        await exchange.open("odd", await offer())
        source = box.relay.sources["odd"]
        assert await asyncio.to_thread(soon, lambda: source.condition.state is State.LIVE)
        assert source._last is not None
        first, came = source._last
        box.loop.call_soon_threadsafe(reboots.set)
        assert await asyncio.to_thread(soon, lambda: len(begun) > 1 and source.condition.state is State.LIVE)
        last, went = source._last
        assert first < last <= first + 90_000 * (went - came + 1), "its clock began anew, the viewers' did not"
        assert [session.source for session in box.relay.sessions.values()] == [source]

    with added(box, answers):
        look(store, act)


async def _pictures(talk: Talk, since: int, over: asyncio.Event) -> None:
    for number in itertools.takewhile(lambda _: not over.is_set(), itertools.count()):
        for place, payload in enumerate((b"\x67\x42ps", b"\x68pps", b"\x65\x88" + bytes(900))):
            talk.packet(payload, 3 * number + place, since + 3600 * number, ends=place == 2)
        await talk.writer.drain()
        await asyncio.sleep(0.04)
