"""Charts along one line: strips, bars, rulers, reasons, ladders, courses."""

import re
from itertools import pairwise

import pytest

from dashboard.charts.bars import Target, median_bar, score_bar, target_bar
from dashboard.charts.difference_bars import difference_bars
from dashboard.charts.dot_strip import Strip, StripDot, dot_strips
from dashboard.charts.neighbours import neighbours
from dashboard.charts.rank_ruler import rank_ruler
from dashboard.charts.sparkline import sparkline

HOSTILE = "<script>"


def _strip(*values: float) -> str:
    return dot_strips([Strip("Số hóa hồ sơ", 22, 16.0, tuple(StripDot(f"Tỉnh {n}", value) for n, value in enumerate(values)))])


def test_a_strip_names_its_ends() -> None:
    drawn = _strip(11.68, 16.0, 20.68)
    assert "Tỉnh\u00a00\u00a011,68" in drawn
    assert "Tỉnh\u00a02\u00a020,68" in drawn
    assert drawn.count("<circle") == 3


def test_who_shares_an_end_is_counted_instead_of_named() -> None:
    assert "2\u00a0nơi\u00a0cùng\u00a020,68" in _strip(11.68, 20.68, 20.68)


def test_when_all_are_equal_only_one_end_is_told() -> None:
    drawn = _strip(18, 18, 18)
    assert "3\u00a0nơi\u00a0cùng\u00a018,00" in drawn
    assert "worst" not in drawn


def test_an_empty_strip_and_no_strip_at_all_can_be_drawn() -> None:
    assert "<circle" not in _strip()
    assert dot_strips([]).startswith("<ul")


def test_hostile_names_stay_text() -> None:
    assert "<script" not in dot_strips([Strip(HOSTILE, 1, None, (StripDot(HOSTILE, 1),))], HOSTILE)
    assert "<script" not in neighbours([(1, HOSTILE, 1, "/", False)])
    assert "<script" not in difference_bars([(HOSTILE, 1, 1, 0)])


def test_bars_never_leave_their_track() -> None:
    assert "width:100%" in score_bar(120, 70, 100)
    assert "width:0%" in score_bar(10, 70, 100)
    assert "width:0%" in target_bar(Target(-0.1), "")


def test_a_forecast_is_hatched_only_beyond_what_is_done() -> None:
    assert "<u " in target_bar(Target(0.5, 0.9, 0.7), "")
    assert "<u " not in target_bar(Target(0.5, 0.9, 0.4), "")


def test_a_missing_component_is_a_gap_not_an_empty_bar() -> None:
    assert "tb gap" in median_bar(None, 5, 10, "chưa báo cáo")
    assert "tb gap" not in median_bar(0, 5, 10, "0")


def test_the_ruler_says_rank_range_and_the_rank_before() -> None:
    drawn = rank_ruler(22, (20, 24), 34, 12)
    assert 'aria-label="Hạng 22 trong 34, khoảng 20 đến 24, lũy kế hạng 12"' in drawn
    assert drawn.count('class="way down"') == 1
    assert 'class="way up"' in rank_ruler(5, (4, 6), 34, 12)


@pytest.mark.parametrize("rank", [1, 2, 17, 33, 34])
def test_no_two_figures_under_the_ruler_stand_on_each_other(rank: int) -> None:
    drawn = rank_ruler(rank, (max(1, rank - 2), min(34, rank + 2)), 34, min(34, rank + 1))
    at = sorted(float(left) for left in re.findall(r"--at:([\d.]+)%", drawn))
    assert all(b - a > 5 for a, b in pairwise(at)), at


def test_a_rank_that_did_not_move_has_no_ring() -> None:
    assert 'class="was"' not in rank_ruler(3, (3, 3), 34, 3)


def test_reasons_keep_signs_apart_from_one_zero() -> None:
    drawn = difference_bars([("Thanh toán", -1.57, -0.43, -1.14), ("Tiến độ", -0.87, -0.9, 0.03)], ("Cộng", -2.44, -1.33, -1.11))
    assert "−1,14" in drawn
    assert "+0,03" in drawn
    lefts = re.findall(r'<u style="left:([\d.]+)%"', drawn)
    assert len(set(lefts)) == 1
    assert difference_bars([]).startswith("<table")


def test_the_ladder_shows_points_away_from_the_chosen_one() -> None:
    drawn = neighbours([(21, "Đắk Lắk", 84.94, "/a", False), (22, "Phú Thọ", 84.8, "/b", True), (23, "Hồ Chí Minh", 84.79, "/c", False)])
    assert "+0,14" in drawn
    assert "−0,01" in drawn
    assert 'aria-current="true"' in drawn
    assert 'href="/b"' not in drawn


def test_a_course_needs_six_points_and_keeps_its_gaps() -> None:
    assert sparkline([1, 2, 3, 4, 5], "") == ""
    drawn = sparkline([1, 2, 3, None, 5, 6, 7], "")
    assert drawn.count("M") == 2
