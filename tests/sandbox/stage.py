"""What tests of the sandbox share: its provinces on two days, and the calendar."""

import datetime as dt
from functools import cache

from dashboard.periods import load_holidays
from dashboard.sandbox.country import Player, country
from dashboard.sandbox.plausible import World
from dashboard.sandbox.rhythm import Rhythm
from dashboard.sandbox.traffic import Traffic
from tests.loaded import DATA, units

TODAY = dt.date(2026, 11, 20)
MEETING = dt.date(2020, 9, 11)


@cache
def days_off() -> frozenset[dt.date]:
    """Public holidays."""
    return load_holidays(DATA / "holidays.csv")


@cache
def players(on: dt.date = TODAY, seed: int = 7) -> tuple[Player, ...]:
    """The provinces of a day."""
    return country(units(), on, seed)


def world(seed: int = 7) -> World:
    """The calendar and a seed."""
    return World(seed, Rhythm(days_off()))


def traffic(player: Player, on: dt.date = TODAY, seed: int = 7) -> Traffic:
    """One province's gateway among all others."""
    return Traffic(player, [one for one in players(on) if one is not player], seed, days_off())
