"""`/nguon-so-lieu/{feed}`: one feed: what it brought day by day, its runs, its quarantine by reason, and reading it again."""

from dash.development.base_component import Component

from dashboard.access.roles import Permission
from dashboard.boards.handed_in import Awaited
from dashboard.boards.sources import BookQuestion, SourceBoard
from dashboard.charts.markup import Markup, tag
from dashboard.components.drawing import Node
from dashboard.components.frame import page_frame, page_head, section
from dashboard.components.marks import provenance_badge, stamp
from dashboard.components.rows import empty, facts
from dashboard.components.table import Column, Row, data_table
from dashboard.errors import NotFound
from dashboard.formats import date, moment, number
from dashboard.pages.parts.heard import by_province, handed_notes, heard_section
from dashboard.pages.parts.quarantine import held_list, outcome_note, reasons_table, record_section
from dashboard.pages.parts.runs import runs_section
from dashboard.pages.parts.sources import answers, course, last_good, limit, own_head, plan, state_of
from dashboard.web import Page, View


def render(view: View) -> Component:
    """How it stands; what reading again has just brought; runs; what it holds back, for those who may see it."""
    key = view.params["feed"]
    source, book = view.boards.source(key), view.boards.book(key, _asked(view))
    return page_frame(
        "source",
        page_head(
            _head(view, source),
            stamp(f"Lúc {moment(view.boards.now())}", source.feed.publisher, source.feed.provenance),
            tag("a", "Mọi nguồn số liệu", href="/nguon-so-lieu", class_="t0"),
        ),
        outcome_note(view, key),
        section("Tình trạng", _standing(view, source), _days(source), beside=_fetch_again(view, source)),
        *_heard(view, key),
        *_quarantine(view, source),
        runs_section(view, source, book),
    )


def title(view: View) -> str:
    """The feed's name. Raises NotFound."""
    return view.boards.source(view.params["feed"]).feed.name_vi


def _asked(view: View) -> BookQuestion:
    reason = view.params.get("ly_do") if view.viewer.may(Permission.SEE_QUARANTINE) else None
    return BookQuestion(_page(view, "trang"), _page(view, "trang_giu"), reason, view.params.get("loi_truoc") == "1")


def _page(view: View, name: str) -> int:
    text = view.params.get(name, "1")
    if not (text.isascii() and text.isdigit() and int(text[:7]) > 0 and len(text) < 7):
        raise NotFound(f"không có trang “{text}”")
    return int(text)


def _standing(view: View, source: SourceBoard) -> Markup:
    return facts(
        [
            ("Trạng thái", state_of(source)),
            ("Đọc tốt lần cuối", last_good(source, view.boards.now())),
            ("Hạn riêng", limit(source)),
            ("Lịch đọc", plan(source, view.boards.now())),
            ("Nơi công bố", source.feed.publisher),
            ("Ai trả lời", answers(source.feed)),
            ("Loại số liệu trong kho", provenance_badge(source.feed.provenance)),
            ("Số liệu đã nhận", f"{number(source.landed)} ô mới hoặc đổi"),
            ("30 ngày qua", course(source)),
        ]
    )


def _fetch_again(view: View, source: SourceBoard) -> Markup | None:
    """The button “Lấy lại”, for a source that the clock reads."""
    if source.feed.every is None or not view.viewer.may(Permission.REPLAY):
        return None
    said = tag("span", f" {source.feed.name_vi} ngay bây giờ", class_="sr")
    button = tag("button", "Lấy lại", said, type="submit", class_="bt")
    return tag("form", button, method="post", action=f"/nguon-so-lieu/{source.feed.key}/lay-lai")


def _days(source: SourceBoard) -> Markup:
    """The table behind the course."""
    rows = [Row((date(day), number(landed))) for day, landed in reversed(source.course)]
    table = data_table([Column("Ngày"), Column("Số liệu mới hoặc đổi", True)], rows, "Số liệu mới hoặc đổi theo ngày")
    return tag("details", tag("summary", "Bảng theo ngày"), table, class_="days")


def _heard(view: View, key: str) -> list[Node]:
    board, notes = view.boards.heard(key), handed_notes(view.boards.units, _awaited(view, key))
    if board is None:
        return [by_province(*notes)] if notes else []
    return [heard_section(board, *notes)]


def _awaited(view: View, key: str) -> dict[str, list[Awaited]]:
    """By province the reports that it hands in to this feed."""
    reports = {one.key for one in view.boards.handed_in.reports.values() if one.feed == key}
    every = view.boards.handed_in.awaited_of_all() if reports else {}
    return {unit: [one for one in each if one.report.key in reports] for unit, each in every.items()}


def _head(view: View, source: SourceBoard) -> str:
    """How the source stands, and how many provinces have not handed in what is overdue."""
    late = sum(any(one.state == "late" for one in each) for each in _awaited(view, source.feed.key).values())
    return own_head(source) + (f", nhưng {number(late)} tỉnh chưa nộp báo cáo đã quá hạn" if late else "")


def _quarantine(view: View, source: SourceBoard) -> list[Node]:
    heading = "Số liệu bị giữ lại"
    if not view.viewer.may(Permission.SEE_QUARANTINE):
        return [section(heading, empty("Danh sách này chỉ mở cho Tổ công tác và quản trị hệ thống."), id="giu-lai")]
    book = view.boards.book(source.feed.key, _asked(view))
    gone = f" 30 ngày qua có {number(book.released)} dòng đã rời danh sách." if book.released else ""
    note = tag("p", "Dòng bị giữ không vào bảng nào; đọc lại sau khi nguyên nhân đã được sửa thì dòng ấy vào bảng." + gone, class_="note")
    inside: list[Node] = (
        [reasons_table(view, source.feed.key, book), note] if book.reasons else [empty("Không có dòng nào bị giữ lại." + gone)]
    )
    found: list[Node] = [section(heading, *inside, id="giu-lai")]
    if "ban" in view.params:
        found.append(record_section(view, source.feed.key))
    elif book.chosen is not None:
        found.append(held_list(view, source.feed.key, book))
    return found


PAGE = Page(key="source", path="/nguon-so-lieu/{feed}", title=title, render=render)
