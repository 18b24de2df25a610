"""Ranges of ranks: the same every time, wide where there is little, and monotone draw by draw."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import FigureError
from dashboard.figures.computed_ranking import Component, Definition, Input, Inputs, board
from dashboard.figures.rank_range import Draw, RankRange, rank_ranges, rate_rank_ranges
from dashboard.figures.rates import Rate
from tests.figures.boards import EARLIER, rankings

FEW = Draw(count=200)
SHARES = st.dictionaries(
    st.sampled_from("abcdefgh"), st.integers(1, 40).flatmap(lambda n: st.builds(Rate, st.integers(0, n), st.just(n))), min_size=1
)


def test_the_middle_of_a_field_with_small_denominators_is_wide_and_with_large_ones_sure() -> None:
    shares = {f"u{place:02}": 60 + place for place in range(31)}  # 60 … 90 %
    small = rate_rank_ranges({unit: Rate(share, 100) for unit, share in shares.items()})
    large = rate_rank_ranges({unit: Rate(share * 10_000, 1_000_000) for unit, share in shares.items()})
    assert small["u15"].rank == large["u15"].rank == 16
    assert small["u15"].low <= 12
    assert small["u15"].high >= 20
    assert all(found == RankRange(found.rank, found.rank, found.rank) for found in large.values())


def test_the_range_of_two_is_that_of_the_normal_law() -> None:
    # 60 of 100 against 50 of 100: the difference, 10 points, is √2 standard errors of about 5: the other way round in 8 % of draws.
    rates = {"a": Rate(60, 100), "b": Rate(50, 100)}
    assert rate_rank_ranges(rates, draw=Draw(0.9))["a"] == RankRange(1, 1, 2)
    assert rate_rank_ranges(rates, draw=Draw(0.8))["a"] == RankRange(1, 1, 1)


def test_units_without_rank_have_no_range_and_lower_can_be_better() -> None:
    rates = {"a": Rate(3, 3, least=30), "b": Rate(10, 10_000), "c": Rate(5000, 10_000)}
    assert rate_rank_ranges(rates, "lower") == {"b": RankRange(1, 1, 1), "c": RankRange(2, 2, 2)}
    assert rate_rank_ranges({}) == {}


def test_what_counts_as_the_worst_by_rule_is_not_drawn() -> None:
    definition = Definition((Component("paper", 1.0, late="worst"),))
    inputs = {"a": {"paper": Input.of(Rate(9, 10), EARLIER)}, "b": {"paper": Input.of(Rate(9, 10))}}
    assert rank_ranges(definition, inputs, FEW)["a"] == RankRange(2, 2, 2)


def test_a_range_of_nothing_is_refused() -> None:
    with pytest.raises(FigureError):
        Draw(confidence=1.0)
    with pytest.raises(FigureError):
        Draw(count=0)


@settings(max_examples=40)
@given(SHARES, st.integers(0, 5))
def test_the_same_figures_give_the_same_range_in_any_order(rates: dict[str, Rate], seed: int) -> None:
    draw = Draw(count=200, seed=seed)
    assert rate_rank_ranges(rates, draw=draw) == rate_rank_ranges(dict(reversed(rates.items())), draw=draw)


@settings(max_examples=40)
@given(rankings(), st.floats(0.5, 0.9))
def test_a_range_holds_the_rank_and_grows_with_confidence(ranking: tuple[Definition, dict[str, Inputs]], confidence: float) -> None:
    narrow, wide = rank_ranges(*ranking, Draw(confidence, 200)), rank_ranges(*ranking, Draw(0.95, 200))
    assert {unit: found.rank for unit, found in narrow.items()} == {row.unit: row.rank for row in board(*ranking) if row.rank is not None}
    for unit, found in narrow.items():
        assert 1 <= wide[unit].low <= found.low <= found.rank <= found.high <= wide[unit].high <= len(narrow)


@settings(max_examples=40)
@given(SHARES, st.data())
def test_a_better_rate_makes_neither_end_worse(rates: dict[str, Rate], data: st.DataObject) -> None:
    unit = data.draw(st.sampled_from(sorted(rates)))
    own = rates[unit]
    more = Rate(data.draw(st.integers(int(own.numerator), int(own.denominator))), own.denominator)
    before, after = rate_rank_ranges(rates, draw=FEW), rate_rank_ranges(rates | {unit: more}, draw=FEW)
    assert (after[unit].low, after[unit].high) <= (before[unit].low, before[unit].high)
    assert after[unit].high <= before[unit].high
    for other in rates.keys() - {unit}:
        assert before[other].low <= after[other].low
        assert before[other].high <= after[other].high


@settings(max_examples=40)
@given(rankings(some=False))
def test_what_has_no_denominator_is_sure(ranking: tuple[Definition, dict[str, Inputs]]) -> None:
    places = {row.unit: (row.rank, row.score) for row in board(*ranking)}
    for unit, found in rank_ranges(*ranking, FEW).items():
        assert found.rank == places[unit][0]
        if all(abs((places[unit][1] or 0) - (score or 0)) > 0.011 for other, (_, score) in places.items() if other != unit):
            assert found == RankRange(found.rank, found.rank, found.rank)
