"""The ranking as everybody sees it, against the published file and the numbers on the mockups."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.boards import Boards
from dashboard.boards.ranked import RankingQuestion
from dashboard.catalog import Catalog
from dashboard.errors import ConfigurationError, NotFound
from dashboard.figures.findings import findings
from dashboard.formats import HANOI
from dashboard.observations import Observation, Parsed
from dashboard.periods import Period
from dashboard.store.write import land, remember_catalog
from tests.loaded import OCTOBER, PROVINCES, TO_OCTOBER, Loaded, catalog, content, origin, units

COLUMNS = {
    "index766_transparency": "cong_khai_minh_bach_18",
    "index766_progress": "tien_do_giai_quyet_20",
    "index766_online_service": "dvc_truc_tuyen_12",
    "index766_online_payment": "thanh_toan_truc_tuyen_10",
    "index766_satisfaction": "muc_do_hai_long_18",
    "index766_digitisation": "so_hoa_ho_so_22",
}


@pytest.fixture(scope="module")
def boards(published: Loaded) -> Boards:
    return published.boards()


def file_rows(period: str) -> list[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(content(PROVINCES).decode("utf-8-sig")))
    return sorted((row for row in rows if row["period"] == period), key=lambda row: int(row["xep_hang"]))


@pytest.mark.parametrize(("period", "written"), [(OCTOBER, "2025-10"), (TO_OCTOBER, "2025-YTD(10)")])
def test_the_34_rows_are_the_published_file_rank_by_rank(boards: Boards, period: Period, written: str) -> None:
    board, expected = boards.ranking("766", period), file_rows(written)
    assert len(board.rows) == len(expected) == 34
    for row, line in zip(board.rows, expected, strict=True):
        assert (row.rank, row.total, row.unit.agency_code) == (
            int(line["xep_hang"]),
            float(line["tong_100"]),
            line["ma_coquan"].removeprefix("000.00.00."),
        )
        assert {key: one.value for key, one in row.components.items()} == {key: float(line[name]) for key, name in COLUMNS.items()}
    assert board.unreported == ()
    assert board.baseline == (TO_OCTOBER if period == OCTOBER else None)


def test_the_newest_month_comes_when_none_is_asked_for(boards: Boards) -> None:
    board = boards.ranking("766")
    assert board.period == OCTOBER
    assert set(board.periods) == {OCTOBER, TO_OCTOBER}
    assert (board.stamp.source, board.stamp.provenance, board.stamp.period) == ("Cổng Dịch vụ công quốc gia", "published", OCTOBER)
    assert board.median == 85.985


def test_the_known_rows_of_the_mockups(boards: Boards) -> None:
    board = boards.ranking("766")
    lam_dong, phu_tho = board.row("lam_dong_2025"), board.row("phu_tho_2025")
    assert lam_dong is not None
    assert (lam_dong.rank, lam_dong.range, lam_dong.before_rank, lam_dong.places) == (12, (9, 15), 10, -2)
    assert phu_tho is not None
    assert (phu_tho.before_rank, phu_tho.rank) == (12, 22)
    told = boards.province("phu_tho_2025", "766").explanation
    assert told is not None
    payment = {part.component: part for part in told.parts}["index766_online_payment"]
    assert (payment.own, payment.country) == (-1.57, -0.43)
    assert told.driver == payment
    thai_nguyen = board.row("thai_nguyen_2025")
    assert thai_nguyen is not None
    assert thai_nguyen.places == -23
    assert [row.unit.key for row in board.rows if row.below_line] == ["da_nang_2025", "cao_bang", "hue"]


def test_every_row_explains_its_change(boards: Boards) -> None:
    for row in boards.ranking("766").rows:
        board = boards.province(row.unit.key, "766")
        told = board.explanation
        assert told is not None
        assert told.after - told.before == len(told.overtook) - len(told.fell_behind)
        assert row.before_total is not None
        assert told.total.own == pytest.approx(row.total - row.before_total, abs=0.036)
        assert row.range[0] <= row.rank <= row.range[1]
        assert row in board.neighbours
        assert len(board.neighbours) == 7
        for step in board.steps:
            other = board.ranking.row(step.unit)
            assert other is not None
            assert round(row.total + step.missing, 2) > other.total


def test_findings_are_few_and_of_units_on_the_board(boards: Boards) -> None:
    board = boards.ranking("766")
    assert 1 <= len(board.findings) <= 5
    assert len({one.unit for one in board.findings}) == len(board.findings)
    assert all(board.row(one.unit) for one in board.findings)
    assert board.findings == boards.ranking("766").findings
    assert findings([], 80.0) == []


def test_what_is_not_there_is_named(boards: Boards) -> None:
    with pytest.raises(NotFound, match="không có số liệu tháng 9/2025; đang có: 10/2025, lũy kế 10/2025"):
        boards.ranking("766", Period.parse("2025-09"))
    with pytest.raises(NotFound, match="“767”"):
        boards.ranking("767")
    with pytest.raises(NotFound, match="chưa có số liệu nào trước 07:00 01/01/2020"):
        boards.ranking("766", None, datetime(2020, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("now", "days"),
    [("2025-11-03", 0), ("2025-11-20", 0), ("2025-12-05", 0), ("2025-12-06", 0), ("2025-12-07", 1), ("2026-11-23", 352)],
)
def test_a_board_is_late_from_the_day_its_successor_was_due(published: Loaded, now: str, days: int) -> None:
    boards = published.boards(datetime.fromisoformat(now).replace(tzinfo=HANOI))
    assert boards.ranking("766").stamp.late_days == days
    assert boards.ranking("766", TO_OCTOBER).stamp.late_days == days


def test_as_of_a_day_before_it_was_due_nothing_was_late(published: Loaded) -> None:
    boards = published.boards(datetime(2099, 1, 1, tzinfo=UTC))
    loaded_at = boards.ranking("766").stamp.recorded_at
    assert loaded_at is not None
    then, later = loaded_at + timedelta(hours=1), loaded_at + timedelta(days=3000)
    late_then, late_later = (boards.ranking("766", None, moment).stamp.late_days for moment in (then, later))
    assert late_later - late_then in (2999, 3000)


def test_the_first_communes_of_a_new_month_do_not_empty_the_board_of_provinces(loaded: Loaded) -> None:
    (commune, *_) = units().of_tier("commune", OCTOBER.last_day)
    november = Period.parse("2025-11")
    land(loaded.store, origin(), Parsed((Observation("index766_total", commune.key, november, 90.0),)))
    boards = loaded.boards()
    assert boards.ranking("766").period == OCTOBER
    assert boards.indicator("index766_total").period == OCTOBER
    assert boards.indicator("index766_total", tier="commune").period == november
    assert boards.freshness(catalog().indicator("index766_total"))[0].latest == OCTOBER


def test_a_province_without_a_total_is_unreported_and_one_without_a_component_shows_none(loaded: Loaded) -> None:
    november = Period.parse("2025-11")
    rows = [Observation("index766_total", key, november, value) for key, value in (("ha_noi", 80.0), ("hue", 80.0), ("cao_bang", 70.0))]
    land(loaded.store, origin(), Parsed((*rows, Observation("index766_progress", "ha_noi", november, 0.0))))
    board = loaded.boards().ranking("766")
    assert (board.period, board.baseline, len(board.unreported)) == (november, OCTOBER, 31), "no year to date: the month before"
    assert [(row.unit.key, row.rank) for row in board.rows] == [("ha_noi", 1), ("hue", 1), ("cao_bang", 3)], "our count stands in"
    hue, ha_noi = board.row("hue"), board.row("ha_noi")
    assert ha_noi is not None
    assert ha_noi.components["index766_progress"].value == 0.0
    assert hue is not None
    assert (hue.components["index766_progress"].value, hue.before_rank, hue.gain) == (None, 34, 1.11)
    assert board.row("lao_cai_2025") is None


def test_as_of_uses_the_definitions_of_its_day(loaded: Loaded) -> None:
    between = datetime.now(UTC)
    texts = dict(catalog().texts)
    texts["rankings.toml"] = texts["rankings.toml"].replace("line = 80.0", "line = 90.0").replace("Bộ chỉ số 766", "Bộ chỉ số mới")
    texts["indicators.toml"] = texts["indicators.toml"].replace("Tổng điểm Bộ chỉ số 766", "Tổng điểm mới")
    changed = Catalog.parse(texts)
    remember_catalog(loaded.store, changed.digest, texts)
    boards = loaded.boards(definitions=changed)
    now, then = boards.ranking("766"), boards.ranking("766", None, between)
    assert (now.ranking.name_vi, then.ranking.name_vi) == ("Bộ chỉ số mới", "Bộ chỉ số 766")
    assert now.indicator is not None
    assert then.indicator is not None
    assert (now.indicator.name_vi, then.indicator.name_vi) == ("Tổng điểm mới", "Tổng điểm Bộ chỉ số 766")
    assert sum(row.below_line for row in now.rows) > sum(row.below_line for row in then.rows) == 3
    assert boards.indicator("index766_total", as_of=between).indicator.name_vi == "Tổng điểm Bộ chỉ số 766"


def test_as_of_tells_the_version_of_its_day(loaded: Loaded) -> None:
    before = loaded.boards().ranking("766").data_version
    between = datetime.now(UTC)
    land(loaded.store, origin(), Parsed((Observation("index766_total", "ha_noi", OCTOBER, 1.0),)))
    boards = loaded.boards()
    assert boards.ranking("766").data_version == before + 1
    assert boards.ranking("766", None, between).data_version == before


def test_an_indicator_whose_feed_is_not_there_stops_the_start(published: Loaded) -> None:
    texts = dict(catalog().texts)
    texts["indicators.toml"] = texts["indicators.toml"].replace('feed = "papi"', 'feed = "pappi"', 1)
    with pytest.raises(ConfigurationError, match=r"indicators\.toml: \[papi_portal_access\] feed: .*“pappi”"):
        published.boards(definitions=Catalog.parse(texts))


def test_a_region_is_ranked_anew_by_published_totals(boards: Boards) -> None:
    whole = boards.ranking("766")
    board = boards.ranked(RankingQuestion("766", within="red_river_delta"))
    assert board.group is not None
    assert [row.rank for row in board.rows] == [1 + sum(other.total > row.total for other in board.rows) for row in board.rows]
    of = {row.unit.key: row for row in whole.rows}
    assert {row.unit.region for row in board.rows} == {"red_river_delta"}
    assert all((row.total, row.country_rank) == (of[row.unit.key].total, of[row.unit.key].rank) for row in board.rows)
    assert all(row.range[1] <= len(board.rows) for row in board.rows)
    assert {one.key for one in whole.groups} >= {"red_river_delta", "an_giang_2025"}


def test_the_communes_of_a_province_are_ranked_among_themselves(boards: Boards) -> None:
    board = boards.ranked(RankingQuestion("766", within="an_giang_2025"))
    assert (board.tier, board.indicator.key if board.indicator else "") == ("commune", "index766_total")
    assert len(board.rows) > 90
    assert {units().above(row.unit.key, "province").key for row in board.rows} == {"an_giang_2025"}
    assert [row.rank for row in board.rows] == [1 + sum(other.total > row.total for other in board.rows) for row in board.rows]
    with pytest.raises(NotFound, match="của đơn vị nào trong Thành phố Huế"):
        boards.ranked(RankingQuestion("766", within="hue"))


def test_progress_in_a_published_ranking_is_the_change_of_its_total(boards: Boards) -> None:
    board = boards.ranking("766")
    gains = {row.unit.key: row.gain for row in board.rows if row.before_total is not None}
    assert all(row.gain == pytest.approx(row.total - (row.before_total or 0)) for row in board.rows)
    first = min(board.rows, key=lambda row: row.gain_rank or 99)
    assert (first.gain_rank, first.gain) == (1, max(gain for gain in gains.values() if gain is not None))


def test_nothing_is_computed_over_a_published_ranking(boards: Boards) -> None:
    with pytest.raises(NotFound, match="do nguồn công bố"):
        boards.story("hue", RankingQuestion("766"))
