"""`/nguon-so-lieu`: each feed in one line: how it stands against its own limit, what it brought lately, what it holds back."""

from dash.development.base_component import Component

from dashboard.boards.sources import SourceBoard
from dashboard.charts.markup import figure, joined, tag
from dashboard.components.frame import page_frame, page_head, section
from dashboard.components.marks import provenance_badge, stamp
from dashboard.components.table import Column, Row, block_table
from dashboard.formats import moment, number
from dashboard.pages.parts.sources import course, head, last_good, limit, of_source, plan, state_of
from dashboard.web import Page, View

_HEADS = (
    Column("Nguồn"),
    Column("Loại", css="nw"),
    Column("Trạng thái"),
    Column("Đọc tốt lần cuối, lịch đọc"),
    Column("Hạn riêng", css="nw"),
    Column("Số liệu", True),
    Column("Giữ lại", True),
    Column("30 ngày qua", css="lately"),
)


def render(view: View) -> Component:
    """Every feed; its name leads to its runs and its quarantine."""
    sources = view.boards.sources()
    table = block_table(_HEADS, [_row(view, one) for one in sources], "Các nguồn số liệu")
    note = (
        "Nguồn trực tiếp có hạn tính bằng phút trong giờ làm việc (7:30–17:00, trừ ngày nghỉ); nguồn theo kỳ có hạn là ngày phải có kỳ"
        " tiếp theo."
        " Số liệu: số ô số liệu mới hoặc đổi từ khi có hệ thống. Giữ lại: dòng chưa vào bảng nào, kèm lý do trong trang của nguồn."
    )
    return page_frame(
        "sources",
        page_head(head(sources), stamp(f"Lúc {moment(view.boards.now())}", "Sổ nhận số liệu của hệ thống này", "official")),
        section("Mỗi nguồn một dòng", table, tag("p", note, class_="note")),
    )


def _row(view: View, source: SourceBoard) -> Row:
    key = source.feed.key
    return Row(
        (
            joined([tag("a", source.feed.name_vi, href=of_source(key)), tag("small", source.feed.publisher)]),
            provenance_badge(source.feed.provenance),
            state_of(source),
            joined([last_good(source, view.boards.now()), tag("small", plan(source, view.boards.now()))]),
            limit(source),
            number(source.landed),
            tag("a", number(source.held), href=f"{of_source(key)}#giu-lai", class_="n") if source.held else figure("0"),
            course(source),
        ),
        href=of_source(key),
    )


PAGE = Page(key="sources", path="/nguon-so-lieu", title="Nguồn số liệu", render=render, nav="Nguồn số liệu", order=70)
