"""What a sheet says above its heads: of which report, province and period it is; and what else stands around its figures."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.errors import PeriodError, UnitAmbiguous, UnitUnknown
from dashboard.periods import Period
from dashboard.units import Tier, UnitRegistry
from dashboard.workbooks.shapes import Problem
from dashboard.workbooks.table import Table

STAMP_VI: Final = "Mã biểu"
_STAMP: Final = re.compile(
    r"mã biểu\s*:\s*(?P<report>[a-z][a-z0-9_]*)\s*·\s*(?P<unit>[a-z][a-z0-9_]*)\s*·\s*(?P<period>[0-9Q/ytd-]{4,12})", re.I
)
_SIGNED_ON: Final = re.compile(r"ngày\s+[\d.…\s]*tháng", re.I)
_MONTH: Final = re.compile(r"(?:tháng|kỳ(?: báo cáo)?\s*:?)\s*(?:tháng\s*)?(\d{1,2})\s*(?:/|-|năm|\s)\s*(?:năm\s*)?(\d{4})", re.I)
_QUARTER: Final = re.compile(r"quý\s+(I{1,3}|IV|[1-4])\s*(?:/|-|năm|\s)\s*(?:năm\s*)?(\d{4})", re.I)
_YEAR: Final = re.compile(r"năm\s+(\d{4})", re.I)
_CUMULATED: Final = re.compile(r"l[ũu][yỹ]\s*kế\s+(?:\d+\s+tháng|từ đầu năm|đến)|(?:^|\s)\d+\s+tháng đầu năm", re.I)
_UNIT: Final = re.compile(r"^(?:đơn vị(?: báo cáo)?|tên đơn vị|địa phương)\s*:\s*(?P<unit>.+)$", re.I)
_OFFICE: Final = re.compile(r"^(?:ubnd|(?:ủy|uỷ) ban nhân dân)\s+(?:tỉnh|thành phố|tp)", re.I)
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a template says of itself: report, unit and period by their keys, and the cell where it says so."""

    report: str
    unit: str
    period: Period
    cell: str


def stamp_of(tables: Sequence[Table]) -> Stamp | None:
    """The stamp that a template bears in every format that it may have been saved in; None for other workbooks."""
    for table in tables:
        for cell, text in _texts(table, 1 << 20):
            if (found := _STAMP.search(text)) and (period := _period(found["period"])):
                return Stamp(found["report"], found["unit"], period, cell)
    return None


def _texts(table: Table, before: int) -> Iterator[tuple[str, str]]:
    """The texts above a row, with their cells; of the first rows of a sheet only."""
    for row in table.rows[:60]:
        if row.number >= before:
            return
        for column, value in enumerate(row.values):
            if isinstance(value, str):
                yield table.place(row.number, column), value[:_LONGEST]


def _period(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except PeriodError:
        return None


def differences(table: Table, before: int, unit: str, period: Period, units: UnitRegistry) -> list[Problem]:
    """Where the sheet says above its heads that it is of another province or period than the one chosen."""
    texts = list(_texts(table, before))
    return [*_periods(texts, period), *_units(texts, unit, period, units)]


def _periods(texts: list[tuple[str, str]], period: Period) -> Iterator[Problem]:
    said = [(cell, found) for cell, text in texts for found in _periods_in(text)]
    if said and period not in [found for _, found in said]:
        cell, found = next(((cell, one) for cell, one in said if one.grain is period.grain), said[0])
        if found.grain is period.grain or not found.contains(period):
            words = f"tệp ghi {found.label_vi}, nhưng kỳ đã chọn là {period.label_vi}"
            yield Problem(cell, "period_differs", "error", words)
    for cell, text in texts:
        if _CUMULATED.search(text):
            yield Problem(cell, "cumulated", "error", f"tệp ghi số lũy kế (“{text[:80]}”); báo cáo này cần số của riêng {period.label_vi}")


def _periods_in(text: str) -> Iterator[Period]:
    if stamp := _STAMP.search(text):
        if period := _period(stamp["period"]):
            yield period
        return
    if _SIGNED_ON.search(text):
        return
    months = [_period(f"{year}-{int(month):02d}") for month, year in _MONTH.findall(text)]
    quarters = [_period(f"{year}-Q{_ROMAN.get(one.lower(), one)}") for one, year in _QUARTER.findall(text)]
    years = [] if months or quarters else [_period(year) for year in _YEAR.findall(text)]
    yield from (one for one in (*months, *quarters, *years) if one is not None)


def _units(texts: list[tuple[str, str]], unit: str, period: Period, units: UnitRegistry) -> Iterator[Problem]:
    own = units.get(unit)
    for cell, text in texts:
        stamp = _STAMP.search(text)
        named = _UNIT.match(text)
        said = named["unit"] if named else text if _OFFICE.match(text) else ""
        found = stamp["unit"] if stamp else _resolved(said, period, units) if said else ""
        if found and found != unit and found in units:
            words = f"tệp là của {units.get(found).full_name_vi}, nhưng đơn vị đã chọn là {own.full_name_vi}"
            yield Problem(cell, "unit_differs", "error", words)


def _resolved(text: str, period: Period, units: UnitRegistry) -> str:
    """The key of the province that a title names; empty when it names none for certain."""
    try:
        return units.resolve(text[:80], on=period.last_day, tier=Tier.PROVINCE).key
    except (UnitUnknown, UnitAmbiguous):
        return ""


_SIGNATURES: Final = (
    "người lập",
    "thủ trưởng",
    "chủ tịch",
    "phó chủ tịch",
    "giám đốc",
    "nơi nhận",
    "xác nhận",
    "ký tên",
    "(ký",
    "kt.",
    "tm.",
    "ký, ghi rõ",
    "kế toán",
    "văn thư",
    "số điện thoại",
    "điện thoại",
)
_NOTES: Final = ("ghi chú", "lưu ý", "chú thích", "nguồn:")
SIGNED_VI: Final = "phần ký"
_GROUP: Final = re.compile(r"^(?:[IVX]{1,5}|[A-ZĐ]|\d{1,2})\s*[.):-]?\s+\S|^(?:các|khối|cấp|nhóm|trong đó)\b", re.I)
_TOTAL: Final = re.compile(r"^(?:[ivx\d]{1,4}[.)]?\s*)?(?:tổng|cộng|toàn tỉnh|toàn thành phố|cả tỉnh|cả nước|toàn quốc)\b", re.I)


def is_total(text: str) -> bool:
    """Whether a row bears the name of a sum. `Tổng Cọt` and `Cộng Hòa` are communes: ask first whether it is a unit."""
    return _TOTAL.match(text.strip()) is not None


def reason_to_ignore(texts: Sequence[str]) -> str:
    """Why a row without figures is none of a unit, in Vietnamese; empty when nothing tells."""
    folded = [" ".join(text.lower().split()) for text in texts]
    if any(text.startswith(_SIGNATURES) for text in folded) or any(_SIGNED_ON.search(text) for text in texts):
        return SIGNED_VI
    if any(text.startswith(_NOTES) for text in folded):
        return "ghi chú"
    if len(texts) <= 2 and any(_GROUP.match(text) for text in texts):
        return "dòng tên nhóm, không có số liệu"
    return ""
