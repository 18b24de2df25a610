"""The published 766 scores over real HTTP: asked for month by month, kept as they came, held against our counts, never recomputed over."""

import datetime as dt
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from dashboard import pulls
from dashboard.boards import Boards
from dashboard.errors import FeedError
from dashboard.feeds import board_766, dvcqg_766
from dashboard.feeds.base import Pull, Source, nothing
from dashboard.formats import HANOI
from dashboard.ingest import Desk, Report
from dashboard.periods import Period
from dashboard.sandbox import plausible, portal
from dashboard.sandbox.board_766 import Board
from dashboard.sandbox.dossiers import Archive
from dashboard.sandbox.faults import Fault, Scenario
from dashboard.store import Store
from dashboard.store.queries import cells, held_records
from tests.counted import cell, state
from tests.loaded import boards_over, feeds, ingest_desk
from tests.loaded import parsed as parse
from tests.sandbox.stage import TODAY, players, world

FEW = ("H05", "H26", "H57")
COUNTED = ("dossiers_on_time", "dossiers_finished", "dossiers_with_fee", "dossiers_paid_online", "dossiers_status_synced")


@contextmanager
def playing(monkeypatch: pytest.MonkeyPatch, *faults: Fault) -> Iterator[portal.Portal]:
    """A portal that publishes scores of three provinces."""
    now = dt.datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=HANOI)
    some = [one for one in players(TODAY) if one.code in FEW]
    made = portal.Portal(
        Archive(world(), some, TODAY, scale=0.001), "a", "b", Scenario(faults, now), lambda: now, board=Board(world(), some)
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = portal.server(made, listener)
        thread = threading.Thread(target=serving.serve_forever, args=(0.05,))
        thread.start()
        monkeypatch.setenv("DVCQG_766_ADDRESS", f"http://127.0.0.1:{listener.getsockname()[1]}{portal.BOARD}")
        try:
            yield made
        finally:
            serving.shutdown()
            thread.join()


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """Ingest over an empty database."""
    return replace(ingest_desk(store, tmp_path / "raw"), feeds=feeds())


def pulled(desk: Desk, today: dt.date = TODAY) -> list[Report]:
    """One reading of the interface, without the published files."""
    feed = replace(dvcqg_766.FEED, fetch=nothing, pull=Pull(partial(board_766.ask, "Cổng", today=lambda: today), "Cổng"))
    return list(pulls.read(desk, feed))


def test_months_are_asked_for_until_one_is_not_out_yet_and_the_last_one_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with playing(monkeypatch) as made:
        assert [one.landing.landed for one in pulled(desk) if one.landing] == [8 * len(FEW)] * 6, "three months, each with its year to date"
        told = {one.period for one in cells(desk.store, ["index766_total"])}
        assert told == {f"2026-{month:02d}{kind}" for month in (8, 9, 10) for kind in ("", "/ytd")}
        again = pulled(desk)
        assert [one.landing.landed for one in again if one.landing] == [0, 0], "October again, which says nothing new"
        assert made.board is not None
        assert made.board.rows(Period.parse("2026-11"), TODAY) == [], "a month that is not over has no scores"


def test_scores_stand_as_published_and_the_check_against_our_counts_stands_beside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    some = [one for one in players(TODAY) if one.code in FEW]
    told = [
        cell(measure, str(row["unit"]), str(row["day"]), float(row[measure]), f"tier={row['tier']}")
        for one in some
        for day in (dt.date(2026, 10, 1) + dt.timedelta(days=number) for number in range(31))
        for row in plausible.dossiers(world(), one, day)
        for measure in COUNTED
    ]
    state(desk.store, "dossier_sync", told)
    with playing(monkeypatch) as made:
        pulled(desk)
        assert made.board is not None
        published = {str(row["MA_COQUAN"]): row for row in made.board.rows(Period.parse("2026-10"), TODAY)}
    boards = boards_over(desk.store, tmp_path / "raw")
    for one in some:
        progress = boards.evidence(f"index766_progress/{one.unit}/2026-10")
        assert progress.value == published[one.code]["TDGQ"]
        check = progress.recheck
        assert check is not None
        assert check.held is not None
        assert check.held.own == pytest.approx(published[one.code]["TDGQ"], abs=0.006), "the sandbox publishes what its dossiers say"
        assert check.held.apart == 0.0
    assert_partial(boards, some[0].unit, published[some[0].code]["TTTT"])
    state(
        desk.store,
        "dossier_sync",
        [cell("dossiers_on_time", some[0].unit, "2026-10", 0.0, f"tier={tier}") for tier in ("province", "commune")],
    )
    later = boards_over(desk.store, tmp_path / "raw").evidence(f"index766_progress/{some[0].unit}/2026-10")
    assert later.recheck is not None
    assert later.recheck.held is not None
    assert later.value == published[some[0].code]["TDGQ"], "the published score stands"
    assert later.recheck.held.apart == pytest.approx(published[some[0].code]["TDGQ"])


def assert_partial(boards: Boards, unit: str, published: float) -> None:
    """Of ten points six can be made again: the rest may be anything."""
    check = boards.evidence(f"index766_online_payment/{unit}/2026-10").recheck
    assert check is not None
    assert check.held is not None
    assert (check.held.covered, round(check.held.high - check.held.low, 6)) == (6, 4)
    assert check.held.low <= published + 0.006
    assert check.held.apart == 0.0
    assert boards.evidence(f"index766_satisfaction/{unit}/2026-10").recheck is None
    missing = boards.evidence(f"index766_progress/{unit}/2026-09").recheck
    assert missing is not None
    assert missing.held is None
    assert "chưa có số đếm" in missing.refused


def test_simulated_scores_and_real_counts_are_not_compared(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    state(
        desk.store, "dossier_sync", [cell("dossiers_finished", "bac_ninh_2025", "2026-10-01", 1.0, "tier=province")], provenance="official"
    )
    with playing(monkeypatch):
        pulled(desk)
    check = boards_over(desk.store, tmp_path / "raw").evidence("index766_progress/bac_ninh_2025/2026-10").recheck
    assert check is not None
    assert check.held is None
    assert "không đối chiếu" in check.refused


def test_a_board_that_is_down_leaves_what_stands_and_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with playing(monkeypatch, Fault(kind="down")):
        (report,) = pulled(desk)
    assert report.landing is None
    assert "HTTP 503" in (report.error or "")
    monkeypatch.setenv("DVCQG_766_ADDRESS", "http://127.0.0.1:9/")
    (report,) = pulled(desk)
    assert "không kết nối được" in (report.error or "")


ROW = {"TEN": "UBND tỉnh Bắc Ninh", "MA_COQUAN": "000.00.00.H05", "LOAI_COQUAN": 1, "CKMB": 15, "TDGQ": 19, "CLGQ": 8, "TTTT": 10}
ROW |= {"MDHL": 17, "MDSH": 20, "TONG_SCORE": 89, "ROW_STT": 1}


def answer(*rows: object, period: str = "2025-10") -> bytes:
    return json.dumps({"period": period, "answer": list(rows)}, separators=(",", ":")).encode()


def test_rows_in_doubt_are_held_with_their_reason_and_can_be_put_right() -> None:
    found = parse("Cổng", answer(ROW, {**ROW, "MA_COQUAN": "H99"}, {"TEN": "x"}, "nothing", {**ROW, "MA_COQUAN": "H26", "TDGQ": None}))
    assert {one.unit for one in found.observations} == {"bac_ninh_2025", "ha_noi"}
    assert "index766_progress" not in {one.measure for one in found.observations if one.unit == "ha_noi"}, "null is not 0"
    assert [one.record for one in found.held] == ["2", "3", "4"]
    assert "H99" in found.held[0].reason
    assert "thiếu" in found.held[1].reason
    fields = dict(dvcqg_766.excerpt(Source("Cổng", answer(ROW)), "1"))
    again = parse("Cổng", dvcqg_766.compose(fields))
    assert {(one.measure, one.value) for one in again.observations} == {
        (one.measure, one.value) for one in parse("Cổng", answer(ROW)).observations
    }
    assert dvcqg_766.excerpt(Source("Cổng", answer(ROW)), "7") == []


@pytest.mark.parametrize(
    "content", [b'{"period":', b'{"period":"2025-10","answer":7}', b'{"period":"2025-10","answer":{"data":{}}}', b'{"period":"\xff"}']
)
def test_what_is_no_answer_is_refused(content: bytes) -> None:
    with pytest.raises(FeedError, match="Cổng"):
        parse("Cổng", content)


def test_a_period_that_is_none_holds_its_rows() -> None:
    assert [one.reason for one in parse("Cổng", answer(ROW, period="2025-13")).held] == ["kỳ “2025-13” không đọc được"]


def test_nothing_of_this_is_held_in_a_store_that_read_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with playing(monkeypatch):
        pulled(desk)
    assert held_records(desk.store) == []
