"""A straight line through few and noisy points: robust slope, robust spread, and the quantile that few points ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import pi, sqrt
from statistics import fmean, median

from dashboard.figures.rates import normal_quantile

_MAD = 1 / normal_quantile(0.75)
"""What makes the median absolute deviation of normal noise its standard deviation: 1.4826."""


_NOISE = 1e-9
"""The share of the points' range below which residuals are those of binary fractions."""


@dataclass(frozen=True, slots=True)
class Line:
    """y = level + slope · (x − centre), and what a prediction from it needs: points, Σ(x − centre)², spread of the residuals."""

    slope: float
    level: float
    centre: float
    points: int
    width: float
    spread: float

    def at(self, x: float) -> float:
        """The line's height there."""
        return self.level + self.slope * (x - self.centre)

    def error(self, x: float) -> float:
        """The standard error of one new point there: spread · √(1 + 1/n + (x − centre)²/width), as for least squares."""
        return self.spread * sqrt(1 + 1 / self.points + (x - self.centre) ** 2 / self.width)


def slope(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Theil–Sen: the median of the slopes of all pairs; a quarter of five points or more may be anything. At least two different xs.

    Source: P. K. Sen, Journal of the American Statistical Association 63 (1968).
    """
    return median((ys[j] - ys[i]) / (xs[j] - xs[i]) for i, j in combinations(range(len(xs)), 2) if xs[i] != xs[j])


def line(xs: Sequence[float], ys: Sequence[float]) -> Line:
    """The Theil–Sen line; its height is the median of y − slope · x. At least three points.

    The spread is the larger of two estimates of the residuals' deviation, both widened by √(n/(n − 2)) for the two numbers that were
    fitted: 1.4826 · median |r|, and √(π/2) · mean |r|. A line through medians meets some points exactly, so that with few
    points the first alone would be too sure of itself. What only binary fractions left of an exact line is no spread.
    """
    count, rise, centre = len(xs), slope(xs, ys), fmean(xs)
    level = median(y - rise * (x - centre) for x, y in zip(xs, ys, strict=True))
    off = [abs(y - level - rise * (x - centre)) for x, y in zip(xs, ys, strict=True)]
    spread = max(_MAD * median(off), sqrt(pi / 2) * fmean(off)) * sqrt(count / (count - 2))
    if spread <= _NOISE * (max(ys) - min(ys)):
        spread = 0.0
    return Line(rise, level, centre, count, sum((x - centre) ** 2 for x in xs), spread)


def student_quantile(probability: float, freedom: int) -> float:
    """The quantile of Student's t, by its expansion around the normal one; within 1 % from 2 degrees of freedom on, up to 0.95.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.5.
    """
    z = normal_quantile(probability)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / float(freedom) ** power for power, term in enumerate(terms, start=1))
