"""Makes one camera's picture such as somebody may see it: decodes, paints, encodes. One for each camera and mode, however many look.

Closed when in doubt: whatever cannot be painted, or not in time, is not shown. No picture goes past `privacy.veiled`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

import av
import cv2
import numpy as np
from av.video.codeccontext import VideoCodecContext

from dashboard.camera.gop import CLOCK
from dashboard.camera.h264 import annex_b, split_annex_b
from dashboard.camera.privacy import BLURRED_RATE, Picture, Polygons, veiled
from dashboard.camera.reel import Piece
from dashboard.camera.states import State
from dashboard.errors import CameraError

LATE: Final = 2.0
"""Seconds by which a picture may be late: then blurring cannot keep up, and the picture stops."""
KEY_EVERY: Final = 2.0
_BLURRED_WIDE: Final = 640
_ENCODED: Final = {
    "preset": "ultrafast",
    "tune": "zerolatency",
    "profile": "baseline",
    "forced-idr": "1",
    "x264-params": "scenecut=0:sliced-threads=0",
}
_BITS: Final = {"masked": 1_600_000, "blurred": 350_000}
_FAULTS = (av.error.FFmpegError, cv2.error, ValueError, MemoryError)


@dataclass
class Veil:
    """The way of a camera's pictures in one mode. To be used by one thread at a time."""

    mode: str
    masks: Polygons
    clock: Callable[[], float] = time.time
    _decoder: Any = field(default_factory=lambda: VideoCodecContext.create("h264", "r"))
    _encoder: Any = None
    _size: tuple[int, int] = (0, 0)
    _key_at: int | None = None
    _shown_at: int | None = None
    _ticks: int = 0

    def through(self, pieces: list[Piece]) -> list[Piece]:
        """What may be seen of these pieces: of several that come at once the newest only, and of a blurred camera five a second.

        Raises CameraError: `veil_slow` when they are too late, `veil_failed` when they cannot be decoded, painted or encoded.
        """
        try:
            pictures = [picture for piece in pieces for picture in self._decoder.decode(av.Packet(piece.stream))]
            newest = pieces[-1]
            if self.clock() - newest.came_at > LATE:
                raise CameraError(State.VEIL_SLOW, f"pictures are {self.clock() - newest.came_at:.1f} s late")
            if not pictures or not self._is_due(newest.timestamp):
                return []
            return self._encoded(self._painted(pictures[-1]), newest)
        except _FAULTS as error:
            raise CameraError(State.VEIL_FAILED, f"the picture cannot be veiled: {type(error).__name__}") from None

    def _is_due(self, timestamp: int) -> bool:
        since = None if self._shown_at is None else (timestamp - self._shown_at) & 0xFFFFFFFF
        if self.mode == "blurred" and since is not None and since < 0.9 * CLOCK / BLURRED_RATE:
            return False
        self._shown_at = timestamp
        return True

    def _painted(self, decoded: Any) -> Picture:
        picture = veiled(np.asarray(decoded.to_ndarray(format="bgr24"), np.uint8), self.mode, self.masks)
        high, wide = picture.shape[:2]
        across = min(wide, _BLURRED_WIDE) if self.mode == "blurred" else wide
        size = across // 2 * 2, round(high * across / wide) // 2 * 2
        return picture if (wide, high) == size else np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)

    def _encoded(self, picture: Picture, piece: Piece) -> list[Piece]:
        high, wide = picture.shape[:2]
        if self._encoder is None or self._size != (wide, high):
            self._encoder, self._size, self._key_at = _encoder(wide, high, _BITS.get(self.mode, _BITS["masked"])), (wide, high), None
        planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        self._ticks += 1
        frame.pts = self._ticks
        is_key = self._key_at is None or (piece.timestamp - self._key_at) & 0xFFFFFFFF >= KEY_EVERY * CLOCK
        if is_key:
            frame.pict_type = av.video.frame.PictureType.I
            self._key_at = piece.timestamp
        nals = [nal for packet in self._encoder.encode(frame) for nal in split_annex_b(bytes(packet))]
        return [Piece(annex_b(nals), piece.timestamp, is_key, piece.came_at)] if nals else []


def _encoder(wide: int, high: int, bits: int) -> Any:
    """Constrained Baseline without delay, as browsers like it; key frames come when they are asked for."""
    context: Any = VideoCodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = wide, high, "yuv420p"
    context.framerate, context.time_base = Fraction(25), Fraction(1, 25)
    context.bit_rate, context.gop_size, context.thread_count = bits, 1000, 1
    context.options = _ENCODED
    return context
