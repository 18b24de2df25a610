"""`/can-cu/<figure>`: what a figure rests on, down to the row of the file."""

from dash.development.base_component import Component

from dashboard.access.roles import Permission
from dashboard.boards.evidence_shapes import EvidenceBoard
from dashboard.charts.markup import tag
from dashboard.components.drawing import Node
from dashboard.components.frame import columns, page_frame, page_head, section
from dashboard.components.marks import stamp_of
from dashboard.components.rows import facts
from dashboard.components.table import Column, Row, data_table
from dashboard.formats import moment, number
from dashboard.pages.parts import scored, told
from dashboard.pages.parts.counted import division, observations, runs
from dashboard.pages.parts.measured import AGENCY_TIERS, read
from dashboard.pages.parts.rawrow import raw_row
from dashboard.pages.parts.rechecked import rechecked
from dashboard.pages.parts.traced import below_sums, fault
from dashboard.web import Page, View, address

NBSP = "\u00a0"


def render(view: View) -> Component:
    """Figure → formula → observations → run → raw record, newest revision first."""
    if told.is_fact(view):
        return told.render(view)
    if scored.is_score(view):
        return scored.render(view)
    board = view.boards.evidence(view.params["figure"])
    open_rows = view.viewer.may(Permission.SEE_EVIDENCE, board.unit.key)
    return page_frame(
        "evidence",
        page_head(head(board), stamp_of(board.stamp), lead=board.indicator.description_vi),
        columns("halves", *(_computed(view, board) if board.sums else _given(board, open_rows))),
    )


def title(view: View) -> str:
    """For the browser's tab."""
    if told.is_fact(view):
        return told.title(view)
    if scored.is_score(view):
        return scored.title(view)
    board = view.boards.evidence(view.params["figure"])
    return f"Căn cứ: {board.unit.name_vi}, {board.indicator.short_vi.lower()}"


def head(board: EvidenceBoard) -> str:
    """`Căn cứ của 91,52 điểm: Bắc Ninh, tổng điểm Bộ chỉ số 766, tháng 10/2025`."""
    indicator = board.indicator
    value = read(indicator, board.reading)
    name = indicator.name_vi[0].lower() + indicator.name_vi[1:] if indicator.name_vi[1:2].islower() else indicator.name_vi
    return f"Căn cứ của {value}: {board.unit.name_vi.replace(' ', NBSP)}, {name}, {board.period.label_vi}"


def _given(board: EvidenceBoard, open_rows: bool) -> tuple[list[Node], list[Node]]:
    return [raw_row(one, open_rows) for one in board.revisions[:2]], [_meaning(board), *rechecked(board), _revisions(board)]


def _computed(view: View, board: EvidenceBoard) -> tuple[list[Node], list[Node]]:
    return [*fault(board), division(board), *observations(view, board)], [_meaning(board), runs(board), *below_sums(view, board)]


def _meaning(board: EvidenceBoard) -> Component:
    indicator = board.indicator
    pairs: list[tuple[str, str]] = [
        ("Chỉ tiêu", tag("a", indicator.name_vi, href=address(f"/chi-tieu/{indicator.key}", ky=str(board.period), cap=board.agency_tier))),
        (
            "Đơn vị",
            tag("a", board.unit.full_name_vi, href=f"/tinh/{board.unit.key}") if board.unit.tier == "province" else board.unit.full_name_vi,
        ),
        ("Cách tính", indicator.formula_vi),
        ("Cấp cơ quan", AGENCY_TIERS[board.agency_tier] if board.agency_tier else ""),
        ("Lưu ý", indicator.formula_note_vi),
        ("Căn cứ pháp lý", indicator.basis_vi),
    ]
    return section("Công thức", facts([pair for pair in pairs if pair[1]]))


def _revisions(board: EvidenceBoard) -> Component:
    decimals = board.indicator.decimals
    rows = [
        Row((number(one.cell.value, decimals), moment(one.cell.recorded_at), one.run.source, one.cell.record, str(one.run.id)))
        for one in board.revisions
    ]
    heads = [Column("Giá trị", True), Column("Nhận lúc"), Column("Tệp"), Column("Dòng", True), Column("Lần nhận", True)]
    once = "Nhận một lần, chưa từng đính chính."
    often = f"{len(rows)} giá trị đã nhận; dòng đầu đang được dùng, không dòng nào bị xóa."
    note = tag("p", once if len(rows) == 1 else often, class_="note")
    return section("Số liệu đã nhận", data_table(heads, rows, "Các giá trị đã nhận, mới nhất trước"), note)


PAGE = Page(key="evidence", path="/can-cu/{figure:path}", title=title, render=render)
