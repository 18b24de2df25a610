"""A workbook from the province's desk to the figures, with the way back from a figure to its cell."""

import csv
import io
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from dashboard import replays
from dashboard.api import measured
from dashboard.boards.evidence_shapes import Revision
from dashboard.errors import FeedError, NotFound, NotYours, OutOfTurn, WorkbookError
from dashboard.feeds.base import Source
from dashboard.pages.parts.rawrow import raw_row
from dashboard.sandbox.workbooks import REPORT
from dashboard.settings import CHECKOUT
from dashboard.store import Store
from dashboard.store import submission_book as book
from dashboard.store.queries import Cell, cells, revisions, run
from dashboard.submissions import deeds
from tests.loaded import boards_over
from tests.submissions.desk import CHIEF, CLERK, FIGURES, MEASURES, PERIOD, UNIT, approved, brought, changed, counter, workbook


def figures(store: Store) -> dict[tuple[str, str], Cell]:
    found = cells(store, MEASURES, [str(PERIOD)], units=[UNIT])
    return {(one.measure, one.detail): one for one in found}


def test_nothing_is_a_figure_before_it_is_approved_and_then_all_of_it_is(store: Store, tmp_path: Path) -> None:
    here = counter(store, tmp_path)
    one = brought(here, workbook(here))
    assert (one.state, one.version, one.errors, one.provenance) == ("draft", 1, 0, "self_reported")
    assert one.figures == 4 * (1 + 102) + 4
    deeds.confirm(here, one.id, CLERK)
    assert figures(store) == {}
    done = deeds.approve(here, one.id, CHIEF)
    assert (done.state, done.run_id is not None) == ("approved", True)
    found = figures(store)
    assert {key: cell.value for key, cell in found.items()} == {
        (measure, f"tier={tier}"): float(value) for tier, each in FIGURES.items() for measure, value in each.items()
    }


def test_a_figure_leads_to_its_run_its_workbook_and_its_very_cell(store: Store, tmp_path: Path) -> None:
    here = counter(store, tmp_path)
    done = approved(here, workbook(here), "Báo cáo tháng 10.xlsx")
    own = figures(store)["case_files_electronic", "tier=province"]
    told = run(store, own.run_id)
    assert (told.id, told.feed, told.provenance, told.spoke_for) == (done.run_id, "reporting_system", "self_reported", UNIT)
    assert told.source.startswith("Báo cáo tháng 10.xlsx")
    feed = here.desk.feed(told.feed)
    excerpt = dict(feed.excerpt(Source(told.source, here.desk.raw.read(told.sha256)), own.record))
    assert excerpt["Tệp"] == "Báo cáo tháng 10.xlsx"
    (cell,) = [(place, words) for place, words in excerpt.items() if place.startswith(own.record)]
    assert cell[1] == "3000 (Cơ quan cấp tỉnh)"
    together = figures(store)["case_files_electronic", "tier=commune"]
    all_cells = feed.excerpt(Source(told.source, here.desk.raw.read(told.sha256)), together.record)
    assert ":" in together.record
    assert len(all_cells) > 30
    assert book.of_run(store, own.run_id) == done


def test_reading_its_bytes_again_says_the_same_and_nothing_new(store: Store, tmp_path: Path) -> None:
    here = counter(store, tmp_path)
    done = approved(here, workbook(here))
    before = {key: cell.id for key, cell in figures(store).items()}
    outcome = replays.replay_run(here.desk, here.desk.feed("reporting_system"), done.run_id or 0)
    assert (outcome.landed, outcome.held, outcome.errors) == (0, 0, ())
    assert {key: cell.id for key, cell in figures(store).items()} == before


def test_a_correction_is_a_new_version_and_going_back_is_one_too(store: Store, tmp_path: Path) -> None:
    here = counter(store, tmp_path)
    key = ("case_files_processed", "tier=province")
    told = []
    for more in ({}, {"case_files_processed": 6000}, {}):
        approved(here, workbook(here, changed(**more)))
        told.append(figures(store)[key].value)
    assert told == [5000.0, 6000.0, 5000.0]
    states = [(one.version, one.state) for one in book.listed(store, book.Wanted(UNIT))]
    assert states == [(3, "approved"), (2, "replaced"), (1, "replaced")]
    first = book.listed(store, book.Wanted(UNIT))[-1]
    assert [step.state for step in book.steps(store, [first.id])[first.id]] == ["draft", "waiting", "approved", "replaced"]


