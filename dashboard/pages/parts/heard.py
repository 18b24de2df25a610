"""Which provinces a feed has heard of, and which it has not: the incomplete ones by name, the others as a number."""

from dash.development.base_component import Component

from dashboard.boards.heard import HeardBoard, HeardOf
from dashboard.charts.markup import tag
from dashboard.components.frame import section
from dashboard.components.marks import state_mark
from dashboard.components.table import Column, Row, block_table
from dashboard.formats import NOT_REPORTED, number


def heard_section(board: HeardBoard) -> Component:
    """Fewest periods first; who answers for a gap is the province of its row."""
    whole, count = len(board.provinces), len(board.periods)
    span = f"{count} {'ngày làm việc' if board.indicator.grain == 'day' else 'tháng'} gần nhất đã đến hạn"
    said = f"{number(board.complete)} trên {number(whole)} tỉnh, thành phố có đủ số liệu của {span} ({board.indicator.name_vi})."
    missing = [one for one in board.provinces if one.periods < count]
    heads = [Column("Tỉnh, thành phố"), Column("Có số liệu", True), Column("Kỳ mới nhất", css="nw"), Column("Trạng thái")]
    rows = [_row(one, count) for one in missing]
    table = block_table(heads, rows, "Tỉnh, thành phố còn thiếu số liệu, thiếu nhiều nhất trước") if rows else None
    return section("Đủ và kịp theo tỉnh", tag("p", said, class_="note"), table, id="theo-tinh")


def _row(one: HeardOf, count: int) -> Row:
    lacks = f"thiếu {number(count - one.periods)} kỳ"
    state = state_mark("silent", "chưa có số liệu") if one.newest is None else state_mark("late", lacks)
    name = tag("a", one.unit.name_vi, href=f"/tinh/{one.unit.key}")
    return Row((name, f"{number(one.periods)}/{number(count)}", one.newest.label_vi if one.newest else NOT_REPORTED, state))
