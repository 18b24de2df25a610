"""How the API answers: ETag by data version, always with whom it may be shared. Errors are worded by `web.faults`, as RFC 9457 problems."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel

from dashboard.access.viewer import current_viewer
from dashboard.boards import Boards
from dashboard.formats import HANOI

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


class Kept:
    """Answers as bytes, by ETag: written once a data version for all who ask the same and may see the same. For one event loop."""

    def __init__(self, most_bytes: int = 16 * 1024 * 1024) -> None:
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._most, self._held = most_bytes, 0

    def get(self, tag: str) -> bytes | None:
        """The body of that tag, if it is still here."""
        body = self._bodies.get(tag)
        if body is not None:
            self._bodies.move_to_end(tag)
        return body

    def put(self, tag: str, body: bytes) -> None:
        """Keeps a body; those least asked for make room."""
        self._held += len(body) - len(self._bodies.pop(tag, b""))
        self._bodies[tag] = body
        while self._held > self._most:
            self._held -= len(self._bodies.popitem(last=False)[1])


async def answered(boards: Boards, kept: Kept, request: Request, compute: Callable[[], BaseModel]) -> Response:
    """304 when the client's copy is right, else the answer: the one kept for this version, or a new one, computed off the event loop."""
    version = boards.version_in_hand()
    tag = _etag(boards, request, await asyncio.to_thread(boards.version) if version is None else version)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
    if tag in {one.strip() for one in request.headers.get("if-none-match", "").split(",")}:
        return Response(status_code=304, headers=headers)
    body = kept.get(tag)
    if body is None:
        body = await asyncio.to_thread(lambda: compute().model_dump_json().encode())
        if boards.away_since is None:
            kept.put(tag, body)
        else:
            # What stands here may be older than the version says: nobody shall take it for the answer of that version later.
            del headers["ETag"]
    return Response(body, media_type="application/json", headers=headers)


def _etag(boards: Boards, request: Request, version: int) -> str:
    """Of an answer: it changes with the data, with the day (what is late does), with the question and with who asks."""
    viewer, day = current_viewer(), boards.now().astimezone(HANOI).date()
    asked = f"{request.url.path}?{request.url.query}|{viewer.role}|{viewer.unit}|{sorted(viewer.scopes)}|{boards.catalog.digest}"
    return f'W/"{version}-{day}-{hashlib.sha256(asked.encode()).hexdigest()[:16]}"'


def local(instant: datetime | None) -> str | None:
    """An instant in ISO 8601, +07:00."""
    return None if instant is None else instant.astimezone(HANOI).isoformat(timespec="seconds")
