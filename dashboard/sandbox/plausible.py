"""What a province's offices may have done on a day or in a month: counts that follow from a seed and hold together.

Nothing here is measured. Levels are near what was said in public of the years 2020 and 2025; which province is ahead is drawn by lot.
"""

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import exp
from typing import Final

from dashboard.catalog import AgencyTier
from dashboard.feeds.document_days import HOURS, WAITED
from dashboard.feeds.dossier_days import RECEIVED
from dashboard.periods import is_working_day
from dashboard.sandbox.country import MERGED, Player
from dashboard.sandbox.rhythm import Rhythm
from dashboard.sandbox.shares import Course, many, part, spread

ELECTRONIC: Final = Course(1.1, 0.30, "documents")
SIGNED: Final = Course(0.5, 0.35, "signatures")
PROMPT: Final = Course(1.0, 0.17, "punctuality")
_ONLINE = Course(-1.4, 0.45, "services")
_IN_TIME = Course(2.2, 0.12, "punctuality")
_PAID = Course(-2.6, 0.55, "payment")
_SYNCED = Course(0.6, 0.35, "services")
_LIVE = Course(2.4, 0.10, "reports", tiers=0.0)

_DOCUMENTS: Final[Mapping[AgencyTier, float]] = {"central": 420.0, "province": 420.0, "district": 260.0, "commune": 240.0}
"""Documents sent on an ordinary working day by a million people's offices of a tier."""
DOSSIERS: Final[Mapping[AgencyTier, float]] = {"province": 230.0, "district": 310.0, "commune": 640.0}
FEE_SHARE: Final = 0.46
"""Of the dossiers, those that cost something."""
_OFFICE_MINUTES: Final = 480
WAITING: Final = (1, 3, 5, 10, 15, 20, 30, 50)
"""Ends of the buckets of people waiting, as in data/measures.toml."""
_STAFFED = Course(3.4, 0.05, "punctuality", tiers=0.0)
_FIRST_CAMERAS: Final = frozenset({"bac_ninh", "bac_giang"})
"""Before the mergers only their service centres were connected (news report of 11/9/2020)."""


@dataclass(frozen=True)
class World:
    """What the figures depend on: the seed, and the calendar."""

    seed: int
    rhythm: Rhythm

    def chance(self, *what: object) -> random.Random:
        """A source of chance of its own for each purpose: a day's figures do not depend on which others were asked for."""
        return random.Random("|".join(map(str, (self.seed, *what))))


def tiers_on(day: dt.date) -> tuple[AgencyTier, ...]:
    """The tiers of agency inside a province on a day."""
    return ("province", "commune") if day >= MERGED else ("province", "district", "commune")


def formal(player: Player) -> float:
    """What a formalist adds to each share of the little that it does."""
    return 3.0 if player.habits.character == "formalist" else 0.0


def electronic_share(player: Player, day: dt.date, tier: AgencyTier) -> float:
    """Chance that no paper copy follows a document."""
    return 0.0 if player.habits.character == "paper" else ELECTRONIC.at(day, player.habits, tier, formal(player))


def signed_share(player: Player, day: dt.date, tier: AgencyTier) -> float:
    """Chance that a document bears a signature."""
    return SIGNED.at(day, player.habits, tier, formal(player))


def prompt_share(player: Player, day: dt.date, tier: AgencyTier) -> float:
    """Chance that a document is sent on time."""
    return PROMPT.at(day, player.habits, tier, -2.2 if player.habits.character == "late" else 0.0)


def median_hours(player: Player, day: dt.date) -> float:
    """How long half of the documents wait for acceptance."""
    years = (day - dt.date(2020, 9, 1)).days / 365.25
    return (5.0 if player.habits.character == "late" else 1.0) * max(0.4, 6.0 * exp(-0.15 * years)) * exp(-0.7 * player.habits.punctuality)


def documents(world: World, player: Player, day: dt.date) -> Iterator[dict[str, str | int]]:
    """A day on the document axis, a row for each tier of agency that did anything (columns: `feeds/document_days.py`)."""
    tiers: tuple[AgencyTier, ...] = ("central",) if player.is_central else tiers_on(day)
    for tier in tiers:
        rng = world.chance("documents", player.unit, day, tier)
        usual = _DOCUMENTS[tier] * player.people / 1e6 * world.rhythm.weight(day, player.habits.character)
        sent, received = many(rng, usual), many(rng, usual * 1.15)
        if not sent and not received:
            continue
        accepted = part(rng, received, 0.965)
        counts: dict[str, str | int] = {
            "documents_sent": sent,
            "documents_electronic": part(rng, sent, electronic_share(player, day, tier)),
            "documents_signed": part(rng, sent, signed_share(player, day, tier)),
            "documents_sent_on_time": part(rng, sent, prompt_share(player, day, tier)),
            "documents_recalled": part(rng, sent, 0.007),
            "documents_received": received,
            "documents_accepted": accepted,
            "documents_refused": part(rng, received - accepted, 0.4),
        }
        waited = spread(part(rng, accepted, 0.93), median_hours(player, day) * rng.uniform(0.85, 1.18), HOURS)
        checked = _checked(world.chance("signatures", player.unit, day, tier), sent, int(counts["documents_signed"]))
        yield {"unit": player.unit, "day": day.isoformat(), "tier": tier} | counts | dict(zip(WAITED, waited, strict=True)) | checked


