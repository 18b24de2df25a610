"""The workbook that a province fills in: one row a unit, only the figures open for typing, what is wrong lit while one types.

It knows itself: report, unit and period stand in a cell that every format keeps (`titles.stamp_of`), in its properties and defined names.
"""

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name, xl_range, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from dashboard.errors import PeriodError
from dashboard.periods import Period
from dashboard.units import UnitRegistry
from dashboard.workbooks import instructions, template_rules
from dashboard.workbooks.headers import CODE_VI, REASON_VI, STATE_VI, UNIT_VI
from dashboard.workbooks.reports import GROUPED, Column, Report
from dashboard.workbooks.rows import Places, places_of
from dashboard.workbooks.states import ABSENT_VI
from dashboard.workbooks.template_style import Looks
from dashboard.workbooks.titles import STAMP_VI

SHEET: Final = "Báo cáo"
TOTAL_VI: Final = "Tổng cộng"
# Formulas and links are what we write as such; a name that begins with "=" is a name.
_OPTIONS: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_FIRST: Final = 3
"""Columns of the running number, the code and the name stand before the figures."""
_HEAD: Final = 5
"""Row (from 0) of the heads; above it stand title, unit, period, stamp and a hint."""
_CALCULATE: Final = ""
"""Cached result of formulas: none. A zero would be read as a figure by whoever reads without calculating."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the sheet: of figures to be typed, or (`rate`) of a rate that is calculated."""

    title_vi: str
    column: Column
    rate: bool
    place: int

    @property
    def group(self) -> str:
        """The head over it that it shares with its neighbours; empty when it has none."""
        return self.title_vi.rpartition(GROUPED)[0]

    @property
    def leaf(self) -> str:
        """Its own head."""
        return self.title_vi.rpartition(GROUPED)[2]

    @property
    def letters(self) -> str:
        """Its column's letters."""
        return str(xl_col_to_name(self.place))


def template(report: Report, unit: str, period: Period, registry: UnitRegistry) -> bytes:
    """An .xlsx for one province and period, the same each time. Raises UnitUnknown, and PeriodError for a period of another length."""
    if period.grain is not report.period_grain:
        raise PeriodError(f"{period} is no {report.grain}, which {report.key} is a report of")
    buffer = io.BytesIO()
    with Workbook(buffer, _OPTIONS) as book:
        drawing = _Drawing(book, report, places_of(report, unit, period, registry))
        drawing.draw()
        instructions.write(book, drawing.looks, report, drawing.places)
        _remember(book, report, drawing.places)
    return buffer.getvalue()


def _remember(book: Workbook, report: Report, places: Places) -> None:
    """What the file is, where no person sees it."""
    told = {"bieu": report.key, "don_vi": places.unit.key, "ky": str(places.period)}
    for name, value in told.items():
        book.set_custom_property(f"dashboard_{name}", value)
        book.define_name(f"dashboard_{name}", f'="{value}"')
    made = dt.datetime.combine(places.period.first_day, dt.time())
    title = f"{report.name_vi}, {places.period.label_vi}, {places.unit.full_name_vi}"
    book.set_properties({"title": title, "subject": report.basis_vi, "created": made})


