"""Provinces and regions from their tables: which one began, changed and ended when, and how many people were counted in it.

Keys: the code name; a unit that took over a name that another one bore before adds its first year (`bac_ninh_2025`). A province that
came out of the mergers of 1/7/2025 alone and under its own name is the same unit as before and keeps its key.

The region of a province of 2025 is our own derivation: that of the predecessor whose name it bears, in the six regions of 2020.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Final

from dashboard import formats
from dashboard.errors import ConfigurationError
from dashboard.units.draft import MERGED, Draft, agency, slug
from dashboard.units.tables import Row, rows
from dashboard.units.unit import Reckoning, Tier, Unit

_SIXTY_THREE: Final = dt.date(2008, 8, 1)  # Hà Tây went into Hà Nội: since then the 63


def of_2020(draft: Draft, folder: Path) -> None:
    """The six regions and the 63 provinces, with those who were counted in 2009 and 2019."""
    columns = ("gso_code", "codename", "name_vi", "full_name_vi", "name_en_ascii", "kind", "region", "region_en", "agency_code")
    for row in rows(folder / "provinces_2020.csv", *columns):
        region = slug(formats.plain(row.text("region_en")))
        if region not in draft.units:
            name = row.text("region")
            full = f"Vùng {name}"
            draft.add(Unit(region, Tier.REGION, None, None, name, full, row.text("region_en"), "vùng", region, "vn", _SIXTY_THREE), row)
        unit = _province(row, row.code("gso_code", 2), agency(row), region, _SIXTY_THREE)
        _bear(draft.bearers, unit, row)
        draft.add(unit, row)
    _counted(draft, folder / "population_63.csv", {Reckoning.CENSUS_2009: "pop_census_2009", Reckoning.CENSUS_2019: "pop_census_2019"})


def renamed(draft: Draft, folder: Path) -> None:
    """Provinces that changed name and kind before the mergers."""
    columns = ("old_codename", "codename", "name_vi", "full_name_vi", "name_en_ascii", "kind", "valid_from")
    for row in rows(folder / "renamed.csv", *columns):
        old = draft.units.get(row.text("old_codename"))
        if old is None or old.gso_code is None:
            raise row.fault(f"no province has the key {row.text('old_codename')}")
        unit = _province(row, old.gso_code, old.agency_code, old.region, row.day("valid_from"))
        draft.succeed(unit, [old], row)
        draft.bearers[old.gso_code] = unit


def of_2025(draft: Draft, folder: Path) -> None:
    """The 34 provinces, and which old ones went into them."""
    codes = {row.code("gso_code", 2): agency(row) for row in rows(folder / "agency_code_34.csv", "gso_code", "agency_code")}
    merged = _mergers(draft, folder)
    after: dict[str, Unit] = {}
    columns = ("gso_code", "codename", "name_vi", "full_name_vi", "name_en_ascii", "kind", "n_communes")
    for row in rows(folder / "provinces_2025.csv", *columns):
        gso = row.code("gso_code", 2)
        draft.communes[gso] = row.count("n_communes")
        olds, name = merged.get(gso, []), row.text("codename")
        namesake = next((old for old in olds if old.key == name), None)
        if namesake is None or gso not in codes:
            raise row.fault(f"{name} ({gso}) needs an agency code and a predecessor of its name in mergers_2025.csv")
        if olds == [namesake]:
            _bear(after, namesake, row)
            continue
        unit = replace(_province(row, gso, codes[gso], namesake.region, MERGED), key=f"{name}_{MERGED.year}")
        _bear(after, unit, row)
        draft.succeed(unit, olds, row)
    if lost := merged.keys() - after.keys():
        raise ConfigurationError(f"{folder / 'provinces_2025.csv'}: no row for {', '.join(sorted(lost))}, named in mergers_2025.csv")
    draft.bearers = after
    _counted(draft, folder / "population_34.csv", {Reckoning.REGISTERED_2025: "pop_registered_2025"})


def _mergers(draft: Draft, folder: Path) -> dict[str, list[Unit]]:
    """New GSO code → the provinces that went into it, by the codes of before."""
    merged: dict[str, list[Unit]] = defaultdict(list)
    for row in rows(folder / "mergers_2025.csv", "old_gso_code", "new_gso_code"):
        old = draft.bearers.get(row.code("old_gso_code", 2))
        if old is None:
            raise row.fault(f"no province bore the code {row.text('old_gso_code')}")
        merged[row.code("new_gso_code", 2)].append(old)
    if lost := draft.bearers.keys() - {old.gso_code for olds in merged.values() for old in olds}:
        raise ConfigurationError(f"{folder / 'mergers_2025.csv'}: no row for {', '.join(sorted(lost))}")
    return merged


def _counted(draft: Draft, path: Path, columns: dict[Reckoning, str]) -> None:
    for row in rows(path, "gso_code", *columns.values()):
        unit = draft.bearer(row, "gso_code")
        for reckoning, column in columns.items():
            draft.populations[reckoning][unit.key] = row.count(column)


def _province(row: Row, gso: str, agency_code: str | None, region: str | None, since: dt.date) -> Unit:
    name, full, english = row.text("name_vi"), row.text("full_name_vi"), row.text("name_en_ascii")
    return Unit(row.text("codename"), Tier.PROVINCE, gso, agency_code, name, full, english, row.text("kind"), region, region, since)


def _bear(bearers: dict[str, Unit], unit: Unit, row: Row) -> None:
    if unit.gso_code is None or bearers.setdefault(unit.gso_code, unit) is not unit:
        raise row.fault(f"the code {unit.gso_code} stands there twice")
