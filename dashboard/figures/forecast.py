"""When a target will be reached if the last periods go on: a date with a band, or that at this pace it never will be.

The model is a robust straight line (Theil–Sen) through the last readings; near a ceiling, where the last hundredths come slowest, the
same line through their logits, which bends towards the ceiling and never passes it. The band is that of a prediction, and `back_test`
says on past figures how often it held, and by how much it must be widened to hold as often as it says.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, copysign, exp, inf, log, sqrt
from statistics import median
from typing import Literal

from dashboard.figures.attainment import Reading, Target
from dashboard.figures.ranking import GRAIN, Direction
from dashboard.figures.trend import Line, line, student_quantile

Model = Literal["straight", "logistic"]
Outcome = Literal["reached", "will_reach", "never", "too_few"]
Prospect = Literal["reached", "in_time", "at_risk", "will_miss", "never", "too_few"]

FEWEST = 4
"""Readings without which no line is drawn: a slope, a height, and two more to tell how far they can be trusted."""

EDGE = 0.0005
"""How near to floor and ceiling a logit is taken, as a share of their distance: 99,95 % is what one decimal shows as 100."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How to look ahead.

    `window`: the last readings that count. `bounds`: floor and ceiling of the indicator, None where it has none. `near`: from where on,
    as a share of the way from the worst bound to the best, the logistic is used, if the target or the last reading lies there.
    `horizon`: days after which a date is no forecast but a "never". `widen`: factor on the band, from `back_test`.
    """

    confidence: float = 0.8
    window: int = 8
    bounds: tuple[float, float] | None = (0.0, 100.0)
    near: float = 0.75
    horizon: int = 3650
    widen: float = 1.0


STANDARD = Rule()
"""For indicators in per cent."""


@dataclass(frozen=True, slots=True)
class Projection:
    """The value to be expected on a day if the last periods go on, with its band, in the indicator's unit."""

    low: float
    expected: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The day by which a target is reached: `expected`, at the `earliest`, at the `latest` (None: not within the horizon at the band's
    edge).

    `pace` is the change from the last reading to one period later on the fitted line, in the indicator's unit, positive when upwards.
    `never`: the fitted line does not rise towards the target, or does not meet it within the horizon; only the band's better edge may.
    """

    outcome: Outcome
    model: Model | None = None
    pace: float | None = None
    earliest: dt.date | None = None
    expected: dt.date | None = None
    latest: dt.date | None = None

    def days_late(self, deadline: dt.date) -> int | None:
        """By how many days the expected day misses a deadline, 0 when it does not; None when there is no such day."""
        return max(0, (self.expected - deadline).days) if self.expected is not None else None

    def prospect(self, deadline: dt.date) -> Prospect:
        """In time when even the latest day is; at risk when the expected day is, but not the latest; else it will miss, or never come."""
        if self.outcome != "will_reach":
            return self.outcome
        if self.expected is None or self.expected > deadline:
            return "will_miss"
        return "in_time" if self.latest is not None and self.latest <= deadline else "at_risk"


@dataclass(frozen=True, slots=True)
class BackTest:
    """How forecasts held on past figures: `held` of `tried` figures lay in the band; `widen` would have made it exact.

    `error` is the median distance of the truth from what was expected, `still` that from the last figure known, as if nothing would
    change; both in the indicator's unit, None when nothing was tried. Where `error` is not the smaller, a trend tells nothing there.
    """

    tried: int
    held: int
    widen: float
    error: float | None = None
    still: float | None = None

    @property
    def coverage(self) -> float | None:
        """held / tried; None when there was nothing to try."""
        return self.held / self.tried if self.tried else None


@dataclass(frozen=True, slots=True)
class _Fit:
    """A line through readings, on the scale of its model; `factor` is the band's half width in standard errors."""

    line: Line
    factor: float
    origin: dt.date
    bounds: tuple[float, float] | None

    def x(self, day: dt.date) -> float:
        return float((day - self.origin).days)

    def value(self, y: float) -> float:
        if self.bounds is None:
            return y
        low, high = self.bounds
        return low + (high - low) / (1 + exp(-max(-700.0, min(700.0, y))))

    def project(self, day: dt.date) -> Projection:
        middle, half = self.line.at(self.x(day)), self.factor * self.line.error(self.x(day))
        return Projection(self.value(middle - half), self.value(middle), self.value(middle + half))


def forecast(readings: Sequence[Reading], target: Target, rule: Rule = STANDARD) -> Forecast:
    """When the target is reached, from readings in order of their days, one a day; the deadline plays no part.

    `latest` and `earliest` are where the band's two edges cross the target: Fieller's interval (E. C. Fieller, 1954), in closed form.
    """
    if readings and target.reached_by(readings[-1].value):
        return Forecast("reached")
    if len(readings) < FEWEST:
        return Forecast("too_few")
    fit, last = _fit(readings, target, rule), readings[-1].day
    pace = _pace(fit, readings[-rule.window :])
    model: Model = "straight" if fit.bounds is None else "logistic"
    goal = _scaled(target.value, fit.bounds)
    if target.better == "lower":
        fit, goal = _mirrored(fit), -goal
    days = [_crossing(fit, goal, edge, fit.x(last)) for edge in (1.0, 0.0, -1.0)]
    earliest, expected, latest = (_day(fit, x, last, rule.horizon) for x in days)
    if expected is None or fit.line.slope <= 0:
        return Forecast("never", model, pace, earliest)
    return Forecast("will_reach", model, pace, earliest, expected, latest)


def project(readings: Sequence[Reading], day: dt.date, target: Target, rule: Rule = STANDARD) -> Projection | None:
    """The value to be expected on a day, such as the deadline; None below four readings. The target only helps to choose the model."""
    return _fit(readings, target, rule).project(day) if len(readings) >= FEWEST else None


