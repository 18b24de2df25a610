"""The button “Đọc lại”: who may press it, from where, and what the page says afterwards."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from dashboard import web
from dashboard.access.roles import Role
from dashboard.api import replays
from dashboard.feeds.base import Source
from dashboard.ingest import Desk, Sender, take
from dashboard.pages import all_pages
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.store.accounts import list_audit
from dashboard.store.queries import cells, held_records
from dashboard.store.sources import held_reasons
from tests.loaded import boards_over, feeds, ingest_desk
from tests.web.running import ACCOUNTS, open_accounts, served, signed_in

DOOR = "/nguon-so-lieu/reporting_system/doc-lai"
RECORDS = [{"measure": "case_files_processed", "unit": unit, "period": "2026-11-20", "value": 12} for unit in ("atlantis", "H26")]


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """Ingest that does not know the unit yet; one of its records is held."""
    made = replace(ingest_desk(store, tmp_path / "raw"), feeds=feeds())
    take(made, made.feed("reporting_system"), Source("push:máy", json.dumps(RECORDS).encode()), Sender(provenance="simulated"))
    assert [one.record for one in held_records(store)] == ["1"]
    return made


@pytest.fixture
def base(desk: Desk, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The program with all pages, after the feed has learned what the name means."""
    feed = desk.feed("reporting_system")

    def parse(source: Source, context: object) -> object:
        return feed.parse(Source(source.name, source.content.replace(b"atlantis", b"H05")), context)  # type: ignore[arg-type]

    learned = replace(desk, feeds={**desk.feeds, feed.key: replace(feed, parse=parse)})  # type: ignore[arg-type]
    open_accounts(desk.store)
    app = web.build(settings, desk.store, boards_over(desk.store, tmp_path / "raw"), all_pages(), [replays.router(learned)])
    with served(app) as address:
        yield address


def shown(client: httpx.Client, base: str, at: str) -> str:
    """A page's content, as it comes to a browser."""
    answer = client.get("/_dash-layout", headers={"Referer": base + at})
    assert answer.status_code == 200
    return json.dumps(answer.json(), ensure_ascii=False)


def test_what_is_held_comes_free_by_the_button_and_a_second_time_changes_nothing(base: str, store: Store) -> None:
    (reason,) = held_reasons(store, "reporting_system")
    with signed_in(base, ACCOUNTS[Role.WORKING_GROUP]) as client:
        first = client.post(DOOR, data={"ly_do": reason.key})
        assert first.status_code == 303, first.text
        said = shown(client, base, first.headers["location"])
        assert "Đã đọc lại 1 lần nhận: 1 số liệu mới hoặc đổi, 1 dòng được giải phóng, 0 dòng vẫn bị giữ" in said
        assert "1 dòng đã rời danh sách" in said
        again = client.post(DOOR, data={"ly_do": reason.key})
        assert "Không còn dòng nào bị giữ vì lý do này" in shown(client, base, again.headers["location"])
        run = client.post(DOOR, data={"lan": "1"})
        assert "0 số liệu mới hoặc đổi, 0 dòng được giải phóng" in shown(client, base, run.headers["location"])
    assert {cell.unit: cell.value for cell in cells(store, ["case_files_processed"])}.items() >= {"ha_noi": 12, "bac_ninh_2025": 12}.items()
    pressed = [one for one in list_audit(store, 20) if one.action == "replay"]
    assert {(one.actor, one.subject) for one in pressed} == {(ACCOUNTS[Role.WORKING_GROUP], "reporting_system")}


def test_only_those_with_the_right_press_it_and_only_from_our_own_page(base: str, store: Store) -> None:
    for role in (Role.LEADER, Role.PROVINCE, Role.WALL_DEVICE):
        with signed_in(base, ACCOUNTS[role]) as client:
            assert client.post(DOOR, data={"lan": "1"}).status_code == 403, role
    with signed_in(base, ACCOUNTS[Role.ADMINISTRATOR]) as client:
        assert client.post(DOOR, data={"lan": "1"}, headers={"Origin": "https://elsewhere.example"}).status_code == 403
        assert client.get(DOOR).status_code == 405
        assert client.post(DOOR, data={"lan": "một"}).status_code == 400
        assert client.post(DOOR, data={"lan": "999"}).status_code == 404
    assert len(held_records(store)) == 1


def test_what_is_held_is_shown_to_those_who_may_see_it(base: str, store: Store) -> None:
    (reason,), (record,) = held_reasons(store, "reporting_system"), held_records(store)
    at = f"/nguon-so-lieu/reporting_system?ly_do={reason.key}&ban={record.id}"
    with signed_in(base, ACCOUNTS[Role.WORKING_GROUP]) as client:
        said = shown(client, base, at)
        assert said.count("atlantis") > 1
        assert "Bản ghi 1" in said
        assert "Đọc lại" in said
        assert "Không có số liệu này" in shown(client, base, at + "9")
    with signed_in(base, ACCOUNTS[Role.LEADER]) as client:
        said = shown(client, base, at)
        assert "atlantis" not in said
        assert "Đọc lại" not in said
        assert "chỉ mở cho Tổ công tác" in said
