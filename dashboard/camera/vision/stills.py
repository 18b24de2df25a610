"""Stills from key frames: one for each way in which somebody may see the camera, stamped with its time."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import cv2
import numpy as np

from dashboard.camera.privacy import Polygons, veiled
from dashboard.camera.vision.looks import Picture
from dashboard.formats import HANOI

WIDEST: Final = 960
QUALITY: Final = 82


def stills_of(picture: Picture, taken_at: datetime, modes: Iterable[str], masks: Polygons) -> dict[str, bytes]:
    """By mode, the picture as JPEG, at most 960 wide, its time in the corner. What a mode hides is gone before anything is coded."""
    high, wide = picture.shape[:2]
    if wide > WIDEST:
        picture = np.asarray(cv2.resize(picture, (WIDEST, round(high * WIDEST / wide)), interpolation=cv2.INTER_AREA), np.uint8)
    return {mode: _coded(veiled(picture, mode, masks), taken_at) for mode in modes}


def _coded(picture: Picture, taken_at: datetime) -> bytes:
    stamped = picture.copy()
    _stamp(stamped, taken_at)
    _, coded = cv2.imencode(".jpg", stamped, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return coded.tobytes()


def _stamp(picture: Picture, at: datetime) -> None:
    """The time in the lower right corner: a still that is copied out of the page must not pass for another moment's."""
    text = f"{at.astimezone(HANOI):%d/%m/%Y %H:%M:%S}"
    height, width = picture.shape[:2]
    size = max(0.4, width / 1900)
    (wide, high), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, size, 1)
    cv2.rectangle(picture, (width - wide - 16, height - high - below - 14), (width, height), (15, 11, 7), -1)
    cv2.putText(picture, text, (width - wide - 8, height - below - 6), cv2.FONT_HERSHEY_DUPLEX, size, (235, 230, 224), 1, cv2.LINE_AA)
