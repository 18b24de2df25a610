"""OpenDocument spreadsheets (ODF 1.2, part 1, chapter 9), read as a stream.

Own code, where calamine could read them too: it knows neither merged cells nor uncalculated formulas of this format, and it writes out
repeated cells, of which a hundred bytes may hold sixteen billion.
"""

import datetime as dt
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dashboard.errors import WorkbookError
from dashboard.workbooks import plain_rows
from dashboard.workbooks.archive import part
from dashboard.workbooks.cleaning import rows_of
from dashboard.workbooks.limits import MOST_MERGED, MOST_SHEETS, MOST_TEXT, Budget, check_position, damaged, too_many_cells
from dashboard.workbooks.markup import local, scan
from dashboard.workbooks.plain_rows import described, rows_of_run, taken_out, text_of
from dashboard.workbooks.table import Area, Row, State, Table, Value
from dashboard.workbooks.xlsx import MACROS

_CELLS: Final = frozenset({"table-cell", "covered-table-cell"})
_FURTHEST: Final = 2**20
"""Rows and columns that a sheet may leave blank; only what is filled is kept."""


def read(archive: zipfile.ZipFile, budget: Budget) -> list[Table]:
    """Every sheet. Raises WorkbookError."""
    names = archive.namelist()
    if any(name.startswith("Scripts/") or (name.startswith("Basic/") and not name.endswith(("-lc.xml", "-lb.xml", "/"))) for name in names):
        raise MACROS
    if "META-INF/manifest.xml" in names and b"encryption-data" in part(archive, "META-INF/manifest.xml"):
        raise WorkbookError("password", "tệp có mật khẩu: hãy bỏ mật khẩu rồi gửi lại")
    try:
        content, runs = taken_out(part(archive, "content.xml"))
        reading = _Reading(budget, runs)
        scan(content, reading.start, reading.end, reading.text)
    except (ValueError, OverflowError) as error:
        raise damaged() from error
    return reading.tables


class _Reading:
    """The callbacks of one document, out of which `runs` of plain rows were taken; a cell's attributes are kept by their names without
    prefix."""

    def __init__(self, budget: Budget, runs: Sequence[str]) -> None:
        self.tables: list[Table] = []
        self._budget, self._runs = budget, runs
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._sheet: _Sheet | None = None
        self._cell: Mapping[str, str] | None = None
        self._paragraphs: list[str] = []
        self._asides = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        bare = {local(key): value for key, value in attributes.items() if not key.startswith("calcext:")}
        match local(name):
            case "style":
                self._style = bare.get("name", "")
            case "table-properties" if bare.get("display") == "false":
                self._hidden_styles.add(self._style)
            case "table" if self._sheet is None:
                if len(self.tables) >= MOST_SHEETS:
                    raise too_many_cells()
                self._sheet = _Sheet(bare.get("name", ""), bare.get("style-name", "") in self._hidden_styles, self._budget)
            case plain_rows.MARK if self._runs and self._sheet is not None and not self._asides:
                self._sheet.take(self._runs[int(bare["run"])])
            case "table-row" if self._sheet is not None:
                self._sheet.begin_row(_times(bare, "number-rows-repeated"))
            case "table-cell" | "covered-table-cell":
                self._cell = bare | {"fault": "1"} if attributes.get("calcext:value-type") == "error" else bare
                self._paragraphs = []
            case "annotation" | "table":
                self._asides += 1
            case "p" if self._cell is not None:
                self._paragraphs.append("")
            case "s" | "tab" | "line-break" as blank:
                self.text("\n" if blank == "line-break" else " " * min(_times(bare, "c"), 100))

    def text(self, text: str) -> None:
        """A piece of text."""
        if self._cell is not None and self._paragraphs and not self._asides and len(self._paragraphs[-1]) <= MOST_TEXT:
            self._paragraphs[-1] += text

    def end(self, name: str) -> None:
        """An element ends."""
        bare = local(name)
        if bare == "annotation" or (bare == "table" and self._asides):
            self._asides -= 1
        elif self._sheet is None:
            return
        elif bare in _CELLS and self._cell is not None:
            self._sheet.put(self._cell, "\n".join(self._paragraphs))
            self._cell = None
        elif bare == "table-row":
            self._sheet.end_row()
        elif bare == "table":
            self.tables.append(self._sheet.table())
            self._sheet = None


