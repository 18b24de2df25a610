"""Every wording of the heads, checked like arithmetic."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components.sentences import (
    Change,
    Course,
    National,
    change,
    closeness,
    count_word,
    course,
    lowered,
    names,
    national,
    national_head,
    next_rank,
    province_head,
    why_sentence,
)
from dashboard.figures.explanation import explain, parts
from tests.components.examples import october

TOTALS = (("Bắc Ninh", 91.52), ("Quảng Ninh", 90.57), ("Đà Nẵng", 79.9), ("Cao Bằng", 79.42), ("Huế", 78.89))


def said(words: str) -> str:
    """The sentence with plain spaces: where it may break is tested apart."""
    return words.replace("\u00a0", " ")


def _national(**changes: Any) -> str:
    return said(national(dataclasses.replace(National("tháng 10/2025", TOTALS, 80.0), **changes)))


def test_counts_are_words_up_to_twelve() -> None:
    assert [said(count_word(n)) for n in (0, 1, 4, 10, 11, 12, 13, 34)] == [
        "không",
        "một",
        "bốn",
        "mười",
        "mười một",
        "mười hai",
        "13",
        "34",
    ]


def test_names_are_joined_as_people_do() -> None:
    assert said(names([])) == ""
    assert said(names(["Huế"])) == "Huế"
    assert said(names(["Huế", "Cao Bằng"])) == "Huế và Cao Bằng"
    assert said(names(["Huế", "Cao Bằng", "Đà Nẵng"])) == "Huế, Cao Bằng và Đà Nẵng"


def test_the_head_of_october_is_the_one_of_the_design() -> None:
    assert said(national_head(october())) == (
        "Tháng 10/2025: Bắc Ninh dẫn đầu với 91,52 điểm; Huế, Cao Bằng và Đà Nẵng dưới 80. Thái Nguyên tụt 23 bậc so với lũy kế."
    )


def test_two_leaders_are_named_and_five_are_counted() -> None:
    assert _national(totals=(("A", 90.0), ("B", 90.0), ("C", 85.0))).startswith(
        "Tháng 10/2025: A và B cùng dẫn đầu với 90,00 điểm; không nơi nào dưới 80"
    )
    five = tuple((letter, 90.0) for letter in "ABCDE")
    assert "Năm nơi cùng dẫn đầu với 90,00 điểm" in _national(totals=(*five, ("F", 81.0)))


@pytest.mark.parametrize(
    ("line", "wording"),
    [
        (70.0, "; không nơi nào dưới 70."),
        (79.0, "; Huế dưới 79."),
        (79.5, "; Huế và Cao Bằng dưới 79,5."),
        (91.0, "; Huế, Cao Bằng, Đà Nẵng và Quảng Ninh dưới 91."),
        (99.0, "; cả năm nơi đều dưới 99."),
    ],
)
def test_those_below_the_line(line: float, wording: str) -> None:
    assert _national(line=line).endswith(wording)


def test_a_value_on_the_line_is_not_below_it() -> None:
    assert _national(totals=(("A", 90.0), ("B", 80.0))).endswith("không nơi nào dưới 80.")


def test_more_than_four_below_are_counted() -> None:
    many = (("A", 95.0), *((letter, 70.0) for letter in "BCDEFG"))
    assert "; sáu nơi dưới 80." in _national(totals=many)


def test_where_only_one_place_has_a_total_nobody_leads() -> None:
    assert _national(totals=(("A", 90.0),)) == "Tháng 10/2025: mới có A với 90,00 điểm."
    assert _national(totals=(("A", 70.0),)) == "Tháng 10/2025: mới có A với 70,00 điểm, dưới 80."


def test_nobody_with_a_total() -> None:
    assert _national(totals=()) == "Tháng 10/2025: chưa tỉnh, thành phố nào có điểm."


def test_missing_totals_are_counted() -> None:
    assert "; hai nơi chưa có điểm." in _national(unreported=2)


@pytest.mark.parametrize(
    ("falls", "wording"),
    [
        ((("A", 23), ("B", 5)), " A tụt 23 bậc so với lũy kế."),
        ((("A", 9), ("B", 9)), " A và B cùng tụt 9 bậc so với lũy kế."),
        (tuple((letter, 9) for letter in "ABCDE"), " Năm nơi cùng tụt 9 bậc so với lũy kế."),
        ((("A", 2),), "Đà Nẵng dưới 80."),
        ((), "Đà Nẵng dưới 80."),
    ],
)
def test_the_hardest_fall(falls: tuple[tuple[str, int], ...], wording: str) -> None:
    assert _national(falls=falls, baseline="lũy kế").endswith(wording)


def test_without_a_baseline_nobody_fell() -> None:
    assert "tụt" not in _national(falls=(("A", 23),))


@pytest.mark.parametrize(
    ("one", "wording"),
    [
        (Change(22, 34, 12, "thanh toán trực tuyến"), "Tụt mười bậc, trước hết vì thanh toán trực tuyến"),
        (Change(26, 34, 3, "công khai"), "Tụt 23 bậc, trước hết vì công khai"),
        (Change(23, 34, 22, ""), "Tụt một bậc vì nơi khác vượt lên, không nhóm nào kém mặt bằng"),
        (Change(23, 34, 22, None), "Tụt một bậc so với lũy kế"),
        (Change(8, 34, 23, "số hóa hồ sơ"), "Lên 15 bậc, trước hết nhờ số hóa hồ sơ"),
        (Change(8, 34, 9, ""), "Lên một bậc vì nơi khác lùi lại, không nhóm nào hơn mặt bằng"),
        (Change(1, 34, 4, "tiến độ"), "Lên dẫn đầu từ hạng 4, trước hết nhờ tiến độ"),
        (Change(1, 34, 1, ""), "Dẫn đầu, như lũy kế"),
        (Change(22, 34, 22, ""), "Giữ nguyên hạng 22 như lũy kế"),
        (Change(22, 34, None), "Hạng 22 trong 34, chưa có kỳ nào để so"),
    ],
)
def test_a_change_of_rank(one: Change, wording: str) -> None:
    assert said(change(one)) == wording


def test_the_reason_is_the_greatest_difference_from_the_country_not_the_greatest_own_change() -> None:
    board = october()
    row = next(row for row in board.rows if row.unit.name_vi == "Phú Thọ")
    now = {key: one.value for key, one in row.components.items() if one.value is not None}
    before = {key: one.before for key, one in row.components.items() if one.before is not None}
    changes = parts(now, before, board.country)
    assert min(changes, key=lambda part: part.own).component == "index766_digitisation"
    ranks = {one.unit.key: one.rank for one in board.rows}
    earlier = {one.unit.key: one.before_rank or 0 for one in board.rows}
    explanation = explain(row.unit.key, ranks, earlier, changes)
    assert said(province_head(row, explanation)) == "Tụt mười bậc, trước hết vì thanh toán trực tuyến"
    assert (
        said(why_sentence("Phú Thọ", explanation))
        == "Phú Thọ giảm nhiều hơn mặt bằng; hạng giảm vì mười một nơi vượt lên, chỉ một nơi lùi lại."
    )


def test_without_an_explanation_no_reason_is_invented() -> None:
    row = october().rows[21]
    assert said(province_head(row, None)) == "Tụt mười bậc so với lũy kế"
    assert said(province_head(dataclasses.replace(row, before_rank=None), None)) == "Hạng 22 trong 34, chưa có kỳ nào để so"


def test_a_component_inside_a_sentence_is_small_and_short() -> None:
    assert lowered("Công khai, minh bạch") == "công khai"
    assert lowered("Đúng hạn") == "đúng hạn"


def test_the_way_to_the_next_rank() -> None:
    assert said(next_rank(20, 0.17)) == "Còn 0,17 điểm nữa tới hạng 20"
    assert said(next_rank(1, None, 0.95)) == "Đang dẫn đầu, hơn nơi kế tiếp 0,95 điểm"
    assert said(next_rank(1, None, 0.0)) == "Đang dẫn đầu cùng điểm với nơi kế tiếp"
    assert next_rank(1, None) == "Đang dẫn đầu"


@pytest.mark.parametrize(
    ("own", "country", "wording"),
    [
        (-0.35, -0.51, "giảm ít hơn mặt bằng"),
        (-2.33, -0.51, "giảm nhiều hơn mặt bằng"),
        (1.0, 0.5, "tăng nhiều hơn mặt bằng"),
        (0.2, 0.5, "tăng ít hơn mặt bằng"),
        (0.2, -0.5, "tăng điểm khi mặt bằng giảm"),
        (-0.2, 0.5, "giảm điểm khi mặt bằng tăng"),
        (-0.2, 0.0, "giảm điểm khi mặt bằng không đổi"),
        (0.0, -0.5, "giữ điểm khi mặt bằng giảm"),
        (0.0, 0.5, "giữ điểm khi mặt bằng tăng"),
        (0.0, 0.0, "không đổi, như mặt bằng"),
        (-0.5, -0.5, "giảm bằng mặt bằng"),
        (0.004, 0.0, "không đổi, như mặt bằng"),
    ],
)
def test_a_total_beside_the_countrys(own: float, country: float, wording: str) -> None:
    assert said(course(Course("Lâm Đồng", own, country, 0, 0, 0))) == f"Lâm Đồng {wording}; hạng giữ nguyên."


@pytest.mark.parametrize(
    ("places", "overtook", "back", "wording"),
    [
        (-2, 6, 4, "hạng giảm vì sáu nơi vượt lên, chỉ bốn nơi lùi lại."),
        (-2, 2, 0, "hạng giảm vì hai nơi vượt lên, không nơi nào lùi lại."),
        (-1, 3, 3, "hạng giảm vì ba nơi vượt lên, ba nơi lùi lại."),
        (5, 1, 6, "hạng tăng vì sáu nơi lùi lại, chỉ một nơi vượt lên."),
        (5, 0, 5, "hạng tăng vì năm nơi lùi lại, không nơi nào vượt lên."),
        (0, 2, 2, "hạng giữ nguyên: hai nơi vượt lên, hai nơi lùi lại."),
    ],
)
def test_who_passed_whom(places: int, overtook: int, back: int, wording: str) -> None:
    assert said(course(Course("Lâm Đồng", 0, 0, places, overtook, back))).endswith(wording)


def test_what_a_range_means() -> None:
    assert said(closeness(9, 15, 7, 0.8)) == "Bảy nơi hạng 9–15 cách nhau không quá 1,6 điểm; thứ tự có thể đổi khi số liệu đến muộn."
    assert said(closeness(3, 3, 2, 0.8)).startswith("Hai nơi hạng 3 cách nhau")
    assert said(closeness(30, 30, 1, 0.8)) == "Không nơi nào cách dưới 0,8 điểm: hạng này vững khi số liệu đến muộn."


@given(st.integers(1, 34), st.one_of(st.none(), st.integers(1, 34)), st.sampled_from([None, "", "tiến độ"]))
def test_names_figures_and_units_never_part_at_a_line_end(rank: int, before: int | None, driver: str | None) -> None:
    words = change(Change(rank, 34, before, driver))
    assert " bậc" not in words
    assert "hạng " not in words
    assert "Hạng " not in words
