"""What the sandbox's provinces would have told, put together as the rules of signs are given it: no store in between."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from dashboard.boards.judging import BY_DAY, LOOK_BACK, Calendar, Told
from dashboard.declared import SignRule
from dashboard.feeds.dossier_days import RECEIVED
from dashboard.periods import Grain, Period, load_holidays
from dashboard.sandbox import monthly, plausible
from dashboard.sandbox.country import Player, country
from dashboard.sandbox.plausible import World
from dashboard.sandbox.rhythm import Rhythm
from tests.loaded import DATA, units

Days = dict[str, dict[dt.date, float]]
Months = dict[str, dict[str, dict[Period, float]]]
"""By measure: days; by measure, detail and month."""


@cache
def holidays() -> frozenset[dt.date]:
    """The real days off."""
    return load_holidays(DATA / "holidays.csv")


def calendar(through: dt.date) -> Calendar:
    """The calendar on the evening of a day."""
    return Calendar(through, holidays())


def players(seed: int, on: dt.date) -> tuple[Player, ...]:
    """Who is on stage on a day."""
    return country(units(), on, seed)


def days_of(seed: int, player: Player, span: tuple[dt.date, dt.date]) -> Days:
    """What one province does day by day, of the measures that signs look at."""
    world, found = World(seed, Rhythm(holidays())), defaultdict[str, dict[dt.date, float]](dict)
    for place in range((span[1] - span[0]).days + 1):
        day = span[0] + dt.timedelta(days=place)
        for row in plausible.documents(world, player, day):
            for measure in ("documents_sent", "documents_electronic"):
                found[measure][day] = found[measure].get(day, 0.0) + float(row[measure])
        for row in plausible.dossiers(world, player, day):
            received = sum(float(value) for column, value in row.items() if column in RECEIVED)
            found["dossiers_received"][day] = found["dossiers_received"].get(day, 0.0) + received
        for measure, _, minutes in plausible.cameras(world, player, day):
            if measure.startswith("counter_"):
                found[measure][day] = float(minutes)
    return found


def months_of(seed: int, player: Player, through: dt.date) -> Months:
    """What one province reports month by month."""
    world = World(seed, Rhythm(holidays()))
    found: Months = defaultdict(lambda: defaultdict(dict))
    for month in calendar(through).whole(Grain.MONTH, LOOK_BACK.days // 30):
        for make in (monthly.services, monthly.reporting, monthly.signatures):
            for measure, detail, value in make(world, player, month):
                found[measure][detail][month] = float(value)
    return found


def told(rule: SignRule, player: Player, days: Mapping[str, Days], months: Mapping[str, Months], first: dt.date) -> Told:
    """What a rule is given of a province."""
    since = first - dt.timedelta(days=1)
    if rule.kind in BY_DAY:
        mine = days[player.unit]
        return Told(since, player.people, mine.get(rule.count, {}), mine.get(rule.part, {}))
    ours = months[player.unit]
    return Told(since, player.people, months=ours.get(rule.count, {}), part_months=ours.get(rule.part, {}))
