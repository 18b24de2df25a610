"""From the tables to units: which unit began, changed and ended when.

Keys: the code name; a unit that took over a name that another one bore before adds its first year (`bac_ninh_2025`). A province that
came out of the mergers of 1/7/2025 alone and under its own name is the same unit as before and keeps its key.

The region of a province of 2025 is our own derivation: that of the predecessor whose name it bears, in the six regions of 2020.
"""

import datetime as dt
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from dashboard import formats
from dashboard.errors import ConfigurationError
from dashboard.units.names import agency_code, is_agency_code
from dashboard.units.tables import Row, rows
from dashboard.units.unit import Tier, Unit

_SIXTY_THREE: Final = dt.date(2008, 8, 1)  # Hà Tây went into Hà Nội: since then the 63
_THIRTY_FOUR: Final = dt.date(2025, 7, 1)  # Resolution 202/2025/QH15
_REUNIFIED: Final = dt.date(1976, 7, 2)
_DAY: Final = dt.timedelta(days=1)
_REGISTERED: Final = "Dân số đăng ký năm 2025, Tổng cục Thống kê"
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")
_COMMUNE_KINDS: Final = ("Xã", "Phường", "Đặc khu")
_NATION: Final = Unit(
    "vn", Tier.NATION, None, None, "Việt Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam", "Viet Nam", "quốc gia", None, None, _REUNIFIED
)


@dataclass(slots=True)
class Builder:
    """Units as they are gathered; `bearers` holds the province that bears a GSO code just now in the telling, `communes` how
    many communes a province of 2025 must have."""

    units: dict[str, Unit] = field(default_factory=lambda: {_NATION.key: _NATION})
    predecessors: dict[str, tuple[str, ...]] = field(default_factory=dict)
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
            self.units[old.key] = replace(old, valid_to=unit.valid_from - _DAY)
        self.add(unit, row)
        self.predecessors[unit.key] = tuple(old.key for old in olds)


def build(folder: Path) -> Builder:
    """Read every table of the folder; ConfigurationError names file and line of what is wrong."""
    builder = Builder()
    _provinces_of_2020(builder, folder)
    _renamed(builder, folder)
    _provinces_of_2025(builder, folder)
    _populations(builder, folder)
    _communes(builder, folder)
    _departments(builder, folder)
    return builder


def _provinces_of_2020(builder: Builder, folder: Path) -> None:
    columns = ("gso_code", "codename", "name_vi", "full_name_vi", "name_en_ascii", "kind", "region", "region_en", "agency_code")
    for row in rows(folder / "provinces_2020.csv", *columns):
        region = _slug(row.text("region_en"))
        if region not in builder.units:
            name = row.text("region")
            full = f"Vùng {name}"
            builder.add(Unit(region, Tier.REGION, None, None, name, full, row.text("region_en"), "vùng", region, "vn", _SIXTY_THREE), row)
        unit = _province(row, row.code("gso_code", 2), _agency(row), region, _SIXTY_THREE)
        _bear(builder.bearers, unit, row)
        builder.add(unit, row)


def _renamed(builder: Builder, folder: Path) -> None:
    columns = ("old_codename", "codename", "name_vi", "full_name_vi", "name_en_ascii", "kind", "valid_from")
    for row in rows(folder / "renamed.csv", *columns):
        old = builder.units.get(row.text("old_codename"))
        if old is None or old.gso_code is None:
            raise row.fault(f"no province has the key {row.text('old_codename')}")
        unit = _province(row, old.gso_code, old.agency_code, old.region, row.day("valid_from"))
        builder.succeed(unit, [old], row)
        builder.bearers[old.gso_code] = unit


def _provinces_of_2025(builder: Builder, folder: Path) -> None:
    codes = {row.code("gso_code", 2): _agency(row) for row in rows(folder / "agency_code_34.csv", "gso_code", "agency_code")}
    merged = _mergers(builder, folder)
    after: dict[str, Unit] = {}
    columns = ("gso_code", "codename", "name_vi", "full_name_vi", "name_en_ascii", "kind", "n_communes")
    for row in rows(folder / "provinces_2025.csv", *columns):
        gso = row.code("gso_code", 2)
        builder.communes[gso] = row.count("n_communes")
        olds, name = merged.get(gso, []), row.text("codename")
        namesake = next((old for old in olds if old.key == name), None)
        if namesake is None or gso not in codes:
            raise row.fault(f"{name} ({gso}) needs an agency code and a predecessor of its name in mergers_2025.csv")
        if olds == [namesake]:
            _bear(after, namesake, row)
            continue
        unit = replace(_province(row, gso, codes[gso], namesake.region, _THIRTY_FOUR), key=f"{name}_{_THIRTY_FOUR.year}")
        _bear(after, unit, row)
        builder.succeed(unit, olds, row)
    if lost := merged.keys() - after.keys():
        raise ConfigurationError(f"{folder / 'provinces_2025.csv'}: no row for {', '.join(sorted(lost))}, named in mergers_2025.csv")
    builder.bearers = after


