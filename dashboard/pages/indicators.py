"""`/chi-tieu`: everything that is measured, a line each: what it means, how it stands, how fresh it is."""

from dash.development.base_component import Component

from dashboard.catalog import Indicator
from dashboard.charts.markup import tag
from dashboard.components.drawing import Node
from dashboard.components.frame import page_frame, page_head, section
from dashboard.components.marks import provenance_badge, stamp, state_mark
from dashboard.components.table import Column, Row, data_table
from dashboard.errors import NotFound
from dashboard.formats import NOT_REPORTED, number
from dashboard.web import Page, View

HEADS = (
    Column("Chỉ tiêu"),
    Column("Cho biết điều gì", css="wide"),
    Column("Kỳ mới nhất"),
    Column("Trung vị", True),
    Column("Tối đa", True),
    Column("Loại"),
    Column("So với hạn"),
)


def render(view: View) -> Component:
    """A table for each feed, in the order of the catalog."""
    indicators = list(view.boards.catalog.indicators.values())
    feeds = dict.fromkeys(one.feed for one in indicators)
    sections: list[Node] = [_feed(view, [one for one in indicators if one.feed == feed]) for feed in feeds]
    lead = "Mỗi chỉ tiêu có định nghĩa, công thức, căn cứ pháp lý, nguồn và hạn; bấm vào tên để xem."
    return page_frame("indicators", page_head(f"{len(indicators)} chỉ tiêu đang được theo dõi", lead=lead), *sections)


def _feed(view: View, indicators: list[Indicator]) -> Component:
    fresh, feed = view.boards.freshness(indicators[0])
    latest = f"Đến {fresh.latest.label_vi}" if fresh.latest else NOT_REPORTED
    beside = stamp(latest, feed.publisher, feed.provenance, fresh.late_days(view.boards.now()))
    rows = [_row(view, one) for one in indicators]
    return section(feed.name_vi, data_table(HEADS, rows, f"Các chỉ tiêu của {feed.publisher}"), beside=beside)


def _row(view: View, one: Indicator) -> Row:
    fresh, feed = view.boards.freshness(one)
    late = fresh.late_days(view.boards.now())
    state = (
        state_mark("late", f"chậm {number(late)} ngày") if late else state_mark("ok", "kịp kỳ") if fresh.latest else state_mark("silent")
    )
    return Row(
        (
            tag("a", one.name_vi, href=f"/chi-tieu/{one.key}"),
            one.description_vi,
            fresh.latest.label_vi if fresh.latest else NOT_REPORTED,
            _median(view, one),
            "tùy năm" if one.scale_vi else number(one.maximum),
            provenance_badge(feed.provenance),
            state,
        )
    )


def _median(view: View, one: Indicator) -> str:
    """Of the newest period; an indicator that nobody has reported yet has none."""
    try:
        centre = view.boards.indicator(one.key).median
    except NotFound:
        return NOT_REPORTED
    return NOT_REPORTED if centre is None else number(centre, one.decimals)


PAGE = Page(key="indicators", path="/chi-tieu", title="Chỉ tiêu", render=render, nav="Chỉ tiêu", order=40)
