"""Every fault of the sandbox's scenario, seen on the page of the source as what it is."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dashboard import pulls
from dashboard.formats import HANOI
from dashboard.ingest import Desk
from dashboard.pages import source
from dashboard.sandbox.faults import Fault, Kind
from tests.feeds.test_portal import desk, playing
from tests.loaded import boards_over
from tests.pages.test_indicator_pages import look

__all__ = ["desk"]  # a fixture
SEEN: dict[Kind, str] = {
    "down": "trả lời HTTP 503",
    "slow": "không trả lời trong 0.5 giây",
    "torn": "không phải JSON đúng quy cách",
    "schema": "cấu trúc trả lời đã đổi",
    "forgetful": "hệ thống trả lời mã lỗi -2",
    "malformed": "dòng đang bị giữ lại",
    "duplicate": "đúng hạn",
    "late": f"đến {datetime.now(HANOI) - timedelta(days=1):%d/%m/%Y}",
}


@pytest.mark.parametrize("kind", SEEN)
def test_a_fault_is_seen_as_what_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: Kind) -> None:
    fault = Fault(kind=kind, seconds=3, minutes=24 * 60, share=0.3 if kind == "malformed" else 1)
    with playing(monkeypatch, fault, page_size=500, seconds=0.5 if kind == "slow" else 20) as played:
        list(pulls.read(desk, played.feed))
    boards = boards_over(desk.store, tmp_path / "raw", datetime.now(HANOI))
    drawn = look(source.PAGE, boards, "/nguon-so-lieu/dossier_sync")
    assert SEEN[kind] in drawn
    failed = kind not in ("malformed", "duplicate", "late")
    assert ("chưa có số liệu" in drawn) == failed, "what failed brought nothing"
