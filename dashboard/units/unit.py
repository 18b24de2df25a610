"""The record of one unit."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from dashboard import formats


class Tier(StrEnum):
    """The level on which a unit stands."""

    NATION = "nation"
    REGION = "region"
    PROVINCE = "province"
    COMMUNE = "commune"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with one name, one kind and one set of borders, for as long as it keeps them; its key is its own forever.

    `gso_code` and `agency_code` mean this unit only between `valid_from` and `valid_to` (both inclusive; None: still valid).
    `parent` and `region` are keys. `population` counts people by the reckoning that `population_source` names.
    """

    key: str
    tier: Tier
    gso_code: str | None
    agency_code: str | None
    name_vi: str
    full_name_vi: str
    name_en: str
    kind: str
    region: str | None
    parent: str | None
    valid_from: dt.date
    valid_to: dt.date | None = None
    population: int | None = None
    population_source: str | None = None

    def valid(self, on: dt.date) -> bool:
        """Whether the unit existed on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def sort_key(self) -> str:
        """For Vietnamese order, in Python and in PostgreSQL's "C" collation."""
        return formats.sort_key(self.name_vi)
