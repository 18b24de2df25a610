"""The API that rules the list, before a web program, a relay and cameras: rights, tries, and a planted password that is found nowhere."""

import base64
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dashboard import web
from dashboard.access import tokens
from dashboard.access.roles import Role
from dashboard.boards import Boards
from dashboard.boards.desk import Desk
from dashboard.camera.roster import Roster
from dashboard.pages import all_pages
from dashboard.sandbox import onvif
from dashboard.settings import Settings
from dashboard.store import Store, cameras
from dashboard.store.raw import RawStore
from tests.camera.box import Box, channel, run
from tests.loaded import catalog, feeds, units
from tests.patience import soon
from tests.web.running import ACCOUNTS, VAULT, all_routers, open_accounts, served, signed_in

PASSWORD = "mật khẩu"
PLANTED = "gieo-vao-7391-khong-ai-duoc-thay"


@pytest.fixture
def roster(store: Store) -> Roster:
    """The list of web; the relay has one of its own."""
    return Roster(store, VAULT)


@pytest.fixture
def box(store: Store) -> Iterator[Box]:
    """A relay over an empty list, and three cameras that nobody knows yet."""
    playing, listener = channel(), socket.create_server(("127.0.0.1", 0))
    playing.ready()
    found = {"plays": playing, "digest": channel(password=PASSWORD), "h265": channel("h265")}
    relays = Roster(store, VAULT)
    relays.look()
    with run(store, relays.cameras, found, listener) as made:
        yield made


@pytest.fixture
def base(box: Box, roster: Roster, store: Store, tmp_path: Path) -> Iterator[str]:
    """The web program."""
    boards = Boards(Desk(store, RawStore(tmp_path), units(), catalog(), frozenset(), cameras=roster.cameras, feeds=feeds()))
    open_accounts(store)
    app = web.build(Settings.model_validate({"var_dir": tmp_path}), store, boards, all_pages(), all_routers(store, boards, roster=roster))
    with served(app) as address:
        yield address


@pytest.fixture
def admin(base: str) -> Iterator[httpx.Client]:
    """An administrator's browser."""
    with signed_in(base, ACCOUNTS[Role.ADMINISTRATOR]) as client:
        yield client


def draft(box: Box, camera: str = "plays", **fields: Any) -> dict[str, Any]:
    """What somebody writes into the form."""
    url = f"rtsp://127.0.0.1:{box.port}/{camera}"
    return {"name_vi": "Hà Nội", "unit": "ha_noi", "place_vi": "Sảnh", "purpose_vi": "Đếm", "url": url, **fields}


def test_a_camera_is_added_seen_by_all_changed_and_gone(admin: httpx.Client, base: str, box: Box) -> None:
    made = admin.post("/api/v1/cameras", json=draft(box))
    assert (made.status_code, made.headers["location"], made.json()["version"]) == (201, "/api/v1/cameras/ha_noi_1", 1)
    with signed_in(base, ACCOUNTS[Role.LEADER]) as leader:
        assert [one["name"] for one in leader.get("/api/v1/cameras").json()["cameras"]] == ["Hà Nội"]
        assert soon(lambda: leader.get("/camera/ha_noi_1/still.jpg").status_code == 204)
        off = admin.patch("/api/v1/cameras/ha_noi_1", json={"enabled": False, "version": 1})
        assert (off.status_code, off.json()["hindrance"]) == (200, "disabled")
        assert soon(lambda: leader.get("/api/v1/cameras").json()["cameras"][0]["said"] == "Đã tắt")
        late = admin.patch("/api/v1/cameras/ha_noi_1", json={"name_vi": "X", "version": 1})
        assert (late.status_code, late.headers["content-type"]) == (409, "application/problem+json")
        assert admin.delete("/api/v1/cameras/ha_noi_1").status_code == 204
        assert soon(lambda: leader.get("/api/v1/cameras").json()["cameras"] == [])
    assert admin.get("/api/v1/cameras/ha_noi_1").status_code == 404


def test_only_administrators_rule_and_only_a_token_of_that_scope(admin: httpx.Client, base: str, box: Box, store: Store) -> None:
    for role in (Role.LEADER, Role.WORKING_GROUP, Role.PROVINCE):
        with signed_in(base, ACCOUNTS[role]) as client:
            assert client.post("/api/v1/cameras", json=draft(box)).status_code == 403
            assert client.post("/api/v1/camera-trials", json=draft(box)).status_code == 403
            assert client.get("/quan-tri").status_code == 403
    for scope, status in (("cameras", 403), ("manage_cameras", 201)):
        token = tokens.issue(store, f"máy {scope}", [scope], username=ACCOUNTS[Role.ADMINISTRATOR])
        made = httpx.post(base + "/api/v1/cameras", json=draft(box), headers={"Authorization": f"Bearer {token}"})
        assert made.status_code == status
    assert admin.put("/api/v1/cameras").headers["allow"] == "GET, HEAD, POST"


def test_errors_stand_at_their_fields(admin: httpx.Client, box: Box) -> None:
    refused = admin.post("/api/v1/cameras", json=draft(box, unit="atlantis", masks=[[[0, 0]]], password=PLANTED, user="x"))
    assert (refused.status_code, sorted(refused.json()["fields"])) == (422, ["masks", "unit"])
    assert PLANTED not in refused.text


