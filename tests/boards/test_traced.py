"""Evidence of computed figures goes all the way down: sums, observations, runs, ledger entries, raw records; and says what is lost."""

import shutil
from pathlib import Path

import pytest

from dashboard.access.roles import Role
from dashboard.access.viewer import Viewer
from dashboard.api import measured
from dashboard.boards import Boards
from dashboard.errors import NotFound
from dashboard.feeds import document_days
from dashboard.feeds.archive import Member, pack
from dashboard.feeds.base import Source
from dashboard.ingest import Desk, Sender, take
from dashboard.store import Store
from tests.counted import cell, state
from tests.loaded import boards_over, feeds, ingest_desk
from tests.messages import PEOPLE, Document

DAY = "2026-10-20"
FIGURE = f"electronic_document_rate/hue/{DAY}"
ROW = {"unit": "hue", "day": DAY, "tier": "province", "documents_sent": 40, "documents_electronic": 31}


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    return ingest_desk(store, tmp_path / "raw")


@pytest.fixture
def boards(store: Store, tmp_path: Path) -> Boards:
    return boards_over(store, tmp_path / "raw")


def told(desk: Desk, *rows: dict[str, object]) -> None:
    report = take(desk, feeds()["document_axis"], Source("Lịch sử", document_days.written(rows)), Sender(provenance="simulated"))
    assert report.held == ()


def pushed(desk: Desk, *lines: str) -> None:
    content = "measure,unit,period,value,detail\n" + "".join(f"{line}\n" for line in lines)
    report = take(desk, feeds()["camera_health"], Source("push:tỉnh", content.encode()), Sender(provenance="simulated"))
    assert report.held == ()


def test_a_figure_of_events_leads_to_the_entries_that_it_counts_by_their_keyed_hash(desk: Desk, boards: Boards) -> None:
    told(desk, ROW, {**ROW, "unit": "ha_noi"}, {**ROW, "tier": "commune", "documents_sent": 5, "documents_electronic": 5})
    board = boards.evidence(FIGURE)
    assert [one.value for one in board.sums] == [36, 45]
    assert board.ledger is not None
    assert board.ledger.lost == ()
    assert {str(subject.known["counted_tier"]) for subject, _, _ in board.ledger.entries} <= {"province", "commune"}
    for subject, run, record in board.ledger.entries:
        assert len(subject.digest) == 32
        assert "hue" not in subject.digest
        assert subject.known[""] == "hue"
        assert any((one.measure, one.unit) == ("documents_sent", "hue") for one in subject.tallies)
        assert run.source == "Lịch sử"
        assert record in ("2", "4")
    (row,) = board.records
    assert dict(row.excerpt)["unit"] == "hue"


def test_raw_bytes_that_are_gone_are_said_to_be_gone_and_the_rest_stands(desk: Desk, boards: Boards, tmp_path: Path) -> None:
    told(desk, ROW)
    shutil.rmtree(tmp_path / "raw")
    board = boards.evidence(FIGURE)
    assert [one.value for one in board.sums] == [31, 40]
    assert board.ledger is not None
    assert board.ledger.entries == ()
    assert "không còn trong kho" in board.ledger.lost[0]
    assert "không còn trong kho" in board.records[0].lost


def test_any_observation_of_a_stated_figure_opens_its_own_row(desk: Desk, boards: Boards) -> None:
    pushed(desk, f"camera_minutes_office,hue,{DAY},50,", f"camera_minutes_live,hue,{DAY},44,")
    board = boards.evidence(f"camera_availability/hue/{DAY}")
    assert board.ledger is None
    for one in board.sums:
        (counted,) = one.cells
        row = boards.evidence_record(board.figure, counted.id)
        assert dict(row.excerpt)["measure"] == one.measure.key
        assert float(dict(row.excerpt)["value"]) == one.value
    with pytest.raises(NotFound, match="không nằm trong căn cứ này"):
        boards.evidence_record(board.figure, 10**9)


def test_a_correction_after_the_period_was_due_is_kept_beside_what_it_replaced(desk: Desk, boards: Boards) -> None:
    pushed(desk, f"camera_minutes_office,hue,{DAY},50,", f"camera_minutes_live,hue,{DAY},44,")
    pushed(desk, f"camera_minutes_office,hue,{DAY},60,", f"camera_minutes_live,hue,{DAY},44,")
    board = boards.evidence(f"camera_availability/hue/{DAY}")
    (one,) = board.corrections
    assert (one.cell.measure, one.before, one.cell.value) == ("camera_minutes_office", 50, 60)
    assert one.closed, "the figures of 20/10 were due on 21/10"
    assert board.value == pytest.approx(100 * 44 / 60)


def test_messages_that_add_up_during_the_day_are_no_corrections_but_a_row_put_right_later_is(desk: Desk, boards: Boards) -> None:
    told(desk, ROW)
    told(desk, {**ROW, "documents_sent": 41})
    (one,) = boards.evidence(FIGURE).corrections
    assert (one.before, one.cell.value, one.closed) == (40, 41, True)


def test_counts_that_cannot_be_have_evidence_too_and_a_zero_has(store: Store, boards: Boards) -> None:
    state(store, "camera_health", [cell("camera_minutes_office", "hue", DAY, 5), cell("camera_minutes_live", "hue", DAY, 9)])
    board = boards.evidence(f"camera_availability/hue/{DAY}")
    assert (board.state, board.value) == ("faulty", None)
    assert "tử số lớn hơn mẫu số" in board.reading.fault
    state(
        store, "camera_health", [cell("camera_minutes_office", "hue", "2026-10-21", 0), cell("camera_minutes_live", "hue", "2026-10-21", 0)]
    )
    zero = boards.evidence("camera_availability/hue/2026-10-21")
    assert (zero.value, zero.reading.denominator) == (None, 0)
    assert "không còn trong kho" in zero.records[0].lost or zero.records[0].excerpt == ()


def test_who_may_not_see_rows_sees_hashes_and_no_documents_number_and_nobody_sees_a_person(desk: Desk, boards: Boards) -> None:
    message = Document(signed_on="2026/10/20", stamps=("2026/10/20 15:30:00",), document="000.00.00.H05,2026/10/20,123/UBND-KSTT")
    packed = pack([Member("so-123-UBND-KSTT.xml", message.xml())])
    report = take(desk, feeds()["document_axis"], Source("Cổng kết nối", packed), Sender(provenance="simulated"))
    assert report.held == ()
    board = boards.evidence("electronic_document_rate/bac_ninh_2025/2026-10-20")
    leader = Viewer(1, "lanhdao", "Lãnh đạo", Role.LEADER, None, "session")
    stranger = Viewer(2, "angiang", "An Giang", Role.PROVINCE, "an_giang_2025", "session", inside=frozenset({"an_giang_2025"}))
    seen, withheld = (measured.evidence(board, viewer) for viewer in (leader, stranger))
    assert seen.ledger[0].record_number == seen.records[0].record_number == "so-123-UBND-KSTT.xml"
    assert seen.records[0].record is not None
    assert withheld.ledger[0].subject == seen.ledger[0].subject
    assert withheld.ledger[0].known["unit"] == "bac_ninh_2025"
    assert withheld.records[0].record is None
    assert "UBND-KSTT" not in withheld.model_dump_json()
    assert not any(private in answer.model_dump_json() for private in PEOPLE for answer in (seen, withheld))
