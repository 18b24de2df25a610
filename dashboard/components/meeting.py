"""The sentences of a group's board, made by rules from what was told and counted, and tested like arithmetic.

A unit that no source speaks of is never counted against a claim: `2/7 được nêu là có nhiều hồ sơ đồng bộ` says what was told, no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.boards.facts import Statement
from dashboard.boards.group import FactRow, GroupBoard, IndicatorRow
from dashboard.boards.targets import TargetRow
from dashboard.components.sentences import NBSP, capital, count_word, names, place
from dashboard.declared import Level
from dashboard.formats import date, number
from dashboard.units import Unit

FEW_NAMES = 3
"""So many units are named in a lead; more are counted."""


@dataclass(frozen=True, slots=True)
class Share:
    """A count of units out of all of the group, with the words that follow it: `7/7` `tỉnh đã kết nối …`."""

    ratio: str
    words: str


def head(board: GroupBoard) -> tuple[Share, ...]:
    """The connection that is least used, and its use; or the facts' widest; empty when nothing was told by levels."""
    pair = _widest(board)
    if pair is not None:
        return (_share(board, pair[0], "yes", first=True), _share(board, pair[1], "yes", first=False))
    known = [row for row in board.facts if row.fact.form == "level" and row.at("yes")]
    return (_share(board, max(known, key=lambda row: len(row.at("yes"))), "yes", first=True),) if known else ()


def sentence(board: GroupBoard) -> str:
    """The head said aloud: `7/7 tỉnh đã kết nối …; 2/7 được nêu là có nhiều …`; or of the first indicator; or that nothing is known."""
    shares = head(board)
    if shares:
        return "; ".join(f"{one.ratio}{NBSP}{one.words}" for one in shares)
    row = next(iter(board.indicators), None)
    if row is None:
        return f"{board.group.name}: chưa có số liệu nào của {count_word(len(board.units))} {noun(board.units)} này"
    return f"{board.group.name}: {_ends(board, row)}"


def lead(board: GroupBoard) -> str:
    """How each state stands: `Chữ ký số cá nhân: đã áp dụng ở năm tỉnh, đang thử nghiệm ở Bắc Ninh và Thái Bình.`"""
    rows = [row for row in board.facts if row.fact.role == "state" and row.fact.form == "level"]
    return " ".join(f"{row.fact.short_vi}: {_by_level(row)}." for row in rows) or board.group.note


def noun(units: Sequence[Unit]) -> str:
    """`tỉnh`, or `tỉnh, thành phố` when cities are among them."""
    return "tỉnh" if {unit.kind for unit in units} == {"tỉnh"} else "tỉnh, thành phố"


def became(board: GroupBoard) -> str:
    """`Cả bảy tỉnh nay thuộc bốn tỉnh mới, từ 01/07/2025: Ninh Bình (Hà Nam và Nam Định); …`; empty while all of them live."""
    heirs: dict[str, list[str]] = {}
    first: dict[str, Unit] = {}
    for unit, after in board.became:
        for one in after:
            heirs.setdefault(one.key, []).append(unit.name_vi)
            first[one.key] = one
    if not heirs:
        return ""
    gone = len(board.became)
    who = f"Cả {count_word(gone)} {noun(board.units)}" if gone == len(board.units) else f"{capital(count_word(gone))} nơi trong nhóm"
    since = date(min(one.valid_from for one in first.values()))
    told = "; ".join(f"{place(first[key].name_vi)} ({names(olds)})" for key, olds in heirs.items())
    return f"{who} nay thuộc {count_word(len(heirs))} {noun(list(first.values()))} mới, từ {since}: {told}."


def days_words(days: int) -> str:
    """`còn 80 ngày`, `đến hạn hôm nay`, `đã qua 2.184 ngày`."""
    if days == 0:
        return "đến hạn hôm nay"
    return f"còn {number(days)}{NBSP}ngày" if days > 0 else f"đã qua {number(-days)}{NBSP}ngày"


def outcome(rows: Sequence[TargetRow], viewed_is_past: bool) -> str:
    """What became of targets, said once for those without any reading; empty when each has one, or when today is viewed."""
    unknown = [row for row in rows if not row.is_judged]
    over = [row for row in unknown if row.days_left_today < 0]
    if not over or not viewed_is_past:
        return ""
    which = "cả " + count_word(len(rows)) if len(over) == len(rows) else count_word(len(over))
    return (
        f"Đến hôm nay {which} hạn đã qua từ {number(-max(row.days_left_today for row in over))}{NBSP}ngày trở lên. "
        "Chưa nguồn nào cho biết các tỉnh đạt bao nhiêu, nên không nơi nào được coi là đạt hay không đạt."
    )


def _widest(board: GroupBoard) -> tuple[FactRow, FactRow] | None:
    """The connection and its use with the most units between them; ties go to the first of the catalog."""
    pairs = [
        (link, row)
        for row in board.facts
        if row.fact.of and row.fact.form == "level" and (link := board.row(row.fact.of)) is not None and link.at("yes")
    ]
    return max(pairs, key=lambda pair: len(pair[0].at("yes")) - len(pair[1].at("yes")), default=None)


def _share(board: GroupBoard, row: FactRow, look: str, *, first: bool) -> Share:
    level = _level(row, look)
    told = "" if len(row.told) == len(row.cells) else "được nêu là "
    who = f"{noun(board.units)} " if first else ""
    return Share(f"{len(row.at(look))}/{len(row.cells)}", f"{who}{told}{level.said_vi}")


def _level(row: FactRow, look: str) -> Level:
    return next(level for level in row.fact.levels if level.look == look)


def _by_level(row: FactRow) -> str:
    parts = []
    for level in reversed(row.fact.levels):
        units = [one.unit.name_vi for one in row.told if one.level == level]
        if units:
            where = names(units) if len(units) <= FEW_NAMES else f"{count_word(len(units))} {noun([one.unit for one in row.told])}"
            parts.append(f"{level.name_vi} ở {where}")
    return ", ".join(parts)


def _ends(board: GroupBoard, row: IndicatorRow) -> str:
    indicator = row.indicator
    known = [(unit.name_vi, cell.value) for unit, cell in zip(board.units, row.cells, strict=True) if cell is not None]
    known.sort(key=lambda one: one[1], reverse=indicator.better == "higher")
    said = [f"{place(name)}{NBSP}{number(value, indicator.decimals)}" for name, value in (known[0], known[-1])]
    name = indicator.name_vi[:1].lower() + indicator.name_vi[1:] if indicator.name_vi[1:2].islower() else indicator.name_vi
    if len(known) == 1:
        return f"{name} {row.period.label_vi}: chỉ {said[0]} có số liệu"
    first, last = ("cao nhất", "thấp nhất") if indicator.better == "higher" else ("thấp nhất", "cao nhất")
    return f"{name} {row.period.label_vi} {first} {said[0]}, {last} {said[1]}"


def statement_words(one: Statement) -> str:
    """`Bắc Ninh, 11/09/2020: chữ ký số cá nhân`: what a statement is about."""
    name = one.fact.name_vi
    return f"{place(one.unit.name_vi)}, {one.period.short_vi}: {name[:1].lower() + name[1:] if name[1:2].islower() else name}"
