"""Whoever sends the picture, the same holds: one contract over all engines, the generic one before a second house of our own, with a relay,
a database and a door of its own; and servers that answer oddly."""

import asyncio
import itertools
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import httpx
import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import web
from dashboard.access import tokens
from dashboard.boards import Boards
from dashboard.boards.desk import Desk
from dashboard.camera import source
from dashboard.camera.engines import ENGINES, Calls, way_of, whep
from dashboard.camera.peer import Doorway
from dashboard.camera.registry import Camera, Cameras
from dashboard.camera.states import ADVICE, SENTENCES, State
from dashboard.errors import CameraError, OfferRefused
from dashboard.pages import all_pages
from dashboard.settings import Settings
from dashboard.store import Store, cameras
from dashboard.store.embedded import Server
from dashboard.store.raw import RawStore
from tests.camera.box import Box, camera, channel, channels, registry, run, running
from tests.camera.viewer import offer, offering
from tests.conftest import execute
from tests.loaded import catalog, feeds, units
from tests.patience import PATIENCE, soon
from tests.web.running import all_routers, served

SDP, FRAGMENT = {"Content-Type": "application/sdp"}, {"Content-Type": "application/trickle-ice-sdpfrag"}
_NUMBERS = itertools.count(1)
OURS, FOREIGN, VEILED = "plays", "foreign", "veiled"


@dataclass(frozen=True)
class House:
    """A media server that speaks WHEP: a whole second house, and a token for it."""

    box: Box
    address: str
    token: str


@pytest.fixture
def far(server: Server, migrated_template: str, tmp_path: Path) -> Iterator[House]:
    """The second house."""
    name = f"far_{next(_NUMBERS)}"
    execute(server, "CREATE DATABASE {} TEMPLATE {}", name, migrated_template)
    store = Store.open(server.url_of(name))
    with running(store) as box:
        boards = Boards(Desk(store, RawStore(tmp_path), units(), catalog(), frozenset(), cameras=box.registry, feeds=feeds()))
        program = web.build(Settings.model_validate({"var_dir": tmp_path}), store, boards, all_pages(), all_routers(store, boards))
        with served(program) as address:
            yield House(box, address, tokens.issue(store, "nhà bên kia", ["cameras"]))
    store.close()
    execute(server, "DROP DATABASE {} WITH (FORCE)", name)


def foreign(endpoint: str, **fields: Any) -> Camera:
    """A camera that a media server sends."""
    return camera(FOREIGN, "").model_copy(update={"engine": "whep", "endpoint": SecretStr(endpoint), **fields})


@pytest.fixture
def box(store: Store, far: House) -> Iterator[Box]:
    """Our house: one camera that we pull, and one that the other house sends."""
    listener, found = socket.create_server(("127.0.0.1", 0)), channels()
    listed = registry(listener.getsockname()[1], found)
    there = foreign(f"http://bearer:{far.token}@{far.address.removeprefix('http://')}/whep/plays")
    veiled = there.model_copy(update={"key": VEILED, "privacy_for": {"province": "blurred"}})
    every = Cameras(MappingProxyType({**listed.by_key, FOREIGN: there, VEILED: veiled}))
    with run(store, every, found, listener, vision=False) as made:
        yield made


@pytest.fixture
def client(base: str, store: Store) -> Iterator[httpx.Client]:
    """A machine that may look."""
    headers = {"Authorization": f"Bearer {tokens.issue(store, 'máy', ['cameras'])}"}
    with httpx.Client(base_url=base, headers=headers) as made:
        yield made


async def _look(client: httpx.Client, key: str, count: int) -> tuple[httpx.Response, list[int]]:
    """Plays until so many pictures have been decoded, asks for the session, ends it, asks again; the answers' statuses."""

    async def asked(method: str, **fields: Any) -> httpx.Response:
        return await asyncio.to_thread(client.request, method, **fields)

    async with offering() as (mine, sdp):
        answer = await asked("POST", url=f"/whep/{key}", content=sdp, headers=SDP)
        assert answer.status_code == 201, answer.text
        await mine.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
        for _ in range(count):
            await asyncio.wait_for(_track(mine).recv(), PATIENCE)
        location = answer.headers["location"]
        return answer, [(await asked(method, url=location)).status_code for method in ("GET", "DELETE", "GET")]


def _track(connection: RTCPeerConnection) -> Any:
    return connection.getReceivers()[0].track


def test_every_engine_is_held_to_this_contract() -> None:
    assert set(ENGINES) == {"own", "whep"}


