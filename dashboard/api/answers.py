"""How the API answers: ETag by the versions of the feeds behind an answer, always with whom it may be shared.

Errors are worded by `web.faults`, as RFC 9457 problems.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel

from dashboard.access.viewer import current_viewer
from dashboard.boards import Boards, Standing
from dashboard.formats import HANOI
from dashboard.web.kept import Kept

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
_CONTENT = {"application/problem+json": {"schema": _PROBLEM_SCHEMA}}
PROBLEMS: dict[int | str, dict[str, Any]] = {status: {"description": said, "content": _CONTENT} for status, said in _SAID.items()}
"""For OpenAPI: what any route may answer instead."""
TOO_OFTEN: dict[int | str, dict[str, Any]] = {
    429: {"description": "asked too often; Retry-After says how long to wait", "content": _CONTENT}
}
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "the copy named by If-None-Match is still right"}}


async def answered(boards: Boards, kept: Kept, request: Request, compute: Callable[[], BaseModel]) -> Response:
    """304 when the client's copy is right, else the answer: the one kept for these versions, or a new one, computed off the event loop."""
    viewer = current_viewer()
    asked = f"{request.url.path}?{request.url.query}|{viewer.role}|{viewer.unit}|{sorted(viewer.scopes)}|{boards.catalog.digest}"
    answer = await kept.get(asked, lambda: compute().model_dump_json().encode())
    headers = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
    if answer.standing.away_since is None:
        headers["ETag"] = tag = _etag(asked, answer.standing)
        if tag in {one.strip() for one in request.headers.get("if-none-match", "").split(",")}:
            return Response(status_code=304, headers=headers)
    # While the database is away what stands here may be older than its versions say: it bears no tag under which it could be kept.
    return Response(answer.body, media_type="application/json", headers=headers)


def _etag(asked: str, standing: Standing) -> str:
    """Of an answer: it changes with the versions of its feeds, with the day (what is late does), with the question and with who asks."""
    return f'W/"{standing.day}-{hashlib.sha256(f"{standing.feeds}|{asked}".encode()).hexdigest()[:24]}"'


def local(instant: datetime | None) -> str | None:
    """An instant in ISO 8601, +07:00."""
    return None if instant is None else instant.astimezone(HANOI).isoformat(timespec="seconds")
