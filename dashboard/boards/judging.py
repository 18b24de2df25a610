"""Whether the rules of `data/signs.toml` find a sign in the counts of a unit. Pure: counts in, signs out, no store."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from statistics import median
from typing import Any

from dashboard.catalog import Catalog
from dashboard.declared import SignRule
from dashboard.errors import ConfigurationError, FigureError
from dashboard.figures import formalism, used
from dashboard.figures.formalism import Sign
from dashboard.figures.rates import Rate
from dashboard.periods import Grain, Period

LOOK_BACK = dt.timedelta(days=470)
"""So far back counts are read: four whole quarters and the one that is running, twelve reports and a late one."""
PER_PEOPLE = 100_000
BY_DAY = frozenset({"silent", "hardly_used", "period_end_spike", "paper_copies", "unstaffed"})
"""Kinds that are judged from days; the others from what is stated for months."""

_LIMITS: Mapping[str, type] = {
    "silent": formalism.Silence,
    "hardly_used": used.Hardly,
    "period_end_spike": formalism.Spike,
    "paper_copies": formalism.Paper,
    "repeated_figures": formalism.Repeat,
    "round_figures": formalism.Round,
    "idle_services": used.IdleShare,
    "unused_signatures": used.IdleShare,
    "unstaffed": used.Unstaffed,
}
_NEED_PART = frozenset({"paper_copies", "idle_services", "unused_signatures", "unstaffed"})


@dataclass(frozen=True)
class Told:
    """What one unit told: of `count` and `part` by day (all details added up), and by month for each detail. A day that is not there was
    not reported.

    `since` is the day before its first; `people` live in it (0: nobody knows).
    """

    since: dt.date
    people: int
    days: Mapping[dt.date, float] = field(default_factory=dict)
    part_days: Mapping[dt.date, float] = field(default_factory=dict)
    months: Mapping[str, Mapping[Period, float]] = field(default_factory=dict)
    part_months: Mapping[str, Mapping[Period, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The last day that is whole, and the days off."""

    through: dt.date
    holidays: frozenset[dt.date]

    def whole(self, grain: Grain, count: int) -> list[Period]:
        """The last periods that are over, oldest first."""
        period = Period.of(grain, self.through)
        found = [period] if period.last_day == self.through else []
        while len(found) < count:
            period = period.previous()
            found.append(period)
        return found[::-1]


@dataclass(frozen=True, slots=True)
class Judged:
    """A sign of a unit, and the detail of the series that it was found in; empty for all of them together."""

    sign: Sign
    detail: str = ""


def limits_of(rule: SignRule) -> Any:
    """The limits of a rule as its kind's own record. Raises ConfigurationError for a field that this kind does not have."""
    kind = _LIMITS[rule.kind]
    known = {one.name for one in fields(kind)}
    if strange := sorted(set(rule.limits) - known):
        raise ConfigurationError(f"data/signs.toml: [{rule.key}] limits.{strange[0]}: a rule of the kind {rule.kind} has {sorted(known)}")
    return kind(**rule.limits)


def check_rules(catalog: Catalog) -> None:
    """Raises ConfigurationError for limits that a rule does not have, and for a share without its part."""
    for rule in catalog.signs.values():
        limits_of(rule)
        if (rule.kind in _NEED_PART) != bool(rule.part):
            raise ConfigurationError(
                f"data/signs.toml: [{rule.key}] part: a rule of the kind {rule.kind} has {'one' if not rule.part else 'none'}"
            )


def judge(rule: SignRule, told: Mapping[str, Told], calendar: Calendar) -> dict[str, Judged]:
    """By unit in which the rule finds a sign; units are each other's peers."""
    middle = _middle(rule, told, calendar) if rule.kind == "hardly_used" else {}
    found = {unit: _JUDGES[rule.kind](rule, one, calendar, middle) for unit, one in told.items()}
    return {unit: judged for unit, judged in found.items() if judged is not None}


Middle = Mapping[Period, float]
Judge = Callable[[SignRule, Told, Calendar, Middle], Judged | None]


def _plain(sign: Sign | None) -> Judged | None:
    return None if sign is None else Judged(sign)


def _silent(rule: SignRule, told: Told, calendar: Calendar, _: Middle) -> Judged | None:
    return _plain(formalism.silent(told.days, told.since, calendar.through, calendar.holidays, limits_of(rule)))


def _spikes(rule: SignRule, told: Told, calendar: Calendar, _: Middle) -> Judged | None:
    limits: formalism.Spike = limits_of(rule)
    periods = [one for one in calendar.whole(Grain(rule.grain), limits.months) if one.first_day > told.since]
    return _plain(formalism.period_end_spikes(told.days, periods, calendar.holidays, limits))


