"""Ranks, their ranges, medians, distances: arithmetic held to its definition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures.ranking import heat, median, rank_range, ranks

SCORES = st.dictionaries(
    st.text(alphabet="abcdefgh", min_size=1, max_size=3), st.integers(0, 10000).map(lambda cents: cents / 100), min_size=1, max_size=40
)


def test_ties_are_counted_1_2_2_4() -> None:
    assert ranks({"a": 90.0, "b": 80.0, "c": 80.0, "d": 70.0}) == {"a": 1, "b": 2, "c": 2, "d": 4}


def test_lower_can_be_better() -> None:
    assert ranks({"a": 90.0, "b": 80.0, "c": 80.0}, "lower") == {"a": 3, "b": 1, "c": 1}


@given(SCORES)
def test_a_rank_is_one_more_than_the_number_of_strictly_better_values(values: dict[str, float]) -> None:
    assert ranks(values) == {key: 1 + sum(other > value for other in values.values()) for key, value in values.items()}
    assert ranks(values, "lower") == {key: 1 + sum(other < value for other in values.values()) for key, value in values.items()}


@given(SCORES, st.randoms())
def test_the_order_in_which_units_come_changes_no_rank(values: dict[str, float], chance: object) -> None:
    keys = list(values)
    chance.shuffle(keys)  # type: ignore[attr-defined]
    assert ranks({key: values[key] for key in keys}) == ranks(values)


@given(SCORES)
def test_turning_the_direction_is_the_same_as_turning_the_values(values: dict[str, float]) -> None:
    assert ranks(values, "lower") == ranks({key: -value for key, value in values.items()})


@given(SCORES, st.floats(0, 20), st.floats(0, 20), st.sampled_from(["higher", "lower"]))
def test_a_range_holds_the_rank_and_grows_with_the_margin(values: dict[str, float], one: float, two: float, better: str) -> None:
    small, large = sorted((one, two))
    for key, rank in ranks(values, better).items():  # type: ignore[arg-type]
        low, high = rank_range(values, key, small, better)  # type: ignore[arg-type]
        wide_low, wide_high = rank_range(values, key, large, better)  # type: ignore[arg-type]
        assert 1 <= wide_low <= low <= rank <= high <= wide_high <= len(values)


def test_a_margin_that_is_just_reached_can_be_made_up() -> None:
    # Differences of binary fractions: 84.3 - 83.5 is 0.7999999999999972, and is 0.8 all the same.
    assert rank_range({"a": 84.3, "b": 83.5, "c": 82.7}, "b", 0.8) == (1, 3)
    assert rank_range({"a": 84.31, "b": 83.5, "c": 82.69}, "b", 0.8) == (2, 2)


@given(st.floats(0, 100), st.integers(0, 10000), st.integers(1, 100))
def test_heat_above_and_below_the_median_mirror_each_other(centre: float, cents: int, maximum: int) -> None:
    distance, steps = cents / 100, (4.0, 8.0, 14.0)
    above, below = heat(centre + distance, centre, maximum, steps), heat(centre - distance, centre, maximum, steps)
    assert above == -below
    assert 0 <= above <= 3


@pytest.mark.parametrize(
    ("value", "step"), [(50.0, 0), (54.0, 0), (54.01, 1), (46.0, 0), (45.99, -1), (58.01, 2), (64.01, 3), (35.9, -3), (64.0, 2)]
)
def test_a_step_must_be_passed_not_only_reached(value: float, step: int) -> None:
    assert heat(value, 50.0, 100.0, (4.0, 8.0, 14.0)) == step


def test_the_median_of_nothing_is_nothing() -> None:
    assert median([]) is None
    assert median([1.0, 4.0, 2.0]) == 2.0
    assert median([0.1, 0.2]) == 0.15
