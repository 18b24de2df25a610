"""Two hundred viewers ask one relay at once: it takes as many as it may, tells the others so, and is afterwards as it was before."""

import asyncio
import gc
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import httpx
import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription

from dashboard.access.roles import Role
from dashboard.camera.exchange import Exchange
from dashboard.errors import RelayFull
from dashboard.store import Store, cameras
from tests.bench.rows_relay import resident
from tests.camera.box import Box, running
from tests.camera.viewer import offer, offering
from tests.patience import PATIENCE, soon
from tests.web.running import ACCOUNTS, signed_in

CROWD: Final = 200
MOST: Final = 40
STORM: Final = 10_000
SDP = {"Content-Type": "application/sdp"}


@pytest.fixture
def box(store: Store) -> Iterator[Box]:
    """A relay that takes forty viewers."""
    with running(store, warm_seconds=30) as made:
        made.relay.most = MOST
        yield made


def test_a_crowd_at_one_relay_is_bounded_answered_and_forgotten(box: Box, base: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.camera.exchange.PATIENCE", 120.0)  # however slow this machine is just now
    with signed_in(base, ACCOUNTS[Role.LEADER]) as client:
        assert asyncio.run(_plays(base, client.cookies, 3)) == 3  # everything that is made once is made now
        assert soon(lambda: not box.relay.sessions)
        before = _held(box)
        answers = asyncio.run(_crowd(base, client.cookies))
        assert Counter(answer.status_code for answer in answers) == {201: MOST, 503: CROWD - MOST}
        refused = [answer for answer in answers if answer.status_code == 503]
        assert {answer.headers["retry-after"] for answer in refused} == {"10"}
        assert {answer.headers["content-type"] for answer in refused} == {"application/problem+json"}
        assert all(f"đủ {MOST} lượt xem" in answer.json()["detail"] for answer in refused)
        assert len(box.relay.sessions) == MOST
        monkeypatch.setattr("dashboard.camera.peer.WATCHDOG_SECONDS", 0.5)  # none of them ever connects
        assert soon(lambda: not box.relay.sessions)
        monkeypatch.undo()
        assert soon(lambda: _is_no_more(_held(box), before)), (before, _held(box))
        assert asyncio.run(_plays(base, client.cookies, 5)) == 5
    assert soon(lambda: all(view.to_at is not None for view in cameras.views(store, 500))), "every look has its end in the audit"
    assert sum(view.look.kind == "live" for view in cameras.views(store, 500)) == MOST + 2


def test_a_full_relay_sends_viewers_on_to_the_next_one(box: Box, store: Store) -> None:
    box.relay.most = 0
    with running(store) as other:
        other.relay.cameras = box.relay.cameras
        opened = asyncio.run(_opened(store))
        assert opened == other.relay.id
        other.relay.most = 0
        with pytest.raises(RelayFull):
            asyncio.run(_opened(store))


@pytest.mark.full
def test_ten_thousand_offers_of_one_person_are_all_answered_keep_nobody_else_out_and_leave_nothing_behind(
    box: Box, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As fast as this machine answers them: more than ten thousand a minute where it is quick."""
    monkeypatch.setattr("dashboard.camera.exchange.PATIENCE", 120.0)
    monkeypatch.setattr("dashboard.camera.peer.WATCHDOG_SECONDS", 15.0)  # as in the house: ghosts give their places back
    box.relay.most = 400
    with signed_in(base, ACCOUNTS[Role.LEADER]) as storming, signed_in(base, ACCOUNTS[Role.WORKING_GROUP]) as other:
        assert asyncio.run(_plays(base, storming.cookies, 3)) == 3
        assert soon(lambda: not box.relay.sessions)
        before = _held(box)
        storm = asyncio.run(_storm(box, base, storming.cookies, other.cookies))
        assert set(storm.answers) == {201, 422, 429}, storm
        assert storm.answers.total() == STORM
        assert storm.answers[429] > STORM * 0.8
        assert storm.unhelpful == 0, "each refusal says when to come again"
        assert storm.most < 400, "there is room for others"
        assert storm.grown < 60, "megabytes between the first thousand and the last"
        monkeypatch.setattr("dashboard.camera.peer.WATCHDOG_SECONDS", 0.5)  # of those who were let in, none ever connects
        assert soon(lambda: not box.relay.sessions)
        monkeypatch.undo()
        assert soon(lambda: _is_no_more(_held(box), before)), (before, _held(box))
        assert asyncio.run(_plays(base, storming.cookies, 5)) == 5


@dataclass
class Storm:
    """What came of it: answers by status, refusals without a time to come again, most sessions at once, megabytes grown."""

    answers: Counter[int] = field(default_factory=Counter)
    unhelpful: int = 0
    most: int = 0
    grown: float = 0.0


async def _storm(box: Box, base: str, mine: httpx.Cookies, others: httpx.Cookies) -> Storm:
    """Offers of one person, good ones and rubbish, while another one comes to look, again and again."""
    storm, good = Storm(), await offer()
    rubbish = [b"v=0\r\n", b"\xff" * 90_000]
    numbers = iter(range(STORM))
    at_start = 0.0

    async def ask(client: httpx.AsyncClient) -> None:
        nonlocal at_start
        for number in numbers:
            answer = await client.post("/whep/plays", content=rubbish[number % 3] if number % 3 < 2 else good, headers=SDP)
            storm.answers[answer.status_code] += 1
            storm.unhelpful += answer.status_code in (429, 503) and int(answer.headers.get("retry-after", 0)) < 1
            storm.most = max(storm.most, len(box.relay.sessions))
            at_start = resident(os.getpid()) if number == 1000 else at_start

    async with httpx.AsyncClient(base_url=base, cookies=mine, headers={"Origin": base}, timeout=120) as client:
        asking = [asyncio.create_task(ask(client)) for _ in range(20)]
        looks = 0
        while not all(task.done() for task in asking) or not looks:
            assert await _plays(base, others, 3) == 3
            looks += 1
        await asyncio.gather(*asking)
    storm.grown = resident(os.getpid()) - at_start
    return storm


async def _opened(store: Store) -> str:
    exchange = Exchange(store)
    try:
        return (await exchange.open("plays", await offer())).relay
    finally:
        await exchange.client.aclose()


async def _crowd(base: str, cookies: httpx.Cookies) -> list[httpx.Response]:
    mine = await offer()
    many = httpx.Limits(max_connections=CROWD)
    async with httpx.AsyncClient(base_url=base, cookies=cookies, headers={"Origin": base}, timeout=120, limits=many) as client:
        return await asyncio.gather(*(client.post("/whep/plays", content=mine, headers=SDP) for _ in range(CROWD)))


async def _plays(base: str, cookies: httpx.Cookies, frames: int) -> int:
    """Looks for so many frames, and says goodbye."""
    async with (
        httpx.AsyncClient(base_url=base, cookies=cookies, headers={"Origin": base}, timeout=PATIENCE) as client,
        offering() as (mine, sdp),
    ):
        answer = await client.post("/whep/plays", content=sdp, headers=SDP)
        await mine.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
        for _ in range(frames):
            await asyncio.wait_for(mine.getReceivers()[0].track.recv(), PATIENCE)
        assert (await client.delete(answer.headers["location"])).status_code == 200
    return frames


def _held(box: Box) -> dict[str, int]:
    """What a viewer costs, counted: connections in memory, UDP sockets, and tasks of the relay."""
    gc.collect()
    return {
        "connections": sum(isinstance(one, RTCPeerConnection) for one in gc.get_objects()),
        "sockets": _udp_sockets(),
        "tasks": len(asyncio.all_tasks(box.loop)),
    }


def _is_no_more(now: dict[str, int], before: dict[str, int]) -> bool:
    """Of each as many as before, or fewer: something of the first look may have lasted a moment longer than its session."""
    return all(now[kind] <= count for kind, count in before.items())


def _udp_sockets() -> int:
    """UDP sockets that this process holds open (proc(5))."""
    known = set()
    for table in ("udp", "udp6"):
        with open(f"/proc/self/net/{table}", encoding="ascii") as lines:
            known |= {line.split()[9] for line in list(lines)[1:]}
    held = 0
    for number in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue  # the folder's own, closed meanwhile
        held += target.startswith("socket:[") and target[8:-1] in known
    return held
