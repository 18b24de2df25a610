"""Every format gives the same table, whoever wrote it; what is no workbook is told so in words that help."""

import datetime as dt
import io

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from dashboard.errors import WorkbookError
from dashboard.workbooks import Area, Table, read_tables
from dashboard.workbooks.reading import read_tables as reading
from tests.workbooks.makers import WRITERS, Rows, as_csv, by_odfpy, by_openpyxl, by_xlsxwriter, by_xlwt

ROWS: Rows = (
    ("Đơn vị", "Số", "Tỷ lệ"),
    (None, None, None),
    ("Phường Đoàn Kết", 12, 0.5),
    (None, None, 1234567.25),
    ("Xã Hòa", 0, None),
)
DAY = dt.date(2025, 10, 31)
DAY_AT_MIDNIGHT = dt.datetime.combine(DAY, dt.time())
EVERY = pytest.mark.parametrize("name", WRITERS)


def one(content: bytes, name: str = "a.xlsx") -> Table:
    (table,) = read_tables(content, name)
    return table


@EVERY
def test_every_format_gives_the_same_rows_at_the_same_addresses(name: str) -> None:
    table = one(WRITERS[name](ROWS), name)
    assert [row.number for row in table.rows] == [1, 3, 4, 5]
    assert table.cell(3, 0).value == "Phường Đoàn Kết"
    assert table.cell(4, 2).address == "C4"
    assert table.cell(2, 1).value is None
    assert [float(str(table.cell(row, column).value)) for row, column in ((3, 1), (3, 2), (4, 2), (5, 1))] == [12, 0.5, 1234567.25, 0]
    assert table.name == ("semicolons" if name.endswith("csv") else "Báo cáo")


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter, by_xlwt, by_odfpy])
def test_dates_and_truth_values_are_not_numbers(write: object) -> None:
    assert callable(write)
    table = one(write([["a", DAY_AT_MIDNIGHT, True]]))
    assert table.rows[0].values == ("a", DAY, True)


def test_a_day_is_the_same_in_the_calendar_of_1904() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    page = book.active
    assert page is not None
    page.append(["a", DAY_AT_MIDNIGHT])
    buffer = io.BytesIO()
    book.save(buffer)
    assert one(buffer.getvalue()).rows[0].values[1] == DAY
    old = xlwt.Workbook()
    old.dates_1904 = True
    old.add_sheet("a").write(0, 0, DAY_AT_MIDNIGHT, xlwt.easyxf(num_format_str="DD/MM/YYYY"))
    buffer = io.BytesIO()
    old.save(buffer)
    assert one(buffer.getvalue()).rows[0].values[0] == DAY


def test_the_cached_value_of_a_formula_is_read_and_a_missing_one_is_marked() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet("a")
        page.write_formula(0, 0, "=1+1", None, 2)
        page.write_formula(0, 1, "=1+1", None, "")
        page.write_formula(0, 2, "=1/0", None, "#DIV/0!")
    cells = [one(buffer.getvalue()).cell(1, column) for column in range(3)]
    assert [(cell.value, cell.state) for cell in cells] == [(2, "value"), (None, "no_result"), ("#DIV/0!", "fault")]
    unsaved = one(by_openpyxl([["=1+1", 5]]))
    assert (unsaved.cell(1, 0).value, unsaved.cell(1, 0).state) == (None, "no_result")
    old = xlwt.Workbook()
    old.add_sheet("a").write(0, 0, xlwt.Formula("1+1"))
    old.get_sheet(0).write(0, 1, 5)
    buffer = io.BytesIO()
    old.save(buffer)
    assert one(buffer.getvalue()).cell(1, 0).state == "no_result"


def test_merged_cells_hidden_sheets_and_empty_ones() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page, hidden = book.add_worksheet("a"), book.add_worksheet("b")
        book.add_worksheet("trống")
        page.merge_range("B2:D3", "Hồ sơ")
        hidden.write(0, 0, 1)
        hidden.hide()
    first, second = read_tables(buffer.getvalue(), "a.xlsx")
    assert first.merged == (Area(2, 1, 3, 3),)
    assert (first.hidden, second.hidden) == (False, True)


def test_merged_cells_of_the_older_formats() -> None:
    old = xlwt.Workbook()
    old.add_sheet("a").write_merge(1, 2, 1, 3, "Hồ sơ")
    buffer = io.BytesIO()
    old.save(buffer)
    assert one(buffer.getvalue()).merged == (Area(2, 1, 3, 3),)


def test_text_files_keep_their_row_numbers_and_find_their_signs() -> None:
    for sign in (";", ",", "\t", "|"):
        table = one(as_csv([["Báo cáo"], [], ["a", "b", "c"], ["x", "1", None], ["y", 'nói "a"', "3"]], sign), "thang 10.csv")
        assert [(row.number, row.values) for row in table.rows][1:] == [(3, ("a", "b", "c")), (4, ("x", "1")), (5, ("y", 'nói "a"', "3"))]
    decimals = one(b"a;1,5;2,5\nb;3,5;4,5\n", "a.csv")
    assert decimals.rows[0].values == ("a", "1,5", "2,5")
    told = one(b"sep=,\na,b\n1,2\n", "a.csv")
    assert [(row.number, row.values) for row in told.rows] == [(2, ("a", "b")), (3, ("1", "2"))]


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"", "empty", "trống"),
        (b"\0\0\0\n", "empty", "trống"),
        (b"%PDF-1.7\n", "unknown", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0", "unknown", "ảnh"),
        (b"<html><table><tr><td>1", "unknown", "trang web"),
        (b'<?xml version="1.0"?><Workbook/>', "unknown", "XML"),
        (b"PK\x03\x04abc", "damaged", "hỏng"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1abc", "damaged", "hỏng"),
        (b"abc\x01\x02\x03", "unknown", "không phải là bảng tính"),
        (b'a;"b\nc', "damaged", "dấu nháy"),
        ("Hà Nội".encode()[:-2], "damaged", "cắt"),
        (b";;;\n;;\n", "empty", "không có ô nào"),
        (b"x" * (20 * 2**20 + 1), "too_large", "20 MB"),
    ],
)
def test_what_is_no_workbook_is_told_so(content: bytes, kind: str, words: str) -> None:
    with pytest.raises(WorkbookError) as caught:
        reading(content, "a.xlsx")
    assert caught.value.kind == kind
    assert words in str(caught.value)


@EVERY
def test_a_file_that_was_cut_off_is_damaged_or_shorter_and_nothing_else(name: str) -> None:
    whole = WRITERS[name](ROWS)
    if name.endswith(("xlsx", "ods")):
        with pytest.raises(WorkbookError, match="hỏng"):
            read_tables(whole[: len(whole) * 2 // 3], name)
    elif name.endswith("xls"):
        with pytest.raises(WorkbookError, match="hỏng"):
            read_tables(whole[:1500], name)


def test_a_word_document_is_told_from_a_workbook() -> None:
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    with pytest.raises(WorkbookError, match="Word"):
        read_tables(buffer.getvalue(), "a.xlsx")
