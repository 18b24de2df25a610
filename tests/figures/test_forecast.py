"""Forecasts: exact on exact lines, honest about what does not come, and their band held to seeded histories."""

import datetime as dt
import random
from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.figures.attainment import Reading, Target
from dashboard.figures.forecast import Forecast, Rule, back_test, forecast, project
from dashboard.figures.trend import line, slope, student_quantile

START = dt.date(2020, 1, 1)
MONTH = 30
FREE = Rule(bounds=None)


def series(values: list[float]) -> list[Reading]:
    return [Reading(START + dt.timedelta(days=MONTH * place), value) for place, value in enumerate(values)]


def target(value: float, better: str = "higher") -> Target:
    return Target(value, START + dt.timedelta(days=365), "nation", better)  # type: ignore[arg-type]


def noisy(seed: int, count: int, rise: float, noise: float) -> list[Reading]:
    chance = random.Random(seed)
    return series([10 + rise * place + chance.gauss(0, noise) for place in range(count)])


@given(st.integers(1, 20), st.integers(1, 60), st.integers(4, 8))
def test_an_exact_line_is_followed_to_the_day_and_its_band_is_that_day(rise: int, periods: int, count: int) -> None:
    readings = series([float(rise * place) for place in range(count)])
    found = forecast(readings, target(float(rise * (count - 1 + periods))), FREE)
    day = START + dt.timedelta(days=MONTH * (count - 1 + periods))
    assert (found.outcome, found.earliest, found.expected, found.latest) == ("will_reach", day, day, day)
    assert found.pace == pytest.approx(rise)
    assert found.model == "straight"


@given(st.integers(0, 10_000), st.floats(-1, 4), st.floats(0, 3), st.floats(5, 60), st.booleans())
def test_the_days_are_where_the_band_crosses_the_target(seed: int, rise: float, noise: float, more: float, near: bool) -> None:
    readings = noisy(seed, 8, rise, noise)
    goal = target(readings[-1].value + more)
    rule = Rule(bounds=(-200.0, 200.0), near=0.0 if near else 2.0)
    found = forecast(readings, goal, rule)

    def edges(day: dt.date) -> tuple[float, float, float]:
        seen = project(readings, day, goal, rule)
        assert seen is not None
        return seen.low, seen.expected, seen.high

    last, one = readings[-1].day, dt.timedelta(days=1)
    for edge, day in ((0, found.latest), (1, found.expected), (2, found.earliest)):
        if day is not None:
            assert edges(day)[edge] >= goal.value - 1e-6
            assert day == last + one or edges(day - one)[edge] < goal.value + 1e-6
        elif edge == 1:
            assert found.outcome == "never"
            assert edges(last + dt.timedelta(days=rule.horizon + 1))[1] < goal.value or found.pace is None or found.pace <= 0
        elif edge == 0 and found.expected is not None:
            assert max(edges(last + dt.timedelta(days=days))[0] for days in range(1, rule.horizon, 50)) < goal.value
    known = [day for day in (found.earliest, found.expected, found.latest) if day is not None]
    assert known == sorted(known)


@given(st.integers(0, 10_000), st.floats(0.2, 4), st.floats(0, 2), st.floats(5, 60))
def test_where_lower_is_better_all_is_the_mirror_image(seed: int, rise: float, noise: float, more: float) -> None:
    readings = noisy(seed, 8, rise, noise)
    mirrored = [Reading(one.day, 1000 - one.value) for one in readings]
    goal = readings[-1].value + more
    up, down = forecast(readings, target(goal), FREE), forecast(mirrored, target(1000 - goal, "lower"), FREE)
    assert up.outcome == down.outcome
    for one, other in ((up.earliest, down.earliest), (up.expected, down.expected), (up.latest, down.latest)):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert abs((one - other).days) <= 1  # binary fractions of 1000 − x
    assert up.pace is not None
    assert down.pace is not None
    assert up.pace == pytest.approx(-down.pace, abs=1e-6)


@given(st.integers(0, 10_000), st.floats(0.5, 4), st.floats(0.01, 2), st.floats(1, 3))
def test_a_wider_band_holds_the_narrower_one(seed: int, rise: float, noise: float, widen: float) -> None:
    readings = noisy(seed, 10, rise, noise)
    day = readings[-1].day + dt.timedelta(days=90)
    narrow, wide = (project(readings, day, target(99), Rule(widen=factor)) for factor in (1.0, widen))
    assert narrow is not None
    assert wide is not None
    assert wide.low <= narrow.low <= narrow.expected <= narrow.high <= wide.high


def test_standing_still_or_falling_never_arrives() -> None:
    assert forecast(series([50.0] * 6), target(70)).outcome == "never"
    falling = forecast(series([60.0, 58.0, 57.0, 55.0, 54.0]), target(70))
    assert falling.outcome == "never"
    assert falling.expected is None
    assert falling.pace is not None
    assert falling.pace < 0
    assert falling.prospect(START) == "never"
    assert falling.days_late(START) is None


def test_what_takes_longer_than_the_horizon_is_never() -> None:
    slow = series([10.0, 10.01, 10.02, 10.03, 10.04])
    assert forecast(slow, target(70)).outcome == "never"
    assert forecast(slow, target(10.10)).outcome == "will_reach"


def test_near_the_ceiling_the_last_hundredths_come_slowest() -> None:
    readings = series([100 / (1 + exp(-place / 2)) for place in range(1, 8)])  # exactly logistic
    bent, straight = forecast(readings, target(99.5)), forecast(readings, target(99.5), FREE)
    assert (bent.model, straight.model) == ("logistic", "straight")
    assert bent.expected is not None
    assert straight.expected is not None
    assert bent.expected > straight.expected
    # logit(99,5 %) = 5,2933, reached at place 10,587, where place 1 is the start: after 287,6 days
    assert bent.expected == START + dt.timedelta(days=288)
    there = project(readings, START + dt.timedelta(days=3650), target(99.5))
    assert there is not None
    assert there.high <= 100.0


