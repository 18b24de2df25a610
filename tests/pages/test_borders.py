"""The switch between the borders of 2020 and of 2025, and what a page says where figures cannot be carried."""

import json
from pathlib import Path

import pytest
from plotly.utils import PlotlyJSONEncoder

from dashboard.boards import Boards
from dashboard.errors import NotFound
from dashboard.pages import indicator
from dashboard.store import Store
from dashboard.web import View
from tests.counted import cell, state
from tests.loaded import Loaded, boards_over
from tests.pages.test_indicator_pages import LEADER, look

PATH = "/chi-tieu/electronic_document_rate"


@pytest.fixture
def boards(store: Store, tmp_path: Path) -> Boards:
    told = [("bac_giang", "2024-10-09", 45, 50), ("ha_noi", "2024-10-09", 80, 100), ("bac_ninh_2025", "2026-10-09", 90, 100)]
    state(store, "document_axis", [cell("documents_electronic", unit, day, part, "tier=province") for unit, day, part, _ in told])
    state(store, "document_axis", [cell("documents_sent", unit, day, whole, "tier=province") for unit, day, _, whole in told])
    return boards_over(store, tmp_path)


def test_a_past_month_is_read_by_either_borders(boards: Boards) -> None:
    own = look(indicator.PAGE, boards, PATH, ky="2024-10")
    assert "63 tỉnh, thành phố" in own
    assert "Bắc Giang" in own
    assert "61 chưa báo cáo" in own
    later = look(indicator.PAGE, boards, PATH, ky="2024-10", diagioi="2025")
    assert "cộng vào tỉnh đã nhập, theo địa giới từ 01/07/2025" in later
    assert "thiếu Bắc Ninh" in later
    assert "32 chưa báo cáo" in later
    view = View(boards, LEADER, {"indicator": "electronic_document_rate", "ky": "2024-10", "diagioi": "2025"}, PATH)
    drawn = json.dumps(indicator.PAGE.render(view), cls=PlotlyJSONEncoder)
    assert "csv?ky=2024-10&amp;diagioi=2025" in drawn, "the files too are by these borders"


def test_of_today_there_are_no_63_provinces_and_the_page_says_why(boards: Boards) -> None:
    words = look(indicator.PAGE, boards, PATH, ky="2026-10", diagioi="2020")
    assert "Tháng 10/2026 theo địa giới 2020: không quy đổi ngược được" in words
    assert "Xem theo địa giới của kỳ" in words
    assert "tháng 10/2024" in look(indicator.PAGE, boards, PATH, diagioi="2020"), "without a period the newest of then is shown"
    with pytest.raises(NotFound, match="không có địa giới"):
        look(indicator.PAGE, boards, PATH, diagioi="1975")


def test_a_score_is_not_carried_and_offers_no_switch(published: Loaded) -> None:
    words = look(indicator.PAGE, published.boards(), "/chi-tieu/index766_total", diagioi="2020")
    assert "điểm số, mức độ không kèm số đếm thì không gộp hay tách được" in words
    assert "63 tỉnh, thành phố" not in look(indicator.PAGE, published.boards(), "/chi-tieu/index766_total")
