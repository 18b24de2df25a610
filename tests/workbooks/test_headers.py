"""Heads over one row or several, merged or not, spelt in any way; never guessed between two, and remembered once a person has said."""

import io
import unicodedata

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import NotFound, WorkbookError
from dashboard.workbooks import (
    CODE,
    UNIT,
    Mapping,
    Table,
    Unresolved,
    by_hand,
    find_headers,
    fingerprint,
    guess,
    read_tables,
    remembered,
)
from dashboard.workbooks.headers import folded, headers_between
from tests.workbooks.makers import HEADS, Rows, as_csv, by_openpyxl, filled, report

KEYS = ["reporting_bodies", "reporting_bodies_connected", "case_files_processed", "case_files_electronic"]


def table(rows: object) -> Table:
    assert isinstance(rows, list | tuple)
    return read_tables(by_openpyxl(rows), "a.xlsx")[0]


def merged() -> Table:
    """A table as ministries draw it: title, two rows of heads with merged groups, a row that numbers the columns."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet("Biểu 01")
        page.merge_range("A1:G1", "BÁO CÁO THÁNG 10 NĂM 2025")
        page.merge_range("A3:A4", "STT")
        page.merge_range("B3:B4", "TÊN ĐƠN VỊ")
        page.merge_range("C3:D3", "Cơ quan, đơn vị")
        page.merge_range("E3:F3", "Hồ sơ công việc")
        page.merge_range("G3:G4", "Ghi chú")
        for column, text in enumerate(("Phải báo cáo", "Đã kết nối", "Tổng số", "Điện tử"), 2):
            page.write(3, column, text)
        for column, text in enumerate(("A", "B", "1", "2", "3", "4", "5")):
            page.write(4, column, text)
        page.write_row(5, 0, [1, "Phường Đoàn Kết", 4, 3, 10, 9])
    return read_tables(buffer.getvalue(), "a.xlsx")[0]


def test_merged_heads_over_two_rows_are_flattened_and_mapped() -> None:
    found = guess(report(), merged())
    assert isinstance(found, Mapping)
    assert (found.first_row, found.last_row) == (3, 4)
    assert found.columns == {UNIT: 1, **{key: place for place, key in enumerate(KEYS, 2)}}
    heads = find_headers(merged())
    assert heads
    assert [one.text for one in heads.columns][2:4] == ["Cơ quan, đơn vị / Phải báo cáo", "Cơ quan, đơn vị / Đã kết nối"]
    assert [one.address for one in heads.columns][:3] == ["A3", "B3", "C4"]


def test_groups_of_text_files_speak_for_the_columns_to_their_right() -> None:
    rows: Rows = [
        ["Đơn vị", "Cơ quan, đơn vị", None, "Hồ sơ công việc", None],
        [None, "Phải báo cáo", "Đã kết nối", "Đã xử lý", "Điện tử"],
        ["Phường Đoàn Kết", 4, 3, 10, 9],
    ]
    found = guess(report(), read_tables(as_csv(rows), "a.csv")[0])
    assert isinstance(found, Mapping)
    assert found.columns == {UNIT: 0, **{key: place for place, key in enumerate(KEYS, 1)}}


@given(
    st.sampled_from(["NFC", "NFD"]), st.sampled_from([str.upper, str.lower, str.title, str]), st.sampled_from([" ", "  ", "\n", "\u00a0"])
)
def test_spelling_does_not_matter(form: str, case: object, blank: str) -> None:
    assert callable(case)
    for text in HEADS[0]:
        spelt = unicodedata.normalize(form, str(case(text))).replace(" ", blank)  # type: ignore[arg-type]
        assert folded(spelt) == folded(str(text))
        assert folded(spelt + " (3)") == folded(f"{text}*:") == folded(str(text))


def test_the_place_of_the_tone_does_not_matter_and_the_tone_does() -> None:
    assert folded("Số hoà giải") == folded("SỐ HÒA GIẢI")
    assert folded("Số hóa") != folded("Số hòa")


def test_two_heads_that_say_the_same_are_left_to_a_person() -> None:
    found = guess(report(), table([[*HEADS[0], "Tổng số hồ sơ công việc"], ["12", "a", 1, 1, 1, 1, 1]]))
    assert isinstance(found, Unresolved)
    assert found.doubtful == ("case_files_processed",)
    assert found.known[UNIT] == 1
    assert "chưa rõ" in found.said_vi


def test_a_head_that_is_missing_is_named_with_what_was_found() -> None:
    found = guess(report(), table([["Tên đơn vị", "Cột lạ", "Số đơn vị phải báo cáo"], ["a", 1, 2], ["b", 3, 4]]))
    assert isinstance(found, Unresolved)
    assert found.missing == tuple(KEYS[1:])
    assert found.known == {UNIT: 0, KEYS[0]: 2}
    assert found.headers
    assert [one.text for one in found.headers.columns] == ["Tên đơn vị", "Cột lạ", "Số đơn vị phải báo cáo"]


def test_a_sheet_without_heads_says_so() -> None:
    found = guess(report(), table([["một câu"], ["hai câu"]]))
    assert isinstance(found, Unresolved)
    assert found.headers is None
    assert "dòng tiêu đề" in found.said_vi


def test_what_a_person_has_said_is_remembered_for_the_same_heads_wherever_they_stand() -> None:
    rows = [["Nơi", "x1", "x2", "x3", "x4"], ["a", 1, 2, 3, 4]]
    heads = find_headers(table(rows))
    assert heads
    columns = {UNIT: 0, **{key: place for place, key in enumerate(KEYS, 1)}}
    said = Mapping.from_json(by_hand(report(), table(rows), heads, columns).to_json())
    moved = table([["Một tựa đề khác"], [], ["NƠI", " X1", "x2 ", "x3", "X4 (4)"], ["b", 5, 6, 7, 8]])
    found = remembered(said, moved)
    assert found
    assert (found.first_row, found.columns) == (3, columns)
    assert remembered(said, table([["Nơi", "x1", "x2", "x4", "x3"], ["a", 1, 2, 3, 4]])) is None


def test_what_a_person_says_must_be_whole() -> None:
    sheet = table(filled())
    heads = find_headers(sheet)
    assert heads
    with pytest.raises(WorkbookError, match="Đã kết nối"):
        by_hand(report(), sheet, heads, {UNIT: 1, KEYS[0]: 2})
    with pytest.raises(WorkbookError, match="hai cột"):
        by_hand(report(), sheet, heads, {UNIT: 1, CODE: 1, **dict.fromkeys(KEYS, 2)})
    with pytest.raises(NotFound):
        by_hand(report(), sheet, heads, {"x": 1})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"columns": 3}', '{"columns": {"a": "b"}, "first_row": 1, "last_row": 2}'])
def test_a_damaged_memory_is_told(text: str) -> None:
    with pytest.raises(WorkbookError, match="ghép lại"):
        Mapping.from_json(text)


def test_the_fingerprint_is_that_of_the_heads_alone() -> None:
    one, other = table(filled()), table([["Tựa đề", "x"], *filled()])
    assert fingerprint(headers_between(one, 1, 1)) == fingerprint(headers_between(other, 2, 2))
    assert fingerprint(headers_between(one, 1, 1)) != fingerprint(headers_between(one, 1, 2))
