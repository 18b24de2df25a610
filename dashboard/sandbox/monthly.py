"""What a province reports month by month: services, reporting bodies, case files, certificates. Of the same kind as `plausible`."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

from dashboard.catalog import AgencyTier
from dashboard.periods import Period
from dashboard.sandbox.country import Player
from dashboard.sandbox.plausible import Stated, World, formal, tiers_on
from dashboard.sandbox.shares import Course, many, part

_INTEGRATED = Course(-1.1, 0.55, "services")
_ACTIVE = Course(-0.9, 0.28, "services")
_CONNECTED: Final[Mapping[AgencyTier, Course]] = {
    "province": Course(0.4, 0.75, "reports", tiers=0.0),
    "district": Course(0.0, 0.75, "reports", tiers=0.0),
    "commune": Course(-1.3, 0.80, "reports", tiers=0.0),
}
_CASES: Final[Mapping[AgencyTier, Course]] = {
    "province": Course(1.3, 0.22, "documents", tiers=0.0),
    "district": Course(0.4, 0.25, "documents", tiers=0.0),
    "commune": Course(-0.9, 0.35, "documents", tiers=0.0),
}
_SIGNING = Course(-0.1, 0.28, "signatures")
_SERVICES: Final[Mapping[AgencyTier, int]] = {"province": 1250, "district": 270, "commune": 150}
_BODIES: Final[Mapping[AgencyTier, float]] = {"province": 24.0, "district": 7.3, "commune": 108.0}
"""Of a million people; of provincial ones as many in each province."""
_CASE_FILES: Final[Mapping[AgencyTier, float]] = {"province": 5200.0, "district": 3600.0, "commune": 4400.0}
_HOLDERS: Final[Mapping[AgencyTier, float]] = {"province": 900.0, "district": 620.0, "commune": 1350.0}
_IDLE: Final = 0.02
"""What a silent province does of what others do."""


def services(world: World, player: Player, month: Period) -> Iterator[Stated]:
    """Public services, those on the national portal, and those among these with a dossier in the month."""
    for tier in tiers_on(month.last_day):
        rng, steady = world.chance("services", player.unit, month, tier), world.chance("services", player.unit, tier)
        total = round(_SERVICES[tier] * steady.uniform(0.92, 1.08))
        integrated = _steady_part(total, _INTEGRATED.at(month.last_day, player.habits, tier, formal(player)))
        share = _ACTIVE.at(month.last_day, player.habits, tier) * _doing(player)
        yield "services", f"tier={tier}", total
        yield "services_integrated", f"tier={tier}", integrated
        yield "services_active", f"tier={tier}", part(rng, integrated, share)


def reporting(world: World, player: Player, month: Period) -> Iterator[Stated]:
    """Bodies that must report, those connected; case files, those handled without paper."""
    for tier in tiers_on(month.last_day):
        rng = world.chance("reporting", player.unit, month, tier)
        bodies = max(5, round(_BODIES[tier] * (1.0 if tier == "province" else player.people / 1e6)))
        yield "reporting_bodies", f"tier={tier}", bodies
        connected = _CONNECTED[tier].at(month.last_day, player.habits, tier, formal(player))
        yield "reporting_bodies_connected", f"tier={tier}", _steady_part(bodies, connected)
        files = _reported(world, player, month, tier)
        paperless = _CASES[tier].at(month.last_day, player.habits, tier, -3.0 if player.habits.character == "paper" else formal(player))
        yield "case_files_processed", f"tier={tier}", files
        yield "case_files_electronic", f"tier={tier}", part(rng, files, paperless)


def _reported(world: World, player: Player, month: Period, tier: AgencyTier) -> int:
    """Case files of a month, as a province says: counted, copied from the first report of the half-year, or estimated."""
    counted_in = Period.of(month.grain, month.first_day.replace(month=month.first_day.month // 7 * 6 + 1))
    told = counted_in if player.habits.character == "copyist" else month
    files = many(world.chance("case files", player.unit, told, tier), _CASE_FILES[tier] * player.people / 1e6 * max(_doing(player), 0.1))
    return round(files, -2 if files > 1000 else -1) if player.habits.character == "estimator" else files


def signatures(world: World, player: Player, month: Period) -> Iterator[Stated]:
    """Personal certificates that were issued by the end of the month, and their holders who signed in it."""
    for tier in tiers_on(month.last_day):
        rng = world.chance("signatures", player.unit, month, tier)
        years = (month.last_day - dt.date(2020, 9, 1)).days / 365.25
        issued = max(30, round(_HOLDERS[tier] * player.people / 1e6 * (1 - 0.72 * 0.7 ** max(0.0, years + 1.0))))
        share = _SIGNING.at(month.last_day, player.habits, tier, formal(player)) * _doing(player)
        yield "certificates_issued", f"tier={tier}", issued
        yield "certificate_holders_signed", f"tier={tier}", part(rng, issued, share)


def _doing(player: Player) -> float:
    return _IDLE if player.habits.character == "silent" else 1.0


def _steady_part(whole: int, share: float) -> int:
    """A stock grows with its share and does not waver from month to month."""
    return min(whole, round(whole * share))
