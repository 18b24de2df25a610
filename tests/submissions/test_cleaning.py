"""What is kept of a workbook: its cells at their places, nobody's name beside them."""

import datetime as dt
import io
import zipfile
from types import MappingProxyType

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.submissions.cleaning import copied, personal, unsigned
from dashboard.workbooks.reading import read_tables
from dashboard.workbooks.table import Area, Row, Table, Value

_DAY = dt.datetime(2026, 10, 31)  # noqa: DTZ001 -- workbooks know no zone
texts = st.one_of(
    st.text("abcXYZ 0123456789.,-=+@'\"<>&/", min_size=1, max_size=12),
    st.sampled_from(
        ["Xã An Biên", "Phường Mỹ Thới", "Đặc khu Phú Quốc", "=1+1", "@x", "0123", "12,5", "Người lập biểu", "hai\ndòng", "_x0041_"]
    ),
)
numbers = st.one_of(st.integers(-(10**9), 10**9).map(float), st.floats(-1e6, 1e6, allow_nan=False).map(lambda one: round(one, 6)))
values: st.SearchStrategy[Value] = st.one_of(st.none(), texts, numbers, st.booleans())
grids = st.lists(st.lists(values, min_size=1, max_size=5), min_size=1, max_size=8)


def table(grid: list[list[Value]], name: str = "Báo cáo") -> Table:
    rows = []
    for number, line in enumerate(grid, 1):
        while line and line[-1] is None:
            line.pop()
        if line:
            rows.append(Row(number, tuple(line)))
    return Table(name, tuple(rows))


@given(grid=grids)
@settings(max_examples=60, deadline=None)
def test_the_copy_says_what_the_workbook_said_at_the_same_places(grid: list[list[Value]]) -> None:
    one = table([*grid, ["cuối", 1.0]])
    (again,) = read_tables(copied([one]), "tep.xlsx")
    assert again.name == "Báo cáo"
    assert again.rows == read_tables(copied([again]), "tep.xlsx")[0].rows
    for row in one.rows:
        for column, value in enumerate(row.values):
            found = again.cell(row.number, column).value
            same = found == value or (isinstance(value, str) and str(found or "").strip() == value.strip())
            assert same, (row.number, column, value, found)


def test_the_same_workbook_gives_the_same_bytes() -> None:
    one = table([["Đơn vị", "Số"], ["Xã A", 3.0]])
    assert copied([one]) == copied([one])


def test_merged_heads_dates_and_faults_stay_what_they_are() -> None:
    states = MappingProxyType({(3, 0): "fault", (3, 1): "no_result"})
    grid: list[list[Value]] = [["Nhóm", None, "Ngày"], ["một", "hai", _DAY], ["#DIV/0!", None, 5.0]]
    one = Table("A", table(grid).rows, (Area(1, 0, 1, 1),), states)  # type: ignore[arg-type]
    (again,) = read_tables(copied([one]), "tep.xlsx")
    assert again.merged == one.merged
    assert again.cell(3, 0).state == "fault"
    assert again.cell(3, 1).state == "no_result"
    assert again.cell(2, 2).text == "31/10/2026"


def test_who_made_saved_commented_and_signed_it_is_not_kept() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.set_properties({"author": "Nguyễn Văn Tác Giả", "manager": "Trần Thị Quản Lý"})
        sheet = book.add_worksheet("Báo cáo")
        sheet.write_row(0, 0, ["Đơn vị", "Đã xử lý"])
        sheet.write_row(1, 0, ["Xã A", 12])
        sheet.write_comment(1, 1, "gọi chị Hoa", {"author": "Lê Thị Bình Luận"})
        sheet.write_row(3, 0, ["Người lập biểu", "Thủ trưởng đơn vị"])
        sheet.write_row(6, 0, ["Phạm Văn Ký", "Đỗ Thị Duyệt"])
        book.add_worksheet("Ẩn").hide()
    kept = copied(read_tables(out.getvalue(), "a.xlsx"))
    with zipfile.ZipFile(io.BytesIO(kept)) as package:
        whole = b"\n".join(package.read(name) for name in package.namelist()).decode("utf-8")
    for name in ("Tác Giả", "Quản Lý", "Bình Luận", "chị Hoa", "Văn Ký", "Thị Duyệt", "Người lập", "Ẩn"):
        assert name not in whole, name
    assert "Xã A" in whole


def test_rows_with_figures_are_kept_whatever_stands_above_them() -> None:
    rows = table([["Người lập", None], ["Xã A", 1.0], ["Nơi nhận:", None], ["Nguyễn Văn B", None]]).rows
    assert [row.number for row in unsigned(rows)] == [1, 2]
    blank = table([["Đơn vị", "Số"], ["Xã A", None], ["Xã B", None]]).rows
    assert unsigned(blank) == blank


def test_cells_that_name_persons_are_found_and_figures_are_not() -> None:
    cells = [("A1", "hoa.nguyen@tinh.gov.vn"), ("A2", "ĐT 0912 345 678"), ("A3", "CCCD 001099012345"), ("A4", "+84912345678")]
    assert [place for place, _ in personal(cells)] == ["A1", "A2", "A3", "A4"]
    innocent = [
        "1.234.567",
        "000.00.00.H05",
        "2026-10",
        "0123",
        "Xã 30/4",
        "12345678901",
        "electronic_work · bac_ninh_2025 · 2026-10",
        "04/11/2026",
    ]
    assert personal(("A1", text) for text in innocent) == []
