"""Files that were made to harm: told in a sentence, within bounded memory, and nothing in them is run."""

import io
import struct
import tracemalloc
import zipfile

import pytest
import xlwt

from dashboard.errors import WorkbookError
from dashboard.workbooks import read_tables
from tests.workbooks.makers import Rows, by_odfpy, by_openpyxl, by_xlwt, changed_archive

SMALL: Rows = [["Đơn vị", "Số"], ["a", 1]]
SHEET_PART = "xl/worksheets/sheet1.xml"
SHEET = (
    '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)


def refused(content: bytes, kind: str, name: str = "a.xlsx") -> str:
    with pytest.raises(WorkbookError) as caught:
        read_tables(content, name)
    assert caught.value.kind == kind, caught.value
    return str(caught.value)


def with_sheet(rows: str) -> bytes:
    return changed_archive(by_openpyxl(SMALL), {SHEET_PART: SHEET.format(rows).encode()})


def with_content(rows: str) -> bytes:
    """An .ods whose content is that."""
    with zipfile.ZipFile(io.BytesIO(by_odfpy(SMALL))) as archive:
        content = archive.read("content.xml").decode()
    head, tail = content.index("<table:table-row"), content.rindex("</table:table>")
    return changed_archive(by_odfpy(SMALL), {"content.xml": (content[:head] + rows + content[tail:]).encode()})


def test_a_bomb_is_not_unpacked() -> None:
    bomb = changed_archive(by_openpyxl(SMALL), {SHEET_PART: b"<a>" + b" " * 30_000_000 + b"</a>"})
    assert len(bomb) < 100_000
    tracemalloc.start()
    refused(bomb, "bomb")
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(2_100):
            archive.writestr(f"xl/{number}", "")
    refused(buffer.getvalue(), "bomb")


def test_a_sheet_to_the_last_row_is_told_how_far_it_goes() -> None:
    rows = "".join(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(1, 60_000))
    assert "50.001" in refused(with_sheet(rows), "too_large")
    assert "1.048.576" in refused(with_sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "too_large")


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row>',
        '<row r="900000"><c><v>1</v></c></row>',
        '<row r="1048576"><c r="A1"><v>1</v></c><c><v>1</v></c></row>',
        '<row r="1"><c r="XFD1048576"><is><t>x</t></is></c></row>',
        '<row r="1"><c r="XFD1048576" t="s"><x/><is><r><rPr><b/></rPr><t>x</t></r></is></c></row>',
        '<row r="4000000000"><c r="A4000000000"><v>1</v></c></row>',
    ],
)
def test_two_far_cells_do_not_ask_for_the_rectangle_between_them(rows: str) -> None:
    refused(with_sheet(rows), "too_large")


def test_an_address_in_disguise_is_refused() -> None:
    refused(with_sheet('<row r="1"><c r="XFD1"/><c r="&#65;1"><v>1</v></c></row>'), "damaged")


def test_cells_without_values_cost_nothing() -> None:
    """Programs format whole columns: a cell at the last row that holds nothing is no table of a million rows."""
    (table,) = read_tables(with_sheet('<row r="1"><c r="A1"><v>7</v></c></row><row r="1048576"><c r="C1048576" s="0"/></row>'), "a.xlsx")
    assert [row.values for row in table.rows] == [(7.0,)]


def test_one_long_text_in_many_cells_is_too_much() -> None:
    text = "x" * 30_000
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{text}</t></si></sst>'.encode()
    rows = "".join(f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c></row>' for number in range(1, 1_000))
    refused(changed_archive(with_sheet(rows), {"xl/sharedStrings.xml": strings}), "too_large")


def test_repeated_cells_of_ods_are_counted_before_they_are_written_out() -> None:
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{}"/>'
    row = '<table:table-row table:number-rows-repeated="{}">{}</table:table-row>'
    refused(with_content(row.format(1_048_576, cell.format(16_384))), "too_large", "a.ods")
    refused(with_content(row.format(1, cell.format(16_384))), "too_large", "a.ods")
    refused(with_content(row.format(40_000, cell.format(200))), "too_large", "a.ods")
    blank = row.format(1_048_000, '<table:table-cell table:number-columns-repeated="16384"/>')
    (table,) = read_tables(with_content(row.format(2, cell.format(3)) + blank), "a.ods")
    assert [(one.number, one.values) for one in table.rows] == [(1, (1.0, 1.0, 1.0)), (2, (1.0, 1.0, 1.0))]


def test_far_columns_of_xls_are_seen_before_rows_are_made() -> None:
    content = bytearray(by_xlwt([["a", 1.5]]))
    record = struct.pack("<HHHH", 0x0203, 14, 0, 1)
    place = content.index(record) if record in content else content.index(struct.pack("<HHHH", 0x027E, 10, 0, 1))
    content[place + 6 : place + 8] = struct.pack("<H", 65_000)
    refused(bytes(content), "too_large", "a.xls")


@pytest.mark.parametrize(
    "text", ['<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]>', '<!DOCTYPE a SYSTEM "http://localhost/a">']
)
def test_document_types_are_refused(text: str) -> None:
    sheet = SHEET.format('<row r="1"><c r="A1"><v>1</v></c></row>').replace("?><w", f"?>{text}<w")
    assert "DTD" in refused(changed_archive(by_openpyxl(SMALL), {SHEET_PART: sheet.encode()}), "damaged")


def test_macros_are_refused_in_every_format() -> None:
    assert "macro" in refused(changed_archive(by_openpyxl(SMALL), {"xl/vbaProject.bin": b"x"}), "macros", "a.xlsm")
    assert "macro" in refused(changed_archive(by_odfpy(SMALL), {"Basic/Standard/Module1.xml": b"<a/>"}), "macros", "a.ods")
    old = by_xlwt(SMALL)
    sheet = struct.pack("<HH", 0x0085, 15)
    place = old.index(sheet)
    refused(old[: place + 9] + b"\x01" + old[place + 10 :], "macros", "a.xls")


def test_what_is_locked_is_told_so() -> None:
    assert "mật khẩu" in refused(changed_archive(by_odfpy(SMALL), {"META-INF/manifest.xml": b"<manifest:encryption-data/>"}), "password")
    old = bytearray(by_xlwt(SMALL))
    place = old.index(struct.pack("<HH", 0x00E1, 2)) if struct.pack("<HH", 0x00E1, 2) in old else old.index(struct.pack("<HH", 0x0042, 2))
    old[place : place + 2] = struct.pack("<H", 0x002F)
    refused(bytes(old), "password", "a.xls")
    buffer = io.BytesIO()
    document = xlwt.CompoundDoc.XlsDoc()
    document.save(buffer, b"\0" * 5_000)
    renamed = buffer.getvalue().replace("Workbook".encode("utf-16-le") + b"\0" * 20, "EncryptedPackage".encode("utf-16-le") + b"\0" * 4, 1)
    length = renamed.index("EncryptedPackage".encode("utf-16-le")) + 64
    renamed = renamed[:length] + struct.pack("<H", 34) + renamed[length + 2 :]
    assert "mật khẩu" in refused(renamed, "password")


def test_two_parts_of_one_name_are_refused() -> None:
    buffer = io.BytesIO(by_openpyxl(SMALL))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", "<a/>")
    refused(buffer.getvalue(), "damaged")


def test_binary_workbooks_are_sent_back_with_the_way_out() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.bin", "")
    assert "*.xlsx" in refused(buffer.getvalue(), "unknown", "a.xlsb")
