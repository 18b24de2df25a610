"""The cartogram: 34 equal tiles, always in the same place, and two dotted ones that hold the archipelagos' names, never a value."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dashboard.charts.marks import mark
from dashboard.charts.markup import Markup, figure, tag
from dashboard.charts.outline_map import map_key
from dashboard.charts.places import Place, fill_class, scale_of
from dashboard.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Tile:
    """A place in the grid, from 0; `name` only for archipelagos."""

    gso: str
    column: int
    row: int
    name: str = ""


@dataclass(frozen=True)
class Tiles:
    """The grid."""

    provinces: tuple[Tile, ...]
    archipelagos: tuple[Tile, ...]

    @property
    def columns(self) -> int:
        """How many columns it takes."""
        return 1 + max(tile.column for tile in (*self.provinces, *self.archipelagos))


@lru_cache(maxsize=4)
def load_tiles(provinces: Path, archipelagos: Path, grid: str = "34") -> Tiles:
    """Reads `gso_code,col,row` and `name_vi,gso_code,grid,col,row`. Raises ConfigurationError."""
    try:
        own = tuple(Tile(row["gso_code"], int(row["col"]), int(row["row"])) for row in _rows(provinces))
        far = tuple(Tile(r["gso_code"], int(r["col"]), int(r["row"]), r["name_vi"]) for r in _rows(archipelagos) if r["grid"] == grid)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{provinces}, {archipelagos}: not readable as tiles ({error!r})") from error
    return Tiles(own, far)


def tile_map(tiles: Tiles, places: Sequence[Place], title: str, lit: str = "") -> Markup:
    """Name, figure, rank or mark on each tile, all links; `lit` says what the alarm's colour means."""
    scale, by_gso = scale_of(places), {place.gso: place for place in places}
    drawn = [_tile(tile, by_gso[tile.gso], fill_class(by_gso[tile.gso], scale), len(places)) for tile in _read(tiles) if tile.gso in by_gso]
    far = [_archipelago(tile, by_gso.get(tile.gso)) for tile in tiles.archipelagos]
    grid = tag("ul", *drawn, *far, class_="tiles", style=f"--columns:{tiles.columns}", aria_label=title)
    key = map_key(scale, lit if any(place.state == "alarm" for place in places) else "", any(place.value is None for place in places))
    return tag("figure", tag("div", grid, class_="tilebox"), key, class_="cartogram")


def _read(tiles: Tiles) -> list[Tile]:
    """In the order of reading, which is the order of the tab key."""
    return sorted(tiles.provinces, key=lambda tile: (tile.row, tile.column))


def _tile(tile: Tile, place: Place, fill: str, units: int) -> Markup:
    corner = mark("alarm") if place.state == "alarm" else mark(place.state, False) if place.state in ("late", "silent", "sim") else None
    rank = figure(str(place.rank), "rk") if corner is None and place.rank is not None else None
    note = tag("span", place.note, class_="note") if place.note else None
    parts = [tag("span", place.name, class_="nm"), figure(place.figure, "val"), note, rank, corner]
    link = tag("a", *parts, href=place.href, aria_label=place.words(units), title=place.words(units))
    return tag("li", link, class_=f"tile {fill} {place.state}".strip(), style=_position(tile))


def _archipelago(tile: Tile, owner: Place | None) -> Markup:
    name = tag("span", tile.name.removeprefix("Quần đảo "), class_="nm")
    belongs = tag("span", owner.name, class_="note") if owner else None
    return tag("li", name, belongs, class_="tile far", style=_position(tile), title=tile.name)


def _position(tile: Tile) -> str:
    return f"grid-column:{tile.column + 1};grid-row:{tile.row + 1}"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
