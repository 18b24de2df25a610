"""Blocks that more than one page shows: the country, the head's pickers, what is late, why a rank changed, what would lift it."""

from datetime import datetime

from dash.development.base_component import Component

from dashboard.boards.shapes import ProvinceBoard, RankedUnit, RankingBoard, Stamp
from dashboard.charts.difference_bars import Reason, difference_bars
from dashboard.charts.markup import Markup, joined, tag
from dashboard.charts.outline_map import outline_map
from dashboard.charts.places import Place
from dashboard.charts.tile_map import load_tiles, tile_map
from dashboard.components.frame import Choice, picker, section
from dashboard.components.login_page import country_outline
from dashboard.components.rows import empty, late_strip
from dashboard.components.sentences import against, names, next_rank, why_sentence
from dashboard.components.table import Column, Row, data_table
from dashboard.formats import moment, number, score, signed
from dashboard.pages.parts.periods import FEW, period_menu
from dashboard.pages.parts.story import change, climb
from dashboard.settings import CHECKOUT
from dashboard.web import View

LABELS = 8
"""Names on the map at the most; the tiles name everybody."""

_GEO = CHECKOUT / "data" / "geo"


def country(board: RankingBoard, tiles: bool, chosen: str = "") -> Markup:
    """The provinces of a ranking on the real map, or as equal tiles; those below the line are lit."""
    ranked = [
        Place(row.unit.gso_code or "", row.unit.key, row.unit.name_vi, row.total, row.rank, "alarm" if row.below_line else "")
        for row in board.rows
    ]
    places = ranked + [Place(unit.gso_code or "", unit.key, unit.name_vi, None, None, "silent") for unit in board.unreported]
    title = f"{board.ranking.name_vi}, {board.period.label_vi}"
    lit = f"dưới {number(board.ranking.line)} điểm"
    if tiles:
        return tile_map(load_tiles(_GEO / "tiles34.csv", _GEO / "tiles_archipelagos.csv"), places, title, lit)
    return outline_map(country_outline(), places, _worth_a_name(board, chosen), title, lit)


def _worth_a_name(board: RankingBoard, chosen: str) -> list[str]:
    """The chosen one, those below the line, the findings, the two best: by unit key, each once."""
    wanted = [chosen] if chosen else []
    wanted += [row.unit.key for row in reversed(board.rows) if row.below_line] + [row.unit.key for row in board.rows[:2]]
    wanted += [finding.unit for finding in board.findings]
    return list(dict.fromkeys(wanted))[:LABELS]


def period_picker(view: View, board: RankingBoard) -> Markup:
    """The periods that hold figures; the newest is the page's bare address. Many of them are a calendar."""
    if len(board.periods) > FEW:
        return period_menu(view, board.periods, board.period)
    choices = [
        Choice(one.label_vi.capitalize(), view.here(ky=str(one) if index else None), one == board.period)
        for index, one in enumerate(board.periods)
    ]
    return picker("Kỳ", board.period.label_vi, choices)


def strips(view: View, stamp: Stamp, as_of: datetime | None = None) -> list[Markup]:
    """What must be said before anything is read: the database is away, the board is a replay, the newest figures are old."""
    found = []
    if view.boards.away_since is not None:
        found.append(late_strip("Mất liên lạc với cơ sở dữ liệu.", f"Đang hiện số liệu đã có; từ {moment(view.boards.away_since)}."))
    if as_of is not None:
        found.append(late_strip("Xem lại.", f"Bảng như đã hiện lúc {moment(as_of)}.", "Về hiện tại", view.here(luc=None)))
    elif stamp.late_days:
        sentence = f"Kỳ mới nhất đã có là {stamp.period.label_vi}; kỳ tiếp theo đã quá hạn {number(stamp.late_days)} ngày."
        found.append(late_strip("Chậm cập nhật.", sentence, "Nguồn số liệu", "/nguon-so-lieu"))
    elif stamp.quiet_since is not None:
        sentence = f"{stamp.source} không có số liệu mới từ {moment(stamp.quiet_since)}."
        found.append(late_strip("Chậm cập nhật.", sentence, "Nguồn số liệu", "/nguon-so-lieu"))
    return found


def why(board: ProvinceBoard) -> Component:
    """The change of rank: own points, the country's, the difference; then who passed whom, by name. Of our own, its exact parts."""
    if board.story is not None:
        return change(board.story)
    explanation, row = board.explanation, board.row
    if explanation is None or row is None:
        return section("Vì sao hạng thay đổi", empty("Kỳ này không có kỳ trước hay số lũy kế để so sánh."))
    reasons: list[Reason] = [
        (row.components[one.component].indicator.name_vi, one.own, one.country, one.difference) for one in explanation.parts
    ]
    total: Reason = ("Cộng sáu nhóm", explanation.total.own, explanation.total.country, explanation.total.difference)
    place = {one.unit.key: one.unit.name_vi for one in board.ranking.rows}
    said = [
        tag("p", f"{word}: {names([place[key] for key in keys])}.", class_="note")
        for word, keys in (("Vượt lên", explanation.overtook), ("Lùi lại", explanation.fell_behind))
        if keys
    ]
    moved = f"Vì sao hạng thay đổi: {explanation.before} thành {explanation.after}"
    title = moved if explanation.places else f"Hạng không đổi: {explanation.after}"
    whose = "cả nước" if board.ranking.group is None else "của nhóm"
    compared = against(board.ranking.baseline)
    meaning = f"Mặt bằng: trung vị {whose} thay đổi bao nhiêu so với {compared}. Chênh: phần hơn kém mặt bằng; chính phần này đổi hạng."
    lead = tag("p", why_sentence(row.unit.name_vi, explanation), class_="lead")
    return section(title, lead, difference_bars(reasons, total), tag("p", meaning, class_="note"), *said)


def lift(board: ProvinceBoard, row: RankedUnit) -> Component:
    """Places ahead and the points missing; the groups furthest behind the median of the first ten. Of our own, the cheapest ways up."""
    if board.story is not None:
        return climb(board.story)
    if not board.steps:
        lead = next((row.total - one.total for one in board.ranking.rows if one.rank > row.rank), None)
        return section("Giữ hạng", empty(f"{next_rank(row.rank, None, lead)}."))
    first = tag("p", next_rank(board.steps[0].rank, board.steps[0].missing), class_="lead")
    place = {one.unit.key: one.unit.name_vi for one in board.ranking.rows}
    steps = [Row((str(step.rank), place[step.unit], signed(step.missing))) for step in board.steps]
    ahead = data_table(
        [Column("Tới hạng", True), Column("vượt"), Column("cần thêm", True)], steps, "Điểm còn thiếu để vượt các tỉnh phía trên"
    )
    behind = [one for one in board.gaps if one.distance < 0][:3]
    rows = [
        Row((row.components[one.component].indicator.name_vi, score(one.value), score(one.leaders), signed(one.distance))) for one in behind
    ]
    heads = [Column("Nhóm"), Column("của tỉnh", True), Column("mười tỉnh đầu", True), Column("cách", True)]
    gaps = data_table(heads, rows, "Cách trung vị mười tỉnh đầu xa nhất") if rows else None
    note = tag("p", "Ước tính khi điểm các tỉnh khác giữ nguyên như kỳ này.", class_="note")
    return section("Cần gì để tăng hạng", joined([first, ahead, gaps, note]))
