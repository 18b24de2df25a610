"""Connected is not used: signs that a system is kept for show ("thực hiện hình thức"), as named rules with their evidence.

A sign is a reason to look, never a verdict: each names what was seen, when, and against which limit, so that a person can check it or
dismiss it. Every limit is a field with its reason, and most are limits on chance: how rarely an honest unit would look so. A day or
period that is not there was not reported; it is never read as a zero.

| sign | what it says | function |
|---|---|---|
| silent | connected, but no transaction for working days on end | `silent` |
| period_end_spike | the work of a month is entered at its end | `period_end_spikes` |
| paper_copies | paper travels with documents that are sent electronically | `paper_copies` |
| repeated_figures | a self-reported figure does not move from report to report | `repeated_figures` |
| round_figures | self-reported figures are rounder than counting makes them | `round_figures` |
| idle_services | integrated services without dossiers | `idle` |
| unused_signatures | signatures issued but never used | `idle` |

Where a source tells shares and not each service or certificate, `used.idle_share` finds the last two; `used.hardly_used` finds a unit that
does next to nothing of what its peers do, `used.unstaffed` counters that nobody sits behind.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import comb, exp
from typing import Literal

from dashboard.declared import SignKind
from dashboard.figures.ranking import GRAIN
from dashboard.figures.rates import Rate, wilson
from dashboard.periods import Period, is_working_day

Kind = SignKind


@dataclass(frozen=True, slots=True)
class Seen:
    """One piece of evidence: where it stands (a day, a period, the key of a service or certificate) and the figure there."""

    at: dt.date | Period | str
    value: float


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign, what was measured against which limit (in the unit that the rule names), and the evidence in order."""

    kind: Kind
    measured: float
    limit: float
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """`days` working days without a transaction: two weeks, longer than a leave or a failed line is left alone.

    `chance`: a unit of little traffic is silent now and then by nature; there is a sign only if its own earlier pace would leave such a
    gap less often than this. Daily counts scatter more than Poisson's, therefore one in a hundred thousand and not in a hundred.
    """

    days: int = 10
    chance: float = 1e-5


@dataclass(frozen=True, slots=True)
class Spike:
    """The `last_days` working days of a month hold at least `times` their even share: nine days' work in three.

    Closing days are busy everywhere, so up to twice is nothing. Months of fewer than `least` transactions prove nothing, and one month
    may have its reason: it takes `often` of the latest `months`.
    """

    last_days: int = 3
    times: float = 3.0
    least: int = 50
    often: int = 3
    months: int = 4


@dataclass(frozen=True, slots=True)
class Paper:
    """More than `limit` of documents go with paper as well, surely (lower Wilson limit at `confidence`), in each of the last `months`.

    Good provinces sent 95–98 % without paper in 2020 already; three in ten is a habit, not the rest of secret or oversized matter.
    """

    limit: float = 0.3
    confidence: float = 0.99
    months: int = 2


@dataclass(frozen=True, slots=True)
class Repeat:
    """`times` successive equal reports of a flow, among the latest `reports`. `grain`: its smallest step, 1 for counts, 0.01 for decimals.

    Figures below `least` steps repeat by chance; counts around 50 are the same four times running once in eleven thousand, by Poisson's
    law near enough 1/(2·(2π·50)^1.5). `settled` values, such as 0 and 100 %, may stay for good.
    """

    times: int = 4
    grain: float = 1.0
    least: int = 50
    settled: frozenset[float] = frozenset({0.0})
    reports: int = 12


@dataclass(frozen=True, slots=True)
class Round:
    """More multiples of `multiple` than chance brings in the latest `reports`: chance makes one of multiple/grain, by independent last
    digits.

    `chance`: how rarely an honest series may look so. `fewest` reports before anything is said. Figures below `multiple` do not count.
    """

    multiple: float = 10.0
    grain: float = 1.0
    chance: float = 1e-4
    reports: int = 12
    fewest: int = 5


