"""What may be kept of a workbook that was handed in: its cells at their places, and nothing of who wrote, saved or signed it.

A workbook says who made it, who saved it last, who commented; beneath its figures stand the names of who made out and who signed the
report. None of that is needed, so a plain copy is kept that holds the cells alone, in any case as .xlsx; what is read is that copy, so that
reading it again says the same. A cell that remains and holds a telephone number, an address or the number of somebody's papers means that
the wrong file was taken.
"""

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from dashboard.workbooks.table import Row, State, Table, Value
from dashboard.workbooks.titles import SIGNED_VI, reason_to_ignore

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

NAMED_MOST: Final = 20
_SHEET_LONGEST: Final = 31
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\!']")
_PLAIN: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_MADE: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 -- the same file brought twice is to be kept as the same bytes

_PERSONAL: Final = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII), "một địa chỉ thư điện tử"),
    (re.compile(r"(?<![\d.,])(?:\+84|0)(?:[ .-]?\d){9}(?!\d)", re.ASCII), "một số điện thoại"),
    (re.compile(r"(?<![\d.,])0\d{11}(?!\d)", re.ASCII), "một số định danh cá nhân"),
)


def copied(tables: Sequence[Table]) -> bytes:
    """A workbook of the cells alone, the same of the same: sheets that are seen, without what stands below the figures to be signed."""
    from xlsxwriter.workbook import Workbook

    out = io.BytesIO()
    with Workbook(out, dict(_PLAIN)) as book:
        book.set_properties({"created": _MADE})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        taken: set[str] = set()
        for table in [one for one in tables if not one.hidden] or tables[:1]:
            name = _sheet_name(table.name, taken)
            sheet = book.add_worksheet(name)
            rows = unsigned(table.rows)
            for row in rows:
                for column, value in enumerate(row.values):
                    _write(sheet, (row.number - 1, column), value, table.states.get((row.number, column), "value"), day)
            _merge(book, sheet, table, {row.number for row in rows})
    return out.getvalue()


def unsigned(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows without those at the end that are there to be signed: from the first of them on, as far as no figures stand below."""
    last = max((place for place, row in enumerate(rows) if any(_is_figure(value) for value in row.values)), default=-1)
    for place in range(last + 1, len(rows)):
        if reason_to_ignore([value for value in rows[place].values if isinstance(value, str)]) == SIGNED_VI:
            return tuple(rows[:place])
    return tuple(rows)


def personal(cells: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of cells (place, text) those that seem to hold a person's data, with what it seems to be; the first of them."""
    found: list[tuple[str, str]] = []
    for place, text in cells:
        said = next((words for pattern, words in _PERSONAL if pattern.search(text)), "")
        if said:
            found.append((place, said))
            if len(found) == NAMED_MOST:
                break
    return found


def _is_figure(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name as a sheet may have it, and no other has."""
    bare = _NOT_IN_NAMES.sub("_", name).strip()[:_SHEET_LONGEST] or "Bảng"
    found, number = bare, 1
    while found.casefold() in taken:
        number += 1
        found = f"{bare[: _SHEET_LONGEST - 3]} {number}"
    taken.add(found.casefold())
    return found


def _write(sheet: "Worksheet", at: tuple[int, int], value: Value, state: State, day: "Format") -> None:
    row, column = at
    if state != "value":
        # A formula without a result, or with a fault for one, is to be found again as what it was.
        sheet.write_formula(row, column, "=NA()", None, str(value) if value is not None else "")
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        sheet.write_datetime(row, column, value, day)


def _merge(book: "Workbook", sheet: "Worksheet", table: Table, rows: set[int]) -> None:
    """Merged areas of rows that are kept; their first cell holds what it held."""
    for area in table.merged:
        if area.first_row in rows:
            sheet.merge_range(area.first_row - 1, area.first_column, area.last_row - 1, area.last_column, "")
            first = table.cell(area.first_row, area.first_column)
            _write(sheet, (area.first_row - 1, area.first_column), first.value, first.state, book.add_format({"num_format": "dd/mm/yyyy"}))