@pytest.mark.parametrize("key", [OURS, FOREIGN])
def test_it_plays_and_every_look_is_written_down_from_to(client: httpx.Client, store: Store, key: str) -> None:
    answer, statuses = asyncio.run(_look(client, key, 5))
    assert answer.headers["location"].startswith(f"/whep/{key}/")
    assert answer.headers["etag"]
    assert statuses == [204, 200, 205]
    assert soon(lambda: cameras.views(store, 1)[0].to_at is not None)
    assert cameras.views(store, 1)[0].look.actor == "máy"


@pytest.mark.parametrize("key", [OURS, FOREIGN])
def test_more_candidates_are_taken_for_the_session_and_none_for_another_one(client: httpx.Client, key: str) -> None:
    sdp = asyncio.run(offer()).decode()
    answer = client.post(f"/whep/{key}", content=sdp, headers=SDP)
    login = [line for line in sdp.splitlines() if line.startswith(("a=ice-ufrag", "a=ice-pwd"))][:2]
    piece = "\r\n".join([*login, "m=video 9 UDP/TLS/RTP/SAVPF 0", "a=mid:0", "a=candidate:1 1 udp 1 192.0.2.7 5000 typ host", ""])
    tag = {"If-Match": answer.headers["etag"]}
    assert client.patch(answer.headers["location"], content=piece, headers=FRAGMENT | tag).status_code == 204
    other = piece.replace("a=ice-ufrag:", "a=ice-ufrag:x")
    assert client.patch(answer.headers["location"], content=other, headers=FRAGMENT | tag).status_code == 422
    assert client.delete(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize("key", [OURS, FOREIGN])
def test_an_offer_that_cannot_be_read_is_the_viewers_matter(client: httpx.Client, box: Box, key: str) -> None:
    assert client.post(f"/whep/{key}", content=b"v=0\r\nno offer", headers=SDP).status_code == 422
    assert not box.relay.sessions


@pytest.mark.parametrize("key", [OURS, FOREIGN])
def test_a_picture_ends_with_the_right_to_it_at_whoever_sends_it(
    client: httpx.Client, box: Box, far: House, store: Store, key: str
) -> None:
    assert client.post(f"/whep/{key}", content=asyncio.run(offer()), headers=SDP).status_code == 201
    assert len(box.relay.sessions) == 1
    assert len(far.box.relay.sessions) == (key == FOREIGN)
    tokens.revoke(store, "máy")
    assert soon(lambda: not box.relay.sessions and not far.box.relay.sessions)


def test_neither_the_servers_address_nor_our_token_there_reaches_a_viewer(client: httpx.Client, far: House, box: Box) -> None:
    answer = client.post(f"/whep/{FOREIGN}", content=asyncio.run(offer()), headers=SDP)
    told = answer.text + str(answer.headers) + client.get("/api/v1/cameras").text
    assert far.token not in told
    assert far.address not in told
    assert box.relay.sources[FOREIGN].condition.state is State.LIVE
    assert box.channels["plays"].pulls == 0, "we pull nothing for it"


def test_what_a_second_house_says_of_its_camera_is_said_here_too(client: httpx.Client, far: House, box: Box) -> None:
    tokens.revoke(far.box.relay.store, "nhà bên kia")
    answer = client.post(f"/whep/{FOREIGN}", content=asyncio.run(offer()), headers=SDP)
    assert answer.status_code == 409
    assert box.relay.sources[FOREIGN].condition.state is State.REFUSED
    assert not box.relay.sessions


def test_a_camera_that_is_masked_or_blurred_for_anybody_is_asked_for_at_no_server_that_sends_it_whole() -> None:
    assert way_of(foreign("http://x/whep")) is ENGINES["whep"]
    assert way_of(foreign("http://x/whep", privacy="blurred")) is ENGINES["own"]
    assert way_of(foreign("http://x/whep", privacy_for={"province": "masked"})) is ENGINES["own"]
    assert foreign("http://x/whep").hindrance is None
    assert foreign("http://x/whep", privacy="masked").hindrance is State.VEIL_NOWHERE
    assert foreign("http://x/whep", privacy="masked", engine="own").hindrance is State.VEIL_NOWHERE
    assert foreign("http://x/whep", privacy="masked", url=SecretStr("rtsp://x/")).hindrance is None, "we pull it ourselves"
    assert foreign("http://x/whep", privacy="masked", enabled=False).hindrance is State.DISABLED


def test_that_a_server_cannot_veil_is_said_to_everybody_with_what_to_do(client: httpx.Client, far: House, box: Box) -> None:
    answer = client.post(f"/whep/{VEILED}", content=asyncio.run(offer()), headers=SDP)
    assert (answer.status_code, answer.json()["detail"]) == (409, SENTENCES[State.VEIL_NOWHERE])
    (told,) = [one for one in client.get("/api/v1/cameras").json()["cameras"] if one["camera"] == VEILED]
    assert (told["state"], told["tone"], told["said"]) == ("veil_nowhere", "watch", SENTENCES[State.VEIL_NOWHERE])
    assert "Điền địa chỉ RTSP" in told["help"]
    assert not far.box.relay.sources, "nobody was asked"


# ---- the smaller picture -------------------------------------------------------------------------------------------------


def test_who_shows_it_small_is_given_the_smaller_picture_and_the_large_one_when_that_fails(store: Store) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    main, small = channel(), channel()
    main.ready()
    small.ready()
    row = camera("two", f"rtsp://127.0.0.1:{port}/main").model_copy(update={"substream": SecretStr(f"rtsp://127.0.0.1:{port}/small")})
    listed = Cameras(MappingProxyType({"two": row}))
    with run(store, listed, {"main": main, "small": small}, listener, vision=False) as box:

        def pulls(size: Any, main_pulls: int) -> bool:
            box.do(box.relay.open("two", asyncio.run(offer()).decode(), f"v{next(_NUMBERS)}", None, size))
            return soon(lambda: (main.pulls, small.pulls) == (main_pulls, 1))

        assert pulls("small", 0)
        assert soon(lambda: "two" in cameras.seen(store) and cameras.seen(store)["two"].state == State.LIVE), (
            "nobody looks at the large one, and it is live all the same"
        )
        assert pulls("large", 1)

        async def when_the_small_one_fails() -> bool:
            mine = await offer()
            box.relay.sources["two.small"].turn(State.REFUSED)
            await box.relay.open("two", mine.decode(), "last", None, "small")
            return box.relay.sessions["last"].source is box.relay.sources["two"]

        assert box.do(when_the_small_one_fails())


# ---- odd servers -----------------------------------------------------------------------------------------------------------

ANSWER: Final = "v=0\r\nan answer"


@dataclass
class OddServer:
    """A media server that answers as it is told to; what it was asked, with which authorisation."""

    answers: Callable[[Request], Response]
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def program(self) -> Starlette:
        """To be served."""

        async def all_(request: Request) -> Response:
            await request.body()
            self.asked.append((request.method, request.url.path, request.headers.get("authorization", "")))
            return self.answers(request)

        return Starlette(routes=[Route("/{path:path}", all_, methods=["POST", "PATCH", "DELETE", "GET"])])


def created(location: str, body: str = ANSWER) -> Callable[[Request], Response]:
    """A server that opens a session."""
    return lambda request: Response(body, 201, {"Location": location}) if request.method == "POST" else Response(status_code=200)


def seated(odd: OddServer, login: str = "bearer:abc@") -> tuple[whep.ForeignSeat | None, CameraError | OfferRefused | None]:
    """A viewer's place at such a server, or why there is none."""
    gone: list[bool] = []
    with served(odd.program()) as address:
        place = f"http://{login}{address.removeprefix('http://')}/whep/x"
        seat = whep.seat(foreign(place), Calls(lambda _: None, lambda: None, lambda: gone.append(True)))

        async def act() -> None:
            await seat.answer("v=0\r\nan offer", Doorway())
            await seat.close()

        try:
            asyncio.run(act())
        except (CameraError, OfferRefused) as error:
            assert gone == [True], "told once"
            return None, error
    assert gone == [True]
    return seat, None


def test_the_session_there_is_ended_at_the_address_that_the_server_named() -> None:
    odd = OddServer(created("session/7?a=b"))
    assert seated(odd)[1] is None
    assert [(method, path) for method, path, _ in odd.asked] == [("POST", "/whep/x"), ("DELETE", "/whep/session/7")]


@pytest.mark.parametrize(("login", "said"), [("", ""), ("bearer:abc@", "Bearer abc"), ("xem:mat-khau@", "Basic eGVtOm1hdC1raGF1")])
def test_the_server_is_told_who_we_are_as_the_row_says(login: str, said: str) -> None:
    odd = OddServer(created("/s/1"))
    seated(odd, login)
    assert {one for *_, one in odd.asked} == {said}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (401, State.REFUSED),
        (403, State.REFUSED),
        (404, State.MISSING),
        (409, State.LOST),
        (405, State.UNREACHABLE),
        (503, State.UNREACHABLE),
    ],
)
def test_what_a_server_refuses_is_named(status: int, state: State) -> None:
    _, error = seated(OddServer(lambda _: Response(status_code=status)), "bearer:abc@")
    assert isinstance(error, CameraError)
    assert error.state == state


