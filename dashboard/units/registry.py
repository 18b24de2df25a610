"""The registry of units: look up by key, or by what a source wrote and the day it meant."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Final

from dashboard import formats
from dashboard.errors import UnitAmbiguous, UnitUnknown
from dashboard.units import names
from dashboard.units.build import build
from dashboard.units.draft import Draft
from dashboard.units.shelf import Shelf
from dashboard.units.unit import Reckoning, Tier, Unit

_SHOWN: Final = 5
_LOWER: Final = frozenset({Tier.DISTRICT, Tier.COMMUNE})


class UnitRegistry:
    """All units that ever were, as far as `data/units` tells. Never changes; may be shared by threads."""

    def __init__(self, draft: Draft) -> None:
        """Take in what was gathered; the draft is not to be changed afterwards."""
        self._units = draft.units
        self._predecessors = draft.predecessors
        self._populations = {one: MappingProxyType(counts) for one, counts in draft.populations.items()}
        self._shelves: dict[str, Shelf] = {tier: Shelf() for tier in Tier}
        self._successors: dict[str, list[str]] = defaultdict(list)
        self._children: dict[str, list[Unit]] = defaultdict(list)
        self._codes: dict[str, list[Unit]] = defaultdict(list)
        self._sort_keys: dict[str, tuple[str, str]] = {}
        for new, olds in draft.predecessors.items():
            for old in olds:
                self._successors[old].append(new)
        for unit in self._units.values():
            self._shelves[unit.tier].put(unit)
            if unit.parent is not None:
                self._children[unit.parent].append(unit)
            for code in (unit.gso_code, unit.agency_code):
                if code is not None:
                    self._codes[code].append(unit)

    @classmethod
    def load(cls, folder: Path) -> "UnitRegistry":
        """Read the tables of `data/units`. Raises ConfigurationError with file and line of what is damaged."""
        return cls(build(folder))

    def __contains__(self, key: str) -> bool:
        """Whether a unit has that key."""
        return key in self._units

    def get(self, key: str) -> Unit:
        """The unit of that key, else UnitUnknown."""
        try:
            return self._units[key]
        except KeyError:
            raise UnitUnknown(f"no unit has the key {key!r}", f"không có đơn vị nào mang khóa “{key}”") from None

    def all(self) -> tuple[Unit, ...]:
        """Every unit of every time."""
        return tuple(self._units.values())

    def resolve(self, text: str, on: dt.date, tier: str | None = None, within: str | None = None) -> Unit:
        """The one unit that a code or a name meant on a day.

        `text` is an agency code in either notation, a GSO code, or a name in any spelling, with or without its kind, `UBND` before it
        and its district and province after it. A kind that is said must fit. The name of a district or commune without its kind counts
        only when `tier` or `within` (the key of a unit above it) is given, a department's only with its province. Raises UnitUnknown,
        or UnitAmbiguous with the candidates.
        """
        within = self.get(within).key if within is not None else None
        found = [unit for unit in self._named(text, on, tier, within) if self._fits(unit, on, tier, within)]
        if len(found) == 1:
            return found[0]
        if found:
            raise _ambiguous(text, on, found)
        raise self._unknown(text, on, tier, within)

    def of_tier(self, tier: str, on: dt.date, within: str | None = None) -> tuple[Unit, ...]:
        """The units of a tier on a day, in Vietnamese order; `within` keeps those under that unit."""
        shelf = self._shelf(tier)
        if within is None:
            return self._ordered(shelf.on(on))
        above = self.get(within)
        if above.tier is Tier.NATION:  # nearly all of them: down the tree it would be a walk through every unit there is
            return self._ordered(unit for unit in shelf.on(on) if self._under(unit, above.key))
        return self._ordered(unit for unit in self._below(above.key, on) if unit.tier == tier)

    def keys(self, tier: str) -> tuple[str, ...]:
        """The keys of all units of a tier that ever were; in no order."""
        return self._shelf(tier).keys

    def changes(self, tier: str) -> tuple[dt.date, ...]:
        """The days on which units of a tier began, or were no more; in order."""
        return self._shelf(tier).changes

    def children(self, key: str, on: dt.date) -> tuple[Unit, ...]:
        """The units directly under one on a day, in Vietnamese order."""
        self.get(key)
        return self._ordered(unit for unit in self._children.get(key, ()) if unit.valid(on))

    def predecessors(self, key: str) -> tuple[Unit, ...]:
        """The units whose place this one took, whole or in part, in Vietnamese order; none for one that goes back to the first list."""
        self.get(key)
        return self._ordered(self._units[old] for old in self._predecessors.get(key, ()))

    def successors(self, key: str) -> tuple[Unit, ...]:
        """The units that took this one's place, in Vietnamese order: several when it was divided, none while it lives and none when
        no source tells what became of it."""
        self.get(key)
        return self._ordered(self._units[new] for new in self._successors.get(key, ()))

    def above(self, key: str, tier: str) -> Unit:
        """The unit of that tier in which one lies, or itself if it is of that tier. Raises UnitUnknown when there is none."""
        unit = self.get(key)
        while unit.tier != tier:
            if unit.parent is None:
                raise UnitUnknown(f"{key} lies in no {tier}", f"đơn vị “{key}” không thuộc đơn vị cấp {tier} nào")
            unit = self._units[unit.parent]
        return unit

    def populations(self, reckoning: Reckoning) -> Mapping[str, int]:
        """People by unit key, counted in one way; a unit that was not counted so is not in it."""
        return self._populations[reckoning]

    def _shelf(self, tier: str) -> Shelf:
        try:
            return self._shelves[tier]
        except KeyError:
            raise UnitUnknown(f"no tier is called {tier!r}: there are {', '.join(Tier)}", f"không có cấp đơn vị “{tier}”") from None

    def _below(self, key: str, on: dt.date) -> Iterator[Unit]:
        for unit in self._children.get(key, ()):
            if unit.valid(on):
                yield unit
                yield from self._below(unit.key, on)

    def _ordered(self, units: Iterable[Unit]) -> tuple[Unit, ...]:
        return tuple(sorted(units, key=self._sort_key))

    def _sort_key(self, unit: Unit) -> tuple[str, str]:
        found = self._sort_keys.get(unit.key)
        if found is None:
            found = self._sort_keys[unit.key] = (unit.sort_key, unit.key)
        return found

    def _named(self, text: str, on: dt.date, tier: str | None, within: str | None, ever: bool = False) -> list[Unit]:
        """All that bear the code or name on that day, and some (`ever`: all) of other days; not what a name without kind or place must not
        mean. The place said after a name is that of the day."""
        bare = text.strip()
        if names.is_agency_code(bare):
            return self._codes.get(names.agency_code(bare), [])
        if bare.isascii() and bare.isdigit():
            return self._codes.get(bare, [])
        said = names.spoken(bare)
        shelves = self._shelves.values() if tier is None else (self._shelf(tier),)
        found = [
            unit
            for shelf in shelves
            for unit in shelf.named(said.folded, dt.date.min if ever else on)
            if (not said.kinds or unit.kind in said.kinds) and _meant(unit, said, tier, within)
        ]
        after = names.place_after(bare)
        if found or after is None:
            return found
        inner, place = after
        above = self._place(place, on, within)
        return [unit for unit in self._named(inner, on, tier, above, ever) if self._under(unit, above)]

    def _place(self, text: str, on: dt.date, within: str | None) -> str:
        """The key of the province or district that was said after a name."""
        candidates = [unit for unit in self._named(text, on, None, within) if unit.tier in (Tier.PROVINCE, Tier.DISTRICT)]
        found = [unit for unit in candidates if self._fits(unit, on, None, within)]
        if len(found) > 1:
            raise _ambiguous(text, on, found)
        if not found:
            raise self._unknown(text, on, None, within)
        return found[0].key

    def _fits(self, unit: Unit, on: dt.date, tier: str | None, within: str | None) -> bool:
        return unit.valid(on) and tier in (None, unit.tier) and (within is None or self._under(unit, within))

    def _under(self, unit: Unit, above: str) -> bool:
        parent = unit.parent
        while parent is not None and parent != above:
            parent = self._units[parent].parent
        return parent == above

    def _unknown(self, text: str, on: dt.date, tier: str | None, within: str | None) -> UnitUnknown:
        """Why nothing was found: what bore the name on another day or elsewhere, or the names that come nearest."""
        head = f"no {tier or 'unit'}{f' within {within}' if within else ''} is called {text!r} on {on}"
        said = f"không có đơn vị nào tên hoặc mã “{text}” vào ngày {formats.date(on)}"
        if others := self._named(text, on, None, within, ever=True):
            return UnitUnknown(f"{head}; it is known as {_listed(others)}", f"{said}; tên hoặc mã này là của {_listed_vi(others)}")
        after = names.place_after(text)
        if within is None and after is not None:
            within = self._place(after[1], on, None)
        # Among ten thousand communes of the whole country the nearest name is nobody's help, and takes long to find.
        tiers = [one for one in Tier if tier in (None, one) and (within is not None or one not in _LOWER)]
        near = self._nearest(after[0] if after else text, [unit for one in tiers for unit in self.of_tier(one, on, within)])
        if not near:
            return UnitUnknown(head, said)
        return UnitUnknown(f"{head}; nearest: {_listed(near)}", f"{said}; gần giống: {_listed_vi(near)}")

    def _nearest(self, text: str, units: list[Unit]) -> list[Unit]:
        pool = {formats.plain(unit.full_name_vi): unit for unit in units}
        wanted = formats.plain(text).removeprefix("ubnd ")
        return [pool[name] for name in get_close_matches(wanted, pool, n=3, cutoff=0.7)]


def _meant(unit: Unit, said: names.Spoken, tier: str | None, within: str | None) -> bool:
    """A bare `Bắc Giang` of October 2025 must not turn into the ward of that name, nor `Sở Y tế` into the one department we know."""
    match unit.tier:
        case Tier.DISTRICT | Tier.COMMUNE:
            return bool(said.kinds) or tier is not None or within is not None
        case Tier.DEPARTMENT:
            return within is not None or said.folded == names.fold(unit.full_name_vi)
        case _:
            return True


def _ambiguous(text: str, on: dt.date, found: list[Unit]) -> UnitAmbiguous:
    said = f"“{text}” vào ngày {formats.date(on)} có thể là {_listed_vi(found)}: không tự chọn giữa hai đơn vị"
    return UnitAmbiguous(f"{text!r} on {on} may be {_listed(found)}", said)


def _listed_vi(units: list[Unit]) -> str:
    more = f" và {len(units) - _SHOWN} đơn vị khác" if len(units) > _SHOWN else ""
    return ", ".join(_described_vi(unit) for unit in units[:_SHOWN]) + more


def _described_vi(unit: Unit) -> str:
    until = f" đến {formats.date(unit.valid_to)}" if unit.valid_to else ""
    return f"{unit.full_name_vi} ({unit.key}, từ {formats.date(unit.valid_from)}{until})"


def _listed(units: list[Unit]) -> str:
    more = f" and {len(units) - _SHOWN} more" if len(units) > _SHOWN else ""
    return ", ".join(_described(unit) for unit in units[:_SHOWN]) + more


def _described(unit: Unit) -> str:
    days = f"from {unit.valid_from}" + (f" to {unit.valid_to}" if unit.valid_to else "")
    return f"{unit.full_name_vi} ({unit.key} in {unit.parent}, {days})"
