"""Districts and communes from their tables, and which commune of 2020 went into which of 2025.

Keys: name and code (`ba_dinh_001`, `phuc_xa_00001`); those since 1/7/2025 add the year (`ba_dinh_00004_2025`). The list of 2020 is taken
as valid from its own day until the mergers, or until its province ended: changes in between are not known one by one. What is known
stands in `commune_successions.csv`; a commune without a successor has a fate that no source of ours tells.
"""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dashboard import formats
from dashboard.errors import ConfigurationError
from dashboard.units.draft import DAY, FIRST_LIST, MERGED, Draft, slug
from dashboard.units.tables import Row, rows
from dashboard.units.unit import Tier, Unit

_COMMUNES: Final = ("xã ", "phường ", "thị trấn ", "đặc khu ")


@dataclass(frozen=True, slots=True)
class _Tier:
    """What the units of one list have in common; `kinds` are the words with which their names may begin."""

    tier: Tier
    kinds: tuple[str, ...]
    since: dt.date
    suffix: str
    plain: dict[str, str] = field(default_factory=dict)
    """Name → in plain letters: many communes bear the name of another."""


def of_2020(draft: Draft, folder: Path) -> dict[str, Unit]:
    """The districts and communes of the list of 2020 under the provinces that bear the codes; returns the communes by code."""
    tier = _Tier(Tier.DISTRICT, ("huyện ", "quận ", "thị xã ", "thành phố "), FIRST_LIST, "")
    districts: dict[str, Unit] = {}
    expected: dict[str, int] = {}
    for row in rows(folder / "districts_2020.csv", "gso_code", "province_gso_code", "name_vi", "n_communes"):
        code, province = row.code("gso_code", 3), draft.bearer(row, "province_gso_code")
        _add(draft, districts, _unit(tier, row, code, province), row)
        expected[code] = row.count("n_communes")
    tier = _Tier(Tier.COMMUNE, _COMMUNES, FIRST_LIST, "")
    found: Counter[str] = Counter()
    communes: dict[str, Unit] = {}
    for row in rows(folder / "communes_2020.csv", "gso_code", "district_gso_code", "name_vi"):
        district = districts.get(row.code("district_gso_code", 3))
        if district is None:
            raise row.fault(f"no district bears the code {row.text('district_gso_code')}")
        code = row.code("gso_code", 5)
        _add(draft, communes, _unit(tier, row, code, district), row)
        found[row.fields["district_gso_code"]] += 1
    _complete(folder / "communes_2020.csv", "district", found, expected)
    return communes


def of_2025(draft: Draft, folder: Path) -> dict[str, Unit]:
    """The communes since 1/7/2025, by code."""
    tier = _Tier(Tier.COMMUNE, _COMMUNES, MERGED, f"_{MERGED.year}")
    found: Counter[str] = Counter()
    communes: dict[str, Unit] = {}
    for row in rows(folder / "communes_2025.csv", "gso34", "ward_code", "name_vi"):
        province, code = draft.bearer(row, "gso34"), row.code("ward_code", 5)
        found[row.fields["gso34"]] += 1
        _add(draft, communes, _unit(tier, row, code, province), row)
    _complete(folder / "communes_2025.csv", "province", found, draft.communes)
    return communes


def successions(draft: Draft, folder: Path, old: dict[str, Unit], new: dict[str, Unit]) -> None:
    """Which commune went into which: whole into one, or a part into each of several."""
    heirs: dict[str, list[str]] = defaultdict(list)
    whole: dict[str, Row] = {}
    for row in rows(folder / "commune_successions.csv", "gso_code", "whole_from", "part_from"):
        unit = new.get(row.code("gso_code", 5))
        if unit is None:
            raise row.fault(f"no commune of 2025 bears the code {row.text('gso_code')}")
        undivided, parts = row.codes("whole_from", 5), row.codes("part_from", 5)
        whole.update(dict.fromkeys(undivided, row))
        codes = undivided + parts
        for code in codes:
            if code not in old:
                raise row.fault(f"no commune of 2020 bears the code {code}")
            heirs[code].append(unit.key)
        draft.predecessors[unit.key] = tuple(old[code].key for code in codes)
    for code, keys in heirs.items():
        if code in whole and len(keys) > 1:
            raise whole[code].fault(f"{code} went whole into one commune and yet into {' and '.join(keys)}")


def _add(draft: Draft, by_code: dict[str, Unit], unit: Unit, row: Row) -> None:
    if unit.gso_code is None or by_code.setdefault(unit.gso_code, unit) is not unit:
        raise row.fault(f"the code {unit.gso_code} stands there twice")
    draft.add(unit, row)


def _unit(tier: _Tier, row: Row, code: str, parent: Unit) -> Unit:
    full = row.text("name_vi")
    lower = full.lower()
    kind = next((kind for kind in tier.kinds if lower.startswith(kind)), None)
    if kind is None:
        raise row.fault(f"{full!r} begins with none of {', '.join(kind.strip() for kind in tier.kinds)}")
    name = full[len(kind) :]
    shown = full if name.isdigit() else name  # nobody says "1" of Quận 1
    if (plain := tier.plain.get(shown)) is None:
        plain = tier.plain[shown] = formats.plain(shown)
    key, until = f"{slug(plain)}_{code}{tier.suffix}", None if tier.suffix else parent.valid_to or MERGED - DAY
    return Unit(key, tier.tier, code, None, shown, full, plain.title(), kind[:-1], parent.region, parent.key, tier.since, until)


def _complete(path: Path, above: str, found: Counter[str], expected: dict[str, int]) -> None:
    for code, count in expected.items():
        if found[code] != count:
            raise ConfigurationError(f"{path}: {found[code]} communes of {above} {code}, {count} expected")
