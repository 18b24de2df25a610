"""The relay with real RTSP on one side and a real WebRTC stack on the other."""

import asyncio
import math
import time
from typing import Any
from unittest.mock import Mock

import pytest

from dashboard.camera.carrier import Carrier
from dashboard.camera.exchange import Exchange
from dashboard.camera.peer import Doorway
from dashboard.camera.states import State
from dashboard.errors import CameraError, NotFound, OfferRefused, RelayUnavailable
from dashboard.store import Store, cameras
from tests.camera.box import Box
from tests.camera.viewer import Viewer, look, offer, watching
from tests.patience import soon


def test_a_viewer_sees_moving_pictures_of_the_size_that_the_camera_sends(box: Box, store: Store) -> None:
    async def act(exchange: Exchange) -> list[Any]:
        async with watching(exchange, "plays") as viewer:
            return await viewer.frames(15)

    frames = look(store, act)
    assert {(frame.width, frame.height) for frame in frames} == {(1280, 720)}
    assert any((frames[0].to_ndarray() != frame.to_ndarray()).any() for frame in frames[1:])


def test_three_viewers_are_one_pull_and_after_the_last_the_camera_is_let_go(box: Box, store: Store) -> None:
    box.relay.warm_seconds = 600

    async def act(exchange: Exchange) -> None:
        async with watching(exchange, "plays") as one, watching(exchange, "plays") as two, watching(exchange, "plays") as three:
            await asyncio.gather(*(viewer.frames(5) for viewer in (one, two, three)))
            assert box.channels["plays"].watchers == 1
        assert await asyncio.to_thread(soon, lambda: not box.relay.sessions)
        assert box.channels["plays"].watchers == 1, "it stays warm"
        box.relay.sources["plays"].warm_seconds = 0.1
        await exchange.key_frame("plays")

    assert box.channels["plays"].pulls == 0
    look(store, act)
    assert soon(lambda: box.channels["plays"].watchers == 0)
    assert box.channels["plays"].pulls == 1
    assert soon(lambda: cameras.seen(store)["plays"].state == State.IDLE)


def test_a_second_look_within_the_warm_time_is_no_second_pull_and_starts_at_once(box: Box, store: Store) -> None:
    box.relay.warm_seconds = 600

    async def act(exchange: Exchange) -> int:
        async with watching(exchange, "plays") as viewer:
            await viewer.frames(5)
        return min([await _first_step(exchange) for _ in range(4)])

    assert look(store, act) < _LIVE_STEP // 2, "frames since the last key frame come first, squeezed together"
    assert box.channels["plays"].pulls == 1


_LIVE_STEP = 90_000 // 25


async def _first_step(exchange: Exchange) -> int:
    """Ticks of 90 kHz between the first two pictures of a look: those of the live stream, where it began just at a key frame."""
    async with watching(exchange, "plays") as viewer:
        first, second = await viewer.frames(2)
        return int(second.pts - first.pts)


def test_packets_that_are_lost_are_sent_again_in_the_stream_for_repairs(box: Box, store: Store, carrier: Carrier) -> None:
    box.relay.doorway = Doorway(carrier=carrier)

    async def act(exchange: Exchange) -> Viewer:
        async with watching(exchange, "plays", loses=lambda sequence: sequence % 20 == 7) as viewer:
            await viewer.frames(40)
            return viewer

    repairs = look(store, act)
    kinds = {kind for kind, _ in repairs.packets}
    assert len(kinds) == 2, "media and repairs"
    media = repairs.packets[0][0]
    assert len(repairs.lost) >= 5
    assert sum(kind != media for kind, _ in repairs.packets) >= len(repairs.lost) - 3


def test_reports_to_the_viewer_say_what_was_sent(box: Box, store: Store) -> None:
    async def act(exchange: Exchange) -> tuple[Any, int]:
        async with watching(exchange, "plays") as viewer:
            receiver = viewer.connection.getReceivers()[0]
            while True:
                await viewer.frames(1)
                told = [one for one in (await receiver.getStats()).values() if one.type == "remote-outbound-rtp"]
                if told and told[0].packetsSent:
                    assert await exchange.conditions() == {
                        box.relay.id: {"carrier": "python", "viewers": 1, "cameras": 1, "dropped": 0, "repaired": 0}
                    }
                    return told[0], len(viewer.packets)

    before = time.time()
    report, arrived = look(store, act)
    assert 0 < report.packetsSent <= arrived
    assert report.bytesSent > report.packetsSent
    assert before < report.remoteTimestamp.timestamp() < time.time()


def test_without_segmentation_by_the_kernel_the_packets_go_one_by_one(box: Box, store: Store) -> None:
    box.relay.doorway.carrier.cuts = False

    async def act(exchange: Exchange) -> int:
        async with watching(exchange, "plays") as viewer:
            return len(await viewer.frames(5))

    assert look(store, act) == 5


