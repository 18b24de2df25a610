"""Where the names stand on the outline map: in the open, near their province, their leaders crossing neither each other nor much land."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import hypot
from typing import Literal, TypeAlias

from dashboard.charts.outline import WIDTH, Outline
from dashboard.charts.simplify import Point

Side: TypeAlias = Literal["left", "right"]
_SIDES: tuple[Side, ...] = ("left", "right")
Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""

MOST = 8
ROW = 35.0  # a line of text on the smallest map that shows figures, in units of the drawing
_LETTER = 10.6
_STEP = 12.0
_FARTHEST = 300.0
_ARCHIPELAGO_NAME = (230.0, 62.0)  # room kept around an archipelago's two lines


@dataclass(frozen=True, slots=True)
class Wanted:
    """A label that is wanted: a key, its text, the point it belongs to."""

    key: str
    text: str
    at: Point


@dataclass(frozen=True, slots=True)
class Label:
    """A label's place: `at` is the middle of the text's edge that faces the province; the text runs to `side` from there."""

    key: str
    at: Point
    side: Side
    anchor: Point

    @property
    def leader(self) -> tuple[Point, Point]:
        """The line from province to text, a little short of the text."""
        gap = -5.0 if self.side == "right" else 5.0
        return self.anchor, (self.at[0] + gap, self.at[1])


def place_labels(wanted: tuple[Wanted, ...], outline: Outline) -> tuple[Label, ...]:
    """Places for the first MOST labels, most important first; one that finds no place in the open is left out.

    A place depends on how long a text is and not on what it says: a figure that changes by a little asks for nothing new.
    """
    return _placed(tuple(Wanted(one.key, " " * len(one.text), one.at) for one in wanted[:MOST]), outline)


@lru_cache(maxsize=256)
def _placed(wanted: tuple[Wanted, ...], outline: Outline) -> tuple[Label, ...]:
    placed: list[Label] = []
    boxes: list[Box] = [_around(one.at, _ARCHIPELAGO_NAME) for one in outline.archipelagos]
    for one in wanted:
        best = min(_choices(one, outline, placed, boxes), default=None, key=lambda choice: choice[0])
        if best is not None:
            placed.append(best[1])
            boxes.append(_box(best[1].at, best[1].side, len(one.text)))
    return tuple(placed)


def crosses(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two lines have a point in common."""
    (a, b), (c, d) = one, other
    return _turn(a, b, c) * _turn(a, b, d) <= 0 and _turn(c, d, a) * _turn(c, d, b) <= 0


def _choices(one: Wanted, outline: Outline, placed: Sequence[Label], boxes: Sequence[Box]) -> Iterator[tuple[float, Label]]:
    for label in _near(one, outline):
        box, leader = _box(label.at, label.side, len(one.text)), label.leader
        if any(_overlap(box, other) for other in boxes):
            continue
        if any(crosses(leader, other.leader) or _through(other.leader, box) for other in placed):
            continue
        if not any(_through(leader, other) for other in boxes):
            yield _cost(label, outline, placed), label


def _near(one: Wanted, outline: Outline) -> Iterator[Label]:
    x0, y0 = one.at
    for side in _SIDES:
        for x, y in _open(len(one.text), side, outline):
            if (x > x0) is (side == "right") and (x - x0) ** 2 + (y - y0) ** 2 < _FARTHEST**2:
                yield Label(one.key, (x, y), side, one.at)


@lru_cache(maxsize=128)
def _open(letters: int, side: Side, outline: Outline) -> tuple[Point, ...]:
    """Where a text of so many letters can begin, to run to that side over nothing but sea. Land stays where it is: looked for once."""
    columns, rows = range(int(WIDTH // _STEP)), range(int(outline.height // _STEP))
    grid = ((column * _STEP, (row + 0.5) * _STEP) for row in rows for column in columns)
    boxes = ((at, _box(at, side, letters)) for at in grid)
    return tuple(at for at, box in boxes if _is_inside(box, outline) and _is_sea(box, outline))


def _cost(label: Label, outline: Outline, placed: Sequence[Label]) -> float:
    """Short and level leaders, little of them over land, edges in line with those of other labels."""
    (ax, ay), (bx, by) = label.leader
    length = hypot(bx - ax, by - ay)
    steps = max(1, int(length // 8))
    over_land = sum(outline.is_land(ax + (bx - ax) * i / steps, ay + (by - ay) * i / steps) for i in range(steps + 1)) * length / steps
    is_aligned = any(other.side == label.side and other.at[0] == label.at[0] for other in placed)
    return length + 2.2 * over_land + 0.9 * abs(by - ay) - (34.0 if is_aligned else 0.0)


def _box(at: Point, side: Side, letters: int) -> Box:
    (x, y), width = at, _LETTER * letters
    left = x if side == "right" else x - width
    return left, y - ROW / 2, left + width, y + ROW / 2


def _around(at: Point, size: tuple[float, float]) -> Box:
    return at[0] - size[0] / 2, at[1] - size[1] / 2, at[0] + size[0] / 2, at[1] + size[1] / 2


def _is_inside(box: Box, outline: Outline) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= WIDTH and box[3] <= outline.height


def _is_sea(box: Box, outline: Outline) -> bool:
    left, top, right, bottom = box
    xs = [left - 6 + (right - left + 12) * i / 16 for i in range(17)]
    return not any(outline.is_land(x, y) for x in xs for y in (top + 4, (top + bottom) / 2, bottom - 4))


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _through(line: tuple[Point, Point], box: Box) -> bool:
    left, top, right, bottom = box
    (ax, ay), (bx, by) = line
    if max(ax, bx) < left or min(ax, bx) > right or max(ay, by) < top or min(ay, by) > bottom:
        return False
    edges = [((left, top), (right, top)), ((left, bottom), (right, bottom)), ((left, top), (left, bottom)), ((right, top), (right, bottom))]
    return any(crosses(line, edge) for edge in edges)


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
