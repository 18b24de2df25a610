"""Rates of folded counts, Wilson's interval, quantiles of histograms: held to raw values that a test knows and the histogram does not."""

from bisect import bisect_right
from itertools import accumulate
from math import ceil, sqrt
from statistics import NormalDist

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboard.errors import FigureError
from dashboard.figures.rates import Histogram, Quantile, Rate, folded, folded_histogram, wilson

HOURS = (1.0, 2.0, 4.0, 8.0, 24.0, 48.0, 120.0)
COUNTS = st.integers(0, 10_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))
LAGS = st.lists(st.floats(0, 300), min_size=1, max_size=60)


def histogram(lags: list[float]) -> Histogram:
    counts = [0.0] * (len(HOURS) + 1)
    for lag in lags:
        counts[bisect_right(HOURS, lag)] += 1
    return Histogram(HOURS, tuple(counts))


def test_the_rate_of_two_units_is_that_of_their_counts_and_not_the_mean_of_their_rates() -> None:
    both = folded({"a": 9.0, "b": 100.0}, {"a": 10.0, "b": 1000.0})
    assert both.rate.percent == pytest.approx(10.792, abs=0.001)  # the mean of 90 % and 10 % would be 50 %
    assert both.counted == ("a", "b")


def test_a_unit_with_one_count_only_is_left_out_of_both_sums_and_named() -> None:
    both = folded({"a": 9.0, "b": 100.0}, {"a": 10.0, "c": 1000.0})
    assert (both.rate.numerator, both.rate.denominator) == (9.0, 10.0)
    assert both.left_out == ("b", "c")


def test_three_of_three_is_a_rate_but_not_a_rank() -> None:
    rate = Rate(3, 3, least=30)
    assert rate.percent == 100.0
    assert not rate.rankable
    assert Rate(30, 30, least=30).rankable


def test_nothing_of_nothing_is_not_zero_per_cent() -> None:
    assert Rate(0, 0).percent is None
    assert not Rate(0, 0).rankable
    assert (Rate(0, 0).interval().low, Rate(0, 0).interval().high) == (0.0, 100.0)


@pytest.mark.parametrize("counts", [(2.0, 1.0), (-1.0, 1.0), (float("nan"), 1.0), (1.0, float("nan")), (1.0, float("inf"))])
def test_a_part_that_is_no_part_is_refused(counts: tuple[float, float]) -> None:
    with pytest.raises(FigureError):
        Rate(*counts)


def test_an_excess_does_not_hide_behind_another_unit() -> None:
    with pytest.raises(FigureError):
        folded({"a": 2.0, "b": 0.0}, {"a": 1.0, "b": 100.0})


@given(st.lists(COUNTS, min_size=1, max_size=8), st.integers(0, 8))
def test_folding_in_two_steps_is_folding_in_one(counts: list[tuple[int, int]], cut: int) -> None:
    def fold(part: list[tuple[int, int]]) -> tuple[float, float]:
        rate = folded({str(i): n for i, (n, _) in enumerate(part)}, {str(i): d for i, (_, d) in enumerate(part)}).rate
        return rate.numerator, rate.denominator

    halves = [fold(counts[:cut]), fold(counts[cut:])]
    assert fold(counts) == (sum(n for n, _ in halves), sum(d for _, d in halves))


def test_wilson_agrees_with_the_published_example() -> None:
    # 81 of 263, 95 %: R. G. Newcombe, Statistics in Medicine 17 (1998), table I.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


@given(COUNTS, st.floats(0.5, 0.99))
def test_wilsons_limits_are_where_the_score_test_just_rejects(counts: tuple[int, int], confidence: float) -> None:
    hits, whole = counts
    assume(whole)
    low, high = wilson(hits, whole, confidence)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    assert 0 <= low <= hits / whole <= high <= 1
    for limit in (low, high):
        if 0 < limit < 1 and limit != hits / whole:
            assert abs(hits / whole - limit) / sqrt(limit * (1 - limit) / whole) == pytest.approx(z, rel=1e-5)


@given(COUNTS, st.integers(2, 50))
def test_more_cases_at_the_same_rate_narrow_the_interval(counts: tuple[int, int], times: int) -> None:
    hits, whole = counts
    assume(whole)
    few, many = wilson(hits, whole), wilson(hits * times, whole * times)
    assert few[0] <= many[0] + 1e-12
    assert many[1] <= few[1] + 1e-12


@given(LAGS, st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9, 1.0]))
def test_a_quantile_lies_in_the_bucket_of_the_value_that_it_stands_for(lags: list[float], share: float) -> None:
    found = histogram(lags).quantile(share)
    truth = sorted(lags)[ceil(round(share * len(lags), 6)) - 1]
    assert found is not None
    assert found.low <= truth
    if found.high is None:
        assert found.estimate is None
        assert truth >= HOURS[-1]
    else:
        assert truth < found.high
        assert found.estimate is not None
        assert found.low <= found.estimate <= found.high


def test_a_median_in_the_open_bucket_is_more_than_its_beginning_and_no_number() -> None:
    assert histogram([1.5, 130.0, 500.0]).median == Quantile(120.0, None, None)


def test_a_median_is_placed_inside_its_bucket_as_if_evenly_spread() -> None:
    assert Histogram((10.0, 20.0), (2.0, 4.0, 0.0)).median == Quantile(10.0, 20.0, 12.5)
    assert Histogram((10.0,), (0.0, 0.0)).median is None


@given(LAGS, st.lists(st.floats(0.01, 1), min_size=2, max_size=2))
def test_a_higher_quantile_is_not_lower(lags: list[float], shares: list[float]) -> None:
    first, second = (histogram(lags).quantile(share) for share in sorted(shares))
    assert first is not None
    assert second is not None
    assert first.low <= second.low
    if first.estimate is not None and second.estimate is not None:
        assert first.estimate <= second.estimate + 1e-9


@given(st.lists(LAGS, min_size=1, max_size=4))
def test_folded_histograms_are_the_histogram_of_everything(parts: list[list[float]]) -> None:
    assert folded_histogram(histogram(part) for part in parts) == histogram([lag for part in parts for lag in part])


@given(LAGS)
def test_the_share_below_an_end_is_exact(lags: list[float]) -> None:
    rates = [histogram(lags).share_below(end) for end in HOURS]
    assert [rate.numerator for rate in rates] == [sum(lag < end for lag in lags) for end in HOURS]
    assert list(accumulate((rate.numerator for rate in rates), max)) == [rate.numerator for rate in rates]


def test_what_no_bucket_knows_is_refused() -> None:
    with pytest.raises(FigureError, match="no end"):
        histogram([1.0]).share_below(3.0)
    with pytest.raises(FigureError, match="rise"):
        Histogram((2.0, 1.0), (0.0, 0.0, 0.0))
    with pytest.raises(FigureError, match="buckets"):
        Histogram((1.0,), (0.0,))
    with pytest.raises(FigureError, match="negative"):
        Histogram((1.0,), (0.0, -1.0))
    with pytest.raises(FigureError, match="same buckets"):
        folded_histogram([Histogram((1.0,), (0.0, 0.0)), Histogram((2.0,), (0.0, 0.0))])
    with pytest.raises(FigureError):
        histogram([1.0]).quantile(1.5)
    with pytest.raises(FigureError):
        wilson(1, 2, 1.0)
