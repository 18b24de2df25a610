"""Where units stand against a target and when they will be there: words, a table of all units, what will be missed as findings."""

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from dashboard.boards.targets import Standing, TargetRow
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.drawing import Node
from dashboard.components.frame import columns, section
from dashboard.components.marks import Judgement, evidence_href, figure_link, provenance_badge, state_mark
from dashboard.components.rows import FindingRow, findings
from dashboard.components.table import Column, Row, block_table
from dashboard.figures.attainment import State
from dashboard.figures.forecast import Forecast
from dashboard.formats import NOT_REPORTED, date, number, signed

NBSP = "\u00a0"
STATES: Mapping[State, tuple[Judgement, str]] = {
    "met": ("ok", "đạt"),
    "on_track": ("watch", "kịp nếu giữ tốc độ"),
    "too_early": ("watch", "mới có một kỳ"),
    "awaiting": ("late", "chờ số liệu ngày hạn"),
    "behind": ("alarm", "khó kịp"),
    "missed": ("alarm", "không đạt"),
}
"""Mark and word of each state; a target without any reading has none of them."""
_ORDER = ("never", "will_miss", "at_risk", "too_few", "in_time", "reached")
_STATE_ORDER = ("missed", "behind", "awaiting", "too_early", "on_track", "met")


def outlook(one: Standing) -> Markup:
    """The state in one mark and word: `sẽ lỡ hạn 47 ngày`, `có thể lỡ hạn`, `kịp hạn`, or what is decided."""
    if one.attainment is None:
        return state_mark("silent", "chưa có số liệu")
    if one.prospect == "will_miss":
        return state_mark("alarm", f"sẽ lỡ hạn {number(one.days_late)}{NBSP}ngày")
    if one.prospect == "never":
        return state_mark("alarm", "không tới nếu giữ tốc độ này")
    if one.prospect == "at_risk":
        return state_mark("watch", "có thể lỡ hạn")
    if one.prospect == "in_time":
        return state_mark("ok", "kịp hạn")
    judgement, word = STATES[one.attainment.state]
    return state_mark(judgement, word)


def forecast_words(one: Forecast | None) -> str:
    """`16/01/2021 (28/12/2020–20/03/2021)`; the band's far end may be open."""
    if one is None or one.expected is None:
        return NOT_REPORTED
    early = date(one.earliest) if one.earliest else date(one.expected)
    late = date(one.latest) if one.latest else "chưa rõ"
    return f"{date(one.expected)} ({early}–{late})"


def pace_words(one: Standing) -> str:
    """`cần +3,2 mỗi kỳ, đang +1,1`: what is needed until the deadline, and what the last periods brought, in points of per cent."""
    pace, seen = (one.attainment.pace, one.forecast) if one.attainment is not None and one.is_open else (None, None)
    if pace is None or pace.needed_per_period is None:
        return NOT_REPORTED
    now = f", đang {signed(round(seen.pace, 1), 1)}" if seen is not None and seen.pace is not None else ""
    return f"cần {signed(round(pace.needed_per_period, 1), 1)} mỗi kỳ{now}"


def standing_table(row: TargetRow) -> Markup:
    """Every unit of a target, those that will miss it first."""
    is_open = any(one.is_open for one in row.standings)
    heads = [Column("Đơn vị", css="named"), Column("Đang có" if is_open else "Tại hạn", True), Column("Còn thiếu", True)]
    heads += [Column("Tốc độ"), Column("Dự kiến đạt (80%)")] if is_open else []
    heads.append(Column("Trạng thái"))
    rows = [_row(one, is_open) for one in sorted(row.standings, key=_gravity)]
    return block_table(heads, rows, f"{row.target.name_vi}: từng đơn vị so với {number(row.target.value)}%")


def _gravity(one: Standing) -> tuple[int, int, int, str]:
    if one.attainment is None:
        return (9, 0, 0, one.unit.sort_key)
    prospect = _ORDER.index(one.prospect) if one.prospect is not None else 5
    state = _STATE_ORDER.index(one.attainment.state) if one.attainment.state in _STATE_ORDER else 9
    return (prospect if one.is_open else 6 + (state > 0), -one.days_late, state, one.unit.sort_key)


