"""A template knows itself, lets only figures in, and comes back without a word to say, from whatever program it was saved by."""

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from dashboard.errors import PeriodError, UnitUnknown
from dashboard.periods import Period
from dashboard.workbooks import Cell, read_tables, stamp_of, template
from dashboard.workbooks.rows import places_of
from dashboard.workbooks.states import REASONS_VI, STATES_VI
from tests.loaded import units
from tests.workbooks.makers import OCTOBER, UNIT, WRITERS, Rows, kinds, of_bytes, report

FIRST = 9  # title, unit, period, hint, stamp, two rows of heads, the sum
STATE, REASON = 10, 11
INPUTS = {4: 4, 5: 3, 7: 10, 8: 7}
"""Column (from 1) → what is typed in it."""


def opened(content: bytes) -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book["Báo cáo"]
    assert isinstance(page, Worksheet)
    return book, page


def blank(unit: str = UNIT, period: Period = OCTOBER) -> bytes:
    return template(report(), unit, period, units())


def typed(content: bytes, rows: int) -> bytes:
    """Filled in, as a program of others saves it: without the results of formulas."""
    book, page = opened(content)
    for row in range(FIRST, FIRST + rows):
        for column, value in INPUTS.items():
            page.cell(row, column).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(("unit", "period"), [(UNIT, "2025-10"), ("bac_giang", "2025-05"), ("hue", "2025-12")])
def test_a_template_that_is_filled_in_has_no_problem(unit: str, period: str) -> None:
    month = Period.parse(period)
    rows = places_of(report(), unit, month, units()).rows
    found = of_bytes(typed(blank(unit, month), len(rows)), unit=unit, period=month)
    assert found.problems == ()
    assert found.acceptable
    assert {(one.unit, one.detail) for one in found.readings if one.unit != unit} == {
        (place.unit.key, f"tier={place.tier}") for place in rows if place.unit.key != unit
    }
    sums = {one.detail: one for one in found.readings if one.unit == unit and one.measure == "case_files_processed"}
    communes = sum(place.tier == "commune" for place in rows)
    assert (sums["tier=province"].value, sums["tier=commune"].value) == (10, 10 * communes)
    assert sums["tier=province"].cell == f"Báo cáo!G{FIRST}"
    assert sums["tier=commune"].cell == f"Báo cáo!G{FIRST + len(rows) - communes}:G{FIRST + len(rows) - 1}"


def test_what_is_left_out_of_a_template_is_told_and_not_dropped() -> None:
    found = of_bytes(typed(blank(), 39))
    reasons = {one.reason_vi for one in found.ignored}
    assert reasons == {
        "tiêu đề",
        "tiêu đề cột",
        "dòng tổng, chỉ dùng để đối chiếu",
        "phần ký",
        "cột không thuộc báo cáo, không đọc",
        "trang khác, không đọc",
    }
    assert {one.text for one in found.ignored if "cột không" in one.reason_vi} >= {"STT", "Hồ sơ công việc / Tỷ lệ điện tử"}


def test_an_empty_template_says_of_each_row_that_nothing_came() -> None:
    found = of_bytes(blank())
    assert not found.acceptable
    assert not found.readings
    assert not found.errors
    assert {one.kind for one in found.warnings} == {"blank_row"}
    assert len(found.warnings) == 39


def cells(content: bytes, rows: int) -> Rows:
    """What a person sees in the sheet, to be saved in another format."""
    _, page = opened(typed(content, rows))
    lines = [[page.cell(row, column).value for column in range(1, 10)] for row in range(1, FIRST + rows + 4)]
    return [[None if str(value).startswith("=") else value for value in line] for line in lines]  # type: ignore[misc]


@pytest.mark.parametrize("name", WRITERS)
def test_a_template_saved_in_another_format_still_knows_itself(name: str) -> None:
    content = WRITERS[name](cells(blank(), 39))
    stamp = stamp_of(read_tables(content, name))
    assert stamp
    assert (stamp.report, stamp.unit, stamp.period) == ("electronic_work", UNIT, OCTOBER)
    # Groups over two rows are merged cells; where those are lost, the head of the group speaks to its right.
    assert of_bytes(content, name).problems == ()


def test_a_template_of_another_province_or_month_is_seen() -> None:
    sheet = typed(blank("hue"), 41)
    assert {kind for kind, _ in kinds(of_bytes(sheet))} >= {"unit_differs", "code_unknown"}
    month = Period.parse("2025-11")
    assert kinds(of_bytes(typed(blank(), 39), period=month)) == [("period_differs", "Báo cáo!A3")]


