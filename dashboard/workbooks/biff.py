"""The cells of .xls as Excel 97 and later write them ([MS-XLS], BIFF8), taken from the stream in one pass, record by record.

xlrd reads what stands before the sheets: texts, formats, calendar. It could read the sheets too, but takes several times as long, and
does not ask what they cost.
"""

import datetime as dt
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TextIO

import xlrd
from xlrd.biffh import unpack_unicode
from xlrd.xldate import xldate_as_datetime

from dashboard.errors import WorkbookError
from dashboard.workbooks.cleaning import rows_of
from dashboard.workbooks.limits import (
    MOST_COLUMNS,
    MOST_MERGED,
    MOST_ROWS,
    MOST_SHEETS,
    Budget,
    check_position,
    damaged,
    too_many_cells,
)
from dashboard.workbooks.table import Area, State, Table, Value

_EIGHT: Final = 0x0600
_BOF: Final = 0x0809
_EOF: Final = 0x000A
_FILEPASS: Final = 0x002F
_BOUNDSHEET: Final = 0x0085
_MACRO_SHEET: Final = 1

_head = struct.Struct("<HH").unpack_from
_cell = struct.Struct("<HHH").unpack_from
_number = struct.Struct("<HHHd").unpack_from
_shared = struct.Struct("<HHHI").unpack_from
_packed = struct.Struct("<HHHi").unpack_from
_packed_one = struct.Struct("<Hi").iter_unpack
_truth = struct.Struct("<HHHBB").unpack_from
_result = struct.Struct("<HHH8s").unpack_from
_area = struct.Struct("<HHHH").iter_unpack
_double = struct.Struct("<d").unpack
_whole = struct.Struct("<i").pack


def records(stream: bytes, place: int = 0) -> Iterator[tuple[int, int, int]]:
    """Kind, place of the body and its length, from a place on."""
    end = len(stream)
    while place + 4 <= end:
        kind, length = _head(stream, place)
        yield kind, place + 4, length
        place += 4 + length


def check_open(stream: bytes, record: tuple[int, int, int], macros: WorkbookError) -> None:
    """Raises WorkbookError for a record that locks the file, `macros` for one that names a sheet of them."""
    kind, body, length = record
    if kind == _FILEPASS:
        raise WorkbookError("password", "tệp có mật khẩu: hãy bỏ mật khẩu rồi gửi lại")
    if kind == _BOUNDSHEET and length > 5 and stream[body + 5] == _MACRO_SHEET:
        raise macros


def is_biff8(stream: bytes) -> bool:
    """Whether a stream is of Excel 97 or later."""
    return len(stream) > 6 and _cell(stream, 0)[0] == _BOF and _cell(stream, 0)[2] == _EIGHT


def read(stream: bytes, budget: Budget, macros: WorkbookError, log: TextIO) -> list[Table]:
    """Every sheet of cells. Raises WorkbookError (`macros` for a sheet of them), and whatever xlrd and struct raise over damage."""
    for kind, body, length in records(stream):
        check_open(stream, (kind, body, length), macros)
        if kind == _EOF:
            break
    book = xlrd.open_workbook(file_contents=stream, logfile=log, on_demand=True)
    if book.nsheets > MOST_SHEETS:
        raise too_many_cells()
    starts, hidden = book._sh_abs_posn, book._sheet_visibility
    texts, formats = book._sharedstrings, book._xf_index_to_xl_type_map
    days = frozenset(index for index, kind in formats.items() if kind == xlrd.XL_CELL_DATE)
    tables = []
    for name, start, state in zip(book.sheet_names(), starts, hidden, strict=True):
        sheet = _Sheet(stream, texts, days, book.datemode, budget)
        sheet.read(start)
        tables.append(Table(name, rows_of(sheet.lines(), budget), tuple(sheet.merged), sheet.states, state != 0))
    return tables