class _Drawing:
    """The sheet that is filled in, while it is drawn."""

    def __init__(self, book: Workbook, report: Report, places: Places) -> None:
        self.looks, self.places = Looks(book), places
        self._report = report
        self._sheet: Worksheet = book.add_worksheet(SHEET)
        self._fields = _fields(report)
        self._grouped = any(field.group for field in self._fields)
        self._total = _HEAD + (2 if self._grouped else 1)
        self._first = self._total + (1 if len(places.rows) > 1 else 0)
        self._last = self._first + len(places.rows) - 1
        self._by_key = {field.column.key: field for field in self._fields if not field.rate}
        self._state = _FIRST + len(self._fields)
        self._reason = self._state + 1

    def draw(self) -> None:
        """All of it."""
        self._setup()
        self._title()
        self._heads()
        if self._first > self._total:
            self._totals()
        self._rows()
        for field in self._by_key.values():
            self._guard(field)
        self._choices()
        self._sign()
        self._print()

    def _setup(self) -> None:
        sheet = self._sheet
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 6)
        sheet.set_column(1, 1, 11)
        longest = max(len(place.name_vi) for place in self.places.rows)
        sheet.set_column(2, 2, min(max(longest + 3, 24), 44))
        sheet.set_column(_FIRST, self._state - 1, 16)
        sheet.set_column(self._state, self._state, 20)
        sheet.set_column(self._reason, self._reason, 40)
        sheet.freeze_panes(self._first, _FIRST)
        sheet.protect("", {"format_columns": True, "format_rows": True, "select_unlocked_cells": True})
        sheet.set_selection(self._first, _FIRST, self._first, _FIRST)
        sheet.ignore_errors({"number_stored_as_text": xl_range(self._first, 1, self._last, 1)})

    def _title(self) -> None:
        sheet, looks, report = self._sheet, self.looks, self._report
        period, unit = self.places.period, self.places.unit
        due = f"Hạn gửi: hết ngày làm việc thứ {report.due_working_day} sau kỳ báo cáo"
        sheet.set_row(0, 30)
        sheet.write_string(0, 0, report.name_vi, looks["title"])
        sheet.write_string(1, 0, f"Đơn vị báo cáo: {unit.full_name_vi}", looks["unit"])
        sheet.write_string(2, 0, f"Kỳ báo cáo: {period.label_vi}.  {due}", looks["said"])
        hint = "Chỉ nhập vào ô trắng. Để trống: chưa có số liệu. Ghi 0, hoặc chọn tình trạng: không phát sinh. Xem trang “Hướng dẫn”."
        sheet.write_string(3, 0, hint, looks["hint"])
        sheet.write_string(4, 0, f"{STAMP_VI}: {report.key} · {unit.key} · {period}", looks["stamp"])
        last = _FIRST + len(self._fields) - 1
        sheet.write_formula(1, last, self._progress(), looks["progress"], _CALCULATE)
        sheet.write_formula(2, last, self._to_see(), looks["to_see"], _CALCULATE)

    def _span(self, field: Field) -> str:
        return self._area(field.place)

    def _area(self, place: int) -> str:
        return str(xl_range_abs(self._first, place, self._last, place))

    def _progress(self) -> str:
        """How many rows are filled in wholly, or say why they are not."""
        filled = "*".join(f'({self._span(field)}<>"")' for field in self._by_key.values())
        return f'="Đã khai "&SUMPRODUCT(1*({filled}+({self._area(self._state)}<>"")>0))&"/{len(self.places.rows)} dòng"'

    def _to_see(self) -> str:
        """How many parts are larger than their wholes; nothing when there are none."""
        pairs = [(field, self._by_key[field.column.part_of]) for field in self._by_key.values() if field.column.part_of]
        if not pairs:
            return '=""'
        wrong = "+".join(f'SUMPRODUCT(({self._span(whole)}<>"")*({self._span(part)}>{self._span(whole)}))' for part, whole in pairs)
        return f'=IF({wrong}>0,"Cần xem lại "&({wrong})&" ô","")'

    def _heads(self) -> None:
        looks, last = self.looks, self._total - 1
        self._sheet.set_row(_HEAD, 32 if self._grouped else 48)
        self._sheet.set_row(last, 48)
        for place, title in ((0, "STT"), (1, CODE_VI), (2, UNIT_VI), (self._state, STATE_VI), (self._reason, REASON_VI)):
            self._over(_HEAD, place, last, place, title)
        for first, fields in _grouped(self._fields):
            if not fields[0].group:
                for field in fields:
                    self._over(_HEAD, field.place, last, field.place, field.leaf)
                continue
            self._over(_HEAD, first, last - 1, first + len(fields) - 1, fields[0].group)
            for field in fields:
                self._sheet.write_string(last, field.place, field.leaf, looks["leaf"])

    def _over(self, *place_and_title: Any) -> None:
        top, left, bottom, right, title = place_and_title
        if (top, left) == (bottom, right):
            self._sheet.write_string(top, left, title, self.looks["head"])
        else:
            self._sheet.merge_range(top, left, bottom, right, title, self.looks["head"])

    def _totals(self) -> None:
        row, looks = self._total, self.looks
        self._sheet.set_row(row, 22)
        for place, text in enumerate(("", "", TOTAL_VI)):
            self._sheet.write_string(row, place, text, looks["total_name"])
        for field in self._fields:
            if field.rate:
                self._rate(row, field, "total_rate")
            elif field.column.adds:
                span = self._span(field)
                self._sheet.write_formula(row, field.place, f'=IF(COUNT({span})=0,"",SUM({span}))', looks["total_count"], _CALCULATE)
            else:
                self._sheet.write_blank(row, field.place, None, looks["total_count"])
        for place in (self._state, self._reason):
            self._sheet.write_blank(row, place, None, looks["total_count"])

    def _rate(self, row: int, field: Field, look: str) -> None:
        part, whole = field.column, self._by_key[field.column.part_of]
        one, other = f"{self._by_key[part.key].letters}{row + 1}", f"{whole.letters}{row + 1}"
        formula = f'=IF(OR({one}="",{other}="",N({other})=0),"",{one}/{other})'
        self._sheet.write_formula(row, field.place, formula, self.looks[look], _CALCULATE)

    def _rows(self) -> None:
        sheet, looks = self._sheet, self.looks
        for order, place in enumerate(self.places.rows, 1):
            row = self._first + order - 1
            sheet.set_row(row, 19)
            sheet.write_number(row, 0, order, looks["order"])
            sheet.write_string(row, 1, place.code, looks["code"])
            sheet.write_string(row, 2, place.name_vi, looks["own" if place.unit is self.places.unit else "name"])
            for field in self._fields:
                if field.rate:
                    self._rate(row, field, "rate")
                else:
                    sheet.write_blank(row, field.place, None, looks["count" if field.column.integer else "figure"])
            for choice in (self._state, self._reason):
                sheet.write_blank(row, choice, None, looks["choice"])

    def _guard(self, field: Field) -> None:
        """What may be typed, and what is lit: a part above its whole, a figure where there is said to be none, a row filled in by half."""
        column, row, state = field.column, self._first + 1, f"${xl_col_to_name(self._state)}{self._first + 1}"
        area = (self._first, field.place, self._last, field.place)
        own = f"{field.letters}{row}"
        above = self._by_key[column.part_of] if column.part_of else None
        whole = f"${above.letters}{row}" if above else ""
        self._sheet.data_validation(*area, dict(template_rules.figures(column, above.column if above else None, whole)))
        if above:
            self._light(area, f'=AND({own}<>"",{whole}<>"",{own}>{whole})', "alarm")
        self._light(area, f'=AND({own}<>"",{state}="{ABSENT_VI}")', "alarm")
        others = ",".join(f"${other.letters}{row}" for other in self._by_key.values())
        self._light(area, f'=AND({own}="",{state}="",COUNTA({others})>0)', "watch")

    def _choices(self) -> None:
        """The lists of a row's state and reason; a missing reason and one too many are lit."""
        first, last, row = self._first, self._last, self._first + 1
        self._sheet.data_validation(first, self._state, last, self._state, dict(template_rules.state()))
        self._sheet.data_validation(first, self._reason, last, self._reason, dict(template_rules.reason()))
        state, own = f"${xl_col_to_name(self._state)}{row}", f"{xl_col_to_name(self._reason)}{row}"
        area = (first, self._reason, last, self._reason)
        self._light(area, f'=AND({own}="",{state}="{ABSENT_VI}")', "watch")
        self._light(area, f'=AND({own}<>"",{state}<>"{ABSENT_VI}")', "alarm")

    def _light(self, area: tuple[int, int, int, int], criteria: str, look: str) -> None:
        self._sheet.conditional_format(*area, {"type": "formula", "criteria": criteria, "format": self.looks[look]})

    def _sign(self) -> None:
        row, last = self._last + 2, _FIRST + len(self._fields) - 1
        for place, who in ((2, "Người lập biểu"), (last - 1, "Thủ trưởng đơn vị")):
            self._sheet.write_string(row, place, who, self.looks["signature"])
            self._sheet.write_string(row + 1, place, "(Ký, ghi rõ họ tên)", self.looks["signed"])

    def _print(self) -> None:
        sheet, last = self._sheet, self._reason
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEAD, self._total - 1)
        sheet.print_area(0, 0, self._last + 5, last)
        sheet.center_horizontally()
        unit, period = self.places.unit.full_name_vi, self.places.period.label_vi
        sheet.set_footer(f"&L&8{unit}, {period}&R&8Trang &P/&N")


def _fields(report: Report) -> list[Field]:
    """The columns from left to right: each rate right after its part."""
    fields: list[Field] = []
    for column in report.columns:
        fields.append(Field(column.title_vi, column, False, _FIRST + len(fields)))
        if column.rate_vi and column.part_of:
            fields.append(Field(column.rate_vi, column, True, _FIRST + len(fields)))
    return fields


def _grouped(fields: list[Field]) -> list[tuple[int, list[Field]]]:
    """Neighbours under one head together, with the place of the first."""
    groups: list[tuple[int, list[Field]]] = []
    for field in fields:
        if groups and field.group and groups[-1][1][-1].group == field.group:
            groups[-1][1].append(field)
        else:
            groups.append((field.place, [field]))
    return groups
