"""How many people wait, and whether a counter is staffed: what differs from the empty hall, weighed by how large a person is at that height
of the picture.

No person is found, followed or told from another; what comes out is a sum of surfaces. OpenCV 5 has no people detector of its own (HOG and
the cascades went with version 5), and models are not fetched, so this is classical: background difference and perspective.

**The error.** Measured on the sandbox's drawn halls, which know how many people are in them: in pictures of halls that were not used to
find `SURFACE`, 95 counts in 100 differ from the truth by no more than `error_of` says (tests/camera/vision/test_people.py). Drawn people
are not real ones: `SURFACE` and `HORIZON` have to be found anew at each real camera before its counts mean anything, and until then the
error stated here is that of the drawn scenes only.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from math import ceil
from statistics import median
from typing import Any, Final, TypeAlias

import cv2
import numpy as np

from dashboard.camera.vision.looks import HIGH, WIDE, Look, Plane
from dashboard.camera.vision.reference import Reference

HORIZON: Final = 0.17
"""Where, from the top, a person would be no larger than a point: at this height the floor ends."""
SURFACE: Final = 0.0188
"""Of the square of its distance from the horizon (both in heights of the picture) the surface that a person covers."""
DIFFERS: Final = 26.0
"""Levels by which a place differs from the empty hall, in any colour, when somebody is before it."""
STAFF: Final = 0.5
"""Of a person's surface what has to be seen of somebody behind a counter."""
SMOOTHED: Final = 5
"""Looks whose middle one counts."""
_LEAST_ERROR, _ERROR_SHARE = 2, 0.3

Polygon: TypeAlias = Sequence[tuple[float, float]]
Mask: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"


@dataclass(frozen=True)
class Areas:
    """Where people wait and where staff works, as polygons in shares of width and height."""

    waiting: tuple[Polygon, ...] = ()
    staff: tuple[Polygon, ...] = ()

    @cached_property
    def waiting_mask(self) -> Mask:
        """Where people wait, 1 or 0."""
        return painted(self.waiting)

    @cached_property
    def staff_mask(self) -> Mask:
        """Where staff works, 1 or 0."""
        return painted(self.staff)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look shows. None: there is no such zone, or no empty hall to compare with."""

    waiting: float | None = None
    is_staffed: bool | None = None


@dataclass
class Smooth:
    """The middle of the last few looks."""

    looks: deque[float] = field(default_factory=lambda: deque(maxlen=SMOOTHED))

    def add(self, seen: float) -> int:
        """One more look; how many people that makes."""
        self.looks.append(seen)
        return round(median(self.looks))


def error_of(count: int) -> int:
    """By how much a count may be wrong, 95 times in 100 on drawn scenes."""
    return max(_LEAST_ERROR, ceil(_ERROR_SHARE * count))


def seen_in(look: Look, reference: Reference | None, areas: Areas) -> Seen:
    """Who is in the zones."""
    if reference is None or not reference.is_empty:
        return Seen()
    there = foreground(look, reference)
    waiting = float((_weights() * there)[areas.waiting_mask > 0].sum()) if areas.waiting else None
    return Seen(waiting, _largest(there & areas.staff_mask) >= STAFF if areas.staff else None)


def foreground(look: Look, reference: Reference) -> Mask:
    """Where the look differs from the empty hall, 1 or 0, after the light has been evened out."""
    now, empty = look.view.astype(np.float32), reference.look.view.astype(np.float32)
    # Most places show the hall: the middle of their ratios is what the light has done, colour by colour.
    light = np.median((now + 8.0) / (empty + 8.0), axis=(0, 1))
    apart = np.abs(now - empty * light).max(axis=2)
    there = np.asarray(apart > DIFFERS, np.uint8)
    return np.asarray(cv2.morphologyEx(there, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), np.uint8)


def painted(polygons: Iterable[Polygon]) -> Mask:
    """Polygons as a mask of the size that vision looks at."""
    mask = np.zeros((HIGH, WIDE), np.uint8)
    for polygon in polygons:
        cv2.fillPoly(mask, [np.round(np.array(polygon) * (WIDE, HIGH)).astype(np.int32)], (1,))
    return mask


@cache
def _weights() -> Plane:
    """What each place counts for: the share of a person that it is."""
    below = np.maximum((np.arange(HIGH, dtype=np.float32) + 0.5) / HIGH - HORIZON, 0.04)
    person = SURFACE * below**2 * HIGH * HIGH
    return np.asarray(np.repeat((1.0 / person)[:, None], WIDE, axis=1), np.float32)


def _largest(there: Mask) -> float:
    """The largest patch, in persons."""
    count, labels = cv2.connectedComponents(there)
    return float(np.bincount(labels.ravel(), _weights().ravel(), count)[1:].max(initial=0.0))
