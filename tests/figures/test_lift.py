"""What would lift a rank: adding what is said to be missing must really do it."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures.lift import gaps, steps
from dashboard.figures.ranking import ranks

SCORES = st.dictionaries(
    st.text(alphabet="abcdefgh", min_size=1, max_size=3), st.integers(0, 10000).map(lambda cents: cents / 100), min_size=1, max_size=40
)


@given(SCORES)
def test_adding_the_missing_points_passes_that_unit(values: dict[str, float]) -> None:
    places = ranks(values)
    for unit, value in values.items():
        for step in steps(values, places, unit):
            lifted = values | {unit: round(value + step.missing, 2)}
            assert ranks(lifted)[unit] < ranks(lifted)[step.unit]
            level = values | {unit: round(value + step.missing - 0.01, 2)}
            assert ranks(level)[unit] == ranks(level)[step.unit], "one hundredth less would be level: it is the least that passes"
            assert step.rank == places[step.unit] < places[unit]


@given(SCORES)
def test_steps_go_from_near_to_far_and_name_each_unit_once(values: dict[str, float]) -> None:
    places = ranks(values)
    for unit in values:
        found = steps(values, places, unit)
        assert len(found) <= 3
        assert len({step.unit for step in found}) == len(found)
        assert [step.missing for step in found] == sorted(step.missing for step in found)
        assert bool(found) == (places[unit] > 1)


def test_gaps_are_against_the_median_of_the_leaders_worst_first() -> None:
    components = {"first": {"a": 10.0, "b": 5.0}, "second": {"a": 8.0}, "own": {"a": 7.0, "b": 5.5, "c": 1.0}}
    found = gaps(components, {"first": 1, "second": 2, "own": 3}, "own", leaders=2)
    assert [(gap.component, gap.leaders, gap.distance) for gap in found] == [("a", 9.0, -2.0), ("b", 5.0, 0.5)]