@pytest.mark.parametrize(("apart", "brought"), [(600.0, 1), (0.0, 4)])
def test_a_cry_for_a_key_frame_brings_one_at_most_once_in_a_while(
    box: Box, store: Store, monkeypatch: pytest.MonkeyPatch, apart: float, brought: int
) -> None:
    monkeypatch.setattr("dashboard.camera.relay._REPLAYS_APART", apart)

    async def act(exchange: Exchange) -> tuple[int, int]:
        async with watching(exchange, "plays") as viewer:
            await viewer.frames(3)
            (session,) = box.relay.sessions.values()
            session.replayed = -math.inf
            seat: Any = session.seat
            cries, replays = Mock(wraps=seat._sender._send_keyframe), Mock(wraps=seat.outlet.replay)
            seat._sender._send_keyframe, seat.outlet.replay = cries, replays
            receiver: Any = viewer.connection.getReceivers()[0]
            source = next(iter(receiver._RTCRtpReceiver__remote_streams))
            for count in range(1, 5):
                await receiver._send_rtcp_pli(source)
                assert await asyncio.to_thread(soon, lambda count=count: cries.call_count >= count)  # type: ignore[misc]
            return replays.call_count, len(await viewer.frames(3))

    assert look(store, act) == (brought, 3)


@pytest.mark.parametrize(
    ("camera", "state"),
    [("h265", State.CODEC), ("garbage", State.GARBAGE), ("refused", State.REFUSED), ("missing", State.MISSING),
     ("unreachable", State.UNREACHABLE), ("silent", State.SILENT), ("unconnected", State.UNCONNECTED)],
)  # fmt: skip
def test_a_camera_in_trouble_is_named_for_what_ails_it(box: Box, store: Store, camera: str, state: State) -> None:
    async def act(exchange: Exchange) -> str:
        with pytest.raises(CameraError) as failed:
            await exchange.key_frame(camera)
        with pytest.raises(CameraError):
            await exchange.open(camera, await offer())
        return failed.value.state

    assert look(store, act) == state


@pytest.mark.parametrize("camera", ["digest", "basic"])
def test_a_camera_with_a_password_is_opened_with_the_right_one(box: Box, store: Store, camera: str) -> None:
    async def act(exchange: Exchange) -> bytes:
        return (await exchange.key_frame(camera)).stream

    assert look(store, act).startswith(b"\x00\x00\x00\x01\x67"), "a sequence parameter set leads"


def test_a_camera_that_is_in_trouble_does_not_delay_another_one(box: Box, store: Store) -> None:
    async def act(exchange: Exchange) -> bool:
        silent = asyncio.create_task(exchange.key_frame("silent"))
        await exchange.key_frame("plays")
        await exchange.key_frame("plays")
        is_still_asked = not silent.done()
        with pytest.raises(CameraError):
            await silent
        return is_still_asked

    assert look(store, act)


@pytest.mark.parametrize(
    "sdp",
    [b"", b"hello", b"v=0\r\n", b"\xff\xfe\x00", b"v=0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n"],
)  # fmt: skip
def test_a_bad_offer_is_refused_and_leaves_nothing_behind(box: Box, store: Store, sdp: bytes) -> None:
    async def act(exchange: Exchange) -> None:
        with pytest.raises(OfferRefused):
            await exchange.open("plays", sdp)

    look(store, act)
    assert not box.relay.sessions


def test_an_offer_of_vp8_alone_is_refused_instead_of_answered_with_a_black_screen(box: Box, store: Store) -> None:
    async def act(exchange: Exchange) -> None:
        sdp = await offer()
        kept = [line for line in sdp.decode().split("\r\n") if "H264" not in line]
        with pytest.raises(OfferRefused):
            await exchange.open("plays", "\r\n".join(kept).encode())

    look(store, act)


def test_a_session_ends_by_delete_and_is_unknown_afterwards(box: Box, store: Store) -> None:
    async def act(exchange: Exchange) -> None:
        async with watching(exchange, "plays") as viewer:
            await viewer.frames(2)
            await exchange.end(viewer.opened.relay, viewer.opened.session)
            with pytest.raises(NotFound):
                await exchange.end(viewer.opened.relay, viewer.opened.session)

    look(store, act)
    assert not box.relay.sessions


def test_a_viewer_that_falls_silent_is_let_go(box: Box, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.camera.peer.WATCHDOG_SECONDS", 0.5)

    async def act(exchange: Exchange) -> None:
        await exchange.open("plays", await offer())  # and never connects

    look(store, act)
    assert soon(lambda: not box.relay.sessions)


def test_when_no_relay_is_there_that_is_said(store: Store) -> None:
    async def act() -> None:
        cameras.beat(store, cameras.Relay("dead", "http://127.0.0.1:9", b"x" * 32))
        with pytest.raises(RelayUnavailable):
            await Exchange(store).key_frame("plays")

    asyncio.run(act())
