"""Candidates in pieces: what is read, what is refused, and that a relay behind a closed firewall finds its viewer by them."""

import asyncio
import re
from typing import Any

import httpx
import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription
from hypothesis import given
from hypothesis import strategies as st

from dashboard.access.roles import Role
from dashboard.camera.trickle import MOST, Fragment, logins_of, trimmed
from dashboard.errors import OfferRefused
from tests.camera.box import Box
from tests.camera.viewer import offer, offering
from tests.patience import PATIENCE
from tests.web.running import ACCOUNTS, signed_in

SDP, FRAGMENT = {"Content-Type": "application/sdp"}, {"Content-Type": "application/trickle-ice-sdpfrag"}
HOST = "1 1 udp 2122260223 192.0.2.1 61764 typ host"
LINES = st.sampled_from(
    [
        "a=ice-ufrag:EsAw",
        "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1",
        "m=video 9 UDP/TLS/RTP/SAVPF 96",
        "a=mid:0",
        f"a=candidate:{HOST} generation 0 ufrag EsAw network-id 1",
        "a=candidate:2 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active",
        "a=candidate:",
        "a=candidate:3 1 udp 1 x 99999 typ relay raddr",
        "a=end-of-candidates",
        "",
    ]
)


def fragment(*candidates: str, login: tuple[str, str] = ("EsAw", "P2uYro0UCOQ4zxjKXaWCBui1")) -> str:
    """A piece as browsers' players write it."""
    head = [f"a=ice-ufrag:{login[0]}", f"a=ice-pwd:{login[1]}", "m=video 9 UDP/TLS/RTP/SAVPF 0", "a=mid:0"]
    return "".join(f"{line}\r\n" for line in (*head, *(f"a=candidate:{one}" for one in candidates)))


def test_a_fragment_is_read_and_what_cannot_be_tried_is_left_out_silently() -> None:
    names = ["9 1 udp 5 a1b2.local 9 typ host", "2 1 tcp 7 192.0.2.1 9 typ host tcptype active", "3 2 udp 7 192.0.2.1 9 typ host"]
    relayed = "7 1 UDP 41885695 203.0.113.7 50001 typ relay raddr 0.0.0.0 rport 0"
    read = Fragment.read(fragment(f"{HOST} generation 0 ufrag EsAw", *names, relayed, "4 1 udp 7 192.0.2.1 70000 typ host"))
    assert read.logins == {("EsAw", "P2uYro0UCOQ4zxjKXaWCBui1")}
    assert read.candidates == (HOST, "7 1 UDP 41885695 203.0.113.7 50001 typ relay")


@pytest.mark.parametrize("text", ["", "hello", "a=candidate:1 1 udp", "a=mid:0\r\n\r\na=mid:1\r\n", '{"candidate": 1}'])
def test_what_is_no_fragment_is_refused(text: str) -> None:
    with pytest.raises(OfferRefused):
        Fragment.read(text)


@given(st.one_of(st.text(), st.lists(LINES).map("\r\n".join)))
def test_whatever_is_sent_is_read_or_refused_and_an_offer_is_never_longer_than_before(text: str) -> None:
    try:
        read = Fragment.read(text)
    except OfferRefused:
        pass
    else:
        assert all(re.fullmatch(r"\S+ 1 udp \d+ [0-9a-fA-F.:]+ \d+ typ \S+", one, re.IGNORECASE) for one in read.candidates)
    assert set(trimmed(text).splitlines()) <= set(text.splitlines())


def test_an_offer_loses_only_what_would_delay_its_answer() -> None:
    kept = ["v=0\r\n", f"a=candidate:{HOST}\r\n", "a=mid:0\r\n"]
    needless = ["a=candidate:5 1 udp 2122260223 1c3f7c1c-0d0b.local 61764 typ host\r\n", "a=end-of-candidates\r\n"]
    assert trimmed("".join([*kept, *needless])) == "".join(kept)


