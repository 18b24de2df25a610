"""`data/walls.toml` and the law of the clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import ConfigurationError
from dashboard.settings import CHECKOUT
from dashboard.wall.plan import load_walls, position
from dashboard.wall.scenes import all_kinds

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RANKINGS = {"766": object()}


def test_the_walls_of_the_house_are_readable_and_show_every_kind_of_scene() -> None:
    walls = load_walls(CHECKOUT / "data" / "walls.toml", all_kinds(), RANKINGS)
    shown = {scene.kind.key for wall in walls.values() for scene in wall.scenes}
    assert "chinh" in walls
    assert shown == set(all_kinds())


def test_every_kind_stands_under_its_modules_name_with_a_title_and_a_sentence() -> None:
    for key, kind in all_kinds().items():
        assert (key, kind.draw.__module__) == (kind.key, f"dashboard.wall.scenes.{key}")
        assert kind.title
        assert kind.draw.__doc__


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a", "not valid TOML"),
        ("[a]\nname_vi = 'A'", r"\[a\] scenes: Field required"),
        ("[a]\nname_vi = 'A'\nscenes = []", r"\[a\] scenes"),
        ("['a b']\nname_vi = 'A'\nscenes = []", r"\[a b\]: a wall's key"),
        ("[a]\nname_vi = ''\nscenes = [{kind='map', seconds=30}]", r"\[a\] name_vi"),
        ("[a]\nname_vi = 'A'\nscenes = [{kind='maps', seconds=30}]", r"scenes.0.kind: “maps” is none of"),
        ("[a]\nname_vi = 'A'\nscenes = [{kind='map', seconds=1}]", r"scenes.0.seconds"),
        ("[a]\nname_vi = 'A'\nscenes = [{kind='map'}]", r"scenes.0.seconds"),
        ("[a]\nname_vi = 'A'\nscenes = [{kind='map', seconds=30, colour='red'}]", r"scenes.0.colour"),
        ("[a]\nname_vi = 'A'\nscenes = [{kind='map', seconds=30, ranking='767'}]", r"scenes.0.ranking: “767” is declared nowhere"),
        ("a = 1", r"\[a\]"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "walls.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=said):
        load_walls(tmp_path / "walls.toml", all_kinds(), RANKINGS)


def test_a_walls_cameras_are_those_of_its_scenes(tmp_path: Path) -> None:
    (tmp_path / "walls.toml").write_text(
        "[a]\nname_vi = 'A'\nscenes = [{kind='cameras', seconds=30, cameras=['x']}, {kind='cameras', seconds=30, cameras=['z']}]\n"
        "[b]\nname_vi = 'B'\nscenes = [{kind='map', seconds=30}]\n[c]\nname_vi = 'C'\nscenes = [{kind='cameras', seconds=30}]\n",
        encoding="utf-8",
    )
    walls = load_walls(tmp_path / "walls.toml", all_kinds(), RANKINGS, ["x", "y", "z"])
    assert {key: sorted(wall.cameras(["x", "y", "z"])) for key, wall in walls.items()} == {"a": ["x", "z"], "b": [], "c": ["x", "y", "z"]}
    with pytest.raises(ConfigurationError, match=r"\[a\] scenes.1.cameras: không có camera “z”"):
        load_walls(tmp_path / "walls.toml", all_kinds(), RANKINGS, ["x", "y"])


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"walls\.toml: cannot be read"):
        load_walls(tmp_path / "walls.toml", all_kinds(), RANKINGS)


@given(st.lists(st.integers(5, 600), min_size=1, max_size=6), st.integers(0, 4_000_000_000))
def test_each_second_has_one_scene_and_a_round_is_the_sum_of_them(durations: list[int], second: int) -> None:
    here = position(durations, EPOCH + timedelta(seconds=second))
    later = position(durations, EPOCH + timedelta(seconds=second + sum(durations)))
    following = position(durations, EPOCH + timedelta(seconds=second + here.left))
    assert 0 < here.left <= durations[here.scene]
    assert (later.scene, later.turn, later.left) == (here.scene, here.turn + 1, here.left)
    assert following.scene == (here.scene + 1) % len(durations)
    assert following.left == durations[following.scene]
