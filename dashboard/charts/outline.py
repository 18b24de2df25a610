"""The country's outline for drawing: borders projected, thinned and turned into SVG paths, once a process."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Any

from dashboard.charts.simplify import Point, Ring, area, simplify
from dashboard.errors import ConfigurationError

ATTRIBUTION = (
    "Ranh giới tỉnh: Open Development Vietnam / Cục Đo đạc và Bản đồ (2016), CC BY-SA 4.0; giản lược; "
    "34 tỉnh gộp theo Nghị quyết 202/2025/QH15."
)
WIDTH = 720.0
"""Units of the drawing from the westernmost to the easternmost point, margin included."""

_MARGIN = 6.0
_TOLERANCE = 0.35
_LEAST_ISLAND = 1.2
_SEA_EAST_OF = 110.5  # beyond this longitude everything belongs to the archipelagos: every islet of theirs is kept
_CELL = 6.0


@dataclass(frozen=True, slots=True)
class Shape:
    """A province: its path, and a point well inside its largest part, in units of the drawing."""

    gso: str
    path: str
    inside: Point


@dataclass(frozen=True)
class Archipelago:
    """A name that always stands on the map, with the province it belongs to, in units of the drawing."""

    name: str
    owner: str
    at: Point


@dataclass(frozen=True)
class Outline:
    """All shapes on a drawing of WIDTH × `height` units. `land` are the cells (of 6 units) that hold land."""

    height: float
    shapes: tuple[Shape, ...]
    archipelagos: tuple[Archipelago, ...]
    land: frozenset[tuple[int, int]]

    def is_land(self, x: float, y: float) -> bool:
        """Whether the cell of a point holds land."""
        return (int(x // _CELL), int(y // _CELL)) in self.land


@lru_cache(maxsize=4)
def load_outline(borders: Path, names: Path) -> Outline:
    """Reads two GeoJSON files: provinces with `gso_code`, and points with `name_vi` and `owner_vi`. Raises ConfigurationError."""
    try:
        features = json.loads(borders.read_text(encoding="utf-8"))["features"]
        points = json.loads(names.read_text(encoding="utf-8"))["features"]
        return _outline(features, points)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ConfigurationError(f"{borders}, {names}: not readable as borders ({error!r})") from error


def _outline(features: list[dict[str, Any]], names: list[dict[str, Any]]) -> Outline:
    flat = [
        (feature["properties"]["gso_code"], [(p[0], p[1]) for p in ring]) for feature in features for ring in _outer(feature["geometry"])
    ]
    west, east = min(p[0] for _, r in flat for p in r), max(p[0] for _, r in flat for p in r)
    south, north = min(p[1] for _, r in flat for p in r), max(p[1] for _, r in flat for p in r)
    squeeze = cos(radians((south + north) / 2))
    unit = (WIDTH - 2 * _MARGIN) / ((east - west) * squeeze)

    def project(p: Point) -> Point:
        return _MARGIN + (p[0] - west) * squeeze * unit, _MARGIN + (north - p[1]) * unit

    projected = [[project(p) for p in ring] for _, ring in flat]
    thin = simplify(projected, _TOLERANCE)
    rings: dict[str, list[Ring]] = {}
    for (gso, original), before, after in zip(flat, projected, thin, strict=True):
        is_far = original[0][0] > _SEA_EAST_OF
        if is_far or area(before) >= _LEAST_ISLAND:
            rings.setdefault(gso, []).append(after if area(after) > _LEAST_ISLAND else before)
    labels = tuple(
        Archipelago(n["properties"]["name_vi"], n["properties"]["owner_vi"], project(tuple(n["geometry"]["coordinates"]))) for n in names
    )
    shapes = tuple(Shape(gso, "".join(map(_path, parts)), _inside(max(parts, key=area))) for gso, parts in rings.items())
    return Outline(2 * _MARGIN + (north - south) * unit, shapes, labels, _land(rings))


def _outer(geometry: Mapping[str, Any]) -> list[list[list[float]]]:
    """All rings: the borders' holes are other provinces' rings, and an even-odd fill leaves them empty."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


def _path(ring: Ring) -> str:
    """Tenths of a unit, relative, integers: the shortest way to write it."""
    points = [(round(10 * x), round(10 * y)) for x, y in ring[:-1]]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points)]
    moves = " ".join(f"{dx} {dy}" for dx, dy in steps if (dx, dy) != (0, 0))
    return f"M{points[0][0]} {points[0][1]}l{moves}z".replace(" -", "-")


def _inside(ring: Ring) -> Point:
    """The middle of the widest span of the ring at the height of its centre of gravity."""
    ys = [p[1] for p in ring]
    centre = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(ring))
    doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    y = centre / (3 * doubled) if doubled else sum(ys) / len(ys)
    crossings = _crossings(ring, y)
    spans = list(zip(crossings[::2], crossings[1::2], strict=False))
    left, right = max(spans, key=lambda span: span[1] - span[0]) if spans else (ring[0][0], ring[0][0])
    return (left + right) / 2, y


def _crossings(ring: Ring, y: float) -> list[float]:
    return sorted(a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]) for a, b in pairwise(ring) if (a[1] <= y) != (b[1] <= y))


def _land(rings: Mapping[str, list[Ring]]) -> frozenset[tuple[int, int]]:
    cells: set[tuple[int, int]] = set()
    for ring in (ring for parts in rings.values() for ring in parts):
        cells.update((int(x // _CELL), int(y // _CELL)) for x, y in ring)
        for row in range(int(min(p[1] for p in ring) // _CELL), int(max(p[1] for p in ring) // _CELL) + 1):
            spans = _crossings(ring, (row + 0.5) * _CELL)
            for left, right in zip(spans[::2], spans[1::2], strict=False):
                cells.update((column, row) for column in range(int(left // _CELL), int(right // _CELL) + 1))
    return frozenset(cells)
