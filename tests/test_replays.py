"""Held records come free by being read again, once their cause is gone; never more than their sender might say, and never twice."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.cli import reading
from dashboard.errors import FeedError, NotFound
from dashboard.feeds.base import Context, Source, Taken
from dashboard.feeds.document_axis import FEED as AXIS
from dashboard.feeds.rows import load_rows
from dashboard.ingest import Desk, Sender, take
from dashboard.messages import Named, land_messages
from dashboard.replays import replay_held, replay_run
from dashboard.store import Store
from dashboard.store.accounts import list_audit
from dashboard.store.queries import cells, held_records, last_runs, provenances
from dashboard.store.raw import RawStore
from dashboard.store.sources import held_reasons, run_page
from tests.loaded import PAPI, catalog, content, ingest_desk
from tests.messages import Document

TABLE = """
[survey]
name_vi = "Điều tra"
publisher = "Cơ quan điều tra"
provenance = "self_reported"
measures = ["papi_portal_access", "papi_internet_access"]
"""
HIGH = {"measure": "papi_portal_access", "unit": "H05", "period": "2025", "value": "12"}
"""Above the bound that the catalog sets."""

TOKEN = Sender(provenance="self_reported")
BAC_NINH = Sender(frozenset({"bac_ninh_2025"}), "self_reported", unit="bac_ninh_2025")


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """Ingest over an empty database, with one pushed feed."""
    (tmp_path / "feeds.toml").write_text(TABLE, encoding="utf-8")
    return replace(ingest_desk(store, tmp_path / "raw"), feeds={**load_rows(tmp_path, catalog()), AXIS.key: AXIS})


def push(desk: Desk, *records: Mapping[str, str], sender: Sender = TOKEN) -> int:
    """One push by a token; its run."""
    report = take(desk, desk.feed("survey"), Source("push:máy", json.dumps(records).encode()), sender)
    assert report.run_id is not None
    return report.run_id


def mended(desk: Desk) -> Desk:
    """The same after the catalog has learned of a higher bound."""
    measures = dict(desk.catalog.measures)
    measures["papi_portal_access"] = measures["papi_portal_access"].model_copy(update={"most": 20.0})
    return replace(desk, catalog=replace(desk.catalog, measures=measures))


def values(store: Store) -> dict[str, float]:
    return {cell.unit: cell.value for cell in cells(store, ["papi_portal_access"])}


def test_a_held_record_lands_after_its_cause_is_gone_and_a_second_time_changes_nothing(desk: Desk) -> None:
    number = push(desk, HIGH, {**HIGH, "unit": "H26", "value": "2"})
    feed = desk.feed("survey")
    (reason,) = held_reasons(desk.store, "survey")
    assert (reason.records, values(desk.store)) == (1, {"ha_noi": 2})
    same = replay_held(desk, feed, reason.reason)
    assert (same.landed, same.released, same.held) == (0, 0, 1)
    done = replay_held(mended(desk), feed, reason.reason)
    assert (done.landed, done.released, done.held, done.errors) == (1, 1, 0, ())
    assert values(desk.store) == {"bac_ninh_2025": 12, "ha_noi": 2}
    assert held_records(desk.store) == []
    again = replay_run(mended(desk), feed, number)
    assert (again.landed, again.released, again.held) == (0, 0, 0)
    assert replay_held(mended(desk), feed).runs == ()
    assert [one.replay_of for one in run_page(desk.store, "survey", False, 0, 9)] == [number, number, number, None]


def test_what_a_sender_might_not_say_stays_held_however_often_it_is_read_again(desk: Desk) -> None:
    number = push(desk, {**HIGH, "unit": "H26", "value": "2"}, sender=BAC_NINH)
    (kept,) = held_records(desk.store)
    for done in (replay_held(desk, desk.feed("survey")), replay_run(desk, desk.feed("survey"), number)):
        assert (done.landed, done.released, done.held) == (0, 0, 1)
    assert values(desk.store) == {}
    assert held_records(desk.store) == [kept]


def test_made_up_figures_stay_made_up_when_read_again(desk: Desk) -> None:
    push(desk, HIGH, sender=Sender(provenance="simulated"))
    feed = desk.feed("survey")
    assert replay_held(mended(desk), feed).landed == 1
    assert provenances(desk.store) == {"survey": "simulated"}
    number = push(desk, {**HIGH, "value": "3"})
    assert last_runs(desk.store)["survey", "push:máy"].error
    refused = replay_run(mended(desk), feed, number)
    assert (refused.landed, len(refused.errors)) == (0, 1)
    assert values(desk.store) == {"bac_ninh_2025": 12}


def test_a_later_statement_stands_against_an_earlier_one_that_is_read_again(desk: Desk) -> None:
    number = push(desk, HIGH)
    push(desk, {**HIGH, "value": "4"})
    done = replay_run(mended(desk), desk.feed("survey"), number)
    assert (done.landed, done.released, done.held) == (0, 1, 0)
    assert values(desk.store) == {"bac_ninh_2025": 4}


def test_a_push_says_nothing_of_what_is_held_of_another(desk: Desk) -> None:
    push(desk, HIGH)
    push(desk, {**HIGH, "unit": "H26", "value": "2"})
    assert [one.reason for one in held_reasons(desk.store, "survey")] == [held_records(desk.store)[0].reason]


def test_of_messages_only_those_that_were_held_are_read_again(desk: Desk) -> None:
    good, odd = Document(document="000.00.00.H05,2026/09/10,1/A"), Document(document="000.00.00.H05,2026/09/10,2/A", sender="000.00.00.G77")
    context = Context(desk.units, desk.catalog)
    assert AXIS.take is not None
    named = [Named(f"{place}.xml", AXIS.take(f"{place}.xml", one.xml(), context)) for place, one in enumerate((good, odd))]
    land_messages(desk, AXIS, "Cổng kết nối", "official", named)
    (kept,) = held_records(desk.store)
    again = replay_held(desk, AXIS)
    assert (kept.record, again.landed, again.released, again.held) == ("1.xml", 0, 0, 1)
    learned = replace(AXIS, take=lambda record, content, known: take_as(record, content.replace(b"G77", b"H05"), known))
    done = replay_held(desk, learned)
    assert (done.released, done.held, held_records(desk.store)) == (1, 0, [])
    assert [cell.value for cell in cells(desk.store, ["documents_sent"])] == [2]
    assert replay_held(desk, learned).runs == ()


def take_as(record: str, content: bytes, known: Context) -> Taken:
    """What the axis makes of a message."""
    assert AXIS.take is not None
    return AXIS.take(record, content, known)


def test_a_file_whose_place_was_taken_is_not_read_again(store: Store, tmp_path: Path) -> None:
    desk = ingest_desk(store, tmp_path / "raw")
    feed = desk.feed("papi")
    lines = content(PAPI).decode("utf-8-sig").splitlines(keepends=True)
    first = take(desk, feed, Source(PAPI, "".join(lines[:-1]).encode())).run_id
    last = take(desk, feed, Source(PAPI, "".join(lines).encode())).run_id
    assert first is not None
    assert last is not None
    with pytest.raises(FeedError, match="bản mới hơn"):
        replay_run(desk, feed, first)
    assert replay_run(desk, feed, last).landed == 0


def test_one_that_stays_held_does_not_stand_in_the_way_of_the_next(desk: Desk) -> None:
    numbers = [push(desk, {**HIGH, "unit": unit}) for unit in ("H05", "H26", "H01")]
    read = [replay_held(desk, desk.feed("survey"), most=1).runs[0] for _ in range(4)]
    replays = {one.id: one.replay_of for one in run_page(desk.store, "survey", False, 0, 9)}
    assert [replays[one] for one in read] == [*numbers, numbers[0]]


def test_what_cannot_be_read_again_says_why(desk: Desk, tmp_path: Path) -> None:
    number = push(desk, HIGH)
    feed = desk.feed("survey")
    with pytest.raises(NotFound, match="không có lần đọc"):
        replay_run(desk, feed, number + 1)
    lost = replay_run(replace(desk, raw=RawStore(tmp_path / "gone")), feed, number)
    assert "không còn trong kho" in lost.errors[0]
    assert len(held_records(desk.store)) == 1


def test_the_command_says_what_came_of_it(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    number = push(desk, HIGH)
    assert reading.replay(mended(desk), "survey", "held") == 0
    assert "1 số liệu mới, 1 dòng được giải phóng, 0 còn giữ" in capsys.readouterr().out
    assert reading.replay(mended(desk), "survey", str(number)) == 0
    assert "0 số liệu mới, 0 dòng được giải phóng" in capsys.readouterr().out
    with pytest.raises(NotFound, match="neither"):
        reading.replay(desk, "survey", "all")
    assert [(one.actor, one.action, one.subject) for one in list_audit(desk.store, 9)] == [("command line", "replay", "survey")] * 2
