"""How the API answers: errors as RFC 9457 problems, ETag by data version, always with whom it may be shared."""

import hashlib
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from dashboard.access.answers import problem
from dashboard.access.viewer import Viewer
from dashboard.boards import Boards
from dashboard.errors import NotFound, PeriodError, StoreUnavailable, UnitAmbiguous, UnitUnknown
from dashboard.formats import HANOI

_STATUS: dict[type[Exception], int] = {NotFound: 404, UnitUnknown: 404, UnitAmbiguous: 422, PeriodError: 422, StoreUnavailable: 503}

_PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "names what was wrong, in Vietnamese or English"},
    },
}
_SAID = {
    401: "not signed in",
    403: "not allowed",
    404: "no such ranking, indicator, unit, figure or period",
    422: "a parameter that cannot be read or granted",
    503: "the database does not answer and nothing is known yet",
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": said, "content": {"application/problem+json": {"schema": _PROBLEM_SCHEMA}}} for status, said in _SAID.items()
}
"""For OpenAPI: what any route may answer instead."""
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "the copy named by If-None-Match is still right"}}


class ProblemRoute(APIRoute):
    """A route whose errors become problem documents that name what was wrong."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, with our errors worded."""
        answer = super().get_route_handler()

        async def worded(request: Request) -> Response:
            try:
                return await answer(request)
            except RequestValidationError as error:
                first = error.errors()[0]
                return problem(422, f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}")
            except tuple(_STATUS) as error:
                return problem(_STATUS[type(error)], str(error))

        return worded


def etag(boards: Boards, request: Request, viewer: Viewer) -> str:
    """Of an answer: it changes with the data, with the day (what is late does), with the question and with who asks."""
    day = boards.now().astimezone(HANOI).date()
    asked = f"{request.url.path}?{request.url.query}|{viewer.role}|{viewer.unit}|{sorted(viewer.scopes)}|{boards.catalog.digest}"
    return f'W/"{boards.version()}-{day}-{hashlib.sha256(asked.encode()).hexdigest()[:16]}"'


def unchanged(boards: Boards, request: Request, response: Response, viewer: Viewer) -> bool:
    """Sets ETag and caching; True when the client's copy is still right and 304 is the whole answer."""
    tag = etag(boards, request, viewer)
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, Authorization"
    known = request.headers.get("if-none-match", "")
    return tag in {one.strip() for one in known.split(",")}


def local(instant: datetime | None) -> str | None:
    """An instant in ISO 8601, +07:00."""
    return None if instant is None else instant.astimezone(HANOI).isoformat(timespec="seconds")
