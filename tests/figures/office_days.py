"""Honest offices, simulated: days of work with weekdays, busy closing days, quiet weeks around Tết, leave, growth, much scatter.

Scatter is beyond Poisson's; a fifth of services and signatures lie idle for a quarter of a year, as seldom ones do.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from dashboard.figures.formalism import Granted
from dashboard.figures.rates import Rate
from dashboard.periods import Grain, Period, is_working_day, load_holidays

HOLIDAYS = load_holidays(Path(__file__).resolve().parents[2] / "data" / "holidays.csv")
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2026, 10, 31)
WEEK = (1.2, 1.05, 1.0, 0.95, 0.9, 0.08, 0.03)
TET = (dt.date(2025, 1, 29), dt.date(2026, 2, 17))
DAYS = [dt.date.fromordinal(day) for day in range(FIRST.toordinal(), LAST.toordinal() + 1)]


@cache
def months() -> tuple[Period, ...]:
    found = [Period.of(Grain.MONTH, FIRST)]
    while found[-1].end_day <= LAST:
        found.append(Period.of(Grain.MONTH, found[-1].end_day))
    return tuple(found)


@dataclass(frozen=True)
class Office:
    """What an honest office leaves behind: transactions by day, monthly reports of them, papers, services, signatures."""

    days: dict[dt.date, float]
    reports: dict[Period, float]
    papers: dict[Period, Rate]
    services: tuple[tuple[dt.date, tuple[dt.date, ...]], ...]
    signatures: tuple[tuple[dt.date, tuple[dt.date, ...]], ...]


@cache
def calendar() -> tuple[float, ...]:
    """The even load of each day: 1 on a usual working day."""
    closing = {day for month in months() for day in [d for d in DAYS if month.contains(d) and is_working_day(d, HOLIDAYS)][-3:]}
    loads = []
    for day in DAYS:
        quiet = any(-10 <= (day - tet).days <= 14 for tet in TET)
        open_today = 0.02 if day in HOLIDAYS else WEEK[day.weekday()]
        loads.append(open_today * (0.35 if quiet else 1.0) * (1.6 if day in closing else 1.0))
    return tuple(loads)


def office(seed: int) -> Office:
    """The same office for the same seed; sizes from a small commune to a large province."""
    chance = np.random.default_rng(seed)
    pace, growth = float(np.exp(chance.normal(2.5, 1.3))), chance.uniform(-0.3, 0.6)
    even = np.array(calendar()) * pace * (1 + growth * np.arange(len(DAYS)) / len(DAYS))
    for start in chance.integers(0, len(DAYS), 4):
        even[start : start + chance.integers(1, 5)] = 0.0  # leave, a failed line
    counts = chance.poisson(even * chance.gamma(4.0, 0.25, len(DAYS)))
    days = {day: float(count) for day, count in zip(DAYS, counts, strict=True)}
    reports = {month: sum(days[day] for day in DAYS if month.contains(day)) for month in months()}
    habit = chance.beta(2, 60)
    papers = {month: Rate(float(chance.binomial(int(whole), habit)), whole) for month, whole in reports.items()}
    services = tuple(_used(chance, chance.lognormal(-3.2, 1.6)) for _ in range(chance.integers(20, 120)))
    signatures = tuple(_used(chance, chance.lognormal(-2.9, 1.4)) for _ in range(chance.integers(5, 60)))
    return Office(days, reports, papers, services, signatures)


def _used(chance: np.random.Generator, per_day: float) -> tuple[dt.date, tuple[dt.date, ...]]:
    """A thing granted some day, used so often a day."""
    since = int(chance.integers(-200, len(DAYS) - 30))
    times = chance.integers(max(0, since), len(DAYS), chance.poisson(per_day * (len(DAYS) - max(0, since)) * 5 / 7))
    return FIRST + dt.timedelta(days=since), tuple(sorted(DAYS[time] for time in times))


def granted(things: tuple[tuple[dt.date, tuple[dt.date, ...]], ...], today: dt.date) -> list[Granted]:
    """What was granted and used up to a day."""
    known = [(since, [day for day in used if day <= today]) for since, used in things if since <= today]
    return [Granted(f"k{place:03}", since, used[-1] if used else None) for place, (since, used) in enumerate(known)]