@dataclass(frozen=True, slots=True)
class Idle:
    """Of the things that have been there for `days` working days, more than `limit` were not used in that time, surely.

    A quarter of a year: some services have their season, and a signature needs its first document. `least` things before a share
    means something; "surely" is the lower Wilson limit at `confidence`.
    """

    days: int = 60
    limit: float = 0.5
    confidence: float = 0.95
    least: int = 10


@dataclass(frozen=True, slots=True)
class Granted:
    """A service integrated, or a signature issued, on a day; and the last day it was used (None: never). No key of a person's name."""

    key: str
    since: dt.date
    last_used: dt.date | None


SILENCE, SPIKE, PAPER, REPEAT, ROUND, SERVICES, SIGNATURES = Silence(), Spike(), Paper(), Repeat(), Round(), Idle(), Idle(limit=0.3)
"""The limits as they stand. Signatures have the stricter one: an officer who was given one signs every week, or hands out wet ink."""


def silent(
    counts: Mapping[dt.date, float], since: dt.date, today: dt.date, holidays: frozenset[dt.date], rule: Silence = SILENCE
) -> Sign | None:
    """Transactions by day, of a unit connected `since`; today is the last whole day. Measured: working days reported as 0 since the last
    transaction.

    Sign when they are at least `days`, and, unless there never was a transaction, exp(−pace · days) ≤ chance, with the earlier mean
    per working day as pace. Evidence: the last day with a transaction, if any, then the first and the last silent day.
    """
    days = sorted(day for day in counts if since < day <= today)
    used = [day for day in days if counts[day] > 0]
    still = [day for day in days if is_working_day(day, holidays) and (not used or day > used[-1])]
    if len(still) < rule.days:
        return None
    if used:
        before = sum(is_working_day(day, holidays) for day in days if day <= used[-1])
        pace = sum(counts[day] for day in used) / max(1, before)
        if exp(-pace * len(still)) > rule.chance:
            return None
    seen = [*used[-1:], still[0], still[-1]]
    return Sign("silent", len(still), rule.days, tuple(Seen(day, counts[day]) for day in seen))


def period_end_spikes(
    counts: Mapping[dt.date, float], months: Sequence[Period], holidays: frozenset[dt.date], rule: Spike = SPIKE
) -> Sign | None:
    """Transactions by day, and whole months in order. Measured: the largest share of a month on its last working days, over the even share.

    The even share is that of working days: those at the end, over all of the month that were reported; less than half of them proves
    nothing. Evidence: the months with how many times the even share they held.
    """
    latest = [(month, times) for month in months[-rule.months :] if (times := _crowding(counts, month, holidays, rule)) >= rule.times]
    if len(latest) < rule.often:
        return None
    return Sign("period_end_spike", max(times for _, times in latest), rule.times, tuple(Seen(month, times) for month, times in latest))


def _crowding(counts: Mapping[dt.date, float], month: Period, holidays: frozenset[dt.date], rule: Spike) -> float:
    """How many times its even share the month's end holds; 0 when there is too little in it to say."""
    days = [dt.date.fromordinal(day) for day in range(month.first_day.toordinal(), month.end_day.toordinal())]
    working = [day for day in days if is_working_day(day, holidays)]
    reported = [day for day in working if day in counts]
    at_end = [day for day in working[-rule.last_days :] if day in counts]
    whole = sum(counts.get(day, 0.0) for day in days)
    if whole < rule.least or not at_end or len(reported) < len(working) / 2 or len(reported) <= rule.last_days:
        return 0.0
    end = sum(counts.get(day, 0.0) for day in days if day >= working[-rule.last_days])
    return (end / whole) / (len(at_end) / len(reported))


def paper_copies(months: Mapping[Period, Rate], rule: Paper = PAPER) -> Sign | None:
    """By month, the rate of electronic documents that say a paper copy follows. Measured: the least of the lower Wilson limits, as a share.

    Evidence: the months, in order, with their share in per cent.
    """
    latest = sorted(months)[-rule.months :]
    if len(latest) < rule.months:
        return None
    sure = min(wilson(months[month].numerator, months[month].denominator, rule.confidence)[0] for month in latest)
    if sure <= rule.limit:
        return None
    return Sign("paper_copies", sure, rule.limit, tuple(Seen(month, months[month].percent or 0.0) for month in latest))


