"""What a ranking says in words, tested like arithmetic."""

from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

import pytest

from dashboard.boards.ranked import Baseline, InputMark, RankStory, UnrankedUnit
from dashboard.components.ranked_words import change_sentence, compared_words, gainers, head, mark_words, move_words, points_words, reason
from dashboard.components.ranking_table import Order, RankingLinks, ranking_table
from dashboard.figures.rank_change import RankChange
from dashboard.figures.what_would_lift import Move
from dashboard.periods import Period
from tests.components.examples import CATALOG, TO_OCTOBER, october, unit

ONLINE, LAG = CATALOG.indicator("online_dossier_rate"), CATALOG.indicator("acceptance_lag")
LINKS = RankingLinks(sort=lambda key: f"?sap={key}", choose=lambda key: f"?chon={key}")


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (InputMark(ONLINE, "late", "carried", Period.parse("2026-09")), "Hồ sơ trực tuyến: chưa có số kỳ này, lấy số 9/2026"),
        (InputMark(ONLINE, "late", "worst", Period.parse("2026-09")), "Hồ sơ trực tuyến: số liệu chậm, tính 0 điểm"),
        (InputMark(ONLINE, "missing", "excluded"), "Hồ sơ trực tuyến: chưa có số liệu, không xếp hạng"),
        (InputMark(ONLINE, "too_few", "excluded", of=12.0), "Hồ sơ trực tuyến: mẫu số 12 dưới 30, không xếp hạng"),
        (InputMark(ONLINE, "silent", "excluded"), "Hồ sơ trực tuyến: kết nối mà không phát sinh trong kỳ, không xếp hạng"),
        (InputMark(ONLINE, "faulty", "excluded", said="tử số lớn hơn mẫu số"), "Hồ sơ trực tuyến: tử số lớn hơn mẫu số, không xếp hạng"),
    ],
)
def test_what_is_wrong_with_an_input_is_said(one: InputMark, words: str) -> None:
    assert mark_words(one) == words


def test_only_what_keeps_a_unit_out_is_its_reason() -> None:
    marks = (InputMark(LAG, "late", "carried", Period.parse("2026-09")), InputMark(ONLINE, "missing", "excluded"))
    assert reason(UnrankedUnit(unit("Huế"), {}, marks)) == "Hồ sơ trực tuyến: chưa có số liệu"
    assert reason(UnrankedUnit(unit("Huế"), {}, ())) == "chưa báo cáo"


def test_a_move_is_told_in_cases_where_there_are_any() -> None:
    move = Move("online_dossier_rate", 64.1, 66.2, 0.1, 2.0, 412)
    assert move_words(ONLINE, move, "hồ sơ nộp trực tuyến") == "thêm 412\u00a0hồ sơ nộp trực tuyến (64,10% lên 66,20%)"
    slower = Move("acceptance_lag", 5.24, 4.0, 0.1, 2.0, None)
    assert move_words(LAG, slower, "") == "thời gian tiếp nhận văn bản từ 5,2\u00a0giờ xuống 4,0\u00a0giờ"


@pytest.mark.parametrize(("points", "words"), [(20.0, "20"), (7.6923, "7,69")])
def test_points_bear_no_empty_decimals(points: float, words: str) -> None:
    assert points_words(points) == words


def test_a_change_is_told_in_its_parts_and_what_did_nothing_is_left_out() -> None:
    board = october()
    parts = MappingProxyType({"own": 3, "others": -1, "revisions": 0, "method": 0})
    exact = MappingProxyType({"own": Fraction(3), "others": Fraction(-1), "revisions": Fraction(0), "method": Fraction(0)})
    told = RankChange(12, 10, parts, exact, ())  # type: ignore[arg-type]
    story = RankStory(board, board.rows[0], told, {})
    assert change_sentence(story, told) == "Lên hai\u00a0bậc so với lũy kế: tự thay đổi\u00a0+3, nơi khác thay đổi\u00a0−1."
    still = RankChange(9, 9, MappingProxyType(dict.fromkeys(parts, 0)), exact, ())  # type: ignore[arg-type]
    assert change_sentence(story, still) == "Không đổi so với lũy kế: không nguyên nhân nào làm đổi hạng."


def test_the_baseline_says_whether_it_is_what_was_shown() -> None:
    board = october()
    assert "không lưu" in compared_words(replace(board, compared=Baseline(TO_OCTOBER)))
    shown = replace(board, compared=Baseline(TO_OCTOBER, TO_OCTOBER.end, method_changed=True))
    assert compared_words(shown) == "So với bảng lũy kế 10 tháng 2025 như đã hiện lúc 00:00 01/11/2025. Cách tính từ đó đã đổi."


def test_heads_say_among_whom() -> None:
    board = october()
    assert head(board) == "Xếp hạng 34 tỉnh, thành phố theo Bộ chỉ số 766"
    region = replace(unit("Tây Bắc"), tier="region")  # type: ignore[arg-type]
    assert head(replace(board, group=region)) == "Xếp hạng trong vùng Tây Bắc: 34 tỉnh, thành phố theo Bộ chỉ số 766"


def test_gainers_name_both_ends() -> None:
    first, second = october().rows[:2]
    rows = [replace(first, gain=3.2, gain_rank=1), replace(second, gain=-1.1, gain_rank=2)]
    assert gainers(rows) == "Tăng nhiều nhất: Bắc\u00a0Ninh +3,20\u00a0điểm; giảm nhiều nhất: Quảng\u00a0Ninh −1,10\u00a0điểm."
    assert gainers([first]) == ""


def test_the_table_puts_the_unranked_below_with_their_reason_and_marks_late_inputs() -> None:
    board = october()
    late = InputMark(ONLINE, "late", "carried", Period.parse("2025-09"))
    rows = [replace(board.rows[0], marks=(late,))]
    outside = UnrankedUnit(unit("Điện Biên"), {}, (InputMark(ONLINE, "missing", "excluded"),))
    drawn = ranking_table(replace(board, rows=tuple(rows), unranked=(outside,)), rows, LINKS, Order())
    assert "lấy số 9/2025" in drawn
    assert drawn.index("không xếp hạng: Hồ sơ trực tuyến: chưa có số liệu") > drawn.index("Bắc Ninh")
    assert 'href="?chon=dien_bien"' in drawn
