"""Signing in and out, as a browser without JavaScript does it."""

import re
import time
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from dashboard import web
from dashboard.access.browser import local_path
from dashboard.access.roles import Role
from dashboard.access.throttle import FREE_TRIES, Throttle
from dashboard.boards import Boards
from dashboard.settings import Settings
from dashboard.store import Store, accounts
from dashboard.web import Page
from tests.web.conftest import overview
from tests.web.running import ACCOUNTS, PASSWORD, browser, served, signed_in

NAME = ACCOUNTS[Role.LEADER]


def attempt(client: httpx.Client, password: str, username: str = NAME, next_path: str = "/") -> httpx.Response:
    """One filled form."""
    return client.post("/dang-nhap", data={"username": username, "password": password, "tiep": next_path})


def test_the_way_in_and_out(base: str, store: Store) -> None:
    with browser(base) as client:
        sent = client.get("/xep-hang?so=1")
        form = client.get(sent.headers["location"])
        assert form.status_code == 200
        assert "/xep-hang?so=1" in form.text
        assert "<form" in form.text
        assert set(re.findall(r'<input[^>]* name="([^"]+)"', form.text)) == {"tiep", "username", "password"}
        answer = attempt(client, PASSWORD, NAME.upper(), "/xep-hang?so=1")
        assert (answer.status_code, answer.headers["location"]) == (303, "/xep-hang?so=1")
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "path=/" in cookie
        assert "secure" not in cookie
        assert client.get("/").status_code == 200
        assert client.get("/dang-nhap?tiep=/xep-hang").headers["location"] == "/xep-hang"
        assert client.post("/dang-xuat").headers["location"] == "/dang-nhap"
        assert client.get("/").status_code == 303
    assert [entry.action for entry in accounts.list_audit(store, 2)] == ["logout", "login"]


def test_logout_ends_the_session_and_not_only_the_cookie(base: str) -> None:
    with signed_in(base, NAME) as client:
        stolen = dict(client.cookies)
        client.post("/dang-xuat")
    assert httpx.get(base + "/api/v1/units", cookies=stolen).status_code == 401


def test_a_session_never_bears_a_secret_that_the_browser_brought(base: str) -> None:
    with signed_in(base, NAME) as client:
        first = client.cookies["phien"]
        assert attempt(client, PASSWORD).status_code == 303
        assert client.cookies["phien"] != first
        assert httpx.get(base + "/api/v1/units", cookies={"phien": first}).status_code in (200, 401)
        time.sleep(2.1)
        assert httpx.get(base + "/api/v1/units", cookies={"phien": first}).status_code == 401


@pytest.mark.parametrize(("username", "password"), [(NAME, PASSWORD + "x"), ("ai-do", PASSWORD), ("", ""), (NAME, "")])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(base: str, username: str, password: str) -> None:
    with browser(base) as client:
        answer = attempt(client, password, username)
    assert answer.status_code == 401
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in answer.text
    assert "set-cookie" not in answer.headers
    assert not password or password not in answer.text


def test_a_name_that_nobody_has_is_not_written_down(base: str, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with browser(base) as client:
        attempt(client, "mat-khau-that-cua-toi", "mat-khau-that-cua-toi")
    entry = accounts.list_audit(store, 1)[0]
    assert (entry.actor, entry.action) == ("unknown", "login failed")
    assert "mat-khau-that-cua-toi" not in capsys.readouterr().out


def test_guessing_is_slowed_down_and_told_for_how_long(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.access.throttle.time", SimpleNamespace(monotonic=lambda: 1000.0))
    with browser(base) as client:
        assert [attempt(client, "sai").status_code for _ in range(FREE_TRIES)] == [401] * FREE_TRIES
        answer = attempt(client, PASSWORD)
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "30"
        assert "Đã nhập sai nhiều lần. Hãy thử lại sau" in answer.text
        assert attempt(client, PASSWORD, ACCOUNTS[Role.ADMINISTRATOR]).status_code == 303


def test_the_wait_doubles_and_has_an_end() -> None:
    throttle, waits = Throttle(), []
    for _ in range(20):
        throttle.failed("mot", "a")
        waits.append(throttle.wait("mot", "a"))
    assert waits[:8] == [0, 0, 0, 0, 30, 60, 120, 240]
    assert waits[-1] == 900
    assert throttle.wait("mot", "b") == 0
    throttle.succeeded("mot", "a")
    assert throttle.wait("mot", "a") == 0


@pytest.mark.parametrize(
    ("wanted", "given"),
    [("/xep-hang?ky=2025-10", "/xep-hang?ky=2025-10"), ("/tinh/x", "/tinh/x"), (None, "/"), ("", "/"), ("//evil.example", "/"),
     ("https://evil.example", "/"), ("/\\evil.example", "/"), ("\\\\evil.example", "/"), ("/\tevil", "/"), ("/a\r\nSet-Cookie: x=1", "/"),
     ("javascript:alert(1)", "/"),
     ("xep-hang", "/"), ("/dang-nhap?tiep=/", "/"), ("/dang-xuat", "/"), ("/" + "x" * 3000, "/"), ("///evil.example", "/")],
)  # fmt: skip
def test_login_goes_on_to_an_address_of_this_host_only(wanted: str | None, given: str) -> None:
    assert local_path(wanted) == given


def test_the_form_is_taken_from_this_host_only_and_never_huge(base: str) -> None:
    with browser(base) as client:
        client.headers["Origin"] = "http://evil.example"
        assert attempt(client, PASSWORD).status_code == 403
        client.headers["Origin"] = base
        assert attempt(client, "x" * 20_000).status_code == 413


def test_a_shut_account_is_told_what_a_wrong_password_is(base: str, store: Store) -> None:
    accounts.change_person(store, NAME, {"disabled": True}, accounts.AuditEntry("test", "account disabled", NAME))
    with browser(base) as client:
        assert attempt(client, PASSWORD).status_code == 401


def test_without_its_database_login_says_so_and_readyz_too(settings: Settings, boards: Boards, tmp_path: Path) -> None:
    unreachable = Store.open("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
    with served(web.build(settings, unreachable, boards, [Page("a", "/", "A", overview)], [])) as base, browser(base) as client:
        assert client.get("/dang-nhap").status_code == 200
        answer = attempt(client, PASSWORD)
        assert answer.status_code == 503
        assert "Cơ sở dữ liệu đang không trả lời" in answer.text
        ready = client.get("/readyz")
        assert ready.status_code == 200
        assert ready.json()["ails"] == ["the database does not answer"]
        assert client.get("/healthz").status_code == 200
    unreachable.close()
