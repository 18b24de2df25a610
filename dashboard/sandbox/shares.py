"""Shares and counts: where the country stands in a field at some time, how a province stands beside it, and whole numbers from both."""

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from math import erf, exp, log, sqrt
from typing import Final

from dashboard.catalog import AgencyTier
from dashboard.sandbox.country import Habits

_ORIGIN: Final = dt.date(2020, 9, 1)
_YEAR: Final = 365.25
_TIERS: Final[Mapping[str, float]] = {"central": 0.35, "province": 0.35, "district": 0.0, "commune": -0.3}


@dataclass(frozen=True, slots=True)
class Course:
    """A share of the whole country: log odds in September 2020, and what a year adds; `habit` is the field of a province in which it is
    ahead or behind, `tiers` stretches the distance between provincial and communal offices."""

    start: float
    yearly: float
    habit: str
    tiers: float = 1.0

    def at(self, day: dt.date, habits: Habits, tier: AgencyTier, extra: float = 0.0) -> float:
        """The share of a province's offices of one tier on a day, from 0 to 1."""
        own = float(getattr(habits, self.habit))
        odds = self.start + self.yearly * (day - _ORIGIN).days / _YEAR + own + self.tiers * _TIERS[tier] + extra
        return 1 / (1 + exp(-odds))


def part(rng: random.Random, whole: int, share: float) -> int:
    """How many of `whole`, each with that chance, roughly as chance would have it: from 0 to `whole`."""
    if whole <= 0 or share <= 0:
        return 0
    if whole <= 12:
        return sum(rng.random() < share for _ in range(whole))
    return max(0, min(whole, round(rng.gauss(whole * share, sqrt(whole * share * (1 - share))))))


def many(rng: random.Random, expected: float) -> int:
    """A count around what is expected."""
    if expected < 12:
        return sum(rng.random() < expected / 24 for _ in range(24))
    return max(0, round(rng.gauss(expected, 0.05 * expected + sqrt(expected))))


def spread(whole: int, median: float, bounds: tuple[int, ...], width: float = 1.15) -> list[int]:
    """Splits a count into the buckets of a log-normal time with that median in hours; the last bucket has no upper bound."""
    upto = [round(whole * 0.5 * (1 + erf(log(bound / median) / (width * sqrt(2))))) for bound in bounds]
    ends = [*upto, whole]
    return [end - before for before, end in zip([0, *ends], ends, strict=False)]
