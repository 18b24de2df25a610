"""What is decided about held records, and what a feed's figures must keep to. Real PostgreSQL."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.corrections import correct
from dashboard.errors import FeedError, NotFound
from dashboard.feeds.base import Change, Expected, Feed, Source
from dashboard.ingest import Desk, Sender, preview, take
from dashboard.store import Store, decisions
from dashboard.store.accounts import AuditEntry, list_audit
from dashboard.store.queries import cells, held_records, run
from tests.loaded import PROVINCES, content, feeds, ingest_desk

KEY = "reporting_system"
ENTRY = AuditEntry("nguoi.truc", "correct", KEY)
GOOD = {"measure": "case_files_processed", "unit": "H05", "period": "2026-10", "value": 12}
WRONG = {**GOOD, "unit": "atlantis", "value": 7}


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """Ingest over an empty database."""
    return replace(ingest_desk(store, tmp_path / "raw"), feeds=feeds())


def push(desk: Desk, *records: object, feed: Feed | None = None, unit: str | None = None) -> str | None:
    """Brings records, as a simulated system does; why nothing of them landed."""
    inside = None if unit is None else frozenset({unit})
    sender = Sender(inside, "simulated", None, unit)
    return take(desk, feed or desk.feed(KEY), Source("push:máy", json.dumps(records).encode()), sender).error


def values(store: Store) -> dict[str, float]:
    """What stands, by unit."""
    return {cell.unit: cell.value for cell in cells(store, ["case_files_processed"])}


def test_a_record_that_is_put_right_comes_in_with_the_name_of_who_did_it(desk: Desk, store: Store) -> None:
    push(desk, GOOD, WRONG)
    (held,) = held_records(store)
    number = correct(desk, desk.feed(KEY), held.id, {"unit": "H26"}, ENTRY)
    assert values(store) == {"bac_ninh_2025": 12, "ha_noi": 7}
    assert held_records(store) == []
    made = run(store, number)
    assert (made.provenance, made.replay_of, made.source) == ("simulated", held.run_id, "push:máy")
    assert b"H26" in desk.raw.read(made.sha256), "evidence leads to what was put in"
    assert list_audit(store, 1)[0].actor == "nguoi.truc"
    with pytest.raises(NotFound):
        correct(desk, desk.feed(KEY), held.id, {"unit": "H26"}, ENTRY)


def test_what_is_still_in_doubt_stays_held_and_nothing_lands(desk: Desk, store: Store) -> None:
    push(desk, WRONG)
    (held,) = held_records(store)
    for fields, said in (
        ({"unit": "H99"}, "vẫn chưa nhận được"),
        ({"unit": "H26", "value": "nhiều"}, "không phải là số"),
        ({"x": "1"}, "không có trường x"),
    ):
        with pytest.raises(FeedError, match=said):
            correct(desk, desk.feed(KEY), held.id, fields, ENTRY)
    assert held_records(store) == [held]
    assert values(store) == {}


def test_a_correction_speaks_for_no_more_than_its_sender_might_and_against_nothing_said_since(desk: Desk, store: Store) -> None:
    push(desk, WRONG, unit="bac_ninh_2025")
    (held,) = held_records(store)
    with pytest.raises(FeedError, match="không được gửi số liệu của"):
        correct(desk, desk.feed(KEY), held.id, {"unit": "H26"}, ENTRY)
    push(desk, {**GOOD, "value": 99})
    correct(desk, desk.feed(KEY), held.id, {"unit": "H05"}, ENTRY)
    assert values(store) == {"bac_ninh_2025": 99}


def test_a_row_of_a_table_can_be_put_right_and_a_message_cannot(desk: Desk, store: Store) -> None:
    feed = desk.feed("dvcqg_766")
    lines = content(PROVINCES).decode().splitlines()
    broken = "\n".join([lines[0], lines[1].replace(",", ",x", 1), *lines[2:]]).encode()
    take(desk, feed, Source(PROVINCES, broken))
    held = held_records(store)
    if held:
        first = dict(feed.excerpt(Source(PROVINCES, content(PROVINCES)), held[0].record))
        correct(desk, feed, held[0].id, first, ENTRY)
        assert held_records(store) == held[1:]
    assert held, "a row was broken"
    assert desk.feed("document_axis").compose is None


def test_what_is_dismissed_is_not_held_again_until_it_says_something_else(desk: Desk, store: Store) -> None:
    push(desk, GOOD, WRONG, {**WRONG, "unit": "lemuria"})
    held = held_records(store)
    one = next(record for record in held if "atlantis" in record.reason)
    dismissal = AuditEntry("nguoi.truc", "dismiss", KEY)
    assert decisions.dismiss(store, KEY, one.id, "đơn vị không còn", dismissal) == 1
    assert decisions.dismiss(store, KEY, one.id, "đơn vị không còn", dismissal) == 0
    assert [record.id for record in held_records(store)] == [record.id for record in held if record is not one]
    push(desk, GOOD, WRONG)
    assert not [record for record in held_records(store) if "atlantis" in record.reason]
    push(desk, GOOD, {**WRONG, "value": 8})
    assert [record for record in held_records(store) if "atlantis" in record.reason]
    rest = held_records(store)[0].reason
    assert decisions.dismiss(store, KEY, rest, "không dùng", dismissal) >= 1


@pytest.mark.parametrize(
    ("expected", "second", "said"),
    [
        (Expected({"case_files_processed": (1, 50)}), {**GOOD, "value": 51}, "ngoài khoảng 1 đến 50 đã khai: giữ số cũ"),
        (Expected(changes=(Change("case_files_processed", 0.5),)), {**GOOD, "value": 19}, "hơn mức 50% đã khai: giữ số cũ"),
        (Expected(changes=(Change("case_files_processed", 0.5),)), {**GOOD, "period": "2026-11", "value": 1}, "so với 12 (tháng 10/2026)"),
    ],
)
def test_what_a_feed_must_keep_to_fails_the_run_and_the_old_figures_stay(
    desk: Desk, store: Store, expected: Expected, second: dict[str, object], said: str
) -> None:
    feed = replace(desk.feed(KEY), expected=expected)
    assert push(desk, GOOD, feed=feed) is None
    error = push(desk, second, {**GOOD, "unit": "H26", "value": 3}, feed=feed)
    assert error is not None
    assert said in error
    assert values(store) == {"bac_ninh_2025": 12}
    with pytest.raises(FeedError, match="giữ số cũ"):
        preview(desk, feed, Source("x", json.dumps([second]).encode()))


def test_a_change_within_its_bounds_lands_and_new_units_are_no_change(desk: Desk, store: Store) -> None:
    within: Callable[..., str | None] = lambda *records: push(  # noqa: E731
        desk, *records, feed=replace(desk.feed(KEY), expected=Expected(changes=(Change("case_files_processed", 0.5),)))
    )
    assert within(GOOD) is None
    assert within({**GOOD, "value": 18}, {**GOOD, "unit": "H26", "value": 900}) is None
    assert values(store) == {"bac_ninh_2025": 18, "ha_noi": 900}