def _paper(rule: SignRule, told: Told, calendar: Calendar, _: Middle) -> Judged | None:
    limits: formalism.Paper = limits_of(rule)
    rates: dict[Period, Rate] = {}
    for month in _reported(told, calendar, limits.months):
        whole = _within(told.days, month)
        try:
            rates[month] = Rate(whole - _within(told.part_days, month), whole)
        except FigureError:
            continue  # a part larger than its whole is another fault, and stands where figures are shown
    return _plain(formalism.paper_copies(rates, limits)) if len(rates) == limits.months else None


def _hardly(rule: SignRule, told: Told, calendar: Calendar, middle: Middle) -> Judged | None:
    limits: used.Hardly = limits_of(rule)
    return _plain(used.hardly_used(_pace(told, calendar, limits.months), middle, limits)) if told.people else None


def _idle(rule: SignRule, told: Told, calendar: Calendar, _: Middle) -> Judged | None:
    limits: used.IdleShare = limits_of(rule)
    kind = rule.kind
    assert kind in ("idle_services", "unused_signatures")
    # Of stocks and of what is counted once the parts of a month are added up only where each of them was told.
    whole, part = _together(told.months), _together(told.part_months)
    rates = {month: Rate(part[month], whole[month]) for month in whole if month in part and part[month] <= whole[month]}
    return _plain(used.idle_share(kind, {one: rate for one, rate in rates.items() if one.last_day <= calendar.through}, limits))


def _unstaffed(rule: SignRule, told: Told, _: Calendar, __: Middle) -> Judged | None:
    limits: used.Unstaffed = limits_of(rule)
    return _plain(used.unstaffed(told.days, told.part_days, limits))


def _repeated(rule: SignRule, told: Told, _: Calendar, __: Middle) -> Judged | None:
    limits: formalism.Repeat = limits_of(rule)
    found = ((detail, formalism.repeated_figures(series, limits)) for detail, series in told.months.items())
    return _worst(found, lambda sign: -sign.measured)


def _round(rule: SignRule, told: Told, _: Calendar, __: Middle) -> Judged | None:
    limits: formalism.Round = limits_of(rule)
    return _worst(((detail, formalism.round_figures(series, limits)) for detail, series in told.months.items()), lambda sign: sign.measured)


_JUDGES: Mapping[str, Judge] = {
    "silent": _silent,
    "hardly_used": _hardly,
    "period_end_spike": _spikes,
    "paper_copies": _paper,
    "repeated_figures": _repeated,
    "round_figures": _round,
    "idle_services": _idle,
    "unused_signatures": _idle,
    "unstaffed": _unstaffed,
}


def _worst(found: Iterable[tuple[str, Sign | None]], by: Callable[[Sign], float]) -> Judged | None:
    """Of the series of several details the one that stands out most."""
    signs = [Judged(sign, detail) for detail, sign in found if sign is not None]
    return min(signs, key=lambda one: by(one.sign), default=None)


def _reported(told: Told, calendar: Calendar, count: int) -> Iterator[Period]:
    """Of the last whole months those that were reported by half at least."""
    return (one for one in calendar.whole(Grain.MONTH, count) if used.reported_enough(told.days, one, calendar.holidays))


def _within(days: Mapping[dt.date, float], period: Period) -> float:
    first, end = period.first_day.toordinal(), period.end_day.toordinal()
    return sum(days.get(dt.date.fromordinal(day), 0.0) for day in range(first, end))


def _pace(told: Told, calendar: Calendar, count: int) -> dict[Period, float]:
    """What was done for a hundred thousand people in each of the last whole months; empty when one of them was not reported."""
    months = list(_reported(told, calendar, count))
    return {one: _within(told.days, one) * PER_PEOPLE / told.people for one in months} if len(months) == count else {}


def _middle(rule: SignRule, told: Mapping[str, Told], calendar: Calendar) -> dict[Period, float]:
    limits: used.Hardly = limits_of(rule)
    paces = [_pace(one, calendar, limits.months) for one in told.values() if one.people]
    found = {month: [pace[month] for pace in paces if month in pace] for month in calendar.whole(Grain.MONTH, limits.months)}
    return {month: median(each) for month, each in found.items() if len(each) >= limits.peers}


def _together(months: Mapping[str, Mapping[Period, float]]) -> dict[Period, float]:
    """All details of a month added up, in the months that each of them tells."""
    series = list(months.values())
    shared = set[Period]().union(*series[:1]).intersection(*series[1:])
    return {month: sum(each[month] for each in series) for month in shared}
