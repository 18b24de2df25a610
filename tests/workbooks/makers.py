"""The same rows in every format, each written by a library that reads nothing of ours."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdfTable
from odf.table import TableCell, TableRow
from odf.text import P

from dashboard.periods import Period
from dashboard.workbooks import Mapping as Heads
from dashboard.workbooks import Preview, Report, Unresolved, guess, load_reports, preview, read_tables
from tests.loaded import DATA, catalog, units

Cell = str | int | float | bool | dt.datetime | None
Rows = Sequence[Sequence[Cell]]
OCTOBER = Period.parse("2025-10")
UNIT = "lai_chau"
HEADS: Rows = (
    (
        "Mã đơn vị",
        "Đơn vị",
        "Cơ quan, đơn vị / Phải báo cáo",
        "Cơ quan, đơn vị / Đã kết nối",
        "Hồ sơ công việc / Đã xử lý",
        "Hồ sơ công việc điện tử",
    ),
)


def report() -> Report:
    """The first report of `data/`."""
    return load_reports(DATA, catalog())["electronic_work"]


def by_openpyxl(rows: Rows, sheet: str = "Báo cáo") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def by_xlsxwriter(rows: Rows, sheet: str = "Báo cáo") -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        page, day = book.add_worksheet(sheet), book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                page.write(number, column, value, day if isinstance(value, dt.datetime) else None)
    return buffer.getvalue()


def by_xlwt(rows: Rows, sheet: str = "Báo cáo") -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    page, day = book.add_sheet(sheet), xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                page.write(number, column, value, *([day] if isinstance(value, dt.datetime) else []))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def by_odfpy(rows: Rows, sheet: str = "Báo cáo") -> bytes:
    book = OpenDocumentSpreadsheet()
    page = OdfTable(name=sheet)
    for row in rows:
        line = TableRow()
        for value in row:
            line.addElement(_odf_cell(value))
        page.addElement(line)
    book.spreadsheet.addElement(page)
    buffer = io.BytesIO()
    book.write(buffer)
    return buffer.getvalue()


def _odf_cell(value: Cell) -> Any:
    if value is None:
        return TableCell()
    if isinstance(value, bool):
        return TableCell(valuetype="boolean", booleanvalue=str(value).lower())
    if isinstance(value, dt.datetime):
        return TableCell(valuetype="date", datevalue=value.isoformat())
    if isinstance(value, int | float):
        return TableCell(valuetype="float", value=repr(value))
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=value))
    return cell


def as_csv(rows: Rows, sign: str = ";", encoding: str = "utf-8-sig") -> bytes:
    lines = [sign.join("" if value is None else _quoted(str(value), sign) for value in row) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def _quoted(text: str, sign: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(one in text for one in (sign, '"', "\n")) else text


WRITERS: Mapping[str, Callable[[Rows], bytes]] = {
    "openpyxl.xlsx": by_openpyxl,
    "xlsxwriter.xlsx": by_xlsxwriter,
    "xlwt.xls": by_xlwt,
    "odfpy.ods": by_odfpy,
    "semicolons.csv": as_csv,
}


def filled(skip: Sequence[str] = (), **changes: Sequence[Cell]) -> list[list[Cell]]:
    """A sound sheet of Lai Châu: its own offices and all communes; `changes` are rows by code (`c03388=…`); `skip` leaves codes out."""
    rows: list[list[Cell]] = [list(HEADS[0]), ["12", "Cơ quan cấp tỉnh", 20, 19, 1000, 900]]
    for place, one in enumerate(units().of_tier("commune", OCTOBER.last_day, within=UNIT)):
        rows.append([one.gso_code, one.full_name_vi, 4, 3, 100 + place, 80 + place])
    kept = [row for row in rows if row[0] not in skip]
    return [list(changes.get(f"c{row[0]}", row)) for row in kept]


def previewed(rows: Rows, write: Callable[[Rows], bytes] = by_openpyxl, unit: str = UNIT, period: Period = OCTOBER) -> Preview:
    """What is made of a sheet."""
    return of_bytes(write(rows), "tệp.xlsx", unit, period)


def of_bytes(content: bytes, name: str = "tệp.xlsx", unit: str = UNIT, period: Period = OCTOBER, wanted: Report | None = None) -> Preview:
    """What is made of a file by the heads that it has."""
    tables = read_tables(content, name)
    found = mapped(content, name, wanted)
    return preview(wanted or report(), unit, period, tables, found, units())


def mapped(content: bytes, name: str = "tệp.xlsx", wanted: Report | None = None) -> Heads:
    """The mapping that the heads of its first sheet say."""
    found = guess(wanted or report(), read_tables(content, name)[0])
    assert not isinstance(found, Unresolved), found
    return found


def kinds(found: Preview, severity: str = "error") -> list[tuple[str, str]]:
    """Kind and cell of its problems."""
    return [(one.kind, one.cell) for one in found.problems if one.severity == severity]


def changed_archive(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """An archive with parts changed or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in parts:
                new.writestr(entry, old.read(entry.filename))
        for name, value in parts.items():
            new.writestr(name, value)
    return buffer.getvalue()
