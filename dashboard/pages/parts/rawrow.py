"""The raw row that a recorded value stood in, for those who may see it."""

from dashboard.boards.evidence_shapes import Revision
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.drawing import Node
from dashboard.components.frame import section
from dashboard.components.rows import empty
from dashboard.components.table import Column, Row, data_table
from dashboard.formats import moment, number
from dashboard.pages.parts.awaited import submission_href
from dashboard.store.submission_book import Confirmation


def raw_row(one: Revision, open_rows: bool, *, figures: bool = True) -> Node:
    """The row as its file has it, with the file's digest; `figures` says that its values are numbers and stand at the right."""
    digest = tag("p", "SHA-256 của tệp gốc: ", tag("code", one.run.sha256, class_="hash"), class_="note")
    # The name of a message is that of a document, which not everybody may see; a line has a number.
    place = (
        f"Dòng {one.cell.record} của"
        if one.cell.record.isdecimal()
        else f"Bản ghi {one.cell.record} trong"
        if open_rows
        else "Bản ghi trong"
    )
    again = [_said_again(each, open_rows) for each in one.confirmed]
    return section(f"{place} tệp {one.run.source}", _record(one, open_rows, figures), _in_workbook(one, open_rows), *again, digest)


def _said_again(one: Confirmation, open_rows: bool) -> Markup:
    """That a later workbook of the province says the same, and the way to its cell."""
    words = f"Lần nộp {one.version}, được duyệt lúc {moment(one.at)}, nói lại đúng số này"
    if not open_rows:
        return tag("p", f"{words}.", class_="note")
    href = submission_href(one.submission_id, o=one.cell) + "#o"
    return tag("p", f"{words}: ", tag("a", f"mở ô {one.cell}", href=href), class_="note")


def _in_workbook(one: Revision, open_rows: bool) -> Markup | None:
    """The way to the cell in the workbook that a province handed in."""
    if one.submission is None or not open_rows:
        return None
    href = submission_href(one.submission, o=one.cell.record) + "#o"
    return tag("p", tag("a", "Mở ô này trong bản nộp của tỉnh", href=href), class_="note")


def _record(one: Revision, open_rows: bool, figures: bool) -> Markup:
    if not open_rows:
        return empty("Dòng gốc chỉ mở cho tài khoản được cấp quyền xem căn cứ của đơn vị này.")
    if one.lost:
        return empty(f"Không mở được dòng gốc: {one.lost}.")
    heads = [Column("Cột trong tệp"), Column("Giá trị trong tệp", figures)]
    table = data_table(heads, [Row(pair) for pair in one.excerpt], f"Dòng {one.cell.record}, như trong tệp")
    run = one.run
    counts = f"{number(run.landed)} số liệu mới hoặc đổi, {number(run.unchanged)} không đổi, {number(run.held)} dòng bị giữ lại"
    return joined([table, tag("p", f"Tệp được đọc lúc {moment(run.finished_at)}: {counts}.", class_="note")])
