"""Why a rank changed: the sums must come out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures.explanation import Part, country_changes, explain, parts

COMPONENTS = ["a", "b", "c"]
POINTS = st.integers(0, 2000).map(lambda cents: cents / 100)
ROW = st.dictionaries(st.sampled_from(COMPONENTS), POINTS)
TABLE = st.dictionaries(st.sampled_from("uvwxyz"), ROW, min_size=1)


@given(TABLE, TABLE)
def test_own_changes_add_up_to_the_change_of_the_sums(now: dict[str, dict[str, float]], before: dict[str, dict[str, float]]) -> None:
    country = country_changes(now, before, COMPONENTS)
    for unit in now.keys() & before.keys():
        found = parts(now[unit], before[unit], country)
        shared = now[unit].keys() & before[unit].keys()
        assert {part.component for part in found} == shared
        expected = sum(now[unit][key] for key in shared) - sum(before[unit][key] for key in shared)
        assert sum(part.own for part in found) == pytest.approx(expected, abs=1e-5)
        assert all(part.difference == pytest.approx(part.own - part.country, abs=1e-5) for part in found)
        assert [part.difference for part in found] == sorted(part.difference for part in found)


@given(st.integers(2, 12).flatmap(lambda n: st.tuples(st.permutations(range(n)), st.permutations(range(n)))))
def test_places_are_those_who_overtook_less_those_who_fell_behind(orders: tuple[list[int], list[int]]) -> None:
    before = {str(unit): rank for rank, unit in enumerate(orders[0], start=1)}
    now = {str(unit): rank for rank, unit in enumerate(orders[1], start=1)}
    for unit in now:
        told = explain(unit, now, before, ())
        assert not set(told.overtook) & set(told.fell_behind)
        assert unit not in told.overtook + told.fell_behind
        assert told.after - told.before == len(told.overtook) - len(told.fell_behind) == -told.places
        assert all(now[other] < now[unit] and before[other] > before[unit] for other in told.overtook)
        assert all(now[other] > now[unit] and before[other] < before[unit] for other in told.fell_behind)
        assert [now[other] for other in told.overtook] == sorted(now[other] for other in told.overtook)


def test_a_unit_without_a_rank_before_neither_overtook_nor_fell_behind() -> None:
    told = explain("a", {"a": 2, "new": 1}, {"a": 1}, ())
    assert (told.overtook, told.fell_behind) == ((), ())


def test_the_country_moves_by_the_medians_of_those_who_hold_both_values() -> None:
    now = {"u": {"a": 5.0}, "v": {"a": 9.0}, "w": {"a": 1.0}, "new": {"a": 100.0}}
    before = {"u": {"a": 4.0}, "v": {"a": 10.0}, "w": {"a": 2.0}, "gone": {"a": 50.0}}
    assert country_changes(now, before, ["a", "b"]) == {"a": 1.0}


def test_the_driver_goes_the_way_of_the_change() -> None:
    changes = (Part("a", -2.0, -0.5), Part("b", 0.0, 0.0), Part("c", 1.0, 0.2))
    fallen = explain("u", {"u": 5}, {"u": 2}, changes)
    risen = explain("u", {"u": 2}, {"u": 5}, changes)
    still = explain("u", {"u": 2}, {"u": 2}, changes)
    assert fallen.driver == changes[0]
    assert risen.driver == changes[2]
    assert still.driver is None
    assert explain("u", {"u": 5}, {"u": 2}, changes[1:]).driver is None
    assert explain("u", {"u": 5}, {"u": 2}, ()).driver is None


def test_the_total_is_the_sum_of_the_parts() -> None:
    told = explain("u", {"u": 1}, {"u": 1}, (Part("a", 0.1, 0.3), Part("b", 0.2, -0.1)))
    assert (told.total.own, told.total.country, told.total.difference) == (0.3, 0.2, 0.1)
