"""How often the rules of data/signs.toml suspect an honest province, and whether they find those that the sandbox casts as formalist."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

import pytest

from dashboard.boards.judging import LOOK_BACK, judge
from dashboard.declared import SignRule
from dashboard.sandbox.country import Player
from tests.loaded import catalog
from tests.sandbox.told import Days, Months, calendar, days_of, months_of, players, told

TODAY = dt.date(2026, 11, 22)
LIMIT = 0.02
FOUND = {"formalist", "silent", "paper", "copyist", "estimator"}


@dataclass
class Country:
    """Provinces of one seed with what they told up to a day."""

    cast: tuple[Player, ...]
    days: dict[str, Days]
    months: dict[str, Months]
    through: dt.date

    @classmethod
    def of(cls, seed: int, through: dt.date, cast: Iterable[Player]) -> "Country":
        who = tuple(cast)
        span = (max(through - LOOK_BACK, dt.date(2025, 7, 1)), through)
        days = {one.unit: dict(days_of(seed, one, span)) for one in who}
        return cls(who, days, {one.unit: months_of(seed, one, through) for one in who}, through)

    def found(self, rule: SignRule) -> dict[str, str]:
        """By unit in which the rule finds a sign: what it is like."""
        first = max(self.through - LOOK_BACK, dt.date(2025, 7, 1))
        given = {one.unit: told(rule, one, self.days, self.months, first) for one in self.cast}
        character = {one.unit: one.habits.character for one in self.cast}
        return {unit: character[unit] for unit in judge(rule, given, calendar(self.through))}


def alarms(countries: Iterable[Country]) -> tuple[Counter[str], int]:
    """Signs by rule in countries of honest provinces, and how many (province, rule) were judged."""
    by_rule, judged = Counter[str](), 0
    for one in countries:
        for rule in catalog().signs.values():
            by_rule[rule.key] += len(one.found(rule))
            judged += len(one.cast)
    return by_rule, judged


def honest(seed: int, on: dt.date) -> list[Player]:
    """A whole country in which everybody is in earnest: each province with its own habits, nobody cast as anything."""
    return [replace(one, habits=replace(one.habits, character="steady")) for one in players(seed, on)]


@cache
def small_country() -> Country:
    """Twelve honest provinces, the smallest of theirs: chance plays its tricks where counts are small."""
    return Country.of(7, TODAY, sorted(honest(7, TODAY), key=lambda one: one.people)[:12])


@pytest.mark.full
def test_in_thirty_honest_countries_false_alarms_stay_below_two_per_cent_by_province_and_for_each_rule() -> None:
    seeds = range(30)
    by_rule, judged, suspected, provinces = Counter[str](), 0, 0, 0
    for seed in seeds:
        one = Country.of(seed, TODAY, honest(seed, TODAY))
        found = {rule.key: set(one.found(rule)) for rule in catalog().signs.values()}
        by_rule.update({key: len(units) for key, units in found.items()})
        suspected += len(set[str]().union(*found.values()))
        provinces, judged = provinces + len(one.cast), judged + len(one.cast) * len(found)
    print(f"{judged} judgements of {provinces} provinces: {dict(by_rule)}; provinces with any sign: {suspected}")
    assert suspected < LIMIT * provinces
    assert all(count < LIMIT * provinces for count in by_rule.values())


def test_honest_provinces_are_hardly_ever_suspected() -> None:
    by_rule, judged = alarms([small_country()])
    assert judged == 12 * len(catalog().signs)
    assert sum(by_rule.values()) < LIMIT * judged, by_rule


def test_those_who_are_cast_for_a_sign_are_found_by_the_rules_made_for_them() -> None:
    cast = players(2020, TODAY)
    chosen = [one for one in cast if one.habits.character in FOUND]
    steady = sorted((one for one in cast if one.habits.character == "steady"), key=lambda one: one.people)[:10]
    made = Country.of(2020, TODAY, [*chosen, *steady])
    by_kind: dict[str, set[str]] = {}
    for rule in catalog().signs.values():
        by_kind.setdefault(rule.kind, set()).update(made.found(rule).values())
    assert {one.habits.character for one in chosen} == FOUND
    assert by_kind["period_end_spike"] == {"formalist"}
    assert by_kind["paper_copies"] == {"paper"}
    assert by_kind["unstaffed"] == {"formalist"}
    assert "silent" in by_kind["hardly_used"]
    assert (by_kind["repeated_figures"], by_kind["round_figures"]) == ({"copyist"}, {"estimator"})
    assert by_kind["idle_services"] == by_kind["unused_signatures"] == {"silent"}
    found = {unit for rule in catalog().signs.values() for unit in made.found(rule)}
    assert {one.unit for one in chosen} <= found, "nobody who was cast escapes"


def test_a_rule_with_a_limit_that_is_too_tight_would_be_caught_by_this_measurement() -> None:
    loose = catalog().signs["axis_paper"].model_copy(update={"limits": {"limit": 0.01, "months": 2}})
    assert len(small_country().found(loose)) > LIMIT * 12