def back_test(histories: Iterable[Sequence[Reading]], target: Target, rule: Rule = STANDARD, steps: Sequence[int] = (1, 2, 3)) -> BackTest:
    """Stand at every past reading, look `steps` readings ahead with what was known then, and see whether the band held.

    `widen` is the factor on the band that would have held exactly as often as it says (split conformal prediction: the
    ⌈(n + 1) · confidence⌉-th smallest |error| / half width, on the scale of the model). Histories of peers, such as all provinces, may be
    given together: the more, the better known. A history that was fitted tells nothing new: judge the widened band on another.
    """
    misses = [miss for history in histories for miss in _misses(history, target, rule, steps)]
    if not misses:
        return BackTest(0, 0, rule.widen)
    ratios = sorted(miss.ratio for miss in misses)
    place = min(len(ratios), ceil((len(ratios) + 1) * rule.confidence)) - 1
    error, still = median(miss.error for miss in misses), median(miss.still for miss in misses)
    return BackTest(len(ratios), sum(ratio <= 1 for ratio in ratios), rule.widen * ratios[place], error, still)


@dataclass(frozen=True, slots=True)
class _Miss:
    """One prediction and its truth: half widths of the band between them; their distance; and that of the last figure from the truth."""

    ratio: float
    error: float
    still: float


def _misses(history: Sequence[Reading], target: Target, rule: Rule, steps: Sequence[int]) -> Iterator[_Miss]:
    for known in range(FEWEST, len(history)):
        fit = _fit(history[:known], target, rule)
        for truth in (history[known - 1 + step] for step in steps if known - 1 + step < len(history)):
            x = fit.x(truth.day)
            off, half = abs(_scaled(truth.value, fit.bounds) - fit.line.at(x)), fit.factor * fit.line.error(x)
            ratio = 0.0 if round(off, GRAIN) == 0 else off / half if half else inf
            yield _Miss(ratio, abs(truth.value - fit.value(fit.line.at(x))), abs(truth.value - history[known - 1].value))


def _fit(readings: Sequence[Reading], target: Target, rule: Rule) -> _Fit:
    last = readings[-rule.window :]
    bounds = _bounds(last[-1].value, target, rule)
    origin = last[0].day
    fitted = line([float((one.day - origin).days) for one in last], [_scaled(one.value, bounds) for one in last])
    factor = rule.widen * student_quantile((1 + rule.confidence) / 2, len(last) - 2)
    return _Fit(fitted, factor, origin, bounds)


def _bounds(value: float, target: Target, rule: Rule) -> tuple[float, float] | None:
    """The bounds when the logistic is to be used, None for the straight line."""
    if rule.bounds is None:
        return None
    low, high = rule.bounds
    way = max(_way(one, rule.bounds, target.better) for one in (value, target.value))
    return (low, high) if way >= rule.near else None


def _way(value: float, bounds: tuple[float, float], better: Direction) -> float:
    low, high = bounds
    share = (value - low) / (high - low)
    return share if better == "higher" else 1 - share


def _scaled(value: float, bounds: tuple[float, float] | None) -> float:
    """The value itself, or its logit between the bounds."""
    if bounds is None:
        return value
    low, high = bounds
    share = min(1 - EDGE, max(EDGE, (value - low) / (high - low)))
    return log(share / (1 - share))


def _mirrored(fit: _Fit) -> _Fit:
    """The same line upside down, so that better is up."""
    own = fit.line
    return _Fit(Line(-own.slope, -own.level, own.centre, own.points, own.width, own.spread), fit.factor, fit.origin, fit.bounds)


def _crossing(fit: _Fit, goal: float, edge: float, last: float) -> float | None:
    """The first x after the last reading where line + edge · half width reaches the goal; None when it never does.

    With u = x − centre, d = goal − level, k = edge · factor · spread, c = 1 + 1/n: slope · u − d = −k · √(c + u²/width), squared, is
    a · u² − 2h · u + g = 0 with a = slope² − k²/width, h = slope · d, g = d² − k² · c, and h² − a · g = k² · (slope² · c + g/width).
    """
    own, k = fit.line, edge * fit.factor * fit.line.spread
    if own.at(last) + edge * fit.factor * own.error(last) >= goal:
        return last
    d, c = goal - own.level, 1 + 1 / own.points
    if k == 0:
        return own.centre + d / own.slope if own.slope > 0 else None
    h, g = own.slope * d, d * d - k * k * c
    inside = own.slope**2 * c + g / own.width
    if inside < 0:
        return None
    q = h + copysign(abs(k) * sqrt(inside), h)  # so that no digits are lost between h and the root
    a = own.slope**2 - k * k / own.width
    roots = [top / bottom for top, bottom in ((q, a), (g, q)) if bottom]
    # Squaring made one equation of the upper edge and the lower: a root belongs to this edge when the signs agree.
    good = [u for u in roots if u + own.centre > last and (own.slope * u - d) * k <= 0]
    return min(good) + own.centre if good else None


def _day(fit: _Fit, x: float | None, last: dt.date, horizon: int) -> dt.date | None:
    """The first whole day on or after x, and after the last reading; None past the horizon."""
    if x is None or x - fit.x(last) > horizon:
        return None
    return max(last + dt.timedelta(days=1), fit.origin + dt.timedelta(days=ceil(round(x, GRAIN))))


def _pace(fit: _Fit, last: Sequence[Reading]) -> float:
    """The fitted change over one period, the usual distance of readings, from the last one on."""
    period = round(median((after.day - before.day).days for before, after in pairwise(last)))
    return fit.project(last[-1].day + dt.timedelta(days=period)).expected - fit.project(last[-1].day).expected
