"""`/chi-tieu`: everything that is measured, a line each: what it means, how it stands, how fresh it is."""

from dash.development.base_component import Component

from dashboard.boards.shapes import IndicatorBoard
from dashboard.catalog import Indicator
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.drawing import Node
from dashboard.components.frame import page_frame, page_head, section
from dashboard.components.marks import stamp, state_mark
from dashboard.components.table import Column, Row, data_table
from dashboard.errors import NoFigures
from dashboard.formats import NOT_REPORTED, moment, number
from dashboard.pages.parts.measured import briefly, counts, read, under
from dashboard.web import Page, View

_FIRST = (Column("Chỉ tiêu", css="named"), Column("Cho biết điều gì", css="roomy"), Column("Kỳ mới nhất", css="nw mid"))
_LAST = (Column("So với hạn", css="nw"),)
_GIVEN = (Column("Trung vị", True), Column("Tối đa", True))
_COUNTED = (
    Column("Cả nước", True),
    Column("Tử số / mẫu số", True, css="mid"),
    Column("Trung vị tỉnh", True, css="mid"),
    Column("Tỉnh có số liệu", True, css="mid"),
)


def render(view: View) -> Component:
    """A table for each system that figures come from, in the order of the catalog."""
    indicators = list(view.boards.catalog.indicators.values())
    feeds = dict.fromkeys(one.feed for one in indicators)
    boards = {one.key: _newest(view, one) for one in indicators}
    sections: list[Node] = [_feed(view, [(one, boards[one.key]) for one in indicators if one.feed == feed]) for feed in feeds]
    lead = "Mỗi chỉ tiêu có định nghĩa, công thức, căn cứ pháp lý, nguồn và hạn; bấm vào tên để xem."
    return page_frame("indicators", page_head(_head(list(boards.values())), lead=lead), *sections)


def _head(boards: list[IndicatorBoard | None]) -> str:
    """`24 chỉ tiêu đang được theo dõi, 14 chưa có số liệu, 2 chậm cập nhật`."""
    words = [f"{number(len(boards))} chỉ tiêu đang được theo dõi"]
    if empty := sum(one is None for one in boards):
        words.append(f"{number(empty)} chưa có số liệu")
    if late := sum(one is not None and bool(one.stamp.late_days or one.stamp.quiet_since) for one in boards):
        words.append(f"{number(late)} chậm cập nhật")
    return ", ".join(words)


def _newest(view: View, one: Indicator) -> IndicatorBoard | None:
    """Its newest board; None while nobody has reported it."""
    try:
        return view.boards.indicator(one.key, tier=one.tiers[0])
    except NoFigures:
        return None


def _feed(view: View, each: list[tuple[Indicator, IndicatorBoard | None]]) -> Component:
    first = each[0][0]
    fresh, feed = view.boards.freshness(first)
    late = fresh.late_days(view.boards.now())
    latest = f"Đến {fresh.latest.label_vi}" if fresh.latest else "Chưa có số liệu"
    beside = stamp(latest, feed.publisher, view.boards.provenance(first), late)
    is_given = all(one.form == "official" for one, _ in each)
    heads = (*_FIRST, *(_GIVEN if is_given else _COUNTED), *_LAST)
    rows = [_row(one, board, is_given) for one, board in each]
    return section(feed.name_vi, data_table(heads, rows, f"Các chỉ tiêu của nguồn {feed.name_vi}"), beside=beside)


def _row(one: Indicator, board: IndicatorBoard | None, is_given: bool) -> Row:
    figures = _given(one, board) if is_given else _counted(one, board)
    return Row(
        (
            tag("a", one.name_vi, href=f"/chi-tieu/{one.key}"),
            one.description_vi,
            briefly(board) if board else NOT_REPORTED,
            *figures,
            _state(board),
        )
    )


def _given(one: Indicator, board: IndicatorBoard | None) -> tuple[str, ...]:
    return _median(one, board), "tùy năm" if one.scale_vi else number(one.maximum)


def _counted(one: Indicator, board: IndicatorBoard | None) -> tuple[str, ...]:
    if board is None:
        return (NOT_REPORTED,) * 4
    reported = f"{number(len(board.values))}\u00a0/\u00a0{number(len(board.values) + len(board.absent))}"
    counted = counts(one, board.together) or NOT_REPORTED
    whole = tag("span", "không cộng", class_="i3", title="mỗi người, mỗi dịch vụ chỉ đếm một lần")
    if board.together is not None:
        whole = joined([read(one, board.together), under(counted)])
    return whole, counted, _median(one, board), reported


def _median(one: Indicator, board: IndicatorBoard | None) -> str:
    return NOT_REPORTED if board is None or board.median is None else number(board.median, one.decimals)


def _state(board: IndicatorBoard | None) -> Markup:
    """Late, resting, in time, or nothing at all."""
    if board is None:
        return state_mark("silent", "chưa có số liệu")
    if board.stamp.late_days:
        return state_mark("late", f"chậm {number(board.stamp.late_days)} ngày")
    if board.stamp.quiet_since is not None:
        return state_mark("late", f"im từ {moment(board.stamp.quiet_since)}")
    return state_mark("ok", "kịp kỳ")


PAGE = Page(key="indicators", path="/chi-tieu", title="Chỉ tiêu", render=render, nav="Chỉ tiêu", order=40)
