"""Whether a picture is one: rules over a few numbers, each with a bound to be found at fault and an easier one to be found well again.

All numbers are taken on 320 × 180 (sharpness on 640 × 360) of 8 bits. First rule that holds counts:

| state | holds when | and until |
|---|---|---|
| black | mean brightness < 16 and nineteen in twenty places < 32 | ≥ 22 or ≥ 44 |
| covered | brightness varies little (deviation < 9, < 20 % of the mean), or < 45 % of blocks in use¹ still are | > 13 or > 28 %, > 60 % |
| dark | mean brightness < 42 and nineteen in twenty places < 105 | ≥ 52 or ≥ 125 |
| frozen | since 60 s no look differed by more than coding noise (mean < 0.05 levels, no block by a whole level) | one look does |
| blurred | the variance of the Laplacian is less than 30 % of the reference view's; without one: less than 20 | > 45 %; > 30 |
| moved | the outline fits the reference view only shifted by over 3 % of the width, or nowhere (correlation < 0.16) | < 2 %, > 0.24 |

¹ Blocks of 20 × 20 that have something in them in the reference view; in less light less is asked of them.

A state is believed after three looks in a row and 20 s, and that a picture is well again after two and 10 s (`Steady`), so that a passer-by
before the lens, or a door that lets the sun in, turns nothing. The numbers stand for what they were seen to do on the sandbox's drawn halls
and their damaged versions (tests/camera/vision); at a real camera they are a beginning.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import cv2
import numpy as np

from dashboard.camera.vision.looks import WIDE, Look
from dashboard.camera.vision.reference import Reference, textures, windowed


class Health(StrEnum):
    """What a picture is like."""

    LIVE = "live"
    BLACK = "black"
    COVERED = "covered"
    DARK = "dark"
    FROZEN = "frozen"
    MOVED = "moved"
    BLURRED = "blurred"


SHOWS_NOTHING: Final = frozenset({Health.BLACK, Health.COVERED, Health.FROZEN})
"""Minutes so are no minutes with a picture."""
UNCOUNTABLE: Final = SHOWS_NOTHING | {Health.DARK, Health.MOVED, Health.BLURRED}
"""Nobody is counted in such a picture."""

STANDS_STILL: Final = 60.0
_SAME_MEAN, _SAME_BLOCK = 0.05, 1.0
_BELIEVED: Final = {True: (2, timedelta(seconds=10)), False: (3, timedelta(seconds=20))}
"""Looks and time until a state is believed; by whether it is a live picture."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What is measured of a look. `still_for` counts seconds; what needs a reference view is None without one."""

    mean: float
    bright: float
    spread: float
    sharpness: float
    still_for: float = 0.0
    kept: float | None = None
    sharp_share: float | None = None
    shift: float | None = None
    fit: float | None = None


def measured(look: Look, reference: Reference | None, still_for: float = 0.0) -> Signals:
    """The signals of a look, held against the reference view when there is one."""
    luma = look.luma
    plain = Signals(float(luma.mean()), float(np.percentile(luma, 95)), float(luma.std()), look.sharpness, still_for)
    if reference is None:
        return plain
    shift, fit = registered(look, reference)
    had = reference.textured
    light = min(1.0, plain.mean / max(1.0, float(reference.look.luma.mean())))
    has = textures(luma) >= 3.0 * light
    kept = float((has & had).sum() / had.sum()) if had.any() else None
    share = look.sharpness / reference.look.sharpness if reference.look.sharpness > 0 else None
    return replace(plain, kept=kept, sharp_share=share, shift=shift, fit=fit)


def registered(look: Look, reference: Reference) -> tuple[float, float]:
    """By how much the look's outline lies beside the reference's, as a share of the width, and how well it fits there (-1 to 1)."""
    mine = windowed(look.edges)
    (across, down), _ = cv2.phaseCorrelate(reference.outline, mine)
    move = np.array([[1, 0, -across], [0, 1, -down]], np.float32)
    back = cv2.warpAffine(mine, move, (mine.shape[1], mine.shape[0]))
    here, there = _agreement(mine, reference.outline), _agreement(np.asarray(back, np.float32), reference.outline)
    return (float(np.hypot(across, down)) / WIDE, there) if there > here + 0.02 else (0.0, here)


def is_same(one: Look, other: Look) -> bool:
    """Whether two looks differ by no more than coding does."""
    apart = cv2.absdiff(one.luma, other.luma)
    blocks = cv2.resize(apart, (WIDE // 20, apart.shape[0] // 20), interpolation=cv2.INTER_AREA)
    return float(apart.mean()) < _SAME_MEAN and float(blocks.max()) < _SAME_BLOCK


def judged(signals: Signals, now: Health) -> Health:
    """What the signals say, where `now` is the state that is believed: its bounds are the easier ones."""
    return next((state for state, holds in _RULES if holds(signals, state is now)), Health.LIVE)


def _black(of: Signals, stays: bool) -> bool:
    return of.mean < (22 if stays else 16) and of.bright < (44 if stays else 32)


def _covered(of: Signals, stays: bool) -> bool:
    plain = of.spread < (13 if stays else 9) and of.spread < (0.28 if stays else 0.2) * of.mean
    return plain or (of.kept is not None and of.kept < (0.60 if stays else 0.45))


def _dark(of: Signals, stays: bool) -> bool:
    return of.mean < (52 if stays else 42) and of.bright < (125 if stays else 105)


def _frozen(of: Signals, _: bool) -> bool:
    return of.still_for >= STANDS_STILL


def _moved(of: Signals, stays: bool) -> bool:
    if of.shift is None or of.fit is None:
        return False
    return of.shift > (0.02 if stays else 0.03) or of.fit < (0.24 if stays else 0.16)


def _blurred(of: Signals, stays: bool) -> bool:
    if of.sharp_share is None:
        return of.sharpness < (30 if stays else 20)
    return of.sharp_share < (0.45 if stays else 0.30)


_RULES: Final[tuple[tuple[Health, Callable[[Signals, bool], bool]], ...]] = (
    (Health.BLACK, _black),
    (Health.COVERED, _covered),
    (Health.DARK, _dark),
    (Health.FROZEN, _frozen),
    (Health.BLURRED, _blurred),
    (Health.MOVED, _moved),
)


@dataclass(frozen=True, slots=True)
class Steady:
    """A state that is believed, since when; and another one that was seen lately, how often in a row, and since when."""

    state: Health
    since: datetime
    other: Health | None = None
    times: int = 0
    other_since: datetime | None = field(default=None)

    def seen(self, state: Health, at: datetime) -> "Steady":
        """After one more look. The first sight of what is believed later is its beginning."""
        if state is self.state:
            return Steady(self.state, self.since)
        times, since = (self.times + 1, self.other_since or at) if state is self.other else (1, at)
        enough, long = _BELIEVED[state is Health.LIVE]
        if times >= enough and at - since >= long:
            return Steady(state, since)
        return Steady(self.state, self.since, state, times, since)

    @property
    def is_in_doubt(self) -> bool:
        """Whether another look soon would tell."""
        return self.other is not None


def _agreement(
    one: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]", other: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]"
) -> float:
    norm = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float((one * other).sum()) / norm if norm else 0.0
