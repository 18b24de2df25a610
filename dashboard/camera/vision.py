"""Stills from key frames: taken when somebody wants to see one, decoded at most once a second and camera, stamped with their time.

A process of its own, so that a decoder that fails on odd bytes takes no live picture with it. The key frame comes from the relay, which
holds the one pull of the camera.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

import av
import cv2
import numpy as np
import structlog
from av.video.codeccontext import VideoCodecContext

from dashboard.camera.exchange import Exchange, KeyFrame
from dashboard.camera.registry import Cameras
from dashboard.camera.states import State
from dashboard.errors import CameraError, NotFound, OfferRefused, RelayUnavailable, StoreUnavailable
from dashboard.formats import HANOI
from dashboard.store import Store, cameras
from dashboard.store.cameras import Still

LOOK_EVERY: Final = 1.0
"""Seconds between two looks at what is wanted."""
EVERY: Final = timedelta(seconds=9)
"""Between two stills of a camera; the pages ask each ten seconds."""
WANTED_WITHIN: Final = timedelta(seconds=15)
AT_ONCE: Final = 8
WIDEST: Final = 960
QUALITY: Final = 82

Picture: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"
_NOT_NOW = (CameraError, NotFound, OfferRefused)

log = structlog.get_logger()


async def keep_watch(store: Store, registry: Cameras) -> None:
    """Takes stills until it is cancelled."""
    exchange = Exchange(store)
    at_once = asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as group:
        while True:
            for key in await _wanted(store, registry):
                group.create_task(_take(store, exchange, key, at_once))
            await asyncio.sleep(LOOK_EVERY)


async def _wanted(store: Store, registry: Cameras) -> Sequence[str]:
    try:
        await asyncio.to_thread(registry.look)
        keys = [one.key for one in registry if one.is_connected]
        return await asyncio.to_thread(cameras.claim_stills, store, keys, WANTED_WITHIN, EVERY)
    except StoreUnavailable as error:
        log.warning("vision cannot see what is wanted", error=str(error))
        return ()


async def _take(store: Store, exchange: Exchange, key: str, at_once: asyncio.Semaphore) -> None:
    try:
        async with at_once:
            frame = await exchange.key_frame(key)
            still = await asyncio.to_thread(still_of, frame)
            await asyncio.to_thread(cameras.keep_still, store, key, still)
    except RelayUnavailable:
        await _given_back(store, key)
    except _NOT_NOW as error:
        log.debug("no still", camera=key, reason=str(error))
    except StoreUnavailable as error:
        log.warning("a still could not be kept", camera=key, error=str(error))


async def _given_back(store: Store, key: str) -> None:
    """No relay answers, perhaps for a second only, while it starts again."""
    with suppress(StoreUnavailable):  # then the claim runs out by itself
        await asyncio.to_thread(cameras.release_still, store, key)


def still_of(frame: KeyFrame) -> Still:
    """A key frame as JPEG, at most 960 wide, its time in the corner. Raises CameraError for bytes that are no picture."""
    picture = _decoded(frame.stream)
    height, width = picture.shape[:2]
    if width > WIDEST:
        picture = np.asarray(cv2.resize(picture, (WIDEST, round(height * WIDEST / width)), interpolation=cv2.INTER_AREA), np.uint8)
    _stamp(picture, frame.captured_at)
    _, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return Still(coded.tobytes(), frame.captured_at)


def _decoded(stream: bytes) -> Picture:
    decoder: Any = VideoCodecContext.create("h264", "r")
    try:
        pictures = [*decoder.decode(av.Packet(stream)), *decoder.decode(None)]
    except av.error.FFmpegError as error:
        raise CameraError(State.GARBAGE, f"the key frame cannot be decoded: {error.strerror}") from None
    if not pictures:
        raise CameraError(State.GARBAGE, "the key frame holds no picture")
    return np.array(pictures[0].to_ndarray(format="bgr24"), np.uint8)


def _stamp(picture: Picture, at: datetime) -> None:
    """The time in the lower right corner: a still that is copied out of the page must not pass for another moment's."""
    text = f"{at.astimezone(HANOI):%d/%m/%Y %H:%M:%S}"
    height, width = picture.shape[:2]
    size = max(0.4, width / 1900)
    (wide, high), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, size, 1)
    cv2.rectangle(picture, (width - wide - 16, height - high - below - 14), (width, height), (15, 11, 7), -1)
    cv2.putText(picture, text, (width - wide - 8, height - below - 6), cv2.FONT_HERSHEY_DUPLEX, size, (235, 230, 224), 1, cv2.LINE_AA)
