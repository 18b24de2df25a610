"""Live pictures and stills over HTTP, for whichever door has found the viewer allowed: WHEP (draft-ietf-wish-whep) and JPEG."""

import asyncio
from http import HTTPStatus

from fastapi import HTTPException, Request
from starlette.responses import Response

from dashboard.access.looking import CameraDesk
from dashboard.access.viewer import current_viewer
from dashboard.camera.registry import Camera
from dashboard.camera.states import SENTENCES, State
from dashboard.errors import CameraError, OfferRefused, RelayFull, RelayUnavailable

SDP = "application/sdp"
OFFER_LARGEST = 100_000
_AGAIN_SOON, _AGAIN_LATER = "2", "10"


async def play(desk: CameraDesk, camera: Camera, request: Request, base: str) -> Response:
    """201 with the SDP answer; `Location` lies under `base`. Raises HTTPException for every reason not to play."""
    offer = await _offer(request)
    try:
        opened = await desk.open(current_viewer(), camera, offer, _address(request))
    except OfferRefused as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
    except CameraError as error:
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, SENTENCES[State(error.state)], {"Retry-After": _AGAIN_LATER}) from None
    except RelayUnavailable as error:
        later = _AGAIN_LATER if isinstance(error, RelayFull) else _AGAIN_SOON
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": later}) from None
    headers = {"Location": f"{base}/whep/{camera.key}/{opened.relay}.{opened.session}", "Cache-Control": "no-store"}
    answer = Response(opened.answer, HTTPStatus.CREATED, headers, SDP)
    for link in desk.turn.links():
        answer.headers.append("Link", link)
    return answer


async def still(desk: CameraDesk, camera: Camera, request: Request) -> Response:
    """The newest still as JPEG; 204 while there is none: it was asked for just now and will be there in a moment."""
    found = await asyncio.to_thread(desk.still, current_viewer(), camera, _address(request))
    if found is None:
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Retry-After": _AGAIN_SOON, "Cache-Control": "no-store"})
    headers = {"X-Captured-At": found.taken_at.isoformat(), "Cache-Control": "private, no-store"}
    return Response(found.jpeg, media_type="image/jpeg", headers=headers)


async def _offer(request: Request) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != SDP:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Lời mời phải là {SDP}.")
    offer = bytearray()
    async for chunk in request.stream():
        offer += chunk
        if len(offer) > OFFER_LARGEST:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return bytes(offer)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
