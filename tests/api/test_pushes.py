"""Other systems bring observations: what is answered is in the database, once, and nothing gets in by the wrong token."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from dashboard import web
from dashboard.access import people, tokens
from dashboard.access.roles import Role
from dashboard.api import pushes
from dashboard.feeds import all_feeds
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.store.queries import cells, held_records
from tests.loaded import boards_over, catalog, ingest_desk
from tests.web.running import ACCOUNTS, PASSWORD, open_accounts, served, signed_in

TABLE = """
[survey]
name_vi = "Điều tra"
publisher = "Cơ quan điều tra"
provenance = "self_reported"
measures = ["papi_portal_access", "papi_internet_access"]
"""
ONE: dict[str, Any] = {"measure": "papi_portal_access", "unit": "H05", "period": "2025", "value": 2.5}
Push = Callable[..., httpx.Response]


@pytest.fixture
def base(store: Store, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The program with one pushed feed."""
    (tmp_path / "feeds.toml").write_text(TABLE, encoding="utf-8")
    desk = replace(ingest_desk(store, tmp_path / "raw"), feeds=all_feeds(tmp_path, catalog()))
    open_accounts(store)
    with served(web.build(settings, store, boards_over(store, tmp_path / "raw"), (), [pushes.router(desk)])) as address:
        yield address


def pusher(base: str, token: str, feed: str = "survey") -> Push:
    """Pushes records, or bytes, with a token."""

    def push(body: object, kind: str = "application/json", **headers: str) -> httpx.Response:
        named = {
            "Authorization": f"Bearer {token}",
            "Content-Type": kind,
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        given: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        return httpx.post(f"{base}/api/v1/feeds/{feed}", headers=named, **given)

    return push


@pytest.fixture
def push(base: str, store: Store) -> Push:
    """With a service's token of the feed."""
    return pusher(base, tokens.issue(store, "máy gửi", ["feed:survey"]))


def values(store: Store) -> dict[str, float]:
    """What the store holds of the measure, by unit."""
    return {cell.unit: cell.value for cell in cells(store, [ONE["measure"]])}


def test_what_is_answered_is_in_the_database_with_a_word_on_every_record(push: Push, store: Store) -> None:
    answer = push([ONE, {**ONE, "unit": "atlantis"}, {**ONE, "unit": "H26", "value": 3}])
    body = answer.json()
    assert answer.status_code == 200, answer.text
    assert (body["changed"], body["unchanged"], body["held"], body["repeated"]) == (2, 0, 1, False)
    assert [(one["record"], one["state"]) for one in body["records"]] == [("1", "accepted"), ("2", "held"), ("3", "accepted")]
    assert "atlantis" in body["records"][1]["reason"]
    assert values(store) == {"bac_ninh_2025": 2.5, "ha_noi": 3}
    assert [(one.feed, one.record) for one in held_records(store)] == [("survey", "2")]


def test_csv_does_as_well_and_a_later_value_is_a_correction(push: Push, store: Store) -> None:
    push(b"measure,unit,period,value\npapi_portal_access,H05,2025,2.5\n", "text/csv; charset=utf-8")
    assert push(b"measure,unit,period,value\npapi_portal_access,H05,2025,2.6\n", "text/csv").json()["changed"] == 1
    assert values(store) == {"bac_ninh_2025": 2.6}


def test_a_request_that_is_sent_again_is_answered_and_not_taken_in_again(push: Push, store: Store) -> None:
    first = push([ONE, {**ONE, "unit": "x"}], Idempotency_Key="lan-1").json()
    push([{**ONE, "value": 3}], Idempotency_Key="lan-2")
    again = push([ONE, {**ONE, "unit": "x"}], Idempotency_Key="lan-1").json()
    assert again == {**first, "repeated": True}
    assert values(store) == {"bac_ninh_2025": 3}


def test_one_name_for_two_requests_is_refused(push: Push, store: Store) -> None:
    push([ONE], Idempotency_Key="lan-1")
    answer = push([{**ONE, "value": 3}], Idempotency_Key="lan-1")
    assert answer.status_code == 422
    assert "nội dung khác" in answer.json()["detail"]
    assert values(store) == {"bac_ninh_2025": 2.5}


def test_a_persons_token_speaks_for_its_own_unit_only(base: str, store: Store) -> None:
    people.create(store, "bac.ninh", "", Role.PROVINCE, "bac_ninh_2025", PASSWORD)
    push = pusher(base, tokens.issue(store, "excel", ["feed:survey"], username="bac.ninh"))
    body = push([ONE, {**ONE, "unit": "H26"}]).json()
    assert [one["state"] for one in body["records"]] == ["accepted", "held"]
    assert "Hà Nội" in body["records"][1]["reason"]
    assert values(store) == {"bac_ninh_2025": 2.5}


def test_simulated_figures_never_meet_others(push: Push, base: str, store: Store) -> None:
    push([ONE])
    answer = pusher(base, tokens.issue(store, "hộp cát", ["feed:survey"], simulated=True))([{**ONE, "value": 1}])
    assert answer.status_code == 422
    assert "mô phỏng" in answer.json()["detail"]
    assert values(store) == {"bac_ninh_2025": 2.5}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"a,b\n1,2\n", "text/csv", 422),
        (b"<x/>", "application/xml", 415),
        (b"[]", "application/json", 422),
    ],
)
def test_what_cannot_be_read_is_refused_whole(push: Push, body: bytes, kind: str, status: int) -> None:
    answer = push(body, kind)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_a_push_has_a_largest_size(push: Push, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushes, "LARGEST", 1024 * 1024)
    assert push(b"[" + b" " * 1024 * 1024 + b"]").status_code == 413


def test_nothing_gets_in_without_the_token_of_that_feed(base: str, store: Store) -> None:
    for scopes, feed, status in [
        (["read"], "survey", 403),
        (["feed:papi"], "survey", 403),
        (["feed:papi"], "papi", 409),
        (["feed:none"], "none", 404),
    ]:
        assert pusher(base, tokens.issue(store, f"{scopes}{feed}", scopes), feed)([ONE]).status_code == status, (scopes, feed)
    assert pusher(base, "x" * 43)([ONE]).status_code == 401
    with signed_in(base, ACCOUNTS[Role.ADMINISTRATOR]) as browser:
        assert browser.post("/api/v1/feeds/survey", json=[ONE]).status_code == 403
    assert values(store) == {}
