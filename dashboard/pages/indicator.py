"""`/chi-tieu/<indicator>`: what an indicator means, where it comes from, how fresh it is, how the units stand."""

from dash import dcc
from dash.development.base_component import Component

from dashboard.boards.shapes import IndicatorBoard
from dashboard.charts.markup import tag
from dashboard.charts.plotly import distribution, medians
from dashboard.components.frame import Choice, columns, page_frame, page_head, picker, section
from dashboard.components.marks import figure_link, stamp_of, state_mark
from dashboard.components.rows import facts
from dashboard.components.table import Column, Row, data_table, search_field, searchable
from dashboard.formats import NOT_REPORTED, number
from dashboard.pages.parts.asked import instant_asked, period_asked
from dashboard.pages.parts.blocks import strips
from dashboard.web import Page, View

NBSP = "\u00a0"
TABLE = "bang-chi-tieu"


def render(view: View) -> Component:
    """The definition at the left, the units of the period at the right."""
    as_of = instant_asked(view)
    board = view.boards.indicator(view.params["indicator"], period_asked(view), as_of=as_of)
    definitions = [
        Choice(one.name_vi, f"/chi-tieu/{one.key}", one.key == board.indicator.key) for one in view.boards.catalog.indicators.values()
    ]
    periods = [Choice(one.label_vi.capitalize(), view.here(ky=str(one)), one == board.period) for one in board.periods]
    return page_frame(
        "indicator",
        *strips(view, board.stamp, as_of),
        page_head(
            head(board),
            picker("Chỉ tiêu", board.indicator.short_vi, definitions),
            picker("Kỳ", board.period.label_vi, periods),
            stamp_of(board.stamp),
            lead=board.indicator.description_vi,
        ),
        columns("halves", [_definition(board), *_over_time(board)], [_standing(view, board)]),
    )


def title(view: View) -> str:
    """For the browser's tab."""
    return view.boards.catalog.indicator(view.params["indicator"]).name_vi


def head(board: IndicatorBoard) -> str:
    """`Số hóa hồ sơ, tháng 10/2025: trung vị 16,55 trên 22; cao nhất Hà Tĩnh 20,68, thấp nhất Tây Ninh 11,68`."""
    indicator = board.indicator
    start = f"{indicator.name_vi}, {board.period.label_vi}"
    if board.median is None:
        return f"{start}: chưa có tỉnh nào có số liệu"
    ends = [f"{one.unit.name_vi} {number(one.value, indicator.decimals)}".replace(" ", NBSP) for one in (board.values[0], board.values[-1])]
    centre = f"trung vị{NBSP}{number(board.median, indicator.decimals)}"
    if len(board.values) == 1:
        return f"{start}: chỉ {ends[0]} có số liệu"
    words = ("cao nhất", "thấp nhất") if indicator.better == "higher" else ("thấp nhất", "cao nhất")
    return f"{start}: {centre}; {words[0]} {ends[0]}, {words[1]} {ends[1]}"


def _definition(board: IndicatorBoard) -> Component:
    indicator, fresh = board.indicator, board.freshness
    grain = "tháng" if indicator.grain == "month" else "năm"
    better = "cao" if indicator.better == "higher" else "thấp"
    late = (
        state_mark("late", f"chậm {number(board.stamp.late_days)} ngày: thiếu {fresh.overdue.label_vi}")
        if fresh.overdue
        else state_mark("ok", "kịp kỳ")
    )
    pairs: list[tuple[str, str]] = [
        ("Cách tính", indicator.formula_vi),
        ("Lưu ý", indicator.formula_note_vi),
        ("Thang điểm", f"{indicator.scale_vi or f'0 đến {number(indicator.maximum)} {indicator.unit_vi}'}, càng {better} càng tốt"),
        ("Căn cứ", indicator.basis_vi),
        ("Nguồn", board.stamp.source),
        ("Hạn có số liệu", f"hết ngày làm việc thứ {indicator.due_working_day} sau mỗi {grain} (cấu hình)"),
        ("Kỳ mới nhất", fresh.latest.label_vi if fresh.latest else NOT_REPORTED),
        ("So với hạn", late),
    ]
    return section("Định nghĩa", facts([pair for pair in pairs if pair[1]]))


def _over_time(board: IndicatorBoard) -> list[Component]:
    """The median of each period, once there are two of them."""
    if len(board.medians) < 2:
        return []
    decimals = board.indicator.decimals
    rows = [Row((period.short_vi, number(value, decimals))) for period, value in board.medians]
    graph = _graph(medians(board))
    table = data_table([Column("Kỳ"), Column("Trung vị", True)], rows, "Trung vị qua các kỳ")
    return [section("Trung vị qua các kỳ", graph, table)]


def _standing(view: View, board: IndicatorBoard) -> Component:
    decimals, missing = board.indicator.decimals, board.unreported
    link = f"?ky={board.period}" if board.indicator.grain == "month" else ""
    rows = [
        Row(
            (
                str(one.rank),
                tag("a", one.unit.name_vi, href=f"/tinh/{one.unit.key}{link}"),
                figure_link(number(one.value, decimals), one.figure),
            ),
            searchable(one.unit.full_name_vi),
        )
        for one in board.values
    ]
    rows += [
        Row(("", unit.name_vi, tag("span", NOT_REPORTED, class_="i3", title="chưa báo cáo")), searchable(unit.full_name_vi))
        for unit in missing
    ]
    heads = [Column("Hạng", True), Column("Tỉnh, thành phố"), Column(board.indicator.unit_vi.capitalize(), True)]
    table = data_table(heads, rows, f"{board.indicator.name_vi}, {board.period.label_vi}", id=TABLE)
    chart = _graph(distribution(board))
    note = tag("p", "Hạng theo riêng chỉ tiêu này do hệ thống xếp.", class_="note")
    count = f"{len(board.values)} tỉnh, thành phố" + (f", {len(missing)} chưa báo cáo" if missing else "")
    return section(count, chart, search_field(TABLE, "Tìm tỉnh, thành phố", view.params.get("tim", "")), table, note)


def _graph(figure: dict[str, object]) -> Component:
    return dcc.Graph(figure=figure, config={"displayModeBar": False, "locale": "vi"}, className="graph")


PAGE = Page(key="indicator", path="/chi-tieu/{indicator}", title=title, render=render)