@pytest.mark.parametrize("status", [400, 406, 415, 422])
def test_a_bad_offer_is_the_viewers_matter(status: int) -> None:
    assert isinstance(seated(OddServer(lambda _: Response(status_code=status)), "")[1], OfferRefused)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_our_token_goes_nowhere(status: int) -> None:
    elsewhere = OddServer(created("/s/1"))
    with served(elsewhere.program()) as other:
        odd = OddServer(lambda _: Response(status_code=status, headers={"Location": f"{other}/whep/x"}))
        _, error = seated(odd, "bearer:abc@")
    assert isinstance(error, CameraError)
    assert "redirects" in str(error)
    assert (len(odd.asked), elsewhere.asked) == (1, [])


def test_a_server_that_names_no_session_is_not_shown_since_nobody_could_end_a_look_there() -> None:
    """As go2rtc answers, by its source (`internal/webrtc/server.go`): 201, the answer, and nothing to ask for its end at."""
    _, error = seated(OddServer(lambda _: Response(ANSWER, 201, {"Content-Type": "application/sdp"})), "")
    assert isinstance(error, CameraError)
    assert error.state == State.ENDLESS
    assert "RTSP" in ADVICE[State.ENDLESS]


def test_a_server_that_was_away_may_be_asked_again_and_its_fault_is_as_old_as_it_is(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_SAID_FOR", (0.3, 60.0))
    odd = OddServer(lambda _: Response(status_code=503))
    listener = socket.create_server(("127.0.0.1", 0))
    with served(odd.program()) as address:
        listed = Cameras(MappingProxyType({FOREIGN: foreign(f"{address}/whep/x")}))
        with run(store, listed, {}, listener, vision=False) as box:

            def asked() -> source.Source:
                box.do(box.relay.open(FOREIGN, asyncio.run(offer()).decode(), f"v{next(_NUMBERS)}"))
                return box.relay.sources[FOREIGN]

            with pytest.raises(CameraError):
                asked()
            mine = box.relay.sources[FOREIGN]
            first = mine._failing
            assert first is not None
            assert first[0] is State.UNREACHABLE
            assert soon(lambda: mine.condition.state is State.IDLE)
            with pytest.raises(CameraError):
                asked()
            assert mine._failing == first, "it began when it began"
            assert soon(lambda: mine.condition.state is State.IDLE)
            odd.answers = created("/s/1")
            assert asked().condition.state is State.LIVE


def test_what_mediamtx_answers_is_understood() -> None:
    """By its source (`internal/servers/webrtc/http_server.go`): a path for the session, the star for a tag, ICE servers in links."""
    told = {"Location": "/hanoi/whep/0b5c", "ETag": "*", "ID": "77", "Link": '<stun:192.0.2.1>; rel="ice-server"'}
    odd = OddServer(lambda request: Response(ANSWER, 201, told) if request.method == "POST" else Response(status_code=200))
    seat, error = seated(odd)
    assert error is None
    assert seat is not None
    assert seat.tag == "*"
    assert odd.asked[-1][:2] == ("DELETE", "/hanoi/whep/0b5c")


@pytest.mark.parametrize("location", ["http://192.0.2.1/s/1", "https://127.0.0.1/s/1", "//192.0.2.1/s"])
def test_a_session_elsewhere_is_refused(location: str) -> None:
    _, error = seated(OddServer(created(location)), "bearer:abc@")
    assert isinstance(error, CameraError)
    assert error.state == State.GARBAGE


@pytest.mark.parametrize("body", ["<html>welcome</html>", "", "v=0" + "x" * 200_000])
def test_what_is_no_answer_is_refused_and_the_session_there_ended(body: str) -> None:
    odd = OddServer(created("/s/1", body))
    _, error = seated(odd, "bearer:abc@")
    assert isinstance(error, CameraError)
    assert error.state == State.GARBAGE
    assert ("DELETE" in [method for method, *_ in odd.asked]) == (len(body) < whep.ANSWER_LARGEST)


def test_a_server_that_says_nothing_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whep, "PATIENCE", httpx.Timeout(0.3))
    with socket.create_server(("127.0.0.1", 0)) as mute:
        seat = whep.ForeignSeat(f"http://127.0.0.1:{mute.getsockname()[1]}/whep/x", lambda: None)
        with pytest.raises(CameraError) as failed:
            asyncio.run(seat.answer("v=0", Doorway()))
    assert failed.value.state == State.SILENT


def test_where_no_server_is_that_is_said() -> None:
    with pytest.raises(CameraError) as failed:
        asyncio.run(whep.ForeignSeat("http://127.0.0.1:9/whep/x", lambda: None).answer("v=0", Doorway()))
    assert failed.value.state == State.UNREACHABLE
