"""The rows that a report has for one province and period: for the template that is filled in, and for finding out which row is whose."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from dashboard import formats
from dashboard.declared import AgencyTier
from dashboard.periods import Period
from dashboard.units import Unit, UnitRegistry, names
from dashboard.workbooks.reports import TIERS_VI, Report, tier_of, tiers_to_report, units_to_report

_OWN_VI: Final = ("cơ quan cấp tỉnh", "các cơ quan cấp tỉnh", "cấp tỉnh", "sở, ban, ngành", "các sở, ban, ngành", "sở, ban, ngành cấp tỉnh")
_TIERS_SAID: Final[Mapping[AgencyTier, tuple[str, ...]]] = {
    "province": _OWN_VI,
    "district": ("cấp huyện", "các huyện", "cơ quan cấp huyện", "ubnd cấp huyện"),
    "commune": ("cấp xã", "các xã", "các xã, phường", "cơ quan cấp xã", "ubnd cấp xã", "các xã, phường, đặc khu"),
    "central": ("cơ quan trung ương", "cấp trung ương"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One row: whose figures stand in it, and of which tier of agencies; `code` and `name_vi` are what the template writes.

    `key` is unit and tier, of which there is one row each.
    """

    unit: Unit
    tier: AgencyTier | None
    code: str
    name_vi: str

    key: tuple[str, AgencyTier | None]


@dataclass(frozen=True)
class Places:
    """All rows of one report, and how they are found by what a person wrote."""

    unit: Unit
    period: Period
    rows: tuple[Place, ...]

    @cached_property
    def by_code(self) -> Mapping[str, Place]:
        """By the code of the template, upper case."""
        return {place.code.upper(): place for place in self.rows if place.code}

    @cached_property
    def by_number(self) -> Mapping[int, tuple[Place, ...]]:
        """By codes as numbers, as which spreadsheets like to take them: `04` and `00004` are both 4."""
        found: dict[int, list[Place]] = defaultdict(list)
        for place in self.rows:
            if place.code.isascii() and place.code.isdigit():
                found[int(place.code)].append(place)
        return {number: tuple(places) for number, places in found.items()}

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Place, ...]]:
        """By the folded name, without its kind."""
        found: dict[str, list[Place]] = defaultdict(list)
        for place in self.rows:
            for name in _names(place, self.unit):
                found[name].append(place)
        return {name: tuple(places) for name, places in found.items()}

    def named(self, text: str) -> tuple[Place, ...]:
        """The rows that a name may mean: one, none, or several that bear it. A kind that is said must fit."""
        said = names.spoken(text)
        whole = self.by_name.get(names.fold(text), ())
        found = whole or self.by_name.get(said.folded, ())
        return tuple(place for place in found if whole or not said.kinds or place.unit.kind in said.kinds)


def places_of(report: Report, unit: str, period: Period, units: UnitRegistry) -> Places:
    """The rows of a report for a province and period. Raises UnitUnknown."""
    own = units.get(unit)
    match report.rows:
        case "province":
            rows: tuple[Place, ...] = (Place(own, None, _code(own), own.full_name_vi, (own.key, None)),)
        case "tiers":
            tiers = tiers_to_report(unit, period, units)
            rows = tuple(Place(own, tier, "", TIERS_VI[tier], (own.key, tier)) for tier in tiers)
        case "units":
            rows = tuple(_place(own, one) for one in units_to_report(report, unit, period, units))
    return Places(own, period, rows)


def _place(own: Unit, unit: Unit) -> Place:
    tier = tier_of(unit)
    return Place(unit, tier, _code(unit), TIERS_VI[tier] if unit is own else unit.full_name_vi, (unit.key, tier))


def _code(unit: Unit) -> str:
    return unit.gso_code or unit.agency_code or ""


def _names(place: Place, own: Unit) -> set[str]:
    """The folded names that mean a row. The province's own name means none of several rows: it may be its offices, or all together."""
    if place.tier and place.unit is own:
        return {names.fold(said) for said in _TIERS_SAID[place.tier]}
    return {*names.names_of(place.unit), names.fold(place.unit.full_name_vi), formats.same_text(place.name_vi)}