def test_an_address_is_tried_before_it_is_kept_and_shows_its_first_picture(admin: httpx.Client, box: Box) -> None:
    answer = admin.post("/api/v1/camera-trials", json=draft(box, "digest", user="xem", password=PASSWORD, substream=draft(box)["url"]))
    main = answer.json()["url"]
    assert (main["state"], main["width"], main["height"], main["fps"]) == ("live", 1280, 720, 12.0)
    assert main["codec"].startswith("H.264 ")
    assert base64.b64decode(main["jpeg"]).startswith(b"\xff\xd8")
    assert answer.json()["substream"]["state"] == "live"


def test_a_try_at_a_kept_camera_shows_no_more_than_its_rules_allow(admin: httpx.Client, box: Box) -> None:
    kept = admin.post("/api/v1/cameras", json=draft(box, "digest", user="xem", password=PASSWORD, privacy="blurred"))
    assert kept.status_code == 201
    known = {**draft(box, "digest", user="xem"), "key": kept.json()["key"]}
    told = admin.post("/api/v1/camera-trials", json=known).json()["url"]
    assert (told["state"], told["width"], told["jpeg"]) == ("live", 1280, ""), "that it plays is said, what it shows is not"
    assert admin.post("/api/v1/camera-trials", json={**known, "privacy": "open"}).json()["url"]["jpeg"] == "", "a draft changes no rule"


def test_a_try_that_fails_says_why_and_what_to_do(admin: httpx.Client, box: Box) -> None:
    wrong = admin.post("/api/v1/camera-trials", json=draft(box, "digest", user="xem", password=PLANTED, substream=draft(box)["url"]))
    assert wrong.json()["url"]["said"] == "Camera từ chối mật khẩu"
    assert wrong.json()["substream"] is None
    assert PLANTED not in wrong.text
    told = {}
    for name in ("h265", "khong_co"):
        told[name] = admin.post("/api/v1/camera-trials", json=draft(box, name)).json()["url"]
    assert "H.264" in told["h265"]["advice"]
    assert told["khong_co"]["said"] == "Camera không có luồng này"
    nowhere = admin.post("/api/v1/camera-trials", json={"url": "rtsp://127.0.0.1:9/x"}).json()["url"]
    assert (nowhere["state"], bool(nowhere["advice"])) == ("unreachable", True)


def test_tries_are_not_made_in_a_row(admin: httpx.Client) -> None:
    statuses = [admin.post("/api/v1/camera-trials", json={"url": "rtsp://127.0.0.1:9/x"}).status_code for _ in range(8)]
    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_streams_of_a_recorder_are_listed_with_the_kept_password(admin: httpx.Client, box: Box) -> None:
    door = socket.create_server(("127.0.0.1", 0))
    recorder = onvif.Recorder({"chính": draft(box, "digest")["url"]}, "xem", PASSWORD)

    async def open_() -> Any:
        return await onvif.serve(recorder, door)

    server = box.do(open_())
    made = admin.post("/api/v1/cameras", json=draft(box, "digest", user="xem", password=PASSWORD))
    assert made.json()["url"] == draft(box, "digest")["url"].replace("//", "//xem:***@")
    where = {"address": f"127.0.0.1:{door.getsockname()[1]}", "user": "xem"}
    assert admin.post("/api/v1/camera-streams", json=where).json()["state"] == "refused"
    found = admin.post("/api/v1/camera-streams", json={**where, "key": "ha_noi_1"}).json()
    assert [one["url"] for one in found["streams"]] == [draft(box, "digest")["url"]]
    box.loop.call_soon_threadsafe(server.close)


def test_a_planted_password_is_in_no_answer_no_log_and_no_table(
    admin: httpx.Client, base: str, box: Box, store: Store, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    sub = f"rtsp://127.0.0.1:{box.port}/digest?password={PLANTED}"
    said = [
        admin.post("/api/v1/cameras", json=draft(box, "digest", user="xem", password=PLANTED, substream=sub)),
        admin.patch("/api/v1/cameras/ha_noi_1", json={"name_vi": "Khác", "password": PLANTED}),
        admin.patch("/api/v1/cameras/ha_noi_1", json={"url": "rtsp://10.0.0.66/x"}),
        admin.patch("/api/v1/cameras/ha_noi_1", json={"masks": "không phải danh sách", "password": PLANTED}),
        admin.post("/api/v1/camera-trials", json={"key": "ha_noi_1"}),
        *(admin.get(path) for path in ("/api/v1/cameras/ha_noi_1", "/api/v1/cameras", "/quan-tri", "/camera/ha_noi_1/still.jpg")),
        admin.get("/content", params={"at": "/quan-tri/camera/ha_noi_1"}),
    ]
    assert [one.status_code for one in said[:5]] == [201, 200, 422, 422, 200]
    assert soon(lambda: cameras.seen(store).get("ha_noi_1", cameras.Seen()).state == "refused")
    out = capfd.readouterr()
    dump = []
    with store.transaction() as connection:
        for (table,) in connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").all():
            dump += [str(row) for row in connection.exec_driver_sql(f"SELECT t::text FROM {table} t").all()]
    everything = "\n".join([*(one.text + str(one.headers) for one in said), caplog.text, out.out, out.err, *dump])
    assert "ha_noi_1" in everything
    assert PLANTED not in everything
    assert PLANTED.encode().hex() not in everything
    assert base64.b64encode(PLANTED.encode()).decode().rstrip("=") not in everything
