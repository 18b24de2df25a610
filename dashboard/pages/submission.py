"""`/tu-kiem-tra/<number>`: one workbook as it was read, what is wrong at which cell, what may be done with it, and every step so far."""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.access.roles import Permission
from dashboard.boards.handed_in import HandedInBoard
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.drawing import Node
from dashboard.components.frame import columns, page_frame, page_head, section
from dashboard.components.marks import provenance_badge, state_mark
from dashboard.components.rows import facts
from dashboard.components.table import Column, Row, block_table
from dashboard.errors import NotFound
from dashboard.formats import date, moment, number
from dashboard.pages.parts.awaited import template_href, versions_table
from dashboard.pages.parts.handing import deeds
from dashboard.pages.parts.preview import cells_section, changes_section, problems
from dashboard.store.submission_book import Step
from dashboard.submissions.form import HERE
from dashboard.web import Page, View, address

_STATE_WORDS = {
    "draft": "đã tải lên, chưa xác nhận",
    "waiting": "chờ duyệt",
    "approved": "đã duyệt",
    "returned": "bị trả lại",
    "withdrawn": "đã rút",
    "replaced": "đã được bản khác thay",
}
_DONE = {
    "da-nop": "Tệp đã được đọc. Hãy xem lại rồi xác nhận; chưa có gì thành số liệu.",
    "trung": "Tệp này đã được nộp trước đó, từng byte giống nhau: đây là bản ấy, không có gì mới được lưu.",
    "cot": "Đã đọc lại tệp theo cách chỉ cột vừa chọn. Cách này được nhớ cho các tệp sau có cùng tiêu đề.",
    "xac-nhan": "Đã xác nhận. Bản nộp chờ người có trách nhiệm của tỉnh duyệt.",
    "duyet": "Đã duyệt: số liệu đã vào bảng, kèm căn cứ về từng ô của tệp này.",
    "tra-lai": "Đã trả lại kèm lý do.",
    "rut": "Đã rút bản nộp.",
}


def render(view: View) -> Component:
    """What became of the last deed first, then what may be done, then the workbook."""
    board = _board(view)
    beside: list[Node] = [_file(board), _steps(board.steps)]
    main: list[Node] = [*problems(view, board), cells_section(view, board), *changes_section(view, board)]
    if len(board.versions) > 1:
        table = versions_table(view, board.versions, "Các lần nộp của cùng báo cáo và kỳ", board.submission.id)
        main.append(section("Các lần nộp", table))
    # On a phone what may be done comes before sixty rows, what was done after them; on a desk both stand at the right.
    placed = columns("aside", deeds(view, board), main, beside)
    return page_frame("submission", *_outcome(view), _way_back(board), page_head(_head(board), _stamp(board)), placed)


def title(view: View) -> str:
    """For the browser's tab. Raises NotFound."""
    board = _board(view)
    return f"{board.report.name_vi}, {board.period.label_vi}, lần {board.submission.version}"


def _board(view: View) -> HandedInBoard:
    """Raises NotFound, also for what is not theirs to see."""
    text, beside = view.params["submission"], view.params.get("so", "")
    if not _is_number(text):
        raise NotFound(f"không có bản nộp “{text[:40]}”")
    board = view.boards.handed_in.one(int(text), int(beside) if _is_number(beside) else None)
    if not view.viewer.may(Permission.SEE_SUBMISSIONS, board.unit.key):
        raise NotFound(f"không có bản nộp số {text}")
    return board


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def _head(board: HandedInBoard) -> str:
    """`Hồ sơ công việc của Bắc Ninh, tháng 10/2026, lần 2: chờ duyệt, 3 lưu ý`."""
    one = board.submission
    said = [f"{number(one.errors)} lỗi"] if one.errors else []
    said += [f"{number(one.warnings)} lưu ý"] if one.warnings else []
    state = ", ".join([_STATE_WORDS[one.state], *said])
    return f"{board.report.name_vi} của {board.unit.name_vi}, {board.period.label_vi}, lần {one.version}: {state}"


def _stamp(board: HandedInBoard) -> Markup:
    parts = [f"Hạn {date(board.due)}", f"{number(board.submission.figures)} ô số liệu"]
    return tag("p", *[tag("span", part) for part in parts], tag("span", provenance_badge(board.submission.provenance)), class_="stamp")


def _way_back(board: HandedInBoard) -> Markup:
    return tag("p", tag("a", f"Tự kiểm tra: {board.unit.name_vi}", href=address(HERE, tinh=board.unit.key)), class_="wayback")


def _outcome(view: View) -> list[Markup]:
    refused, done = view.params.get("loi", ""), _DONE.get(view.params.get("xong", ""))
    if refused:
        return [tag("div", tag("p", tag("b", "Chưa làm được. "), refused), class_="outcome refused", role="alert")]
    return [tag("div", tag("p", done), class_="outcome", role="status")] if done else []


def _file(board: HandedInBoard) -> Component:
    one = board.submission
    saved = tag("a", one.file_name, href=f"/api/v1/submissions/{one.id}/file", download=True)
    pairs = [
        ("Tệp", joined([saved, tag("small", f" {number(one.size / 1024, 1)} KB")])),
        ("SHA-256", tag("code", one.brought_sha256, class_="hash")),
        ("Nộp lúc", moment(one.handed_in_at)),
        ("Nguồn số liệu", tag("a", board.report.feed, href=f"/nguon-so-lieu/{board.report.feed}")),
        ("Căn cứ", board.report.basis_vi),
    ]
    if one.run_id is not None:
        pairs.append(("Lần nhận", str(one.run_id)))
    blank = tag("a", "Tải mẫu trống", href=template_href(one.report, one.unit, one.period), download=True, class_="t0")
    return section("Tệp đã nộp", facts(pairs), beside=blank)


def _steps(steps: Sequence[Step]) -> Component:
    """Who did what when; nothing is deleted."""
    heads = [Column("Lúc", css="nw"), Column("Ai"), Column("Bước")]
    rows = []
    for step in reversed(steps):
        said = joined([_step_mark(step), tag("small", step.reason) if step.reason else None])
        rows.append(Row((moment(step.at), step.who, said)))
    return section("Các bước", block_table(heads, rows, "Các bước của bản nộp, mới nhất trước"))


def _step_mark(step: Step) -> Markup:
    marks = {"draft": "silent", "waiting": "watch", "approved": "ok", "returned": "alarm", "withdrawn": "silent", "replaced": "silent"}
    words = {"draft": "tải lên", "waiting": "xác nhận, chờ duyệt", "approved": "duyệt", "returned": "trả lại"}
    return state_mark(marks[step.state], words.get(step.state, _STATE_WORDS[step.state]))  # type: ignore[arg-type]


PAGE = Page(key="submission", path=HERE + "/{submission}", title=title, render=render)
