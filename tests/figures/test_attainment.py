"""Targets: the meeting's own (70 % by 30/11/2020, 30 % of services by 31/12/2020) among them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import FigureError
from dashboard.figures.attainment import Calendar, Reading, State, Target, attainment, share
from dashboard.periods import Grain, working_days

D = dt.date
MONTHS = Calendar(Grain.MONTH, frozenset())
SERVICES = Target(30.0, D(2020, 12, 31), "nation")
AUGUST, SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = D(2020, 8, 31), D(2020, 9, 30), D(2020, 10, 31), D(2020, 11, 30), D(2020, 12, 31)
DAYS = st.dates(D(2019, 1, 1), D(2022, 12, 31))


def readings(*values: tuple[dt.date, float]) -> list[Reading]:
    return [Reading(day, value) for day, value in values]


def test_a_target_behind_its_pace_says_what_pace_it_asks_for() -> None:
    seen = attainment(SERVICES, readings((AUGUST, 15.0), (SEPTEMBER, 17.0), (OCTOBER, 19.0)), D(2020, 11, 5), MONTHS)
    assert seen.state == "behind"
    assert seen.share == pytest.approx(19 / 30)
    assert seen.gap == 11.0
    assert seen.pace is not None
    assert (seen.pace.periods_left, seen.pace.days_left) == (2, 44)
    assert seen.pace.needed_per_period == 5.5
    assert seen.pace.needed_per_day == 0.25
    assert seen.pace.present_per_day == pytest.approx(2 / 22, rel=0.05)


@pytest.mark.parametrize(
    ("values", "today", "state"),
    [
        ((), D(2020, 11, 5), "not_reported"),
        (((AUGUST, 15.0),), D(2020, 9, 5), "too_early"),
        (((AUGUST, 10.0), (SEPTEMBER, 16.0)), D(2020, 10, 5), "on_track"),
        (((AUGUST, 16.0), (SEPTEMBER, 16.0)), D(2020, 10, 5), "behind"),
        (((AUGUST, 16.0), (SEPTEMBER, 12.0)), D(2020, 10, 5), "behind"),
        (((AUGUST, 16.0), (SEPTEMBER, 30.0)), D(2020, 10, 5), "met"),
        (((AUGUST, 31.0), (SEPTEMBER, 29.0)), D(2020, 10, 5), "behind"),
        (((OCTOBER, 20.0), (NOVEMBER, 28.0)), D(2021, 1, 5), "awaiting"),
        (((OCTOBER, 20.0), (NOVEMBER, 28.0), (DECEMBER, 29.99)), D(2021, 1, 5), "missed"),
        (((OCTOBER, 20.0), (NOVEMBER, 28.0), (DECEMBER, 30.0)), D(2021, 1, 5), "met"),
        (((DECEMBER, 29.0), (D(2021, 1, 31), 31.0)), D(2021, 2, 5), "missed"),
        (((D(2021, 1, 31), 31.0),), D(2021, 2, 5), "missed"),
    ],
)
def test_each_state_has_its_case(values: tuple[tuple[dt.date, float], ...], today: dt.date, state: State) -> None:
    assert attainment(SERVICES, readings(*values), today, MONTHS).state == state


def test_a_target_reached_too_late_stays_missed_and_says_when_it_was_reached() -> None:
    seen = attainment(SERVICES, readings((DECEMBER, 29.0), (D(2021, 1, 31), 31.0)), D(2021, 2, 5), MONTHS)
    assert (seen.state, seen.reached) == ("missed", D(2021, 1, 31))
    assert seen.judged == Reading(DECEMBER, 29.0)


def test_figures_of_the_future_are_not_looked_at() -> None:
    values = readings((AUGUST, 15.0), (SEPTEMBER, 16.0), (DECEMBER, 40.0))
    assert attainment(SERVICES, values, D(2020, 10, 5), MONTHS) == attainment(SERVICES, values[:2], D(2020, 10, 5), MONTHS)


def test_where_lower_is_better_the_share_falls_as_hours_rise() -> None:
    hours = Target(8.0, DECEMBER, "province", "lower")
    assert [share(hours, value) for value in (0.0, 4.0, 8.0, 12.0, 16.0, 80.0)] == [2.0, 1.5, 1.0, 0.5, 0.0, 0.0]
    assert attainment(hours, readings((AUGUST, 20.0), (SEPTEMBER, 15.0)), D(2020, 10, 5), MONTHS).state == "on_track"
    assert attainment(hours, readings((AUGUST, 20.0), (SEPTEMBER, 19.0)), D(2020, 10, 5), MONTHS).state == "behind"


def test_a_holiday_leaves_fewer_working_days_and_asks_for_more_on_each() -> None:
    free = Calendar(Grain.MONTH, frozenset({D(2020, 12, 1), D(2020, 12, 2)}))
    values = readings((OCTOBER, 18.0), (NOVEMBER, 19.0))
    usual, fewer = (attainment(SERVICES, values, D(2020, 12, 1), calendar).pace for calendar in (MONTHS, free))
    assert usual is not None
    assert fewer is not None
    assert (usual.days_left, fewer.days_left) == (23, 21)
    assert fewer.needed_per_day == 11 / 21


def test_a_target_of_nothing_is_refused() -> None:
    with pytest.raises(FigureError):
        Target(0.0, DECEMBER, "nation")


@given(
    st.lists(st.integers(0, 100), min_size=2, max_size=4, unique=True).map(sorted),
    st.integers(1, 100),
    st.sampled_from(["higher", "lower"]),
)
def test_who_keeps_the_required_pace_arrives(values: list[int], goal: int, better: str) -> None:
    target = Target(float(goal), DECEMBER, "nation", better)  # type: ignore[arg-type]
    days = [D(2020, month, 28) for month in range(2, 2 + len(values))]
    known = [Reading(day, float(value)) for day, value in zip(days, values, strict=True)]
    seen = attainment(target, known, days[-1], MONTHS)
    assert seen.pace is not None
    assert seen.pace.needed_per_day is not None
    sign = 1 if better == "higher" else -1
    arrived = known[-1].value + sign * seen.pace.needed_per_day * seen.pace.days_left
    assert target.gap(arrived) <= 0
    if seen.state != "met":
        assert seen.pace.present_per_day is not None
        assert (seen.state == "on_track") == (seen.pace.present_per_day >= seen.pace.needed_per_day - 1e-9)


@given(DAYS, DAYS, DAYS)
def test_working_days_add_up(one: dt.date, two: dt.date, three: dt.date) -> None:
    first, middle, last = sorted((one, two, three))
    free = frozenset({D(2020, 1, 1), D(2021, 2, 11), D(2021, 2, 12)})
    assert working_days(first, middle, free) + working_days(middle, last, free) == working_days(first, last, free)
    assert working_days(last, first, free) == 0