def _row(one: Standing, is_open: bool) -> Row:
    name = tag("a", one.unit.name_vi, href=f"/tinh/{one.unit.key}")
    judged = one.attainment.judged if one.attainment is not None else None
    value, gap, pace, ahead = NOT_REPORTED, NOT_REPORTED, NOT_REPORTED, NOT_REPORTED
    if one.attainment is not None and judged is not None:
        written = f"{number(judged.value, 1)}%"
        value = figure_link(written, one.figure) if one.figure else written
        gap = number(max(0.0, one.attainment.gap or 0.0), 1)
        pace, ahead = (pace_words(one), forecast_words(one.forecast)) if one.is_open else ("", "")
    return Row((name, value, gap, *((pace, ahead) if is_open else ()), outlook(one)))


def miss_rows(rows: Sequence[TargetRow], most: int = 5) -> list[FindingRow]:
    """What will be missed, as findings: the latest first, each unit and target once."""
    found = [(one, row) for row in rows for one in row.misses]
    found.sort(key=lambda pair: (pair[0].prospect != "never", -pair[0].days_late))
    return [_finding(one, row) for one, row in found[:most]]


def _finding(one: Standing, row: TargetRow) -> FindingRow:
    judged = one.attainment.judged if one.attainment is not None else None
    place = one.unit.name_vi.replace(" ", NBSP)
    late = f"sẽ lỡ hạn {number(one.days_late)}{NBSP}ngày" if one.prospect == "will_miss" else "không tới mục tiêu nếu giữ tốc độ này"
    now = f"{number(judged.value, 1)}%, " if judged is not None else ""
    ahead = f"; dự kiến {forecast_words(one.forecast)}" if one.prospect == "will_miss" else ""
    detail = f"{row.target.short_vi}: {now}cần {number(row.target.value)}% đến {date(row.target.deadline)}{ahead}."
    return FindingRow("alarm", f"{place}: {late}", detail, evidence_href(one.figure), "Căn cứ", row.provenance == "simulated")


def misses(rows: Sequence[TargetRow]) -> list[Node]:
    """The block of what will be missed; none when nothing is known to be."""
    found = miss_rows(rows)
    if not found:
        return []
    note = "Dự kiến theo đường xu hướng của các kỳ gần nhất, khoảng tin cậy 80%; không phải cam kết."
    return [section("Sẽ lỡ hạn", findings(found), tag("p", note, class_="note"))]


def national(rows: Sequence[TargetRow]) -> list[Node]:
    """The targets set for every province, on the page of their indicator."""
    return [columns("halves", *([_national(row)] for row in rows))] if rows else []


def _national(row: TargetRow) -> Component:
    days = number(abs(row.days_left))
    left = f"còn {days} ngày" if row.days_left > 0 else f"hạn đã qua {days} ngày" if row.days_left else "đến hạn hôm nay"
    counts = {state: sum(one.attainment is not None and one.attainment.state == state for one in row.standings) for state in STATES}
    silent = sum(one.attainment is None for one in row.standings)
    parts = [state_mark(STATES[state][0], f"{number(many)} {STATES[state][1]}") for state, many in counts.items() if many]
    parts += [state_mark("alarm", f"{number(len(row.misses))} sẽ lỡ hạn")] if row.misses else []
    parts += [state_mark("silent", f"{number(silent)} chưa có số liệu")] if silent else []
    said = tag("p", joined(parts, between=" "), class_="lead")
    whence = tag("p", tag("span", left), tag("span", row.target.set_by_vi), tag("span", row.target.source_vi), class_="stamp")
    each = tag("details", tag("summary", "Từng tỉnh, thành phố"), standing_table(row), class_="behind") if row.is_judged else None
    badge = provenance_badge(row.provenance) if row.provenance is not None else None
    head = (
        f"Chỉ tiêu {number(row.target.value)}% đến {date(row.target.deadline)}: {row.target.short_vi[0].lower()}{row.target.short_vi[1:]}"
    )
    return section(head, whence, said, each, beside=badge)
