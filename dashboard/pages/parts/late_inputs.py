"""What the centre misses of a province: indicators of which it has no value, or an old one, each leading to where that is seen."""

from collections.abc import Iterator

from dashboard.boards.shapes import IndicatorBoard
from dashboard.charts.markup import tag
from dashboard.components.drawing import Node
from dashboard.components.frame import section
from dashboard.components.marks import provenance_badge
from dashboard.components.rows import empty
from dashboard.components.table import Column, Row, block_table
from dashboard.errors import NotFound
from dashboard.formats import number
from dashboard.pages.parts.measured import absence, briefly
from dashboard.units import Unit
from dashboard.web import View


def late_inputs(view: View, unit: Unit) -> list[Node]:
    """A line an indicator that others have in its newest period and this unit has not, or not in time."""
    rows = list(_missing(view, unit))
    beside = tag("a", "Mọi chỉ tiêu", href="/chi-tieu", class_="t0")
    if not rows:
        return [section("Số liệu chậm, thiếu", empty("Không chỉ tiêu nào chậm hoặc thiếu số liệu của tỉnh."), beside=beside)]
    heads = [Column("Chỉ tiêu", css="name"), Column("Kỳ", css="nw"), Column("Trung ương thấy"), Column("Nguồn", css="roomy")]
    return [section("Số liệu chậm, thiếu", block_table(heads, rows, f"Số liệu chậm, thiếu của {unit.name_vi}"), beside=beside)]


def _missing(view: View, unit: Unit) -> Iterator[Row]:
    for indicator in view.boards.catalog.indicators.values():
        if "province" not in indicator.tiers or indicator.grain == "year":
            continue
        try:
            board = view.boards.indicator(indicator.key)
        except NotFound:
            continue
        said = _said(board, unit)
        if said is not None:
            name = tag("a", indicator.name_vi, href=f"/chi-tieu/{indicator.key}?ky={board.period}")
            yield Row((name, briefly(board), said, provenance_badge(board.stamp.provenance)))


def _said(board: IndicatorBoard, unit: Unit) -> str | None:
    """Why a unit's figure is not there or not in time; None where all is well."""
    gap = next((one for one in board.absent if one.unit.key == unit.key), None)
    if gap is not None:
        return absence(board, gap)
    value = next((one for one in board.values if one.unit.key == unit.key), None)
    if value is not None and value.late_days:
        return tag("span", f"chậm {number(value.late_days)} ngày", class_="c-late")
    return None
