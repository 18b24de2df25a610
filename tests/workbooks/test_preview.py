"""Every fault of a sheet is told at its cell, in words that name the record and the reason; nothing is dropped without a word."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import PeriodError, UnitUnknown, WorkbookError
from dashboard.periods import Period
from dashboard.workbooks import Preview, preview, read_tables
from tests.loaded import units
from tests.workbooks.makers import HEADS, OCTOBER, UNIT, Cell, Rows, by_openpyxl, filled, kinds, mapped, previewed, report

MAY = Period.parse("2025-05")
LAST = 40
"""Row of the last commune: one of heads, one of the province's own offices, 38 communes."""


def changed(row: int, column: int, value: Cell) -> list[list[Cell]]:
    """A sound sheet but for one cell (row and column from 1)."""
    rows = filled()
    rows[row - 1][column - 1] = value
    return rows


def only(found: Preview) -> tuple[str, str, str]:
    """Kind, cell and words of its one error."""
    (one,) = found.errors
    return one.kind, one.cell, one.text_vi


def test_a_sound_sheet_has_figures_and_nothing_else() -> None:
    found = previewed(filled())
    assert found.problems == ()
    assert len(found.rows) == 39
    # Of each row four figures, and the sums of the communes for the province.
    assert len(found.readings) == 39 * 4 + 4
    total = next(one for one in found.readings if (one.measure, one.unit, one.detail) == ("reporting_bodies", UNIT, "tier=commune"))
    assert (total.value, total.cell) == (4 * 38, f"Báo cáo!C3:C{LAST}")
    assert total.observation.record == total.cell
    first = found.rows[1]
    assert first.unit
    assert first.unit in units()
    assert first.cells["reporting_bodies"] == ("Báo cáo!C3", 4)


@pytest.mark.parametrize(
    ("row", "column", "value", "kind", "words"),
    [
        (3, 3, "bốn", "not_a_number", "Xã Bản Bo: Phải báo cáo: “bốn” không phải là số"),
        (3, 3, -4, "negative", "−4 là số âm"),
        (3, 3, 4.5, "not_whole", "số nguyên"),
        (3, 4, 5, "part_larger", "Xã Bản Bo: Đã kết nối 5 lớn hơn Phải báo cáo 4"),
        (3, 6, "=1+1", "no_result", "công thức chưa được tính"),
        (3, 2, "Xã Bình Lư", "code_disagrees", "mã “03424” là của Xã Bản Bo, nhưng tên ghi là “Xã Bình Lư”"),
        (3, 1, "99999", "code_unknown", "99999"),
        (3, 2, "=cmd|' /C calc'!A0", "", ""),
    ],
)
def test_a_fault_is_told_at_its_cell(row: int, column: int, value: Cell, kind: str, words: str) -> None:
    found = previewed(changed(row, column, value))
    if not kind:
        assert not found.errors, "a formula that nobody calculated says no name; the code does"
        return
    said, cell, text = only(found)
    assert (said, cell) == (kind, f"Báo cáo!{'ABCDEF'[column - 1]}{row}")
    assert words in text
    assert found.at(cell)
    assert not found.acceptable
    assert cell not in {one.cell for one in found.readings}


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("Xã Không Có Thật", "unit_unknown", "không có đơn vị nào tên “Xã Không Có Thật” trong Tỉnh Lai Châu vào ngày 31/10/2025"),
        ("Xã Bình Lu", "unit_unknown", "Xã Bình Lư"),
        ("Phường Ba Đình", "unit_elsewhere", "Phường Ba Đình không thuộc Tỉnh Lai Châu mà thuộc Thành phố Hà Nội"),
        ("Tỉnh Lai Châu", "row_unclear", "“Cơ quan cấp tỉnh”"),
        ("Lai Châu", "row_unclear", "“Tổng cộng”"),
        ("Xã Đoàn Kết", "unit_kind", "có Phường Đoàn Kết"),
        ("@SUM(A1)", "formula_text", "dạng công thức"),
        (None, "no_name", "không ghi tên đơn vị"),
    ],
)
def test_a_name_that_is_nobodys_is_explained(name: Cell, kind: str, words: str) -> None:
    rows = [[None, *row[1:]] for row in filled()]
    rows[0][0], rows[2][1] = HEADS[0][0], name
    said, cell, text = only(previewed(rows))
    assert (said, cell) == (kind, "Báo cáo!B3")
    assert words in text


def test_names_do_without_codes_kinds_and_the_right_spelling() -> None:
    rows: list[list[Cell]] = [[row[1], *row[2:]] for row in filled()]
    rows[1][0] = "Các sở, ban, ngành"
    rows[2][0] = "1. bản bo"
    rows[3][0] = "- UBND xã Bình Lư"
    found = previewed(rows)
    assert found.problems == ()
    assert [row.number for row in found.rows[:3]] == [2, 3, 4]


