"""The real map and the tiles: every province, both archipelagos, labels in the open, nothing that escapes its escaping."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from dashboard.charts.labels import MOST, Label, Wanted, crosses, place_labels
from dashboard.charts.outline import ATTRIBUTION, WIDTH, Outline, load_outline
from dashboard.charts.outline_map import bare_outline, outline_map
from dashboard.charts.places import Place, Scale, scale_of
from dashboard.charts.simplify import area, simplify
from dashboard.charts.tile_map import Tiles, load_tiles, tile_map
from dashboard.errors import ConfigurationError
from dashboard.settings import CHECKOUT

GEO = CHECKOUT / "data" / "geo"
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def outline() -> Outline:
    return load_outline(GEO / "vn34.geojson", GEO / "vn_archipelago_labels.geojson")


@pytest.fixture(scope="module")
def tiles() -> Tiles:
    return load_tiles(GEO / "tiles34.csv", GEO / "tiles_archipelagos.csv")


@pytest.fixture(scope="module")
def places(outline: Outline) -> list[Place]:
    return [
        Place(shape.gso, f"u{shape.gso}", f"Tỉnh {shape.gso}", 80.0 + index / 3, 34 - index) for index, shape in enumerate(outline.shapes)
    ]


def _labels(outline: Outline, keys: list[str]) -> tuple[Label, ...]:
    at = {shape.gso: shape.inside for shape in outline.shapes}
    return place_labels(tuple(Wanted(gso, "Thái Nguyên 83,36", at[gso]) for gso in keys), outline)


def test_every_province_is_a_link_with_words(outline: Outline, places: list[Place]) -> None:
    drawn = outline_map(outline, places, [], "Điểm")
    assert set(re.findall(r'href="/tinh/(\w+)"', drawn)) == {place.unit for place in places}
    assert f'aria-label="{places[0].words(34)}"' in drawn


def test_both_archipelagos_are_named_on_every_map_with_their_provinces(outline: Outline, tiles: Tiles, places: list[Place]) -> None:
    for drawn in (outline_map(outline, places, [], "Điểm"), bare_outline(outline)):
        assert "Quần đảo Hoàng Sa" in drawn
        assert "Quần đảo Trường Sa" in drawn
    assert "(Đà Nẵng)" in outline_map(outline, [], [], "Điểm")
    cartogram = tile_map(tiles, places, "Điểm")
    assert re.search(r'class="tile far"[^>]*title="Quần đảo Hoàng Sa"', cartogram)
    assert re.search(r'class="tile far"[^>]*title="Quần đảo Trường Sa"', cartogram)


def test_the_map_says_where_its_borders_come_from(outline: Outline, places: list[Place]) -> None:
    assert ATTRIBUTION in outline_map(outline, places, [], "Điểm")


def test_islets_of_the_archipelagos_survive_the_thinning(outline: Outline) -> None:
    danang = next(shape for shape in outline.shapes if shape.gso == "48")
    khanhhoa = next(shape for shape in outline.shapes if shape.gso == "56")
    assert danang.path.count("M") >= 8
    assert khanhhoa.path.count("M") >= 50


@pytest.mark.parametrize("keys", [["46", "04", "48", "24", "22", "19", "80", "01"], ["11", "12", "14", "15", "91", "96", "56", "51"]])
def test_leaders_do_not_cross_and_texts_stand_in_the_sea_or_abroad(outline: Outline, keys: list[str]) -> None:
    labels = _labels(outline, keys)
    assert len(labels) >= 6, "most of the wanted names find a place"
    for one, other in combinations(labels, 2):
        assert not crosses(one.leader, other.leader), (one.key, other.key)
    for label in labels:
        x, y = label.at
        assert not outline.is_land(x, y), label
        assert 0 <= x <= WIDTH


def test_never_more_than_eight_names(outline: Outline) -> None:
    assert len(_labels(outline, [shape.gso for shape in outline.shapes])) <= MOST


def test_hostile_names_stay_text(outline: Outline, tiles: Tiles, places: list[Place]) -> None:
    named = [Place(place.gso, place.unit, HOSTILE, place.value, place.rank, note=HOSTILE) for place in places]
    for drawn in (outline_map(outline, named, [named[0].unit], HOSTILE, HOSTILE), tile_map(tiles, named, HOSTILE, HOSTILE)):
        assert "<script" not in drawn


def test_tiles_keep_their_places_and_never_overlap(tiles: Tiles) -> None:
    taken = [(tile.column, tile.row) for tile in (*tiles.provinces, *tiles.archipelagos)]
    assert len(taken) == len(set(taken)) == 36


def test_the_four_gaps_have_four_looks_on_tiles(tiles: Tiles) -> None:
    zero = Place("01", "a", "A", 0.0, 34)
    silent = Place("04", "b", "B", None, None, "silent")
    late = Place("08", "c", "C", 80.0, 3, "late", "kỳ 9/2025")
    simulated = Place("11", "d", "D", 80.0, 3, "sim")
    drawn = tile_map(tiles, [zero, silent, late, simulated], "Điểm")
    classes = re.findall(r'<li class="(tile [^"]*)"', drawn)[:4]
    assert len(set(classes)) == 4
    assert "0,00" in drawn
    assert "––" in drawn
    assert "kỳ 9/2025" in drawn


def test_an_alarm_is_never_told_by_colour_alone(tiles: Tiles) -> None:
    drawn = tile_map(tiles, [Place("46", "hue", "Huế", 78.89, 34, "alarm")], "Điểm", "dưới 80 điểm")
    assert '<use href="#alarm"/>' in drawn
    assert "dưới 80 điểm" in drawn


def test_the_scale_leaves_lit_values_out_and_has_seven_steps() -> None:
    values = [Place("01", "a", "A", 91.5, 1), Place("04", "b", "B", 80.3, 2), Place("46", "c", "C", 60.0, 3, "alarm")]
    scale = scale_of(values)
    assert (scale.low, scale.high) == (80.0, 92.0)
    assert [scale.step(value) for value in (0, 80, 86, 92, 100)] == [1, 1, 4, 7, 7]
    assert scale_of([]) == Scale(0.0, 100.0)


def test_neighbours_keep_one_border_when_it_is_thinned() -> None:
    wave = [(0.0, float(y)) if y % 2 else (0.1, float(y)) for y in range(11)]
    left = [*wave, (-5.0, 10.0), (-5.0, 0.0), wave[0]]
    right = [*wave[::-1], (5.0, 0.0), (5.0, 10.0), wave[-1]]
    one, other = simplify([left, right], 0.5)
    shared = {point for point in one if point in wave}
    assert shared == {point for point in other if point in wave}
    assert len(shared) < len(wave)
    assert area(one) + area(other) == pytest.approx(area(left) + area(right), abs=1e-9)


def test_unreadable_borders_name_their_file(tmp_path: Path) -> None:
    broken = tmp_path / "vn.geojson"
    broken.write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"vn\.geojson"):
        load_outline(broken, broken)
    with pytest.raises(ConfigurationError, match=r"vn\.geojson"):
        load_tiles(broken, tmp_path / "none.csv")
