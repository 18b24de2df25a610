"""Whatever bytes come: a feed raises FeedError or nothing, and no row is lost without a word."""

import csv
import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.errors import FeedError
from dashboard.feeds import read_feeds
from dashboard.feeds.base import Source
from dashboard.observations import Parsed
from tests.loaded import COMMUNES, DEPARTMENTS, PAPI, PROVINCES, content, context

FILES = (PROVINCES, COMMUNES, DEPARTMENTS, PAPI)
CALM = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ODD = [
    "",
    "\t",
    "\\N",
    "\\",
    "'",
    '"',
    '""',
    ",",
    ";",
    "\r",
    "\n",
    "\x00",
    "nan",
    "-0",
    "1e400",
    "9" * 400,
    "ₓ",
    "٣",
    "\ud7ff",
    "\ufeff",
    "=1+1",
]


def check(name: str, content: bytes) -> None:
    """Reads a source, or has it refused; every row of what is read must be accounted for."""
    feed = read_feeds()["papi" if name == PAPI else "dvcqg_766"]
    try:
        parsed = feed.parse(Source(name, content), context())
    except FeedError:
        return
    _check_conservation(content, parsed)


def _check_conservation(content: bytes, parsed: Parsed) -> None:
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    next(reader)
    rows = [str(reader.line_num) for row in reader if row]
    landed, held = {one.record for one in parsed.observations}, [one.record for one in parsed.held]
    assert sorted(rows) == sorted([*landed, *held]), "every row is either landed or held, and never both"
    assert all(one.reason for one in parsed.held)


@CALM
@given(st.sampled_from(FILES), st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(name: str, noise: bytes) -> None:
    check(name, noise)


@CALM
@given(st.sampled_from(FILES), st.text(max_size=200))
def test_any_text_below_a_good_head_is_landed_or_held(name: str, noise: str) -> None:
    head = content(name).split(b"\n", 1)[0]
    check(name, head + b"\n" + noise.encode("utf-8", "surrogatepass"))


@CALM
@given(st.sampled_from(FILES), st.data())
def test_a_real_file_with_bytes_changed_is_landed_or_held_row_by_row(name: str, data: st.DataObject) -> None:
    changed = bytearray(content(name)[:4000])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(changed) - 1))
        changed[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    check(name, bytes(changed))


@CALM
@given(st.sampled_from(FILES), st.data())
def test_a_real_file_with_odd_fields_is_landed_or_held_row_by_row(name: str, data: st.DataObject) -> None:
    rows = list(csv.reader(io.StringIO(content(name).decode("utf-8-sig"))))[:8]
    for _ in range(data.draw(st.integers(1, 4))):
        row = rows[data.draw(st.integers(1, len(rows) - 1))]
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(st.sampled_from(ODD) | st.text(max_size=12))
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    check(name, out.getvalue().encode("utf-8", "surrogatepass"))
