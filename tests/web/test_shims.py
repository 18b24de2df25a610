"""Every defect of Dash on FastAPI that is cured, by its number; each of these fails without its cure."""

import json
import threading
from datetime import timedelta
from typing import Any

import dash
import httpx
import pytest
from dash import _callback
from dash.development.base_component import Component
from fastapi import FastAPI
from starlette.types import ASGIApp

from dashboard import web
from dashboard.access import sessions
from dashboard.access.roles import Role
from dashboard.boards import Boards
from dashboard.settings import Settings
from dashboard.store import Store, accounts
from dashboard.web import Page, View
from dashboard.web.shims import CALLBACK
from tests.patience import PATIENCE
from tests.web.conftest import overview
from tests.web.running import ACCOUNTS, listening, open_accounts, served, signed_in
from tests.web.test_every_address import all_routes, layers


def step(path: str, search: str = "") -> dict[str, Any]:
    """What the browser sends when its address changes."""
    outputs = [("trang", "children"), ("trang", "data-standing"), ("dieu-huong", "children"), ("tieu-de", "data"), ("su-co", "children")]
    return {
        "output": ".." + "...".join(f"{id_}.{name}" for id_, name in outputs) + "..",
        "outputs": [{"id": id_, "property": name} for id_, name in outputs],
        "inputs": [{"id": "dia-chi", "property": "pathname", "value": path}, {"id": "dia-chi", "property": "search", "value": search}],
        "changedPropIds": ["dia-chi.pathname"],
    }


def test_1_a_deep_link_as_the_first_request_of_a_fresh_process_is_a_whole_page(leader: httpx.Client) -> None:
    answer = leader.get("/tinh/an_giang_2025")
    assert answer.status_code == 200
    assert "<title>An Giang – " in answer.text
    assert "/assets/joined.css?v=" in answer.text
    assert "dash_renderer" in answer.text
    assert 'lang="vi"' in answer.text
    assert 'data-theme="auto"' in answer.text


def test_1_a_callback_as_the_first_request_is_answered(leader: httpx.Client) -> None:
    assert leader.post(CALLBACK, json=step("/")).status_code == 200


def test_2_a_websocket_as_the_first_request_of_a_fresh_process_is_answered(app: ASGIApp, store: Store) -> None:
    open_accounts(store)
    found = accounts.find_person(store, ACCOUNTS[Role.LEADER])
    assert found is not None
    secret = sessions.begin(store, found[0], "", timedelta(hours=1))
    with served(app) as base, listening(base, {"phien": secret}) as socket:
        assert json.loads(socket.recv(timeout=PATIENCE))["feeds"] == {}


def test_2_dashs_own_websocket_is_not_registered(app: ASGIApp) -> None:
    server = next(layer for layer in layers(app) if isinstance(layer, FastAPI))
    assert not any("_dash-ws" in route.path for route in all_routes(server.routes))


def test_3_a_slow_page_does_not_stop_the_others(settings: Settings, store: Store, boards: Boards) -> None:
    drawing, done = threading.Event(), threading.Event()

    def slow(view: View) -> Component:
        drawing.set()
        assert done.wait(PATIENCE)
        return overview(view)

    open_accounts(store)
    app = web.build(settings, store, boards, [Page("slow", "/xep-hang", "Chậm", slow)], [])
    with served(app) as base, signed_in(base, ACCOUNTS[Role.LEADER]) as client:
        answers: list[int] = []
        waiting = threading.Thread(target=lambda: answers.append(client.post(CALLBACK, json=step("/xep-hang")).status_code))
        waiting.start()
        assert drawing.wait(PATIENCE)
        assert httpx.get(base + "/healthz").text == "ok\n"
        assert answers == [], "it waits, as long as it is let"
        done.set()
        waiting.join(PATIENCE)
    assert answers == [200]


def test_4_answers_of_callbacks_say_that_they_are_json(leader: httpx.Client) -> None:
    answer = leader.post(CALLBACK, json=step("/tinh/an_giang_2025", "?so=1"))
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["response"]["tieu-de"]["data"].startswith("An Giang – ")


MALFORMED = (
    b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"{}", b"[" * 100_000,
    *(json.dumps(body).encode() for body in (
        {"output": "nobody.children", "inputs": []}, {"output": step("/")["output"]}, {"output": ["x"], "inputs": []}
    )),
)  # fmt: skip