def test_evidence_names_the_first_statement_of_a_figure_and_every_version_that_confirmed_it(store: Store, tmp_path: Path) -> None:
    """What says what stands already writes no row; the book knows of it all the same."""
    here = counter(store, tmp_path)
    first = approved(here, workbook(here), "lan-1.xlsx")
    again = approved(here, workbook(here, changed(reporting_bodies=25)), "lan-2.xlsx")
    figure = f"electronic_case_file_rate.province/{UNIT}/{PERIOD}"

    def told() -> dict[str, Revision]:
        boards = boards_over(store, tmp_path / "raw")
        board = boards.evidence(figure)
        numbers = [cell.id for one in board.sums for cell in one.cells]
        return {one.cell.measure: one for one in (boards.evidence_record(figure, number) for number in numbers)}

    same = told()["case_files_electronic"]
    assert same.submission == first.id
    assert [(one.submission_id, one.version) for one in same.confirmed] == [(again.id, 2)]
    assert same.confirmed[0].cell == same.cell.record
    assert [step.at for step in book.steps(store, [again.id])[again.id] if step.state == "approved"] == [same.confirmed[0].at]
    approved(here, workbook(here, changed(case_files_electronic=2900)), "lan-3.xlsx")
    other = told()
    assert (other["case_files_electronic"].cell.value, other["case_files_electronic"].confirmed) == (2900, ())
    assert [one.version for one in other["case_files_processed"].confirmed] == [2, 3]
    drawn = str(raw_row(other["case_files_processed"], open_rows=True))
    assert "Lần nộp 2" in drawn
    assert "Lần nộp 3" in drawn
    assert "nói lại đúng số này" in drawn
    closed = measured.revision(other["case_files_processed"], open_rows=False)
    assert [(one.version, one.record) for one in closed.confirmed] == [(2, None), (3, None)]


def test_a_version_that_is_not_approved_confirms_nothing_and_neither_does_one_before_a_change(store: Store, tmp_path: Path) -> None:
    here = counter(store, tmp_path)
    for value in (5000, 6000, 5000):
        approved(here, workbook(here, changed(case_files_processed=value)), f"{value}.xlsx")
    brought(here, workbook(here, changed(reporting_bodies=30)), "cho.xlsx")
    now = figures(store)["case_files_processed", "tier=province"]
    assert now.value == 5000
    assert book.confirmations(store, now, [UNIT]) == ()
    (oldest,) = [one for one in revisions(store, now.measure, UNIT, str(PERIOD)) if one.detail == now.detail][-1:]
    assert book.confirmations(store, oldest, [UNIT]) == (), "the next one said another thing"
    assert book.confirmations(store, replace(oldest, run_id=0), ["hue"]) == (), "another province's book"
    assert len(book.confirmations(store, replace(oldest, run_id=0), [UNIT])) == 1


def test_nobody_approves_what_they_handed_in_or_confirmed_unless_the_house_says_so(store: Store, tmp_path: Path) -> None:
    here = counter(store, tmp_path)
    one = brought(here, workbook(here))
    deeds.confirm(here, one.id, CHIEF)
    for who in (CLERK, CHIEF):
        with pytest.raises(NotYours):
            deeds.approve(here, one.id, who)
    assert figures(store) == {}
    deeds.approve(replace(here, alone=True), one.id, CLERK)
    assert figures(store)


def test_every_slip_is_named_at_its_cell_and_what_is_faulty_cannot_be_confirmed(store: Store, tmp_path: Path) -> None:
    here = counter(store, tmp_path)
    one = brought(here, workbook(here, faulty=True))
    errors = [trouble for trouble in book.content_of(store, one.id).troubles if trouble.severity == "error"]
    assert len(errors) == one.errors == 3
    assert all(trouble.cell.startswith("Báo cáo!") for trouble in errors)
    assert any("chưa tổng hợp" in trouble.words for trouble in errors)
    with pytest.raises(OutOfTurn):
        deeds.confirm(here, one.id, CLERK)


def test_what_ingest_would_hold_is_said_in_the_preview(store: Store, tmp_path: Path) -> None:
    """A period that has not begun, and a part above the whole that the store holds already."""
    here = counter(store, tmp_path)
    later = here.asked(REPORT, UNIT, "2031-01")
    one = deeds.bring(here, later, "a.xlsx", workbook(here, period=later.period), CLERK).submission
    words = {trouble.words for trouble in book.content_of(store, one.id).troubles if trouble.severity == "error"}
    assert words == {"tháng 1/2031 chưa bắt đầu"}


def test_a_workbook_that_names_persons_is_refused_and_nothing_of_it_is_kept(store: Store, tmp_path: Path) -> None:
    here = counter(store, tmp_path)
    lines: list[list[object]] = [["Đơn vị", *["Số"] * 4], ["Ông A, 0912 345 678", 1, 2, 3, 4]]
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    with pytest.raises(WorkbookError, match="dữ liệu cá nhân"):
        brought(here, out.getvalue().encode("utf-8-sig"), "a.csv")
    assert not list((tmp_path / "raw").rglob("*.zst"))
    assert book.listed(store, book.Wanted()) == []