def test_a_relay_that_only_may_ask_first_finds_its_viewer_by_what_is_trickled(box: Box, leader: httpx.Client) -> None:
    async def act() -> tuple[int, Any]:
        async with offering() as (connection, sdp):
            bare = "".join(line for line in sdp.decode().splitlines(keepends=True) if not line.startswith("a=candidate"))
            answer = await asyncio.to_thread(leader.post, "/whep/plays", content=bare, headers=SDP)
            _asks_nothing(connection)
            await connection.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
            frame = asyncio.create_task(connection.getReceivers()[0].track.recv())
            await asyncio.sleep(0.5)
            assert not frame.done(), "nobody has told the relay where its viewer is"
            own = re.findall(r"(?m)^a=candidate:(.*?)\r?$", sdp.decode())
            told = fragment(*own, login=next(iter(logins_of(sdp.decode()))))
            headers = FRAGMENT | {"If-Match": answer.headers["etag"]}
            patched = await asyncio.to_thread(leader.patch, answer.headers["location"], content=told, headers=headers)
            return patched.status_code, await asyncio.wait_for(frame, PATIENCE)

    status, frame = asyncio.run(act())
    assert (status, frame.width) == (204, 1280)


def _asks_nothing(connection: RTCPeerConnection) -> None:
    """The viewer answers checks and begins none, as behind a firewall that lets nothing out that was not asked for."""
    ice: Any = connection.getReceivers()[0].transport.transport
    ice._connection._check_periodic = lambda: not ice._connection._check_list_done


def test_a_session_takes_pieces_of_its_own_ice_session_only_and_goes_on_when_others_are_refused(
    base: str, box: Box, leader: httpx.Client
) -> None:
    sdp = asyncio.run(offer()).decode()
    answer = leader.post("/whep/plays", content=sdp, headers=SDP)
    assert answer.headers["accept-patch"] == "application/trickle-ice-sdpfrag"
    own, location, tag = next(iter(logins_of(sdp))), answer.headers["location"], answer.headers["etag"]

    def patch(text: str, client: httpx.Client = leader, path: str = location, **headers: str) -> int:
        asked = FRAGMENT | {name.replace("_", "-"): value for name, value in headers.items()}
        return client.patch(path, content=text, headers=asked).status_code

    good = fragment(HOST, login=own)
    assert patch(good, If_Match=tag) == 204
    assert patch(good, If_Match="*") == 204
    assert patch(good, If_Match='"*"') == 204
    assert patch(good) == 204, "the piece names its ICE session itself"
    assert patch(good, If_Match='"other"') == 412
    assert patch(good, If_Match=f"W/{tag}") == 412
    assert patch("hello", If_Match=tag) == 422
    assert patch(good, If_Match=tag, Content_Type="application/sdp") == 415
    assert patch("a" * 30_000, If_Match=tag) == 413
    restart = leader.patch(location, content=fragment(HOST, login=("new1", "x" * 22)), headers=FRAGMENT | {"If-Match": "*"})
    assert (restart.status_code, restart.headers["content-type"]) == (422, "application/problem+json")
    assert "POST" in restart.json()["detail"]
    assert patch(good, path=location.replace("plays", "clock"), If_Match=tag) == 404
    with signed_in(base, ACCOUNTS[Role.ADMINISTRATOR]) as other:
        assert patch(good, other, If_Match=tag) == 404
        assert other.get(location).status_code == 205
    assert leader.get(location).status_code == 204, "the session goes on"
    assert leader.delete(location, headers={"If-Match": '"other"'}).status_code == 200
    assert patch(good, If_Match=tag) == 404
    assert leader.get(location).status_code == 205


def test_a_viewer_can_have_only_so_many_addresses_tried(box: Box, leader: httpx.Client) -> None:
    sdp = asyncio.run(offer()).decode()
    answer = leader.post("/whep/plays", content=sdp, headers=SDP)
    many = [f"{number} 1 udp 7 192.0.2.{number} 61764 typ host" for number in range(1, 31)]
    for begin in (0, 30, 60):
        text = fragment(*(one.replace("192.0.2", f"198.51.{begin}") for one in many), login=next(iter(logins_of(sdp))))
        assert leader.patch(answer.headers["location"], content=text, headers=FRAGMENT | {"If-Match": "*"}).status_code == 204
    (session,) = box.relay.sessions.values()
    seat: Any = session.seat
    way: Any = seat.connection.getTransceivers()[0].sender.transport.transport
    assert sum(one.ip.startswith("198.51.") for one in way.getRemoteCandidates()) == MOST
