"""Targets of a group: by deadline, how many days are left as of the day viewed, and how each unit stands where readings have come."""

from collections.abc import Sequence
from itertools import groupby

from dashboard.boards.group import GroupBoard
from dashboard.boards.targets import Standing, TargetRow
from dashboard.charts.bars import Target as Bar
from dashboard.charts.bars import target_bar
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.marks import provenance_badge, state_mark
from dashboard.components.meeting import days_words, outcome
from dashboard.components.sentences import capital, count_word, names
from dashboard.formats import date, number
from dashboard.pages.parts.outlook import NBSP, STATES, standing_table

NO_READING = "Chưa có số liệu để đánh giá"


def title(board: GroupBoard) -> str:
    """`Bốn mục tiêu giao ngày 11/09/2020`."""
    days = {row.target.given for row in board.targets}
    return f"{capital(count_word(len(board.targets)))} mục tiêu giao" + (f" ngày {date(min(days))}" if len(days) == 1 else "")


def targets(board: GroupBoard) -> Markup:
    """A block a deadline: its days in large figures, then its targets."""
    blocks = [_deadline(board, list(each)) for _, each in groupby(board.targets, key=lambda row: row.target.deadline)]
    after = outcome(board.targets, board.is_past)
    return joined([*blocks, tag("p", after, class_="note") if after else None])


def set_by(board: GroupBoard) -> Markup:
    """Who set them, and where that stands."""
    said = dict.fromkeys((row.target.set_by_vi, row.target.source_vi) for row in board.targets)
    parts = [part for who, source in said for part in (tag("span", who), tag("span", source), tag("span", provenance_badge("published")))]
    return tag("p", *parts, class_="stamp")


def _deadline(board: GroupBoard, rows: Sequence[TargetRow]) -> Markup:
    left = rows[0].days_left
    figure = tag("b", number(abs(left)), class_="n")
    words = "ngày nữa đến hạn " if left > 0 else "đến hạn hôm nay, " if left == 0 else "ngày đã qua từ hạn "
    seen = f"tính ở ngày {date(board.day)}; đến hôm nay {days_words(rows[0].days_left_today)}" if board.is_past else "tính đến hôm nay"
    head = tag("h3", figure, tag("span", words, tag("span", date(rows[0].target.deadline), class_="nw"), tag("em", seen, class_="t0 i3")))
    return tag("div", head, tag("ul", *[_target(row) for row in rows], class_="goals"), class_="deadline")


def _target(row: TargetRow) -> Markup:
    target = row.target
    name = tag("p", tag("span", target.name_vi), tag("b", f"{number(target.value)}%", class_="n"), class_="goal")
    if not row.is_judged:
        bar = target_bar(Bar(0, target.value / 100), f"{target.short_vi}: mục tiêu {number(target.value)}%, chưa có số liệu")
        return tag("li", name, bar, tag("p", state_mark("silent", NO_READING), class_="t1"))
    badge = provenance_badge(row.provenance) if row.provenance is not None else None
    each = tag("details", tag("summary", "Tốc độ và dự kiến của từng đơn vị"), standing_table(row), class_="behind")
    return tag("li", name, tag("ul", *_standings(row), class_="standings t1"), each, tag("p", badge, class_="t0"))


def _standings(row: TargetRow) -> list[Markup]:
    """A line a state: its mark, its word, who is in it."""
    lines = []
    for state, (judgement, word) in STATES.items():
        mine = [one for one in row.standings if one.attainment is not None and one.attainment.state == state]
        if mine:
            lines.append(tag("li", state_mark(judgement, f"{len(mine)} {word}"), " ", "; ".join(_said(one) for one in mine)))
    late = row.misses
    if late:
        lines.append(tag("li", state_mark("alarm", f"{len(late)} sẽ lỡ hạn"), " ", "; ".join(_late(one) for one in late)))
    silent = [one.unit.name_vi for one in row.standings if one.attainment is None]
    if silent:
        lines.append(tag("li", state_mark("silent", f"{len(silent)} chưa có số liệu"), " ", names(silent)))
    return lines


def _said(one: Standing) -> str:
    judged = one.attainment.judged if one.attainment is not None else None
    return f"{one.unit.name_vi} {number(judged.value, 1)}%" if judged is not None else one.unit.name_vi


def _late(one: Standing) -> str:
    return f"{one.unit.name_vi} {number(one.days_late)}{NBSP}ngày" if one.days_late else f"{one.unit.name_vi} không tới nếu giữ tốc độ này"
