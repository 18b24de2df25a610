"""What the store knows of its feeds: by day, by source, by reason; each question a page at a time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from dashboard.observations import Held, Parsed
from dashboard.store import Store
from dashboard.store.queries import last_runs
from dashboard.store.sources import (
    find_run,
    held_counts,
    held_page,
    held_reasons,
    held_record,
    landed_by_day,
    last_good,
    released_count,
    run_page,
)
from dashboard.store.write import land, record_failure
from tests.loaded import observation, origin

LATE = datetime(2026, 1, 2, 17, 30, tzinfo=UTC)
"""Half past midnight of the third in Hà Nội."""


def finished(store: Store, number: int, at: datetime) -> None:
    with store.transaction() as connection:
        connection.execute(text("UPDATE feed_run SET finished_at = :at WHERE id = :id"), {"at": at, "id": number})


def test_days_are_those_of_ha_noi_and_a_failure_lands_nothing(store: Store) -> None:
    first = land(store, origin("a.csv"), Parsed((observation(1.0),))).run_id
    second = land(store, origin("a.csv"), Parsed((observation(2.0), observation(3.0, "hue")))).run_id
    failed = record_failure(store, origin("b.csv"), "hỏng")
    for number, at in ((first, LATE - timedelta(hours=1)), (second, LATE), (failed, LATE + timedelta(hours=1))):
        finished(store, number, at)
    ever = landed_by_day(store, ["dvcqg_766"], datetime(1970, 1, 1, tzinfo=UTC), LATE + timedelta(days=1))
    assert [(one.day, one.landed) for one in ever] == [(date(2026, 1, 2), 1), (date(2026, 1, 3), 2)]
    assert [one.landed for one in landed_by_day(store, ["dvcqg_766"], LATE, LATE + timedelta(minutes=1))] == [2]
    assert landed_by_day(store, ["papi"], datetime(1970, 1, 1, tzinfo=UTC), LATE + timedelta(days=1)) == []
    assert last_good(store, ["dvcqg_766", "papi"]) == {"dvcqg_766": LATE}
    assert {key: run.id for key, run in last_runs(store).items()} == {("dvcqg_766", "a.csv"): second, ("dvcqg_766", "b.csv"): failed}


def test_runs_come_by_pages_and_failed_ones_first_when_asked(store: Store) -> None:
    good = [land(store, origin(f"{name}.csv"), Parsed((observation(1.0),))).run_id for name in "abc"]
    bad = [record_failure(store, origin("d.csv"), "hỏng") for _ in range(2)]
    ours = [*good[:2], bad[0], good[2], bad[1]]
    for place, number in enumerate(ours):
        finished(store, number, LATE + timedelta(minutes=place))
    assert [one.id for one in run_page(store, "dvcqg_766", False, 1, 3)] == ours[::-1][1:4]
    wanted = [bad[1], bad[0], *good[::-1]]
    for size in (1, 2, 3, 5):
        pages = [run_page(store, "dvcqg_766", True, first, size) for first in range(0, 5, size)]
        assert [one.id for page in pages for one in page] == wanted, size
    assert find_run(store, "dvcqg_766", bad[0]) is not None
    assert find_run(store, "papi", bad[0]) is None


def test_the_quarantine_is_grouped_by_reason(store: Store) -> None:
    held = [Held("1", "mã lạ", "a"), Held("2", "số xấu", "b"), Held("3", "mã lạ", "c")]
    land(store, origin(), Parsed((), tuple(held)))
    assert held_counts(store) == {"dvcqg_766": 3}
    assert [(one.reason, one.records) for one in held_reasons(store, "dvcqg_766")] == [("mã lạ", 2), ("số xấu", 1)]
    pages = [held_page(store, "dvcqg_766", "mã lạ", first, 1) for first in range(3)]
    assert [[one.record for one in page] for page in pages] == [["3"], ["1"], []]
    number = pages[0][0].id
    assert held_record(store, "papi", number) is None
    land(store, origin(), Parsed((observation(1.0),), (held[1],)))
    assert [(one.reason, one.records) for one in held_reasons(store, "dvcqg_766")] == [("số xấu", 1)]
    assert released_count(store, "dvcqg_766", datetime.now(UTC) - timedelta(days=1)) == 2
    gone = held_record(store, "dvcqg_766", number)
    assert gone is not None
    assert gone.released_at is not None
    assert replace(gone, released_at=None) == pages[0][0]
