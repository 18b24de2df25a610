"""Drawn service-centre halls: a counter hall seen from above the waiting seats, people as simple figures. No picture of anybody.

A scene knows who is in it (`people`): what vision counts can be held against the truth.
"""

import math
import random
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, TypeAlias

import cv2
import numpy as np

from dashboard.formats import HANOI

WIDTH, HEIGHT, FPS, LOOP_SECONDS = 1280, 720, 12, 8
LOOP: Final = FPS * LOOP_SECONDS
Picture: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"
Colour: TypeAlias = tuple[int, int, int]

BARS: Final = 32
"""Cells of the clock that machines read: milliseconds of the present, modulo 2^32, highest bit first, along the lower edge."""
BAR_SIZE: Final = 16

USUAL: Final = 0.55
"""The share of seats that are taken in an ordinary hall."""
WAITING: Final = ((0.2, 0.55), (0.69, 0.55), (0.77, 0.97), (0.12, 0.97))
"""Where the chairs stand in every drawn hall, as shares of width and height; below it lies the clock for machines."""
STAFF: Final = ((0.2, 0.285), (0.8, 0.285), (0.8, 0.362), (0.2, 0.362))
"""Behind the counters."""

_SKIN: Final[Colour] = (118, 133, 155)
_HAIR: Final[Colour] = (42, 38, 35)
_CLOTHES: Final[tuple[Colour, ...]] = (
    (140, 127, 111), (164, 178, 185), (107, 99, 89), (88, 106, 91), (205, 205, 201), (79, 86, 119), (171, 163, 148), (80, 70, 61),
)  # fmt: skip
_WALLS: Final[tuple[Colour, ...]] = ((146, 152, 156), (150, 150, 142), (142, 150, 146), (152, 146, 148))
_BANNERS: Final[tuple[Colour, ...]] = ((48, 47, 142), (122, 80, 36), (84, 96, 40))


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody who was drawn: where the feet stand, in pixels, and how large."""

    x: float
    y: float
    size: float
    is_staff: bool = False

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the figure, as shares of width and height."""
        return self.x / WIDTH, (self.y - 66 * self.size) / HEIGHT


@dataclass(frozen=True)
class Scene:
    """One hall. The same seed always draws the same people on the same ways; `busy` is the share of seats that are taken."""

    seed: int
    busy: float = USUAL
    is_staffed: bool = True

    @property
    def name(self) -> str:
        """Tells it from every other scene."""
        return f"{self.seed}" if (self.busy, self.is_staffed) == (USUAL, True) else f"{self.seed}-{self.busy:g}-{self.is_staffed:d}"

    @cached_property
    def counters(self) -> int:
        """How many counters there are."""
        return 4 + self.seed % 3

    @cached_property
    def emptied(self) -> "Scene":
        """The same hall with nobody in it."""
        return Scene(self.seed, 0.0, is_staffed=False)

    @cached_property
    def room(self) -> Picture:
        """The hall with those who do not move."""
        return self._furnished[0]

    def people(self, share: float) -> tuple[Figure, ...]:
        """Everybody in it at a place in the loop, those outside of the picture left out."""
        walking = [Figure(*foot, size) for foot, size, _ in self._walking(share)]
        return tuple(one for one in (*self._furnished[1], *walking) if 0 <= one.centre[0] <= 1)

    def at(self, share: float) -> Picture:
        """The hall at a place in its loop, 0 to 1; the end meets the beginning."""
        picture = self.room.copy()
        for foot, size, clothes in self._walking(share):
            _person(picture, foot, size, clothes)
        return picture

    @cached_property
    def _furnished(self) -> tuple[Picture, tuple[Figure, ...]]:
        picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        _shell(picture, _WALLS[self.seed % len(_WALLS)], _BANNERS[self.seed % len(_BANNERS)])
        return picture, (*_counters(picture, self), *_seats(picture, random.Random(self.seed), self.busy))

    def _walking(self, share: float) -> list[tuple[tuple[float, float], float, Colour]]:
        """Who walks through, the farthest first: feet, size, clothes."""
        chance = random.Random(self.seed + 1)
        many = round(4 * self.busy / USUAL)
        walkers = [(chance.uniform(330, 660), chance.random(), chance.choice(_CLOTHES), chance.choice((1, -1))) for _ in range(many)]
        found = []
        for depth, phase, clothes, way in sorted(walkers):
            turn = (share + phase) % 1.0
            x = (turn if way > 0 else 1 - turn) * (WIDTH + 300) - 150
            bob = 3 * math.sin(2 * math.pi * (share * 12 + phase))
            found.append(((x, depth + bob), 0.45 + (depth - 330) / 330 * 0.75, clothes))
        return found


