"""From tables to what would be stored: figures with their cells, and every problem at its cell. Nothing is stored, nothing dropped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dashboard.declared import AgencyTier
from dashboard.errors import PeriodError, WorkbookError
from dashboard.periods import Period
from dashboard.units import UnitRegistry
from dashboard.workbooks import checks
from dashboard.workbooks.checks import Line, Total
from dashboard.workbooks.finding import Finder, bare
from dashboard.workbooks.headers import CODE, UNIT, Header, Mapping, headers_between, is_numbering, remembered
from dashboard.workbooks.numbers import CellFault, decimal_sign_of, figure
from dashboard.workbooks.reports import Column, Report, detail_of
from dashboard.workbooks.rows import Place, Places, places_of
from dashboard.workbooks.shapes import Ignored, Preview, PreviewRow, Problem, Reading
from dashboard.workbooks.table import Row, Table, shown
from dashboard.workbooks.titles import SIGNED_VI, differences, is_total, reason_to_ignore


def preview(report: Report, unit: str, period: Period, tables: Sequence[Table], mapping: Mapping, units: UnitRegistry) -> Preview:
    """What a workbook says for one province and period, by a mapping of its heads.

    Raises WorkbookError when no sheet has the heads of the mapping, PeriodError for a period of another length than the report's,
    UnitUnknown for a unit that is not there. All else that is wrong is a `Problem` at its cell.
    """
    if period.grain is not report.period_grain:
        raise PeriodError(f"{period} is no {report.grain}, which {report.key} is a report of")
    table, found = _table(tables, mapping)
    places = places_of(report, unit, period, units)
    sheet = _Sheet(report, table, found, Finder(places, units), decimal_sign_of(_typed_figures(table, found)))
    sheet.problems += differences(table, found.first_row, unit, period, units)
    for row in table.rows:
        sheet.take(row)
    readings = sheet.readings(places)
    unread = (Ignored(f"{table.name}!{one.address}", one.text, "cột không thuộc báo cáo, không đọc") for one in _unread(table, found))
    others = (Ignored(f"{one.name}!A1", one.name, "trang khác, không đọc") for one in tables if one is not table)
    return Preview(
        report.key,
        unit,
        period,
        table.name,
        tuple(sheet.rows),
        tuple(readings),
        tuple(sheet.problems),
        (*sheet.ignored, *unread, *others),
        table.written_in,
    )


def _table(tables: Sequence[Table], mapping: Mapping) -> tuple[Table, Mapping]:
    """The sheet that has the heads of the mapping, the one of its name first."""
    for table in sorted(tables, key=lambda one: (one.name != mapping.sheet, one.hidden)):
        if found := remembered(mapping, table):
            return table, found
    raise WorkbookError("unknown", f"không có trang nào có tiêu đề như trang “{mapping.sheet}” đã ghép cột: hãy ghép lại")


def _unread(table: Table, mapping: Mapping) -> list[Header]:
    """The heads of columns that the mapping does not take."""
    taken = set(mapping.columns.values())
    return [one for one in headers_between(table, mapping.first_row, mapping.last_row).columns if one.column not in taken]


def _typed_figures(table: Table, mapping: Mapping) -> Iterator[str]:
    columns = [column for key, column in mapping.columns.items() if key not in (UNIT, CODE)]
    for row in table.rows:
        if row.number > mapping.last_row:
            yield from (value for column in columns if isinstance(value := row.value(column), str))


@dataclass
class _Sheet:
    """One sheet while it is read."""

    report: Report
    table: Table
    mapping: Mapping
    finder: Finder
    decimal_sign: str
    rows: list[PreviewRow] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    sums: list[Total] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    signed: bool = False

    @cached_property
    def columns(self) -> list[tuple[Column, int]]:
        """The columns of the report, each with its place in the sheet."""
        return [(column, self.mapping.columns[column.key]) for column in self.report.columns]

    def take(self, row: Row) -> None:
        """Take in one row, wherever it stands."""
        if row.number < self.mapping.first_row:
            self._ignore(row, "tiêu đề")
        elif row.number <= self.mapping.last_row:
            self._ignore(row, "tiêu đề cột")
        elif row.number <= self.mapping.last_row + 2 and not self.lines and is_numbering(row):
            self._ignore(row, "dòng đánh số cột")
        else:
            self._judge(row)

    def _judge(self, row: Row) -> None:
        """A row below the heads: of a unit, of a sum, or of words."""
        name = self._name(row)
        if is_total(bare(name)) and not self.finder.known(name):
            self._sum(row, name)
        elif not self._says_figures(row) and (reason := self._reason(row, name)) and not self.finder.known(name):
            self._ignore(row, reason)
        else:
            self._line(row, name)

    def _reason(self, row: Row, name: str) -> str:
        """Why a row without figures is left out; empty when it has the name or code of a unit and is to be explained."""
        reason = reason_to_ignore([value for value in row.values if isinstance(value, str)])
        self.signed |= reason == SIGNED_VI
        if reason or self.signed:
            return reason or "sau phần ký, không có số liệu"
        code = row.value(self.mapping.columns[CODE]) if CODE in self.mapping.columns else None
        return "" if code is not None or name else "dòng không có tên đơn vị và không có số liệu"

    def _name(self, row: Row) -> str:
        column = self.mapping.columns.get(UNIT)
        said = shown(row.value(column)) if column is not None else ""
        if said:
            return said
        # In many tables the word "Tổng cộng" stands in the column of the running numbers, or is merged into it.
        first = next((value for value in row.values if isinstance(value, str)), "")
        return first if is_total(first) else ""

    def _says_figures(self, row: Row) -> bool:
        """Whether anything in its columns may be meant as a number: a signature may stand under a column of figures."""
        for _, place in self.columns:
            value = row.value(place)
            if value is not None and (not isinstance(value, str) or any(sign.isdigit() for sign in value)):
                return True
        return False

    def _line(self, row: Row, name: str) -> None:
        cells = {column.key: self.table.place(row.number, place) for column, place in self.columns}
        code_column = self.mapping.columns.get(CODE)
        code = row.value(code_column) if code_column is not None else None
        name_column = self.mapping.columns.get(UNIT, code_column if code_column is not None else 0)
        line = Line(row.number, None, bare(name), self.table.place(row.number, name_column), cells)
        try:
            line.place = self.finder.find(code, name)
            line.name = line.place.name_vi
        except CellFault as fault:
            cell = self.table.place(row.number, code_column) if code_column is not None and fault.kind == "code_unknown" else line.name_cell
            self.problems.append(Problem(cell, fault.kind, "error", str(fault)))
        self._figures(row, line)
        self.lines.append(line)
        self._show(row, line)

    def _figures(self, row: Row, line: Line) -> None:
        states = self.table.states
        if not any(row.value(place) is not None or (row.number, place) in states for _, place in self.columns):
            words = f"{line.name}: chưa có số liệu; coi là chưa báo cáo, không phải 0"
            self.problems.append(Problem(line.name_cell, "blank_row", "warning", words))
            return
        for column, place in self.columns:
            said, state = row.value(place), states.get((row.number, place), "value") if states else "value"
            try:
                value = figure(said, state, column, self.decimal_sign)
            except CellFault as fault:
                self.problems.append(Problem(line.cells[column.key], fault.kind, "error", f"{line.name}: {fault}"))
                continue
            if value is None:
                words = f"{line.name}: {column.leaf_vi} để trống; coi là chưa báo cáo, không phải 0"
                self.problems.append(Problem(line.cells[column.key], "blank", "warning", words))
            else:
                line.values[column.key] = value

    def _show(self, row: Row, line: Line) -> None:
        place = line.place
        whose: tuple[str | None, AgencyTier | None] = (place.unit.key, place.tier) if place else (None, None)
        values = {column.key: (line.cells[column.key], row.value(place)) for column, place in self.columns}
        self.rows.append(PreviewRow(row.number, *whose, line.name, values))

    def _sum(self, row: Row, name: str) -> None:
        values: dict[str, float] = {}
        cells: dict[str, str] = {}
        for column, place in self.columns:
            cells[column.key] = self.table.place(row.number, place)
            state = self.table.states.get((row.number, place), "value")
            try:
                value = figure(row.value(place), state, column.model_copy(update={"maximum": 1e15}), self.decimal_sign)
            except CellFault as fault:
                if fault.kind != "no_result":  # a sum that nobody calculated says nothing, and nothing needs it
                    self.problems.append(Problem(cells[column.key], fault.kind, "warning", f"{name}: {fault}"))
                continue
            if value is not None:
                values[column.key] = value
        self.sums.append(Total(bare(name), len(self.lines), cells, values))
        self._ignore(row, "dòng tổng, chỉ dùng để đối chiếu")

    def _ignore(self, row: Row, reason: str) -> None:
        first = next(place for place, value in enumerate(row.values) if value is not None)
        said = " | ".join(shown(value) for value in row.values if value is not None)
        self.ignored.append(Ignored(self.table.place(row.number, first), said[:200], reason))

    def readings(self, places: Places) -> list[Reading]:
        """What would be stored, after all rows were taken; adds what the rows say of each other to the problems."""
        if self.lines:
            self.problems += checks.totals(self.report, self.lines, self.sums)
        doubled = list(checks.twice(self.lines))
        bad = {problem.cell for problem in doubled}
        self.problems += doubled
        for line in self.lines:
            for key, problem in checks.parts(self.report, line):
                self.problems.append(problem)
                line.values.pop(key)
            if line.name_cell in bad or line.place is None:
                line.values = {}
        self.problems += checks.missing(places, self.lines)
        own = [
            self._reading(places, line, line.place, key, value) for line in self.lines if line.place for key, value in line.values.items()
        ]
        return own + list(self._together(places))

    def _reading(self, places: Places, line: Line, place: Place, key: str, value: float) -> Reading:
        column = self.report.column(key)
        return Reading(column.measure, place.unit.key, places.period, value, detail_of(column.detail, place.tier), line.cells[key])

    def _together(self, places: Places) -> Iterator[Reading]:
        """The sums of tiers below the province, of which each unit has a row: stated for the province when all of them have spoken."""
        lines = {line.place.key: line for line in self.lines if line.place}
        for tier in dict.fromkeys(place.tier for place in places.rows if place.unit is not places.unit):
            below = [(place, lines.get(place.key)) for place in places.rows if place.tier == tier and place.unit is not places.unit]
            for column in self.report.columns:
                if column.adds:
                    yield from self._sum_of(places, below, column)

    def _sum_of(self, places: Places, below: list[tuple[Place, Line | None]], column: Column) -> Iterator[Reading]:
        key, tier = column.key, below[0][0].tier
        there = [line for _, line in below if line is not None and key in line.values]
        if len(there) < len(below):
            if there:
                absent = [place for place, line in below if line is None or key not in line.values]
                self.problems.append(checks.incomplete(checks.tier_vi(below[0][0]), column.leaf_vi, absent, len(below)))
            return
        first, last = min(there, key=_order).cells[key], max(there, key=_order).cells[key]
        span = first if first == last else f"{first}:{last.rpartition('!')[2]}"
        total = sum(line.values[key] for line in there)
        yield Reading(column.measure, places.unit.key, places.period, total, detail_of(column.detail, tier), span)


def _order(line: Line) -> int:
    return line.number
