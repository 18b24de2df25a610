"""What the board of sources says, in every mixture."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.boards.sources import SourceBoard
from dashboard.feeds.base import Pull, Source
from dashboard.figures.freshness import Freshness
from dashboard.pages.parts.sources import head, own_head, plan, span, state_of
from dashboard.periods import Period
from dashboard.store.queries import Run
from dashboard.store.turns import Asked, Turn
from tests.loaded import feeds

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MONTH = Freshness(Period.parse("2026-10"), None, None)
BARE = SourceBoard(feeds()["papi"], Freshness(None, None, None), 0, (), 0)
LIVE = replace(BARE, feed=feeds()["document_axis"], last_good=NOW)
IN_TIME, LATE = replace(BARE, freshness=MONTH, last_good=NOW), replace(BARE, freshness=MONTH, late_days=12, last_good=NOW)
QUIET, AWAKE = replace(LIVE, quiet=timedelta(minutes=16)), replace(LIVE, quiet=timedelta(minutes=15))
FAILED = Run(1, "papi", "a.csv", "", NOW, NOW, 0, 0, 0, "cột thiếu")
NEVER = Pull(lambda _: (one for one in list[Source]()), "Cổng")
ASKED = replace(
    LIVE,
    feed=replace(feeds()["dossier_sync"], every=timedelta(minutes=2), pull=NEVER),
    runs=(),
)
TURN = Turn("dossier_sync", None, NOW - timedelta(minutes=1), NOW + timedelta(minutes=8), 3, "máy.vn/g trả lời HTTP 503")
AWAY = replace(ASKED, turn=TURN, runs=(replace(FAILED, feed="dossier_sync", source="Cổng"),))
FAILING, HOLDING = replace(IN_TIME, runs=(FAILED,)), replace(IN_TIME, held=3)


def test_four_states_are_told_apart() -> None:
    assert [one.state for one in (IN_TIME, AWAKE, LATE, QUIET, BARE)] == ["in_time", "in_time", "late", "silent", "not_reported"]


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ((), "Chưa khai báo nguồn số liệu nào"),
        ((IN_TIME, AWAKE), "2 nguồn số liệu: mọi nguồn đều đúng hạn"),
        ((LATE, LATE), "2 nguồn số liệu: nguồn nào cũng chậm cập nhật"),
        ((QUIET, QUIET), "2 nguồn số liệu: nguồn nào cũng im lặng quá hạn"),
        ((BARE, BARE), "2 nguồn số liệu: chưa nguồn nào có số liệu"),
        ((LATE,), "1 nguồn số liệu: chậm cập nhật"),
        ((IN_TIME, LATE, LATE), "3 nguồn số liệu: 1 nguồn đúng hạn, 2 nguồn chậm cập nhật"),
        (
            (IN_TIME, LATE, QUIET, BARE),
            "4 nguồn số liệu: 1 nguồn đúng hạn, 1 nguồn chậm cập nhật, 1 nguồn im lặng quá hạn, 1 nguồn chưa có số liệu",
        ),
        ((LATE, BARE), "2 nguồn số liệu: 1 nguồn chậm cập nhật, 1 nguồn chưa có số liệu"),
        ((FAILING, IN_TIME), "2 nguồn số liệu: mọi nguồn đều đúng hạn, 1 nguồn có tệp không đọc được"),
        ((replace(BARE, runs=(FAILED,)), BARE), "2 nguồn số liệu: chưa nguồn nào có số liệu, 1 nguồn có tệp không đọc được"),
        ((AWAY, IN_TIME), "2 nguồn số liệu: mọi nguồn đều đúng hạn, 1 nguồn không hỏi được"),
        ((HOLDING, HOLDING), "2 nguồn số liệu: mọi nguồn đều đúng hạn, 6 dòng đang bị giữ lại"),
    ],
)
def test_the_head_tells_the_truth_in_every_mixture(sources: Sequence[SourceBoard], said: str) -> None:
    assert head(sources) == said


def test_a_feed_says_how_it_stands() -> None:
    assert own_head(replace(QUIET, held=1, runs=(FAILED,))) == (
        "Trục liên thông văn bản quốc gia: im lặng quá hạn, 1 tệp không đọc được, 1 dòng đang bị giữ lại"
    )


def test_a_system_that_cannot_be_asked_is_told_apart_from_a_file_that_cannot_be_read() -> None:
    assert own_head(AWAY) == "Đồng bộ hồ sơ: đúng hạn, không hỏi được"
    assert "không hỏi được 3 lần liền" in state_of(AWAY)
    assert "máy.vn/g trả lời HTTP 503" in state_of(AWAY)
    assert "không hỏi được" not in state_of(replace(AWAY, turn=replace(TURN, failures=0, error=None)))
    assert "không hỏi được" not in state_of(FAILING)


def test_a_feed_says_when_it_is_read() -> None:
    assert "mỗi 2\u00a0phút; đọc lần cuối 09:59 23/11/2026; lần tới sau 8\u00a0phút" in plan(AWAY, NOW)
    assert "sắp đọc" in plan(AWAY, NOW + timedelta(hours=1))
    assert "đang đọc" in plan(replace(AWAY, turn=replace(TURN, begun_at=NOW)), NOW)
    assert "đang chờ đọc theo yêu cầu" in plan(replace(AWAY, asked=Asked("dossier_sync", "x", NOW)), NOW)
    assert "tự gửi tới" in plan(replace(LIVE, feed=feeds()["reporting_system"]), NOW)
    assert "chưa nối" in plan(replace(LIVE, feed=replace(feeds()["dossier_sync"], every=None, pull=None)), NOW)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (59, "dưới 1 phút"), (60, "1\u00a0phút"), (3599, "59\u00a0phút"), (3600, "1\u00a0giờ"), (11_100, "3\u00a0giờ 05\u00a0phút"),
        (172_799, "47\u00a0giờ 59\u00a0phút"), (172_800, "2\u00a0ngày"),
    ],
)  # fmt: skip
def test_a_span_is_said_as_people_say_it(seconds: int, said: str) -> None:
    assert span(timedelta(seconds=seconds)) == said


def test_who_answers_is_named_where_something_is_wrong_and_a_gap_is_said() -> None:
    assert "Đầu mối: Bộ phận vận hành Trục liên thông văn bản quốc gia" in str(state_of(QUIET))
    assert "Chưa khai đầu mối trả lời" in str(state_of(LATE)), "papi has nobody"
    assert "Đầu mối" not in str(state_of(AWAKE))