def with_clock(picture: Picture, now: datetime) -> Picture:
    """The picture with the present burnt in, twice: for people, and as bars for machines."""
    text = now.astimezone(HANOI).strftime("%d/%m/%Y %H:%M:%S") + f".{now.microsecond // 100_000}"
    cv2.rectangle(picture, (WIDTH - 440, 0), (WIDTH, 52), (20, 16, 12), -1)
    cv2.putText(picture, text, (WIDTH - 424, 36), cv2.FONT_HERSHEY_DUPLEX, 0.95, (236, 236, 230), 1, cv2.LINE_AA)
    value = int(now.timestamp() * 1000) & 0xFFFFFFFF
    for place in range(BARS):
        bright = 235 if value >> (BARS - 1 - place) & 1 else 20
        left = place * BAR_SIZE
        cv2.rectangle(picture, (left, HEIGHT - BAR_SIZE), (left + BAR_SIZE - 1, HEIGHT - 1), (bright, bright, bright), -1)
    return picture


def _fill(picture: Picture, points: list[tuple[float, float]], colour: Colour) -> None:
    cv2.fillPoly(picture, [np.array(points, np.int32)], colour, cv2.LINE_AA)


def _shell(picture: Picture, wall: Colour, banner: Colour) -> None:
    """Floor, ceiling, walls, lights, the banner over the counters, a window at the right."""

    def shade(share: float) -> Colour:
        return int(wall[0] * share), int(wall[1] * share), int(wall[2] * share)

    _fill(picture, [(0, 0), (WIDTH, 0), (1048, 120), (232, 120)], shade(1.18))
    _fill(picture, [(0, HEIGHT), (WIDTH, HEIGHT), (1048, 344), (232, 344)], (93, 101, 106))
    _fill(picture, [(232, 120), (1048, 120), (1048, 344), (232, 344)], wall)
    for row, (y, half) in enumerate(((18, 90), (56, 76), (92, 62))):
        for middle in (-1, 0, 1):
            x = WIDTH / 2 + middle * (300 - row * 44)
            _fill(picture, [(x - half, y), (x + half, y), (x + half - 10, y + 10), (x - half + 10, y + 10)], (238, 236, 232))
    for x in range(-900, 2200, 130):
        cv2.line(picture, (int(640 + (x - 640) * 0.32), 344), (x, HEIGHT), (84, 91, 96), 1, cv2.LINE_AA)
    for y in (372, 408, 456, 520, 604):
        cv2.line(picture, (0, y), (WIDTH, y), (84, 91, 96), 1, cv2.LINE_AA)
    _fill(picture, [(0, 0), (232, 120), (232, 344), (0, HEIGHT)], shade(0.86))
    _fill(picture, [(WIDTH, 0), (1048, 120), (1048, 344), (WIDTH, HEIGHT)], shade(0.86))
    cv2.rectangle(picture, (256, 132), (1024, 162), banner, -1)
    cv2.rectangle(picture, (396, 141), (884, 153), (90, 180, 216), -1)
    _fill(picture, [(1088, 152), (1250, 80), (1250, 520), (1088, 400)], (206, 197, 182))
    cv2.line(picture, (1166, 118), (1166, 458), (114, 105, 93), 5, cv2.LINE_AA)


