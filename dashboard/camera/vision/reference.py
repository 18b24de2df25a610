"""The view that a camera should have, to hold later pictures against.

It is kept as small as vision looks (320 × 180) and is asked for while the hall is empty; one that was learned without being asked for is a
median over many looks, in which whoever moved is no more to be seen, and does for health alone, not for counting.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import cv2
import numpy as np

from dashboard.camera.vision.looks import HIGH, WIDE, Look, Picture, Plane
from dashboard.errors import FigureError

LEARNED_FROM: Final = 12
"""Looks whose median is a view. At a look each twenty seconds four minutes, in which nobody stands still in a hall; some may sit."""
BLOCK: Final = 20
_TEXTURED: Final = 6.0
"""Standard deviation of brightness, in levels, from which a block of 20 × 20 has something in it."""


@dataclass(frozen=True, eq=False)
class Reference:
    """`look` is the view; `is_empty` says that nobody was in it, so that people can be told from it."""

    look: Look
    is_empty: bool

    @classmethod
    def learned(cls, looks: Sequence[Look], *, is_empty: bool) -> "Reference":
        """The median of some looks. Raises FigureError for none."""
        if not looks:
            raise FigureError("a view is learned from one look at least")
        view = np.median(np.stack([one.view for one in looks]), axis=0)
        return cls(Look(np.asarray(view, np.uint8), float(np.median([one.sharpness for one in looks]))), is_empty)

    @classmethod
    def unpacked(cls, packed: bytes, sharpness: float, *, is_empty: bool) -> "Reference":
        """What `packed` gave. Raises FigureError for bytes of another size."""
        try:
            view = np.frombuffer(zlib.decompress(packed), np.uint8)
        except zlib.error as error:
            raise FigureError("no view can be read from these bytes") from error
        if view.size != HIGH * WIDE * 3:
            raise FigureError(f"a view has {HIGH * WIDE * 3} values, not {view.size}")
        return cls(Look(view.reshape(HIGH, WIDE, 3), sharpness), is_empty)

    def packed(self) -> bytes:
        """The view as bytes for the store."""
        return zlib.compress(self.look.view.tobytes(), 6)

    @cached_property
    def textured(self) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
        """Which blocks have something in them."""
        return textures(self.look.luma) >= _TEXTURED

    @cached_property
    def outline(self) -> Plane:
        """Its edges, windowed for registration."""
        return windowed(self.look.edges)


def textures(luma: Picture) -> Plane:
    """The standard deviation of brightness in each block."""
    blocks = luma.reshape(HIGH // BLOCK, BLOCK, WIDE // BLOCK, BLOCK).astype(np.float32)
    return np.asarray(blocks.std(axis=(1, 3)), np.float32)


def windowed(edges: Plane) -> Plane:
    """Edges less their mean, faded out to the rim: phase correlation takes the picture for periodic."""
    return np.asarray((edges - edges.mean()) * _window(), np.float32)


@cache
def _window() -> Plane:
    return np.asarray(cv2.createHanningWindow((WIDE, HIGH), cv2.CV_32F), np.float32)
