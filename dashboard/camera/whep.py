"""The relay's own small HTTP door. Only requests signed with its secret come in: web has checked who asks before."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from dashboard.camera.errands import Errands
from dashboard.camera.listening import keep_open
from dashboard.camera.relay import Relay
from dashboard.camera.signing import CAPTURED, FULL, HEADER, STATE, Verifier
from dashboard.camera.source import Size
from dashboard.camera.states import SENTENCES, State
from dashboard.errors import CameraError, NotFound, OfferRefused, RelayFull
from dashboard.store.tickets import Ticket

LARGEST = 101_000
"""Bytes of an offer and a ticket; a browser's offer has some five thousand."""

Handler = Callable[[Request, bytes], Awaitable[Response]]


def door(relay: Relay) -> Starlette:
    """The program behind the door."""
    verifier, errands = Verifier(relay.secret), Errands(relay.secret)

    async def open_(request: Request, body: bytes) -> Response:
        asked = request.path_params
        ticket, _, offer = body.decode("utf-8", "replace").partition("\n")
        size: Size = "small" if asked["size"] == "small" else "large"
        answer = await relay.open(asked["camera"], offer, asked["session"], Ticket.parse(ticket), size)
        return PlainTextResponse(answer, HTTPStatus.CREATED)

    async def errand(request: Request, body: bytes) -> Response:
        return Response(await errands.run(request.path_params["kind"], body), media_type="application/json")

    async def state(_: Request, __: bytes) -> Response:
        return JSONResponse(relay.condition())

    def signed(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            body = await _body(request)
            if body is None:
                return PlainTextResponse("too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            if not verifier.accepts(request.headers.get(HEADER, ""), request.method, request.url.path, body):
                return PlainTextResponse("not signed by this house", HTTPStatus.FORBIDDEN)
            return await _worded(handler(request, body))

        return handle

    return Starlette(
        routes=[
            Route("/sessions/{camera}/{size}/{session}", signed(open_), methods=["POST"]),
            *(Route("/sessions/{session}", signed(handler), methods=[method]) for method, handler in _of_session(relay).items()),
            Route("/errands/{kind}", signed(errand), methods=["POST"]),
            Route("/state", signed(state), methods=["GET"]),
            *(Route(path, signed(handler), methods=["GET"]) for path, handler in _of_camera(relay).items()),
        ]
    )


def _of_camera(relay: Relay) -> dict[str, Handler]:
    """What others of this house may have of a camera's open picture, by path: vision its newest key frame, blurrers all of it."""

    async def key_frame(request: Request, _: bytes) -> Response:
        frame = await relay.key_frame(request.path_params["camera"])
        return Response(frame.as_stream(), media_type="video/h264", headers={CAPTURED: f"{frame.arrived:.3f}"})

    async def stream(request: Request, _: bytes) -> Response:
        frames = await relay.stream(request.path_params["camera"], request.path_params["version"])
        return StreamingResponse(frames, media_type="application/octet-stream")

    return {"/frames/{camera}": key_frame, "/streams/{camera}/{version:int}": stream}


def _of_session(relay: Relay) -> dict[str, Handler]:
    """What may be asked of a session that there is, by method."""

    async def trickle(request: Request, body: bytes) -> Response:
        await relay.trickle(request.path_params["session"], body.decode("utf-8", "replace"))
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def look(request: Request, _: bytes) -> Response:
        return Response(status_code=HTTPStatus.NO_CONTENT if request.path_params["session"] in relay.sessions else HTTPStatus.NOT_FOUND)

    async def end(request: Request, _: bytes) -> Response:
        found = await relay.end(request.path_params["session"])
        return Response(status_code=HTTPStatus.NO_CONTENT if found else HTTPStatus.NOT_FOUND)

    return {"PATCH": trickle, "DELETE": end, "GET": look}


async def serve(relay: Relay, host: str, port: int) -> None:
    """Serves until the process is told to stop. Raises ConfigurationError when the address cannot be had."""
    await keep_open(relay, door(relay), host, port)


async def _body(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)


async def _worded(work: Awaitable[Response]) -> Response:
    try:
        return await work
    except NotFound as error:
        return PlainTextResponse(str(error), HTTPStatus.NOT_FOUND)
    except OfferRefused as error:
        return PlainTextResponse(str(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    except RelayFull as error:
        return PlainTextResponse(str(error), HTTPStatus.SERVICE_UNAVAILABLE, {FULL: "1"})
    except CameraError as error:
        state = State(error.state)
        return PlainTextResponse(SENTENCES[state], HTTPStatus.SERVICE_UNAVAILABLE, {STATE: state})
