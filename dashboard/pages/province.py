"""`/tinh/<unit>`: one province in five seconds, then why, what next, and everything below it."""

from dash import dcc
from dash.development.base_component import Component

from dashboard.boards.shapes import ComponentFigure, ProvinceBoard, RankedUnit, Series, Subordinate, figure_id
from dashboard.catalog import Indicator
from dashboard.charts.markup import Markup, joined, tag
from dashboard.charts.neighbours import Neighbour, neighbours
from dashboard.charts.plotly import survey_history
from dashboard.charts.rank_ruler import rank_ruler
from dashboard.components.drawing import Node
from dashboard.components.frame import Choice, columns, page_frame, page_head, picker, section
from dashboard.components.marks import evidence_href, figure_link, movement, stamp, stamp_of
from dashboard.components.rows import FindingRow, component_rows, empty, findings
from dashboard.components.sentences import names, province_head
from dashboard.components.table import Column, Row, data_table, search_field, searchable
from dashboard.formats import NOT_REPORTED, date, interval, number, score
from dashboard.pages.asked import RANKING, instant_asked, period_asked
from dashboard.pages.blocks import lift, period_picker, strips, why
from dashboard.pages.words import province_claims
from dashboard.periods import Period
from dashboard.web import Page, View

LONG = 20
"""A table of more rows than this gets a search field."""


def render(view: View) -> Component:
    """The rank first; a province that was merged says into which, and shows what is known of it."""
    as_of = instant_asked(view)
    board = view.boards.province(view.params["unit"], RANKING, period_asked(view), as_of)
    content = _ranked(board, board.row) if board.row else _unranked(board)
    return page_frame(
        "province", *strips(view, board.ranking.stamp, as_of), _name(view, board), *content, *_inside(view, board), *_history(view, board)
    )


def title(view: View) -> str:
    """For the browser's tab."""
    return view.boards.units.get(view.params["unit"]).name_vi


def _name(view: View, board: ProvinceBoard) -> Markup:
    """Which province, what it was made of, which period; the way to the others."""
    period = view.params.get("ky")
    tail = f"?ky={period}" if period else ""
    others = [Choice(row.unit.name_vi, f"/tinh/{row.unit.key}{tail}", row.unit.key == board.unit.key) for row in _by_name(board)]
    chooser = picker("", board.unit.name_vi, others)
    code = tag("span", board.unit.agency_code or "", class_="n i3")
    return tag(
        "div",
        tag("div", chooser, tag("span", _past(board), class_="i2"), class_="who"),
        code,
        period_picker(view, board.ranking),
        class_="place",
    )


def _by_name(board: ProvinceBoard) -> list[RankedUnit]:
    return sorted(board.ranking.rows, key=lambda row: row.unit.sort_key)


def _past(board: ProvinceBoard) -> str:
    if board.predecessors:
        return f"gồm {names([unit.name_vi for unit in board.predecessors])} trước {date(board.unit.valid_from)}"
    if board.successors and board.unit.valid_to is not None:
        return f"đến hết {date(board.unit.valid_to)}; nay thuộc {names([unit.name_vi for unit in board.successors])}"
    return ""


def _ranked(board: ProvinceBoard, row: RankedUnit) -> list[Node]:
    left: list[Node] = [_hero(board, row), _groups(board, row), why(board)]
    right: list[Node] = [_found(board, row), lift(board, row), _near(board)]
    return [columns("aside", left, right)]


def _unranked(board: ProvinceBoard) -> list[Node]:
    """Without a total in this ranking: merged away, or not reported."""
    period = board.ranking.period.label_vi
    heir = board.successors[0] if board.successors else None
    if heir is None:
        return [page_head(board.unit.full_name_vi), empty(f"Chưa có điểm {board.ranking.ranking.name_vi} {period}.")]
    sentence = f"{board.unit.full_name_vi} đã sáp nhập từ {date(heir.valid_from)}; điểm {period} được tính cho {heir.full_name_vi}."
    return [page_head(board.unit.full_name_vi), empty(sentence, f"Mở trang {heir.name_vi}", f"/tinh/{heir.key}")]


def _hero(board: ProvinceBoard, row: RankedUnit) -> Markup:
    """The one figure of the page, the sentence beside it, the ruler under both."""
    ranking = board.ranking
    against = f" so với {ranking.baseline.label_vi}" if ranking.baseline else ""
    moved = [movement(row.places, "bậc"), against] if ranking.baseline else []
    before = f", {ranking.baseline.label_vi} {score(row.before_total)}" if ranking.baseline and row.before_total is not None else ""
    said = [
        tag("p", f"hạng trong {len(ranking.rows)}, khoảng {interval(*row.range)} ", *moved, class_="i2"),
        tag("p", figure_link(score(row.total), row.figure, "total"), f" điểm{before}", class_="i2"),
        tag("h1", province_head(row, board.explanation)),
    ]
    ruler = rank_ruler(row.rank, row.range, len(ranking.rows), row.before_rank)
    margin = f"Khoảng: hạng nếu điểm xê dịch ±{number(ranking.ranking.margin, 1)} khi số liệu đến muộn (giả định)"
    first = tag("div", figure_link(str(row.rank), row.figure, "hero"), tag("div", *said, class_="said"), class_="top")
    return tag("div", first, ruler, stamp_of(ranking.stamp, margin), class_="herobox")


