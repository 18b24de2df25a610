"""Cameras for browsers and machines: the list, stills, and WHEP (draft-ietf-wish-whep), so that any WHEP player works."""

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request
from pydantic import BaseModel
from starlette.responses import Response

from dashboard.access.viewer import current_viewer
from dashboard.api.answers import PROBLEMS
from dashboard.api.looking import CameraDesk, may_see
from dashboard.boards import Boards
from dashboard.boards.cameras import CameraBoard
from dashboard.camera.registry import Camera
from dashboard.camera.states import SENTENCES, State
from dashboard.errors import CameraError, OfferRefused, RelayFull, RelayUnavailable

SDP = "application/sdp"
OFFER_LARGEST = 100_000
_AGAIN_SOON, _AGAIN_LATER = "2", "10"

CameraKey = Annotated[str, Path(description="key of a camera", pattern=r"^[a-z0-9_]+$")]
SessionKey = Annotated[str, Path(description="`<relay>.<session>`, as in Location", pattern=r"^[A-Za-z0-9_.-]+$")]


class CameraAnswer(BaseModel):
    """One camera as it stands; `still_at` null means that there is no picture yet."""

    camera: str
    name: str
    unit: str
    place: str
    purpose: str
    state: State
    tone: str
    said: str
    still_at: str | None
    still: str
    simulated: bool


class CamerasAnswer(BaseModel):
    """The cameras that the viewer may see."""

    cameras: list[CameraAnswer]


def router(boards: Boards, desk: CameraDesk) -> APIRouter:
    """The routes over these boards."""
    routes = APIRouter(tags=["cameras"], responses=PROBLEMS)

    @routes.get("/api/v1/cameras", summary="The cameras and their states")
    async def cameras() -> CamerasAnswer:
        viewer = current_viewer()
        found = await asyncio.to_thread(boards.cameras)
        return CamerasAnswer(cameras=[_answer(one) for one in found if may_see(viewer, one.camera)])

    @routes.get("/camera/{camera}/still.jpg", summary="The newest still of a camera", response_class=Response)
    async def still(request: Request, camera: CameraKey) -> Response:
        one = _allowed(boards, camera)
        found = await asyncio.to_thread(desk.still, current_viewer(), one, _address(request))
        if found is None:  # asked for just now; there will be one in a moment
            return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Retry-After": _AGAIN_SOON, "Cache-Control": "no-store"})
        headers = {"X-Captured-At": found.taken_at.isoformat(), "Cache-Control": "private, no-store"}
        return Response(found.jpeg, media_type="image/jpeg", headers=headers)

    @routes.post("/whep/{camera}", status_code=HTTPStatus.CREATED, summary="Play a camera (WHEP)", response_class=Response)
    async def play(request: Request, camera: CameraKey) -> Response:
        one = _allowed(boards, camera)
        opened = await _opened(desk, one, request)
        headers = {"Location": f"/whep/{camera}/{opened[0]}", "Cache-Control": "no-store"}
        answer = Response(opened[1], HTTPStatus.CREATED, headers, SDP)
        for link in desk.turn.links():
            answer.headers.append("Link", link)
        return answer

    @routes.delete("/whep/{camera}/{session}", summary="End a session (WHEP)", response_class=Response)
    async def end(camera: CameraKey, session: SessionKey) -> Response:
        _allowed(boards, camera)
        await desk.end(current_viewer(), session)
        return Response()

    return routes


def _allowed(boards: Boards, key: str) -> Camera:
    camera = boards.camera(key)
    if not may_see(current_viewer(), camera):
        raise HTTPException(HTTPStatus.FORBIDDEN, "Tài khoản của bạn không được xem camera này.")
    return camera


async def _opened(desk: CameraDesk, camera: Camera, request: Request) -> tuple[str, str]:
    """The name of the session and the SDP answer. Raises HTTPException for every reason not to play."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != SDP:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Lời mời phải là {SDP}.")
    offer = bytearray()
    async for chunk in request.stream():
        offer += chunk
        if len(offer) > OFFER_LARGEST:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        opened = await desk.open(current_viewer(), camera, bytes(offer), _address(request))
    except OfferRefused as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
    except CameraError as error:
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, SENTENCES[State(error.state)], {"Retry-After": _AGAIN_LATER}) from None
    except RelayUnavailable as error:
        later = _AGAIN_LATER if isinstance(error, RelayFull) else _AGAIN_SOON
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": later}) from None
    return f"{opened.relay}.{opened.session}", opened.answer


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


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
        still_at=one.still_at.isoformat() if one.still_at else None,
        still=f"/camera/{camera.key}/still.jpg",
        simulated=camera.provenance == "simulated",
    )
