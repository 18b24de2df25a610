"""Drawn halls as a camera would give them: with noise, another light, damages; and the truth about who is in them."""

import random
from collections.abc import Callable
from functools import cache

import cv2
import numpy as np

from dashboard.camera.vision.looks import Look, Picture
from dashboard.camera.vision.people import Areas
from dashboard.camera.vision.reference import Reference
from dashboard.sandbox.scenes import STAFF, WAITING, Scene

AREAS = Areas((WAITING,), (STAFF,))
Damage = Callable[[Picture], Picture]


@cache
def empty(seed: int) -> Reference:
    """The view of an empty hall."""
    return Reference(Look.at(Scene(seed).emptied.room), is_empty=True)


def noisy(picture: Picture, seed: int, light: float = 1.0, noise: float = 3.0) -> Picture:
    """As a sensor would give it."""
    shaken = picture * light + np.random.default_rng(seed).normal(0, noise, picture.shape)
    return np.asarray(np.clip(shaken, 0, 255), np.uint8)


def truth(scene: Scene, share: float) -> tuple[int, bool]:
    """How many people stand in the waiting zone, and whether anybody is behind a counter."""
    zone = np.array(WAITING, np.float32)
    people = scene.people(share)
    waiting = sum(cv2.pointPolygonTest(zone, one.centre, measureDist=False) >= 0 for one in people if not one.is_staff)
    return waiting, any(one.is_staff for one in people)


def chosen(seed: int, number: int) -> tuple[Scene, float, Picture]:
    """A scene, a place in its loop and the picture there: busy or not, staffed or not, in some light."""
    chance = random.Random(f"{seed} {number}")
    scene = Scene(seed, chance.choice((0.0, 0.1, 0.2, 0.35, 0.55, 0.75, 1.0)), is_staffed=chance.random() < 0.5)
    share = chance.random()
    return scene, share, noisy(scene.at(share), seed * 100 + number, chance.uniform(0.8, 1.2))


def black(picture: Picture) -> Picture:
    """The lens cap."""
    return np.zeros_like(picture)


def covered(picture: Picture) -> Picture:
    """A sheet of paper before the lens: some light, no edge."""
    return np.full_like(picture, 120) + np.linspace(0, 12, picture.shape[1], dtype=np.uint8)[None, :, None]


def hooded(picture: Picture) -> Picture:
    """A bag over most of the lens."""
    made = picture.copy()
    made[:, : picture.shape[1] * 2 // 3] = 40
    return made


def dark(picture: Picture) -> Picture:
    """The lamps are out."""
    return np.asarray(picture * 0.22, np.uint8)


def blurred(picture: Picture) -> Picture:
    """Out of focus."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 7), np.uint8)


def turned(picture: Picture) -> Picture:
    """Somebody turned the camera a little."""
    move = np.array([[1, 0, 150], [0, 1, -60]], np.float32)
    return np.asarray(cv2.warpAffine(picture, move, (picture.shape[1], picture.shape[0]), borderMode=cv2.BORDER_REFLECT), np.uint8)


def elsewhere(picture: Picture) -> Picture:
    """It looks at another wall altogether."""
    return np.asarray(cv2.flip(cv2.rotate(cv2.resize(picture, (720, 1280)), cv2.ROTATE_90_CLOCKWISE), 0), np.uint8)