class _Sheet:
    """One sheet as it grows."""

    def __init__(self, name: str, hidden: bool, budget: Budget) -> None:
        self._name, self._hidden, self._budget = name, hidden, budget
        self._rows: list[Row] = []
        self._merged: list[Area] = []
        self._states: dict[tuple[int, int], State] = {}
        self._number, self._repeated = 1, 1
        self._column = 0
        self._line: dict[int, Value] = {}

    def take(self, run: str) -> None:
        """Rows that were taken out of the document."""
        for said, cells in rows_of_run(run):
            self.begin_row(_times(said, "number-rows-repeated"))
            taken = [_known(about) for about, _ in cells]
            if all(one.is_single for one in taken):
                self._put_all([one.value if one.is_told else _value(one.said, text_of(cells[at][1])) for at, one in enumerate(taken)])
            else:
                for one, (_, inner) in zip(taken, cells, strict=True):
                    self.put(one.said, text_of(inner))
            self.end_row()

    def _put_all(self, values: list[Value]) -> None:
        """A row of cells each of which is one, and a plain value."""
        texts = [len(value) for value in values if isinstance(value, str)]
        while values and values[-1] is None:
            values.pop()
        if values:
            check_position(self._name, self._number + self._repeated - 1, len(values) - 1)
            self._budget.spend((len(values) - values.count(None)) * self._repeated, sum(texts) * self._repeated)
            self._line = dict(enumerate(values))

    def begin_row(self, repeated: int) -> None:
        self._repeated, self._column, self._line = repeated, 0, {}

    def put(self, cell: Mapping[str, str], text: str) -> None:
        value, repeated = _value(cell, text), _times(cell, "number-columns-repeated")
        columns, rows = _times(cell, "number-columns-spanned"), _times(cell, "number-rows-spanned")
        if columns > 1 or rows > 1:
            if len(self._merged) >= MOST_MERGED:
                raise too_many_cells()
            self._merged.append(Area(self._number, self._column, self._number + rows - 1, self._column + columns - 1))
        unfinished = "formula" in cell and value is None
        if value is not None or unfinished:
            check_position(self._name, self._number + self._repeated - 1, self._column + repeated - 1)
            self._budget.spend(repeated * self._repeated, len(text) * repeated * self._repeated)
            for column in range(self._column, self._column + repeated):
                self._line[column] = value
                if unfinished or "fault" in cell:
                    self._mark(column, "no_result" if unfinished else "fault")
        self._column = min(self._column + repeated, _FURTHEST)

    def _mark(self, column: int, state: State) -> None:
        for row in range(self._number, self._number + self._repeated):
            self._states[row, column] = state

    def end_row(self) -> None:
        if self._line:
            values = [self._line.get(column) for column in range(max(self._line) + 1)]
            self._rows += rows_of([values] * self._repeated, self._budget, self._number)
        self._number += self._repeated

    def table(self) -> Table:
        return Table(self._name, tuple(self._rows), tuple(self._merged), self._states, self._hidden)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a cell says of itself: whether it is one cell with a plain value, and whether it says that value without its text."""

    said: Mapping[str, str]
    is_single: bool
    is_told: bool
    value: Value


_NOT_SINGLE: Final = frozenset(
    {"number-columns-repeated", "number-columns-spanned", "number-rows-spanned", "formula", "fault"},
)


@lru_cache(maxsize=8192)
def _known(about: str) -> _Known:
    said = described(about)
    is_told = "value" in said and said.get("value-type") in ("float", "percentage", "currency")
    return _Known(said, not said.keys() & _NOT_SINGLE, is_told, _value(said, "") if is_told else None)


def _times(attributes: Mapping[str, str], name: str) -> int:
    said = attributes.get(name)
    return max(1, min(int(said), _FURTHEST)) if said else 1


def _value(cell: Mapping[str, str], text: str) -> Value:
    """The value that a cell states; its text where it states none."""
    match cell.get("value-type", ""):
        case "float" | "percentage" | "currency":
            return float(cell["value"]) if "value" in cell else text
        case "date" if "date-value" in cell:
            with suppress(ValueError):
                return dt.datetime.fromisoformat(cell["date-value"]).replace(tzinfo=None)
            return text
        case "boolean" if "boolean-value" in cell:
            return cell["boolean-value"] == "true"
        case "string":
            return text or cell.get("string-value") or None
        case _:
            return text or None
