"""`/`: the national picture in one sentence, one map, six strips, at most five findings."""

from dash.development.base_component import Component

from dashboard.boards.shapes import RankingBoard
from dashboard.boards.sources import SourceBoard
from dashboard.charts.dot_strip import Strip, StripDot, dot_strips
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.frame import Choice, columns, page_frame, page_head, section, switch
from dashboard.components.marks import figure_link, mark, provenance_badge, stamp_of, state_mark
from dashboard.components.ranking_table import best_and_worst
from dashboard.components.rows import FindingRow, empty, findings
from dashboard.components.sentences import national_head
from dashboard.components.table import Column, Row, data_table
from dashboard.errors import NotFound
from dashboard.figures.rates import PER_CENT
from dashboard.formats import NOT_REPORTED, date, number, score
from dashboard.pages.parts.asked import RANKING, instant_asked, period_asked
from dashboard.pages.parts.blocks import country, period_picker, strips
from dashboard.pages.parts.signs import LIST, TITLE, head
from dashboard.pages.parts.words import claim
from dashboard.web import Page, View

VIEWS = {"ban-do": "Bản đồ", "o": "Ô bằng nhau", "bang": "Bảng"}
ENDS = 5
"""How many units stand in the lists of best and worst."""


def render(view: View) -> Component:
    """Three columns: where, in what, what to look at first."""
    as_of = instant_asked(view)
    board = view.boards.ranking(RANKING, period_asked(view), as_of)
    count = f"{len(board.rows)}/{len(board.rows) + len(board.unreported)} tỉnh, thành phố có điểm"
    return page_frame(
        "overview",
        *strips(view, board.stamp, as_of),
        page_head(national_head(board), period_picker(view, board), stamp_of(board.stamp, count)),
        columns("three", [_where(view, board)], _groups(board), [_first(board), *_signs(view), _sources(view)]),
    )


def _where(view: View, board: RankingBoard) -> Component:
    chosen = view.params.get("xem", "ban-do")
    choices = [Choice(name, view.here(xem=key if key != "ban-do" else None), key == chosen) for key, name in VIEWS.items()]
    drawn = _table(board) if chosen == "bang" else country(board, tiles=chosen == "o")
    return section(f"Điểm {board.ranking.name_vi}", drawn, beside=switch(choices, "Cách xem"))


def _table(board: RankingBoard) -> Markup:
    rows = [Row((str(row.rank), _link(row.unit.key, row.unit.name_vi), figure_link(score(row.total), row.figure))) for row in board.rows]
    rows += [Row(("", _link(unit.key, unit.name_vi), NOT_REPORTED)) for unit in board.unreported]
    heads = [Column("Hạng", True), Column("Tỉnh, thành phố"), Column("Điểm", True)]
    return data_table(heads, rows, f"{board.ranking.name_vi}, {board.period.label_vi}")


def _link(unit: str, name: str) -> Markup:
    return tag("a", name, href=f"/tinh/{unit}")


def _groups(board: RankingBoard) -> list[Component]:
    title = "Mỗi chấm một tỉnh: nơi nào thấp, ở nhóm nào"
    table = tag("a", "Bảng số liệu", href=f"/xep-hang?ky={board.period}", class_="t0")
    drawn = dot_strips([_total(board), *(_strip(board, key) for key in board.ranking.component_keys)], title)
    ends = best_and_worst(board.rows, ENDS)
    halves = columns("halves", [section("Cao nhất", ends["best"])], [section("Thấp nhất", ends["worst"])])
    return [section(title, drawn, stamp_of(board.stamp), beside=table), halves]


def _total(board: RankingBoard) -> Strip:
    dots = tuple(StripDot(row.unit.name_vi, row.total, f"/tinh/{row.unit.key}", row.below_line) for row in board.rows)
    if board.indicator is None:
        return Strip("Tổng điểm", PER_CENT, board.median, dots, f"/xep-hang?bang={board.ranking.key}")
    return Strip("Tổng điểm", board.indicator.maximum, board.median, dots, f"/chi-tieu/{board.indicator.key}")


def _strip(board: RankingBoard, key: str) -> Strip:
    """A component; what lies furthest below the median is lit."""
    parts = [(row, row.components[key]) for row in board.rows]
    indicator, centre = parts[0][1].indicator, parts[0][1].median
    dots = tuple(
        StripDot(row.unit.name_vi, one.value, f"/tinh/{row.unit.key}", one.heat <= -3) for row, one in parts if one.value is not None
    )
    return Strip(indicator.name_vi, indicator.maximum, centre, dots, f"/chi-tieu/{indicator.key}")


def _first(board: RankingBoard) -> Component:
    rows = []
    for one in board.findings:
        said = claim(board, one)
        rows.append(FindingRow(one.gravity, said.head, said.detail, f"/tinh/{one.unit}?ky={board.period}"))
    drawn = findings(rows) if rows else empty("Kỳ này không có phát hiện nào.")
    note = f"Ngưỡng {number(board.ranking.line)} điểm và mười bậc là cấu hình của bảng, không phải quy định."
    return section("Cần xem trước", drawn, tag("p", note, class_="note"), beside=tag("span", str(len(rows)), class_="n i3"))


def _signs(view: View) -> list[Component]:
    """Who is connected and does not use it, in one line that leads to the evidence; nothing while there is nothing to judge."""
    try:
        board = view.boards.signs(instant_asked(view))
    except NotFound:
        return []
    if not board.judged:
        return []
    few = len({one.unit.key for one in board.standing})
    said = f"{head(board)}. {number(len(board.standing))} dấu hiệu, xét đến hết {date(board.through)}." if few else f"{head(board)}."
    badge = provenance_badge("simulated") if any(one.provenance == "simulated" for one in board.signs) else None
    line = tag("p", mark("watch") if few else None, " ", said, " ", badge, class_="t1")
    return [section(TITLE, line, beside=tag("a", "Xem căn cứ", href=LIST, class_="t0"))]


def _sources(view: View) -> Component:
    lines = tag("ul", *[_source(one) for one in view.boards.sources()], class_="sources")
    meetings = [tag("a", one.name, href=f"/nhom/{one.key}") for one in view.boards.groups_declared()]
    note = tag("p", "Nhóm để so sánh: ", joined(meetings, between=", "), ".", class_="note") if meetings else None
    return section("Nguồn số liệu", lines, note, beside=tag("a", "Tất cả", href="/nguon-so-lieu", class_="t0"))


def _source(one: SourceBoard) -> Markup:
    latest = f"kỳ {one.freshness.latest.short_vi}" if one.freshness.latest else "chưa có số liệu"
    late = state_mark("late", f"chậm {number(one.late_days)} ngày") if one.late_days else None
    held = state_mark("watch", f"{number(one.held)} dòng giữ lại") if one.held else None
    state = joined([late or provenance_badge(one.feed.provenance, latest), held], between=" ")
    return tag("li", tag("span", one.feed.name_vi), tag("span", latest if late else "", class_="i3"), tag("span", state))


PAGE = Page(key="overview", path="/", title="Tổng quan", render=render, nav="Tổng quan", order=10)
