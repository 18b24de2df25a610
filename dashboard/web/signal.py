"""`/signal`: tells open pages over a WebSocket that figures have changed, and over HTTP those whose network knows no WebSocket."""

import asyncio
import random
import time
from contextlib import suppress
from http import HTTPStatus

from fastapi import APIRouter, WebSocket
from starlette.responses import Response
from starlette.websockets import WebSocketDisconnect

from dashboard.access.answers import problem
from dashboard.access.gate import JUDGE_KEY, closing
from dashboard.access.viewer import current_viewer
from dashboard.web.hub import Ear, Hub

ADDRESS = "/signal"
CHECK_EVERY = 4.0
"""Seconds after which an open socket is judged anew: whoever signed out, or lost the right, hears nothing after five."""
BEAT_EVERY = 20.0
"""Seconds after which the state is told even when it is the same: so a page knows that the line still stands, and so does a proxy."""
CLOSE_TOO_MANY, CLOSE_NOT_ASKED = 4429, 1008


class SignalDesk:
    """The two doors of `/signal`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def router(self) -> APIRouter:
        """The routes; the hub runs as long as the program that includes them."""
        routes = APIRouter(include_in_schema=False, lifespan=self._hub.running)
        routes.add_api_websocket_route(ADDRESS, self.push)
        routes.add_api_route(ADDRESS, self.state, methods=["GET", "HEAD"], response_class=Response)
        return routes

    async def state(self) -> Response:
        """The state, once."""
        if not self._hub.said:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "Nothing is known yet.", {"Retry-After": "2"})
        return Response(self._hub.said, media_type="application/json", headers={"Cache-Control": "no-store"})

    async def push(self, socket: WebSocket) -> None:
        """The state, at once and whenever it changes, until one of the two sides is gone."""
        viewer = current_viewer()
        with self._hub.ear(f"{viewer.via} {viewer.username}") as ear:
            if ear is None:
                await socket.close(CLOSE_TOO_MANY)
                return
            await socket.accept()
            listening = asyncio.create_task(_until_gone(socket, ear))
            try:
                with suppress(WebSocketDisconnect, RuntimeError):  # gone while being spoken to
                    await self._talk(socket, ear)
            finally:
                listening.cancel()

    async def _talk(self, socket: WebSocket, ear: Ear) -> None:
        judge, told, told_at = socket.scope[JUDGE_KEY], "", time.monotonic()
        # Each socket has a beat of its own, so that a thousand are not judged in the same instant.
        check_every = CHECK_EVERY - random.random()
        judged_at = time.monotonic()
        while not ear.is_gone:
            now = time.monotonic()
            if now - judged_at >= check_every:
                refusal, judged_at = await judge(), now
                if refusal is not None:
                    await socket.close(closing(refusal))
                    return
            if self._hub.said not in ("", told) or now - told_at >= BEAT_EVERY:
                told, told_at = self._hub.said, now
                await socket.send_text(told)
            with suppress(TimeoutError):
                async with asyncio.timeout(judged_at + check_every - now):
                    await ear.wake.wait()
            ear.wake.clear()


async def _until_gone(socket: WebSocket, ear: Ear) -> None:
    """Waits for the end of the other side. Nothing is asked here: who speaks is not one of our pages."""
    try:
        message = await socket.receive()
        if message["type"] != "websocket.disconnect":
            await socket.close(CLOSE_NOT_ASKED)
    finally:
        ear.leave()
