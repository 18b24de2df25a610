"""Every fault of the sandbox's scenario, seen on the page of the source as what it is."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboard import pulls
from dashboard.ingest import Desk
from dashboard.pages import source
from dashboard.sandbox import history
from dashboard.sandbox.faults import WORKBOOKS, Fault, Kind, Scenario, late_workbooks
from dashboard.sandbox.stage import SEED
from dashboard.sandbox.workbooks import REPORT
from dashboard.store import Store
from dashboard.submissions import deeds
from tests.feeds.test_portal import desk, playing, portal_now
from tests.loaded import NOW, boards_over, units
from tests.pages.test_indicator_pages import look
from tests.submissions.desk import CHIEF, CLERK, counter, workbook

__all__ = ["desk"]  # a fixture
SEEN: dict[Kind, str] = {
    "down": "trả lời HTTP 503",
    "slow": "không trả lời trong 0.5 giây",
    "torn": "không phải JSON đúng quy cách",
    "schema": "cấu trúc trả lời đã đổi",
    "forgetful": "hệ thống trả lời mã lỗi -2",
    "malformed": "dòng đang bị giữ lại",
    "duplicate": "đúng hạn",
    "late": f"đến {portal_now() - timedelta(days=1):%d/%m/%Y}",
}


def test_workbooks_that_are_late_are_seen_as_late_until_they_come_and_afterwards_too(store: Store, tmp_path: Path) -> None:
    scenario = Scenario((Fault(kind="late", service=WORKBOOKS, share=0.15),), NOW)
    here, provinces = counter(store, tmp_path), units().of_tier("province", NOW.date())
    late = sorted(late_workbooks(scenario, [one.key for one in provinces]).units)
    yesterday = NOW.date() - timedelta(days=1)
    list(history.write(here.desk, SEED, date(2026, 4, 1), yesterday, [history.REPORTED], late))
    drawn = look(source.PAGE, boards_over(store, tmp_path / "raw", NOW), "/nguon-so-lieu/reporting_system")
    assert f"{len(provinces) - len(late)} trên {len(provinces)} tỉnh" in drawn
    assert drawn.count("chậm 17 ngày, thiếu 1 kỳ") == len(late) > 1
    assert "Chưa nộp dù đã quá hạn" in drawn
    assert f"Hệ thống báo cáo: đúng hạn, nhưng {len(late)} tỉnh chưa nộp báo cáo đã quá hạn" in drawn
    gone = drawn.partition("Chưa nộp dù đã quá hạn: ")[2].partition(".")[0]
    assert gone == f"tháng 10/2026, chậm 17 ngày: {', '.join(one.name_vi for one in provinces if one.key in late)}"
    content = workbook(here, unit=late[0])
    one = deeds.bring(here, here.asked(REPORT, late[0], "2026-10"), "muon.xlsx", content, CLERK, simulated=True).submission
    deeds.confirm(here, one.id, CLERK)
    deeds.approve(here, one.id, CHIEF)
    drawn = look(source.PAGE, boards_over(store, tmp_path / "raw", NOW), "/nguon-so-lieu/reporting_system")
    assert drawn.count("chậm 17 ngày, thiếu 1 kỳ") == len(late) - 1
    assert f"{units().get(late[0]).name_vi}." in drawn.partition("Nộp sau hạn: tháng 10/2026, chậm ")[2]


@pytest.mark.parametrize("kind", SEEN)
def test_a_fault_is_seen_as_what_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: Kind) -> None:
    fault = Fault(kind=kind, seconds=3, minutes=24 * 60, share=0.3 if kind == "malformed" else 1)
    with playing(monkeypatch, fault, page_size=500, seconds=0.5 if kind == "slow" else 20) as played:
        list(pulls.read(desk, played.feed))
    boards = boards_over(desk.store, tmp_path / "raw", portal_now())
    drawn = look(source.PAGE, boards, "/nguon-so-lieu/dossier_sync")
    assert SEEN[kind] in drawn
    failed = kind not in ("malformed", "duplicate", "late")
    assert ("chưa có số liệu" in drawn) == failed, "what failed brought nothing"