def test_a_name_of_two_is_not_guessed() -> None:
    """Before the mergers many a province had two communes of one name, in two districts."""
    communes = units().of_tier("commune", MAY.last_day, within="bac_giang")
    names = [one.full_name_vi for one in communes]
    twin = next(name for name in names if names.count(name) > 1)
    found = previewed([HEADS[0], [None, twin, 1, 1, 1, 1]], unit="bac_giang", period=MAY)
    kind, cell, text = only(found)
    assert (kind, cell) == ("unit_ambiguous", "Báo cáo!B2")
    assert text.count("(mã ") == 2
    code = next(one.gso_code for one in communes if one.full_name_vi == twin)
    assert not previewed([HEADS[0], [code, twin, 1, 1, 1, 1]], unit="bac_giang", period=MAY).errors


def test_a_code_that_lost_its_zeros_is_known_again() -> None:
    rows = filled()
    for row in rows[1:]:
        row[0] = int(str(row[0]))
    assert previewed(rows).problems == ()


def test_of_two_rows_of_one_unit_neither_is_taken() -> None:
    rows = [*filled(), filled()[2]]
    found = previewed(rows)
    assert kinds(found) == [("twice", "Báo cáo!B3"), ("twice", f"Báo cáo!B{LAST + 1}")]
    assert "Xã Bản Bo" in found.errors[0].text_vi
    assert not [one for one in found.readings if one.cell.endswith(("C3", f"C{LAST + 1}"))]


def test_blank_is_missing_and_not_zero() -> None:
    rows = changed(3, 3, None)
    rows[3][2:] = [None] * 4
    found = previewed(rows)
    assert not found.errors
    assert kinds(found, "warning") == [
        ("blank", "Báo cáo!C3"),
        ("blank_row", "Báo cáo!B4"),
        *[("incomplete", "")] * 4,
    ]
    assert "không phải 0" in found.warnings[0].text_vi
    # No sum of the communes while one of them is silent: it would be too small, and nobody would see it.
    assert not [one for one in found.readings if (one.unit, one.detail) == (UNIT, "tier=commune")]
    assert "Xã Bản Bo" in found.warnings[2].text_vi


def test_units_without_a_row_are_named() -> None:
    found = previewed(filled(skip=["03388", "12"]))
    words = [one.text_vi for one in found.warnings if one.kind == "missing_unit"]
    assert words[0] == "thiếu 1 trong 1 dòng phải có: Cơ quan cấp tỉnh; coi là chưa báo cáo, không phải 0"
    assert words[1].startswith("thiếu 1 trong 38 dòng phải có: Phường Đoàn Kết")


@pytest.mark.parametrize("top", [True, False])
def test_totals_are_compared_and_ignored(top: bool) -> None:
    rows = filled()
    sums: list[Cell] = [None, "TỔNG CỘNG", *(sum(int(str(row[column])) for row in rows[1:]) for column in range(2, 6))]
    rows.insert(1 if top else len(rows), sums)
    found = previewed(rows)
    assert found.problems == ()
    assert [one.reason_vi for one in found.ignored if "TỔNG" in one.text] == ["dòng tổng, chỉ dùng để đối chiếu"]
    sums[3] = int(str(sums[3])) + 2
    kind, cell, text = only(previewed(rows))
    assert (kind, cell) == ("total", f"Báo cáo!D{2 if top else LAST + 1}")
    assert "ghi 135, các dòng cộng lại được 133" in text


def test_sums_of_parts_of_the_sheet_add_up_too() -> None:
    rows = filled()
    communes: list[Cell] = [None, "Cộng cấp xã", *(sum(int(str(row[column])) for row in rows[2:]) for column in range(2, 6))]
    half: Rows = [*rows[:10], [None, "Cộng", *(sum(int(str(row[column])) for row in rows[1:10]) for column in range(2, 6))], *rows[10:]]
    assert previewed([*rows, communes]).problems == ()
    assert previewed(half).problems == ()