def test_5_a_malformed_request_is_the_askers_fault(leader: httpx.Client) -> None:
    for body in MALFORMED:
        answer = leader.post(CALLBACK, content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json"), body


def test_5_a_huge_request_and_one_of_another_type_are_refused(leader: httpx.Client) -> None:
    assert leader.post(CALLBACK, content=b" " * 1_100_000, headers={"Content-Type": "application/json"}).status_code == 413
    assert leader.post(CALLBACK, data={"a": "b"}).status_code == 400


def test_6_an_error_in_a_callback_is_logged_under_the_reference_that_the_person_sees(
    settings: Settings, store: Store, boards: Boards, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret of the machine")

    open_accounts(store)
    monkeypatch.setattr("dashboard.web.program._draw", broken)
    with served(web.build(settings, store, boards, [], [])) as base, signed_in(base, ACCOUNTS[Role.LEADER]) as client:
        answer = client.post(CALLBACK, json=step("/"))
    said, logged = json.dumps(answer.json(), ensure_ascii=False), capsys.readouterr().out
    reference = said.partition("mã ")[2][:8]
    assert "secret" not in said
    assert "ZeroDivisionError" not in said
    assert len(reference) == 8
    assert reference in logged
    assert "ZeroDivisionError: a secret of the machine" in logged


def test_6_an_error_in_dashs_own_handlers_is_logged_too(leader: httpx.Client, capsys: pytest.CaptureFixture[str]) -> None:
    answer = leader.post(CALLBACK, json=step("/") | {"inputs": [], "state": 5})
    assert answer.status_code == 500
    reference = answer.json()["detail"].rpartition("Mã lỗi: ")[2].rstrip(".")
    logged = capsys.readouterr().out
    assert reference in logged
    assert logged.count("Traceback (most recent call last)") >= 1


def test_7_what_dashs_hooks_skip_is_refused_without_login(base: str) -> None:
    for path in ("/_dash-layout", "/_dash-dependencies", "/assets/tokens.js", "/_dash-component-suites/dash/deps/react@18.3.1.min.js"):
        assert httpx.get(base + path).status_code == 401, path


def test_8_an_unknown_address_is_a_real_404_in_vietnamese(leader: httpx.Client) -> None:
    for path in ("/khong-co", "/tinh/khong_co", "/chi-tieu/khong_co"):
        answer = leader.get(path)
        assert answer.status_code == 404, path
        assert "Không có trang này" in answer.text, path
    drawn = leader.post(CALLBACK, json=step("/khong-co")).json()["response"]
    assert "Không có trang này" in json.dumps(drawn["trang"], ensure_ascii=False)


def test_10_no_callback_pushes_so_that_the_only_push_is_our_own_which_ends_with_the_session(leader: httpx.Client) -> None:
    # That it ends is tested in test_signal.py.
    config = leader.get("/").text.partition('id="_dash-config"')[2].partition("</script>")[0]
    assert "websocket" not in config
    dependencies = leader.get("/_dash-dependencies").json()
    assert dependencies
    assert not any(each.get("websocket") or each.get("persistent") for each in dependencies)


def test_versions_are_told_to_nobody(leader: httpx.Client) -> None:
    answer = leader.get("/")
    config = json.loads(answer.text.partition('id="_dash-config" type="application/json">')[2].partition("</script>")[0])
    assert not [name for name in config if "version" in name and name != "disable_version_check"]
    assert "server" not in answer.headers
    assert "x-powered-by" not in answer.headers


def test_a_second_program_in_the_process_has_the_global_callbacks_too(settings: Settings, store: Store, boards: Boards) -> None:
    @dash.callback(dash.Output("chung", "children"), dash.Input("chung", "id"))
    def shared(name: str) -> str:
        return f"from {name}"

    asked = {
        "output": "chung.children",
        "outputs": {"id": "chung", "property": "children"},
        "inputs": [{"id": "chung", "property": "id", "value": "chung"}],
        "changedPropIds": ["chung.id"],
    }
    open_accounts(store)
    programs = [web.build(settings, store, boards, [Page("a", "/", "A", overview)], []) for _ in range(2)]
    try:
        for program in programs:
            with served(program) as base, signed_in(base, ACCOUNTS[Role.LEADER]) as client:
                assert client.post(CALLBACK, json=asked).json()["response"] == {"chung": {"children": "from chung"}}
    finally:
        _callback.GLOBAL_CALLBACK_MAP.pop("chung.children")
        _callback.GLOBAL_CALLBACK_LIST[:] = [each for each in _callback.GLOBAL_CALLBACK_LIST if each["output"] != "chung.children"]
