"""The wall's addresses: the page itself, who is let in, what the clock says, and the scenes as HTML; its cameras are in `halls.py`."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from dashboard.access import displays
from dashboard.access.answers import problem
from dashboard.access.browser import address, comes_from_here
from dashboard.access.displays import device_cookie, give_device_cookie
from dashboard.access.looking import CameraDesk
from dashboard.access.throttle import Pace
from dashboard.access.viewer import current_viewer, viewer_if_known
from dashboard.boards import Boards
from dashboard.boards.memory import Memory
from dashboard.charts.markup import Markup
from dashboard.errors import NotFound, UnitUnknown
from dashboard.formats import HANOI, moment
from dashboard.store import Store
from dashboard.store.walls import Asking
from dashboard.wall.document import wall_html
from dashboard.wall.halls import halls_router, seen_wall
from dashboard.wall.kind import Sight
from dashboard.wall.parts import nothing_yet
from dashboard.wall.plan import Wall

SERVER_TIME = "X-Server-Time"
"""Header of the state's answers, unchanged ones too: milliseconds since 1970 by the server's clock."""

_NOT_KEPT = {"Cache-Control": "no-store"}
_TURNS_KEPT = 4


@dataclass(frozen=True)
class WallDesk:
    """Where displays ask; one per process."""

    store: Store
    boards: Boards
    walls: Mapping[str, Wall]
    cameras: CameraDesk
    pace: Pace = field(default_factory=lambda: Pace(at_once=20, seconds=15))

    def routers(self) -> list[APIRouter]:
        """The routes under `/wall/`."""
        return [self._router(), halls_router(self.boards, self.walls, self.cameras)]

    def _router(self) -> APIRouter:
        routes = APIRouter(include_in_schema=False)
        routes.add_api_route("/wall/{wall}", self.show, methods=["GET", "HEAD"], response_class=HTMLResponse)
        routes.add_api_route("/wall/{wall}/pairing", self.look, methods=["GET"], response_class=JSONResponse)
        routes.add_api_route("/wall/{wall}/pairing", self.ask, methods=["POST"], response_class=JSONResponse)
        routes.add_api_route("/wall/{wall}/state", self.state, methods=["GET", "HEAD"], response_class=JSONResponse)
        routes.add_api_route("/wall/{wall}/scene/{number}", self.scene, methods=["GET", "HEAD"], response_class=HTMLResponse)
        return routes

    @cached_property
    def documents(self) -> Mapping[str, tuple[str, str]]:
        """Each wall's page with its version: the same for everybody, so it holds nothing but the scenes' titles."""
        return {key: wall_html(wall) for key, wall in self.walls.items()}

    @cached_property
    def drawn(self) -> Memory:
        """Scenes as HTML: however many displays hang in a hall, each scene is drawn once."""
        return Memory(self.boards.versions, pause=0.0)

    async def show(self, wall: str) -> Response:
        """The page, open to all: its script asks who it is, and shows a code or the scenes."""
        return HTMLResponse(self.documents[self._wall(wall).key][0])

    async def look(self, wall: str, request: Request) -> Response:
        """Whether this browser may see the wall; if not, the code that it shows, if it has one."""
        self._wall(wall)
        viewer, secret = viewer_if_known(), device_cookie(request.scope)
        if viewer is not None and viewer.may_see_wall(wall):
            return JSONResponse({"state": "open"}, headers=_NOT_KEPT)
        asking = await asyncio.to_thread(displays.asking_of, self.store, secret) if secret else None
        return _told(asking if asking is not None and asking.wall == wall else None)

    async def ask(self, wall: str, request: Request) -> Response:
        """A code for a display; a second asking while the first code lives gives the same one."""
        self._wall(wall)
        if not comes_from_here(request.scope, without_origin=False):
            return problem(HTTPStatus.FORBIDDEN, "Only the wall's own page asks for a code.")
        secret = device_cookie(request.scope) or displays.new_secret()
        asking = await asyncio.to_thread(displays.asking_of, self.store, secret)
        if asking is None or asking.wall != wall:
            wait = self.pace.wait(address(request.scope))
            if wait:
                return problem(HTTPStatus.TOO_MANY_REQUESTS, "Too many displays ask from this address.", {"Retry-After": str(wait)})
            asking = await asyncio.to_thread(displays.ask, self.store, secret, wall, address(request.scope))
        answer = _told(asking)
        give_device_cookie(answer, request.scope, secret)
        return answer

    async def state(self, wall: str, request: Request) -> Response:
        """What a display must know, as JSON; the server's time in a header, so that an unchanged answer tells it too."""
        found = self._seen(wall)
        body = json.dumps(await asyncio.to_thread(self._state, found), ensure_ascii=False).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache", SERVER_TIME: str(round(self.boards.now().timestamp() * 1000))}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        answer = Response(body, media_type="application/json", headers=headers)
        secret = device_cookie(request.scope)
        if secret and current_viewer().via == "device":
            give_device_cookie(answer, request.scope, secret)
        return answer

    async def scene(self, wall: str, number: int, request: Request, turn: int = 0) -> Response:
        """One scene as HTML; `turn` is the round that the wall is in. Raises NotFound."""
        found = self._seen(wall)
        if not 0 <= number < len(found.scenes):
            raise NotFound(f"wall {wall} has no scene {number}")
        base = str(request.base_url).rstrip("/")
        return HTMLResponse(await asyncio.to_thread(self._drawn, found, number, turn, base), headers=_NOT_KEPT)

    def _state(self, wall: Wall) -> dict[str, object]:
        version, away = self.boards.version(), self.boards.away_since
        return {
            "program": self.documents[wall.key][1],
            # What is late changes with the day, and the picture must not wait for new figures to say so.
            "data": f"{version}.{self.boards.now().astimezone(HANOI):%Y%m%d}",
            "durations": [scene.seconds for scene in wall.scenes],
            "away": f"Cơ sở dữ liệu không trả lời từ {moment(away)}: đang hiện số liệu đã có." if away else None,
        }

    def _drawn(self, wall: Wall, number: int, turn: int, base: str) -> Markup:
        """Kept for its turn, the data version and the minute. A few turns beside each other are kept, since a display asks ahead."""
        minute = int(self.boards.now().timestamp() // 60)
        key = (wall.key, number, turn % _TURNS_KEPT, base)
        return self.drawn.keep(key, lambda: self._draw(wall, number, turn, base), when=(turn, minute))

    def _draw(self, wall: Wall, number: int, turn: int, base: str) -> Markup:
        scene = wall.scenes[number]
        try:
            return scene.kind.draw(Sight(self.boards, scene.fields, turn, base))
        except (NotFound, UnitUnknown) as missing:
            return nothing_yet(scene.kind.title, str(missing))

    def _wall(self, key: str) -> Wall:
        if key not in self.walls:
            raise NotFound(f"không có tường “{key[:40]}”")
        return self.walls[key]

    def _seen(self, key: str) -> Wall:
        return seen_wall(self.walls, key)


def _told(asking: Asking | None) -> JSONResponse:
    if asking is None:
        return JSONResponse({"state": "unknown"}, headers=_NOT_KEPT)
    left = max(0, int((asking.expires_at - datetime.now(UTC)).total_seconds()))
    return JSONResponse({"state": "waiting", "code": asking.code, "seconds": left}, headers=_NOT_KEPT)
