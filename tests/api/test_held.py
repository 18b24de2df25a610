"""The buttons of a feed's page beside “Đọc lại”: lấy lại, sửa, bỏ qua. Who may press them, and what the page says afterwards."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard import web
from dashboard.access.roles import Role
from dashboard.api import held
from dashboard.feeds.base import Source
from dashboard.ingest import Desk, Sender, take
from dashboard.pages import all_pages
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.store.accounts import list_audit
from dashboard.store.queries import cells, held_records
from dashboard.store.sources import held_reasons
from dashboard.store.turns import asked
from tests.api.test_replays import shown
from tests.loaded import boards_over, feeds, ingest_desk
from tests.web.running import ACCOUNTS, open_accounts, served, signed_in

AT = "/nguon-so-lieu/reporting_system"
RECORDS = [{"measure": "case_files_processed", "unit": unit, "period": "2026-10", "value": 12} for unit in ("atlantis", "lemuria", "H26")]


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """Two records are held; the feed is one that the clock reads."""
    made = replace(ingest_desk(store, tmp_path / "raw"), feeds=feeds())
    take(made, made.feed("reporting_system"), Source("push:máy", json.dumps(RECORDS).encode()), Sender(provenance="simulated"))
    timed = replace(made.feed("reporting_system"), every=timedelta(hours=1))
    return replace(made, feeds={**made.feeds, timed.key: timed})


@pytest.fixture
def base(desk: Desk, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The program with all pages."""
    open_accounts(desk.store)
    app = web.build(settings, desk.store, boards_over(desk.store, tmp_path / "raw"), all_pages(), [held.router(desk)])
    with served(app) as address:
        yield address


def test_the_working_group_puts_a_record_right_lets_another_go_and_asks_for_a_reading(base: str, store: Store) -> None:
    one, other = sorted(held_records(store), key=lambda record: record.id)
    reason = next(why for why in held_reasons(store, "reporting_system") if why.reason == one.reason)
    with signed_in(base, ACCOUNTS[Role.WORKING_GROUP]) as client:
        page = shown(client, base, f"{AT}?ly_do={reason.key}&ban={one.id}")
        assert "Sửa và nhận" in page
        assert "Bỏ qua bản ghi" in page
        form = {"ban": str(one.id), "ly_do": reason.key, "f.unit": "H99", "vi_sao": "gọi hỏi đơn vị gửi"}
        refused = client.post(f"{AT}/sua", data=form)
        assert refused.status_code == 303, refused.text
        assert "vẫn chưa nhận được" in shown(client, base, refused.headers["location"])
        done = client.post(f"{AT}/sua", data={**form, "f.unit": "H05"})
        assert "Đã đọc lại 1 lần nhận: 1 số liệu mới hoặc đổi" in shown(client, base, done.headers["location"])
        assert client.post(f"{AT}/bo-qua", data={"ban": str(other.id), "vi_sao": "x"}).status_code == 400
        gone = client.post(f"{AT}/bo-qua", data={"ban": str(other.id), "vi_sao": "đơn vị không có thật"})
        assert "Đã bỏ qua 1 dòng" in shown(client, base, gone.headers["location"])
        again = client.post(f"{AT}/lay-lai")
        assert "Đã yêu cầu lấy lại" in shown(client, base, again.headers["location"])
        assert "Đã có người yêu cầu" in shown(client, base, client.post(f"{AT}/lay-lai").headers["location"])
        assert client.post("/nguon-so-lieu/signature_issue/lay-lai").status_code == 409
    assert {cell.unit: cell.value for cell in cells(store, ["case_files_processed"])}.items() >= {"bac_ninh_2025": 12}.items()
    assert held_records(store) == []
    assert [one.feed for one in asked(store)] == ["reporting_system"]
    actions = {one.action: one for one in list_audit(store, 20)}
    assert {"correct", "dismiss", "fetch again"} <= actions.keys()
    assert (actions["dismiss"].detail or {})["why"] == "đơn vị không có thật"


def test_nobody_else_may_and_only_from_our_own_page(base: str, store: Store) -> None:
    forms = {"sua": {"ban": "1", "vi_sao": "thử xem sao"}, "bo-qua": {"ban": "1", "vi_sao": "thử xem sao"}, "lay-lai": {}}
    for role in (Role.LEADER, Role.PROVINCE, Role.WALL_DEVICE):
        with signed_in(base, ACCOUNTS[role]) as client:
            assert {client.post(f"{AT}/{door}", data=form).status_code for door, form in forms.items()} == {403}, role
            if role is Role.LEADER:
                assert "Lấy lại" not in shown(client, base, AT)
    with signed_in(base, ACCOUNTS[Role.ADMINISTRATOR]) as client:
        for door, form in forms.items():
            assert client.post(f"{AT}/{door}", data=form, headers={"Origin": "https://elsewhere.example"}).status_code == 403
        assert client.post(f"{AT}/bo-qua", data={"ly_do": "x", "vi_sao": "thử xem sao"}).status_code == 404
    assert len(held_records(store)) == 2
    assert asked(store) == []
