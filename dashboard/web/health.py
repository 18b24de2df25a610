"""How the program is: alive, ready, and in numbers."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from dashboard.camera.exchange import Exchange
from dashboard.errors import StoreUnavailable
from dashboard.store import Store, accounts
from dashboard.store.queries import data_versions
from dashboard.web.measure import Meters

if TYPE_CHECKING:
    from dashboard.boards import Boards

_PRESENT = timedelta(minutes=5)


class Health:
    """`/healthz`, `/readyz`, `/metrics`."""

    def __init__(self, store: Store, boards: "Boards", meters: Meters) -> None:
        self._store, self._boards, self._meters, self._relays = store, boards, meters, Exchange(store)

    def router(self) -> APIRouter:
        """The three routes."""
        routes = APIRouter(include_in_schema=False)
        routes.add_api_route("/healthz", self.alive, methods=["GET", "HEAD"], response_class=PlainTextResponse)
        routes.add_api_route("/readyz", self.ready, methods=["GET", "HEAD"], response_class=JSONResponse)
        routes.add_api_route("/metrics", self.metrics, methods=["GET"], response_class=PlainTextResponse)
        return routes

    async def alive(self) -> Response:
        """200 while the event loop turns."""
        return PlainTextResponse("ok\n")

    async def ready(self) -> Response:
        """200 while pages can be served, from old figures too; 503 when there are none. The body says what ails."""
        body = await asyncio.to_thread(self._condition)
        status = HTTPStatus.OK if body["ready"] else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse(body, status, {"Cache-Control": "no-store"})

    async def metrics(self) -> Response:
        """Prometheus text."""
        await asyncio.to_thread(self._look)
        await self._look_at_relays()
        return Response(generate_latest(self._meters.registry), media_type=CONTENT_TYPE_LATEST)

    def _condition(self) -> dict[str, object]:
        ails: list[str] = []
        changed: dict[str, str] = {}
        try:
            changed = {feed: moment.isoformat() for feed, (_, moment) in data_versions(self._store).items()}
        except StoreUnavailable as error:
            ails.append(str(error))
        try:
            version: int | None = self._boards.version()
        except StoreUnavailable:
            version = None
            ails.append("no figures were read since the start")
        away = self._boards.away_since
        since = {"database_away_since": away.isoformat()} if away else {}
        return {"ready": version is not None, "ails": ails, "data_version": version, "data_changed_at": changed, **since}

    def _look(self) -> None:
        now = datetime.now(UTC)
        try:
            self._meters.sessions.set(accounts.count_sessions(self._store, now - _PRESENT))
            self._meters.data_version.set(self._boards.version())
            for source in self._boards.sources():
                if source.last_good is not None:
                    self._meters.feed_age.labels(source.feed.key).set((now - source.last_good).total_seconds())
            self._meters.database_up.set(1)
        except StoreUnavailable:
            self._meters.database_up.set(0)

    async def _look_at_relays(self) -> None:
        meters = self._meters
        for gauge in (meters.relay_viewers, meters.relay_drops, meters.relay_repairs):
            gauge.clear()  # a relay has a new name at every start
        with suppress(StoreUnavailable):
            for relay, told in (await self._relays.conditions()).items():
                meters.relay_viewers.labels(relay, told["carrier"]).set(float(told["viewers"]))
                meters.relay_drops.labels(relay).set(float(told["dropped"]))
                meters.relay_repairs.labels(relay).set(float(told["repaired"]))
