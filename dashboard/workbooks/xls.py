"""Workbooks of Excel up to 2003 ([MS-XLS]), read in Python alone: a hostile file can cost time and memory, never the process.

Those of Excel 97 and later are read by `biff`. Older ones are xlrd's altogether; what a cell costs is looked at first, record by record:
xlrd keeps a row up to its last column, wherever a record claims that one to be.
"""

import datetime as dt
import os
import struct
from typing import Final

import xlrd
from xlrd.compdoc import CompDoc, CompDocError
from xlrd.xldate import xldate_as_datetime

from dashboard.errors import WorkbookError
from dashboard.workbooks import biff
from dashboard.workbooks.cleaning import rows_of
from dashboard.workbooks.limits import MOST_MERGED, MOST_SHEETS, Budget, check_position, damaged, too_many_cells
from dashboard.workbooks.table import Area, State, Table, Value
from dashboard.workbooks.xlsx import MACROS

_DAMAGE: Final = (
    xlrd.XLRDError,
    CompDocError,
    struct.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
    MemoryError,
)
"""What xlrd raises over damaged files."""

_FORMULA: Final = 0x0006
_VALUES: Final = frozenset({_FORMULA, 0x0203, 0x0204, 0x0205, 0x0206, 0x0406, 0x027E, 0x00FD, 0x00D6})
_BLANKS: Final = frozenset({0x0201, 0x00BE})
_MULRK: Final = 0x00BD


def read(content: bytes, budget: Budget) -> list[Table]:
    """Every sheet of cells. Raises WorkbookError."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        try:
            stream = _stream(CompDoc(content, logfile=nowhere))
            if biff.is_biff8(stream):
                return biff.read(stream, budget, MACROS, nowhere)
            _look(stream, budget)
            book = xlrd.open_workbook(file_contents=content, logfile=nowhere, formatting_info=True, ragged_rows=True)
            if book.nsheets > MOST_SHEETS:
                raise too_many_cells()
            return [_table(book, sheet, budget) for sheet in book.sheets()]
        except _DAMAGE as error:
            raise damaged() from error


def _stream(document: CompDoc) -> bytes:
    """The stream of the workbook, out of the compound file around it."""
    names = {entry.name for entry in document.dirlist}
    if "EncryptedPackage" in names:
        raise WorkbookError("password", "tệp có mật khẩu: hãy bỏ mật khẩu (File → Info → Protect Workbook) rồi gửi lại")
    if "_VBA_PROJECT_CUR" in names or "_VBA_PROJECT" in names:
        raise MACROS
    if not names & {"Workbook", "Book"}:
        raise WorkbookError("unknown", "tệp không phải là bảng tính Excel (có thể là văn bản Word): hãy gửi tệp .xlsx")
    memory, base, size = document.locate_named_stream("Workbook" if "Workbook" in names else "Book")
    return bytes(memory[base : base + size])


def _look(stream: bytes, budget: Budget) -> None:
    """Raises WorkbookError for what is locked, has macros, or holds more than may be read."""
    for kind, body, length in biff.records(stream):
        if kind in _VALUES:
            check_position("", *_first(stream, body))
            budget.spend(1)
        elif kind in _BLANKS or kind == _MULRK:
            row, _ = _first(stream, body)
            (last,) = struct.unpack_from("<H", stream, body + (2 if length <= 6 else length - 2))
            check_position("", row if kind == _MULRK else 1, last)
            budget.spend(max(1, (length - 6) // (6 if kind == _MULRK else 2)))
        else:
            biff.check_open(stream, (kind, body, length), MACROS)


def _first(stream: bytes, body: int) -> tuple[int, int]:
    row, column = struct.unpack_from("<HH", stream, body)
    return row + 1, column


def _table(book: xlrd.Book, sheet: xlrd.sheet.Sheet, budget: Budget) -> Table:
    states: dict[tuple[int, int], State] = {}
    lines = [
        [_value(book, cell, states, (number + 1, column)) for column, cell in enumerate(sheet.row(number))] for number in range(sheet.nrows)
    ]
    if len(sheet.merged_cells) > MOST_MERGED:
        raise too_many_cells()
    merged = tuple(Area(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells)
    return Table(sheet.name, rows_of(lines, budget), merged, states, sheet.visibility != 0)


def _value(book: xlrd.Book, cell: xlrd.sheet.Cell, states: dict[tuple[int, int], State], place: tuple[int, int]) -> Value:
    match cell.ctype:
        case xlrd.XL_CELL_EMPTY | xlrd.XL_CELL_BLANK:
            return None
        case xlrd.XL_CELL_TEXT:
            if not cell.value:
                states[place] = "no_result"  # only a formula leaves an empty text
            return str(cell.value)
        case xlrd.XL_CELL_NUMBER:
            return float(cell.value)
        case xlrd.XL_CELL_DATE:
            return _moment(float(cell.value), book.datemode)
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case _:
            states[place] = "fault"
            return str(xlrd.error_text_from_code.get(cell.value, "#ERR!"))


def _moment(serial: float, datemode: int) -> dt.datetime | float:
    """A day of the calendar of 1900 or 1904; the number itself where it is none."""
    try:
        moment: dt.datetime = xldate_as_datetime(serial, datemode)
    except (ValueError, OverflowError):
        return serial
    return moment
