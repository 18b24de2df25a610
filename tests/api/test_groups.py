"""Groups of units through the doors: who may save, share and remove, what is written down, what each sees."""

from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from dashboard import web
from dashboard.access.roles import Role
from dashboard.pages import all_pages
from dashboard.settings import Settings
from dashboard.store import accounts
from dashboard.store.queries import data_versions
from dashboard.store.reading import reading
from tests.loaded import Loaded
from tests.web.running import ACCOUNTS, all_routers, open_accounts, served, signed_in

FORM = {"ten": "Đoàn kiểm tra", "don_vi": ["bac_ninh_2025", "phu_tho_2025"]}


@pytest.fixture
def people(loaded: Loaded, settings: Settings) -> Iterator[dict[Role, httpx.Client]]:
    """A browser for each role, on one program with all pages."""
    open_accounts(loaded.store)
    boards = loaded.boards()
    app = web.build(settings, loaded.store, boards, all_pages(), all_routers(loaded.store, boards))
    with served(app) as address, ExitStack() as opened:
        roles = (Role.ADMINISTRATOR, Role.WORKING_GROUP, Role.LEADER, Role.PROVINCE)
        yield {role: opened.enter_context(signed_in(address, ACCOUNTS[role])) for role in roles}


def saved(client: httpx.Client) -> list[str]:
    """The names of the saved groups that somebody sees."""
    return [one["name"] for one in client.get("/api/v1/groups").json()["groups"] if one["kind"] == "saved"]


def save(client: httpx.Client, **fields: object) -> httpx.Response:
    return client.post("/nhom/luu", data={**FORM, **fields})


def test_the_declared_groups_and_the_regions_are_everybodys(people: dict[Role, httpx.Client]) -> None:
    groups = people[Role.PROVINCE].get("/api/v1/groups").json()["groups"]
    assert groups[0]["key"] == "hop_2020_09_11"
    assert groups[0]["on"] == "2020-09-11"
    assert len(groups[0]["units"]) == 7
    assert sum(one["kind"] == "region" for one in groups) == 6


def test_a_group_of_ones_own_is_seen_by_nobody_else(people: dict[Role, httpx.Client], loaded: Loaded) -> None:
    answer = save(people[Role.PROVINCE])
    assert answer.status_code == 303
    address = answer.headers["location"]
    assert people[Role.PROVINCE].get(address).status_code == 200
    assert people[Role.LEADER].get(address).status_code == 404
    assert saved(people[Role.PROVINCE]) == ["Đoàn kiểm tra"]
    assert saved(people[Role.LEADER]) == []
    entry = accounts.list_audit(loaded.store, 1)[0]
    assert (entry.actor, entry.action, entry.subject) == (ACCOUNTS[Role.PROVINCE], "group saved", "Đoàn kiểm tra")
    assert entry.detail == {"units": "bac_ninh_2025,phu_tho_2025", "shared": "no"}


def test_the_working_group_shares_and_a_province_does_not(people: dict[Role, httpx.Client]) -> None:
    assert save(people[Role.PROVINCE], chung="1").status_code == 403
    assert save(people[Role.LEADER], chung="1").status_code == 403
    answer = save(people[Role.WORKING_GROUP], chung="1")
    assert answer.status_code == 303
    assert all(saved(client) == ["Đoàn kiểm tra"] for client in people.values())
    assert people[Role.PROVINCE].get(answer.headers["location"]).status_code == 200


def test_its_owner_and_the_administrator_remove_a_group_and_nobody_else(people: dict[Role, httpx.Client], loaded: Loaded) -> None:
    for remover in (Role.WORKING_GROUP, Role.ADMINISTRATOR):
        address = save(people[Role.WORKING_GROUP], chung="1").headers["location"]
        assert people[Role.LEADER].post(f"{address}/xoa").status_code == 404
        assert people[remover].post(f"{address}/xoa").status_code == 303
        assert saved(people[Role.LEADER]) == []
        assert accounts.list_audit(loaded.store, 1)[0].action == "group removed"


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"ten": "  "}, "ten"),
        ({"ten": "d" * 81}, "ten"),
        ({"don_vi": []}, "don-vi"),
        ({"don_vi": ["atlantis"]}, "don-vi"),
        ({"don_vi": ["red_river_delta"]}, "don-vi"),
    ],
)
def test_a_form_with_a_fault_comes_back_with_its_word(people: dict[Role, httpx.Client], fields: dict[str, object], word: str) -> None:
    answer = save(people[Role.LEADER], **fields)
    assert f"loi={word}" in answer.headers["location"]
    assert saved(people[Role.LEADER]) == []


def test_a_name_is_taken_once_by_each(people: dict[Role, httpx.Client]) -> None:
    assert save(people[Role.LEADER]).headers["location"].startswith("/nhom/")
    assert "loi=trung" in save(people[Role.LEADER]).headers["location"]
    assert "loi=" not in save(people[Role.PROVINCE]).headers["location"]


def test_another_sites_form_is_refused(people: dict[Role, httpx.Client]) -> None:
    client = people[Role.LEADER]
    assert client.post("/nhom/luu", data=FORM, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert saved(client) == []


def test_pages_drawn_from_groups_are_drawn_anew_when_one_is_saved_or_removed(people: dict[Role, httpx.Client], loaded: Loaded) -> None:
    with reading() as read:
        loaded.boards().groups(None)
    assert read.everything
    address = save(people[Role.LEADER]).headers["location"]
    assert data_versions(loaded.store)["groups"][0] == 1
    people[Role.LEADER].post(f"{address}/xoa")
    assert data_versions(loaded.store)["groups"][0] == 2


def test_a_fact_is_told_with_its_level_in_words_and_its_quote(client: httpx.Client) -> None:
    answer = client.get("/api/v1/values", params={"indicator": "personal_signature_stage", "period": "2020-09-11"}).json()
    assert answer["boundaries"] == "2020"
    assert len(answer["values"]) == 7
    one = next(one for one in answer["values"] if one["unit"] == "bac_ninh")
    assert (one["value"], one["level"], one["level_text"], one["state"]) == (1, "pilot", "đang thử nghiệm", "published")
    assert one["quote"] == "đang triển khai, thử nghiệm chữ ký số cá nhân"
    evidence = client.get(one["evidence"]).json()
    assert evidence["revisions"][0]["record"]["value"] == "pilot"


def test_a_fact_of_the_country_says_more_than(client: httpx.Client) -> None:
    (one,) = client.get("/api/v1/values", params={"indicator": "signature_coverage_departments"}).json()["values"]
    assert (one["unit"], one["value"], one["more_than"], one["level_text"]) == ("vn", 90, True, "hơn 90%")


def test_nothing_was_told_before_its_day_and_other_borders_are_refused(client: httpx.Client) -> None:
    asked = {"indicator": "personal_signature_stage"}
    assert client.get("/api/v1/values", params={**asked, "period": "2020-09-10"}).json()["values"] == []
    assert client.get("/api/v1/values", params={**asked, "boundaries": "2025"}).status_code == 422
    assert client.get("/api/v1/values", params={**asked, "as_of": "2020-09-12"}).status_code == 404


def test_the_quote_is_everybodys_and_the_raw_row_is_not(province: httpx.Client) -> None:
    answer = province.get("/api/v1/evidence/personal_signature_stage/bac_ninh/2020-09-11").json()
    assert answer["statement"]["quote"]
    assert answer["revisions"][0]["record"] is None
    assert answer["revisions"][0]["record_withheld"]
