"""From tables to what would be stored: figures with their cells, and every problem at its cell. Nothing is stored, nothing dropped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from dashboard.declared import AgencyTier
from dashboard.errors import PeriodError, WorkbookError
from dashboard.periods import Period
from dashboard.units import UnitRegistry
from dashboard.workbooks import checks, figures
from dashboard.workbooks.calm import uncollected
from dashboard.workbooks.checks import Line, Total
from dashboard.workbooks.finding import Finder, bare
from dashboard.workbooks.headers import CODE, REASON, STATE, UNIT, WORDS, Header, Mapping, headers_between, is_numbering, remembered
from dashboard.workbooks.numbers import CellFault, Figures, decimal_sign_of, figure
from dashboard.workbooks.reports import Column, Report
from dashboard.workbooks.rows import Places, places_of
from dashboard.workbooks.shapes import Ignored, Preview, PreviewRow, Problem, Reading
from dashboard.workbooks.states import ABSENT_VI, PLAIN, Told, reason_of, state_of
from dashboard.workbooks.table import Row, Table, Value, letters_of, shown
from dashboard.workbooks.titles import SIGNED_VI, differences, is_total, reason_to_ignore

LISTS: Final = {STATE: state_of, REASON: reason_of}


@uncollected
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
    columns = [column for key, column in mapping.columns.items() if key not in WORDS]
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

    @cached_property
    def figures(self) -> list[tuple[str, int, Figures]]:
        """Key, place and figures of each column."""
        return [(column.key, place, Figures(column, self.decimal_sign)) for column, place in self.columns]

    @cached_property
    def addresses(self) -> list[tuple[str, str]]:
        """Key of each column, and the address of its cells without the number of the row."""
        return [(column.key, f"{self.table.name}!{letters_of(place)}") for column, place in self.columns]

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
        said = row.value(column) if column is not None else None
        if said is not None:
            return said if isinstance(said, str) else shown(said)
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
        number = str(row.number)
        cells = {key: place + number for key, place in self.addresses}
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
        said = {key: row.value(place) for key, place, _ in self.figures}
        self._figures(row, line, said)
        self.lines.append(line)
        self._show(line, said)

    def _figures(self, row: Row, line: Line, values: dict[str, Value]) -> None:
        states, number = self.table.states, row.number
        told = self._told(row, line) if STATE in self.mapping.columns else PLAIN
        is_blank = not told.state and all(one is None for one in values.values())
        if is_blank and not any((number, place) in states for _, place in self.columns):
            words = f"{line.name}: chưa có số liệu; coi là chưa báo cáo, không phải 0"
            self.problems.append(Problem(line.name_cell, "blank_row", "warning", words))
            return
        for key, place, column in self.figures:
            value = column.read(values[key], states.get((number, place), "value") if states else "value")
            if told.state and (told.is_absent or column.column.arises):
                value = self._instead(line, key, value, told)
                if value is None:
                    continue
            if isinstance(value, float):
                line.values[key] = value
            elif value is None:
                words = f"{line.name}: {column.column.leaf_vi} để trống; coi là chưa báo cáo, không phải 0"
                self.problems.append(Problem(line.cells[key], "blank", "warning", words))
            else:
                self.problems.append(Problem(line.cells[key], value.kind, "error", f"{line.name}: {value}"))

    def _told(self, row: Row, line: Line) -> Told:
        """What the row says instead of figures; what is in no list, and a reason for nothing, is a problem at its cell."""
        said = {STATE: "", REASON: ""}
        cells = {key: self.table.place(row.number, self.mapping.columns[key]) for key in said if key in self.mapping.columns}
        for key, cell in cells.items():
            try:
                said[key] = LISTS[key](shown(row.value(self.mapping.columns[key])))
            except CellFault as fault:
                self.problems.append(Problem(cell, fault.kind, "error", f"{line.name}: {fault}"))
        told = Told(said[STATE], said[REASON], cells[STATE])
        if told.is_absent:
            why = told.reason[:1].lower() + told.reason[1:] if told.reason else "chưa ghi lý do"
            words = f"{line.name}: chưa có số liệu ({why}); coi là chưa báo cáo, không phải 0"
            self.problems.append(Problem(cells[STATE], "absent", "warning", words))
        elif told.reason:
            words = f"{line.name}: có lý do nhưng tình trạng không phải “{ABSENT_VI}”; lý do không được dùng"
            self.problems.append(Problem(cells[REASON], "reason_alone", "warning", words))
        return told

    def _instead(self, line: Line, key: str, value: float | CellFault | None, told: Told) -> float | CellFault | None:
        """The figure of a row that says there is none: zero where nothing happened, None where there is nothing to say."""
        if value is None and told.is_nothing:
            line.instead[key] = told.cell
            return 0.0
        if value is None or isinstance(value, CellFault) or (value == 0 and told.is_nothing):
            return value
        words = f"tình trạng là “{told.state}” nhưng ô này có số {shown(value)}: hãy xóa số hoặc xóa tình trạng"
        return CellFault("state_disagrees", words)

    def _show(self, line: Line, said: dict[str, Value]) -> None:
        place = line.place
        whose: tuple[str | None, AgencyTier | None] = (place.unit.key, place.tier) if place else (None, None)
        values = {key: (line.cells[key], value) for key, value in said.items()}
        values |= {key: (line.cells[key], 0.0) for key in line.instead}
        self.rows.append(PreviewRow(line.number, *whose, line.name, values))

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
        return [*figures.own(self.report, places, self.lines), *figures.together(self.report, places, self.lines, self.problems)]
