"""Findings in words, against the October figures and against boards made by hand."""

import dataclasses

import pytest

from dashboard.boards.shapes import RankingBoard
from dashboard.components.ranking_table import Order
from dashboard.figures.findings import Finding
from dashboard.pages.parts.sorting import sortable, sorted_rows
from dashboard.pages.parts.words import best_of, claim, province_claims
from tests.loaded import OCTOBER, TO_OCTOBER, Loaded


@pytest.fixture
def board(published: Loaded) -> RankingBoard:
    """October 2025."""
    return published.boards().ranking("766", OCTOBER)


def words(text: str) -> str:
    """With plain spaces."""
    return text.replace("\u00a0", " ")


def test_a_fall_names_both_ranks_and_the_weakest_group(board: RankingBoard) -> None:
    said = claim(board, Finding("fell", "alarm", "thai_nguyen_2025", "index766_transparency", 23))
    assert words(said.head) == "Thái Nguyên: hạng 3 lũy kế 10 tháng 2025, tháng 10/2025 hạng 26"
    assert words(said.detail) == "Công khai, minh bạch 15,59/18, trung vị 17,83."


def test_a_total_under_the_line_says_which_line(board: RankingBoard) -> None:
    said = claim(board, Finding("below_line", "alarm", "hue", "index766_progress", 1.11))
    assert words(said.head) == "Huế: 78,89 điểm, dưới 80, hạng 34"


def test_a_last_place_compares_with_the_year_to_date(board: RankingBoard) -> None:
    said = claim(board, Finding("lowest_component", "watch", "tay_ninh_2025", "index766_digitisation", 0.22))
    assert words(said.head) == "Tây Ninh: số hóa hồ sơ thấp nhất cả nước"
    assert words(said.detail) == "11,68/22, trung vị 16,56; lũy kế 17,61."


def test_every_finding_of_the_board_can_be_said(board: RankingBoard) -> None:
    for finding in board.findings:
        assert claim(board, finding).head


def test_phu_tho_fell_because_of_payment(published: Loaded) -> None:
    province = published.boards().province("phu_tho_2025", "766", OCTOBER)
    assert province.row is not None
    claims = province_claims(province, province.row)
    assert [(one.state, words(one.head)) for one in claims[:2]] == [
        ("alarm", "Thanh toán trực tuyến 7,63/10, thứ 28"),
        ("watch", "Công khai, minh bạch 15,79/18, thứ 32"),
    ]
    assert words(claims[0].detail) == "Giảm 1,57 so với lũy kế; cả nước giảm 0,43."


def test_each_province_is_said_of_in_figures_of_its_own_and_no_group_twice(published: Loaded) -> None:
    boards = published.boards()
    for row in boards.ranking("766", OCTOBER).rows:
        province = boards.province(row.unit.key, "766", OCTOBER)
        claims = province_claims(province, row)
        assert len({one.href for one in claims}) == len(claims) <= 5
        assert all(f"/{row.unit.key}/2025-10" in one.href for one in claims)


def test_without_a_baseline_nothing_is_said_of_a_change(published: Loaded) -> None:
    province = published.boards().province("phu_tho_2025", "766", TO_OCTOBER)
    assert province.row is not None
    assert not any("so với lũy kế" in one.detail for one in province_claims(province, province.row))


def test_the_best_is_a_name_or_a_number_of_places(board: RankingBoard) -> None:
    assert best_of(board, "index766_digitisation") == ("Hà Tĩnh", 20.68)
    assert best_of(board, "index766_transparency") == ("15 nơi", 18.0)
    assert best_of(dataclasses.replace(board, rows=()), "index766_digitisation") is None


@pytest.mark.parametrize("down", [True, False])
def test_every_column_sorts_all_rows_and_keeps_the_missing_last(board: RankingBoard, down: bool) -> None:
    first = board.rows[0]
    gap = dataclasses.replace(
        first, components={key: dataclasses.replace(one, value=None) for key, one in first.components.items()}, before_rank=None
    )
    holed = dataclasses.replace(board, rows=(gap, *board.rows[1:]))
    for key in sortable(holed):
        rows = sorted_rows(holed, Order(key, down))
        assert sorted(row.unit.key for row in rows) == sorted(row.unit.key for row in board.rows)
        if key.startswith("index766_") or key == "change":
            assert rows[-1] is gap


def test_names_sort_in_vietnamese_order(board: RankingBoard) -> None:
    names = [row.unit.name_vi for row in sorted_rows(board, Order("name"))]
    assert names.index("Điện Biên") > names.index("Cao Bằng")
    assert names.index("Đà Nẵng") < names.index("Đồng Nai") < names.index("Gia Lai")