def _counters(picture: Picture, scene: Scene) -> list[Figure]:
    """Counters with their screens, officers behind and citizens before some of them."""
    chance, count = random.Random(scene.seed + 2), scene.counters
    wide, found = 768 / count, []
    for place in range(count):
        left = 256 + place * wide
        middle = left + wide / 2
        is_open = chance.random() < 0.75
        cv2.rectangle(picture, (int(left + 4), 178), (int(left + wide - 4), 272), (108, 98, 86), -1)
        cv2.rectangle(picture, (int(middle - 34), 182), (int(middle + 34), 204), (27, 24, 20), -1)
        cv2.rectangle(picture, (int(middle - 22), 188), (int(middle + 18), 197), (60, 80, 200) if is_open else (82, 79, 75), -1)
        if is_open and scene.is_staffed:
            found.append(Figure(middle + 6, 300, 0.42, is_staff=True))
            _person(picture, (middle + 6, 300), 0.42, (219, 218, 214), hair_only=False)
        cv2.rectangle(picture, (int(left + wide - 50), 240), (int(left + wide - 20), 262), (34, 28, 24), -1)
    cv2.rectangle(picture, (244, 266), (1036, 284), (211, 211, 207), -1)
    cv2.rectangle(picture, (250, 284), (1030, 352), (128, 143, 154), -1)
    for place in range(count):
        if chance.random() < 0.6 * scene.busy / USUAL:
            found.append(Figure(256 + (place + 0.45) * wide, 358, 0.5))
            _person(picture, (256 + (place + 0.45) * wide, 358), 0.5, chance.choice(_CLOTHES))
    return found


def _seats(picture: Picture, chance: random.Random, busy: float) -> list[Figure]:
    """Three rows of chairs seen from behind, some taken."""
    found = []
    for y, size, count in ((470, 0.62, 9), (575, 0.82, 8), (705, 1.08, 7)):
        pitch = 104 * size
        start = 560 - pitch * count / 2
        for place in range(count):
            x = start + pitch * (place + 0.5)
            if chance.random() < busy:
                found.append(Figure(x, y - 10 * size, size * 0.95))
                _person(picture, (x, y - 10 * size), size * 0.95, chance.choice(_CLOTHES))
            half, top = 40 * size, y - 58 * size
            cv2.rectangle(picture, (int(x - half), int(top)), (int(x + half), y), (99, 74, 46), -1)
            cv2.rectangle(picture, (int(x - half), int(top)), (int(x + half), int(top + 9 * size)), (136, 104, 71), -1)
        cv2.rectangle(picture, (int(start), y), (int(start + pitch * count), int(y + 9 * size)), (45, 40, 34), -1)
    return found


def _person(picture: Picture, foot: tuple[float, float], size: float, clothes: Colour, hair_only: bool = True) -> None:
    """A figure that stands at `foot`: shoulders, neck, head; from behind only hair shows."""
    x, y = foot
    body = [(x - 46 * size, y), (x - 42 * size, y - 76 * size), (x - 22 * size, y - 100 * size)]
    body += [(x + 22 * size, y - 100 * size), (x + 42 * size, y - 76 * size), (x + 46 * size, y)]
    _fill(picture, body, clothes)
    cv2.rectangle(picture, (int(x - 10 * size), int(y - 116 * size)), (int(x + 10 * size), int(y - 96 * size)), _SKIN, -1, cv2.LINE_AA)
    head = (int(x), int(y - 132 * size))
    axes = (max(2, int(19 * size)), max(3, int(23 * size)))
    cv2.ellipse(picture, head, axes, 0, 0, 360, _HAIR if hair_only else _SKIN, -1, cv2.LINE_AA)
    if not hair_only:
        cv2.ellipse(picture, head, axes, 0, 180, 360, _HAIR, -1, cv2.LINE_AA)
