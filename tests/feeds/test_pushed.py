"""Feeds that other systems push: rows of data/feeds.toml, JSON and CSV, each record in doubt held with its reason."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import ConfigurationError, FeedError
from dashboard.feeds import all_feeds, read_feeds
from dashboard.feeds.base import Feed, Source
from dashboard.feeds.rows import load_rows
from dashboard.observations import Observation, Parsed
from dashboard.periods import Period
from tests.loaded import catalog, context, units

TABLE = """
[survey]
name_vi = "Điều tra"
publisher = "Cơ quan điều tra"
provenance = "self_reported"
measures = ["papi_portal_access", "papi_internet_access"]
"""
GOOD = {"measure": "papi_portal_access", "unit": "H05", "period": "2025", "value": 2.5}


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    """The one feed of a file of one table."""
    return load(tmp_path, TABLE)["survey"]


def load(folder: Path, text: str) -> dict[str, Feed]:
    """The feeds of a file."""
    (folder / "feeds.toml").write_text(text, encoding="utf-8")
    return dict(load_rows(folder, catalog()))


def read(feed: Feed, *records: object) -> Parsed:
    """What the feed makes of these records, as JSON."""
    return feed.parse(Source("push:x", json.dumps(records).encode()), context())


def test_a_feed_is_a_row_beside_those_that_are_read(tmp_path: Path, feed: Feed) -> None:
    every = all_feeds(tmp_path, catalog())
    assert list(every) == sorted([*read_feeds(), "survey"])
    assert (feed.publisher, feed.provenance, feed.every) == ("Cơ quan điều tra", "self_reported", None)
    assert list(feed.fetch(tmp_path)) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("[survey]", "[Survey]"), r"\[Survey\]: a feed's key"),
        (("[survey]", "[papi]"), r"\[papi\]: a feed of that name is read"),
        (("self_reported", "guessed"), r"\[survey\] provenance"),
        (("papi_portal_access", "nothing"), r"\[survey\] measures: “nothing” is declared nowhere"),
        (("name_vi", "nam_vi"), r"\[survey\] (name_vi|nam_vi)"),
        (("[survey]", "[survey"), "cannot be read"),
    ],
)
def test_a_mistake_is_named_with_file_and_table(tmp_path: Path, wrong: tuple[str, str], said: str) -> None:
    (tmp_path / "feeds.toml").write_text(TABLE.replace(*wrong), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=f"data/feeds.toml.*{said}"):
        all_feeds(tmp_path, catalog())


def test_a_measure_belongs_to_one_feed(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"\[second\] measures: “papi_portal_access” belongs to \[survey\]"):
        load(tmp_path, TABLE + TABLE.replace("survey", "second"))


def test_a_unit_may_be_named_by_key_code_or_name(feed: Feed) -> None:
    for said in ("bac_ninh_2025", "H05", "000.00.00.H05", "Tỉnh Bắc Ninh", "bắc ninh"):
        parsed = read(feed, {**GOOD, "unit": said})
        assert parsed == Parsed((Observation("papi_portal_access", "bac_ninh_2025", Period.parse("2025"), 2.5, "", "1"),)), said


def test_the_same_code_means_another_unit_at_another_time(feed: Feed) -> None:
    assert read(feed, {**GOOD, "unit": "24", "period": "2020"}).observations[0].unit == "bac_giang"
    assert read(feed, {**GOOD, "unit": "24"}).observations[0].unit == "bac_ninh_2025"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"measure": "index766_total"}, "không được gửi đại lượng “index766_total”"),
        ({"unit": "atlantis"}, "atlantis"),
        ({"unit": "bac_giang"}, "bac_giang"),
        ({"period": "2025-13"}, "kỳ “2025-13”"),
        ({"value": 7}, "nằm ngoài khoảng"),
        ({"value": -1}, "nằm ngoài khoảng"),
        ({"value": "nhiều"}, "không phải là số"),
        ({"value": float("nan")}, "không phải là số"),
        ({"value": 1e300}, "nằm ngoài khoảng"),
        ({"value": None}, "thiếu value"),
        ({"detail": "Kênh 2"}, "chi tiết “Kênh 2”"),
        ({"extra": 1}, "trường không biết: extra"),
    ],
)
def test_a_record_in_doubt_is_held_and_the_others_are_not(feed: Feed, changed: dict[str, object], said: str) -> None:
    parsed = read(feed, {**GOOD, **changed}, GOOD)
    (held,) = parsed.held
    assert held.record == "1"
    assert said in held.reason
    assert [one.record for one in parsed.observations] == ["2"]


def test_a_cell_is_said_once_in_one_push(feed: Feed) -> None:
    parsed = read(feed, GOOD, {**GOOD, "unit": "Bắc Ninh", "value": 3}, {**GOOD, "detail": "b=1,a=2"})
    assert [(one.value, one.detail) for one in parsed.observations] == [(2.5, ""), (2.5, "a=2,b=1")]
    assert parsed.held[0].reason == "đã có bản ghi 1 cho cùng ô số liệu trong lần gửi này"


@pytest.mark.parametrize("content", [b"", b"{", b'{"rows": []}', b"null", b"\xff\xfe", b"a,b\n1,2\n", b"[" * 100_000])
def test_what_is_neither_json_nor_csv_is_refused_whole(feed: Feed, content: bytes) -> None:
    with pytest.raises(FeedError, match="push:x"):
        feed.parse(Source("push:x", content), context())


def test_evidence_shows_the_record_as_it_was_sent(feed: Feed) -> None:
    source = Source("push:x", b'{"observations": [{"measure": "a", "value": 90.10}, 3]}')
    assert feed.excerpt(source, "1") == [("measure", "a"), ("value", "90.10")]
    assert feed.excerpt(source, "9") == []
    assert feed.excerpt(Source("push:x", b"measure,value\na,90.10\n"), "2") == [("measure", "a"), ("value", "90.10")]


@given(
    st.lists(
        st.tuples(st.sampled_from([one.key for one in units().of_tier("province", Period.parse("2025").last_day)]), st.floats(0, 5)),
        max_size=8,
    )
)
def test_json_and_csv_say_the_same(tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, float]]) -> None:
    feed = load(tmp_path_factory.mktemp("x"), TABLE)["survey"]
    records = [{**GOOD, "unit": unit, "value": value} for unit, value in cells]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(GOOD))
    writer.writeheader()
    writer.writerows(records)
    spoken, written = read(feed, *records), feed.parse(Source("push:x", text.getvalue().encode()), context())
    bare = [[(one.measure, one.unit, one.period, one.value) for one in parsed.observations] for parsed in (spoken, written)]
    assert bare[0] == bare[1]
    assert len(spoken.observations) == len({unit for unit, _ in cells})
    assert len(spoken.held) == len(written.held) == len(cells) - len(spoken.observations)


@given(st.binary(max_size=300))
def test_no_bytes_break_it(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    feed = load(tmp_path_factory.mktemp("x"), TABLE)["survey"]
    try:
        parsed = feed.parse(Source("push:x", content), context())
    except FeedError:
        return
    assert all(one.reason for one in parsed.held)
