"""Web's side: who may look, what is written down, WHEP as players speak it, stills."""

import asyncio
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from aiortc import RTCSessionDescription

from dashboard.access import tokens
from dashboard.access.roles import Role
from dashboard.store import Store, accounts, cameras
from dashboard.store.accounts import AuditEntry
from tests.camera.box import Box, running
from tests.camera.viewer import offer, offering
from tests.patience import PATIENCE, soon
from tests.web.running import ACCOUNTS, signed_in

SDP = {"Content-Type": "application/sdp"}


@pytest.fixture
def box(store: Store) -> Iterator[Box]:
    """Sandbox, relay and vision."""
    with running(store, vision=True) as made:
        yield made


def sdp() -> bytes:
    """An offer."""
    return asyncio.run(offer())


def still(client: httpx.Client, camera: str = "plays") -> httpx.Response:
    """The still of a camera, once there is one."""
    address = f"/camera/{camera}/still.jpg"
    assert soon(lambda: client.get(address).status_code == 200)
    return client.get(address)


def test_whep_plays_and_ends_and_every_view_is_written_down_from_to(leader: httpx.Client, store: Store, box: Box) -> None:
    async def play() -> tuple[httpx.Response, int]:
        async with offering() as (connection, mine):
            answer = await asyncio.to_thread(leader.post, "/whep/plays", content=mine, headers=SDP)
            await connection.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
            frame = await asyncio.wait_for(connection.getReceivers()[0].track.recv(), PATIENCE)
            return answer, frame.width  # type: ignore[union-attr]

    answer, width = asyncio.run(play())
    assert (answer.status_code, answer.headers["content-type"], width) == (201, "application/sdp", 1280)
    location = answer.headers["location"]
    assert location.startswith(f"/whep/plays/{box.relay.id}.")
    assert leader.put(location, content=b"").status_code == 405
    assert leader.delete(location).status_code == 200
    assert soon(lambda: cameras.views(store, 1)[0].to_at is not None)
    view = cameras.views(store, 1)[0]
    assert (view.look.actor, view.look.camera, view.look.kind) == (ACCOUNTS[Role.LEADER], "plays", "live")
    assert view.to_at is not None
    assert view.from_at <= view.to_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", SDP, 422),
        (b"v=0", SDP, 422),
        (b"{}", {"Content-Type": "application/json"}, 415),
        (b"v=0\r\n" * 150_000, SDP, 413),
    ],
)
def test_a_bad_offer_is_answered_with_a_problem(leader: httpx.Client, content: bytes, headers: dict[str, str], status: int) -> None:
    answer = leader.post("/whep/plays", content=content, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_the_reason_why_a_camera_does_not_play_is_said_in_words(leader: httpx.Client, store: Store) -> None:
    still_asked = leader.get("/camera/h265/still.jpg")
    assert still_asked.status_code == 204
    assert soon(lambda: cameras.seen(store).get("h265", cameras.Seen()).state == "codec")
    answer = leader.post("/whep/h265", content=sdp(), headers=SDP)
    assert (answer.status_code, answer.headers["retry-after"]) == (409, "10")
    assert "H.265" in answer.json()["detail"]


def test_a_province_sees_its_own_cameras_and_no_others(base: str, store: Store) -> None:
    with signed_in(base, ACCOUNTS[Role.PROVINCE]) as client:
        listed = {one["camera"] for one in client.get("/api/v1/cameras").json()["cameras"]}
        assert "plays" in listed
        assert "elsewhere" not in listed
        assert client.post("/whep/elsewhere", content=sdp(), headers=SDP).status_code == 403
        assert client.get("/camera/elsewhere/still.jpg").status_code == 403
        assert client.options("/whep/elsewhere").status_code == 403
        assert [client.get(f"/whep/{camera}").status_code for camera in ("plays", "elsewhere", "khong_co")] == [204, 403, 404]
        assert client.put("/whep/plays").status_code == 405
        assert client.get("/camera/khong_co/still.jpg").status_code == 404
    assert all(view.look.camera != "elsewhere" for view in cameras.views(store, 10))


def test_nobody_ends_the_session_of_somebody_else(base: str, leader: httpx.Client) -> None:
    location = leader.post("/whep/plays", content=sdp(), headers=SDP).headers["location"]
    with signed_in(base, ACCOUNTS[Role.ADMINISTRATOR]) as other:
        assert other.delete(location).status_code == 404
    assert leader.delete(location).status_code == 200


def test_a_picture_ends_soon_after_its_viewer_has_signed_out(base: str, box: Box, store: Store) -> None:
    with signed_in(base, ACCOUNTS[Role.LEADER]) as gone, signed_in(base, ACCOUNTS[Role.LEADER]) as stays:
        lost = _watched_by(gone, box)
        kept = _watched_by(stays, box)
        assert gone.post("/dang-xuat").status_code == 303
        assert soon(lambda: lost not in box.relay.sessions)
        assert kept in box.relay.sessions, "the same person's other browser"


@pytest.mark.parametrize("fields", [{"disabled": True}, {"role": "province", "unit": "ha_noi"}])
def test_a_picture_ends_soon_after_its_viewers_right_has_changed(base: str, box: Box, store: Store, fields: dict[str, str | bool]) -> None:
    with signed_in(base, ACCOUNTS[Role.LEADER]) as client, signed_in(base, ACCOUNTS[Role.ADMINISTRATOR]) as other:
        lost, kept = _watched_by(client, box), _watched_by(other, box)
        accounts.change_person(store, ACCOUNTS[Role.LEADER], fields, AuditEntry("test", "changed"))
        assert soon(lambda: lost not in box.relay.sessions)
        assert kept in box.relay.sessions


def test_a_picture_ends_soon_after_its_token_was_revoked(base: str, box: Box, store: Store) -> None:
    headers = {"Authorization": f"Bearer {tokens.issue(store, 'màn hình', ['cameras'])}"}
    with httpx.Client(base_url=base, headers=headers) as client:
        lost = _watched_by(client, box)
        tokens.revoke(store, "màn hình")
        assert soon(lambda: lost not in box.relay.sessions)


def _watched_by(client: httpx.Client, box: Box) -> str:
    """A look that never connects, kept alive all the same: only the loss of its ticket ends it."""
    answer = client.post("/whep/plays", content=sdp(), headers=SDP)
    assert answer.status_code == 201
    session = answer.headers["location"].rpartition(".")[2]
    seat: Any = box.relay.sessions[session].seat
    seat.heard = math.inf
    return str(session)


def test_a_token_looks_too_and_stands_in_the_audit_by_its_name(base: str, store: Store) -> None:
    headers = {"Authorization": f"Bearer {tokens.issue(store, 'màn hình', ['cameras'])}"}
    answer = httpx.post(base + "/whep/plays", content=sdp(), headers=SDP | headers)
    assert answer.status_code == 201
    assert cameras.views(store, 1)[0].look.actor == "màn hình"


def test_a_still_is_a_picture_of_now_with_its_time_and_stills_in_a_row_are_one_view(leader: httpx.Client, store: Store) -> None:
    lately = datetime.now(UTC) - timedelta(seconds=10)
    answer = still(leader)
    picture = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (540, 960, 3)
    assert picture.std() > 20, "a scene, not a grey plane"
    assert lately < datetime.fromisoformat(answer.headers["x-captured-at"]) < datetime.now(UTC)
    still(leader)
    looks = [view for view in cameras.views(store, 50) if view.look.kind == "still"]
    assert len(looks) == 1
    assert looks[0].to_at is not None


def test_however_many_ask_one_still_is_decoded_in_a_while(leader: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.camera.vision.watch.EVERY", timedelta(hours=1))
    first = still(leader).headers["x-captured-at"]
    assert {still(leader).headers["x-captured-at"] for _ in range(20)} == {first}


def test_the_relay_lets_in_nobody_who_does_not_know_its_secret(box: Box, store: Store) -> None:
    (relay,) = cameras.relays(store, timedelta(hours=1))
    of_session = [(method, "/sessions/x") for method in ("PATCH", "DELETE", "GET")]
    doors = [("POST", "/sessions/plays/large/x"), *of_session, ("GET", "/frames/plays")]
    for method, path in doors:
        assert httpx.request(method, relay.address + path, content=b"x").status_code == 403
        forged = {"X-Dashboard-Signature": "1.2.3"}
        assert httpx.request(method, relay.address + path, content=b"x", headers=forged).status_code == 403
    assert box.channels["plays"].pulls == 0


def test_the_measures_say_by_which_loop_each_relay_sends_and_to_how_many(base: str, box: Box, store: Store) -> None:
    bearer = {"Authorization": f"Bearer {tokens.issue(store, 'đo', ['metrics'])}"}
    assert soon(lambda: f'dashboard_relay_viewers{{carrier="python",relay="{box.relay.id}"}} 0.0' in _measures(base, bearer))
    box.do(box.relay.open("plays", asyncio.run(offer()).decode(), "somebody"))
    assert soon(lambda: f'dashboard_relay_viewers{{carrier="python",relay="{box.relay.id}"}} 1.0' in _measures(base, bearer))


def _measures(base: str, bearer: dict[str, str]) -> str:
    return httpx.get(base + "/metrics", headers=bearer).raise_for_status().text


def test_what_a_dead_relay_left_open_is_closed_at_its_last_beat(store: Store) -> None:
    cameras.beat(store, cameras.Relay("gone", "http://127.0.0.1:9", b"s"))
    cameras.begin_view(store, cameras.Look("ai", "plays", "live", "", "gone", "x"))
    cameras.sweep(store, timedelta(seconds=-1))
    (view,) = cameras.views(store, 1)
    assert view.to_at is not None
    assert cameras.relays(store, timedelta(days=1)) == []
