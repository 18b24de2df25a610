"""A relay's sources beside those that it pulls itself: veiled pictures, which a blurrer gives, and streams, which it gives to blurrers."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

from dashboard.camera.exchange import Exchange
from dashboard.camera.gop import Frame
from dashboard.camera.privacy_names import name_of, parts_of
from dashboard.camera.reel import Tap, end_of, piece_of, pieces
from dashboard.camera.registry import Camera, Cameras
from dashboard.camera.source import Source
from dashboard.camera.states import FAULTS, State
from dashboard.errors import CameraError, NotFound, RelayUnavailable, StoreUnavailable

_PATIENCE: Final = 1.0


def listed(cameras: Cameras, name: str) -> Camera:
    """The camera of a name; of a veiled picture its camera under that name. Raises NotFound."""
    found = parts_of(name)
    if found is None:
        raise NotFound(f"không có camera “{name[:80]}”")
    camera = cameras.get(found[0])
    # No media server may be asked for it: what that would give is the open picture.
    return camera if found[1] == "open" else camera.model_copy(update={"key": name_of(*found), "engine": "own"})


async def veiled(exchange: Exchange, camera: Camera) -> AsyncGenerator[Frame]:
    """The frames of a veiled picture, from a blurrer. Raises CameraError when they end; there is no other way to this picture."""
    try:
        async with exchange.stream(camera.key, f"/streams/{camera.key}/{camera.version}") as answer:
            async for some in pieces(answer.aiter_bytes()):
                for piece in some:
                    yield piece.as_frame()
    except (RelayUnavailable, NotFound, StoreUnavailable) as error:
        raise CameraError(State.VEIL_FAILED, f"nobody veils it: {error}") from None


async def stream(source: Source, patience: float) -> AsyncIterator[bytes]:
    """A source's frames for a blurrer, from its last key frame on. Raises CameraError when there is none in time."""
    await source.key_frame(patience)
    return _frames(source)


async def _frames(source: Source) -> AsyncIterator[bytes]:
    tap = Tap()
    source.hold()
    try:
        source.tap(tap)
        while not source.is_closed and source.condition.state not in FAULTS:
            try:
                found = await tap.take(_PATIENCE)
            except TimeoutError:
                continue
            yield b"".join(piece_of(frame).packed() for frame in found)
        yield end_of(source.condition.state if source.condition.state in FAULTS else State.LOST)
    finally:
        source.taps.discard(tap)
        source.release()