def test_only_figures_can_be_typed() -> None:
    book, page = opened(blank())
    assert page.protection.sheet
    locked = {column for column in range(1, 12) if page.cell(FIRST, column).protection.locked}
    assert locked == set(range(1, 12)) - set(INPUTS) - {STATE, REASON}
    assert all(page.cell(row, column).protection.locked for row in range(1, FIRST) for column in range(1, 12))
    rules = [rule for rule in page.data_validations.dataValidation if rule.type == "whole"]
    assert {str(rule.sqref) for rule in rules} == {f"{letter}9:{letter}47" for letter in "DEGH"}
    assert {(rule.formula1, rule.allow_blank) for rule in rules} == {("0", True)}
    parts = {str(rule.sqref)[0]: rule for rule in rules if rule.formula2 != "1000000000"}
    assert {letter: rule.formula2 for letter, rule in parts.items()} == {
        "E": 'IF(N($D9)=0,IF($D9="",1000000000,0),MIN($D9,1000000000))',
        "H": 'IF(N($G9)=0,IF($G9="",1000000000,0),MIN($G9,1000000000))',
    }
    assert "không lớn hơn “Phải báo cáo”" in str(parts["E"].error)
    assert book["Hướng dẫn"].protection.sheet


def test_what_a_row_may_say_instead_of_figures_is_chosen_from_lists() -> None:
    book, page = opened(blank())
    lists = {str(rule.sqref): rule for rule in page.data_validations.dataValidation if rule.type == "list"}
    assert {where: str(rule.formula1).strip('"').split(",") for where, rule in lists.items()} == {
        "J9:J47": list(STATES_VI),
        "K9:K47": list(REASONS_VI),
    }
    for rule in page.data_validations.dataValidation:
        assert rule.showErrorMessage
        assert rule.showInputMessage
        assert rule.errorStyle in (None, "stop")
        assert rule.error
        assert rule.prompt
        assert rule.promptTitle
    told = {str(cell.value) for row in book["Hướng dẫn"].iter_rows() for cell in row if cell.value}
    assert any(REASONS_VI[0] in one for one in told)


def test_it_is_made_for_paper_and_for_long_tables() -> None:
    book, page = opened(blank())
    assert page.freeze_panes == "D9"
    assert (page.page_setup.paperSize, page.page_setup.orientation, page.page_setup.fitToHeight) == (9, "landscape", 0)
    assert page.print_title_rows == "$6:$7"
    assert page.cell(FIRST, 2).value == "12"
    assert page.cell(FIRST + 1, 2).number_format == "@"
    assert sorted(str(area) for area in page.merged_cells.ranges) == ["A6:A7", "B6:B7", "C6:C7", "D6:F6", "G6:I6", "J6:J7", "K6:K7"]
    assert page.cell(FIRST, 6).value == '=IF(OR(E9="",D9="",N(D9)=0),"",E9/D9)'
    assert page.cell(FIRST, 6).number_format.endswith("0.00%")
    assert "Huế" not in str(book.properties.title)


def test_it_is_the_same_file_each_time() -> None:
    assert blank() == blank()


def test_what_cannot_be_reported_has_no_template() -> None:
    with pytest.raises(PeriodError):
        blank(period=Period.parse("2025"))
    with pytest.raises(UnitUnknown):
        blank(unit="x")


@pytest.mark.parametrize("rows", ["tiers", "province"])
def test_other_shapes_of_reports_come_back_too(rows: str) -> None:
    wanted = report().model_copy(update={"rows": rows})
    content = template(wanted, UNIT, OCTOBER, units())
    book, page = opened(content)
    first = FIRST if rows == "tiers" else FIRST - 1
    for row in range(first, first + (2 if rows == "tiers" else 1)):
        for column, value in INPUTS.items():
            page.cell(row, column).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    found = of_bytes(buffer.getvalue(), wanted=wanted)
    assert found.problems == ()
    assert {one.detail for one in found.readings} == ({"tier=province", "tier=commune"} if rows == "tiers" else {""})


def test_every_cell_knows_its_address() -> None:
    table = read_tables(blank(), "a.xlsx")[0]
    assert table.cell(FIRST, 2) == Cell(f"C{FIRST}", "Cơ quan cấp tỉnh")
    assert table.place(FIRST, 2) == f"Báo cáo!C{FIRST}"


@pytest.mark.parametrize("sample", sorted((Path(__file__).parent / "samples").glob("libreoffice.*")), ids=lambda path: path.suffix)
def test_a_template_that_another_program_calculated_and_saved_has_no_problem(sample: Path) -> None:
    """Saved by LibreOffice 7.4: with the results of all formulas, and in the text file with `1.234` and `82,98%`."""
    content = sample.read_bytes()
    found = of_bytes(content, sample.name)
    assert found.problems == ()
    assert len(found.readings) == 39 * 4 + 4
    assert {one.value for one in found.readings if one.measure == "case_files_processed"} == {1234, 38 * 1234}
    stamp = stamp_of(read_tables(content, sample.name))
    assert stamp
    assert stamp.unit == UNIT