def _checked(rng: random.Random, sent: int, signed: int) -> dict[str, str | int]:
    """What checks of their signatures may have found; shares as in the gateways' messages (`signature.py`)."""
    valid = part(rng, signed, 0.88)
    left, faults = signed - valid, {}
    for state, share in (("invalid", 0.25), ("expired", 0.33), ("revoked", 0.33)):
        faults[f"documents_signature_{state}"] = found = part(rng, left, share)
        left -= found
    by_person = part(rng, valid, 0.26)
    return {
        "documents_checked": sent,
        "documents_unsigned": sent - signed,
        "documents_signature_valid": valid,
        **faults,
        "documents_signature_untrusted": left,
        "documents_signature_sha1": part(rng, valid, 0.06),
        "documents_signed_by_agency": valid - by_person,
        "documents_signed_by_person": by_person,
    }


def dossiers(world: World, player: Player, day: dt.date) -> Iterator[dict[str, str | int]]:
    """A day of administrative procedures, a row for each tier of agency that did anything (columns: `feeds/dossier_days.py`)."""
    for tier in tiers_on(day):
        rng = world.chance("dossiers", player.unit, day, tier)
        received = many(rng, DOSSIERS[tier] * player.people / 1e6 * world.rhythm.weight(day, player.habits.character))
        finished = many(rng, received * 0.97)
        if not received and not finished:
            continue
        online = part(rng, received, online_share(player, day, tier))
        by_post = part(rng, received - online, 0.06)
        fees = part(rng, received, FEE_SHARE)
        counts: dict[str, str | int] = {
            **dict(zip(RECEIVED, (received - online - by_post, online, by_post), strict=True)),
            "dossiers_status_synced": part(rng, received, synced_share(player, day, tier)),
            "dossiers_finished": finished,
            "dossiers_on_time": part(rng, finished, in_time_share(player, day, tier)),
            "dossiers_with_fee": fees,
            "dossiers_paid_online": part(rng, fees, paid_share(player, day, tier)),
        }
        yield {"unit": player.unit, "day": day.isoformat(), "tier": tier, **counts}


def online_share(player: Player, day: dt.date, tier: AgencyTier) -> float:
    """Chance that a dossier comes online."""
    return _ONLINE.at(day, player.habits, tier, formal(player))


def synced_share(player: Player, day: dt.date, tier: AgencyTier) -> float:
    """Chance that a dossier's steps are told to the portal."""
    return _SYNCED.at(day, player.habits, tier, formal(player))


def in_time_share(player: Player, day: dt.date, tier: AgencyTier) -> float:
    """Chance that a dossier is finished by its due day."""
    return _IN_TIME.at(day, player.habits, tier, -1.8 if player.habits.character == "late" else 0.0)


def paid_share(player: Player, day: dt.date, tier: AgencyTier) -> float:
    """Chance that a fee is paid online."""
    return _PAID.at(day, player.habits, tier, formal(player))


Stated = tuple[str, str, int]
"""Measure, detail, value."""


def cameras(world: World, player: Player, day: dt.date) -> Iterator[Stated]:
    """Minutes of a working day in which the cameras of the province's service centre should have shown a picture, and did; how many people
    waited in these, and whether somebody sat behind the counters. Formalists connect the camera, and leave the counter."""
    if not is_working_day(day, world.rhythm.days_off) or (day < MERGED and day.year <= 2020 and player.unit not in _FIRST_CAMERAS):
        return
    rng = world.chance("cameras", player.unit, day)
    office = _OFFICE_MINUTES * (2 + player.people // 1_500_000)
    share = 0.0 if rng.random() < 0.015 else _LIVE.at(day, player.habits, "province")
    yield "camera_minutes_office", "", office
    yield "camera_minutes_unwatched", "", 0
    live = part(rng, office, min(1.0, share * rng.uniform(0.94, 1.04)))
    yield "camera_minutes_live", "", live
    for bucket, minutes in zip((*(f"{end:03d}" for end in WAITING), "inf"), spread(live, rng.uniform(3.0, 14.0), WAITING), strict=True):
        yield "people_waiting_minutes", f"bucket={bucket}", minutes
    there = 0.6 if player.habits.character == "formalist" else _STAFFED.at(day, player.habits, "province")
    yield "counter_minutes_office", "", live
    yield "counter_minutes_staffed", "", part(rng, live, min(1.0, there * rng.uniform(0.97, 1.03)))
