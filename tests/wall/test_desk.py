"""The wall's addresses, over a socket: who sees what, how a display is paired, and what an unchanged answer says."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import time_machine
from starlette.types import ASGIApp

from dashboard.access import displays
from dashboard.access.roles import UNIT_ROLES, Role
from dashboard.charts.markup import Markup
from dashboard.cli.compose import web_program
from dashboard.errors import NotFound, StoreUnavailable
from dashboard.observations import Parsed
from dashboard.settings import Settings
from dashboard.store import accounts, cameras
from dashboard.store.write import land
from dashboard.wall.desk import SERVER_TIME
from dashboard.wall.kind import Parameters, Sight
from dashboard.wall.plan import position
from dashboard.wall.scenes import all_kinds
from tests.faults.whole import attempt
from tests.loaded import Loaded, observation, origin
from tests.patience import soon
from tests.web.running import ACCOUNTS, browser, open_accounts, served, signed_in

SDP = {"Content-Type": "application/sdp"}
WALLS = """
[chinh]
name_vi = "Tường chính"
scenes = [{ kind = "overview", seconds = 30 }, { kind = "map", seconds = 20 }, { kind = "cameras", seconds = 20, cameras = ["ha_noi_1"] }]
[phu]
name_vi = "Tường phụ"
scenes = [{ kind = "ranking", seconds = 30 }, { kind = "cameras", seconds = 20, cameras = ["da_nang_1"] }]
"""


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The house's own data/, with two walls."""
    data = tmp_path_factory.mktemp("data")
    for path in Settings().data_dir.iterdir():
        if path.name != "walls.toml":
            (data / path.name).symlink_to(path)
    (data / "walls.toml").write_text(WALLS, encoding="utf-8")
    return Settings.model_validate({"var_dir": tmp_path_factory.mktemp("wall"), "data_dir": data})


@pytest.fixture
def app(settings: Settings, loaded: Loaded) -> ASGIApp:
    """The whole program."""
    open_accounts(loaded.store)
    return web_program(settings, loaded.store)


@pytest.fixture
def base(app: ASGIApp) -> Iterator[str]:
    """Where it is served."""
    with served(app) as address:
        yield address


@pytest.fixture
def display(base: str) -> Iterator[httpx.Client]:
    """A display that nobody let in yet."""
    with browser(base) as client:
        yield client


def asked(display: httpx.Client, wall: str = "chinh") -> str:
    """Lets the display ask; its code."""
    answer = display.post(f"/wall/{wall}/pairing")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["code"])


def test_a_display_is_paired_by_its_code_and_sees_its_own_wall_and_nothing_else(display: httpx.Client, loaded: Loaded) -> None:
    assert display.get("/wall/chinh").status_code == 200
    assert display.get("/wall/chinh/pairing").json() == {"state": "unknown"}
    assert display.get("/wall/chinh/state").status_code == 401
    code = asked(display)
    assert len(code) == displays.CODE_LENGTH
    assert set(code) <= set(displays.ALPHABET)
    assert display.get("/wall/chinh/pairing").json()["state"] == "waiting"
    assert display.get("/wall/chinh/state").status_code == 401
    device = displays.admit(loaded.store, f" {code[:3].lower()} {code[3:]} ")
    assert (device.wall, device.name, device.address) == ("chinh", "chinh-1", "127.0.0.1")
    # The doorkeeper remembers a stranger for two seconds.
    assert soon(lambda: display.get("/wall/chinh/pairing").json() == {"state": "open"})
    assert display.get("/wall/chinh/state").status_code == 200
    assert display.get("/wall/chinh/scene/1").status_code == 200
    assert display.get("/wall/chinh/scene/3").status_code == 404
    for path in ("/wall/phu/state", "/wall/phu/scene/0", "/wall/none/state"):
        assert display.get(path).status_code == 404, path
    for path in ("/", "/xep-hang", "/api/v1/units", "/metrics"):
        assert display.get(path).status_code in (303, 401), path


