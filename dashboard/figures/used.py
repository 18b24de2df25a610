"""Signs from shares: a system that is hardly used beside what peers do, and things of which most lie idle month after month.

Of the same kind as those of `formalism`: a reason to look, with its evidence, and limits that say why they are where they are.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dashboard.figures.formalism import Seen, Sign
from dashboard.figures.rates import Rate, wilson
from dashboard.periods import Period, is_working_day, working_days


@dataclass(frozen=True, slots=True)
class Hardly:
    """In each of the last `months`, at most `limit` of what the middle one of its peers does for as many people.

    Provinces of one size differ by a factor of two or three; less than a tenth is no way of working any more. `peers` that reported are
    needed before there is a middle.
    """

    limit: float = 0.1
    months: int = 2
    peers: int = 8


@dataclass(frozen=True, slots=True)
class IdleShare:
    """Of all things, more than `limit` were not used in each of the last `months`, surely (lower Wilson limit at `confidence`).

    Within one month most honest services see no dossier: three quarters are idle in some of the provinces that are in earnest. `least`
    things before a share means something.
    """

    limit: float = 0.9
    confidence: float = 0.99
    months: int = 3
    least: int = 20


@dataclass(frozen=True, slots=True)
class Unstaffed:
    """On `often` of the latest `days` that were watched for `least` minutes, nobody was seen behind any counter in more than `limit`.

    A noon that runs long is a quarter of an hour, and a meeting an hour on one day; a quarter of half of all days is neither.
    """

    limit: float = 0.25
    days: int = 10
    often: int = 5
    least: int = 120


def hardly_used(own: Mapping[Period, float], middle: Mapping[Period, float], rule: Hardly) -> Sign | None:
    """What a unit did in whole months for a hundred thousand people, and what the middle one of its peers did in the months that enough
    of them reported. Measured: the largest share of the last months, in order and without a gap; evidence: what was done in each.
    """
    latest = _latest(own, rule.months)
    if not latest or any(not middle.get(month, 0.0) > 0 for month in latest):
        return None
    most = max(own[month] / middle[month] for month in latest)
    return Sign("hardly_used", most, rule.limit, tuple(Seen(month, own[month]) for month in latest)) if most <= rule.limit else None


def idle_share(kind: Literal["idle_services", "unused_signatures"], months: Mapping[Period, Rate], rule: IdleShare) -> Sign | None:
    """By month, how many of all things were used. Measured: the least of the lower Wilson limits of the idle share.

    Evidence: the months with the per cent that lay idle.
    """
    latest = _latest(months, rule.months)
    if not latest or any(months[month].denominator < rule.least for month in latest):
        return None
    idle = {month: months[month].denominator - months[month].numerator for month in latest}
    sure = min(wilson(idle[month], months[month].denominator, rule.confidence)[0] for month in latest)
    if sure <= rule.limit:
        return None
    return Sign(kind, sure, rule.limit, tuple(Seen(month, 100 * idle[month] / months[month].denominator) for month in latest))


def unstaffed(watched: Mapping[dt.date, float], staffed: Mapping[dt.date, float], rule: Unstaffed) -> Sign | None:
    """Minutes by day in which counters were watched, and those in which somebody was there. Measured: the least share without anybody among
    the days that are evidence; these, in order, with the share in per cent. A day of which one count is missing is not looked at.
    """
    latest = [day for day in sorted(watched) if watched[day] >= rule.least and day in staffed][-rule.days :]
    alone = {day: 1 - staffed[day] / watched[day] for day in latest if staffed[day] <= watched[day]}
    seen = {day: share for day, share in alone.items() if share > rule.limit}
    if len(latest) < rule.days or len(seen) < rule.often:
        return None
    return Sign("unstaffed", min(seen.values()), rule.limit, tuple(Seen(day, 100 * share) for day, share in seen.items()))


def _latest(months: Mapping[Period, object], count: int) -> list[Period]:
    """The last months in order; none when there are too few, or one in between is missing."""
    latest = sorted(months)[-count:]
    whole = len(latest) == count and all(latest[place].end_day == latest[place + 1].first_day for place in range(count - 1))
    return latest if whole else []


def has_news(sign: Sign, through: dt.date, holidays: frozenset[dt.date]) -> bool:
    """Whether a sign that was dismissed for what was seen up to a day rests on something newer since.

    Of a silence each day more is no news: it must have begun later, or have gone on for as long as makes a silence.
    """
    if sign.kind != "silent":
        return last_seen(sign) > through
    begun, last = _days(sign)[-2:]
    return begun > through or working_days(through, last, holidays) >= sign.limit


def last_seen(sign: Sign) -> dt.date:
    """The last day of the newest evidence."""
    return max(_days(sign))


def _days(sign: Sign) -> list[dt.date]:
    found = []
    for seen in sign.seen:
        if isinstance(seen.at, Period):
            found.append(seen.at.last_day)
        elif isinstance(seen.at, dt.date):
            found.append(seen.at)
    return found


def reported_enough(days: Mapping[dt.date, float], month: Period, holidays: frozenset[dt.date]) -> bool:
    """Whether at least half of the working days of a month were reported: less is late, not little."""
    each = [dt.date.fromordinal(day) for day in range(month.first_day.toordinal(), month.end_day.toordinal())]
    working = [day for day in each if is_working_day(day, holidays)]
    return 2 * sum(day in days for day in working) >= len(working)