class _Sheet:
    """One sheet as it is read: by row and column (from 0) what stands there."""

    def __init__(self, stream: bytes, texts: list[str], days: frozenset[int], calendar: int, budget: Budget) -> None:
        self.states: dict[tuple[int, int], State] = {}
        self.merged: list[Area] = []
        self._stream, self._texts, self._days, self._calendar, self._budget = stream, texts, days, calendar, budget
        self._cells: dict[int, dict[int, Value]] = {}
        self._awaited: tuple[int, int] | None = None
        self._takers: Mapping[int, Callable[[int, int], None]] = {
            0x0203: self._take_number,
            0x027E: self._take_packed,
            0x00BD: self._take_several,
            0x00FD: self._take_shared,
            0x0204: self._take_text,
            0x00D6: self._take_text,
            0x0205: self._take_truth,
            0x0006: self._take_formula,
            0x0207: self._take_result,
            0x00E5: self._take_merged,
        }

    def read(self, start: int) -> None:
        """Take in what stands from the sheet's beginning to its end; what is embedded in it (charts) is passed over."""
        depth = 0
        for kind, body, length in records(self._stream, start) if start > 0 else ():
            if depth == 1 and (take := self._takers.get(kind)):
                take(body, length)
                continue
            self._budget.spend(0, 1)  # sheets may be said to begin at many places of one stream
            depth += (kind == _BOF) - (kind == _EOF)
            if kind == _EOF and depth == 0:
                return
            if depth <= 0:
                break
        raise damaged()

    def lines(self) -> Iterator[list[Value]]:
        """The rows from the first on, each up to its last cell."""
        for row in range(max(self._cells, default=-1) + 1):
            cells = self._cells.get(row, {})
            if len(cells) == 1 + max(cells, default=-1):
                yield [cells[column] for column in range(len(cells))]
            else:
                yield [cells.get(column) for column in range(1 + max(cells))]

    def _put(self, row: int, column: int, value: Value) -> None:
        if row >= MOST_ROWS or column >= MOST_COLUMNS:
            check_position("", row + 1, column)
        self._budget.spend(1)
        line = self._cells.get(row)
        if line is None:
            line = self._cells[row] = {}
        line[column] = value

    def _figure(self, row: int, column: int, look: int, value: float) -> None:
        self._put(row, column, self._moment(value) if look in self._days else value)

    def _moment(self, serial: float) -> dt.datetime | float:
        """A day of the calendar of 1900 or 1904; the number itself where it is none."""
        try:
            moment: dt.datetime = xldate_as_datetime(serial, self._calendar)
        except (ValueError, OverflowError):
            return serial
        return moment

    def _take_number(self, body: int, _: int) -> None:
        self._figure(*_number(self._stream, body))

    def _take_packed(self, body: int, _: int) -> None:
        row, column, look, packed = _packed(self._stream, body)
        self._figure(row, column, look, _unpacked(packed))

    def _take_several(self, body: int, length: int) -> None:
        row, first = _head(self._stream, body)
        for place, (look, packed) in enumerate(_packed_one(self._stream[body + 4 : body + length - 2]), first):
            self._figure(row, place, look, _unpacked(packed))

    def _take_shared(self, body: int, _: int) -> None:
        row, column, _look, index = _shared(self._stream, body)
        self._put(row, column, self._texts[index])

    def _take_text(self, body: int, length: int) -> None:
        row, column, _look = _cell(self._stream, body)
        self._put(row, column, unpack_unicode(self._stream[body : body + length], 6))

    def _take_truth(self, body: int, _: int) -> None:
        row, column, _look, value, fault = _truth(self._stream, body)
        self._flag(row, column, value, fault)

    def _flag(self, row: int, column: int, value: int, fault: int) -> None:
        self._put(row, column, _fault(value) if fault else bool(value))
        if fault:
            self.states[row + 1, column] = "fault"

    def _take_formula(self, body: int, _: int) -> None:
        row, column, look, result = _result(self._stream, body)
        if result[6:] != b"\xff\xff":
            self._figure(row, column, look, _double(result)[0])
        elif result[0] in (1, 2):
            self._flag(row, column, result[2], result[0] - 1)
        else:
            self._put(row, column, None)
            self.states[row + 1, column] = "no_result"
            self._awaited = (row, column) if result[0] == 0 else None

    def _take_result(self, body: int, length: int) -> None:
        """The text that a formula gives stands in a record after it."""
        text = unpack_unicode(self._stream[body : body + length], 0)
        if self._awaited and text:
            row, column = self._awaited
            self._cells[row][column] = text
            self.states.pop((row + 1, column), None)
        self._awaited = None

    def _take_merged(self, body: int, length: int) -> None:
        (count,) = struct.unpack_from("<H", self._stream, body)
        if len(self.merged) + count > MOST_MERGED:
            raise too_many_cells()
        for top, bottom, left, right in _area(self._stream[body + 2 : body + min(length, 2 + 8 * count)]):
            self.merged.append(Area(top + 1, left, bottom + 1, right))


def _unpacked(packed: int) -> float:
    """A number of 30 bits: a whole one, or the upper half of a float; either may be in hundredths."""
    value = float(packed >> 2) if packed & 2 else _double(b"\0\0\0\0" + _whole(packed & ~3))[0]
    return value / 100 if packed & 1 else value


def _fault(code: int) -> str:
    return str(xlrd.error_text_from_code.get(code, "#ERR!"))
