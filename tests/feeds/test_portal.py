"""The dossier sync end to end: the client and the sandbox's portal over real HTTP, into a real database."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self

import pytest
import structlog
import zstandard
from sqlalchemy import text

from dashboard import pulls
from dashboard.errors import ConfigurationError, FeedError
from dashboard.feeds import portal as client
from dashboard.feeds.base import Feed
from dashboard.feeds.rows import load_codes, load_rows
from dashboard.formats import HANOI
from dashboard.ingest import Desk
from dashboard.sandbox import portal
from dashboard.sandbox.dossiers import Archive
from dashboard.sandbox.faults import Fault, Scenario
from dashboard.store import Store
from dashboard.store.folding import Folding
from dashboard.store.ledger import Counting
from dashboard.store.queries import cells, held_records, last_runs, provenances
from dashboard.store.rebuild import rebuild
from dashboard.store.sources import last_good
from dashboard.store.turns import mark_of
from tests.loaded import DATA, catalog, feeds, ingest_desk, units
from tests.sandbox.stage import days_off, players, world

NAME, PASSWORD = "trung-tam", "mat-khau-rieng"


@dataclass
class Played:
    """A portal that serves, and the feed that asks it."""

    portal: portal.Portal
    feed: Feed
    asked: list[dict[str, Any]]
    address: str

    def records(self) -> list[dict[str, Any]]:
        """All that the portal has told, as dossiers."""
        return [portal._dossier(one, self.portal.now()) for day in self.portal.archive._days.values() for one in day]


def asking(address: str, page_size: int, seconds: float = 20) -> Feed:
    """The feed that asks a portal there; its password stands in the environment."""
    door = client.Door(
        kind="portal",
        address=address,
        username=NAME,
        password="env:DVCQG_PASSWORD",
        unit="000.00.00.G22",
        page_size=page_size,
        first_days=3,
        timeout_seconds=seconds,
    )
    return client.make(feeds()["dossier_sync"], door, load_codes(DATA / "dossiers.toml"))


_BEGAN = datetime.now(HANOI)


def portal_now() -> datetime:
    """The time of the portal and of whoever asks it: it goes on from the afternoon of one working day, for what is handed in differs from
    day to day."""
    return datetime(2026, 11, 23, 16, tzinfo=HANOI) + (datetime.now(HANOI) - _BEGAN)


class Then(datetime):
    """Stands in for `datetime` where the portal is asked."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """The portal's time."""
        then = portal_now().astimezone(tz)
        return cls.combine(then.date(), then.timetz())


@contextmanager
def playing(monkeypatch: pytest.MonkeyPatch, *faults: Fault, page_size: int = 40, seconds: float = 20) -> Iterator[Played]:
    """A portal of some provinces' dossiers of these days, and a client with its ways."""
    now = portal_now()
    some = [one for one in players(now.date()) if one.code in ("H05", "H26", "H57")]
    archive = Archive(world(), some, (now - timedelta(days=2)).date(), scale=0.01)
    made = portal.Portal(archive, NAME, PASSWORD, Scenario(faults, now), now=portal_now)
    monkeypatch.setattr("dashboard.feeds.portal.datetime", Then)
    asked: list[dict[str, Any]] = []
    call = made.call

    def noted(said: dict[str, Any]) -> bytes:
        asked.append(said)
        return call(said)

    monkeypatch.setattr(made, "call", noted)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = portal.server(made, listener)
        thread = threading.Thread(target=serving.serve_forever, args=(0.05,))
        thread.start()
        monkeypatch.setenv("DVCQG_PASSWORD", PASSWORD)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            yield Played(made, asking(address, page_size, seconds), asked, address)
        finally:
            serving.shutdown()
            thread.join()


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """Ingest over an empty database."""
    return replace(ingest_desk(store, tmp_path / "raw"), feeds=feeds())


def counts(store: Store) -> dict[tuple[str, str, str, str], float]:
    """All that is counted and not zero."""
    measures = [key for key in catalog().measures if key.startswith("dossiers_")]
    return {(one.measure, one.unit, one.period, one.detail): one.value for one in cells(store, measures) if one.value}


def total(store: Store, measure: str) -> float:
    """A measure's sum."""
    return sum(value for (key, *_), value in counts(store).items() if key == measure)


