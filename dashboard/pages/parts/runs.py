"""The runs of a feed, a page at a time, with the button that reads one again."""

from dash.development.base_component import Component

from dashboard.access.roles import Permission
from dashboard.boards.sources import SourceBoard, SourceBook
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.frame import Choice, section, switch
from dashboard.components.marks import state_mark
from dashboard.components.rows import empty
from dashboard.components.table import Column, Row, block_table
from dashboard.formats import moment, number
from dashboard.store.queries import Run
from dashboard.web import View

_HEADS = (
    Column("Tệp hoặc nơi gửi", css="name"),
    Column("Lần đọc", True),
    Column("Đọc lúc", css="nw"),
    Column("Mới hoặc đổi", True),
    Column("Không đổi", True, css="roomy"),
    Column("Giữ lại", True),
    Column("Kết quả"),
)


def runs_section(view: View, source: SourceBoard, book: SourceBook) -> Component:
    """Newest first, or those that failed first."""
    heading, failed_first = "Các lần đọc", view.params.get("loi_truoc") == "1"
    if not book.runs:
        return section(heading, empty("Chưa có lần đọc nào."))
    may = view.viewer.may(Permission.REPLAY)
    heads = (*_HEADS, Column("", css="act")) if may else _HEADS
    rows = [_row(source.feed.key, one, may) for one in book.runs]
    order = switch(
        [
            Choice("Mới nhất trước", view.here(loi_truoc=None, trang=None, doc_lai=None), not failed_first),
            Choice("Lỗi trước", view.here(loi_truoc="1", trang=None, doc_lai=None), failed_first),
        ],
        "Thứ tự",
    )
    return section(heading, block_table(heads, rows, heading), pages(view, "trang", book.more_runs), beside=order)


def again(feed: str, name: str, value: str, of: str) -> Markup:
    """The button “Đọc lại”: a plain form; `of` says to those who hear the page what is read again."""
    field = tag("input", type="hidden", name=name, value=value)
    button = tag("button", "Đọc lại", tag("span", f" {of}", class_="sr"), type="submit", class_="bt")
    return tag("form", field, button, method="post", action=f"/nguon-so-lieu/{feed}/doc-lai")


def pages(view: View, name: str, more: bool) -> Markup | None:
    """Links to the page before and the page after; None when there is one page only."""
    here = int(view.params.get(name, "1"))
    before = view.here(**{name: str(here - 1) if here > 2 else None, "doc_lai": None})
    links = [tag("a", "Trang trước", href=before)] if here > 1 else []
    links += [tag("a", "Trang sau", href=view.here(**{name: str(here + 1), "doc_lai": None}))] if more else []
    return tag("nav", *links, tag("span", f"Trang {here}", class_="i3"), class_="pages", aria_label="Các trang của bảng") if links else None


def _row(feed: str, run: Run, may: bool) -> Row:
    result = state_mark("alarm", run.error) if run.error else state_mark("ok", "đọc được")
    once_more = tag("small", f"đọc lại lần {run.replay_of}") if run.replay_of else None
    cells = (
        joined([tag("span", run.source), once_more]),
        str(run.id),
        moment(run.finished_at),
        number(run.landed),
        number(run.unchanged),
        number(run.held),
        result,
    )
    return Row((*cells, again(feed, "lan", str(run.id), f"lần đọc {run.id}")) if may else cells)
