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
    DISTRICT = "district"
    COMMUNE = "commune"
    MINISTRY = "ministry"
    DEPARTMENT = "department"


class Reckoning(StrEnum):
    """How people were counted. Two reckonings never stand in one series: a census counts who lives there, a register who is entered."""

    CENSUS_2009 = "census_2009"
    CENSUS_2019 = "census_2019"
    REGISTERED_2025 = "registered_2025"

    @property
    def source_vi(self) -> str:
        """Where the counts come from, for the screen."""
        return _SOURCES[self]


_SOURCES = {
    Reckoning.CENSUS_2009: "Tổng điều tra dân số 1/4/2009, Tổng cục Thống kê",
    Reckoning.CENSUS_2019: "Tổng điều tra dân số 1/4/2019, Tổng cục Thống kê",
    Reckoning.REGISTERED_2025: "Dân số đăng ký năm 2025, Tổng cục Thống kê",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with one name, one kind and one set of borders, for as long as it keeps them; its key is its own forever.

    `gso_code` and `agency_code` mean this unit only between `valid_from` and `valid_to` (both inclusive; None: still valid).
    `parent` and `region` are keys.
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

    def valid(self, on: dt.date) -> bool:
        """Whether the unit existed on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def sort_key(self) -> str:
        """For Vietnamese order, in Python and in PostgreSQL's "C" collation."""
        return formats.sort_key(self.name_vi)
