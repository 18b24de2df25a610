"""Provinces, indicators, evidence, sources."""

import csv
import io
from datetime import datetime
from statistics import median

import pytest

from dashboard.boards import Boards
from dashboard.boards.desk import instant
from dashboard.errors import NotFound, PeriodError, UnitUnknown
from dashboard.formats import HANOI
from dashboard.periods import Period
from tests.loaded import COMMUNES, OCTOBER, PROVINCES, TO_OCTOBER, Loaded, content, feeds


@pytest.fixture(scope="module")
def boards(published: Loaded) -> Boards:
    return published.boards()


def test_a_merged_province_has_a_page_without_a_row_and_names_its_successor(boards: Boards) -> None:
    board = boards.province("bac_giang", "766")
    assert (board.row, board.explanation, board.neighbours, board.steps, board.gaps) == (None, None, (), (), ())
    assert [unit.key for unit in board.successors] == ["bac_ninh_2025"]
    assert {series.unit.key for lines in board.history.values() for series in lines} == {"bac_giang"}


def test_a_new_province_tells_the_past_of_those_it_was_made_from_one_line_each(boards: Boards) -> None:
    board = boards.province("bac_ninh_2025", "766")
    assert {unit.key for unit in board.predecessors} == {"bac_giang", "bac_ninh"}
    lines = board.history["papi_e_responsiveness"]
    assert {line.unit.key for line in lines} == {"bac_giang", "bac_ninh"}
    for line in lines:
        years = [period for period, _ in line.points]
        assert years == sorted(years)
        assert len(set(years)) == len(years)


def test_communes_and_departments_stand_best_first_under_their_own_province(boards: Boards) -> None:
    board = boards.province("an_giang_2025", "766")
    assert (len(board.communes), len(board.departments)) == (102, 15)
    assert [one.total for one in board.communes] == sorted((one.total for one in board.communes), reverse=True)
    rows = list(csv.DictReader(io.StringIO(content(COMMUNES).decode("utf-8-sig"))))
    assert sorted(one.total for one in board.communes) == sorted(float(row["TONG_SCORE"]) for row in rows)
    assert sorted(one.position or 0 for one in board.communes) == sorted(int(row["ROW_STT"]) for row in rows)
    assert board.communes[0].components["index766_progress"].median == pytest.approx(median(float(row["TDGQ"]) for row in rows))
    assert boards.province("hue", "766").communes == ()


def test_what_is_no_province_has_no_province_board(boards: Boards) -> None:
    with pytest.raises(UnitUnknown):
        boards.province("atlantis", "766")
    with pytest.raises(NotFound, match="không phải là tỉnh"):
        boards.province(boards.province("an_giang_2025", "766").communes[0].unit.key, "766")


def test_an_indicator_shows_its_values_medians_and_who_is_missing(boards: Boards) -> None:
    board = boards.indicator("index766_total")
    assert (board.period, len(board.values), board.unreported) == (OCTOBER, 34, ())
    assert [one.value for one in board.values] == sorted((one.value for one in board.values), reverse=True)
    assert board.medians == ((OCTOBER, board.median),)
    survey = boards.indicator("papi_e_responsiveness")
    assert survey.period == Period.parse("2024")
    assert [str(period) for period, _ in survey.medians] == [str(year) for year in range(2019, 2025)]
    assert len(survey.values) + len(survey.unreported) == 63


def test_a_tier_in_which_an_indicator_is_not_measured_is_refused_not_shown_as_missing(boards: Boards) -> None:
    with pytest.raises(NotFound, match="không đo ở cấp commune"):
        boards.indicator("papi_portal_access", tier="commune")


@pytest.mark.parametrize("period", [OCTOBER, TO_OCTOBER])
def test_evidence_goes_down_to_the_row_of_the_file(boards: Boards, period: Period) -> None:
    lines = content(PROVINCES).decode("utf-8-sig").splitlines()
    for row in boards.ranking("766", period).rows:
        board = boards.evidence(row.figure)
        (revision,) = board.revisions
        assert board.value == row.total
        assert (revision.run.source, revision.lost) == (PROVINCES, "")
        assert ",".join(value for _, value in revision.excerpt) == lines[int(revision.cell.record) - 1]
        assert dict(revision.excerpt)["ma_coquan"].removeprefix("000.00.00.") == row.unit.agency_code


def test_evidence_says_when_its_raw_file_is_gone(loaded: Loaded) -> None:
    (revision,) = Loaded(loaded.store, loaded.raw / "elsewhere", loaded.url).boards().evidence("index766_total/ha_noi/2025-10").revisions
    assert revision.excerpt == ()
    assert "không còn trong kho" in revision.lost


@pytest.mark.parametrize(
    ("figure", "error"),
    [
        ("", NotFound),
        ("index766_total", UnitUnknown),
        ("x/ha_noi/2025-10", NotFound),
        ("index766_total/atlantis/2025-10", UnitUnknown),
        ("index766_total/ha_noi/2025-1", PeriodError),
        ("index766_total/ha_noi/2025-09", NotFound),
        ("index766_total/ha_noi/2025-10/ytd/more", PeriodError),
    ],
)
def test_what_is_no_figure_has_no_evidence(boards: Boards, figure: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        boards.evidence(figure)


@pytest.mark.parametrize(
    ("now", "index_days", "survey_days"), [("2025-11-03", 0, 0), ("2025-11-20", 0, 0), ("2026-01-01", 26, 0), ("2026-11-23", 352, 166)]
)
def test_sources_say_what_is_late_on_a_day(published: Loaded, now: str, index_days: int, survey_days: int) -> None:
    boards = {one.feed.key: one for one in published.boards(datetime.fromisoformat(now).replace(tzinfo=HANOI)).sources()}
    assert list(boards) == list(feeds())
    assert boards["dvcqg_766"].late_days == index_days
    assert boards["papi"].late_days == survey_days
    assert (len(boards["dvcqg_766"].runs), len(boards["papi"].runs)) == (3, 1)
    assert all(one.failures == () and one.held == 0 for one in boards.values())
    assert {key for key, one in boards.items() if one.last_good} == {"dvcqg_766", "meeting_2020_09_11", "papi"}


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2025-11-20", "2025-11-21T00:00:00+07:00"),
        ("2025-11-20T14:32:00+07:00", "2025-11-20T14:32:00+07:00"),
        ("2025-11-20T14:32:00 07:00", "2025-11-20T14:32:00+07:00"),
        ("2025-11-20 14:32", "2025-11-20T14:32:00+07:00"),
        ("2025-11-20T07:32:00Z", "2025-11-20T07:32:00+00:00"),
    ],
)
def test_an_instant_is_read_as_people_and_addresses_write_it(text: str, iso: str) -> None:
    assert instant(text) == datetime.fromisoformat(iso)


@pytest.mark.parametrize("text", ["", "hôm qua", "2025-13-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "2025-11-20T99:00", "1970-01-01"])
def test_what_is_no_instant_is_refused_by_name(text: str) -> None:
    with pytest.raises(PeriodError, match="không phải là thời điểm"):
        instant(text)
