"""What the page of a submission offers: to whom, and while it may be done."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from dashboard.access.roles import Role
from dashboard.access.viewer import Viewer
from dashboard.boards.handed_in import HandedInBoard
from dashboard.pages.parts.handing import deeds
from dashboard.periods import Period
from dashboard.sandbox.workbooks import REPORT
from dashboard.store.submission_book import State, Step, Submission
from dashboard.store.submission_content import Content
from dashboard.web import View
from tests.loaded import reports, units

UNIT, AT = "an_giang_2025", datetime(2026, 11, 23, tzinfo=UTC)
CLERK = Viewer(1, "nop", "Nộp", Role.PROVINCE, UNIT, "session", inside=frozenset({UNIT}))
CHIEF = Viewer(2, "duyet", "Duyệt", Role.PROVINCE_APPROVER, UNIT, "session", inside=frozenset({UNIT}))
LEADER = Viewer(3, "xem", "Xem", Role.LEADER, None, "session")
OTHER = Viewer(4, "khac", "Khác", Role.PROVINCE_APPROVER, "ha_noi", "session", inside=frozenset({"ha_noi"}))


def board(state: State, *, errors: int = 0, by: str = "nop", person: int = 1) -> HandedInBoard:
    brought = {"report": REPORT, "unit": UNIT, "period": "2026-10", "file_name": "a.xlsx", "brought_sha256": "0", "sha256": "0", "size": 9}
    read = {"provenance": "self_reported", "mapping": {"heads": "x"}, "fingerprint": "x", "figures": 4, "errors": errors, "warnings": 0}
    booked = {"id": 7, "version": 1, "state": state, "run_id": None, "handed_in_at": AT, "changed_at": AT}
    one = Submission(**cast(Any, {**brought, **read, **booked}))
    steps = (Step(7, "draft", by, person, "", AT, by), Step(7, "waiting", by, person, "", AT, by))
    return HandedInBoard(
        one, reports()[REPORT], units().get(UNIT), Period.parse("2026-10"), Content(), steps, (one,), None, (), date(2026, 11, 6)
    )


def offered(viewer: Viewer, shown: HandedInBoard, *, alone: bool = False) -> str:
    boards = SimpleNamespace(handed_in=SimpleNamespace(self_approval=alone))
    view = View(cast(Any, boards), viewer, {})
    return " ".join(str(cast(Any, one).to_plotly_json()) for one in deeds(view, shown))


@pytest.mark.parametrize(
    ("viewer", "state", "verb"),
    [
        (CLERK, "draft", "xac-nhan"),
        (CHIEF, "draft", "xac-nhan"),
        (CLERK, "waiting", "/rut"),
        (CHIEF, "waiting", "/duyet"),
        (CHIEF, "waiting", "/tra-lai"),
        (CLERK, "returned", "nop-tep"),
        (CLERK, "approved", "nop-tep"),
    ],
)
def test_each_is_offered_what_they_may_do(viewer: Viewer, state: State, verb: str) -> None:
    assert verb in offered(viewer, board(state))


@pytest.mark.parametrize("state", ["draft", "waiting", "returned", "approved", "withdrawn", "replaced"])
def test_who_only_looks_and_who_is_of_another_province_are_offered_nothing(state: State) -> None:
    assert offered(LEADER, board(state)) == offered(OTHER, board(state)) == ""


def test_what_has_faults_is_not_offered_to_be_confirmed() -> None:
    said = offered(CLERK, board("draft", errors=2))
    assert "xac-nhan" not in said
    assert "Còn 2 lỗi" in said


def test_who_handed_in_approves_only_where_the_house_lets_them() -> None:
    own = board("waiting", by="duyet", person=2)
    assert "/duyet" not in offered(CHIEF, own)
    assert "một người khác" in offered(CHIEF, own)
    assert "/duyet" in offered(CHIEF, own, alone=True)
