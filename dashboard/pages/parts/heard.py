"""Which provinces a feed has heard of, and which it has not: the incomplete ones by name, the others as a number."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from dash.development.base_component import Component

from dashboard.boards.handed_in import Awaited
from dashboard.boards.heard import HeardBoard, HeardOf
from dashboard.charts.markup import Markup, tag
from dashboard.components.drawing import Node
from dashboard.components.frame import section
from dashboard.components.marks import state_mark
from dashboard.components.table import Column, Row, block_table
from dashboard.formats import NOT_REPORTED, number
from dashboard.periods import Period
from dashboard.units import UnitRegistry

_NAMED = 8


def heard_section(board: HeardBoard, *notes: Markup | None) -> Component:
    """Fewest periods first; who answers for a gap is the province of its row. `notes` stand below."""
    whole, count = len(board.provinces), len(board.periods)
    span = f"{count} {'ngày làm việc' if board.indicator.grain == 'day' else 'tháng'} gần nhất đã đến hạn"
    said = f"{number(board.complete)} trên {number(whole)} tỉnh, thành phố có đủ số liệu của {span} ({board.indicator.name_vi})."
    missing = [one for one in board.provinces if one.periods < count]
    heads = [Column("Tỉnh, thành phố"), Column("Có số liệu", True), Column("Kỳ mới nhất", css="nw"), Column("Trạng thái")]
    rows = [_row(one, count) for one in missing]
    table = block_table(heads, rows, "Tỉnh, thành phố còn thiếu số liệu, thiếu nhiều nhất trước") if rows else None
    return by_province(tag("p", said, class_="note"), table, *notes)


def by_province(*inside: Node) -> Component:
    """The section itself."""
    return section("Đủ và kịp theo tỉnh", *inside, id="theo-tinh")


def handed_notes(units: UnitRegistry, awaited: Mapping[str, Sequence[Awaited]]) -> list[Markup]:
    """Of reports that provinces hand in: who did so in time, who after the day, and who not at all though it is past."""
    told = [(units.get(key).name_vi, one) for key, each in awaited.items() for one in each]
    in_time = sum(one.handed_in_on is not None and not one.late_days for _, one in told)
    after = _together((name, one.period, one.late_days) for name, one in told if one.late_days)
    gone = _together((name, one.period, one.overdue) for name, one in told if one.state == "late")
    words = [f"Bản nộp đúng hạn: {number(in_time)}."] if in_time or after else []
    words += [f"Nộp sau hạn: {after}."] if after else []
    words += [f"Chưa nộp dù đã quá hạn: {gone}."] if gone else []
    return [tag("p", one, class_="note") for one in words]


def _together(told: Iterable[tuple[str, Period, int]]) -> str:
    """`tháng 10/2026, chậm 17 ngày: Huế, Lai Châu; tháng 9/2026, …`: the latest first."""
    groups: dict[tuple[int, str], list[str]] = defaultdict(list)
    for name, period, days in told:
        groups[-days, period.label_vi].append(name)
    return "; ".join(f"{period}, chậm {number(-days)} ngày: {_listed(names)}" for (days, period), names in sorted(groups.items()))


def _listed(names: Sequence[str]) -> str:
    more = f" và {number(len(names) - _NAMED)} tỉnh khác" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _row(one: HeardOf, count: int) -> Row:
    lacks = f"chậm {number(one.late_days)} ngày, " if one.late_days else ""
    lacks += f"thiếu {number(count - one.periods)} kỳ"
    state = state_mark("silent", "chưa có số liệu") if one.newest is None else state_mark("late", lacks)
    name = tag("a", one.unit.name_vi, href=f"/tinh/{one.unit.key}")
    return Row((name, f"{number(one.periods)}/{number(count)}", one.newest.label_vi if one.newest else NOT_REPORTED, state))
