"""Whose agency code that is: one form for both notations, the unit that answers for it, and the tier on which the agency stands.

QCVN 102:2016 writes the top level on the right (`000.00.12.H05`), Decision 20/2020 on the left (`H05.12`); both are met, with two, three or
four parts, and with letters in the lower ones (`H37.DN.002`).

The tier, by the first rule that fits:
1. a ministry's code (G..): central; a province's own (no level below it): province;
2. a code that the registry of units knows: that unit's tier (a department stands with its province);
3. the agency's name: a commune's kind in it (xã, phường, thị trấn, đặc khu): commune; a district's (huyện, quận, thị xã, a city that is not
   the province itself): district;
4. a name without such a word on the second level: province, for a district's or commune's office always names its place;
5. else unknown: it counts in its province, in no tier.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dashboard.feeds.base import Context, RowFault
from dashboard.units import Unit, UnitRegistry

UNKNOWN_TIER = "unknown"

_TOP = re.compile(r"[A-Z]\d{2,3}", re.ASCII)
_PART = re.compile(r"[A-Z0-9]{1,6}", re.ASCII)
_COMMUNE = re.compile(r"\b(?<!thị )xã\b|\bphường\b|\bthị trấn\b|\bđặc khu\b")
_DISTRICT = re.compile(r"\bhuyện\b|\bquận\b|\bthị xã\b")
_CITY = re.compile(r"\b(?:thành phố|tp\.?)\s+(?P<name>[^,;()–-]+)")
_TIERS = {"department": "province"}


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency that a message names: its code in one form, the key of the unit in whose figures it counts, and its tier."""

    code: str
    unit: str
    tier: str


def canonical(code: str) -> str:
    """One form for both notations: `000.00.00.H05` → `H05`, `000.00.12.H05` and `H05.12` → `H05.12`. Raises RowFault."""
    parts = code.strip().upper().split(".")
    if not _TOP.fullmatch(parts[0]):
        parts.reverse()
    if not _TOP.fullmatch(parts[0]) or len(parts) > 6 or not all(_PART.fullmatch(part) for part in parts[1:]):
        raise RowFault(f"mã cơ quan “{code}” không đọc được")
    while not parts[-1].strip("0"):
        parts.pop()
    return ".".join(parts)


def speaks_for(speaker: str, other: str) -> bool:
    """Whether an agency is the other one or stands above it; both codes in their canonical form."""
    return other == speaker or other.startswith(speaker + ".")


def agency(code: str, name: str, on: date, context: Context) -> Agency:
    """The agency of a code on a day. Raises RowFault when its form or its top level is known to nobody."""
    whole = canonical(code)
    below = whole.partition(".")[2]
    unit = province_or_ministry(whole, on, context)
    if unit is None:
        raise RowFault(f"mã cơ quan “{code}” không thuộc tỉnh, bộ, ngành nào vào ngày {on:%d/%m/%Y}")
    if unit.tier != "province":
        return Agency(whole, unit.key, "central")
    if not below:
        return Agency(whole, unit.key, "province")
    known = _unit(context, whole, on)
    return Agency(whole, unit.key, _TIERS.get(known.tier, known.tier) if known else _by_name(name, unit, below.count(".") == 0))


def province_or_ministry(code: str, on: date, context: Context) -> Unit | None:
    """The unit of the top level of a code in its canonical form, on a day; None when there was none."""
    return _unit(context, code.partition(".")[0], on)


def _by_name(name: str, province: Unit, second_level: bool) -> str:
    said = name.lower()
    if _COMMUNE.search(said):
        return "commune"
    if _DISTRICT.search(said):
        return "district"
    cities = [found["name"].strip() for found in _CITY.finditer(said)]
    if any(not city.startswith(province.name_vi.lower()) for city in cities):
        return "district"
    return "province" if said and second_level else UNKNOWN_TIER


def _unit(context: Context, code: str, on: date) -> Unit | None:
    """The one unit that bore a code on a day. Not `resolve`: that looks for the nearest names of each code it does not know."""
    found = [unit for unit in _by_code(context.units).get(code, ()) if unit.valid(on)]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=4)
def _by_code(units: UnitRegistry) -> Mapping[str, list[Unit]]:
    index: dict[str, list[Unit]] = {}
    for unit in units.all():
        if unit.agency_code is not None:
            index.setdefault(unit.agency_code, []).append(unit)
    return index