def test_unknown_heads_are_shown_once_and_remembered(store: Store, tmp_path: Path) -> None:
    here = counter(store, tmp_path)

    def strange(value: int) -> bytes:
        heads = ["TT", "Nơi báo cáo", "Phải", "Có", "Việc", "Việc số"]
        lines = [heads, ["1", "Cấp tỉnh", "24", "20", str(value), "10"]]
        out = io.StringIO()
        csv.writer(out).writerows(lines)
        return out.getvalue().encode("utf-8-sig")

    one = brought(here, strange(50), "la.csv")
    content = book.content_of(store, one.id)
    assert one.mapping is None
    assert one.errors == 1
    where = {words: address for address, words in content.headers}
    with pytest.raises(OutOfTurn):
        deeds.confirm(here, one.id, CLERK)
    choices = {"unit": where["Nơi báo cáo"], **dict(zip(MEASURES, (where[one] for one in ("Phải", "Có", "Việc", "Việc số")), strict=True))}
    with pytest.raises(WorkbookError, match="thiếu"):
        deeds.show_columns(here, one.id, {"unit": where["Nơi báo cáo"]}, CLERK)
    with pytest.raises(WorkbookError):
        deeds.show_columns(here, one.id, {**choices, "reporting_bodies": "ZZ99"}, CLERK)
    again = deeds.show_columns(here, one.id, choices, CLERK)
    assert again.mapping is not None
    assert {each.value for each in book.content_of(store, one.id).figures} >= {24.0, 20.0, 50.0, 10.0}
    assert brought(here, strange(60), "la.csv").mapping is not None
    assert brought(here, strange(60), "la.csv", unit="ha_noi").mapping is None


def test_a_file_says_itself_what_it_is_of_and_what_is_asked_must_be_there(store: Store, tmp_path: Path) -> None:
    here = counter(store, tmp_path)
    asked = here.asked_in("a.xlsx", workbook(here))
    assert (asked.report.key, asked.unit, asked.period) == (REPORT, UNIT, PERIOD)
    with pytest.raises(WorkbookError, match="Mã biểu"):
        here.asked_in("a.csv", b"a,b\n1,2\n")
    for report, unit, period in (
        ("atlantis", UNIT, "2026-10"),
        (REPORT, "atlantis", "2026-10"),
        (REPORT, "vn", "2026-10"),
        (REPORT, UNIT, "2026"),
        (REPORT, UNIT, "tháng mười"),
        (REPORT, UNIT, "2024-10"),
    ):
        with pytest.raises(NotFound):
            here.asked(report, unit, period)
    other = brought(here, workbook(here, unit="ha_noi", figures=FIGURES))
    assert any("Hà Nội" in trouble.words for trouble in book.content_of(store, other.id).troubles)
    assert other.errors


def test_simulated_figures_and_real_ones_never_meet(store: Store, tmp_path: Path) -> None:
    here = counter(store, tmp_path)
    one = deeds.bring(here, here.asked(REPORT, UNIT, str(PERIOD)), "a.xlsx", workbook(here), CLERK, simulated=True).submission
    assert one.provenance == "simulated"
    deeds.confirm(here, one.id, CLERK)
    deeds.approve(here, one.id, CHIEF)
    # From now on this house holds simulated figures of the feed: whoever brings some, they are marked so.
    assert brought(here, workbook(here, changed(case_files_processed=7000))).provenance == "simulated"


def test_an_approval_that_cannot_land_any_more_leaves_everything_as_it_was(store: Store, tmp_path: Path) -> None:
    here = counter(store, tmp_path)
    real = brought(here, workbook(here))
    deeds.confirm(here, real.id, CLERK)
    made_up = deeds.bring(here, here.asked(REPORT, "ha_noi", str(PERIOD)), "b.xlsx", workbook(here, unit="ha_noi"), CLERK, simulated=True)
    deeds.confirm(here, made_up.submission.id, CLERK)
    deeds.approve(here, made_up.submission.id, CHIEF)
    with pytest.raises(FeedError, match="mô phỏng"):
        deeds.approve(here, real.id, CHIEF)
    assert figures(store) == {}
    assert book.find(store, real.id).state == "waiting"


def test_an_approval_that_is_killed_in_the_middle_happened_not_at_all_and_then_once(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    here = counter(store, tmp_path)
    one = brought(here, workbook(here))
    deeds.confirm(here, one.id, CLERK)
    with store.engine.connect() as holder:
        holder.execute(text("SELECT id FROM submission WHERE id = :id FOR UPDATE"), {"id": one.id})
        # The approval writes its figures, then wants this row: there it is killed.
        command = [sys.executable, "-m", "tests.submissions.approver", database_url, str(tmp_path), str(one.id)]
        process = subprocess.Popen(command, cwd=CHECKOUT)
        try:
            _until_it_waits(store)
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        holder.rollback()
    with store.transaction() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('ingest:reporting_system'))"))
    assert figures(store) == {}
    assert book.find(store, one.id).state == "waiting"
    deeds.approve(here, one.id, CHIEF)
    with pytest.raises(OutOfTurn):
        deeds.approve(here, one.id, CHIEF)
    with store.transaction() as connection:
        assert connection.scalar(text("SELECT count(*) FROM feed_run WHERE error IS NULL")) == 1
        assert connection.scalar(text("SELECT count(*) - count(DISTINCT (measure, unit, period, detail)) FROM observation")) == 0


def _until_it_waits(store: Store) -> None:
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE submission%'"
    deadline = time.monotonic() + 60
    while True:
        with store.transaction() as connection:  # a new one each time: what a transaction sees of others' work does not change
            if connection.scalar(text(waits)):
                return
        assert time.monotonic() < deadline, "the approval never came so far"
        time.sleep(0.05)
