"""Fewer points in borders, without gaps: a border that two provinces share is thinned once and stays the same line for both."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Ring: TypeAlias = list[Point]
"""A closed line: the last point is the first."""


def simplify(rings: Sequence[Ring], tolerance: float) -> list[Ring]:
    """The same rings, each point kept that lies farther than the tolerance from the line without it (Douglas, Peucker 1973)."""
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for one, other in pairwise(ring):
            neighbours[one].add(other)
            neighbours[other].add(one)
    # Where more than two borders meet, the line must pass.
    corners = {point for point, others in neighbours.items() if len(others) > 2}
    return [_thinned(ring, corners, tolerance) for ring in rings]


def area(ring: Ring) -> float:
    """The area inside, positive whichever way the ring runs."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2


def _thinned(ring: Ring, corners: set[Point], tolerance: float) -> Ring:
    here = [index for index, point in enumerate(ring[:-1]) if point in corners]
    # A ring that meets nobody twice is cut at its least point and the one farthest from it, so that an enclave and its hole agree.
    start = here[0] if here else ring.index(min(ring[:-1]))
    turned = ring[start:-1] + ring[: start + 1]
    cuts = [index for index, point in enumerate(turned[:-1]) if point in corners] if here else [0]
    if len(cuts) == 1:
        cuts.append(max(range(len(turned)), key=lambda index: (_square(turned[0], turned[index]), turned[index])))
    kept: Ring = []
    for first, last in zip(cuts, [*cuts[1:], len(turned) - 1], strict=True):
        kept += _arc(turned[first : last + 1], tolerance)[:-1]
    return [*kept, kept[0]]


def _arc(points: Ring, tolerance: float) -> Ring:
    """An arc, thinned in the same direction whichever province asks."""
    is_turned = points[-1] < points[0]
    ordered = points[::-1] if is_turned else points
    keep = {0, len(ordered) - 1}
    open_spans = [(0, len(ordered) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        farthest, gap = _farthest(ordered, first, last)
        if gap > tolerance:
            keep.add(farthest)
            open_spans += [(first, farthest), (farthest, last)]
    kept = [ordered[index] for index in sorted(keep)]
    return kept[::-1] if is_turned else kept


def _farthest(points: Ring, first: int, last: int) -> tuple[int, float]:
    (ax, ay), (bx, by) = points[first], points[last]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    best, gap = first, 0.0
    for index in range(first + 1, last):
        x, y = points[index]
        away = abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length if length else ((x - ax) ** 2 + (y - ay) ** 2) ** 0.5
        if away > gap:
            best, gap = index, away
    return best, gap


def _square(one: Point, other: Point) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
