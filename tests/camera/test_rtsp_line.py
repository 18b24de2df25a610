"""What arrives is handed on in the call in which it came: what that means for mistakes, for floods, and for the camera's session."""

import asyncio
from collections.abc import Sequence

import pytest

from dashboard.camera import rtsp
from dashboard.camera.states import State
from dashboard.errors import CameraError
from tests.camera.odd import SDP, Answers, OddCamera, Talk
from tests.camera.test_rtsp import KEY_FRAME, camera, first_packets
from tests.patience import PATIENCE


@pytest.mark.parametrize("mistake", [ZeroDivisionError("of ours"), CameraError(State.BFRAMES, "it plays backwards")])
def test_what_is_raised_by_whoever_takes_a_packet_ends_the_play(mistake: Exception) -> None:
    taken: list[int] = []

    def take(packets: Sequence[bytes]) -> None:
        taken.append(len(packets))
        raise mistake

    async def endless(talk: Talk) -> None:
        await talk.begin()
        for count in range(1000):
            talk.packet(KEY_FRAME, count, count * 3600)
            await talk.writer.drain()
        await talk.hear()

    async def act() -> OddCamera:
        async with camera(endless) as (odd, port):
            async with rtsp.opened(f"rtsp://127.0.0.1:{port}/x") as stream:
                with pytest.raises(type(mistake)) as failed:
                    await stream.play(take)
            assert failed.value is mistake
            if isinstance(mistake, CameraError):
                async with asyncio.timeout(PATIENCE):
                    while odd.talks[0].asked[-1] != "TEARDOWN":
                        await asyncio.sleep(0.01)
            return odd

    assert asyncio.run(act()).talks[0].asked[:4] == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"]
    assert len(taken) == 1, "nothing more was handed on"


def test_what_comes_before_play_is_answered_is_kept_up_to_a_bound() -> None:
    def begins_early(count: int) -> Answers:
        async def answers(talk: Talk) -> None:
            while await talk.hear() != "PLAY":
                talk.reply(body=SDP if talk.asked[-1] == "DESCRIBE" else "", Session="7")
            for number in range(count):
                talk.packet(KEY_FRAME, number, number * 3600)
            talk.reply(Session="7")
            await talk.hear()

        return answers

    async def act(count: int) -> list[bytes] | CameraError:
        async with camera(begins_early(count)) as (_, port):
            try:
                return await first_packets(f"rtsp://127.0.0.1:{port}/x")
            except CameraError as error:
                return error

    kept, flood = asyncio.run(act(3)), asyncio.run(act(20_000))
    assert isinstance(kept, list)
    assert len(kept) == 3
    assert isinstance(flood, CameraError)
    assert flood.state == State.GARBAGE
