"""The pages of rankings of our own: the way to each, level and progress, groups, who is not ranked, why one stands where it does."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from dashboard.boards import Boards
from dashboard.pages import province, ranking
from dashboard.store.embedded import Server
from dashboard.wall.kind import Parameters, Sight
from dashboard.wall.scenes import all_kinds
from tests.counted import provinces, state
from tests.loaded import boards_over
from tests.own_rankings import SEPTEMBER, connected, documents, empty_store, with_own
from tests.pages.test_indicator_pages import look

NOW = datetime(2026, 11, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def boards(server: Server, migrated_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Boards]:
    """Eight provinces with documents in two months, one of too few, and two that report, one of them late."""
    keys = [key for key in provinces(date(2026, 10, 31)) if key not in ("hue", "ha_noi")][:8]
    told = [one for place, key in enumerate(keys) for one in documents(key, (600 + 50 * place, 500, 1000))]
    told += [one for place, key in enumerate(keys) for one in documents(key, (900 - 20 * place, 400, 1000), SEPTEMBER)]
    with empty_store(server, migrated_template, "own_rankings_pages") as store:
        state(store, "document_axis", [*told, *documents("ha_noi", (3, 3, 3))])
        state(store, "reporting_system", [*connected("hue", 50, 100), *connected("ha_noi", 90, 100, SEPTEMBER)])
        yield boards_over(store, tmp_path_factory.mktemp("raw"), NOW, with_own())


def test_a_ranking_of_our_own_says_so_and_lists_who_is_not_ranked(boards: Boards) -> None:
    words = look(ranking.PAGE, boards, "/xep-hang", bang="pair")
    assert "Xếp hạng 8 tỉnh, thành phố theo Hai chỉ tiêu" in words
    assert "không phải bảng chính thức" in words
    assert "không xếp hạng: Văn bản điện tử: mẫu số 3 dưới 30" in words
    assert "75 điểm" in words.replace("\u00a0", " ")
    assert "Bảng này tính thế nào" in words
    assert "Báo cáo" in words, "the way to the other rankings"


def test_the_chosen_row_explains_itself(boards: Boards) -> None:
    first = boards.ranking("pair").rows[-1]
    words = look(ranking.PAGE, boards, "/xep-hang", bang="pair", chon=first.unit.key).replace("\u00a0", " ")
    for part in (
        "Điểm từ đâu",
        "Vì sao hạng thay đổi: 1 thành 8",
        "Tự thay đổi",
        "Số cũ được sửa",
        "Cần gì để tăng hạng",
        "Lên 1 bậc, tới hạng 7",
    ):
        assert part in words, part
    assert "thêm " in words
    assert "văn bản không kèm bản giấy" in words
    assert "không lưu bản đã hiện" in words
    since = look(ranking.PAGE, boards, "/xep-hang", bang="pair", chon=first.unit.key, tu="2026-11-02")
    assert "So với bảng đã hiện 02/11/2026" not in since, "only 7 and 30 days ago stand in the menu"
    assert "Bảng đã hiện 27/10/2026" in since
    outside = look(ranking.PAGE, boards, "/xep-hang", bang="pair", chon="ha_noi")
    assert "Không xếp hạng" in outside


def test_progress_is_one_view_of_a_ranking(boards: Boards) -> None:
    words = look(ranking.PAGE, boards, "/xep-hang", bang="pair", xep="tien-bo").replace("\u00a0", " ")
    assert "Tiến bộ theo Hai chỉ tiêu, tháng 10/2026 so với tháng 9/2026" in words
    assert "Tăng nhiều nhất" in words
    assert "Mức đạt" in words


def test_a_region_is_ranked_anew_and_said_so(boards: Boards) -> None:
    group = boards.ranking("pair").groups[0]
    words = look(ranking.PAGE, boards, "/xep-hang", bang="pair", vung=group.key)
    assert f"Xếp hạng trong vùng {group.name_vi}" in words
    assert "trong vùng" in words


def test_a_late_input_is_marked_in_words(boards: Boards) -> None:
    words = look(ranking.PAGE, boards, "/xep-hang", bang="reports", chon="ha_noi")
    assert "chưa có số kỳ này, lấy số 9/2026" in words


def test_a_ranking_without_figures_leaves_the_way_to_the_others(boards: Boards) -> None:
    words = look(ranking.PAGE, boards, "/xep-hang", bang="ministries")
    assert "Chưa có số liệu" in words
    assert "Hai chỉ tiêu" in words


def test_the_page_of_a_province_explains_any_ranking(boards: Boards) -> None:
    key = boards.ranking("pair").rows[2].unit.key
    words = look(province.PAGE, boards, f"/tinh/{key}", bang="pair").replace("\u00a0", " ")
    for part in ("Điểm từ đâu", "Vì sao hạng thay đổi", "Cần gì để tăng hạng", "Trong các bảng xếp hạng", "Bảng tự tính"):
        assert part in words, part
    outside = look(province.PAGE, boards, "/tinh/ha_noi", bang="pair")
    assert "không được xếp hạng" in outside


@pytest.mark.parametrize("kind", sorted(set(all_kinds()) - {"cameras"}))
def test_every_scene_of_the_wall_can_show_a_ranking_of_our_own(boards: Boards, kind: str) -> None:
    drawn = all_kinds()[kind].draw(Sight(boards, Parameters(ranking="pair"), 0))
    assert "Hai chỉ tiêu" in drawn
    assert "lũy kế" not in drawn, "it is compared with the month before"
