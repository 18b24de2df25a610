"""Days of the document axis that were counted elsewhere: one ledger entry a row, and nothing in it but keys and numbers."""

from datetime import date

import pytest

from dashboard.feeds import document_axis, document_days
from dashboard.feeds.base import Source
from dashboard.observations import Entry, Parsed, Tally
from tests.loaded import context

ROW: dict[str, object] = {
    "unit": "bac_ninh_2025",
    "day": "2026-10-20",
    "tier": "commune",
    "documents_sent": 9,
    "documents_electronic": 7,
    "documents_received": 3,
    "documents_accepted": 2,
    "acceptance_hours_004": 2,
}
DAY = date(2026, 10, 20)


def _parsed(*rows: dict[str, object]) -> Parsed:
    return document_axis.parse(Source("a.csv", document_days.written(rows)), context())


def test_a_row_counts_for_many_in_the_cells_of_its_day() -> None:
    (event,) = _parsed(ROW).events
    assert set(document_axis.tally(Entry(event.unit, event.attributes), frozenset())) == {
        Tally("documents_sent", "bac_ninh_2025", DAY, "tier=commune", 9),
        Tally("documents_electronic", "bac_ninh_2025", DAY, "tier=commune", 7),
        Tally("documents_received", "bac_ninh_2025", DAY, "tier=commune", 3),
        Tally("documents_accepted", "bac_ninh_2025", DAY, "tier=commune", 2),
        Tally("acceptance_hours", "bac_ninh_2025", DAY, "bucket=004,tier=commune", 2),
    }


def test_the_same_day_said_again_is_the_same_subject_another_tier_is_not() -> None:
    first, again, other = (_parsed(row).events[0].key for row in (ROW, ROW | {"documents_sent": 12}, ROW | {"tier": "province"}))
    assert first == again != other


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"unit": "atlantis"}, "atlantis"),
        ({"unit": "bac_giang"}, "không còn"),
        ({"day": "2026-02-30"}, "không đọc được"),
        ({"tier": "ward"}, "ward"),
        ({"documents_sent": -1}, "số đếm"),
        ({"documents_sent": "many"}, "số đếm"),
        ({"documents_electronic": 10}, "lớn hơn"),
        ({"documents_refused": 4}, "lớn hơn"),
    ],
)
def test_a_row_in_doubt_is_held_and_the_others_are_taken(change: dict[str, object], reason: str) -> None:
    parsed = _parsed(ROW | change, ROW)
    (held,) = parsed.held
    assert reason in held.reason
    assert [event.record for event in parsed.events] == ["3"]


def test_what_is_kept_of_it_is_the_whole_and_a_record_is_shown_by_its_columns() -> None:
    content = document_days.written([ROW])
    assert document_axis.keep(content) == content
    shown = dict(document_axis.excerpt(Source("a.csv", content), "2"))
    assert (shown["unit"], shown["documents_sent"], shown["documents_signed"]) == ("bac_ninh_2025", "9", "0")


def test_a_table_in_which_a_name_could_stand_is_none() -> None:
    content = document_days.written([ROW])
    assert document_days.is_table(content)
    for other in (content.replace(b"bac_ninh_2025", "Nguyễn Văn A".encode()), content.replace(b"9", b"9 A"), content[5:], b""):
        assert not document_days.is_table(other)
