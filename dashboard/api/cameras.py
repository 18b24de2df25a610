"""Cameras for browsers and machines: the list, stills, and WHEP (draft-ietf-wish-whep), so that any WHEP player works."""

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request
from pydantic import BaseModel
from starlette.responses import Response

from dashboard.access.looking import CameraDesk, may_see
from dashboard.access.viewer import current_viewer
from dashboard.api.answers import PROBLEMS, TOO_OFTEN
from dashboard.boards import Boards
from dashboard.boards.cameras import CameraBoard
from dashboard.camera.registry import Camera, Privacy
from dashboard.camera.states import State
from dashboard.web import signalling

CameraKey = Annotated[str, Path(description="key of a camera", pattern=r"^[a-z0-9_]+$")]
SessionKey = Annotated[str, Path(description="`<relay>.<session>`, as in Location", pattern=r"^[A-Za-z0-9_.-]+$")]


class PictureAnswer(BaseModel):
    """What vision saw when it last looked: how the picture is and since when; people in the waiting zones, by how much that may be wrong,
    and whether somebody is behind a counter, null where that cannot be told."""

    state: str
    since: str
    checked_at: str
    waiting: int | None
    waiting_error: int | None
    is_staffed: bool | None
    evidence: str


class CameraAnswer(BaseModel):
    """One camera as it stands; `still_at` null means that there is no picture yet, `picture` null that vision never looked.

    `since` is when its fault began, `lasting` the same in words, `help` what is to be done; null and empty where there is no fault.
    `has_small` says that it sends a smaller picture, too, for `POST /whep/…?size=small`. `mode` says what of it the asker may see: the
    picture, the picture without its masked areas, or a blurred one. `sight` is what vision saw, in words, while that is fresh.
    """

    camera: str
    name: str
    unit: str
    place: str
    purpose: str
    state: State
    tone: str
    said: str
    since: str | None
    lasting: str
    help: str
    still_at: str | None
    still: str
    has_small: bool
    simulated: bool
    mode: Privacy
    sight: str
    picture: PictureAnswer | None


class CamerasAnswer(BaseModel):
    """The cameras that the viewer may see."""

    cameras: list[CameraAnswer]


def router(boards: Boards, desk: CameraDesk) -> APIRouter:
    """The routes over these boards."""
    routes = APIRouter(tags=["cameras"], responses=PROBLEMS)

    @routes.get("/api/v1/cameras", summary="The cameras and their states")
    async def cameras() -> CamerasAnswer:
        viewer = current_viewer()
        found = await asyncio.to_thread(boards.cameras, viewer.role)
        return CamerasAnswer(cameras=[_answer(one) for one in found if may_see(viewer, one.camera)])

    @routes.get("/camera/{camera}/still.jpg", summary="The newest still of a camera", response_class=Response)
    async def still(request: Request, camera: CameraKey) -> Response:
        return await signalling.still(desk, _allowed(boards, camera), request)

    @routes.get("/camera/{camera}/evidence.jpg", summary="The picture at the last change of a camera's health", response_class=Response)
    async def evidence(request: Request, camera: CameraKey) -> Response:
        return await signalling.evidence(desk, _allowed(boards, camera), request)

    _add_whep(routes, boards, desk)
    return routes


def _add_whep(routes: APIRouter, boards: Boards, desk: CameraDesk) -> None:
    """The WHEP endpoint of each camera, and its sessions."""

    @routes.post(
        "/whep/{camera}", status_code=HTTPStatus.CREATED, summary="Play a camera (WHEP)", response_class=Response, responses=TOO_OFTEN
    )
    async def play(request: Request, camera: CameraKey) -> Response:
        return await signalling.play(desk, _allowed(boards, camera), request, "")

    @routes.options("/whep/{camera}", summary="What a camera takes, and TURN servers (WHEP)", response_class=Response)
    async def ways(camera: CameraKey) -> Response:
        _allowed(boards, camera)
        return signalling.ways(desk)

    @routes.get("/whep/{camera}", status_code=HTTPStatus.NO_CONTENT, include_in_schema=False)
    async def nothing(camera: CameraKey) -> None:
        _allowed(boards, camera)

    @routes.patch(
        "/whep/{camera}/{session}", status_code=HTTPStatus.NO_CONTENT, summary="More candidates (trickle ICE)", response_class=Response
    )
    async def trickle(request: Request, camera: CameraKey, session: SessionKey) -> Response:
        return await signalling.trickle(desk, _allowed(boards, camera), request, session)

    @routes.get(
        "/whep/{camera}/{session}",
        status_code=HTTPStatus.NO_CONTENT,
        summary="Whether a session stands",
        response_class=Response,
        responses={205: {"description": "it does not: begin anew"}},
    )
    async def look(camera: CameraKey, session: SessionKey) -> Response:
        return await signalling.look(desk, _allowed(boards, camera), session)

    @routes.delete("/whep/{camera}/{session}", summary="End a session (WHEP)", response_class=Response)
    async def end(camera: CameraKey, session: SessionKey) -> Response:
        return await signalling.end(desk, _allowed(boards, camera), session)


def _allowed(boards: Boards, key: str) -> Camera:
    camera = boards.camera(key)
    if not may_see(current_viewer(), camera):
        raise HTTPException(HTTPStatus.FORBIDDEN, "Tài khoản của bạn không được xem camera này.")
    return camera


def _answer(one: CameraBoard) -> CameraAnswer:
    camera = one.camera
    return CameraAnswer(
        camera=camera.key,
        name=camera.name_vi,
        unit=camera.unit,
        place=camera.place_vi,
        purpose=camera.purpose_vi,
        state=one.state,
        tone=one.tone,
        said=one.said,
        since=one.since.isoformat() if one.since else None,
        lasting=one.lasting,
        help=one.help,
        still_at=one.still_at.isoformat() if one.still_at else None,
        still=f"/camera/{camera.key}/still.jpg",
        has_small=one.has_small,
        simulated=camera.provenance == "simulated",
        mode=one.mode,
        sight=one.sight,
        picture=_picture(one),
    )


def _picture(one: CameraBoard) -> PictureAnswer | None:
    seen = one.health
    if seen is None:
        return None
    return PictureAnswer(
        state=seen.state,
        since=seen.since.isoformat(),
        checked_at=seen.checked_at.isoformat(),
        waiting=seen.waiting,
        waiting_error=seen.waiting_error,
        is_staffed=seen.is_staffed,
        evidence=f"/camera/{one.camera.key}/evidence.jpg",
    )
