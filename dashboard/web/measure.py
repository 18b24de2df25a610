"""Measures and last resort: counts and times every request by its line in the table of access, and answers what crashed."""

import time
from http import HTTPStatus

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.access.answers import refusal, words
from dashboard.access.gate import ROUTE_KEY
from dashboard.access.roles import kind_of_stranger
from dashboard.web.drawing import report

_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_ANSWERED = "dashboard.answered"


class Meters:
    """The program's own measures; one registry a program, so that two of them in a process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.seconds = Histogram(
            "dashboard_request_seconds",
            "Time to the end of an answer",
            ("route", "method", "status"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.drawings = Counter("dashboard_drawings", "Contents drawn because their figures had changed", registry=self.registry)
        self.open_pages = Gauge("dashboard_open_pages", "Pages that hear of changes", registry=self.registry)
        self.crashes = Counter("dashboard_crashes", "Requests that ended in an unforeseen error", registry=self.registry)
        self.sessions = Gauge("dashboard_sessions", "Sessions used in the last five minutes", registry=self.registry)
        self.data_version = Gauge("dashboard_data_version", "Data version that pages are drawn from", registry=self.registry)
        self.database_up = Gauge("dashboard_database_up", "1 while the database answers", registry=self.registry)
        self.relay_viewers = Gauge(
            "dashboard_relay_viewers",
            "Viewers at a relay, and the loop by which pictures go out (c, python)",
            ("relay", "carrier"),
            registry=self.registry,
        )
        self.relay_drops = Gauge(
            "dashboard_relay_drops", "Losses of our own on the way to those who watch now", ("relay",), registry=self.registry
        )
        self.relay_repairs = Gauge(
            "dashboard_relay_repairs", "Packets sent again to those who watch now", ("relay",), registry=self.registry
        )
        self.feed_age = Gauge("dashboard_feed_age_seconds", "Seconds since a feed's last good run", ("feed",), registry=self.registry)


class Measure:
    """Stands in front of the gate, so that refusals are counted too."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app, self._meters = app, meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Times one request; an error that nobody caught is logged under a reference and answered with it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, statuses = time.perf_counter(), list[int]()

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, note)
        except Exception as error:  # noqa: BLE001 — the last place before the server: a traceback must not reach anybody
            self._meters.crashes.inc()
            if not statuses:
                await crashed(error, scope)(scope, receive, note)
            elif not scope.get(_ANSWERED):
                report(error, page=scope["path"])
        status = statuses[0] if statuses else HTTPStatus.INTERNAL_SERVER_ERROR
        labels = (scope.get(ROUTE_KEY, "(none)"), _method(scope), str(int(status)))
        self._meters.seconds.labels(*labels).observe(time.perf_counter() - began)


def crashed(error: Exception, scope: Scope) -> Response:
    """Logs an unforeseen error once and makes the answer that names its reference, and nothing else about it."""
    scope[_ANSWERED] = True
    reference = report(error, page=scope["path"])
    sentence = f"{words(HTTPStatus.INTERNAL_SERVER_ERROR)[1]} Mã lỗi: {reference}."
    return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, kind_of_stranger(scope["path"]), sentence)


def _method(scope: Scope) -> str:
    # Anything may stand where the method should; a label per invention would fill the memory.
    return scope["method"] if scope["method"] in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"
