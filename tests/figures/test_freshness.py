"""What should be here by now, and since when it is missing."""

from datetime import date, datetime, timedelta

import pytest

from dashboard.figures.freshness import freshness, office_time
from dashboard.formats import HANOI
from dashboard.periods import Period, due

SEPTEMBER, OCTOBER, NOVEMBER = (Period.parse(f"2025-{month:02d}") for month in (9, 10, 11))


def at(day: int, month: int = 12) -> datetime:
    return datetime(2025, month, day, tzinfo=HANOI)


def due_day(period: Period) -> datetime:
    return due(period, 5, frozenset())


def test_nothing_known_is_not_late() -> None:
    found = freshness(None, at(31), due_day)
    assert (found.latest, found.overdue, found.late_days(at(31))) == (None, None, 0)


def test_a_period_is_overdue_from_the_very_instant_it_was_due() -> None:
    deadline = due_day(NOVEMBER)
    assert deadline == at(6), "five working days after 30/11/2025 end with Friday 5/12"
    assert freshness(OCTOBER, deadline - timedelta(microseconds=1), due_day).overdue is None
    assert freshness(OCTOBER, deadline, due_day).overdue == NOVEMBER


@pytest.mark.parametrize(("now", "days"), [(at(6), 0), (at(7), 1), (at(31), 25)])
def test_late_days_are_whole_days_since_the_first_missing_period_was_due(now: datetime, days: int) -> None:
    found = freshness(OCTOBER, now, due_day)
    assert (found.overdue, found.late_days(now)) == (NOVEMBER, days)


def test_two_missing_periods_count_from_the_first() -> None:
    found = freshness(SEPTEMBER, at(31), due_day)
    assert found.overdue == OCTOBER
    assert found.due == due_day(OCTOBER)


def test_of_a_daily_series_nobody_waits_for_a_weekend_or_for_tet() -> None:
    def due_next_day(period: Period) -> datetime:
        return due(period, 1, rest)

    friday, rest = Period.parse("2026-02-13"), frozenset(date(2026, 2, day) for day in range(16, 21))
    tuesday = datetime(2026, 2, 24, 9, 0, tzinfo=HANOI)
    assert freshness(friday, tuesday - timedelta(days=1), due_next_day, rest).overdue is None, "Monday 23/2 is the first working day"
    assert freshness(friday, tuesday, due_next_day, rest).overdue is None, "and is told by the end of Tuesday"
    found = freshness(friday, tuesday + timedelta(days=1), due_next_day, rest)
    assert (found.overdue, found.late_days(tuesday + timedelta(days=2))) == (Period.parse("2026-02-23"), 1)


def test_a_year_to_date_is_followed_by_that_of_the_next_month() -> None:
    assert freshness(Period.parse("2025-12/ytd"), datetime(2026, 6, 1, tzinfo=HANOI), due_day).overdue == Period.parse("2026-01/ytd")


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ((4, 9, 0), (4, 9, 42), 42),
        ((4, 16, 50), (5, 7, 40), 20),
        ((5, 16, 0), (8, 8, 0), 90),
        ((4, 18, 0), (5, 7, 0), 0),
        ((4, 10, 0), (4, 9, 0), 0),
    ],
)
def test_silence_is_counted_in_office_hours(start: tuple[int, int, int], end: tuple[int, int, int], minutes: int) -> None:
    first, last = (datetime(2025, 12, *when, tzinfo=HANOI) for when in (start, end))
    assert office_time(first, last, frozenset()) == timedelta(minutes=minutes)


def test_a_day_off_has_no_office_hours() -> None:
    first, last = datetime(2025, 12, 4, 16, 0, tzinfo=HANOI), datetime(2025, 12, 8, 8, 30, tzinfo=HANOI)
    assert office_time(first, last, frozenset({date(2025, 12, 5)})) == timedelta(hours=2)
