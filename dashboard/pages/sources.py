"""`/nguon-so-lieu`: each feed in one line, what it last brought, what is held back and why."""

from dash.development.base_component import Component

from dashboard.access.roles import Permission
from dashboard.boards.shapes import SourceBoard
from dashboard.charts.markup import tag
from dashboard.components.frame import page_frame, page_head, section
from dashboard.components.marks import provenance_badge, stamp, state_mark
from dashboard.components.rows import empty
from dashboard.components.table import Column, Row, data_table
from dashboard.formats import NOT_REPORTED, moment, number
from dashboard.web import Page, View


def render(view: View) -> Component:
    """Feeds, then their files, then what is in quarantine for those who may see it."""
    sources = view.boards.sources()
    return page_frame(
        "sources",
        page_head(head(sources), stamp(f"Lúc {moment(view.boards.now())}", "Sổ nhận số liệu của hệ thống này", "official")),
        _feeds(sources),
        _files(sources),
        _quarantine(view),
    )


def head(sources: tuple[SourceBoard, ...]) -> str:
    """`2 nguồn số liệu: 1 nguồn chậm cập nhật, 3 dòng đang bị giữ lại`."""
    late = sum(source.late_days > 0 for source in sources)
    waiting = sum(source.freshness.latest is None for source in sources)
    failing = sum(bool(source.failures) for source in sources)
    held = sum(source.held for source in sources)
    behind = f"{late} nguồn chậm cập nhật" if late < len(sources) else "nguồn nào cũng chậm cập nhật"
    if waiting == len(sources):
        parts = ["chưa nguồn nào có số liệu"]
    elif late:
        parts = [behind]
    else:
        parts = ["mọi nguồn khác đều kịp kỳ" if waiting else "mọi nguồn đều kịp kỳ"]
    parts += [f"{waiting} nguồn chưa có số liệu"] if 0 < waiting < len(sources) else []
    parts += [f"{failing} nguồn có tệp không đọc được"] if failing else []
    parts += [f"{number(held)} dòng đang bị giữ lại"] if held else []
    return f"{len(sources)} nguồn số liệu: {', '.join(parts)}"


def _feeds(sources: tuple[SourceBoard, ...]) -> Component:
    heads = [
        Column("Nguồn"),
        Column("Nơi công bố"),
        Column("Loại"),
        Column("Kỳ mới nhất"),
        Column("So với hạn"),
        Column("Đọc tốt lần cuối"),
        Column("Giữ lại", True),
    ]
    return section("Mỗi nguồn một dòng", data_table(heads, [_feed(source) for source in sources], "Các nguồn số liệu"))


def _feed(source: SourceBoard) -> Row:
    fresh = source.freshness
    due = f"chậm {number(source.late_days)} ngày: thiếu {fresh.overdue.label_vi}" if fresh.overdue and source.late_days else ""
    return Row(
        (
            source.feed.name_vi,
            source.feed.publisher,
            provenance_badge(source.feed.provenance),
            fresh.latest.label_vi if fresh.latest else NOT_REPORTED,
            state_mark("late", due) if due else state_mark("ok", "kịp kỳ") if fresh.latest else state_mark("silent"),
            moment(source.last_good) if source.last_good else NOT_REPORTED,
            number(source.held),
        )
    )


def _files(sources: tuple[SourceBoard, ...]) -> Component:
    heads = [
        Column("Tệp"),
        Column("Nguồn"),
        Column("Đọc lúc"),
        Column("Số liệu", True),
        Column("Mới hoặc đổi", True),
        Column("Giữ lại", True),
        Column("Kết quả"),
    ]
    rows = [
        Row(
            (
                run.source,
                source.feed.name_vi,
                moment(run.finished_at),
                number(run.landed + run.unchanged),
                number(run.landed),
                number(run.held),
                state_mark("alarm", run.error) if run.error else state_mark("ok", "đọc được"),
            )
        )
        for source in sources
        for run in source.runs
    ]
    return section("Lần đọc cuối của từng tệp", data_table(heads, rows, "Lần đọc cuối của từng tệp"))


def _quarantine(view: View) -> Component:
    title = "Số liệu bị giữ lại"
    if not view.viewer.may(Permission.SEE_QUARANTINE):
        return section(title, empty("Danh sách này chỉ mở cho Tổ công tác và quản trị hệ thống."))
    held = view.boards.held()
    if not held:
        return section(title, empty("Không có dòng nào bị giữ lại."))
    heads = [Column("Tệp"), Column("Dòng", True), Column("Lý do", css="wide"), Column("Nội dung dòng", css="wide"), Column("Giữ lúc")]
    rows = [Row((one.source, one.record, one.reason, one.raw, moment(one.held_at))) for one in held]
    note = "Dòng bị giữ không vào bảng nào; các dòng khác của tệp vẫn vào. Khi tệp được sửa và đọc lại, dòng ấy tự rời danh sách này."
    return section(title, data_table(heads, rows, f"{title}, mới nhất trước"), tag("p", note, class_="note"))


PAGE = Page(key="sources", path="/nguon-so-lieu", title="Nguồn số liệu", render=render, nav="Nguồn số liệu", order=70)