def test_a_display_sees_the_cameras_of_its_own_wall_there_and_no_others_anywhere(display: httpx.Client, loaded: Loaded) -> None:
    own = ["/wall/chinh/cameras", "/wall/chinh/camera/ha_noi_1/still.jpg"]
    assert [display.get(path).status_code for path in own] == [401, 401]
    assert display.post("/wall/chinh/whep/ha_noi_1", content=b"v=0", headers=SDP).status_code == 401
    displays.admit(loaded.store, asked(display), "Sảnh")
    assert soon(lambda: display.get(own[0]).status_code == 200)
    assert [one["camera"] for one in display.get(own[0]).json()["cameras"]] == ["ha_noi_1"]
    assert display.get(own[1]).status_code == 204, "there is none yet, and it was asked for"
    # No relay runs here: the right is there, the picture is not.
    assert display.post("/wall/chinh/whep/ha_noi_1", content=b"v=0", headers=SDP).status_code == 503
    for camera in ("da_nang_1", "bac_ninh_1", "x"):
        assert display.get(f"/wall/chinh/camera/{camera}/still.jpg").status_code == 404, camera
        assert display.post(f"/wall/chinh/whep/{camera}", content=b"v=0", headers=SDP).status_code == 404, camera
    assert display.get("/wall/phu/cameras").status_code == 404
    assert display.get("/wall/phu/camera/da_nang_1/still.jpg").status_code == 404
    assert display.post("/wall/phu/whep/da_nang_1", content=b"v=0", headers=SDP).status_code == 404
    for path in ("/camera/ha_noi_1/still.jpg", "/api/v1/cameras"):
        assert display.get(path).status_code == 401, path
    assert display.post("/whep/ha_noi_1", content=b"v=0", headers=SDP).status_code == 401
    (view,) = cameras.views(loaded.store, 10)
    assert (view.look.actor, view.look.camera, view.look.kind) == ("display:Sảnh", "ha_noi_1", "still")


def test_another_page_cannot_make_a_display_look(display: httpx.Client, loaded: Loaded) -> None:
    displays.admit(loaded.store, asked(display), "Sảnh")
    for page in ("http://elsewhere.example", ""):
        answer = display.post("/wall/chinh/whep/ha_noi_1", content=b"v=0", headers=SDP | {"Origin": page})
        assert answer.status_code == 403
    assert display.delete("/wall/chinh/whep/ha_noi_1/a.b", headers={"Origin": "http://elsewhere.example"}).status_code == 403
    assert display.delete("/wall/chinh/whep/ha_noi_1/a.b").status_code == 404


def test_who_may_not_see_walls_sees_no_camera_through_one(base: str) -> None:
    with signed_in(base, ACCOUNTS[Role.PROVINCE]) as client:
        assert client.get("/wall/chinh/cameras").status_code == 403
        assert client.post("/wall/chinh/whep/ha_noi_1", content=b"v=0", headers=SDP).status_code == 403


