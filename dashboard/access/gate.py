"""The gate: a pure ASGI middleware over http and websocket scopes. Nothing behind it is reached but by a line of the table.

Dash's own hooks skip pages and assets, so that authentication written there is bypassed: it stands here, and only here.
"""

from contextlib import suppress
from functools import partial
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.access.answers import refusal, to_login
from dashboard.access.browser import SAFE_METHODS, comes_from_here, session_cookie
from dashboard.access.displays import device_cookie
from dashboard.access.roles import ROUTES, Kind, Permission, Route, find_route, kind_of_stranger
from dashboard.access.sessions import Credential, Doorkeeper
from dashboard.access.viewer import Viewer, set_viewer
from dashboard.errors import StoreUnavailable

ROUTE_KEY = "dashboard.route"
"""Where the gate leaves the pattern of the matched line in the scope, for measuring."""
JUDGE_KEY = "dashboard.judge"
"""Where the gate leaves its judgement in the scope of a WebSocket, to be asked again while it is open (defect 10 of Dash: a push that
outlives a logout): None while the viewer may go on, else the refusal."""
CLOSE_UNKNOWN, CLOSE_REFUSED, CLOSE_LATER = 4401, 4403, 1013


class Gate:
    """Lets through who may, refuses the rest; `routes` is the table."""

    def __init__(self, app: ASGIApp, keeper: Doorkeeper, routes: tuple[Route, ...] = ROUTES) -> None:
        self._app, self._keeper, self._routes = app, keeper, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a refusal itself, or hands the request on with its viewer set."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] in ("http", "websocket"):
            route = find_route(scope["path"], self._routes, _method(scope))
            scope[ROUTE_KEY] = route.pattern if route else "(none)"
            answer = await self._judge(scope, route)
            if answer is None:
                if scope["type"] == "websocket":
                    scope[JUDGE_KEY] = partial(self._judge, scope, route)
                await self._app(scope, receive, send)
            elif scope["type"] == "http":
                await answer(scope, receive, send)
            else:
                await receive()
                # Closing before accepting makes the server answer the handshake with 403; the code is for servers that pass it on.
                await send({"type": "websocket.close", "code": closing(answer), "reason": ""})

    async def _judge(self, scope: Scope, route: Route | None) -> Response | None:
        """None when the request may pass, otherwise the refusal."""
        set_viewer(None)
        if route is not None and route.permission is None:
            if route.greets:
                await self._greet(scope)
            return None if _method(scope) in route.methods else _wrong_method(route)
        kind = route.kind if route else kind_of_stranger(scope["path"])
        try:
            viewer = await self._recognise(scope, route) or await self._recognise_display(scope, route)
        except StoreUnavailable:
            return refusal(HTTPStatus.SERVICE_UNAVAILABLE, kind, headers={"Retry-After": "10"})
        if viewer is None:
            return _stranger(scope, kind)
        refused = refusal(HTTPStatus.NOT_FOUND, kind) if route is None else _check(scope, route, viewer)
        if refused is None:
            set_viewer(viewer)
        return refused

    async def _greet(self, scope: Scope) -> None:
        # Nobody is refused at an open address: a database that does not answer makes a stranger of everybody.
        with suppress(StoreUnavailable):
            set_viewer(await self._recognise(scope, None) or await self._display(scope))

    async def _recognise_display(self, scope: Scope, route: Route | None) -> Viewer | None:
        # A display's cookie counts at its wall and nowhere else: on any other page its browser is a stranger's.
        is_wall = route is not None and route.permission is Permission.SEE_WALL and "authorization" not in Headers(scope=scope)
        return await self._display(scope) if is_wall else None

    async def _display(self, scope: Scope) -> Viewer | None:
        secret = device_cookie(scope)
        return await self._keeper.viewer(("device", secret)) if secret else None

    async def _recognise(self, scope: Scope, route: Route | None) -> Viewer | None:
        # A request that brings a token is judged by the token alone: a cookie beside it neither helps nor harms.
        headers = Headers(scope=scope)
        if route is not None and route.kind is Kind.GATEWAY:
            key = headers.get("x-secretkey", "").strip()
            return await self._keeper.viewer(("token", key)) if key else None
        authorization = headers.get("authorization")
        if authorization is not None:
            scheme, _, secret = authorization.partition(" ")
            bearer: Credential = ("token", secret.strip())
            return await self._keeper.viewer(bearer) if scheme.lower() == "bearer" and bearer[1] else None
        secret_cookie = session_cookie(scope)
        return await self._keeper.viewer(("session", secret_cookie)) if secret_cookie else None


def _check(scope: Scope, route: Route, viewer: Viewer) -> Response | None:
    method = _method(scope)
    if method not in route.methods:
        return _wrong_method(route)
    if viewer.via == "token" and route.kind not in (Kind.API, Kind.GATEWAY):
        return refusal(HTTPStatus.FORBIDDEN, route.kind, "A token opens the API, not pages.")
    asks_origin = method not in SAFE_METHODS or scope["type"] == "websocket"
    # A browser sends its cookies whoever wrote the page; a token somebody had to put there.
    if viewer.via != "token" and asks_origin and not comes_from_here(scope, without_origin=False):
        return refusal(HTTPStatus.FORBIDDEN, route.kind, "Yêu cầu này không đến từ một trang của hệ thống.")
    if route.permission is None or not viewer.may_somewhere(route.permission):
        return refusal(HTTPStatus.FORBIDDEN, route.kind)
    return None


def _stranger(scope: Scope, kind: Kind) -> Response:
    if kind is Kind.PAGE and _method(scope) in SAFE_METHODS and scope["type"] == "http":
        return to_login(scope["path"], scope["query_string"])
    return refusal(HTTPStatus.UNAUTHORIZED, kind, headers={"WWW-Authenticate": "X-SecretKey" if kind is Kind.GATEWAY else "Bearer"})


def _wrong_method(route: Route) -> Response:
    return refusal(HTTPStatus.METHOD_NOT_ALLOWED, route.kind, headers={"Allow": ", ".join(sorted(route.methods))})


def _method(scope: Scope) -> str:
    return str(scope["method"]) if scope["type"] == "http" else "GET"


def closing(refusal: Response) -> int:
    """The code with which a WebSocket is closed for a refusal."""
    codes = {HTTPStatus.UNAUTHORIZED: CLOSE_UNKNOWN, HTTPStatus.SERVICE_UNAVAILABLE: CLOSE_LATER}
    return codes.get(HTTPStatus(refusal.status_code), CLOSE_REFUSED)