def test_titles_groups_signatures_and_notes_are_ignored_with_a_reason() -> None:
    rows: list[Sequence[Cell]] = [
        ["UBND TỈNH LAI CHÂU"],
        ["BÁO CÁO THÁNG 10 NĂM 2025"],
        ["Lai Châu, ngày 05 tháng 11 năm 2025"],
        *filled()[:1],
        ["A", "B", 1, 2, 3, 4],
        *filled()[1:2],
        ["II", "Các xã, phường"],
        *filled()[2:],
        [None, "Ghi chú: số liệu đã chốt"],
        [None, "Người lập biểu", None, None, "Thủ trưởng đơn vị"],
        [None, "Nguyễn Văn A"],
    ]
    found = previewed(rows)
    assert not found.errors, found.errors
    told = {one.text: one.reason_vi for one in found.ignored}
    assert told["A | B | 1 | 2 | 3 | 4"] == "dòng đánh số cột"
    assert told["II | Các xã, phường"] == "dòng tên nhóm, không có số liệu"
    assert told["Ghi chú: số liệu đã chốt"] == "ghi chú"
    assert told["Người lập biểu | Thủ trưởng đơn vị"] == "phần ký"
    assert told["Lai Châu, ngày 05 tháng 11 năm 2025"] == "tiêu đề"
    assert told["Nguyễn Văn A"] == "sau phần ký, không có số liệu"


@pytest.mark.parametrize(
    ("title", "kind", "words"),
    [
        ("BÁO CÁO THÁNG 9 NĂM 2025", "period_differs", "tệp ghi tháng 9/2025, nhưng kỳ đã chọn là tháng 10/2025"),
        ("Kỳ báo cáo: 11/2025", "period_differs", "tháng 11/2025"),
        ("Quý III/2025", "period_differs", "quý III/2025"),
        ("Báo cáo năm 2024", "period_differs", "năm 2024"),
        ("Số liệu lũy kế 10 tháng năm 2025", "cumulated", "số lũy kế"),
        ("UBND TỈNH ĐIỆN BIÊN", "unit_differs", "tệp là của Tỉnh Điện Biên, nhưng đơn vị đã chọn là Tỉnh Lai Châu"),
        ("Đơn vị báo cáo: TP. Huế", "unit_differs", "Thành phố Huế"),
    ],
)
def test_what_the_title_says_must_fit(title: str, kind: str, words: str) -> None:
    said, cell, text = only(previewed([[title], *filled()]))
    assert (said, cell) == (kind, "Báo cáo!A1")
    assert words in text


@pytest.mark.parametrize(
    "title", ["Báo cáo năm 2025", "Quý IV/2025", "Tháng 10/2025", "Lai Châu, ngày 05 tháng 11 năm 2025", "UBND tỉnh Lai Châu"]
)
def test_a_title_that_fits_is_no_problem(title: str) -> None:
    assert not previewed([[title], *filled()]).problems


def test_thousands_of_unknown_names_are_told_quickly_and_all() -> None:
    rows: list[Sequence[Cell]] = [*HEADS, *([None, f"Xã Lạ {place}", 1, 1, 1, 1] for place in range(1_000))]
    found = previewed(rows)
    assert len(found.errors) == 1_000
    assert not found.readings


def test_a_period_of_another_length_and_a_unit_of_nowhere_are_refused() -> None:
    tables, mapping = read_tables(by_openpyxl(filled()), "a.xlsx"), mapped(by_openpyxl(filled()))
    with pytest.raises(PeriodError):
        preview(report(), UNIT, Period.parse("2025"), tables, mapping, units())
    with pytest.raises(UnitUnknown):
        preview(report(), "x", OCTOBER, tables, mapping, units())
    with pytest.raises(WorkbookError, match="ghép lại"):
        preview(report(), UNIT, OCTOBER, read_tables(by_openpyxl([["a", "b"], [1, 2]]), "a.xlsx"), mapping, units())


CELLS = st.one_of(
    st.none(),
    st.integers(-5, 2000),
    st.floats(-10, 1e6, allow_nan=False).map(lambda value: round(value, 2)),
    st.sampled_from(["", "12", "1.234", "x", "-", "=1", "Tổng cộng", "Xã Bình Lư", "Cơ quan cấp tỉnh", "03388", "ngày 5 tháng 11", "(1)"]),
)


@settings(max_examples=60)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=12))
def test_whatever_stands_in_a_sheet_every_row_is_accounted_for(body: list[list[Cell]]) -> None:
    found = previewed([*HEADS, *body, ["03394", "Xã Sin Suối Hồ", 4, 3, 2, 1]])
    table = read_tables(by_openpyxl([*HEADS, *body, ["03394", "Xã Sin Suối Hồ", 4, 3, 2, 1]]), "a.xlsx")[0]
    shown = {row.number for row in found.rows} | {int("".join(c for c in one.cell.split("!")[1] if c.isdigit())) for one in found.ignored}
    assert shown == {row.number for row in table.rows}
    bad = {one.cell for one in found.errors}
    for one in found.readings:
        assert one.cell not in bad
        assert one.value >= 0
        assert one.unit in units()
    for problem in found.problems:
        assert problem.text_vi
        assert problem.cell == "" or problem.cell.startswith("Báo cáo!")