def _mergers(builder: Builder, folder: Path) -> dict[str, list[Unit]]:
    """New GSO code → the provinces that went into it, by the codes of before."""
    merged: dict[str, list[Unit]] = defaultdict(list)
    for row in rows(folder / "mergers_2025.csv", "old_gso_code", "new_gso_code"):
        old = builder.bearers.get(row.code("old_gso_code", 2))
        if old is None:
            raise row.fault(f"no province bore the code {row.text('old_gso_code')}")
        merged[row.code("new_gso_code", 2)].append(old)
    if lost := builder.bearers.keys() - {old.gso_code for olds in merged.values() for old in olds}:
        raise ConfigurationError(f"{folder / 'mergers_2025.csv'}: no row for {', '.join(sorted(lost))}")
    return merged


def _populations(builder: Builder, folder: Path) -> None:
    for row in rows(folder / "population_34.csv", "gso_code", "pop_registered_2025"):
        unit = _bearer(builder, row, "gso_code")
        unit = replace(unit, population=row.count("pop_registered_2025"), population_source=_REGISTERED)
        builder.units[unit.key] = unit


def _communes(builder: Builder, folder: Path) -> None:
    found: Counter[str] = Counter()
    for row in rows(folder / "communes_2025.csv", "gso34", "ward_code", "name_vi"):
        province, code, full = _bearer(builder, row, "gso34"), row.code("ward_code", 5), row.text("name_vi")
        found[row.fields["gso34"]] += 1
        kind = next((kind for kind in _COMMUNE_KINDS if full.startswith(f"{kind} ")), None)
        if kind is None:
            raise row.fault(f"{full!r} begins with none of {', '.join(_COMMUNE_KINDS)}")
        name = full.removeprefix(f"{kind} ")
        plain = formats.plain(name)
        key = f"{_NO_WORD.sub('_', plain)}_{code}_{_THIRTY_FOUR.year}"
        builder.add(
            Unit(key, Tier.COMMUNE, code, None, name, full, plain.title(), kind.lower(), province.region, province.key, _THIRTY_FOUR), row
        )
    for gso, count in builder.communes.items():
        if found[gso] != count:
            raise ConfigurationError(f"{folder / 'communes_2025.csv'}: {found[gso]} communes of province {gso}, {count} expected")


def _departments(builder: Builder, folder: Path) -> None:
    for row in rows(folder / "agencies.csv", "agency_code", "name_vi", "full_name_vi", "name_en", "parent", "valid_from"):
        parent, code = builder.units.get(row.text("parent")), _agency(row)
        if parent is None:
            raise row.fault(f"no unit has the key {row.text('parent')}")
        names = (row.text("name_vi"), row.text("full_name_vi"), row.text("name_en"))
        builder.add(
            Unit(_slug(code), Tier.DEPARTMENT, None, code, *names, "cơ quan", parent.region, parent.key, row.day("valid_from")), row
        )


def _province(row: Row, gso: str, agency: str | None, region: str | None, since: dt.date) -> Unit:
    name, full, english = row.text("name_vi"), row.text("full_name_vi"), row.text("name_en_ascii")
    return Unit(row.text("codename"), Tier.PROVINCE, gso, agency, name, full, english, row.text("kind"), region, region, since)


def _bear(bearers: dict[str, Unit], unit: Unit, row: Row) -> None:
    if unit.gso_code is None or bearers.setdefault(unit.gso_code, unit) is not unit:
        raise row.fault(f"the code {unit.gso_code} stands there twice")


def _bearer(builder: Builder, row: Row, column: str) -> Unit:
    unit = builder.bearers.get(row.code(column, 2))
    if unit is None:
        raise row.fault(f"no province bears the code {row.text(column)}")
    return unit


def _agency(row: Row) -> str:
    code = row.text("agency_code")
    if not is_agency_code(code):
        raise row.fault(f"{code!r} is no agency code")
    return agency_code(code)


def _slug(text: str) -> str:
    return _NO_WORD.sub("_", formats.plain(text)).strip("_")


def checked(builder: Builder) -> Builder:
    """The same, after making sure that no two units bear one code on one day; else ConfigurationError."""
    seen: dict[str, list[Unit]] = defaultdict(list)
    for unit in builder.units.values():
        for code in (unit.gso_code, unit.agency_code):
            if code is None:
                continue
            for other in seen[code]:
                if other.valid(unit.valid_from) or unit.valid(other.valid_from):
                    raise ConfigurationError(f"data/units: {unit.key} and {other.key} both bear the code {code} on one day")
            seen[code].append(unit)
    return builder
