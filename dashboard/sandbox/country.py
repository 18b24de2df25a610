"""The provinces as the sandbox plays them: who there is on a day, and how each one goes about its work. All of it follows from a seed.

A province since 1/7/2025 takes after those that went into it, by their people, so that its figures go on where theirs ended.
"""

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final, Literal

from dashboard.units import UnitRegistry
from dashboard.units.unit import Reckoning, Tier, Unit

Character = Literal["steady", "formalist", "silent", "late", "paper", "copyist", "estimator"]
"""`formalist`: hardly anything but in the last days of a quarter, and then nearly perfect. `silent`: connected, and next to no
transactions. `late`: sends and accepts late. `paper`: a paper copy follows each document. `copyist`: reports for half a year what was
counted once. `estimator`: reports round figures."""

MERGED: Final = dt.date(2025, 7, 1)
_FIRST = dt.date(2020, 6, 1)
"""The provinces of this day lend their characters to all that came of them."""
_CAST: Final[tuple[tuple[Character, int], ...]] = (
    ("formalist", 3),
    ("silent", 2),
    ("late", 4),
    ("paper", 2),
    ("copyist", 1),
    ("estimator", 1),
)
"""How many of the provinces that lend their character to one of today play each part."""
_TOO_LARGE: Final = 5_000_000
"""The largest play no part: the country's figures would follow theirs."""

_OFFICES: Final = (150_000, 1_500_000)
"""A ministry's documents are as many as those of a province's own offices with so many people."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How far a province is ahead of the country (below zero: behind) in each field, in units of log odds."""

    character: Character
    documents: float
    signatures: float
    punctuality: float
    services: float
    payment: float
    reports: float


@dataclass(frozen=True, slots=True)
class Player:
    """One province, or one ministry, on the sandbox's stage."""

    unit: str
    name: str
    code: str
    people: int
    habits: Habits
    is_central: bool = False
    """A ministry."""


def country(units: UnitRegistry, on: dt.date, seed: int) -> tuple[Player, ...]:
    """The provinces of a day, in Vietnamese order."""
    old = units.of_tier(Tier.PROVINCE, _FIRST)
    people = units.populations(Reckoning.CENSUS_2019)
    characters = _cast(units, people, seed)
    habits = {one.key: _habits(one, characters.get(one.key, "steady"), seed) for one in old}
    found = []
    for unit in units.of_tier(Tier.PROVINCE, on):
        share = {key: people[key] for key in _origins(units, unit.key)}
        code = unit.agency_code or ""
        found.append(Player(unit.key, unit.name_vi, code, sum(share.values()), _blend(habits, share)))
    return tuple(found)


def ministries(units: UnitRegistry, on: dt.date, seed: int) -> tuple[Player, ...]:
    """The ministries of a day. They send and receive documents; `people` only says how large an office is beside a province's."""
    found = []
    for unit in units.of_tier(Tier.MINISTRY, on):
        size = random.Random(f"{seed}|size|{unit.key}").randint(*_OFFICES)
        found.append(Player(unit.key, unit.name_vi, unit.agency_code or "", size, _habits(unit, "steady", seed), is_central=True))
    return tuple(found)


def _origins(units: UnitRegistry, key: str) -> list[str]:
    """The provinces of the first list that went into one, or itself."""
    before = units.predecessors(key)
    return [origin for one in before for origin in _origins(units, one.key)] if before else [key]


def _cast(units: UnitRegistry, people: Mapping[str, int], seed: int) -> dict[str, Character]:
    """Characters for some of those that are, or were, the largest part of a province of today: so they show before and after."""
    heirs = {unit.key: _origins(units, unit.key) for unit in units.of_tier(Tier.PROVINCE, MERGED)}
    able = [keys for keys in heirs.values() if sum(people[key] for key in keys) < _TOO_LARGE]
    largest = sorted(max(keys, key=lambda key: (people[key], key)) for keys in able)
    random.Random(f"{seed}|characters").shuffle(largest)
    parts = [character for character, many in _CAST for _ in range(many)]
    return dict(zip(largest, parts, strict=False))


def _habits(unit: Unit, character: Character, seed: int) -> Habits:
    rng = random.Random(f"{seed}|habits|{unit.key}")
    drawn = [max(-1.8, min(1.8, rng.gauss(0.0, 0.7))) for _ in fields(Habits)[1:]]
    return Habits(character, *drawn)


def _blend(habits: Mapping[str, Habits], share: Mapping[str, int]) -> Habits:
    largest = max(share, key=lambda key: (share[key], key))
    whole = sum(share.values())
    names = [one.name for one in fields(Habits)[1:]]
    return Habits(
        habits[largest].character, *(sum(getattr(habits[key], name) * part for key, part in share.items()) / whole for name in names)
    )
