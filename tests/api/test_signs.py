"""Signs through the doors: listed with their evidence, dismissed by those who may, with a reason, and written down."""

import datetime as dt
import html
import json
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from dashboard import web
from dashboard.access.roles import Role
from dashboard.pages import all_pages
from dashboard.settings import Settings
from dashboard.store import accounts
from tests.boards.test_signs import PAPER, SILENT, told
from tests.counted import state
from tests.loaded import Loaded
from tests.web.running import ACCOUNTS, all_routers, open_accounts, served, signed_in

SIGN = f"/dau-hieu/{PAPER}/axis_paper"


@pytest.fixture
def people(loaded: Loaded, settings: Settings) -> Iterator[dict[Role, httpx.Client]]:
    """A browser for each role, on one program with all pages, over a country in which three provinces only seem connected."""
    open_accounts(loaded.store)
    state(loaded.store, "document_axis", told(dt.date(2026, 8, 31), dt.date(2026, 11, 20)))
    boards = loaded.boards()
    app = web.build(settings, loaded.store, boards, all_pages(), all_routers(loaded.store, boards))
    with served(app) as address, ExitStack() as opened:
        roles = (Role.ADMINISTRATOR, Role.WORKING_GROUP, Role.LEADER, Role.PROVINCE)
        yield {role: opened.enter_context(signed_in(address, ACCOUNTS[role])) for role in roles}


def listed(client: httpx.Client, **asked: str) -> list[tuple[str, str]]:
    return [(one["rule"], one["unit"]) for one in client.get("/api/v1/signs", params=asked).json()["signs"]]


def pages_say_it_in_words_and_a_calm_one_where_there_is_none(client: httpx.Client) -> None:
    def drawn(path: str) -> str:
        answer = client.get("/content", params={"at": path})
        assert answer.status_code == 200, path
        return html.unescape(json.dumps(answer.json(), ensure_ascii=False)).replace("\\u003c", "<")

    every = drawn("/dau-hieu")
    assert "Ba tỉnh, thành phố có dấu hiệu kết nối nhưng chưa dùng" in every
    assert "Bản giấy đi kèm văn bản điện tử" in every
    assert "ít nhất 74% văn bản điện tử vẫn kèm bản giấy" in every.lower()
    one = drawn(SIGN)
    assert "/can-cu/electronic_document_rate/" in one
    assert "bo-qua" in one
    assert "Kết nối nhưng chưa dùng" in drawn(f"/tinh/{PAPER}")
    assert "Không dấu hiệu nào trong" in drawn("/tinh/ha_noi")
    assert "không tìm thấy gì ở Thành phố Hà Nội" in drawn("/dau-hieu/ha_noi/axis_paper")
    assert client.get("/content", params={"at": "/dau-hieu/ha_noi/atlantis"}).status_code == 404


def test_signs_from_the_list_to_the_dismissal_and_back(people: dict[Role, httpx.Client], loaded: Loaded) -> None:
    """One walk, since each step stands on the one before, and a program takes long to start."""
    pages_say_it_in_words_and_a_calm_one_where_there_is_none(people[Role.WORKING_GROUP])
    group, leader = people[Role.WORKING_GROUP], people[Role.LEADER]
    assert ("axis_paper", PAPER) in listed(leader)
    assert listed(leader, unit=SILENT) == [("axis_silent", SILENT)]
    answer = leader.get("/api/v1/signs", params={"unit": PAPER}).json()
    (paper,) = answer["signs"]
    assert paper["simulated"]
    assert paper["measured"] > paper["limit"]
    evidence = leader.get(paper["seen"][0]["evidence"]).json()
    assert [one["measure"] for one in evidence["sums"]] == ["documents_electronic", "documents_sent"]
    assert leader.get("/api/v1/signs", params={"unit": "atlantis"}).status_code == 404

    form = {"ly_do": " Văn bản  mật gửi kèm bản giấy. ", "den": "2026-10-31"}
    for role in (Role.LEADER, Role.PROVINCE):
        assert people[role].post(f"{SIGN}/bo-qua", data=form).status_code == 403
    assert "loi=ly-do" in group.post(f"{SIGN}/bo-qua", data={**form, "ly_do": " "}).headers["location"]
    assert "loi=ly-do" in group.post(f"{SIGN}/bo-qua", data={**form, "ly_do": "d" * 501}).headers["location"]
    assert "loi=doi" in group.post(f"{SIGN}/bo-qua", data={**form, "den": "2026-09-30"}).headers["location"]
    assert group.post("/dau-hieu/ha_noi/axis_paper/bo-qua", data=form).status_code == 404
    assert group.post(f"{SIGN}/bo-qua", data=form, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert ("axis_paper", PAPER) in listed(leader)

    assert group.post(f"{SIGN}/bo-qua", data=form).headers["location"] == SIGN
    assert ("axis_paper", PAPER) not in listed(leader)
    assert listed(leader, state="dismissed") == [("axis_paper", PAPER)]
    word = leader.get("/api/v1/signs", params={"state": "dismissed"}).json()["signs"][0]["dismissed"]
    assert (word["reason"], word["by"], word["through"]) == ("Văn bản mật gửi kèm bản giấy.", "Người working_group", "2026-10-31")
    entry = accounts.list_audit(loaded.store, 1)[0]
    assert (entry.actor, entry.action, entry.subject) == (ACCOUNTS[Role.WORKING_GROUP], "sign dismissed", PAPER)
    assert entry.detail == {"rule": "axis_paper", "reason": "Văn bản mật gửi kèm bản giấy.", "through": "2026-10-31"}

    assert people[Role.ADMINISTRATOR].post(f"{SIGN}/mo-lai", data=form).headers["location"] == SIGN
    assert ("axis_paper", PAPER) in listed(leader)
    assert accounts.list_audit(loaded.store, 1)[0].action == "sign taken up again"
