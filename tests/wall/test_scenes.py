"""What the scenes say of the published figures, and of a month that has none."""

import re
from pathlib import Path

import pytest

from dashboard.boards import Boards
from dashboard.errors import NotFound
from dashboard.observations import Parsed
from dashboard.store import Store
from dashboard.store.write import land
from dashboard.wall.kind import Sight
from dashboard.wall.scenes import all_kinds
from tests.loaded import OCTOBER, Loaded, boards_over, observation, origin

OF_FIGURES = sorted(set(all_kinds()) - {"cameras"})
"""What the scene of cameras shows is tested in test_camera_scene.py."""


def words(html: str) -> str:
    """The text of a scene, its tags and doubled spaces left out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace(" ,", ",")


def drawn(boards: Boards, kind: str, turn: int = 0) -> str:
    """A scene as HTML."""
    return all_kinds()[kind].draw(Sight(boards, all_kinds()[kind].fields(), turn))


@pytest.fixture
def boards(published: Loaded) -> Boards:
    """Boards over October 2025."""
    return published.boards()


def test_the_overview_counts_the_provinces_under_the_line_and_names_the_three_lowest(boards: Boards) -> None:
    said = words(drawn(boards, "overview"))
    assert "3 tỉnh, thành phố dưới 80 điểm trong số 34" in said
    assert re.search(r"Huế 78,89 .*Cao Bằng 79,42 .*Đà Nẵng 79,90", said)
    assert "Hạng\xa03 lũy kế, hạng\xa026 tháng 10." in drawn(boards, "overview")


def test_the_overview_shows_at_most_six_things_and_the_age_of_its_figures(boards: Boards) -> None:
    html = drawn(boards, "overview")
    to_do = html[html.index('class="acts"') : html.index('class="wf"')]
    assert 1 <= to_do.count("<h3>") <= 6
    assert re.search(r"kỳ mới chậm \d+ ngày", words(html))
    assert "nhận lúc" in words(html)


def test_the_ranking_tells_the_hardest_fall_and_why(boards: Boards) -> None:
    said = words(drawn(boards, "ranking"))
    assert "−23 Thái Nguyên tụt 23 bậc" in said
    assert "Thua mặt bằng nhiều nhất ở công khai (−2,36) và số hóa hồ sơ (−1,69)." in said
    html = drawn(boards, "ranking")
    assert html.count('class="n rk"') == 34
    # Slopes of ten places and more are lit, the others are not.
    lit = sum(abs(row.places or 0) >= 10 for row in boards.ranking("766").rows)
    assert len(re.findall(r'<path d="[^"]*" class="(?:up|down)"', html)) == lit > 0


def test_the_map_names_both_archipelagos_and_its_source(boards: Boards) -> None:
    said = words(drawn(boards, "map"))
    for name in ("Quần đảo Hoàng Sa", "Quần đảo Trường Sa", "Open Development Vietnam", "Bắc\xa0Ninh dẫn đầu"):
        assert name in drawn(boards, "map") or name in said, name


def test_the_spotlight_goes_round_the_findings_and_is_the_same_for_the_same_round(boards: Boards) -> None:
    found = [boards.units.get(one.unit).name_vi for one in boards.ranking("766").findings]
    assert [name for turn, name in enumerate(found) if f"<h2>{name}</h2>" in drawn(boards, "spotlight", turn)] == found
    assert drawn(boards, "spotlight", 7) == drawn(boards, "spotlight", 7 + len(found))


@pytest.mark.parametrize("kind", OF_FIGURES)
def test_a_scene_without_figures_says_so_by_raising(kind: str, store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="chưa có số liệu"):
        drawn(boards_over(store, tmp_path), kind)


@pytest.mark.parametrize("kind", OF_FIGURES)
def test_a_scene_stands_with_one_province_and_nothing_to_compare(kind: str, store: Store, tmp_path: Path) -> None:
    land(store, origin(), Parsed((observation(84.5, "ha_noi", period=OCTOBER),), ()))
    assert "Hà Nội" in drawn(boards_over(store, tmp_path), kind)


@pytest.mark.parametrize("kind", OF_FIGURES)
def test_a_scene_holds_no_script_and_asks_for_nothing(kind: str, boards: Boards) -> None:
    html = drawn(boards, kind)
    assert not re.search(r"<script|\son\w+=|https?://|<img|<iframe|javascript:", html)


def test_the_spotlight_leads_a_phone_to_the_evidence_of_the_rank_it_shows(boards: Boards) -> None:
    kind = all_kinds()["spotlight"]
    with_code = kind.draw(Sight(boards, kind.fields(), 0, "https://trung-tam.example.vn"))
    assert with_code.count('class="qr"') == 1
    assert "Căn cứ số liệu" in with_code
    assert 'class="qr"' not in kind.draw(Sight(boards, kind.fields(), 0)), "no code without an address to lead to"
    other = kind.draw(Sight(boards, kind.fields(), 0, "https://other.example.vn"))
    assert re.findall(r'<path d="([^"]+)" fill="#000"', with_code) != re.findall(r'<path d="([^"]+)" fill="#000"', other)
