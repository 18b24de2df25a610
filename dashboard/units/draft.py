"""Units as they are gathered from the tables, and what the tables of every tier have in common."""

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Final

from dashboard.errors import ConfigurationError
from dashboard.units.names import agency_code, is_agency_code
from dashboard.units.tables import Row
from dashboard.units.unit import Reckoning, Tier, Unit

FIRST_LIST: Final = dt.date(2020, 6, 1)
"""The day of the General Statistics Office's list of 2020: of districts and communes nothing earlier is known here."""
MERGED: Final = dt.date(2025, 7, 1)
"""Resolution 202/2025/QH15: 34 provinces, no districts, 3,321 communes."""
DAY: Final = dt.timedelta(days=1)

_REUNIFIED: Final = dt.date(1976, 7, 2)
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")
_NATION: Final = Unit(
    "vn", Tier.NATION, None, None, "Việt Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam", "Viet Nam", "quốc gia", None, None, _REUNIFIED
)


@dataclass(slots=True)
class Draft:
    """Units as they are gathered; `bearers` holds the province that bears a GSO code just now in the telling, `communes` how many
    communes a province of 2025 must have. A unit with several successors was divided."""

    units: dict[str, Unit] = field(default_factory=lambda: {_NATION.key: _NATION})
    predecessors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    populations: dict[Reckoning, dict[str, int]] = field(default_factory=lambda: {one: {} for one in Reckoning})
    bearers: dict[str, Unit] = field(default_factory=dict)
    communes: dict[str, int] = field(default_factory=dict)

    def add(self, unit: Unit, row: Row) -> None:
        """Take in a new unit; a key that is there already raises ConfigurationError."""
        if unit.key in self.units:
            raise row.fault(f"{unit.key} stands there twice")
        self.units[unit.key] = unit

    def succeed(self, unit: Unit, olds: list[Unit], row: Row) -> None:
        """Take in a unit that takes the place of others, which end the day before."""
        for old in olds:
            self.units[old.key] = replace(old, valid_to=unit.valid_from - DAY)
        self.add(unit, row)
        self.predecessors[unit.key] = tuple(old.key for old in olds)

    def bearer(self, row: Row, column: str) -> Unit:
        """The province, as it stands now, that bears the code in this column."""
        unit = self.bearers.get(row.code(column, 2))
        if unit is None:
            raise row.fault(f"no province bears the code {row.text(column)}")
        return self.units[unit.key]


def slug(plain: str) -> str:
    """`ba ria - vung tau` → `ba_ria_vung_tau`: plain letters (`formats.plain`) as keys are written."""
    return _NO_WORD.sub("_", plain).strip("_")


def agency(row: Row) -> str:
    """The agency code of a row, in the form that the registry keeps."""
    code = row.text("agency_code")
    if not is_agency_code(code):
        raise row.fault(f"{code!r} is no agency code")
    return agency_code(code)


def checked(draft: Draft) -> Draft:
    """The same, after making sure that no two units bear one code on one day; else ConfigurationError.

    Districts and communes come from lists of one day each, where a code that stands twice was found on reading.
    """
    seen: dict[str, list[Unit]] = defaultdict(list)
    for unit in (unit for unit in draft.units.values() if unit.tier not in (Tier.DISTRICT, Tier.COMMUNE)):
        for code in (unit.gso_code, unit.agency_code):
            if code is None:
                continue
            for other in seen[code]:
                if other.valid(unit.valid_from) or unit.valid(other.valid_from):
                    raise ConfigurationError(f"data/units: {unit.key} and {other.key} both bear the code {code} on one day")
            seen[code].append(unit)
    return draft
