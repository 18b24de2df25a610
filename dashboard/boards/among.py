"""Among whom a ranking ranks: all units of its tier, those of a region, or the communes of a province."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dashboard.boards.desk import Desk
from dashboard.declared import Ranking
from dashboard.errors import NotFound, UnitUnknown
from dashboard.figures.folding import DRAWN, Borders
from dashboard.formats import HANOI
from dashboard.periods import Period
from dashboard.units import Unit

LEAST = 2
"""Fewer than two do not make a ranking of their own."""


@dataclass(frozen=True, slots=True)
class Among:
    """Those of a tier in a group (None: all of them)."""

    tier: str
    group: Unit | None

    def holds(self, desk: Desk, key: str) -> bool:
        """Whether a unit of any time belongs here."""
        unit = desk.units.get(key)
        if unit.tier != self.tier:
            return False
        if self.group is None:
            return True
        return unit.region == self.group.key if self.group.tier == "region" else province_of(desk, unit) == self.group.key

    def expected(self, desk: Desk, period: Period, as_of: datetime | None = None, boundaries: Borders | None = None) -> tuple[Unit, ...]:
        """Those there are on the last day of a period, or on the day of the board while it goes on, in Vietnamese order; of later borders
        those there are then."""
        day = max(min(period.last_day, desk.instant(as_of).astimezone(HANOI).date()), period.first_day)
        day = day if boundaries is None else max(day, DRAWN[boundaries])
        return tuple(unit for unit in desk.units.of_tier(self.tier, on=day) if self.holds(desk, unit.key))


def among(desk: Desk, ranking: Ranking, within: str) -> Among:
    """Raises NotFound for what is no group of this ranking's units."""
    if not within:
        return Among(ranking.tier, None)
    try:
        group = desk.units.get(within)
    except UnitUnknown:
        raise NotFound(f"không có vùng hay tỉnh “{within}”") from None
    if ranking.tier == "province" and group.tier == "region":
        return Among("province", group)
    if ranking.tier == "province" and group.tier == "province" and ranking.kind == "given":
        return Among("commune", group)
    raise NotFound(f"{ranking.name_vi} không xếp riêng trong {group.full_name_vi}")


def groups(desk: Desk, ranking: Ranking, units: Iterable[str]) -> tuple[Unit, ...]:
    """The regions and provinces of which at least two of these units can be ranked among themselves, in Vietnamese order by kind."""
    if ranking.tier != "province":
        return ()
    many: dict[str, int] = {}
    for key in units:
        unit = desk.units.get(key)
        home = unit.region if unit.tier == "province" else province_of(desk, unit) if unit.tier == "commune" else None
        if home:
            many[home] = many.get(home, 0) + 1
    found = [desk.units.get(home) for home, count in many.items() if count >= LEAST]
    return tuple(sorted(found, key=lambda unit: (unit.tier != "region", unit.sort_key)))


def province_of(desk: Desk, unit: Unit) -> str | None:
    """The key of the province that a commune lies in; None when no source tells."""
    try:
        return desk.units.above(unit.key, "province").key
    except UnitUnknown:
        return None
