"""From looks to minutes and from minutes to a day's figures, as arithmetic."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from dashboard.camera.hours import OfficeHours
from dashboard.camera.vision.minutes import (
    COUNTER_OFFICE,
    COUNTER_STAFFED,
    LIVE,
    OFFICE,
    UNWATCHED,
    WAITING,
    MinuteBook,
    as_csv,
    office_minutes,
    rows_of,
)
from dashboard.camera.vision.pace import LONGEST, SHARE, USUAL, Pace
from dashboard.formats import HANOI
from dashboard.store.sightings import MinuteSeen

DAY = date(2026, 11, 23)
BEGIN = datetime(2026, 11, 23, 8, 0, tzinfo=HANOI)
HOURS = OfficeHours.parse("T2-T6 07:30-11:30 13:30-17:00")
BUCKETS = (1, 3, 5, 10)

minute = some.builds(
    MinuteSeen,
    camera=some.sampled_from(("a", "b")),
    at=some.integers(0, 400).map(lambda place: BEGIN + timedelta(minutes=place)),
    unit=some.sampled_from(("hue", "ha_noi")),
    state=some.just("live"),
    is_live=some.booleans(),
    waiting=some.none() | some.integers(0, 80),
    is_staffed=some.none() | some.booleans(),
)


@given(seen=some.lists(minute, max_size=80), due=some.integers(0, 500))
def test_parts_of_a_day_never_exceed_their_wholes_and_every_minute_is_counted_once(seen: list[MinuteSeen], due: int) -> None:
    rows = rows_of(DAY, seen, {"hue": due}, BUCKETS)
    found = {(unit, measure, detail): value for measure, unit, _, value, detail in rows}
    assert len(found) == len(rows), "one row a cell"
    for unit in {one.unit for one in seen}:
        mine = [one for one in seen if one.unit == unit]
        assert found[unit, OFFICE, ""] == len(mine) >= found[unit, LIVE, ""]
        assert found[unit, UNWATCHED, ""] == max(0, (due if unit == "hue" else 0) - len(mine))
        waited = sum(value for (who, measure, _), value in found.items() if (who, measure) == (unit, WAITING))
        assert waited == sum(one.waiting is not None for one in mine)
        assert found.get((unit, COUNTER_STAFFED, ""), 0) <= found.get((unit, COUNTER_OFFICE, ""), 0) <= len(mine)
    table = list(csv.DictReader(io.StringIO(as_csv(rows).decode())))
    assert [row["unit"] for row in table] == [row[1] for row in rows]


def test_a_count_falls_into_the_bucket_that_ends_above_it() -> None:
    seen = [MinuteSeen("a", BEGIN + timedelta(minutes=n), "hue", "live", True, count) for n, count in enumerate((0, 1, 2, 3, 9, 10, 99))]
    held = {detail: value for measure, _, _, value, detail in rows_of(DAY, seen, {}, BUCKETS) if measure == WAITING}
    assert held == {"bucket=001": 1, "bucket=003": 2, "bucket=005": 1, "bucket=010": 1, "bucket=inf": 2}


def test_a_minute_without_a_look_is_missing_and_one_with_a_dead_camera_is_dead() -> None:
    book = MinuteBook()
    book.add(("a", "hue"), BEGIN, ("live", True), (3, True))
    book.add(("a", "hue"), BEGIN + timedelta(seconds=20), ("live", True), (5, False))
    book.add(("a", "hue"), BEGIN + timedelta(seconds=40), ("live", True), (40, False))
    book.add(("a", "hue"), BEGIN + timedelta(minutes=2), ("lost", False), (None, None))
    over = book.over(BEGIN + timedelta(minutes=3))
    assert over == [
        MinuteSeen("a", BEGIN, "hue", "live", True, 5, True),
        MinuteSeen("a", BEGIN + timedelta(minutes=2), "hue", "lost", False),
    ]
    assert book.over(BEGIN + timedelta(minutes=2, seconds=59)) == over[:1], "a minute that goes on is not told"
    book.forget(over[:1])
    assert book.over(BEGIN + timedelta(minutes=3)) == over[1:]


def test_office_minutes_are_those_of_working_days_that_are_over() -> None:
    def at(hour: int, quarter: int = 0) -> datetime:
        return datetime(2026, 11, 23, hour, quarter, tzinfo=HANOI)

    def over(until: datetime, day: date = DAY, holidays: frozenset[date] = frozenset()) -> int:
        return office_minutes(HOURS, day, holidays, until)

    assert [over(at(7)), over(at(7, 45)), over(at(12)), over(at(13, 31)), over(at(23))] == [0, 15, 240, 241, 450]
    assert over(at(23) + timedelta(days=3)) == 450, "a day that is past"
    assert over(at(23), DAY + timedelta(days=1)) == 0, "a day to come"
    assert over(at(23) + timedelta(days=9), date(2026, 11, 28)) == 0, "a Saturday"
    assert over(at(23), holidays=frozenset({DAY})) == 0
    assert over(at(10).astimezone(UTC)) == 150


@given(shares=some.lists(some.floats(0, 2), max_size=50))
def test_the_pace_follows_the_load_and_never_leaves_a_minute_without_a_look(shares: list[float]) -> None:
    pace = Pace()
    for share in shares:
        before = pace.factor
        pace.factor = pace.follow(share)
        assert pace.factor >= 1
        assert (pace.factor >= before) if share > SHARE else (pace.factor <= before)
        assert 0 < pace.pause(in_doubt=True) <= pace.pause(in_doubt=False) / 0.84 <= LONGEST / 0.84
    assert Pace().pause(in_doubt=False) <= USUAL
