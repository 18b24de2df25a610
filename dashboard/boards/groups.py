"""Groups of units: those of `data/groups.toml`, the regions, and those that people saved; each has an address of its own."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dashboard.boards.desk import Desk
from dashboard.errors import ConfigurationError, NotFound
from dashboard.formats import HANOI
from dashboard.store.groups import SavedGroup, groups_for
from dashboard.units import Unit

NAME_LONGEST = 80
"""Letters of a saved group's name."""
MOST_UNITS = 20
"""More columns than these are no comparison any more; the ranking shows all."""

Kind = Literal["declared", "region", "saved"]


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """Units that are looked at together. `key` is its address: a name for the declared ones and regions, a number for saved ones.

    `on` is the day that it belongs to, None for the present. `owner` and `shared` are those of a saved one.
    """

    key: str
    kind: Kind
    name: str
    note: str
    units: tuple[Unit, ...]
    on: date | None = None
    owner_id: int | None = None
    owner: str = ""
    shared: bool = True


def check_groups(desk: Desk) -> None:
    """Raises ConfigurationError for a declared group whose units are not there, not of one tier, or not of its day."""
    for group in desk.catalog.groups.values():
        place = f"data/groups.toml: [{group.key}]"
        if unknown := [key for key in group.units if key not in desk.units]:
            raise ConfigurationError(f"{place} units: no unit is called “{unknown[0]}”")
        units = [desk.units.get(key) for key in group.units]
        if len({unit.tier for unit in units}) > 1:
            raise ConfigurationError(f"{place} units: they are of several tiers")
        if group.on is not None and (gone := [unit.key for unit in units if not unit.valid(group.on)]):
            raise ConfigurationError(f"{place} units: there was no “{gone[0]}” on {group.on}")
        if group.key in desk.units:
            raise ConfigurationError(f"{place}: a unit has that key, and a region is a group of its own")


def all_groups(desk: Desk, person_id: int | None) -> tuple[UnitGroup, ...]:
    """What a person sees: the declared ones, the saved ones (own and shared), the regions."""
    saved = [_saved(desk, one) for one in groups_for(desk.store, person_id)]
    return (*declared_groups(desk), *saved, *_regions(desk))


def find_group(desk: Desk, key: str, person_id: int | None) -> UnitGroup:
    """Raises NotFound for what there is not, and for what somebody else saved for themselves."""
    known = (
        [*declared_groups(desk), *_regions(desk)] if not key.isdigit() else [_saved(desk, one) for one in groups_for(desk.store, person_id)]
    )
    found = next((one for one in known if one.key == key), None)
    if found is None:
        raise NotFound(f"không có nhóm “{key}”, hoặc nhóm này là của riêng người khác")
    return found


def declared_groups(desk: Desk) -> tuple[UnitGroup, ...]:
    """Those of `data/groups.toml`, in its order."""
    return tuple(
        UnitGroup(one.key, "declared", one.name_vi, one.note_vi, tuple(desk.units.get(key) for key in one.units), one.on)
        for one in desk.catalog.groups.values()
    )


def _regions(desk: Desk) -> list[UnitGroup]:
    day = desk.now().astimezone(HANOI).date()
    return [
        UnitGroup(region.key, "region", region.full_name_vi, "", desk.units.of_tier("province", day, region.key))
        for region in desk.units.of_tier("region", day)
    ]


def _saved(desk: Desk, one: SavedGroup) -> UnitGroup:
    # A unit of a saved group may be missing from a later table: the rest is still worth seeing.
    units = tuple(desk.units.get(key) for key in one.units if key in desk.units)
    return UnitGroup(str(one.id), "saved", one.name, "", units, None, one.owner_id, one.owner, one.shared)