def test_page_by_page_everything_lands_once_marked_simulated_and_the_next_time_only_what_is_new(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with playing(monkeypatch) as played:
        reports = list(pulls.read(desk, played.feed))
        assert all(report.error is None and not report.held for report in reports), [one.error for one in reports]
        pages = [(one["service"], one["isUpdating"], one["data"][0]["Trang"]) for one in played.asked]
        assert ("DongBoHoSoMC", "False", "2") in pages, "more than a page"
        assert {page[:2] for page in pages} == set(client.SERVICES)
        known = played.records()
        statuses = [
            one["TrangThaiHoSo"] for one in known if one["NgayTiepNhan"] and one["NgayTiepNhan"] <= played.asked[-1]["data"][0]["DenNgay"]
        ]
        assert total(desk.store, "dossiers_received") == sum(status not in ("1", "3") for status in statuses) > 20
        assert 0 < total(desk.store, "dossiers_on_time") <= total(desk.store, "dossiers_finished") <= total(desk.store, "dossiers_received")
        assert total(desk.store, "dossiers_status_synced") > 0
        assert provenances(desk.store)["dossier_sync"] == "simulated"
        mark, before = mark_of(desk.store, "dossier_sync"), counts(desk.store)
        assert mark is not None
        again = list(pulls.read(desk, played.feed))
        assert len(again) < len(reports)
        assert mark <= str(mark_of(desk.store, "dossier_sync"))
        # In the seconds between the two at most some dossiers took a step.
        assert len(set(before.items()) ^ set(counts(desk.store).items())) < 10
    rules = played.feed.rules
    assert rules is not None
    assert rebuild(desk.store, Folding.of(catalog(), units()), {"dossier_sync": Counting(rules, days_off())}, lambda *_: None) == 0


def test_a_session_that_ends_is_renewed_in_the_midst_of_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with playing(monkeypatch) as played:
        call, logins = played.portal.call, []
        log_in = played.portal.log_in

        def forgetting(said: dict[str, Any]) -> bytes:
            if len(played.asked) % 3 == 2:
                played.portal._sessions.clear()
            return call(said)

        def noted(said: dict[str, Any]) -> dict[str, Any]:
            logins.append(said)
            return log_in(said)

        monkeypatch.setattr(played.portal, "call", forgetting)
        monkeypatch.setattr(played.portal, "log_in", noted)
        reports = list(pulls.read(desk, played.feed))
        assert all(report.error is None for report in reports)
        assert len(logins) > 2


def test_names_phones_and_addresses_are_nowhere_in_database_raw_store_and_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str
) -> None:
    broken = Fault(kind="malformed", share=0.2)
    with structlog.testing.capture_logs() as logged, playing(monkeypatch, broken) as played:
        list(pulls.read(desk, played.feed))
        people = {one["ChuHoSo"] for one in played.records()} | {one["SoDienThoai"] for one in played.records()}
    assert held_records(desk.store, "dossier_sync"), "held ones are looked at too"
    said = [str(logged), *_all_texts(desk.store), *(_unpacked(path) for path in (tmp_path / "raw").rglob("*.zst"))]
    assert len(said) > 10
    everything = "\n".join(said)
    assert len(people) > 40
    assert "H05-" in everything, "dossiers are there"
    assert not [one for one in people if one in everything]
    assert "mo.phong." not in everything
    assert PASSWORD not in everything


def _all_texts(store: Store) -> Iterator[str]:
    with store.transaction() as connection:
        for (table,) in connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all():
            yield from (str(row) for row in connection.execute(text(f'SELECT t::text FROM "{table}" t')))


def _unpacked(path: Path) -> str:
    return zstandard.decompress(path.read_bytes()).decode()


def _one_run(desk: Desk) -> Any:
    (found,) = (run for run in last_runs(desk.store).values() if run.feed == "dossier_sync")
    return found


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(kind="down"), r"127\.0\.0\.1:\d+/mapi/login trả lời HTTP 503"),
        (Fault(kind="slow", seconds=3), r"/mapi/login không trả lời trong 0\.5 giây"),
        (Fault(kind="torn"), "không phải JSON đúng quy cách"),
        (Fault(kind="schema"), "cấu trúc trả lời đã đổi"),
        (Fault(kind="forgetful"), "DongBoHoSoMC: hệ thống trả lời mã lỗi -2"),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "",
)
def test_a_portal_out_of_order_leaves_the_old_figures_and_a_run_that_says_what_it_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: Fault, said: str
) -> None:
    with playing(monkeypatch, page_size=500) as played:
        list(pulls.read(desk, played.feed))
    before, mark = counts(desk.store), mark_of(desk.store, "dossier_sync")
    with playing(monkeypatch, fault, page_size=500, seconds=0.5 if fault.kind == "slow" else 20) as played:
        reports = list(pulls.read(desk, replace_mark(desk, played.feed)))
    assert re.search(said, reports[-1].error or ""), reports[-1].error
    assert _one_run(desk).error == reports[-1].error
    assert counts(desk.store) == before
    # A window without dossiers (a Sunday) is done with, whatever the others say; none is passed over.
    assert (mark_of(desk.store, "dossier_sync") or "") <= (mark or ""), "what failed is asked for again"


