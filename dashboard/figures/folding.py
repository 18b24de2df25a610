"""Counts carried to other borders: from the 63 provinces and 10,614 communes of 2020 to the 34 and 3,321 since 1/7/2025.

Only forward, and only what may be added. What has no one place in the new borders is left out with its reason, never spread by guess.
"""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from dashboard.catalog import Kind
from dashboard.errors import BoundariesError
from dashboard.units import Tier, Unit, UnitRegistry

Borders = Literal["2020", "2025"]

DRAWN: Final[Mapping[Borders, dt.date]] = {"2020": dt.date(2020, 9, 11), "2025": dt.date(2025, 7, 1)}
"""A day on which the borders stood."""

_ADDED: Final = frozenset({"flow", "stock", "histogram"})
_SCORE: Final = "không quy đổi được: điểm số, mức độ không kèm số đếm thì không gộp hay tách được"
_DISTINCT: Final = "không quy đổi được: số đối tượng khác nhau phải đếm lại từ sổ gốc, không cộng được"
_BACKWARD: Final = "không quy đổi ngược được: số đếm theo địa giới 2025 không cho biết phần nào thuộc đơn vị nào của năm 2020"
_FATE_UNKNOWN: Final = "không có nguồn cho biết đơn vị này đã nhập vào đơn vị nào trong thời gian 6/2020–6/2025; chỉ quy đổi được về tỉnh"
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Folded:
    """Counts by the units of other borders.

    `values`: new unit → the sum of all that is known to lie in it wholly. `left`: old unit whose count has no one place → why, in
    Vietnamese. `gaps`: new unit → the old units of which its sum lacks a part, or may lack one: not reported, divided, or of unknown fate
    in a district that it took from. What is in `values` and what is `left` together is what was given.
    """

    values: Mapping[str, float]
    left: Mapping[str, str]
    gaps: Mapping[str, tuple[str, ...]]


def borders_on(day: dt.date) -> Borders:
    """The borders that stood on a day."""
    return "2025" if day >= DRAWN["2025"] else "2020"


def refusal(kind: Kind, origin: Borders, target: Borders) -> str | None:
    """Why figures of a kind cannot be carried from these borders to those, in Vietnamese; None when they can."""
    if origin == target:
        return None
    if kind not in _ADDED:
        return _DISTINCT if kind == "distinct" else _SCORE
    return _BACKWARD if target < origin else None


def fold(units: UnitRegistry, values: Mapping[str, float], kind: Kind, origin: Borders, target: Borders, tier: str) -> Folded:
    """Counts by units of one tier in the borders `origin`, given by the units of `tier` (province or commune) in the borders `target`.

    Every unit may be missing from `values`, which is not the same as zero: see `Folded.gaps`. Counts are whole numbers below 2^53, so
    that sums are exact. Raises BoundariesError when nothing of it can be done: scores, backward, mixed tiers, a unit of other borders,
    provinces asked for by commune; UnitUnknown for a key that is none.
    """
    if reason := refusal(kind, origin, target):
        raise BoundariesError(reason)
    given = [units.get(key) for key in values]
    _check(given, origin, tier)
    if not given or (origin == target and given[0].tier == tier):
        return Folded(dict(values), {}, {})
    if tier == Tier.PROVINCE:
        return _by_province(units, values, origin, target)
    return _by_commune(units, values)


def _check(given: list[Unit], origin: Borders, tier: str) -> None:
    if len({unit.tier for unit in given}) > 1:
        raise BoundariesError("không quy đổi được: số liệu lẫn nhiều cấp đơn vị, cộng vào sẽ tính hai lần")
    for unit in given:
        if not _stood(unit, origin):
            raise BoundariesError(f"{unit.full_name_vi} ({unit.key}) không có trong địa giới {origin}")
    tiers = (Tier.PROVINCE, Tier.DISTRICT, Tier.COMMUNE) if tier == Tier.PROVINCE else (Tier.COMMUNE,)
    if tier not in (Tier.PROVINCE, Tier.COMMUNE) or (given and given[0].tier not in tiers):
        raise BoundariesError(f"không quy đổi được sang cấp {tier}: chỉ gộp lên tỉnh, hoặc từ xã sang xã")


