"""The registry of units: look up by key, or by what a source wrote and the day it meant."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Final

from dashboard import formats
from dashboard.errors import UnitAmbiguous, UnitUnknown
from dashboard.units import names
from dashboard.units.build import build, checked
from dashboard.units.unit import Tier, Unit

_SHOWN: Final = 5


class UnitRegistry:
    """All units that ever were, as far as `data/units` tells. Never changes; may be shared by threads."""

    def __init__(self, units: Mapping[str, Unit], predecessors: Mapping[str, tuple[str, ...]]) -> None:
        """Take units by key, and for each that succeeded others the keys of those."""
        self._units = dict(units)
        self._predecessors = dict(predecessors)
        self._successors: dict[str, list[str]] = defaultdict(list)
        self._children: dict[str, list[Unit]] = defaultdict(list)
        self._codes: dict[str, list[Unit]] = defaultdict(list)
        for new, olds in predecessors.items():
            for old in olds:
                self._successors[old].append(new)
        for unit in self._units.values():
            if unit.parent is not None:
                self._children[unit.parent].append(unit)
            for code in (unit.gso_code, unit.agency_code):
                if code is not None:
                    self._codes[code].append(unit)

    @classmethod
    def load(cls, folder: Path) -> "UnitRegistry":
        """Read the tables of `data/units`. Raises ConfigurationError with file and line of what is damaged."""
        built = checked(build(folder))
        return cls(built.units, built.predecessors)

    def get(self, key: str) -> Unit:
        """The unit of that key, else UnitUnknown."""
        try:
            return self._units[key]
        except KeyError:
            raise UnitUnknown(f"no unit has the key {key!r}") from None

    def all(self) -> tuple[Unit, ...]:
        """Every unit of every time."""
        return tuple(self._units.values())

    def resolve(self, text: str, on: dt.date, tier: str | None = None, within: str | None = None) -> Unit:
        """The one unit that a code or a name meant on a day.

        `text` is an agency code in either notation, a GSO code, or a name in any spelling, with or without its kind, `UBND` before it
        and its province after it. A kind that is said must fit. A commune's name without its kind counts only when `tier` or `within`
        (the key of a unit above it) is given, a department's only with its province. Raises UnitUnknown, or UnitAmbiguous with the
        candidates.
        """
        within = self.get(within).key if within is not None else None
        found = [unit for unit in self._named(text, on, tier, within) if self._fits(unit, on, tier, within)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UnitAmbiguous(f"{text!r} on {on} may be {_listed(found)}")
        raise UnitUnknown(self._reason(text, on, tier, within))

    def of_tier(self, tier: str, on: dt.date, within: str | None = None) -> tuple[Unit, ...]:
        """The units of a tier on a day, in Vietnamese order; `within` keeps those under that unit."""
        under = self.get(within).key if within is not None else None
        return self._ordered(unit for unit in self._tier(tier) if self._fits(unit, on, tier, under))

    def children(self, key: str, on: dt.date) -> tuple[Unit, ...]:
        """The units directly under one on a day, in Vietnamese order."""
        self.get(key)
        return self._ordered(unit for unit in self._children.get(key, ()) if unit.valid(on))

    def predecessors(self, key: str) -> tuple[Unit, ...]:
        """The units whose place this one took, in Vietnamese order; none for one that goes back to the first list."""
        self.get(key)
        return self._ordered(self._units[old] for old in self._predecessors.get(key, ()))

    def successors(self, key: str) -> tuple[Unit, ...]:
        """The units that took this one's place, in Vietnamese order; none while it lives."""
        self.get(key)
        return self._ordered(self._units[new] for new in self._successors.get(key, ()))

    @cached_property
    def _names(self) -> dict[str, list[Unit]]:
        # Not made on load: most processes ask by code, and folding 3,400 names takes longer than reading them.
        index: dict[str, list[Unit]] = defaultdict(list)
        for unit in self._units.values():
            for name in names.names_of(unit):
                index[name].append(unit)
        return dict(index)

    @cached_property
    def _order(self) -> dict[str, tuple[str, str]]:
        return {unit.key: (unit.sort_key, unit.key) for unit in self._units.values()}

    @cached_property
    def _tiers(self) -> dict[str, list[Unit]]:
        tiers: dict[str, list[Unit]] = {tier: [] for tier in Tier}
        for unit in self._units.values():
            tiers[unit.tier].append(unit)
        return tiers

    def _tier(self, tier: str) -> list[Unit]:
        try:
            return self._tiers[tier]
        except KeyError:
            raise UnitUnknown(f"no tier is called {tier!r}: there are {', '.join(Tier)}") from None

    def _ordered(self, units: Iterable[Unit]) -> tuple[Unit, ...]:
        return tuple(sorted(units, key=lambda unit: self._order[unit.key]))

    def _named(self, text: str, on: dt.date, tier: str | None, within: str | None) -> list[Unit]:
        """All that bear the code or name at any time, but for what a name without kind or place must not mean."""
        bare = text.strip()
        if names.is_agency_code(bare):
            return self._codes.get(names.agency_code(bare), [])
        if bare.isascii() and bare.isdigit():
            return self._codes.get(bare, [])
        said = names.spoken(bare)
        found = [unit for unit in self._names.get(said.folded, ()) if said.kind in (None, unit.kind) and _meant(unit, said, tier, within)]
        after = names.province_after(bare)
        if found or after is None:
            return found
        inner, province_text = after
        province = self.resolve(province_text, on, Tier.PROVINCE)
        return [unit for unit in self._named(inner, on, tier, province.key) if self._under(unit, province.key)]

    def _fits(self, unit: Unit, on: dt.date, tier: str | None, within: str | None) -> bool:
        return unit.valid(on) and tier in (None, unit.tier) and (within is None or self._under(unit, within))

    def _under(self, unit: Unit, above: str) -> bool:
        parent = unit.parent
        while parent is not None and parent != above:
            parent = self._units[parent].parent
        return parent == above

    def _reason(self, text: str, on: dt.date, tier: str | None, within: str | None) -> str:
        """Why nothing was found: what bore the name on another day or elsewhere, or the names that come nearest."""
        place = f" within {within}" if within else ""
        head = f"no {tier or 'unit'}{place} is called {text!r} on {on}"
        others = self._named(text, on, None, within)
        if others:
            return f"{head}; it is known as {_listed(others)}"
        after = names.province_after(text)
        if within is None and after is not None:
            within = self.resolve(after[1], on, Tier.PROVINCE).key
        wanted = formats.plain(after[0] if after else text).removeprefix("ubnd ")
        pool = {formats.plain(unit.full_name_vi): unit for unit in self._units.values() if self._fits(unit, on, tier, within)}
        near = [pool[name] for name in get_close_matches(wanted, pool, n=3, cutoff=0.7)]
        return f"{head}; nearest: {_listed(near)}" if near else head


def _meant(unit: Unit, said: names.Spoken, tier: str | None, within: str | None) -> bool:
    """A bare `Bắc Giang` of October 2025 must not turn into the ward of that name, nor `Sở Y tế` into the one department we know."""
    match unit.tier:
        case Tier.COMMUNE:
            return said.kind is not None or tier is not None or within is not None
        case Tier.DEPARTMENT:
            return within is not None or said.folded == names.fold(unit.full_name_vi)
        case _:
            return True


def _listed(units: list[Unit]) -> str:
    more = f" and {len(units) - _SHOWN} more" if len(units) > _SHOWN else ""
    return ", ".join(_described(unit) for unit in units[:_SHOWN]) + more


def _described(unit: Unit) -> str:
    days = f"from {unit.valid_from}" + (f" to {unit.valid_to}" if unit.valid_to else "")
    return f"{unit.full_name_vi} ({unit.key} in {unit.parent}, {days})"
