"""The process that makes pictures such as somebody may see them: once per camera and mode, only while somebody looks.

It asks a relay for the camera's frames, so that the camera is pulled once, and gives relays what may be seen of them, so that these never
decode. Relays find it in the database, with the secret by which they sign.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from dashboard.camera.exchange import Exchange
from dashboard.camera.gop import Frame, Ring
from dashboard.camera.privacy_names import KIND, name_of, parts_of
from dashboard.camera.reel import Tap, end_of, piece_of, pieces
from dashboard.camera.registry import Camera, Cameras
from dashboard.camera.signing import HEADER, STATE, Verifier
from dashboard.camera.states import SENTENCES, State
from dashboard.camera.veil import Veil
from dashboard.errors import CameraError, NotFound, RelayUnavailable, StoreUnavailable
from dashboard.store import Store
from dashboard.store import cameras as book

BEAT_SECONDS: Final = 2.0
IDLE_SECONDS: Final = 5.0
"""How long a camera is still painted after the last look."""
AGAIN_SECONDS: Final = 5.0
"""How long what could not be veiled is not tried again."""
_PATIENCE: Final = 10.0

log = structlog.get_logger()


@dataclass(eq=False)
class Veiling:
    """One camera in one mode, while somebody looks. `state` says why it ended, None while it goes on."""

    camera: Camera
    mode: str
    takers: set[Tap] = field(default_factory=set)
    ring: Ring = field(default_factory=Ring)
    state: State | None = None
    began: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None

    async def run(self, exchange: Exchange) -> None:
        """Paints until it ends; whatever ends it stands in `state`."""
        veil = Veil(self.mode, self.camera.masks)
        try:
            async with exchange.stream(self.camera.key, f"/streams/{self.camera.key}/{self.camera.version}") as answer:
                async for some in pieces(answer.aiter_bytes()):
                    for made in await asyncio.to_thread(veil.through, some):
                        self._take(made.as_frame())
        except CameraError as error:
            self.state = State(error.state)
            log.info("a veiled picture has ended", camera=self.camera.key, mode=self.mode, reason=str(error))
        except (RelayUnavailable, NotFound, StoreUnavailable) as error:
            self.state = State.LOST
            log.info("a veiled picture has ended", camera=self.camera.key, mode=self.mode, reason=str(error))
        except Exception as error:  # one picture's fault is not to end the others; it is not shown
            self.state = State.VEIL_FAILED
            log.error("a veil failed", camera=self.camera.key, mode=self.mode, exc_info=error)
        finally:
            self.state = self.state or State.LOST
            self.began.set()

    def _take(self, frame: Frame) -> None:
        self.ring.push(frame)
        self.began.set()
        for tap in tuple(self.takers):
            tap.send(frame)

    async def frames(self) -> AsyncIterator[bytes]:
        """What may be seen, for one relay, until it ends."""
        tap = Tap()
        tap.join(self.ring.frames)
        self.takers.add(tap)
        try:
            while self.state is None:
                with suppress(TimeoutError):
                    for frame in await tap.take(1.0):
                        yield piece_of(frame).packed()
            yield end_of(self.state)
        finally:
            self.takers.discard(tap)


@dataclass
class Blurrer:
    """All veiled pictures of this process."""

    store: Store
    cameras: Cameras
    exchange: Exchange
    id: str = field(default_factory=lambda: secrets.token_hex(4))
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    veilings: dict[str, Veiling] = field(default_factory=dict)
    _idle_since: dict[str, float] = field(default_factory=dict)

    async def run(self, address: str) -> None:
        """Says that it lives, and follows the list of cameras, until it is cancelled."""
        me = book.Relay(self.id, address, self.secret, KIND)
        while True:
            try:
                await asyncio.to_thread(book.beat, self.store, me)
                await asyncio.to_thread(self.cameras.look)
            except StoreUnavailable as error:
                log.warning("blurrer cannot beat", error=str(error))
            await self._let_go()
            await asyncio.sleep(BEAT_SECONDS)

    async def close(self) -> None:
        """Ends every picture, and leaves."""
        for one in tuple(self.veilings.values()):
            await _ended(one)
        with suppress(StoreUnavailable):
            await asyncio.to_thread(book.leave, self.store, self.id)

    async def veiling(self, name: str, version: int) -> Veiling:
        """The picture of that name, as the list says that it is to be veiled since that version; its first frame is there.

        Raises NotFound, and CameraError when there is none.
        """
        found = parts_of(name)
        if found is None or found[1] == "open":
            raise NotFound(f"không có hình “{name[:80]}”")
        camera = self.cameras.get(found[0])
        if camera.version < version:
            await asyncio.to_thread(self.cameras.look)
            camera = self.cameras.get(found[0])
        if camera.version < version:
            raise CameraError(State.VEIL_FAILED, "the list of cameras here is older than the asker's")
        one = self.veilings.get(name)
        if one is not None and one.camera.version != camera.version:
            await _ended(one)
            one = None
        if one is None:
            one = self.veilings[name] = Veiling(camera, found[1])
            one.task = asyncio.create_task(one.run(self.exchange), name=name_of(*found))
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await one.began.wait()
        if one.state is not None or not one.began.is_set():
            raise CameraError(one.state or State.VEIL_SLOW, "there is no picture that could be shown")
        return one

    async def _let_go(self) -> None:
        """Ends what nobody looks at or what has changed, and forgets what has failed, so that it is tried again."""
        now = asyncio.get_running_loop().time()
        for name, one in tuple(self.veilings.items()):
            current = self.cameras.by_key.get(one.camera.key)
            has_changed = current is None or current.version != one.camera.version
            if one.takers and one.state is None and not has_changed:
                self._idle_since.pop(name, None)
                continue
            patience = 0.0 if has_changed else AGAIN_SECONDS if one.state is not None else IDLE_SECONDS
            if now - self._idle_since.setdefault(name, now) >= patience:
                self._idle_since.pop(name, None)
                self.veilings.pop(name, None)
                await _ended(one)


async def _ended(one: Veiling) -> None:
    if one.task is not None:
        one.task.cancel()
        await asyncio.gather(one.task, return_exceptions=True)
    one.state = one.state or State.LOST


def door(blurrer: Blurrer) -> Starlette:
    """The program behind the blurrer's door: one address, for relays that sign."""
    verifier = Verifier(blurrer.secret)

    async def stream(request: Request) -> Response:
        if not verifier.accepts(request.headers.get(HEADER, ""), request.method, request.url.path, b""):
            return PlainTextResponse("not signed by this house", HTTPStatus.FORBIDDEN)
        return await _worded(_streamed(blurrer, request.path_params["name"], request.path_params["version"]))

    return Starlette(routes=[Route("/streams/{name}/{version:int}", stream, methods=["GET"])])


async def _streamed(blurrer: Blurrer, name: str, version: int) -> Response:
    one = await blurrer.veiling(name, version)
    return StreamingResponse(one.frames(), media_type="application/octet-stream")


async def _worded(work: Awaitable[Response]) -> Response:
    try:
        return await work
    except NotFound as error:
        return PlainTextResponse(str(error), HTTPStatus.NOT_FOUND)
    except StoreUnavailable:
        return PlainTextResponse(SENTENCES[State.VEIL_FAILED], HTTPStatus.SERVICE_UNAVAILABLE, {STATE: State.VEIL_FAILED})
    except CameraError as error:
        state = State(error.state)
        return PlainTextResponse(SENTENCES[state], HTTPStatus.SERVICE_UNAVAILABLE, {STATE: state})
