"""Whose row it is: by the code and the name that stand in it, never by guess."""

import re
from functools import lru_cache
from typing import Final

from dashboard.errors import UnitAmbiguous, UnitUnknown
from dashboard.formats import date
from dashboard.units import Tier, Unit, UnitRegistry, names
from dashboard.workbooks.numbers import SHOWN, CellFault
from dashboard.workbooks.rows import Place, Places
from dashboard.workbooks.table import Value, shown

_NUMBERED: Final = re.compile(r"^(?:(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5}|[a-zđ])[.)]\s*|[-+*•–—]\s*)+")
_LONGEST: Final = 120
_EXPLAINED: Final = 25
"""Unknown names for which near ones are looked for; it takes milliseconds each, and a wrong column has thousands."""


class Finder:
    """Finds the rows of a report for what stands in a file; remembers how often it has explained itself."""

    def __init__(self, places: Places, units: UnitRegistry) -> None:
        """For one report, province and period."""
        self._places, self._units = places, units
        self._explained = 0

    def find(self, code: Value, name: str) -> Place:
        """The row of a code, a name, or both, which must agree. Raises CellFault with the reason in Vietnamese."""
        text = bare(name)
        if name.startswith(("=", "@")):
            raise CellFault("formula_text", f"tên đơn vị “{name[:SHOWN]}” có dạng công thức, không được nhận")
        if (said := shown(code).strip()) and (place := self._by_code(said, text)):
            return place
        if not text and len(self._places.rows) == 1:
            return self._places.rows[0]
        if not text:
            raise CellFault("no_name", "dòng có số liệu nhưng không ghi tên đơn vị")
        return self._by_name(text)

    def known(self, name: str) -> bool:
        """Whether a name means one row, without a word about why not."""
        text = bare(name)
        return bool(text) and not self._is_whole(text) and len(self._places.named(text)) == 1

    def _by_code(self, said: str, text: str) -> Place | None:
        place = self._places.by_code.get(said.upper())
        if place is None and said.isascii() and said.isdigit():
            alike = self._places.by_number.get(int(said[:9]), ())
            place = alike[0] if len(alike) == 1 else None
        if place is None:
            raise CellFault("code_unknown", f"mã “{said[:SHOWN]}” không phải của đơn vị nào trong báo cáo này")
        if text and not _same(text, place.name_vi) and place not in self._places.named(text):
            raise CellFault("code_disagrees", f"mã “{said}” là của {place.name_vi}, nhưng tên ghi là “{text[:SHOWN]}”")
        return place

    def _by_name(self, text: str) -> Place:
        if len(self._places.rows) > 1 and self._is_whole(text):
            words = "hãy ghi “Cơ quan cấp tỉnh” cho các sở, ban, ngành, hoặc “Tổng cộng” cho toàn tỉnh"
            raise CellFault("row_unclear", f"“{text[:SHOWN]}”: không rõ là cơ quan cấp tỉnh hay toàn tỉnh: {words}")
        found = self._places.named(text)
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(f"{one.name_vi} (mã {one.code})" for one in found[:5])
            raise CellFault("unit_ambiguous", f"“{text[:SHOWN]}” có thể là {several}: hãy ghi đủ loại đơn vị hoặc mã")
        if alike := self._places.by_name.get(names.spoken(text).folded):
            said = ", ".join(one.name_vi for one in alike[:5])
            raise CellFault("unit_kind", f"không có đơn vị nào tên “{text[:SHOWN]}”; trong {self._places.unit.full_name_vi} có {said}")
        raise self._unknown(text)

    def _is_whole(self, text: str) -> bool:
        """Whether a name is that of the whole province."""
        own, said = self._places.unit, names.spoken(text)
        same = said.folded in names.names_of(own) or names.fold(text) == names.fold(own.full_name_vi)
        return same and (not said.kinds or own.kind in said.kinds)

    def _unknown(self, text: str) -> CellFault:
        own, day = self._places.unit, self._places.period.last_day
        plain = f"không có đơn vị nào tên “{text[:SHOWN]}” trong {own.full_name_vi} vào ngày {date(day)}"
        self._explained += 1
        if self._explained > _EXPLAINED:
            return CellFault("unit_unknown", plain)
        if elsewhere := self._elsewhere(text):
            return elsewhere
        try:
            unit = self._units.resolve(text, on=day, within=own.key)
        except UnitAmbiguous as fault:
            return CellFault("unit_ambiguous", fault.said_vi)
        except UnitUnknown as fault:
            near = fault.said_vi.partition(";")[2]
            return CellFault("unit_unknown", f"{plain};{near}" if near else plain)
        return CellFault("unit_unknown", f"{unit.full_name_vi} không có dòng riêng trong báo cáo này")

    def _elsewhere(self, text: str) -> CellFault | None:
        """The fault of a name that is not of this province but of another."""
        day, own = self._places.period.last_day, self._places.unit
        for tier in (Tier.COMMUNE, Tier.DISTRICT, Tier.PROVINCE):
            try:
                unit = self._units.resolve(text, on=day, tier=tier)
            except UnitAmbiguous:
                words = f"“{text[:SHOWN]}” không thuộc {own.full_name_vi}; nhiều tỉnh khác có đơn vị cùng tên"
                return CellFault("unit_elsewhere", words)
            except UnitUnknown:
                continue
            if unit.key != own.key:
                return CellFault("unit_elsewhere", f"{unit.full_name_vi} không thuộc {own.full_name_vi}{self._of(unit)}")
        return None

    def _of(self, unit: Unit) -> str:
        try:
            above = self._units.above(unit.key, Tier.PROVINCE)
        except UnitUnknown:
            return ""
        return f" mà thuộc {above.full_name_vi}" if above.key != unit.key else ""


def _same(text: str, name: str) -> bool:
    return text == name or names.fold(text) == names.fold(name)


@lru_cache(maxsize=4096)
def bare(name: str) -> str:
    """A name without the number or dash before it: `1. Xã A`, `- Xã A`."""
    text = " ".join(name.split())[:_LONGEST]
    return _NUMBERED.sub("", text) or text