def test_a_hundred_per_cent_can_be_forecast() -> None:
    found = forecast(series([80.0, 88.0, 93.0, 96.0, 98.0]), target(100))
    assert found.outcome == "will_reach"
    assert found.model == "logistic"


def test_too_few_readings_and_a_target_already_reached_say_so() -> None:
    assert forecast(series([10.0, 20.0, 30.0]), target(70)) == Forecast("too_few")
    assert forecast([], target(70)) == Forecast("too_few")
    assert forecast(series([10.0, 71.0]), target(70)) == Forecast("reached")
    assert project(series([10.0, 20.0, 30.0]), START, target(70)) is None


def test_a_single_wild_month_does_not_move_the_day() -> None:
    calm = [10.0 + 2 * place for place in range(8)]
    wild = [*calm[:5], 0.0, *calm[6:]]
    one, other = forecast(series(calm), target(40), FREE), forecast(series(wild), target(40), FREE)
    assert one.expected is not None
    assert other.expected is not None
    assert abs((one.expected - other.expected).days) <= 5


def test_a_deadline_is_kept_at_risk_or_missed_by_days() -> None:
    found = Forecast("will_reach", "straight", 1.0, START, START + dt.timedelta(days=10), START + dt.timedelta(days=20))
    days = [START + dt.timedelta(days=after) for after in (9, 10, 19, 20)]
    assert [found.prospect(day) for day in days] == ["will_miss", "at_risk", "at_risk", "in_time"]
    assert [found.days_late(day) for day in days] == [1, 0, 0, 0]
    endless = Forecast("will_reach", "straight", 1.0, START, START)
    assert endless.prospect(START + dt.timedelta(days=9999)) == "at_risk"


def test_the_band_holds_about_as_often_as_it_says_on_noise_around_a_line() -> None:
    histories = [noisy(seed, 16, 1.5, 1.0) for seed in range(60)]
    plain = back_test(histories, target(99), FREE)
    assert plain.coverage is not None
    assert plain.tried == 60 * 33
    assert 0.72 <= plain.coverage <= 0.92


def test_a_band_widened_by_the_past_of_some_holds_for_others() -> None:
    def walk(seed: int) -> list[Reading]:
        chance, value, values = random.Random(seed), 10.0, []
        for _ in range(16):
            value += 1 + chance.gauss(0, 1.5)  # steps that stay: the hardest case for a line
            values.append(value)
        return series(values)

    learned = back_test([walk(seed) for seed in range(60)], target(99), FREE)
    assert learned.widen > 1.1
    widened = back_test([walk(seed) for seed in range(100, 160)], target(99), Rule(bounds=None, widen=learned.widen))
    assert widened.coverage is not None
    assert widened.coverage == pytest.approx(0.8, abs=0.05)


@settings(max_examples=20)
@given(st.integers(0, 1000), st.floats(0.5, 0.95))
def test_the_learned_factor_makes_the_past_exact(seed: int, confidence: float) -> None:
    histories = [noisy(seed + place, 12, 1.0, 1.0) for place in range(4)]
    rule = Rule(bounds=None, confidence=confidence)
    learned = back_test(histories, target(99), rule)
    again = back_test(histories, target(99), Rule(bounds=None, confidence=confidence, widen=learned.widen * (1 + 1e-9)))
    assert again.held / again.tried == pytest.approx(confidence, abs=2 / again.tried)
    assert again.widen == pytest.approx(learned.widen)


def test_nothing_to_try_has_no_coverage() -> None:
    found = back_test([series([1.0, 2.0, 3.0, 4.0])], target(99))
    assert (found.coverage, found.error, found.still) == (None, None, None)


def test_a_trend_is_set_against_saying_that_nothing_will_change() -> None:
    rising = back_test([noisy(seed, 16, 2.0, 0.5) for seed in range(20)], target(99), FREE)
    flat = back_test([noisy(seed, 16, 0.0, 0.5) for seed in range(20)], target(99), FREE)
    assert rising.error is not None
    assert rising.still is not None
    assert rising.error < 0.5 < rising.still
    assert rising.still == pytest.approx(4.0, abs=0.5)  # two periods ahead, in the middle
    assert flat.error is not None
    assert flat.still is not None
    assert flat.error > 0.8 * flat.still


def test_histories_of_different_length_count_by_what_can_be_tried() -> None:
    found = back_test([series([float(place) for place in range(count)]) for count in (4, 5, 7)], target(99), FREE)
    assert found.tried == 0 + 1 + (3 + 2 + 1)
    assert (found.held, found.error) == (7, 0.0)


@given(st.integers(0, 10_000), st.floats(-5, 5), st.integers(5, 12))
def test_a_quarter_of_wild_points_leaves_the_slope_inside_that_of_the_others(seed: int, rise: float, count: int) -> None:
    chance = random.Random(seed)
    xs = [float(place) for place in range(count)]
    ys = [rise * x for x in xs]
    for place in chance.sample(range(count), count // 4):
        ys[place] = chance.uniform(-1e6, 1e6)
    assert slope(xs, ys) == pytest.approx(rise, abs=1e-6)
    assert line(xs, ys).at(0.0) == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize(("freedom", "quantile"), [(2, 1.886), (3, 1.638), (4, 1.533), (6, 1.440), (10, 1.372), (1000, 1.282)])
def test_students_quantile_agrees_with_the_tables(freedom: int, quantile: float) -> None:
    assert student_quantile(0.9, freedom) == pytest.approx(quantile, rel=0.01)