def replace_mark(desk: Desk, feed: Feed) -> Feed:
    """The feed, asked from the beginning, so that there is something to go wrong with."""
    pull = feed.pull
    assert pull is not None
    return replace(feed, pull=replace(pull, ask=lambda _: pull.ask(None)))


def test_records_sent_twice_change_nothing_and_broken_ones_are_held_until_they_come_whole(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with playing(monkeypatch, Fault(kind="malformed", share=0.3)) as played:
        list(pulls.read(desk, played.feed))
    held = {one.record for one in held_records(desk.store, "dossier_sync")}
    few = total(desk.store, "dossiers_received")
    assert held
    assert {one.reason for one in held_records(desk.store)} <= {
        f"{name} “(đã lược)” không đọc được: cần yyyyMMddHHmmss" for name in ("NgayTiepNhan", "ThoiDiemXuLy")
    }
    with playing(monkeypatch, Fault(kind="duplicate", share=1)) as played:
        list(pulls.read(desk, replace_mark(desk, played.feed)))
        known = [one for one in played.records() if one["TrangThaiHoSo"] not in ("1", "3")]
    assert held_records(desk.store, "dossier_sync") == []
    assert few < total(desk.store, "dossiers_received") <= len(known)
    assert total(desk.store, "dossiers_received") > 0.8 * len(known)


def test_what_comes_late_lands_on_its_own_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with playing(monkeypatch, Fault(kind="late", minutes=24 * 60)) as played:
        list(pulls.read(desk, played.feed))
    days = {period for _, _, period, _ in counts(desk.store)}
    assert days
    assert max(days) <= (portal_now() - timedelta(days=1)).date().isoformat()


def test_nobody_there_is_told_by_its_place_and_an_empty_answer_is_no_sign_of_life(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with playing(monkeypatch) as played:
        quiet = replace(played.portal.archive, players=[], _days={})
        monkeypatch.setattr(played.portal, "archive", quiet)
        assert all(report.error is None for report in pulls.read(desk, played.feed))
    assert last_good(desk.store, ["dossier_sync"]) == {}
    (report,) = pulls.read(desk, played.feed)
    assert re.fullmatch(r"không kết nối được tới 127\.0\.0\.1:\d+/mapi/login", report.error or "")


def test_a_wrong_password_is_told_without_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with playing(monkeypatch) as played:
        monkeypatch.setenv("DVCQG_PASSWORD", "sai-mat-khau")
        (report,) = pulls.read(desk, played.feed)
        assert report.error == "không đăng nhập được: hệ thống không cấp phiên làm việc"
        monkeypatch.delenv("DVCQG_PASSWORD")
        (report,) = pulls.read(desk, played.feed)
        assert report.error == "biến môi trường DVCQG_PASSWORD chưa được đặt"


def test_a_pull_that_fails_on_the_way_goes_on_from_its_last_whole_window(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with playing(monkeypatch) as played:
        calls: Callable[[dict[str, Any]], bytes] = played.portal.call

        def failing(said: dict[str, Any]) -> bytes:
            return calls(said) if len(played.asked) < 8 else b"<html>"

        monkeypatch.setattr(played.portal, "call", failing)
        *_, last = pulls.read(desk, played.feed)
        assert "không phải JSON" in (last.error or "")
        mark = mark_of(desk.store, "dossier_sync")
        monkeypatch.setattr(played.portal, "call", calls)
        list(pulls.read(desk, played.feed))
        assert str(mark_of(desk.store, "dossier_sync")) > str(mark)
        known = [one for one in played.records() if one["TrangThaiHoSo"] not in ("1", "3")]
        assert abs(total(desk.store, "dossiers_received") - sum(1 for _ in known)) < 0.2 * len(known)
    with pytest.raises(FeedError):
        next(pulls.sources(desk, played.feed))


def test_nothing_can_be_expected_of_a_source_whose_dossiers_are_counted(tmp_path: Path) -> None:
    rows = (DATA / "feeds.toml").read_text(encoding="utf-8")
    (tmp_path / "feeds.toml").write_text(rows + "\n[dossier_sync.expect]\nat_least = 5\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"\[dossier_sync\.expect\]"):
        load_rows(tmp_path, catalog())