def test_a_scene_is_drawn_once_for_all_displays_and_anew_each_turn_and_minute(
    app: ASGIApp, base: str, loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    kind = all_kinds()["overview"]
    real = kind.draw

    def noted(sight: Sight[Parameters]) -> Markup:
        drawn.append(sight.turn)
        return real(sight)

    monkeypatch.setitem(kind.__dict__, "draw", noted)
    start = datetime(2026, 11, 23, 2, 0, 1, tzinfo=UTC)
    with signed_in(base, ACCOUNTS[Role.LEADER]) as client:
        with time_machine.travel(start, tick=False):
            first = [client.get("/wall/chinh/scene/0?turn=7").text for _ in range(5)]
            client.get("/wall/chinh/scene/0?turn=8")
            client.get("/wall/chinh/scene/0?turn=7")
        assert (drawn, len(set(first))) == ([7, 8], 1)
        with time_machine.travel(start + timedelta(minutes=1), tick=False):
            client.get("/wall/chinh/scene/0?turn=7")
        assert drawn == [7, 8, 7]
        land(loaded.store, origin("new.csv"), Parsed((observation(79.0, "bac_ninh_2025"),), ()))
        with time_machine.travel(start + timedelta(minutes=1), tick=False):
            assert soon(lambda: client.get("/wall/chinh/scene/0?turn=7").status_code == 200 and len(drawn) == 4)


def test_a_display_that_was_shut_out_is_a_stranger_and_may_ask_again(display: httpx.Client, loaded: Loaded) -> None:
    displays.admit(loaded.store, asked(display), "Sảnh 1")
    assert display.get("/wall/chinh/state").status_code == 200
    displays.shut_out(loaded.store, "Sảnh 1")
    assert displays.all_displays(loaded.store) == []
    assert soon(lambda: display.get("/wall/chinh/state").status_code == 401)
    with pytest.raises(NotFound, match="Sảnh 1: there is none"):
        displays.shut_out(loaded.store, "Sảnh 1")
    assert displays.admit(loaded.store, asked(display), "Sảnh 1").name == "Sảnh 1"
    assert soon(lambda: display.get("/wall/chinh/state").status_code == 200)


def test_each_step_of_a_pairing_is_in_the_audit(display: httpx.Client, loaded: Loaded) -> None:
    displays.admit(loaded.store, asked(display), "Sảnh 2")
    displays.shut_out(loaded.store, "Sảnh 2")
    told = [(one.actor, one.action, one.subject) for one in reversed(accounts.list_audit(loaded.store, 3))]
    assert told == [
        ("display", "wall pairing asked", "chinh"),
        ("command line", "wall device paired", "Sảnh 2"),
        ("command line", "wall device revoked", "Sảnh 2"),
    ]


def test_the_cookie_is_for_the_server_alone_and_never_in_an_address(display: httpx.Client) -> None:
    answer = display.post("/wall/chinh/pairing")
    given = answer.headers["set-cookie"].lower()
    assert "httponly" in given
    assert "samesite=lax" in given
    assert "max-age=34560000" in given
    assert display.cookies["tuong"] not in display.get("/wall/chinh").text


def test_a_code_stays_the_same_while_it_lives_and_another_follows(display: httpx.Client, loaded: Loaded) -> None:
    first = asked(display)
    assert asked(display) == first
    secret = display.cookies["tuong"]
    later = datetime.now(UTC) + displays.CODE_LIVES + timedelta(seconds=1)
    with time_machine.travel(later, tick=True):
        assert displays.asking_of(loaded.store, secret) is None
        with pytest.raises(NotFound, match="no display shows it now"):
            displays.admit(loaded.store, first)
        assert displays.ask(loaded.store, secret, "chinh", "").code != first


def test_a_code_lets_in_one_display_once(display: httpx.Client, loaded: Loaded) -> None:
    code = asked(display)
    displays.admit(loaded.store, code)
    with pytest.raises(NotFound):
        displays.admit(loaded.store, code)
    with pytest.raises(NotFound):
        displays.admit(loaded.store, "ABCDEF")


def test_two_displays_cannot_bear_one_name(base: str, display: httpx.Client, loaded: Loaded) -> None:
    displays.admit(loaded.store, asked(display), "Sảnh")
    with browser(base) as other, pytest.raises(NotFound, match="there is one of that name"):
        displays.admit(loaded.store, asked(other), "Sảnh")
    with browser(base) as other:
        assert displays.admit(loaded.store, asked(other)).name == "chinh-1"


def test_asking_is_slowed_down_by_address_and_bounded_in_all(base: str, loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    with browser(base) as client:
        for _ in range(20):
            assert client.post("/wall/chinh/pairing").status_code == 200
            client.cookies.clear()
        more = (client.post("/wall/chinh/pairing") for _ in range(20))  # one more may ask after some seconds, and this machine may be slow
        refused = next(answer for answer in more if answer.status_code != 200)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 15
    monkeypatch.setattr(displays, "MOST_ASKING", 20)
    with pytest.raises(StoreUnavailable, match="too many displays"):
        displays.ask(loaded.store, displays.new_secret(), "chinh", "")


def test_a_code_is_asked_for_by_the_walls_own_page_only(base: str) -> None:
    for headers in ({"Origin": "http://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {}):
        assert httpx.post(f"{base}/wall/chinh/pairing", headers=headers).status_code == 403


def test_a_wall_that_is_not_there_is_not_there_for_strangers_either(base: str) -> None:
    for path in ("/wall/none", "/wall/none/pairing"):
        assert httpx.get(base + path).status_code == 404
    assert httpx.post(base + "/wall/none/pairing", headers={"Origin": base}).status_code == 404


def test_people_who_may_see_walls_need_no_code(base: str) -> None:
    seen = {}
    for role in Role:
        with signed_in(base, ACCOUNTS[role]) as client:
            seen[role] = (client.get("/wall/chinh/pairing").json()["state"], client.get("/wall/phu/scene/0").status_code)
    assert {seen.pop(role) for role in UNIT_ROLES} == {("unknown", 403)}
    assert set(seen.values()) == {("open", 200)}


def test_an_unchanged_state_is_told_shortly_but_with_the_servers_time(base: str) -> None:
    with signed_in(base, ACCOUNTS[Role.LEADER]) as client:
        begun = datetime.now(UTC)
        first = client.get("/wall/chinh/state")
        again = client.get("/wall/chinh/state", headers={"If-None-Match": first.headers["etag"]})
        ended = datetime.now(UTC)
    told = first.json()
    assert (again.status_code, again.content) == (304, b"")
    times = [1000 * begun.timestamp() - 1, *(int(answer.headers[SERVER_TIME]) for answer in (first, again)), 1000 * ended.timestamp()]
    assert times == sorted(times)
    assert told["durations"] == [30, 20, 20]
    assert told["away"] is None
    now = datetime.fromtimestamp(int(first.headers[SERVER_TIME]) / 1000, UTC)
    assert position(told["durations"], now).scene in (0, 1, 2)


def test_the_page_is_the_same_for_everybody_and_names_its_version(base: str) -> None:
    stranger = httpx.get(base + "/wall/chinh")
    with signed_in(base, ACCOUNTS[Role.LEADER]) as client:
        assert client.get("/wall/chinh").text == stranger.text
        program = client.get("/wall/chinh/state").json()["program"]
    assert f'data-program="{program}"' in stranger.text
    assert "script-src 'self'" in stranger.headers["content-security-policy"]
    assert stranger.text.count("<script") == 3


def test_pages_for_people_do_not_load_the_walls_files(base: str) -> None:
    with signed_in(base, ACCOUNTS[Role.LEADER]) as client:
        assert not re.search(r"wall(-cameras)?\.(css|js)", client.get("/").text)


def test_the_displays_are_listed_by_the_command_line(display: httpx.Client, loaded: Loaded, tmp_path: Path) -> None:
    code = asked(display)
    variables = {"DATABASE_URL": loaded.url.replace("+psycopg", "", 1), "DASHBOARD_VAR_DIR": str(tmp_path)}

    def told(*words: str) -> tuple[int, str]:
        done = attempt("wall", *words, variables=variables, module=True)
        return done.returncode, done.stdout + done.stderr

    assert told("pair", code, "--name", "Sảnh 9") == (0, "đã ghép Sảnh 9: tường chinh, địa chỉ 127.0.0.1\n")
    assert told("list")[1].startswith("Sảnh 9\tchinh\t127.0.0.1\t")
    assert told("revoke", "Sảnh 9") == (0, "đã thu hồi Sảnh 9\n")
    assert told("list") == (0, "")
    assert told("pair", code)[0] == 1
    assert told("revoke", "Sảnh 9")[0] == 1
