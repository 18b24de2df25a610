"""What stands below a province's own figures: its departments and communes, and its past under the borders of each year."""

from dash import dcc

from dashboard.boards.shapes import ComponentFigure, ProvinceBoard, Series, Subordinate, figure_id
from dashboard.catalog import Indicator
from dashboard.charts.markup import Markup, joined, tag
from dashboard.charts.plotly import survey_history
from dashboard.components.drawing import Node
from dashboard.components.frame import columns, section
from dashboard.components.marks import figure_link, stamp, stamp_of
from dashboard.components.table import Column, Row, data_table, search_field, searchable
from dashboard.formats import NOT_REPORTED, number, score
from dashboard.periods import Period
from dashboard.units import Unit
from dashboard.web import View

LONG = 20
"""A table of more rows than this gets a search field."""


def inside(view: View, board: ProvinceBoard) -> list[Node]:
    """A table of departments and one of communes, where the published files hold any."""
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


def history(view: View, board: ProvinceBoard) -> list[Node]:
    """Yearly surveys: a line for each unit of that time, never drawn across the change of borders."""
    parts = [part for key, series in board.history.items() for part in _survey(view.boards.catalog.indicator(key), series)]
    if not parts:
        return []
    words = ": năm đó không công bố cho tỉnh này. Thang điểm đổi qua các năm: chỉ so sánh các tỉnh trong cùng một năm."
    note = tag("p", tag("span", NOT_REPORTED, class_="n"), words, class_="note")
    one = view.boards.catalog.indicator(next(iter(board.history)))
    fresh, feed = view.boards.freshness(one)
    beside = stamp(
        f"Đến {fresh.latest.label_vi}" if fresh.latest else "", feed.publisher, feed.provenance, fresh.late_days(view.boards.now())
    )
    return [section("PAPI, quản trị điện tử: theo địa giới của từng năm", *parts, note, beside=beside)]


def _survey(indicator: Indicator, series: tuple[Series, ...]) -> list[Node]:
    years = [period.short_vi for period, _ in series[0].points]
    graph = dcc.Graph(figure=survey_history(series), config={"displayModeBar": False, "locale": "vi"}, className="graph")
    rows = [Row((one.unit.name_vi, *(_survey_value(indicator, one.unit, *point) for point in one.points))) for one in series]
    table = data_table([Column("Tỉnh"), *(Column(year, True) for year in years)], rows, indicator.name_vi, css="years")
    name = tag("h3", tag("a", indicator.name_vi, href=f"/chi-tieu/{indicator.key}"), class_="head")
    return [name, columns("halves", [graph], [table])]


def _survey_value(indicator: Indicator, unit: Unit, period: Period, value: float | None) -> str:
    return NOT_REPORTED if value is None else figure_link(score(value), figure_id(indicator.key, unit.key, period))