def repeated_figures(reports: Mapping[Period, float], rule: Repeat = REPEAT) -> Sign | None:
    """A self-reported flow by period. Measured: how many successive periods, without a gap, say the same; of level runs the latest."""
    longest: tuple[Period, ...] = ()
    for (value, _), run in groupby(_numbered(reports)[-rule.reports :], key=lambda one: (one[1], one[2])):
        periods = tuple(period for period, _, _ in run)
        telling = value not in rule.settled and round(abs(value) / rule.grain, GRAIN) >= rule.least
        if telling and len(periods) >= len(longest):
            longest = periods
    if len(longest) < rule.times:
        return None
    return Sign("repeated_figures", len(longest), rule.times, tuple(Seen(period, reports[period]) for period in longest))


def _numbered(reports: Mapping[Period, float]) -> list[tuple[Period, float, int]]:
    """Periods in order with their value and the number of gaps before them."""
    order, gaps = sorted(reports), 0
    found = [(period, round(reports[period], GRAIN), 0) for period in order[:1]]
    for before, after in pairwise(order):
        gaps += before.end_day != after.first_day
        found.append((after, round(reports[after], GRAIN), gaps))
    return found


def round_figures(reports: Mapping[Period, float], rule: Round = ROUND) -> Sign | None:
    """Self-reported figures by period. Measured: the chance of so many round ones or more, Σ C(n, i) pⁱ (1 − p)ⁿ⁻ⁱ with p = grain /
    multiple.

    Equal figures count once: that they repeat is a sign of its own. Evidence: the periods with round figures.
    """
    latest = [period for period in sorted(reports)[-rule.reports :] if abs(reports[period]) >= rule.multiple]
    first = {round(reports[period], GRAIN): period for period in reversed(latest)}
    plain = [period for value, period in first.items() if _is_multiple(value, rule.multiple)]
    chance = _tail(len(first), len(plain), rule.grain / rule.multiple)
    if len(first) < rule.fewest or chance > rule.chance:
        return None
    return Sign("round_figures", chance, rule.chance, tuple(Seen(period, reports[period]) for period in sorted(plain)))


def _is_multiple(value: float, multiple: float) -> bool:
    steps = value / multiple
    return round(steps - round(steps), GRAIN) == 0


def _tail(tries: int, hits: int, share: float) -> float:
    """The binomial chance of at least so many hits."""
    return sum(comb(tries, count) * share**count * (1 - share) ** (tries - count) for count in range(hits, tries + 1))


def idle(
    kind: Literal["idle_services", "unused_signatures"], things: Sequence[Granted], today: dt.date, holidays: frozenset[dt.date], rule: Idle
) -> Sign | None:
    """Services (`SERVICES`) or signatures (`SIGNATURES`) of a unit. Measured: the lower Wilson limit of the idle share of those old enough.

    Evidence: the idle ones by key, with the days since they were used, or granted.
    """
    start = _working_days_before(today, rule.days, holidays)
    old = [thing for thing in things if thing.since <= start]
    unused = [thing for thing in old if thing.last_used is None or thing.last_used < start]
    if len(old) < rule.least:
        return None
    sure = wilson(len(unused), len(old), rule.confidence)[0]
    if sure <= rule.limit:
        return None
    seen = (Seen(thing.key, (today - (thing.last_used or thing.since)).days) for thing in sorted(unused, key=lambda thing: thing.key))
    return Sign(kind, sure, rule.limit, tuple(seen))


def _working_days_before(today: dt.date, days: int, holidays: frozenset[dt.date]) -> dt.date:
    """The day after which there are so many working days, up to and with today."""
    while days:
        days -= is_working_day(today, holidays)
        today -= dt.timedelta(days=1)
    return today
