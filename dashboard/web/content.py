"""`/content`: a page's content alone, for the page that is open already and has heard that its figures changed.

It is drawn once for all who ask for the same address and may see the same, and again only when a feed that it was drawn from has
changed. What names its viewer is never shared: the drawing itself is watched for that.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable
from http import HTTPStatus

from dash._utils import to_json
from dash.development.base_component import Component
from starlette.datastructures import Headers, QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import Response
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
        try:
            answer = await self._show(scope)
        except HTTPException as refusal:
            answer = problem(refusal.status_code, refusal.detail)
        except StoreUnavailable as error:
            answer = problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": "10"})
        await answer(scope, receive, send)

    async def _show(self, scope: Scope) -> Response:
        """The content as JSON `{"children": …}`, or 304 when the browser has it; a page that cannot be drawn answers with its status."""
        at = QueryParams(scope["query_string"]).get("at", "")
        if not at.startswith("/") or len(at) > LONGEST:
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "at: the address of a page, path and query")
        answer = await self._answer(at, current_viewer())
        asked = Headers(scope=scope)
        encoding = best_encoding(asked.get("accept-encoding", ""))
        headers = {
            "ETag": f'W/"{answer.tag}"',
            STANDING: json.dumps(described(answer.standing, at)),
            "Cache-Control": "private, no-cache",
            "Vary": "Cookie, Accept-Encoding",
        }
        if asked.get("if-none-match") == headers["ETag"]:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        if encoding != "identity":
            headers["Content-Encoding"] = encoding
        return Response(answer.encoded(encoding), media_type="application/json", headers=headers)

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
