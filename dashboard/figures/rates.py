"""Rates of folded counts, their uncertainty, and quantiles of histograms. Counts are folded, percentages never are.

A rate of few is still a rate and is shown with its denominator; what it is not is a rank (`Rate.rankable`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite, sqrt
from statistics import NormalDist

from dashboard.errors import FigureError
from dashboard.figures.ranking import GRAIN

PER_CENT = 100.0
"""Rates are shown, weighted and held against targets in per cent."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval, in the unit of what it surrounds."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of counts: `numerator` of `denominator`, both folded; below `least` of them it is shown but not ranked.

    Raises FigureError for counts that are not finite, negative, or larger than the whole.
    """

    numerator: float
    denominator: float
    least: int = 0

    def __post_init__(self) -> None:
        """Hold the counts to 0 ≤ numerator ≤ denominator < ∞."""
        if not (isfinite(self.numerator) and isfinite(self.denominator) and 0 <= self.numerator <= self.denominator):
            raise FigureError(f"{self.numerator:g} of {self.denominator:g} is no share")

    @property
    def percent(self) -> float | None:
        """100 · numerator / denominator; None of nothing, since 0 of 0 is not 0 %."""
        return PER_CENT * (self.numerator / self.denominator) if self.denominator else None

    @property
    def rankable(self) -> bool:
        """Whether there are enough of them to be ranked: denominator > 0 and denominator ≥ least."""
        return self.denominator > 0 and self.denominator >= self.least

    def interval(self, confidence: float = 0.95) -> Interval:
        """Wilson's interval, in per cent (`wilson`)."""
        low, high = wilson(self.numerator, self.denominator, confidence)
        return Interval(PER_CENT * low, PER_CENT * high)


@dataclass(frozen=True, slots=True)
class Folded:
    """The rate of several units together, and the units left out because only one of their two counts is there."""

    rate: Rate
    counted: tuple[str, ...]
    left_out: tuple[str, ...]


def folded(numerators: Mapping[str, float], denominators: Mapping[str, float], least: int = 0) -> Folded:
    """Σ numerator / Σ denominator over the units (or periods) that hold both; never the mean of their rates.

    A unit without one of its counts would bend the rate, therefore it is left out of both sums, and named.
    Raises FigureError when a single unit's counts are no share: an excess in one would hide behind the others.
    """
    both = sorted(numerators.keys() & denominators.keys())
    parts = [Rate(numerators[key], denominators[key]) for key in both]
    whole = sum(part.denominator for part in parts)
    rate = Rate(min(sum(part.numerator for part in parts), whole), whole, least)  # min: fractions may round past the whole
    return Folded(rate, tuple(both), tuple(sorted(numerators.keys() ^ denominators.keys())))


def wilson(numerator: float, denominator: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share, as shares; of nothing it is (0, 1): nothing is known.

    With p = numerator/denominator, n = denominator and z the normal quantile of (1 + confidence)/2:
    (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927).
    """
    if not denominator:
        return 0.0, 1.0
    share, z = numerator / denominator, normal_quantile((1 + confidence) / 2)
    shrink = 1 + z * z / denominator
    centre = (share + z * z / (2 * denominator)) / shrink
    half = z * sqrt(share * (1 - share) / denominator + (z / (2 * denominator)) ** 2) / shrink
    return min(max(0.0, centre - half), share), max(min(1.0, centre + half), share)


@lru_cache(maxsize=64)
def normal_quantile(probability: float) -> float:
    """The quantile of the standard normal distribution. Raises FigureError outside 0 < probability < 1."""
    if not 0 < probability < 1:
        raise FigureError(f"{probability:g} is no probability between 0 and 1")
    return NormalDist().inv_cdf(probability)


@dataclass(frozen=True, slots=True)
class Quantile:
    """Where a quantile lies: in the bucket from `low` to `high` (None: open), and the `estimate` inside it.

    In the open bucket there is no estimate, only "more than `low`": no upper end was recorded, so none is made up.
    """

    low: float
    high: float | None
    estimate: float | None


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts in fixed buckets: [first, ends[0]), [ends[0], ends[1]), …, and a last one, [ends[-1], ∞), that is open.

    Such as hours from arrival to acceptance. Raises FigureError for ends that do not rise, or counts that do not fit them.
    """

    ends: tuple[float, ...]
    counts: tuple[float, ...]
    first: float = 0.0

    def __post_init__(self) -> None:
        """Hold ends and counts to each other."""
        edges = (self.first, *self.ends)
        if not self.ends or any(low >= high for low, high in zip(edges, self.ends, strict=False)):
            raise FigureError(f"the ends of buckets must rise: {edges}")
        if len(self.counts) != len(self.ends) + 1:
            raise FigureError(f"{len(self.ends)} ends make {len(self.ends) + 1} buckets, not {len(self.counts)}")
        if any(not isfinite(count) or count < 0 for count in self.counts):
            raise FigureError(f"the counts of buckets are not negative: {self.counts}")

    @property
    def total(self) -> float:
        """How many were counted."""
        return sum(self.counts)

    def quantile(self, share: float) -> Quantile | None:
        """The value that `share` (0–1) of the counted do not exceed; None when nothing was counted.

        The first bucket in which the running sum reaches share · total; inside it, evenly spread (linear interpolation).
        That bucket is exactly the one of the ⌈share · total⌉-th value; only the place inside it is an estimate.
        """
        if not 0 <= share <= 1:
            raise FigureError(f"{share:g} is no share between 0 and 1")
        wanted, running = round(share * self.total, GRAIN), 0.0
        edges = (self.first, *self.ends, None)
        for place, count in enumerate(self.counts):
            if count and running + count >= wanted:
                low, high = edges[place], edges[place + 1]
                assert low is not None
                return Quantile(low, high, None if high is None else low + (high - low) * (wanted - running) / count)
            running += count
        return None

    @property
    def median(self) -> Quantile | None:
        """The quantile of one half."""
        return self.quantile(0.5)

    def share_below(self, end: float, least: int = 0) -> Rate:
        """The rate of those below the end of a bucket, exactly. Raises FigureError for a value inside a bucket: nobody knows it."""
        if end not in self.ends:
            raise FigureError(f"{end:g} is no end of a bucket: {self.ends}")
        return Rate(sum(self.counts[: self.ends.index(end) + 1]), self.total, least)


def folded_histogram(histograms: Iterable[Histogram]) -> Histogram:
    """The histogram of all together: counts are added bucket by bucket. Raises FigureError for none, or other buckets."""
    parts: Sequence[Histogram] = tuple(histograms)
    if not parts or any((part.first, part.ends) != (parts[0].first, parts[0].ends) for part in parts):
        raise FigureError("only histograms with the same buckets fold, and at least one")
    return Histogram(parts[0].ends, tuple(map(sum, zip(*(part.counts for part in parts), strict=True))), parts[0].first)
