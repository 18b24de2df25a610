"""Cures for Dash 4.4.1 on FastAPI. Each names its defect (numbers as in docs/architecture.md) and has a test that fails without it.

Cured elsewhere: 3 (page code in threads: program.py), 7 (access in ASGI: access/gate.py), 9 (files precompressed: static.py).
Defect 10, a push that outlives logout, cannot occur: no callback uses the WebSocket, and its endpoint is not registered.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from inspect import iscoroutinefunction
from typing import Any, cast

from dash import Dash, _callback
from dash.backends._fastapi import DashMiddleware, FastAPIDashServer
from dash.exceptions import PreventUpdate
from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.access.answers import problem

CALLBACK = "/_dash-update-component"
BODY_LARGEST = 1_000_000


class LoudMiddleware(DashMiddleware):
    """Defect 6: an error in Dash's own handlers is handed on to be logged, not answered and forgotten."""

    async def _handle_error(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        if isinstance(error, PreventUpdate):
            await Response(status_code=HTTPStatus.NO_CONTENT)(scope, receive, send)
            return
        raise error


class Backend(FastAPIDashServer):
    """Dash's FastAPI backend without the parts that this program does itself, or must not have."""

    websocket_capability = False

    @staticmethod
    def create_app(name: str = "", config: dict[str, Any] | None = None) -> FastAPI:  # noqa: ARG004
        """A FastAPI program without its documentation pages, which fetch scripts from elsewhere."""
        return FastAPI(title="dashboard", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json", redirect_slashes=False)

    def register_assets_blueprint(self, blueprint_name: str, assets_url_path: str, assets_folder: str) -> None:
        """Defect 9: files are served by static.py."""

    def setup_component_suites(self, dash_app: Dash) -> str:  # noqa: ARG002
        """Defect 9, too."""
        return ""

    def setup_index(self, dash_app: Dash) -> None:
        """Every page has a route of its own, added by index.py."""

    def setup_backend(self, dash_app: Dash) -> None:
        """Defect 6: Dash's middleware with its mouth open."""
        self.server.add_middleware(
            LoudMiddleware, dash_app=dash_app, dash_server=self, before_request_funcs=[], after_request_func=None, enable_timing=False
        )

    def _setup_catchall(self) -> None:
        """Defect 8: no route for paths that nobody knows, so that they are 404 and not an empty page."""


def start_up(app: Dash) -> None:
    """Defects 1 and 2: runs what Dash would run inside the first request, which then meets a program half built.

    Dash empties its global registry of callbacks into the first program of a process; it is filled again for a second one.
    """
    callbacks, map_ = list(_callback.GLOBAL_CALLBACK_LIST), dict(_callback.GLOBAL_CALLBACK_MAP)
    scripts = list(_callback.GLOBAL_INLINE_SCRIPTS)
    for function in cast(FastAPIDashServer, app.backend)._before_request_funcs:
        if iscoroutinefunction(function):
            asyncio.run(function())
        else:
            function()
    _callback.GLOBAL_CALLBACK_LIST[:] = callbacks
    _callback.GLOBAL_CALLBACK_MAP.update(map_)
    _callback.GLOBAL_INLINE_SCRIPTS[:] = scripts


class CallbackGuard:
    """Defects 4 and 5: an unreadable callback request is answered 400 (413 when huge), and answers say that they are JSON."""

    def __init__(self, app: ASGIApp, callback_map: Mapping[str, Any]) -> None:
        self._app, self._callbacks = app, callback_map

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Guards the one address of callbacks; everything else passes."""
        if scope["type"] != "http" or scope["path"] != CALLBACK:
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            await problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large.")(scope, receive, send)
        elif not self._is_readable(Headers(scope=scope).get("content-type", ""), body):
            await problem(HTTPStatus.BAD_REQUEST, "The request is not a callback of this program.")(scope, receive, send)
        else:
            await self._app(scope, _replay(body, receive), _typed(send))

    def _is_readable(self, content_type: str, body: bytes) -> bool:
        if not content_type.startswith("application/json"):
            return False
        try:
            request = json.loads(body)
        except (ValueError, RecursionError):
            return False
        if not isinstance(request, dict) or not isinstance(request.get("output"), str):
            return False
        return request["output"] in self._callbacks and _is_list_of_inputs(request.get("inputs"))


def _is_list_of_inputs(inputs: object) -> bool:
    return isinstance(inputs, list) and all(isinstance(each, dict | list) for each in inputs)


async def _read(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_LARGEST:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return messages.pop() if messages else await receive()

    return replayed


def _typed(send: Send) -> Send:
    async def typed(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] != HTTPStatus.NO_CONTENT:
            MutableHeaders(scope=message).setdefault("content-type", "application/json")
        await send(message)

    return typed


def log_errors(report: Callable[..., str], show: Callable[[str], None]) -> Callable[[Exception], None]:
    """Defect 6: an `on_error` for Dash that logs; `show` tells the person which reference to name."""

    def on_error(error: Exception) -> None:
        show(report(error, page="callback"))

    return on_error
