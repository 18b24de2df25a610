"""Accounts, tokens and displays over HTTP: what the command line does, for administrators alone, each deed in the audit."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dashboard import web
from dashboard.access import displays, people
from dashboard.access.roles import Role
from dashboard.settings import Settings
from dashboard.store import Store, accounts
from tests.loaded import boards_over
from tests.patience import soon
from tests.web.running import ACCOUNTS, all_routers, open_accounts, served, signed_in


@pytest.fixture
def base(store: Store, tmp_path: Path) -> Iterator[str]:
    """The program over an empty database."""
    open_accounts(store)
    boards = boards_over(store, tmp_path)
    with served(web.build(Settings.model_validate({"var_dir": tmp_path}), store, boards, (), all_routers(store, boards))) as address:
        yield address


@pytest.fixture
def admin(base: str) -> Iterator[httpx.Client]:
    """An administrator's browser."""
    with signed_in(base, ACCOUNTS[Role.ADMINISTRATOR]) as client:
        yield client


def test_people_are_added_with_a_password_shown_once_given_another_and_shut_out(admin: httpx.Client, base: str, store: Store) -> None:
    made = admin.post("/api/v1/people", json={"username": "Hue", "role": "province", "unit": "hue"})
    secret = made.json()["secret"]
    assert (made.status_code, people.exists(store, "hue")) == (201, True)
    with httpx.Client(base_url=base) as stranger:
        login = {"username": "hue", "password": secret}
        assert stranger.post("/dang-nhap", data=login, headers={"Origin": base}).status_code == 303
        other = admin.patch("/api/v1/people/hue", json={"password": True}).json()["secret"]
        assert other not in ("", secret)
        assert stranger.get("/api/v1/units").status_code == 401
    assert admin.patch("/api/v1/people/hue", json={"disabled": True}).json() == {"secret": ""}
    found = admin.get("/api/v1/people")
    assert next(one for one in found.json() if one["username"] == "hue")["disabled"]
    assert secret not in found.text
    assert next(one.action for one in accounts.list_audit(store, 3) if one.subject == "hue") == "account disabled"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"username": "x", "role": "leader"}, ["username"]),
        ({"username": "thu.leader", "role": "king"}, ["role", "username"]),
        ({"username": "moi", "role": "province"}, ["unit"]),
        ({"username": "moi", "role": "province", "unit": "atlantis"}, ["unit"]),
        ({"username": "moi", "role": "leader", "unit": "hue"}, ["unit"]),
    ],
)
def test_what_is_wrong_with_an_account_is_said_by_field(admin: httpx.Client, body: dict[str, str], fields: list[str]) -> None:
    refused = admin.post("/api/v1/people", json=body)
    assert (refused.status_code, sorted(refused.json()["fields"])) == (422, fields)


def test_nobody_shuts_themselves_out(admin: httpx.Client) -> None:
    assert admin.patch(f"/api/v1/people/{ACCOUNTS[Role.ADMINISTRATOR]}", json={"disabled": True}).status_code == 422
    assert admin.get("/api/v1/people").status_code == 200
    assert admin.patch("/api/v1/people/khong.co", json={"disabled": True}).status_code == 404


def test_tokens_are_given_once_listed_and_ended(admin: httpx.Client, base: str) -> None:
    secret = admin.post("/api/v1/tokens", json={"name": "Kho dữ liệu", "scopes": ["read"]}).json()["secret"]
    held = {"Authorization": f"Bearer {secret}"}
    assert httpx.get(base + "/api/v1/units", headers=held).status_code == 200
    listed = admin.get("/api/v1/tokens")
    assert [(one["name"], one["scopes"]) for one in listed.json()] == [("Kho dữ liệu", ["read"])]
    assert secret not in listed.text
    assert admin.delete("/api/v1/tokens/Kho dữ liệu").status_code == 204
    assert soon(lambda: httpx.get(base + "/api/v1/units", headers=held).status_code == 401)
    refused = admin.post("/api/v1/tokens", json={"name": " ", "scopes": ["root"], "username": "khong.co"})
    assert sorted(refused.json()["fields"]) == ["name", "scopes", "username"]


def test_a_display_is_let_in_by_its_code_and_shut_out(admin: httpx.Client, store: Store) -> None:
    asking = displays.ask(store, displays.new_secret(), "chinh", "10.0.0.7")
    assert admin.post("/api/v1/displays", json={"code": "SAIMA"}).json()["fields"].keys() == {"code"}
    made = admin.post("/api/v1/displays", json={"code": asking.code.lower(), "name": "Sảnh A"})
    assert (made.status_code, made.json()["wall"]) == (201, "chinh")
    assert [one["name"] for one in admin.get("/api/v1/displays").json()] == ["Sảnh A"]
    assert admin.delete("/api/v1/displays/Sảnh A").status_code == 204
    assert admin.get("/api/v1/displays").json() == []


def test_nobody_else_sees_or_changes_who_may_come_in(base: str) -> None:
    for role in (Role.LEADER, Role.WORKING_GROUP, Role.PROVINCE):
        with signed_in(base, ACCOUNTS[role]) as client:
            assert {client.get(f"/api/v1/{kind}").status_code for kind in ("people", "tokens", "displays")} == {403}
            assert client.post("/api/v1/people", json={"username": "x", "role": "administrator"}).status_code == 403
