"""Dossiers as the sandbox's portal knows them: each with its way from taking in to its end, following from a seed and its day.

One in fifty of what a country's offices take in, so that a laptop keeps up. Persons in them are made up of lists of frequent names.
"""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from dashboard.catalog import AgencyTier
from dashboard.formats import HANOI
from dashboard.sandbox import plausible
from dashboard.sandbox.country import Player
from dashboard.sandbox.plausible import World
from dashboard.sandbox.shares import many

SCALE: Final = 0.02
LIFE: Final = dt.timedelta(days=8)
"""No dossier is on its way for longer."""
_DAYS: Final = (0.25, 0.5, 1.0, 3.0)
"""Days that a procedure may take."""
_FAMILY: Final = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
_GIVEN: Final = ("Văn An", "Thị Bình", "Minh Châu", "Quốc Dũng", "Thu Hà", "Hữu Khánh", "Ngọc Lan", "Đức Thắng")
_OFFICES: Final[dict[str, str]] = {
    "province": "Trung tâm Phục vụ hành chính công tỉnh",
    "district": "Ủy ban nhân dân huyện số {number}",
    "commune": "Ủy ban nhân dân xã số {number}",
}
_FIRST_COMMUNE: Final = 60


@dataclass(frozen=True, slots=True)
class Step:
    """A status, and from when on it holds."""

    at: dt.datetime
    code: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """One dossier's whole life; `is_told` when its steps are reported one by one."""

    number: str
    office: str
    channel: int
    due: dt.datetime
    fee: int
    payment: int
    is_told: bool
    steps: tuple[Step, ...]
    person: str
    phone: str

    def status(self, now: dt.datetime) -> Step:
        """The last step by an instant; the first if none was made yet."""
        return next((step for step in reversed(self.steps) if step.at <= now), self.steps[0])

    def reached(self, code: str, now: dt.datetime) -> dt.datetime | None:
        """When it came to a status, if that is past."""
        return next((step.at for step in self.steps if step.code == code and step.at <= now), None)


@dataclass
class Archive:
    """All dossiers from a day on; those of a day are drawn when first asked for."""

    world: World
    players: Sequence[Player]
    first: dt.date
    scale: float = SCALE
    _days: dict[dt.date, tuple[Dossier, ...]] = field(default_factory=dict, repr=False)

    def alive(self, since: dt.datetime, until: dt.datetime) -> Iterator[Dossier]:
        """Dossiers of which anything may have happened between two instants."""
        day = max(self.first, (since - LIFE).date())
        while day <= until.date():
            yield from self.of_day(day)
            day += dt.timedelta(days=1)

    def of_day(self, day: dt.date) -> tuple[Dossier, ...]:
        """Those registered on a day."""
        if day not in self._days:
            self._days[day] = tuple(one for player in self.players for one in self._of_player(player, day))
        return self._days[day]

    def _of_player(self, player: Player, day: dt.date) -> Iterator[Dossier]:
        number = 0
        for tier in plausible.tiers_on(day):
            rng = self.world.chance("portal", player.unit, day, tier)
            usual = plausible.DOSSIERS[tier] * player.people / 1e6 * self.world.rhythm.weight(day, player.habits.character)
            for _ in range(many(rng, usual * self.scale)):
                number += 1
                yield _drawn(rng, player, day, tier, number)


def _drawn(rng: random.Random, player: Player, day: dt.date, tier: AgencyTier, number: int) -> Dossier:
    place = rng.randrange(30)
    code = f"000.00.{'00' if tier == 'province' else f'{_FIRST_COMMUNE + place:02}'}.{player.code}"
    at = dt.datetime.combine(day, dt.time(7, 30), HANOI) + dt.timedelta(seconds=rng.randrange(9 * 3600 + 1800))
    allowed = dt.timedelta(days=rng.choice(_DAYS))
    fee = rng.choice((5_000, 20_000, 50_000, 150_000)) if rng.random() < plausible.FEE_SHARE else 0
    online = rng.random() < plausible.online_share(player, day, tier)
    paid = fee and rng.random() < plausible.paid_share(player, day, tier)
    in_time = rng.random() < plausible.in_time_share(player, day, tier)
    return Dossier(
        f"{code}-{day:%y%m%d}-{number:04}",
        _OFFICES[tier].format(number=place + 1),
        2 if online else 3 if rng.random() < 0.06 else 1,
        at + allowed,
        fee,
        rng.choice((1, 2)) if paid else 0,
        rng.random() < plausible.synced_share(player, day, tier),
        tuple(_steps(rng, at, allowed * (rng.uniform(0.2, 0.95) if in_time else rng.uniform(1.05, 1.8)))),
        f"{rng.choice(_FAMILY)} {rng.choice(_GIVEN)}",
        f"09{rng.randrange(10**8):08}",
    )


def _steps(rng: random.Random, at: dt.datetime, lasts: dt.timedelta) -> Iterator[Step]:
    """Taken in or not, worked on, perhaps halted, ended, handed over."""
    fate = rng.random()
    if fate < 0.02:
        yield Step(at, "1")
        return
    if fate < 0.04:
        yield Step(at, "3")
        return
    yield Step(at, "2")
    yield Step(at + lasts * 0.1, "4")
    if fate < 0.12:
        yield Step(at + lasts * 0.3, "5" if fate < 0.09 else "6")
        yield Step(at + lasts * 0.7, "4")
    if fate > 0.99:
        yield Step(at + lasts, "7")
        return
    yield Step(at + lasts, "9")
    yield Step(at + lasts + dt.timedelta(hours=rng.uniform(0.2, 20)), "10")
