"""Periods, their notation and order, and the working day by which a figure is due."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import ConfigurationError, PeriodError
from dashboard.formats import HANOI
from dashboard.periods import Grain, Period, due, load_holidays, working_day_after

HOLIDAYS = Path(__file__).parents[1] / "data" / "holidays.csv"
DAYS = st.dates(dt.date(1991, 1, 1), dt.date(2100, 12, 31))
# First day of the year by the moon, last working day before the break, first after it.
TET = [
    (dt.date(2020, 1, 25), dt.date(2020, 1, 22), dt.date(2020, 1, 30)),
    (dt.date(2021, 2, 12), dt.date(2021, 2, 9), dt.date(2021, 2, 17)),
    (dt.date(2022, 2, 1), dt.date(2022, 1, 28), dt.date(2022, 2, 7)),
    (dt.date(2023, 1, 22), dt.date(2023, 1, 19), dt.date(2023, 1, 27)),
    (dt.date(2024, 2, 10), dt.date(2024, 2, 7), dt.date(2024, 2, 15)),
    (dt.date(2025, 1, 29), dt.date(2025, 1, 24), dt.date(2025, 2, 3)),
    (dt.date(2026, 2, 17), dt.date(2026, 2, 13), dt.date(2026, 2, 23)),
    (dt.date(2027, 2, 6), dt.date(2027, 2, 3), dt.date(2027, 2, 11)),
]
PERIODS = st.builds(Period.of, st.sampled_from(Grain), DAYS)


@pytest.mark.parametrize(
    ("text", "label", "short"),
    [
        ("2025", "năm 2025", "2025"),
        ("2025-Q4", "quý IV/2025", "quý IV/2025"),
        ("2025-10", "tháng 10/2025", "10/2025"),
        ("2025-10-31", "31/10/2025", "31/10/2025"),
        ("2025-10/ytd", "lũy kế 10 tháng 2025", "lũy kế 10/2025"),
    ],
)
def test_a_period_is_written_and_read_the_same_way(text: str, label: str, short: str) -> None:
    period = Period.parse(text)
    assert (str(period), period.label_vi, period.short_vi) == (text, label, short)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "25",
        "2025-13",
        "2025-00",
        "2025-Q5",
        "2025-02-30",
        "2025-10/YTD",
        "2025-Q1/ytd",
        " 2025",
        "2025\n",
        "0000",
        "1492",
        "9999",
        "２０２５",
    ],
)
def test_a_text_that_is_no_period_is_named_in_the_error(text: str) -> None:
    with pytest.raises(PeriodError) as refused:
        Period.parse(text)
    assert repr(text) in str(refused.value)


def test_a_span_that_is_not_of_its_grain_cannot_be_made() -> None:
    with pytest.raises(PeriodError, match="is no month"):
        Period(dt.date(2025, 1, 2), dt.date(2025, 2, 1), Grain.MONTH)


def test_a_month_starts_at_midnight_in_hanoi_and_ends_where_the_next_one_starts() -> None:
    october = Period.parse("2025-10")
    assert october.start.isoformat() == "2025-10-01T00:00:00+07:00"
    assert october.end == Period.parse("2025-11").start
    assert october.last_day == dt.date(2025, 10, 31)
    assert october.contains(dt.datetime(2025, 9, 30, 17, tzinfo=dt.UTC))
    assert not october.contains(dt.datetime(2025, 10, 31, 17, tzinfo=dt.UTC))


def test_what_comes_before() -> None:
    pairs = {"2025": "2024", "2025-Q1": "2024-Q4", "2025-01": "2024-12", "2025-03-01": "2025-02-28", "2025-10/ytd": "2025-09/ytd"}
    assert {text: str(Period.parse(text).previous()) for text in pairs} == pairs
    assert str(Period.parse("2025-01/ytd").previous()) == "2024-12/ytd"
    with pytest.raises(PeriodError, match="1989"):
        Period.parse("1990").previous()


def test_a_year_holds_its_parts_and_nothing_else() -> None:
    year = Period.parse("2025")
    assert all(year.contains(Period.parse(part)) for part in ("2025", "2025-Q4", "2025-10/ytd", "2025-12-31"))
    assert not year.contains(Period.parse("2026-01-01"))
    assert not Period.parse("2025-10").contains(year)


@given(PERIODS)
def test_every_period_survives_its_own_notation(period: Period) -> None:
    assert Period.parse(str(period)) == period
    assert hash(Period.parse(str(period))) == hash(period)
    assert period.start < period.end
    assert period.contains(period.last_day)
    assert period.contains(period.first_day)
    assert not period.contains(period.end_day)


@given(PERIODS, PERIODS)
def test_periods_are_ordered_by_start_and_then_by_end(one: Period, other: Period) -> None:
    assert (one < other) + (one > other) + (one == other) == 1
    if (one.start, one.end) < (other.start, other.end):
        assert one < other


@given(PERIODS)
def test_the_previous_period_comes_before_and_of_neighbours_none_is_left_out(period: Period) -> None:
    before = period.previous()
    assert before.grain == period.grain
    assert before.end < period.end
    if period.grain is not Grain.YEAR_TO_DATE:
        assert before.end == period.start


def test_the_fifth_working_day_passes_over_weekend_and_tet() -> None:
    holidays = load_holidays(HOLIDAYS)
    assert working_day_after(dt.date(2025, 10, 31), 5, holidays) == dt.date(2025, 11, 7)
    assert due(Period.parse("2025-10"), 5, holidays) == dt.datetime(2025, 11, 8, tzinfo=HANOI)
    assert working_day_after(dt.date(2026, 2, 13), 1, holidays) == dt.date(2026, 2, 23)
    assert due(Period.parse("2025-04"), 1, holidays) == dt.datetime(2025, 5, 3, tzinfo=HANOI)


def test_working_days_are_counted_from_one() -> None:
    with pytest.raises(PeriodError, match="from 1"):
        working_day_after(dt.date(2025, 10, 31), 0, frozenset())


@given(
    DAYS.filter(lambda day: day.year < 2100),
    st.integers(1, 30),
    st.frozensets(st.dates(dt.date(2025, 1, 1), dt.date(2025, 12, 31)), max_size=9),
)
def test_a_working_day_is_never_a_weekend_or_a_holiday_and_exactly_n_lie_between(
    day: dt.date, n: int, holidays: frozenset[dt.date]
) -> None:
    found = working_day_after(day, n, holidays)
    between = [day + dt.timedelta(days=step) for step in range(1, (found - day).days + 1)]
    assert sum(one.weekday() < 5 and one not in holidays for one in between) == n
    assert found.weekday() < 5
    assert found not in holidays


def test_the_days_off_of_eight_years_are_there_and_none_is_a_weekend() -> None:
    # Labour Code: ten days a year, and an eleventh beside the National Day since 2021; 24/11 is spoken of from 2026.
    holidays = load_holidays(HOLIDAYS)
    counts = {year: sum(day.year == year for day in holidays) for year in range(2020, 2028)}
    assert counts == {2020: 10, 2021: 11, 2022: 11, 2023: 11, 2024: 11, 2025: 11, 2026: 12, 2027: 12}
    assert sum(counts.values()) == len(holidays)
    assert all(day.weekday() < 5 for day in holidays)


def test_days_that_nobody_announced_to_us_are_marked() -> None:
    with HOLIDAYS.open(encoding="utf-8", newline="") as stream:
        unverified = {row["day"] for row in csv.DictReader(stream) if row["basis"] == "unverified"}
    assert "2026-11-24" in unverified
    assert {day for day in unverified if day < "2026-11-24"} == set()
    assert all(day.isoformat() in unverified for day in load_holidays(HOLIDAYS) if day.year == 2027)


@pytest.mark.parametrize(("new_year", "last_before", "first_after"), TET)
def test_tet_is_passed_over_in_every_year(new_year: dt.date, last_before: dt.date, first_after: dt.date) -> None:
    holidays = load_holidays(HOLIDAYS)
    assert last_before < new_year < first_after
    assert working_day_after(last_before, 1, holidays) == first_after


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("day,name_vi,basis\n2025-01-01,Tết,announced\n2025-13-01,Tết,announced\n", "line 3"),
        ("day,name_vi,basis\n2025-01-01,Tết\n", "line 2"),
        ("day,name_vi,basis\n2025-01-01,Tết,rumour\n", "line 2"),
        ("day,name_vi\n2025-01-01,Tết\n", "line 1"),
        ("ngày\n", "line 1"),
        ("", "line 1"),
    ],
)
def test_a_damaged_list_of_holidays_is_named_with_file_and_line(tmp_path: Path, content: str, line: str) -> None:
    damaged = tmp_path / "holidays.csv"
    damaged.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=rf"holidays\.csv, {line}"):
        load_holidays(damaged)


def test_a_missing_list_of_holidays_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.csv"):
        load_holidays(tmp_path / "nowhere.csv")