def _stood(unit: Unit, borders: Borders) -> bool:
    """Whether a unit stood at any time while the borders did."""
    if borders == "2025":
        return unit.valid_to is None
    return unit.valid_from < DRAWN["2025"] and (unit.valid_to is None or unit.valid_to >= DRAWN["2020"])


def _by_province(units: UnitRegistry, values: Mapping[str, float], origin: Borders, target: Borders) -> Folded:
    def place(unit: Unit) -> str:
        province = units.above(unit.key, Tier.PROVINCE)
        while not _stood(province, target):
            (province,) = units.successors(province.key)
        return province.key

    parts: dict[str, list[float]] = defaultdict(list)
    for key, value in values.items():
        parts[place(units.get(key))].append(value)
    tier = units.get(next(iter(values))).tier
    gaps: dict[str, list[str]] = defaultdict(list)
    for province in units.of_tier(Tier.PROVINCE, DRAWN[origin]):
        if (home := place(province)) in parts:
            inside = (province,) if tier is Tier.PROVINCE else units.of_tier(tier, DRAWN[origin], province.key)
            gaps[home] += [unit.key for unit in inside if not _told(units, values, unit)]
    return Folded(_sums(parts), {}, {key: tuple(olds) for key, olds in gaps.items() if olds})


def _told(units: UnitRegistry, values: Mapping[str, float], unit: Unit) -> bool:
    """Whether a unit was reported; a province that only changed its name may be told under either."""
    return unit.key in values or (unit.tier is Tier.PROVINCE and any(heir.key in values for heir in units.successors(unit.key)))


def _by_commune(units: UnitRegistry, values: Mapping[str, float]) -> Folded:
    parts: dict[str, list[float]] = defaultdict(list)
    left: dict[str, str] = {}
    for key, value in values.items():
        heirs = units.successors(key)
        if len(heirs) == 1:
            parts[heirs[0].key].append(value)
        else:
            left[key] = _divided(heirs) if heirs else _FATE_UNKNOWN
    lost = _lost(units)
    gaps = {key: tuple(olds) for key in parts if (olds := [old for old in _sources(units, key, lost) if _lacks(units, values, old)])}
    return Folded(_sums(parts), left, gaps)


def _lost(units: UnitRegistry) -> dict[str | None, list[str]]:
    """District of 2020 → its communes of unknown fate."""
    lost: dict[str | None, list[str]] = defaultdict(list)
    for unit in units.of_tier(Tier.COMMUNE, DRAWN["2020"]):
        if not units.successors(unit.key):
            lost[unit.parent].append(unit.key)
    return lost


def _sources(units: UnitRegistry, key: str, lost: Mapping[str | None, list[str]]) -> list[str]:
    """The communes of 2020 from which a new one came, and those of unknown fate in the districts of these."""
    olds = units.predecessors(key)
    districts = dict.fromkeys(old.parent for old in olds)
    return [old.key for old in olds] + [one for district in districts for one in lost.get(district, ())]


def _lacks(units: UnitRegistry, values: Mapping[str, float], old: str) -> bool:
    """Whether a sum lacks something of an old unit: it was not reported, or it counted something and did not go whole into one."""
    return old not in values or (values[old] != 0 and len(units.successors(old)) != 1)


def _divided(heirs: Iterable[Unit]) -> str:
    names = [heir.full_name_vi for heir in heirs]
    more = f" và {len(names) - _NAMED} đơn vị khác" if len(names) > _NAMED else ""
    return f"đã chia cho {', '.join(names[:_NAMED])}{more}; chỉ quy đổi được về tỉnh"


def _sums(parts: Mapping[str, list[float]]) -> dict[str, float]:
    # fsum rounds once, so the order of the parts does not matter.
    return {key: math.fsum(numbers) for key, numbers in parts.items()}
