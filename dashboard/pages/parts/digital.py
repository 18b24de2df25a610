"""A province's block of counted indicators: value, counts, country, our rank, course, period and state, a line each."""

from dashboard.boards.shapes import IndicatorBoard, IndicatorValue, Stamp
from dashboard.catalog import Indicator
from dashboard.charts.markup import Markup, joined, tag
from dashboard.charts.sparkline import sparkline
from dashboard.components.drawing import Node
from dashboard.components.frame import section
from dashboard.components.marks import figure_link, provenance_badge, state_mark
from dashboard.components.table import Column, Row, data_table
from dashboard.errors import BoundariesError, NotFound
from dashboard.figures.folding import Borders
from dashboard.formats import NOT_REPORTED, number
from dashboard.pages.parts.asked import instant_asked, period_asked
from dashboard.pages.parts.measured import absence, briefly, counts, read, under
from dashboard.units import Unit
from dashboard.web import View

HEADS = (
    Column("Chỉ tiêu", css="named"),
    Column("Của tỉnh", True),
    Column("Tử số / mẫu số", True, css="mid"),
    Column("Cả nước", True),
    Column("Hạng", True),
    Column("Diễn biến", css="mid"),
    Column("Kỳ", css="nw mid"),
    Column("Nguồn", css="roomy"),
    Column("Trạng thái", css="mid"),
)


_BESIDE = tuple(place for place, head in enumerate(HEADS) if head.label in {"Chỉ tiêu", "Của tỉnh", "Cả nước", "Hạng"})
"""Places of the columns that stand beside a picture; counts, time and state stand under the words, as on a phone."""


def digital(view: View, unit: Unit) -> list[Node]:
    """The counted indicators of a province in the period asked for, each that lacks it in its newest one."""
    boards = [(one, _board(view, one, unit)) for one in _counted(view, unit)]
    known = [board for _, board in boards if isinstance(board, IndicatorBoard)]
    if not known:
        return []
    provenances = {board.stamp.provenance for board in known}
    beside = provenance_badge(provenances.pop()) if len(provenances) == 1 else None
    rows = [_row(one, board, unit, beside is None) for one, board in boards]
    table = data_table(HEADS, rows, f"Chỉ tiêu số hóa của {unit.name_vi}", css="digital")
    note = "Tỷ lệ cả nước tính từ tổng tử số và tổng mẫu số, không lấy bình quân các tỷ lệ. Hạng do hệ thống xếp."
    return [section("Chỉ tiêu số hóa", table, tag("p", note, class_="note"), beside=beside)]


def seen_by(view: View, unit: Unit, feed: str, title: str) -> list[Node]:
    """What one feed says of a province, in few columns, with what its figures are to be taken for; nothing where it says nothing."""
    boards = [(one, _board(view, one, unit)) for one in _counted(view, unit) if one.feed == feed]
    known = [(one, board) for one, board in boards if isinstance(board, IndicatorBoard)]
    if not known:
        return []
    whole = [_row(one, board, unit, badge=False).cells for one, board in known]
    rows = [Row(tuple(cells[place] for place in _BESIDE)) for cells in whole]
    table = data_table([HEADS[place] for place in _BESIDE], rows, f"{title} của {unit.name_vi}", css="digital beside")
    notes = [tag("p", f"{one.short_vi}: {_small(one.formula_note_vi)}", class_="note") for one, _ in known if one.formula_note_vi]
    return [section(title, table, *notes, beside=provenance_badge(known[0][1].stamp.provenance))]


def _small(sentence: str) -> str:
    """To go on with behind a colon."""
    return sentence[:1].lower() + sentence[1:]


def _counted(view: View, unit: Unit) -> list[Indicator]:
    return [one for one in view.boards.catalog.indicators.values() if one.form != "official" and unit.tier in one.tiers]


def _board(view: View, one: Indicator, unit: Unit) -> IndicatorBoard | str:
    """By the borders that the unit has, so that the course of a merged province goes on before the merger; else why there is none."""
    as_of, period = instant_asked(view), period_asked(view)
    borders: Borders = "2025" if unit.valid_to is None else "2020"
    reason = "chưa có số liệu"
    for wanted in dict.fromkeys((period, None)):
        try:
            return view.boards.indicator(one.key, wanted, as_of=as_of, boundaries=borders)
        except NotFound:
            continue
        except BoundariesError:
            reason = "không quy đổi được"
    return reason


def _row(one: Indicator, board: IndicatorBoard | str, unit: Unit, badge: bool) -> Row:
    name = tag("a", one.name_vi, href=f"/chi-tieu/{one.key}")
    if isinstance(board, str):
        return Row((name, *[NOT_REPORTED] * 4, "", NOT_REPORTED, "", state_mark("silent", board)))
    own, gap = board.value_of(unit.key), board.absence_of(unit.key)
    figures: tuple[str, ...] = (NOT_REPORTED, "", read(one, board.together), NOT_REPORTED)
    if own is not None:
        rank = "mẫu số nhỏ" if own.rank is None else f"{own.rank}/{number(sum(each.rank is not None for each in board.values))}"
        value = joined([figure_link(read(one, own.reading), own.figure), under(counts(one, own.reading))])
        figures = (value, counts(one, own.reading), read(one, board.together), rank)
    line = sparkline(board.courses.get(unit.key, ()), f"Diễn biến: {one.name_vi}")
    state = _state(board.stamp, own) if gap is None else absence(board, gap)
    source = tag("span", board.stamp.source, " ", provenance_badge(board.stamp.provenance) if badge else None)
    # A phone has no room for the columns of time and state, and no figure stands without them.
    first = joined([name, under(state if gap is not None else joined([briefly(board), " ", state]))])
    return Row((first, *figures, line, briefly(board), source, state))


def _state(one: Stamp, own: IndicatorValue | None) -> Markup:
    """Whether the figure is in time, in a table's cell; a unit that is late by itself says so before its source."""
    if own is not None and own.late_days and own.through is not None:
        return state_mark("late", f"chậm {number(own.late_days)} ngày, mới đến {own.through.day}/{own.through.month}")
    if one.late_days:
        return state_mark("late", f"chậm {number(one.late_days)} ngày")
    return state_mark("late", "nguồn im") if one.quiet_since is not None else state_mark("ok", "kịp kỳ")
