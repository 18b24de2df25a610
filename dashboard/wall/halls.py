"""The cameras of a wall, at addresses of the wall's own.

A display holds SEE_WALL and nothing more, and its cookie counts nowhere but under `/wall/`: so its pictures come from there, too, and are
those of its own wall's scenes. Every look stands in the audit under the display's name.
"""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import JSONResponse, Response

from dashboard.access.looking import CameraDesk, may_see
from dashboard.access.viewer import current_viewer
from dashboard.boards import Boards
from dashboard.boards.cameras import CameraBoard
from dashboard.camera.registry import Camera
from dashboard.errors import NotFound
from dashboard.wall.plan import Wall
from dashboard.web import signalling


def halls_router(boards: Boards, walls: Mapping[str, Wall], desk: CameraDesk) -> APIRouter:
    """The routes under `/wall/<wall>/` for cameras: how they stand, stills, WHEP."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/wall/{wall}/cameras", response_class=JSONResponse)
    async def cameras(wall: str) -> Response:
        found = seen_wall(walls, wall)
        listed = await asyncio.to_thread(boards.cameras, current_viewer().role)
        on_wall = found.cameras([one.camera.key for one in listed])
        shown = [_told(one) for one in listed if one.camera.key in on_wall and _may_see(one.camera)]
        return JSONResponse({"cameras": shown}, headers={"Cache-Control": "no-store"})

    @routes.get("/wall/{wall}/camera/{camera}/still.jpg", response_class=Response)
    async def still(wall: str, camera: str, request: Request) -> Response:
        return await signalling.still(desk, _seen_camera(boards, walls, wall, camera), request)

    _add_whep(routes, boards, walls, desk)
    return routes


def _add_whep(routes: APIRouter, boards: Boards, walls: Mapping[str, Wall], desk: CameraDesk) -> None:
    """The WHEP endpoint of each camera of a wall, and its sessions."""

    @routes.post("/wall/{wall}/whep/{camera}", response_class=Response)
    async def play(wall: str, camera: str, request: Request) -> Response:
        return await signalling.play(desk, _seen_camera(boards, walls, wall, camera), request, f"/wall/{wall}")

    @routes.options("/wall/{wall}/whep/{camera}", response_class=Response)
    async def ways(wall: str, camera: str) -> Response:
        _seen_camera(boards, walls, wall, camera)
        return signalling.ways(desk)

    @routes.get("/wall/{wall}/whep/{camera}", status_code=HTTPStatus.NO_CONTENT)
    async def nothing(wall: str, camera: str) -> None:
        _seen_camera(boards, walls, wall, camera)

    @routes.patch("/wall/{wall}/whep/{camera}/{session}", response_class=Response)
    async def trickle(wall: str, camera: str, session: str, request: Request) -> Response:
        return await signalling.trickle(desk, _seen_camera(boards, walls, wall, camera), request, session)

    @routes.get("/wall/{wall}/whep/{camera}/{session}", response_class=Response)
    async def look(wall: str, camera: str, session: str) -> Response:
        return await signalling.look(desk, _seen_camera(boards, walls, wall, camera), session)

    @routes.delete("/wall/{wall}/whep/{camera}/{session}", response_class=Response)
    async def end(wall: str, camera: str, session: str) -> Response:
        return await signalling.end(desk, _seen_camera(boards, walls, wall, camera), session)


def seen_wall(walls: Mapping[str, Wall], key: str) -> Wall:
    """A wall that the viewer may see. Raises NotFound: to a display of one wall the others are not there."""
    if key not in walls or not current_viewer().may_see_wall(key):
        raise NotFound(f"không có tường “{key[:40]}”")
    return walls[key]


def _seen_camera(boards: Boards, walls: Mapping[str, Wall], wall: str, key: str) -> Camera:
    """Raises NotFound for a camera that this wall does not show, HTTPException for a person who may not see it."""
    if key not in seen_wall(walls, wall).cameras(boards.camera_keys()):
        raise NotFound(f"tường này không có camera “{key[:40]}”")
    camera = boards.camera(key)
    if not _may_see(camera):
        raise HTTPException(HTTPStatus.FORBIDDEN, "Tài khoản của bạn không được xem camera này.")
    return camera


def _may_see(camera: Camera) -> bool:
    """A display was let in to this wall by somebody; a person who looks at it has the rights of every other page."""
    viewer = current_viewer()
    return viewer.via == "device" or may_see(viewer, camera)


def _told(one: CameraBoard) -> dict[str, object]:
    still_at = round(one.still_at.timestamp() * 1000) if one.still_at else None
    fields = {"camera": one.camera.key, "tone": one.tone, "said": one.said, "sight": one.sight}
    return {**fields, "still_at": still_at, "has_small": one.has_small}