def _groups(board: ProvinceBoard, row: RankedUnit) -> Component:
    beside = tag("span", "vạch: trung vị; hạng nhóm tự xếp", class_="t0 i3")
    return section("Sáu nhóm điểm", component_rows(list(row.components.values()), row.unit.key, board.ranking.period), beside=beside)


def _found(board: ProvinceBoard, row: RankedUnit) -> Component:
    rows = [FindingRow(one.state, one.head, one.detail, one.href, "Xem") for one in province_claims(board, row)]
    drawn = findings(rows) if rows else empty("Không nhóm nào lệch rõ khỏi trung vị cả nước.")
    return section("Phát hiện", drawn, beside=tag("a", "Căn cứ số liệu", href=evidence_href(row.figure), class_="t0"))


def _near(board: ProvinceBoard) -> Component:
    tail = f"?ky={board.ranking.period}"
    ladder: list[Neighbour] = [
        (one.rank, one.unit.name_vi, one.total, f"/tinh/{one.unit.key}{tail}", one.unit.key == board.unit.key) for one in board.neighbours
    ]
    return section("Đứng giữa ai", neighbours(ladder))


def _inside(view: View, board: ProvinceBoard) -> list[Node]:
    groups = (("sở, ngành", board.departments, "so-nganh"), ("xã, phường, đặc khu", board.communes, "xa-phuong"))
    return [
        section(f"{len(found)} {name}", _subordinates(view, found, table, board.ranking.period), beside=stamp_of(board.ranking.stamp))
        for name, found, table in groups
        if found
    ]


def _subordinates(view: View, found: tuple[Subordinate, ...], table: str, period: Period) -> Markup:
    parts = [one.indicator for one in found[0].components.values()]
    heads = [Column("Thứ tự", True), Column("Đơn vị"), Column("Điểm", True)]
    heads += [Column(one.short_vi, True, below=f"/{number(one.maximum)}") for one in parts]
    rows = [
        Row(
            (
                str(one.position or NOT_REPORTED),
                one.unit.full_name_vi,
                figure_link(score(one.total), one.figure),
                *(_part(part, one, period) for part in one.components.values()),
            ),
            searchable(one.unit.full_name_vi),
        )
        for one in found
    ]
    drawn = data_table(heads, rows, "Thứ tự như Cổng Dịch vụ công quốc gia công bố trong danh sách chung của tỉnh", id=table)
    field = search_field(table, "Tìm đơn vị", view.params.get("tim", "")) if len(rows) > LONG else None
    return joined([field, drawn])


def _part(part: ComponentFigure, one: Subordinate, period: Period) -> str:
    if part.value is None:
        return NOT_REPORTED
    return figure_link(score(part.value), figure_id(part.indicator.key, one.unit.key, period), "quiet")


def _history(view: View, board: ProvinceBoard) -> list[Node]:
    """Yearly surveys: a line for each unit of that time, never drawn across the change of borders."""
    parts = [part for key, series in board.history.items() for part in _survey(view.boards.catalog.indicator(key), series)]
    if not parts:
        return []
    words = f"{NOT_REPORTED}: năm đó không công bố cho tỉnh này. Thang điểm đổi qua các năm: chỉ so sánh các tỉnh trong cùng một năm."
    note = tag("p", words, class_="note")
    one = view.boards.catalog.indicator(next(iter(board.history)))
    fresh, feed = view.boards.freshness(one)
    beside = stamp(
        f"Đến {fresh.latest.label_vi}" if fresh.latest else "", feed.publisher, feed.provenance, fresh.late_days(view.boards.now())
    )
    return [section("PAPI, quản trị điện tử: theo địa giới của từng năm", *parts, note, beside=beside)]


def _survey(indicator: Indicator, series: tuple[Series, ...]) -> list[Node]:
    years = [period.short_vi for period, _ in series[0].points]
    graph = dcc.Graph(figure=survey_history(series), config={"displayModeBar": False, "locale": "vi"}, className="graph")
    rows = [Row((one.unit.name_vi, *(NOT_REPORTED if value is None else score(value) for _, value in one.points))) for one in series]
    table = data_table([Column("Tỉnh"), *(Column(year, True) for year in years)], rows, indicator.name_vi)
    name = tag("h3", tag("a", indicator.name_vi, href=f"/chi-tieu/{indicator.key}"), class_="head")
    return [name, columns("halves", [graph], [table])]


PAGE = Page(key="province", path="/tinh/{unit}", title=title, render=render)
