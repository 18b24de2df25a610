"""A key frame as vision looks at it: decoded once, then made small."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

import av
import cv2
import numpy as np
from av.video.codeccontext import VideoCodecContext

from dashboard.camera.states import State
from dashboard.errors import CameraError

Picture: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"
"""Rows, columns, and blue, green, red; or rows and columns of luma."""
Plane: TypeAlias = "np.ndarray[Any, np.dtype[np.float32]]"

WIDE, HIGH = 320, 180
"""What all but sharpness is judged on. A face ten metres away is two pixels wide here."""
_SHARP: Final = (640, 360)


@dataclass(frozen=True, eq=False)
class Look:
    """One picture, made small: `view` in colour, WIDE × HIGH."""

    view: Picture
    sharpness: float

    @classmethod
    def at(cls, picture: Picture) -> "Look":
        """A look at a picture of any size."""
        luma = cv2.cvtColor(cv2.resize(picture, _SHARP, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
        sharpness = float(cv2.Laplacian(luma, cv2.CV_32F).var())
        return cls(np.asarray(cv2.resize(picture, (WIDE, HIGH), interpolation=cv2.INTER_AREA), np.uint8), sharpness)

    @cached_property
    def luma(self) -> Picture:
        """Its brightness, 0 to 255."""
        return np.asarray(cv2.cvtColor(self.view, cv2.COLOR_BGR2GRAY), np.uint8)

    @cached_property
    def edges(self) -> Plane:
        """How steep brightness is at each place, cut off above: one lamp must not outweigh a hall."""
        smooth = cv2.GaussianBlur(self.luma, (3, 3), 0)
        across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
        return np.asarray(np.minimum(cv2.magnitude(across, down), 160.0), np.float32)


def decoded(stream: bytes) -> Picture:
    """A key frame of H.264 (a byte stream) as a picture. Raises CameraError for bytes that are none."""
    decoder: Any = VideoCodecContext.create("h264", "r")
    try:
        pictures = [*decoder.decode(av.Packet(stream)), *decoder.decode(None)]
    except av.error.FFmpegError as error:
        raise CameraError(State.GARBAGE, f"the key frame cannot be decoded: {error.strerror}") from None
    if not pictures:
        raise CameraError(State.GARBAGE, "the key frame holds no picture")
    return np.array(pictures[0].to_ndarray(format="bgr24"), np.uint8)
