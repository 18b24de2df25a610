"""The gate, over http and websocket: who passes, how the others are refused, and what a browser cannot be made to do."""

import json
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from dashboard.access import sessions, tokens
from dashboard.access.gate import Gate
from dashboard.access.roles import ROUTES, Kind, Permission, Role, Route
from dashboard.access.sessions import Doorkeeper
from dashboard.access.viewer import current_viewer
from dashboard.store import Store, accounts
from tests.web.running import ACCOUNTS, open_accounts, served

SOCKET = Route("/_dash-ws-callback", frozenset({"GET"}), Permission.SEE_FIGURES, Kind.WEBSOCKET)


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    """A program that lets everybody do everything, and says who they are."""
    if scope["type"] == "lifespan":
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": current_viewer().username})
        await send({"type": "websocket.close", "code": 1000})
    else:
        name = current_viewer().username if scope["path"] != "/healthz" else "anybody"
        start: Message = {"type": "http.response.start", "status": 200, "headers": []}
        await send(start)
        await send({"type": "http.response.body", "body": name.encode()})


@pytest.fixture
def base(store: Store) -> Iterator[str]:
    """The gate over a socket, with one websocket in its table."""
    with served(Gate(inner, Doorkeeper(store, lambda unit: frozenset({unit})), (*ROUTES, SOCKET))) as address:
        yield address


@pytest.fixture
def cookies(store: Store) -> dict[Role, dict[str, str]]:
    """A session cookie for each role."""
    made = {}
    open_accounts(store)
    for role, name in ACCOUNTS.items():
        found = accounts.find_person(store, name)
        assert found is not None
        made[role] = {"phien": sessions.begin(store, found[0], "", timedelta(hours=1))}
    return made


def test_a_stranger_is_sent_to_the_login_page_and_back(base: str) -> None:
    answer = httpx.get(base + "/tinh/an_giang_2025?ky=2025-10&so=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/dang-nhap?tiep=/tinh/an_giang_2025%3Fky%3D2025-10%26so%3D1"
    assert httpx.get(base + "/").headers["location"] == "/dang-nhap"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/units"),
        ("GET", "/metrics"),
        ("POST", "/_dash-update-component"),
        ("GET", "/assets/app.js"),
        ("GET", "/api/secret"),
        ("POST", "/"),
    ],
)
def test_a_strange_machine_is_told_401(base: str, method: str, path: str) -> None:
    answer = httpx.request(method, base + path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    if path != "/":
        assert answer.headers["content-type"] == "application/problem+json"
        assert json.loads(answer.text)["status"] == 401


def test_what_is_not_in_the_table_is_refused(base: str, cookies: dict[Role, dict[str, str]]) -> None:
    for path in ("/moi", "/_reload-hash", "/_dash-ws", "/api/v2/units", "//", "/tinh/a/b", "/xep-hang/", "/XEP-HANG", "/%2e%2e/etc"):
        assert httpx.get(base + path, cookies=cookies[Role.ADMINISTRATOR]).status_code == 404, path
        assert httpx.get(base + path).status_code in (303, 401), path


def test_a_method_that_is_not_in_the_table_is_refused(base: str, cookies: dict[Role, dict[str, str]]) -> None:
    answer = httpx.put(base + "/xep-hang", cookies=cookies[Role.ADMINISTRATOR], headers={"Origin": base})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert httpx.post(base + "/healthz").status_code == 405


@pytest.mark.parametrize("cookie", ["", "phien=", "phien=abc", 'phien="; a=b', "phien=" + "x" * 5000, "__Host-phien=abc"])
def test_a_cookie_that_nobody_gave_opens_nothing(base: str, cookie: str) -> None:
    assert httpx.get(base + "/api/v1/units", headers={"Cookie": cookie}).status_code == 401


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1", "", None])
def test_another_site_cannot_act_for_a_person(base: str, cookies: dict[Role, dict[str, str]], origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin}
    answer = httpx.post(base + "/_dash-update-component", cookies=cookies[Role.LEADER], headers=headers)
    assert answer.status_code == 403
    assert httpx.post(base + "/_dash-update-component", cookies=cookies[Role.LEADER], headers={"Origin": base}).text == "thu.leader"
    same_site = {"Sec-Fetch-Site": "same-origin"}
    assert httpx.post(base + "/_dash-update-component", cookies=cookies[Role.LEADER], headers=same_site).text == "thu.leader"


def test_a_token_is_judged_alone_and_opens_the_api_only(base: str, store: Store, cookies: dict[Role, dict[str, str]]) -> None:
    bearer = {"Authorization": f"Bearer {tokens.issue(store, 'excel', ['read'])}"}
    assert httpx.get(base + "/api/v1/units", headers=bearer).text == "excel"
    assert httpx.get(base + "/xep-hang", headers=bearer).status_code == 403
    assert httpx.post(base + "/_dash-update-component", headers=bearer).status_code == 403
    assert httpx.get(base + "/metrics", headers=bearer).status_code == 403
    for bad in ("Bearer wrong", "Basic YTpi", "Bearer"):
        answer = httpx.get(base + "/api/v1/units", headers={"Authorization": bad}, cookies=cookies[Role.ADMINISTRATOR])
        assert answer.status_code == 401, bad


def test_a_websocket_needs_a_session_and_a_page_of_this_host(base: str, cookies: dict[Role, dict[str, str]]) -> None:
    address = base.replace("http", "ws") + SOCKET.pattern
    mine = {"Cookie": f"phien={cookies[Role.LEADER]['phien']}"}
    wall = {"Cookie": f"phien={cookies[Role.WALL_DEVICE]['phien']}"}
    with connect(address, additional_headers=mine, origin=Origin(base)) as socket:
        assert socket.recv() == "thu.leader"
    for headers, origin in (({}, base), (mine, "http://evil.example"), (mine, None), (wall, base)):
        with (
            pytest.raises(InvalidStatus) as refusal,
            connect(address, additional_headers=headers, origin=Origin(origin) if origin else None),
        ):
            pass
        assert refusal.value.response.status_code == 403
    with pytest.raises(InvalidStatus), connect(base.replace("http", "ws") + "/other", additional_headers=mine, origin=Origin(base)):
        pass


def test_without_its_database_the_gate_opens_only_what_is_open(store: Store) -> None:
    unreachable = Store.open("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
    with served(Gate(inner, Doorkeeper(unreachable, lambda unit: frozenset({unit})))) as base:
        assert httpx.get(base + "/healthz").text == "anybody"
        answer = httpx.get(base + "/xep-hang", cookies={"phien": "x"})
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "10"
    unreachable.close()
