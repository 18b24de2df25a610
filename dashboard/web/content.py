"""`/content`: a page's content alone, for the page that is open already and has heard that its figures changed.

It is drawn once for all who ask for the same address and may see the same, and again only when a feed that it was drawn from has
changed. What names its viewer is never shared: the drawing itself is watched for that.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from dash._utils import to_json
from dash.development.base_component import Component
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.access.answers import problem
from dashboard.access.viewer import Viewer, Watched, current_viewer, set_viewer
from dashboard.boards import Standing
from dashboard.errors import StoreUnavailable
from dashboard.web.drawing import House, Trouble, drawing_of
from dashboard.web.kept import Answer, Kept
from dashboard.web.measure import Meters
from dashboard.web.pressed import best_encoding

ADDRESS, LONGEST = "/content", 2000
STANDING = "X-Standing"
"""Header of an answer, unchanged ones too: what the content stands on, as JSON (see `described`)."""
_MOST_PERSONAL = 4096
_QUERY_LONGEST = 9 * LONGEST + 100
"""Bytes; a letter of Vietnamese takes up to nine, percent-encoded."""


class Named(Exception):
    """What was drawn for all names its viewer."""


class ContentDesk:
    """Draws contents and keeps them; one per process.

    It stands before the routes of the program, as files do: when a feed changes, every open page asks within half a second.
    """

    def __init__(self, app: ASGIApp, house: House, meters: Meters) -> None:
        self._app, self._house, self._meters = app, house, meters
        self._kept = Kept(house.boards, 32 * 1024 * 1024, pack=True)
        self._personal: OrderedDict[Hashable, None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers its one address; everything else passes."""
        if scope["type"] != "http" or scope["path"] != ADDRESS:
            await self._app(scope, receive, send)
            return
        answer: ASGIApp
        try:
            answer = await self._show(scope)
        except HTTPException as refusal:
            answer = problem(refusal.status_code, refusal.detail)
        except StoreUnavailable as error:
            answer = problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": "10"})
        await answer(scope, receive, send)

    async def _show(self, scope: Scope) -> ASGIApp:
        """The content as JSON `{"children": …}`, or 304 when the browser has it; a page that cannot be drawn answers with its status."""
        at = _address(scope["query_string"])
        answer = await self._answer(at, current_viewer())
        asked = dict(scope["headers"])
        encoding = _encoding(asked.get(b"accept-encoding", b""))
        head = answer.heads.get(encoding) or answer.heads.setdefault(encoding, _head(answer, at, encoding))
        if asked.get(b"if-none-match") == _tag(answer):
            return _Sent(HTTPStatus.NOT_MODIFIED, head[:_COMMON], b"")
        return _Sent(HTTPStatus.OK, head, answer.encoded(encoding))

    async def _answer(self, at: str, viewer: Viewer) -> Answer:
        shared = (at, viewer.rights)
        if shared not in self._personal:
            try:
                return await self._kept.get(shared, self._drawer(at, viewer, for_all=True))
            except Named:
                self._personal[shared] = None
                while len(self._personal) > _MOST_PERSONAL:
                    self._personal.popitem(last=False)
        own = (*shared, viewer.person_id, viewer.username, viewer.display_name, viewer.ticket)
        return await self._kept.get(own, self._drawer(at, viewer, for_all=False))

    def _drawer(self, at: str, viewer: Viewer, *, for_all: bool) -> Callable[[], bytes]:
        def draw() -> bytes:
            watched = Watched.of(viewer)
            set_viewer(watched)
            path, _, search = at.partition("?")
            drawn = drawing_of(self._house.find(path, search, watched))
            if isinstance(drawn, Trouble):
                if drawn.status is not HTTPStatus.OK:
                    raise HTTPException(drawn.status, drawn.sentence)
                drawn = drawn.as_component()
            body = serialised(drawn)
            self._meters.drawings.inc()
            if for_all and watched.was_named:
                raise Named
            return body

        return draw


@dataclass(frozen=True, slots=True)
class _Sent:
    """An answer whose headers were worded before: a thousand pages get the same within half a second."""

    status: HTTPStatus
    head: list[tuple[bytes, bytes]]
    body: bytes

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Sends it."""
        await send({"type": "http.response.start", "status": int(self.status), "headers": self.head})
        await send({"type": "http.response.body", "body": self.body if scope["method"] != "HEAD" else b""})


def _head(answer: Answer, at: str, encoding: str) -> list[tuple[bytes, bytes]]:
    """The headers; the first of them, `_COMMON` many, are those that say nothing of a body."""
    words = [
        (b"etag", _tag(answer)),
        (STANDING.lower().encode(), json.dumps(described(answer.standing, at)).encode()),
        (b"cache-control", b"private, no-cache"),
        (b"vary", b"Cookie, Accept-Encoding"),
        (b"content-type", b"application/json"),
        (b"content-length", str(len(answer.encoded(encoding))).encode()),
    ]
    return words if encoding == "identity" else [*words, (b"content-encoding", encoding.encode())]


_COMMON = 4


def _tag(answer: Answer) -> bytes:
    return f'W/"{answer.tag}"'.encode()


@lru_cache(256)
def _encoding(accepted: bytes) -> str:
    return best_encoding(accepted.decode("latin-1"))


def _address(query: bytes) -> str:
    """The address of the page that is asked for. Raises HTTPException."""
    at = _read(query) if len(query) <= _QUERY_LONGEST else ""
    if not at.startswith("/") or len(at) > LONGEST:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "at: the address of a page, path and query")
    return at


@lru_cache(256)
def _read(query: bytes) -> str:
    return QueryParams(query).get("at", "")


def serialised(content: Component) -> bytes:
    """Content as browsers take it."""
    return str(to_json({"children": content})).encode()


def described(standing: Standing, at: str) -> dict[str, object]:
    """A standing as browsers compare it with the state of the signal; `at` is the address of the page that stands on it."""
    away = standing.away_since
    return {
        "at": at,
        "day": standing.day.isoformat(),
        "feeds": dict(standing.feeds),
        "all": standing.everything,
        "away": away.isoformat() if away else None,
    }
