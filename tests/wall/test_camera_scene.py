"""What the camera scene says before its script runs: every camera in its place, states in words, the province's figures beside it."""

import re
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from pydantic import SecretStr

from dashboard.boards import Boards
from dashboard.camera.registry import Camera, Cameras
from dashboard.camera.states import State
from dashboard.errors import NotFound
from dashboard.store import Store, cameras
from dashboard.store.cameras import Still
from dashboard.wall.kind import Sight
from dashboard.wall.scenes.cameras import MOST, SCENE, Halls
from tests.loaded import NOW, Loaded, boards_over

PLACES = [("bac_ninh_2025", "Bắc Ninh"), ("hue", "Huế"), ("ha_noi", "Hà Nội"), ("cao_bang", "Cao Bằng"), ("lai_chau", "Lai Châu")]


def listed(count: int = len(PLACES), provenance: str = "simulated") -> Cameras:
    """So many cameras, the fifth of them not connected."""
    made = {}
    for number in range(count):
        unit, name = PLACES[number % len(PLACES)]
        url = SecretStr("" if number == 4 else "rtsp://127.0.0.1/x")
        fields = {
            "name_vi": f"{name} {number}",
            "unit": unit,
            "place_vi": "Sảnh",
            "purpose_vi": "Thử",
            "url": url,
            "provenance": provenance,
        }
        made[f"c{number}"] = Camera.model_validate({"key": f"c{number}", **fields})
    return Cameras(MappingProxyType(made))


def drawn(boards: Boards, turn: int = 0, *chosen: str) -> str:
    """The scene as HTML."""
    return SCENE.draw(Sight(boards, Halls(cameras=chosen), turn))


def large(html: str) -> str:
    """The camera that is shown large."""
    found = re.search(r'class="hall pic" data-camera="(\w+)"', html)
    assert found is not None
    return found[1]


def tiles(html: str) -> list[tuple[str, str]]:
    """Camera and tone of each tile, in order."""
    return re.findall(r'class="hall" data-camera="(\w+)"(?: data-plays="\w+")? data-tone="(\w+)"', html)


def test_every_camera_has_its_place_and_says_how_it_stands(store: Store, tmp_path: Path) -> None:
    cameras.keep_still(store, "c0", Still(b"x", NOW - timedelta(hours=1)))
    cameras.set_state(store, "c1", State.LOST, NOW, NOW - timedelta(minutes=3))
    cameras.set_state(store, "c2", State.CODEC, NOW, None)
    html = drawn(boards_over(store, tmp_path, cameras=listed()))
    assert tiles(html) == [("c0", "late"), ("c1", "alarm"), ("c2", "watch"), ("c3", "silent"), ("c4", "silent")]
    for said in ("Ảnh lúc 08:00", "Mất tín hiệu lúc 08:57", "Luồng H.265, chưa phát được", "Chưa có ảnh", "Chưa kết nối"):
        assert said in html
    assert re.findall(r'data-count="(\w+)"(?! hidden)', html) == ["alarm", "late", "watch", "silent"]
    assert html.count('data-plays="c4"') == 0, "what has no address is not called"


def test_the_large_one_changes_with_the_round_and_passes_over_what_gives_no_picture(store: Store, tmp_path: Path) -> None:
    cameras.set_state(store, "c1", State.LOST, NOW, NOW)
    boards = boards_over(store, tmp_path, cameras=listed())
    assert [large(drawn(boards, turn)) for turn in range(6)] == ["c0", "c2", "c2", "c3", "c0", "c0"]


def test_more_cameras_than_fit_are_shown_in_turn_each_once(store: Store, tmp_path: Path) -> None:
    boards = boards_over(store, tmp_path, cameras=listed(2 * MOST + 3))
    pages = [[camera for camera, _ in tiles(drawn(boards, turn))] for turn in range(3)]
    assert [len(page) for page in pages] == [MOST, MOST, 3]
    assert len({camera for page in pages for camera in page}) == 2 * MOST + 3


def test_cameras_that_are_named_are_shown_and_no_others(store: Store, tmp_path: Path) -> None:
    boards = boards_over(store, tmp_path, cameras=listed())
    assert [camera for camera, _ in tiles(drawn(boards, 0, "c3", "c0"))] == ["c3", "c0"]


def test_beside_the_picture_stand_the_figures_of_its_province(published: Loaded) -> None:
    html = drawn(boards_over(published.store, published.raw, cameras=listed()), turn=1)
    assert large(html) == "c1"
    for said in ("<h2>Huế</h2>", "trong 34", "78,89", "Tiến độ giải quyết", "Kỳ 10/2025"):
        assert said in html


def test_a_picture_stands_without_figures(store: Store, tmp_path: Path) -> None:
    html = drawn(boards_over(store, tmp_path, cameras=listed()))
    assert "<h2>Bắc Ninh</h2>" in html
    assert "Tổng điểm" not in html


def test_what_is_drawn_says_so_and_what_is_real_does_not(store: Store, tmp_path: Path) -> None:
    assert "5 camera mô phỏng, cảnh vẽ" in drawn(boards_over(store, tmp_path, cameras=listed()))
    assert "mô phỏng" not in drawn(boards_over(store, tmp_path, cameras=listed(provenance="official"))).lower()


def test_without_a_camera_there_is_no_scene(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="chưa có camera nào"):
        drawn(boards_over(store, tmp_path))


def test_the_scene_holds_no_address_and_no_script(store: Store, tmp_path: Path) -> None:
    html = drawn(boards_over(store, tmp_path, cameras=listed()))
    assert not re.search(r"<script|\son\w+=|https?://|rtsp:| src=|javascript:", html)
