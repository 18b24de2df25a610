"""Every address of the built program × every role, against what each role may do as a person would write it down."""

import re
from collections.abc import Iterable, Iterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from dashboard import web
from dashboard.access import tokens
from dashboard.access.looking import CameraDesk
from dashboard.access.roles import ROUTES, Permission, Role, find_route
from dashboard.boards import Boards
from dashboard.camera.exchange import Exchange
from dashboard.errors import ConfigurationError
from dashboard.pages import all_pages
from dashboard.settings import CHECKOUT, Settings
from dashboard.store import Store
from dashboard.wall.desk import WallDesk
from dashboard.wall.plan import load_walls
from dashboard.wall.scenes import all_kinds
from dashboard.web import Page
from dashboard.web.static import Static
from tests.web.conftest import PAGES, overview
from tests.web.running import ACCOUNTS, all_routers, browser, signed_in

# Written by hand, not taken from roles.py: the test is worth nothing if it asks the table what the table says.
_WALL = {Permission.SEE_WALL}
_HOLDS = (Permission.SEE_QUARANTINE, Permission.REPLAY)
_CLERK = {Permission.SEE_CAMERAS, Permission.SEE_EVIDENCE, Permission.SEE_SUBMISSIONS, Permission.HAND_IN}
_HUMAN = {Permission.SEE_FIGURES, Permission.DOWNLOAD, Permission.API_READ, Permission.SIGN_OUT, Permission.SAVE_GROUPS}
MAY = {
    Role.ADMINISTRATOR: _HUMAN
    | _WALL
    | {Permission.SEE_CAMERAS, Permission.SEE_EVIDENCE, *_HOLDS, Permission.SEE_METRICS}
    | {Permission.SHARE_GROUPS, Permission.REMOVE_GROUPS, Permission.DISMISS_SIGNS, Permission.MANAGE_CAMERAS, Permission.MANAGE_PEOPLE}
    | {Permission.SEE_SUBMISSIONS, Permission.HAND_IN, Permission.APPROVE},
    Role.WORKING_GROUP: _HUMAN
    | _WALL
    | {Permission.SEE_CAMERAS, Permission.SEE_EVIDENCE, Permission.SEE_SUBMISSIONS}
    | {*_HOLDS, Permission.SHARE_GROUPS, Permission.DISMISS_SIGNS},
    Role.LEADER: _HUMAN | _WALL | {Permission.SEE_CAMERAS, Permission.SEE_EVIDENCE, Permission.SEE_SUBMISSIONS},
    Role.PROVINCE: _HUMAN | _CLERK,
    Role.PROVINCE_APPROVER: _HUMAN | _CLERK | {Permission.APPROVE},
    Role.WALL_DEVICE: _WALL | {Permission.SIGN_OUT},
}
OPEN = {
    "/healthz",
    "/readyz",
    "/dang-nhap",
    "/wall/chinh",
    "/wall/chinh/pairing",
    "/assets/wall.js",
    "/assets/wall-cameras.js",
    "/assets/live.js",
}
SAMPLES = {
    "unit": "an_giang_2025",
    "indicator": "x",
    "ranking": "766",
    "figure": "x",
    "form": "csv",
    "camera": "x",
    "session": "x.y",
    "wall": "chinh",
    "number": "0",
    "feed": "x",
    "group": "hop_2020_09_11",
    "rule": "axis_paper",
    "username": "khong.co",
    "name": "khong-co",
    "submission": "1",
    "report": "x",
}
GATEWAYS = {"/v1/sendEdoc", "/v1/updateStatus"}
"""Doors that ask for a key of their own: a person's session is a stranger there."""
NOT_OURS = {"/_reload-hash", "/_favicon.ico"}
"""Addresses that Dash registers and the table leaves out, so that they are refused."""


@pytest.fixture
def app(settings: Settings, store: Store, boards: Boards) -> ASGIApp:
    """The real program: all pages, the whole API."""
    pages = all_pages()
    loaded = load_walls(CHECKOUT / "data" / "walls.toml", all_kinds(), boards.catalog.rankings)
    walls = WallDesk(store, boards, loaded, CameraDesk(store, Exchange(store)))
    return web.build(settings, store, boards, pages or PAGES, [*all_routers(store, boards), *walls.routers()])


def layers(app: ASGIApp) -> Iterator[ASGIApp]:
    """The program's layers from the outside in."""
    layer: ASGIApp | None = app
    while layer is not None:
        yield layer
        layer = getattr(layer, "_app", None)


