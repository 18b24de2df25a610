"""The ways between rankings: the one that is shown, among whom it ranks, level or progress; a province in all of them."""

from datetime import timedelta

from dashboard.boards.ranked import RankingBoard, RankingQuestion
from dashboard.catalog import Catalog
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.drawing import Node
from dashboard.components.frame import Choice, picker, section, switch
from dashboard.components.marks import movement, provenance_badge, state_mark
from dashboard.components.ranked_words import period_words, units_word
from dashboard.components.sentences import against
from dashboard.components.table import Column, Row, data_table
from dashboard.declared import ComputedRanking
from dashboard.errors import NotFound
from dashboard.formats import NOT_REPORTED, date, interval, number, score
from dashboard.pages.parts.asked import RANKING, instant_asked, period_asked, ranking_asked
from dashboard.units import Unit
from dashboard.web import View, address

SHOWN_AGO = (7, 30)
"""So many days ago a ranking of our own was as it can be compared with."""

_OWN = ("ky", "vung", "chon", "sap", "chieu", "xep", "so", "tu", "tim")
"""What an address asks of one ranking and means nothing to another."""


def ranking_picker(view: View, catalog: Catalog, tier: str = "") -> Markup:
    """All rankings (of one tier of units), the first of them at the page's bare address."""
    chosen, dropped = ranking_asked(view), dict.fromkeys(_OWN)
    shown = [one for one in catalog.rankings.values() if tier in ("", one.tier)]
    choices = [Choice(one.name_vi, view.here(**dropped, bang=one.key if one.key != RANKING else None), one.key == chosen) for one in shown]
    current = next((one.label for one in choices if one.is_current), chosen)
    return picker("Bảng", current, choices)


def group_picker(view: View, board: RankingBoard) -> Markup | None:
    """The whole country, the regions, and the provinces whose communes are known: ranked anew among themselves."""
    if not board.groups:
        return None
    chosen = board.group.key if board.group else ""
    choices = [Choice("Cả nước", view.here(vung=None, chon=None), not chosen)]
    for one in board.groups:
        name = one.name_vi if one.tier == "region" else f"Các xã, phường của {one.name_vi}"
        choices.append(Choice(name, view.here(vung=one.key, chon=None), one.key == chosen))
    return picker("Xếp hạng trong", next(one.label for one in choices if one.is_current) if _is_offered(board) else chosen, choices)


def _is_offered(board: RankingBoard) -> bool:
    return board.group is None or board.group in board.groups


def level_switch(view: View, board: RankingBoard, progress: bool) -> Markup | None:
    """Where one stands, or how far one came since the baseline."""
    if board.baseline is None:
        return None
    choices = [
        Choice("Mức đạt", view.here(xep=None), not progress),
        Choice("Tiến bộ", view.here(xep="tien-bo", sap=None, chieu=None), progress),
    ]
    return switch(choices, "Xếp theo")


def compared_picker(view: View, board: RankingBoard) -> Markup | None:
    """What ranks are compared with: an earlier period, the same one a year ago, or what a ranking of our own showed on a past day."""
    same = [one for one in board.periods if one.grain == board.period.grain and one < board.period]
    year_ago = [
        one for one in same if one.last_day.year == board.period.last_day.year - 1 and one.last_day.month == board.period.last_day.month
    ]
    offered = list(dict.fromkeys([*same[:3], *year_ago]))
    since = view.params.get("tu") or ""
    choices = [Choice(one.label_vi.capitalize(), view.here(so=str(one), tu=None), one == board.baseline and not since) for one in offered]
    if isinstance(board.ranking, ComputedRanking):
        days = [view.boards.today() - timedelta(days=ago) for ago in SHOWN_AGO]
        choices += [Choice(f"Bảng đã hiện {date(day)}", view.here(tu=str(day), so=None), since == str(day)) for day in days]
    if board.baseline is None or len(choices) < 2:
        return None
    current = next((one.label for one in choices if one.is_current), against(board.baseline))
    return picker("So với", current[:1].lower() + current[1:], choices)


def in_every_ranking(view: View, unit: Unit) -> list[Node]:
    """A province in each ranking of provinces: rank with its range, score, movement; what is awaited says so."""
    rankings = [one for one in view.boards.catalog.rankings.values() if one.tier == "province"]
    if len(rankings) < 2:
        return []
    rows = [_in_one(view, unit, one.key, one.name_vi) for one in rankings]
    heads = [Column("Bảng"), Column("Hạng", True), Column("khoảng", True), Column("Điểm", True), Column("lên, xuống", True)]
    heads += [Column("Kỳ", css="nw mid"), Column("Nguồn", css="roomy")]
    table = data_table(heads, rows, f"{unit.name_vi} trong các bảng xếp hạng")
    return [section("Trong các bảng xếp hạng", table)]


def _in_one(view: View, unit: Unit, key: str, name: str) -> Row:
    link = tag("a", name, href=address(f"/tinh/{unit.key}", bang=key if key != RANKING else None, luc=view.params.get("luc")))
    board = board_of(view, key)
    if board is None:
        return Row((link, *[NOT_REPORTED] * 4, "", state_mark("silent", "chưa có số liệu")))
    row, badge = board.row(unit.key), provenance_badge(board.stamp.provenance)
    if row is None:
        return Row((link, *[NOT_REPORTED] * 4, period_words(board), joined([state_mark("silent", "không xếp hạng"), " ", badge])))
    rank = f"{number(row.rank)}/{number(len(board.rows))}"
    return Row((link, rank, interval(*row.range), score(row.total), movement(row.places), period_words(board), badge))


def board_of(view: View, key: str) -> RankingBoard | None:
    """A ranking in the period asked for, else in its newest; None while it has no figures, or may not have any."""
    for period in dict.fromkeys((period_asked(view), None)):
        try:
            return view.boards.ranked(RankingQuestion(key, period, instant_asked(view)))
        except NotFound:
            continue
    return None


def search_label(board: RankingBoard) -> str:
    """`Tìm tỉnh, thành phố`."""
    return f"Tìm {units_word(board)}"
