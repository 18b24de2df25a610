"""Numbers as people in Vietnam type them, and as programs export them: `1.234,5`, `1,234.5`, `1 234`, and what is no number at all."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from dashboard.errors import DashboardError
from dashboard.formats import number
from dashboard.workbooks.reports import Column
from dashboard.workbooks.table import State, Value, shown

SHOWN: Final = 60
_STARTS_FORMULA: Final = ("=", "@", "\t", "\r")
_BLANKS: Final = re.compile(r"(?<=[0-9])[\s\u00a0\u202f'](?=[0-9]{3}(?:[^0-9]|$))")
_DIGITS: Final = re.compile(r"[+\-\u2212]?[0-9]+")
_GROUPED: Final = re.compile(r"[+\-\u2212]?[0-9]{1,3}(?:(?P<sign>[.,])[0-9]{3})(?:(?P=sign)[0-9]{3})*")
_DECIMAL: Final = re.compile(r"(?P<whole>[+\-\u2212]?[0-9]*)(?P<sign>[.,])(?P<part>[0-9]+)")
_BOTH: Final = re.compile(r"(?P<whole>[+\-\u2212]?[0-9]{1,3}(?:(?P<sign>[.,])[0-9]{3})+)(?!(?P=sign))[.,](?P<part>[0-9]+)")
_NONE_SAID: Final = frozenset({"-", "–", "—", "x", "...", "…", "/", "không", "không có", "chưa có", "n/a", "na"})
_NEAR: Final = 1e-9


class CellFault(DashboardError):
    """Why a cell's figure cannot be taken: `kind` for the machine, the text for people, in Vietnamese."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def figure(value: Value, state: State, column: Column, decimal_sign: str) -> float | None:
    """The number that a cell of that value and state says; None for an empty one. `decimal_sign` is that of the table (`,`, `.`, or empty
    when nothing tells).

    Raises CellFault, in Vietnamese, for anything else than a number within the column's bounds.
    """
    if state != "value":
        raise _fault_of(value, state)
    match value:
        case None:
            return None
        case bool():
            raise CellFault("not_a_number", f"{column.leaf_vi}: “{shown(value)}” không phải là số")
        case int() | float():
            return _checked(float(value), column)
        case str():
            return _checked(_typed(value, column, decimal_sign), column)
        case _:
            words = f"ô đang là ngày tháng ({shown(value)}): hãy đổi định dạng ô thành số rồi ghi lại"
            raise CellFault("date", f"{column.leaf_vi}: {words}")


@dataclass
class Figures:
    """The figures of one column of a sheet: what was read once is not read again, since thousands of cells hold the same few numbers."""

    column: Column
    decimal_sign: str
    _known: dict[float | str, float | CellFault | None] = field(default_factory=dict)

    def read(self, value: Value, state: State) -> float | CellFault | None:
        """What `figure` makes of a cell, or why it cannot be taken."""
        if state != "value" or not (type(value) is float or type(value) is str):
            return self._read(value, state)
        if value not in self._known:
            self._known[value] = self._read(value, state)
        return self._known[value]

    def _read(self, value: Value, state: State) -> float | CellFault | None:
        try:
            return figure(value, state, self.column, self.decimal_sign)
        except CellFault as fault:
            return fault


def _fault_of(value: Value, state: State) -> CellFault:
    if state == "no_result":
        words = "công thức chưa được tính hoặc không cho kết quả: hãy mở bằng Excel, lưu lại, hoặc ghi số vào ô"
        return CellFault("no_result", words)
    return CellFault("formula_fault", f"công thức bị lỗi {shown(value)}")


def _checked(value: float, column: Column) -> float:
    if not math.isfinite(value):
        raise CellFault("not_a_number", f"{column.leaf_vi}: không phải là số")
    if column.integer and not value.is_integer():
        if abs(value - round(value)) > _NEAR * max(1.0, abs(value)):
            raise CellFault("not_whole", f"{column.leaf_vi}: {_plain(value)} phải là số nguyên")
        value = float(round(value))
    if value < column.minimum:
        words = "là số âm" if value < 0 <= column.minimum else f"nhỏ hơn mức thấp nhất {_plain(column.minimum)}"
        raise CellFault("negative" if value < 0 else "out_of_range", f"{column.leaf_vi}: {_plain(value)} {words}")
    if value > column.maximum:
        raise CellFault("out_of_range", f"{column.leaf_vi}: {_plain(value)} lớn hơn mức cao nhất {_plain(column.maximum)}")
    return value


def _typed(text: str, column: Column, decimal_sign: str) -> float:
    bare = _BLANKS.sub("", text.strip())
    if bare.startswith(_STARTS_FORMULA):
        raise CellFault("formula_text", f"{column.leaf_vi}: “{text[:SHOWN]}” là chữ có dạng công thức, không phải là số")
    if bare.casefold() in _NONE_SAID:
        words = "để trống nếu chưa có số liệu, ghi 0 nếu không phát sinh"
        raise CellFault("not_a_number", f"{column.leaf_vi}: “{text[:SHOWN]}” không phải là số: {words}")
    if _DIGITS.fullmatch(bare):
        return _float(bare)
    if both := _BOTH.fullmatch(bare):
        return _float(f"{_without(both['whole'])}.{both['part']}")
    if grouped := _GROUPED.fullmatch(bare):
        return _grouped(bare, grouped["sign"], column, decimal_sign)
    if decimal := _DECIMAL.fullmatch(bare):
        return _float(f"{decimal['whole'] or '0'}.{decimal['part']}")
    raise CellFault("not_a_number", f"{column.leaf_vi}: “{text[:SHOWN]}” không phải là số")


def _grouped(text: str, sign: str, column: Column, decimal_sign: str) -> float:
    """`1.234`: a thousand and more where only whole numbers may stand or the sign comes again, else as the table writes its decimals."""
    whole = text.count(sign) > 1 or (column.integer and not re.match(r"[+\-\u2212]?0", text)) or (decimal_sign and decimal_sign != sign)
    if whole:
        return _float(_without(text))
    if decimal_sign == sign or re.match(r"[+\-\u2212]?0", text):
        return _float(text.replace(sign, "."))
    one, other = number(_float(_without(text))), text.replace(sign, ",")
    raise CellFault("ambiguous_number", f"{column.leaf_vi}: không rõ “{text}” là {one} hay {other}: hãy ghi lại không có dấu phân cách")


def _without(text: str) -> str:
    return text.replace(".", "").replace(",", "")


def _float(text: str) -> float:
    return float(text.replace("\u2212", "-")[:400])


def _plain(value: float) -> str:
    return number(value, 0 if float(value).is_integer() else 2)[:SHOWN]


def decimal_sign_of(texts: Iterable[str]) -> str:
    """The sign before decimals in these cells, from those that leave no doubt (`12,5`, `1.234,50`); empty when none does or they differ."""
    found: set[str] = set()
    for text in set(texts):
        bare = _BLANKS.sub("", text.strip())
        if both := _BOTH.fullmatch(bare):
            found.add("," if both["sign"] == "." else ".")
        elif not _GROUPED.fullmatch(bare) and (decimal := _DECIMAL.fullmatch(bare)):
            found.add(decimal["sign"])
        elif (grouped := _GROUPED.fullmatch(bare)) and bare.count(grouped["sign"]) > 1:
            found.add("," if grouped["sign"] == "." else ".")
    return found.pop() if len(found) == 1 else ""
