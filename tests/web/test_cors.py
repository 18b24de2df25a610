"""Pages of other sites: those that the settings name may play cameras by a token, and read why they may not; all others may nothing."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from dashboard import web
from dashboard.access import tokens
from dashboard.access.roles import Role
from dashboard.boards import Boards
from dashboard.errors import ConfigurationError
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.web.cors import origins
from tests.web.conftest import PAGES
from tests.web.running import ACCOUNTS, all_routers, signed_in

FRIEND, STRANGER = "https://ban.example.vn", "https://la.example.vn"
ALLOW = "access-control-allow-origin"


@pytest.fixture
def app(store: Store, boards: Boards, tmp_path: Path) -> ASGIApp:
    """The program, with one friend."""
    settings = Settings.model_validate({"var_dir": tmp_path, "whep_origins": f"{FRIEND}, http://127.0.0.1:9000"})
    return web.build(settings, store, boards, PAGES, all_routers(store, boards))


@pytest.fixture
def machine(base: str, store: Store) -> Iterator[httpx.Client]:
    """A page of a friend, with a token."""
    headers = {"Authorization": f"Bearer {tokens.issue(store, 'trang bạn', ['cameras'])}", "Origin": FRIEND}
    with httpx.Client(base_url=base, headers=headers) as client:
        yield client


def preflight(base: str, origin: str, path: str = "/whep/x") -> httpx.Response:
    """What a browser asks before it posts."""
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    return httpx.options(base + path, headers=asked | {"Origin": origin})


def test_a_browser_is_told_what_a_friend_may_send_without_knowing_who_asks(base: str) -> None:
    for path in ("/whep/x", "/whep/x/y.z"):
        answer = preflight(base, FRIEND, path)
        assert (answer.status_code, answer.headers[ALLOW], answer.content) == (200, FRIEND, b"")
        assert answer.headers["accept-post"] == "application/sdp"
        assert {"POST", "PATCH", "DELETE"} <= set(answer.headers["access-control-allow-methods"].split(", "))
        assert {"Authorization", "Content-Type", "If-Match"} <= set(answer.headers["access-control-allow-headers"].split(", "))
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", [STRANGER, "null", "https://ban.example.vn.la.vn", "http://ban.example.vn", ""])
def test_pages_of_strangers_are_told_nothing(base: str, origin: str) -> None:
    answer = preflight(base, origin)
    assert answer.status_code == 403
    assert ALLOW not in answer.headers
    assert ALLOW not in httpx.options(base + "/whep/x", headers={"Origin": origin}).headers


def test_a_friend_with_a_token_can_read_answers_and_refusals(base: str, machine: httpx.Client) -> None:
    for answer in (machine.post("/whep/x", content=b"v=0"), httpx.post(base + "/whep/x", headers={"Origin": FRIEND})):
        assert answer.headers[ALLOW] == FRIEND
        assert "Location" in answer.headers["access-control-expose-headers"]
        assert "Origin" in answer.headers.get_list("vary", split_commas=True)
    assert machine.post("/whep/x").status_code == 404
    assert httpx.post(base + "/whep/x", headers={"Origin": FRIEND}).status_code == 401


def test_a_persons_cookie_opens_nothing_from_a_friends_page(base: str) -> None:
    with signed_in(base, ACCOUNTS[Role.LEADER]) as client:
        for method in ("POST", "PATCH", "DELETE"):
            path = "/whep/x" if method == "POST" else "/whep/x/y.z"
            assert client.request(method, path, headers={"Origin": FRIEND}).status_code == 403


def test_no_other_address_is_open_to_a_friend(base: str, machine: httpx.Client) -> None:
    for path in ("/api/v1/cameras", "/camera/x/still.jpg", "/", "/signal"):
        assert ALLOW not in machine.get(path).headers
    assert preflight(base, FRIEND, "/api/v1/feeds/x").status_code in (401, 405)


@pytest.mark.parametrize("text", ["*", "https://a.vn/", "a.vn", "https://A.vn", "ftp://a.vn", "https://a.vn https://b.vn"])
def test_an_origin_that_no_browser_would_send_stops_the_start(text: str) -> None:
    with pytest.raises(ConfigurationError, match="DASHBOARD_WHEP_ORIGINS"):
        origins(text)
