"""What of a picture may be seen: everything, everything but its masked areas, or nothing that tells one person from another.

`masked`: the masked areas are filled with one colour. Nothing of these areas leaves this house. A camera that is turned shows what the mask
was meant to hide; a picture without any area drawn is filled whole.

`blurred`: the whole picture, masked areas filled, is brought down to 96 × 54 places of 32 levels a colour, five times a second. No face,
paper or screen can be read: a head in the front row of a hall is three places wide. Where somebody stands, the colour of clothes and how
somebody walks stay; whoever knows who was there may still guess.

It is done without finding faces: a detector that misses one face in twenty protects nobody. What is not there cannot be sharpened again,
and so few pictures a second leave little to put together from many.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import cv2
import numpy as np

Picture: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"

PLACES: Final = (96, 54)
LEVELS: Final = 32
BLURRED_RATE: Final = 5.0
"""Pictures a second of a blurred camera."""
INK: Final = (58, 52, 46)

Polygons: TypeAlias = Sequence[Sequence[tuple[float, float]]]


def veiled(picture: Picture, mode: str, masks: Polygons) -> Picture:
    """The picture as somebody of that mode may see it; a copy unless the mode is open. An unknown mode is filled whole."""
    if mode == "open":
        return picture
    if mode == "masked":
        return _filled(picture, masks or _WHOLE)
    if mode == "blurred":
        return _coarse(_filled(picture, masks))
    return _filled(picture, _WHOLE)


_WHOLE: Final = (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)),)


def _filled(picture: Picture, masks: Polygons) -> Picture:
    """Filled outward by a pixel: a rim of what lies below would show what it is."""
    made, (high, wide) = picture.copy(), picture.shape[:2]
    for mask in masks:
        points = np.round(np.array(mask, np.float64) * (wide, high)).astype(np.int32)
        cv2.fillPoly(made, [points], INK)
        cv2.polylines(made, [points], isClosed=True, color=INK, thickness=3)
    return made


def _coarse(picture: Picture) -> Picture:
    high, wide = picture.shape[:2]
    small = cv2.resize(picture, PLACES, interpolation=cv2.INTER_AREA)
    step = 256 // LEVELS
    return np.asarray(cv2.resize(small // step * step + step // 2, (wide, high), interpolation=cv2.INTER_LINEAR), np.uint8)
