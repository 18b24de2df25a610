"""The second sheet of a template: how to fill it in, in Vietnamese, for a person who sees it for the first time."""

from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from dashboard.formats import number
from dashboard.workbooks.headers import REASON_VI, STATE_VI
from dashboard.workbooks.reports import MOST, Column, Report
from dashboard.workbooks.rows import Places
from dashboard.workbooks.states import ABSENT_VI, NOTHING_VI, REASONS_VI, STATES_VI
from dashboard.workbooks.template_style import Looks

SHEET: Final = "Hướng dẫn"
_STEPS: Final = (
    "Nhập số vào các ô trắng của trang “Báo cáo”. Các ô khác đã khóa: không thêm, bớt, đổi tên dòng và cột.",
    "Để trống nếu chưa có số liệu: ô trống được hiểu là chưa báo cáo. Chỉ ghi 0 khi thật sự không phát sinh.",
    f"Cột “{STATE_VI}” có danh sách để chọn: “{NOTHING_VI}” thay cho số 0 ở mọi việc phát sinh trong kỳ (số cuối kỳ vẫn phải ghi);"
    f" “{ABSENT_VI}” khi chưa báo cáo được, kèm một dòng của cột “{REASON_VI}”. Dòng đã nhập số thì để trống hai cột này.",
    "Chỉ nhập số, không kèm chữ. Cột tỷ lệ và dòng tổng cộng tự tính.",
    "Ô nền đỏ: phần lớn hơn tổng, hoặc đã có số mà còn chọn là chưa có; phải sửa. Ô nền vàng: dòng đã nhập một phần, còn thiếu ô này.",
    "Lưu tệp (.xlsx, .xls hoặc .ods đều được) rồi tải lên. Hệ thống cho xem trước, chỉ rõ từng ô có lỗi; chưa lưu gì cho đến khi xác nhận.",
    "Sửa số sau khi đã gửi: tải lên tệp đã sửa. Mỗi lần gửi là một phiên bản, số cũ vẫn được giữ để đối chiếu.",
)


def write(book: Workbook, looks: Looks, report: Report, places: Places) -> None:
    """Add the sheet."""
    sheet: Worksheet = book.add_worksheet(SHEET)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, 44)
    sheet.set_column(2, 2, 62)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, f"Hướng dẫn: {report.name_vi}", looks["title"])
    sheet.write_string(1, 0, f"{places.unit.full_name_vi}, {places.period.label_vi}", looks["said"])
    row = _steps(sheet, looks, 3, "Cách nhập", (*_STEPS, *report.note_vi))
    row = _columns(sheet, looks, row + 1, report)
    row = _steps(sheet, looks, row + 1, "Căn cứ", (report.basis_vi,))
    sheet.protect("")
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, row, 2)


def _section(sheet: Worksheet, looks: Looks, row: int, title: str) -> None:
    sheet.set_row(row, 24)
    for place, text in enumerate((title, "", "")):
        sheet.write_string(row, place, text, looks["section"])


def _steps(sheet: Worksheet, looks: Looks, row: int, title: str, steps: tuple[str, ...]) -> int:
    """A section of numbered sentences; the row after it."""
    _section(sheet, looks, row, title)
    for order, step in enumerate(steps, 1):
        sheet.set_row(row + order, 20 if len(step) < 130 else 36 if len(step) < 260 else 52)
        sheet.write_number(row + order, 0, order, looks["number"])
        sheet.merge_range(row + order, 1, row + order, 2, step, looks["step"])
    return row + len(steps) + 1


def _columns(sheet: Worksheet, looks: Looks, row: int, report: Report) -> int:
    """What each column means and takes; the row after it."""
    _section(sheet, looks, row, "Các cột")
    sheet.write_string(row + 1, 1, "Cột", looks["cell_head"])
    sheet.write_string(row + 1, 2, "Ý nghĩa và giới hạn", looks["cell_head"])
    meanings = [(column.title_vi, _meaning(report, column)) for column in report.columns]
    meanings += [(STATE_VI, _listed(STATES_VI)), (REASON_VI, _listed(REASONS_VI))]
    for order, (title, meaning) in enumerate(meanings, row + 2):
        sheet.set_row(order, 34)
        sheet.write_string(order, 1, title, looks["cell"])
        sheet.write_string(order, 2, meaning, looks["cell"])
    return row + 2 + len(meanings)


def _listed(entries: tuple[str, ...]) -> str:
    return f"Chọn trong danh sách, hoặc để trống: {'; '.join(entries)}."


def _meaning(report: Report, column: Column) -> str:
    most = "trở lên" if column.maximum >= MOST else f"đến {number(column.maximum)}"
    bounds = f"Số{' nguyên' if column.integer else ''} từ {number(column.minimum)} {most}"
    within = f"; không lớn hơn “{report.column(column.part_of).leaf_vi}”" if column.part_of else ""
    return f"{column.help_vi} {bounds}{within}.".strip()
