"""Live pictures and stills over HTTP, for whichever door has found the viewer allowed: WHEP (draft-ietf-wish-whep) and JPEG."""

import asyncio
from http import HTTPStatus

from fastapi import HTTPException, Request
from starlette.responses import Response

from dashboard.access.looking import CameraDesk
from dashboard.access.viewer import current_viewer
from dashboard.camera.exchange import LARGE, SMALL
from dashboard.camera.registry import Camera
from dashboard.camera.states import SENTENCES, State
from dashboard.errors import CameraError, NotFound, OfferRefused, RelayFull, RelayUnavailable

SDP, FRAGMENT = "application/sdp", "application/trickle-ice-sdpfrag"
OFFER_LARGEST, FRAGMENT_LARGEST = 100_000, 20_000
_AGAIN_SOON, _AGAIN_LATER = "2", "10"
_PATCHES = {"Accept-Patch": FRAGMENT}


def ways(desk: CameraDesk) -> Response:
    """What an endpoint says of itself (OPTIONS): what it takes, and the TURN servers, for players that must know them before they offer."""
    answer = Response(status_code=HTTPStatus.OK, headers={"Accept-Post": SDP, "Cache-Control": "no-store", **_PATCHES})
    return _with_links(answer, desk)


async def play(desk: CameraDesk, camera: Camera, request: Request, base: str) -> Response:
    """201 with the SDP answer; `Location` lies under `base`. Raises HTTPException for every reason not to play.

    `?size=small` says that the picture is shown small.
    """
    wait = desk.pace.wait(current_viewer().username)
    if wait:
        raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, "Đã mở quá nhiều phiên xem liền nhau: chờ một lát.", {"Retry-After": str(wait)})
    size = SMALL if request.query_params.get("size") == SMALL else LARGE
    offer = await _body(request, SDP, OFFER_LARGEST)
    try:
        opened = await desk.open(current_viewer(), camera, offer, _address(request), size)
    except OfferRefused as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
    except CameraError as error:  # as the draft has it for a stream that is not live: come again
        raise HTTPException(HTTPStatus.CONFLICT, SENTENCES[State(error.state)], {"Retry-After": _AGAIN_LATER}) from None
    except RelayUnavailable as error:
        later = _AGAIN_LATER if isinstance(error, RelayFull) else _AGAIN_SOON
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": later}) from None
    name = f"{opened.relay}.{opened.session}"
    headers = {"Location": f"{base}/whep/{camera.key}/{name}", "ETag": _tag(name), "Cache-Control": "no-store", **_PATCHES}
    return _with_links(Response(opened.answer, HTTPStatus.CREATED, headers, SDP), desk)


async def trickle(desk: CameraDesk, camera: Camera, request: Request, name: str) -> Response:
    """204 when the candidates were handed on. Raises NotFound, and HTTPException for every other reason why not.

    A session keeps the ICE session that it began with, so its entity tag never changes; a restart is refused, and the session goes on.
    """
    fragment = await _body(request, FRAGMENT, FRAGMENT_LARGEST)
    _check_tag(request, name)
    try:
        await desk.trickle(current_viewer(), camera, name, fragment)
    except OfferRefused as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def look(desk: CameraDesk, camera: Camera, name: str) -> Response:
    """204 while the session stands, 205 when it does not: how a player learns at once that its relay has gone, and is to begin anew.

    Whether there is one is what is asked, so a no is no error: a 404 would stand as one in the console of a wall that nobody sees to.
    """
    try:
        await desk.stands(current_viewer(), camera, name)
    except NotFound:
        return Response(status_code=HTTPStatus.RESET_CONTENT, headers={"Cache-Control": "no-store"})
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Cache-Control": "no-store", **_PATCHES})


async def end(desk: CameraDesk, camera: Camera, name: str) -> Response:
    """200 when the session has ended. Raises NotFound."""
    await desk.end(current_viewer(), camera, name)
    return Response()


async def still(desk: CameraDesk, camera: Camera, request: Request) -> Response:
    """The newest still as JPEG; 204 while there is none: it was asked for just now and will be there in a moment."""
    found = await asyncio.to_thread(desk.still, current_viewer(), camera, _address(request))
    if found is None:
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Retry-After": _AGAIN_SOON, "Cache-Control": "no-store"})
    headers = {"X-Captured-At": found.taken_at.isoformat(), "Cache-Control": "private, no-store"}
    return Response(found.jpeg, media_type="image/jpeg", headers=headers)


async def evidence(desk: CameraDesk, camera: Camera, request: Request) -> Response:
    """The picture of the last change of health as JPEG. Raises NotFound."""
    found = await asyncio.to_thread(desk.evidence, current_viewer(), camera, _address(request))
    headers = {"X-Captured-At": found.taken_at.isoformat(), "Cache-Control": "private, no-store"}
    return Response(found.jpeg, media_type="image/jpeg", headers=headers)


async def _body(request: Request, kind: str, largest: int) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != kind:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Nội dung phải là {kind}.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return bytes(body)


def _tag(name: str) -> str:
    return f'"{name}"'


def _check_tag(request: Request, name: str) -> None:
    """RFC 9110, 13.1.1: the tag of the ICE session, or any. The draft's own example has the star in quotes, and players follow it.

    Without the header the piece itself says which ICE session it is for, and there is never another one. The draft would have 428 here, but
    there are players (medooze's whip-whep-js) that send none, and would be left without the ways that they found through a TURN server.
    """
    asked = request.headers.get("if-match")
    if asked is not None and not {one.strip() for one in asked.split(",")} & {"*", '"*"', _tag(name)}:
        raise HTTPException(HTTPStatus.PRECONDITION_FAILED, "If-Match không phải ETag của phiên xem này.")


def _with_links(answer: Response, desk: CameraDesk) -> Response:
    for link in desk.turn.links():
        answer.headers.append("Link", link)
    return answer


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