def addresses(app: ASGIApp) -> list[tuple[str, str]]:
    """(method, address) of everything that was built: routes of pages, API and Dash, and files."""
    server = next(layer for layer in layers(app) if isinstance(layer, FastAPI))
    static = next(layer for layer in layers(app) if isinstance(layer, Static))
    routes = list(all_routes(server.routes))
    assert {"/", "/dang-nhap", "/healthz", "/api/v1/units", "/_dash-layout"} <= {route.path for route in routes}
    found = {(method, route.path) for route in routes for method in (route.methods or ()) if method not in ("HEAD", "OPTIONS")}
    return sorted(found) + [("GET", address) for address in sorted(static._files)]


def all_routes(routes: Iterable[BaseRoute]) -> Iterator[Route]:
    """The routes of a router and of all routers in it."""
    for route in routes:
        if isinstance(route, Route):
            yield route
        elif isinstance(route, WebSocketRoute):
            assert find_route(route.path) is not None, f"{route.path}: a websocket of which the table knows nothing"
        else:
            # Anything else must be an included router: a mount fails here.
            yield from all_routes(route.original_router.routes)  # type: ignore[attr-defined]


def filled(path: str) -> str:
    """A route's path with samples in the place of its variables."""
    return re.sub(r"\{(\w+)(?::path)?\}", lambda match: SAMPLES[match[1]], path)


def test_every_address_is_in_the_table_or_known_to_be_refused(app: ASGIApp) -> None:
    strangers = {path for _, path in addresses(app) if find_route(filled(path)) is None}
    assert strangers == NOT_OURS


def test_every_address_answers_each_role_as_it_should(app: ASGIApp, base: str) -> None:
    asked = [(method, filled(path)) for method, path in addresses(app) if path != "/dang-xuat"]
    faults = []
    for role in Role:
        with signed_in(base, ACCOUNTS[role]) as client:
            for method, path in asked:
                status = client.request(method, path, headers={"Content-Type": "application/json"}).status_code
                route = find_route(path, method=method)
                allowed = route is not None and (route.permission is None or route.permission in MAY[role])
                # An address that is allowed may still answer 404 or 400 by itself: a sample need not exist.
                refused = 401 if path in GATEWAYS else 403 if route else 404
                right = status not in (401, 403, 405, 303) or path in OPEN if allowed else status == refused
                if not right:
                    faults.append((role, method, path, status))
            assert client.post("/dang-xuat").status_code == 303
            assert client.get("/api/v1/units").status_code == 401
    assert faults == []


def test_without_login_only_the_open_addresses_answer(app: ASGIApp, base: str) -> None:
    with browser(base) as client:
        for method, path in [(method, filled(path)) for method, path in addresses(app)]:
            status = client.request(method, path, headers={"Accept-Encoding": "identity"}).status_code
            may_be_open = path in OPEN or path.startswith("/assets/fonts/") or re.fullmatch(r"/assets/[^/]+\.(css|svg|ico)", path)
            if not may_be_open:
                assert status in (303, 401), (method, path, status)


def test_the_open_lines_of_the_table_are_these_and_no_others() -> None:
    assert {route.pattern.replace("{wall}", "chinh") for route in ROUTES if route.permission is None} == {
        *OPEN, "/assets/fonts/{file:path}", "/assets/{file}.css", "/assets/{file}.svg", "/assets/{file}.ico",
    }  # fmt: skip


def test_a_route_that_has_no_line_in_the_table_is_refused(app: ASGIApp, base: str) -> None:
    server = next(layer for layer in layers(app) if isinstance(layer, FastAPI))
    server.add_api_route("/moi", lambda: "secret", methods=["GET"])
    assert httpx.get(base + "/moi").status_code == 303
    with signed_in(base, ACCOUNTS[Role.ADMINISTRATOR]) as client:
        assert client.get("/moi").status_code == 404


def test_a_page_that_has_no_line_in_the_table_stops_the_start(settings: Settings, store: Store, boards: Boards) -> None:
    with pytest.raises(ConfigurationError, match=r"page new: /moi has no line"):
        web.build(settings, store, boards, [Page("new", "/moi", "Mới", overview)], [])


@pytest.mark.parametrize(("scope", "opened"), [("read", {"/api/v1/units"}), ("metrics", {"/metrics"}), ("feed:document_axis", set())])
def test_a_token_opens_its_scope_and_nothing_else(base: str, store: Store, scope: str, opened: set[str]) -> None:
    headers = {"Authorization": f"Bearer {tokens.issue(store, 'máy', [scope])}"}
    for path in ("/api/v1/units", "/metrics", "/", "/_dash-layout"):
        status = httpx.get(base + path, headers=headers).status_code
        assert status == (200 if path in opened else 403), path
