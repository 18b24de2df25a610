"""`/xep-hang`: all units of a ranking on one screen; for the chosen one why it stands there and what would lift it, else the map."""

from dataclasses import dataclass

from dash.development.base_component import Component

from dashboard.boards.ranked import RankedUnit, RankingBoard, RankingQuestion, UnrankedUnit
from dashboard.charts.markup import Markup, joined, tag
from dashboard.charts.rank_ruler import rank_ruler
from dashboard.components.drawing import Node
from dashboard.components.frame import Choice, columns, page_frame, page_head, section, switch
from dashboard.components.marks import evidence_href, figure_link, stamp, stamp_of
from dashboard.components.progress_table import progress_table
from dashboard.components.ranked_words import (
    gainers,
    head,
    is_given,
    period_words,
    place_of,
    progress_head,
    range_words,
    rank_word,
    reason,
)
from dashboard.components.ranking_table import TABLE, Order, RankingLinks, ranking_note, ranking_table
from dashboard.components.rows import actions, empty
from dashboard.components.sentences import against, capital, closeness
from dashboard.components.table import search_field
from dashboard.declared import ComputedRanking, GivenRanking
from dashboard.errors import BoundariesError, NoFigures
from dashboard.figures.folding import borders_on
from dashboard.formats import NOT_REPORTED, interval, score
from dashboard.pages.parts.asked import question_asked
from dashboard.pages.parts.blocks import country, lift, period_picker, strips, why
from dashboard.pages.parts.borders import borders_switch, carried, unconvertible
from dashboard.pages.parts.rankings import compared_picker, group_picker, level_switch, ranking_picker, search_label
from dashboard.pages.parts.sorting import sort_link, sortable, sorted_rows
from dashboard.pages.parts.story import change, climb, contributions, method
from dashboard.web import Page, View, address


@dataclass(frozen=True)
class Asked:
    """What the address asks of the table."""

    question: RankingQuestion
    order: Order
    chosen: str
    progress: bool


def render(view: View) -> Component:
    """The table at the left, the reasons (or the map) at the right. A ranking without figures leaves the way to the others."""
    question = question_asked(view)
    try:
        board = view.boards.ranked(question)
    except NoFigures as waiting:
        return _waiting(view, str(waiting))
    except BoundariesError as error:
        return unconvertible(view, "ranking", view.boards.catalog.ranking(question.key).name_vi, error)
    asked = _asked(view, board, question)
    told = progress_head(board) if asked.progress else head(board)
    time = stamp_of(board.stamp) if not board.through else _young(board)
    borders = board.boundaries or borders_on(board.period.last_day)
    switch_to = borders_switch(view, borders, board.readable, board.period)
    pickers = [ranking_picker(view, view.boards.catalog), *switch_to, period_picker(view, board)]
    return page_frame(
        "ranking",
        *strips(view, board.stamp, question.as_of),
        page_head(told, *pickers, time, lead=gainers(board.rows) if asked.progress else ""),
        *carried(borders, board.period),
        columns("aside", [_tools(view, board, asked), *_table(view, board, asked)], _aside(view, board, asked)),
    )


def _waiting(view: View, reason: str) -> Component:
    said = f"{reason[:1].upper()}{reason[1:]}. Trang này tự hiện số liệu khi nguồn gửi về."
    return page_frame(
        "ranking",
        page_head(
            "Chưa có số liệu để xếp hạng", ranking_picker(view, view.boards.catalog), stamp("Chưa có kỳ nào", "", "official", more=())
        ),
        empty(said, "Xem các nguồn số liệu", "/nguon-so-lieu"),
    )


def _young(board: RankingBoard) -> Markup:
    one = board.stamp
    return stamp(f"Kỳ {period_words(board)}", one.source, one.provenance, one.late_days)


def _asked(view: View, board: RankingBoard, question: RankingQuestion) -> Asked:
    """Unknown sort keys and units fall back to the plain table: an old link still opens."""
    key, down = view.params.get("sap", "rank"), view.params.get("chieu") == "giam"
    order = Order(key, down) if key in sortable(board) else Order()
    own = view.viewer.unit or ""
    chosen = view.params.get("chon", own)
    is_here = board.row(chosen) is not None or board.unranked_unit(chosen) is not None
    progress = view.params.get("xep") == "tien-bo" and board.baseline is not None
    return Asked(question, order, chosen if is_here else "", progress)


def _table(view: View, board: RankingBoard, asked: Asked) -> list[Node]:
    if not board.rows and not board.unranked:
        return [empty(f"{capital(place_of(board))} không có đơn vị nào có điểm.")]
    links = RankingLinks(sort=lambda key: sort_link(view, asked.order, key), choose=lambda unit: view.here(chon=unit))
    if asked.progress:
        note = tag("p", "Điểm của hai kỳ tính theo cùng một cách; điểm kỳ trước là số biết hiện nay.", class_="stamp")
        return [progress_table(board, board.rows, links, asked.chosen), note]
    missing = [one.unit.name_vi for one in board.unranked if not one.marks]
    gap = tag("p", f"{NOT_REPORTED} chưa báo cáo: {', '.join(missing)}.", class_="note") if missing else None
    return [ranking_table(board, sorted_rows(board, asked.order), links, asked.order, asked.chosen), gap, ranking_note(board)]


def _tools(view: View, board: RankingBoard, asked: Asked) -> Markup:
    """Search, group, level or progress, files."""
    query = {"ky": str(board.period), "vung": board.group.key if board.group else None, "diagioi": board.boundaries}
    files = [
        tag("a", name, href=address(f"/tai-ve/xep-hang-{board.ranking.key}.{form}", **query), download=True)
        for form, name in (("xlsx", "Tải Excel"), ("csv", "Tải CSV"))
    ]
    parts = [
        search_field(TABLE, search_label(board), view.params.get("tim", "")),
        group_picker(view, board),
        compared_picker(view, board),
        level_switch(view, board, asked.progress),
        tag("span", *files, class_="files"),
    ]
    return tag("div", *parts, class_="tools")


def _aside(view: View, board: RankingBoard, asked: Asked) -> list[Node]:
    """For the chosen unit the reasons; else the map, and of our own rankings how they are made."""
    row, outside = board.row(asked.chosen), board.unranked_unit(asked.chosen)
    if row is not None:
        return _reasons(view, board, row, asked)
    if outside is not None:
        return _outside(view, outside)
    made = [method(board, board.ranking)] if isinstance(board.ranking, ComputedRanking) else []
    return [*_map(view, board), *made]


def _map(view: View, board: RankingBoard) -> list[Node]:
    hint = tag("p", "Chọn một dòng trong bảng để xem vì sao hạng thay đổi và cần gì để tăng hạng.", class_="note")
    if board.tier != "province":
        return [] if isinstance(board.ranking, ComputedRanking) else [hint]
    tiles = view.params.get("xem") == "o"
    choices = [Choice("Bản đồ", view.here(xem=None), not tiles), Choice("Ô bằng nhau", view.here(xem="o"), tiles)]
    return [section("Trên bản đồ", country(board, tiles), hint, beside=switch(choices, "Cách xem"))]


def _reasons(view: View, board: RankingBoard, row: RankedUnit, asked: Asked) -> list[Node]:
    bang = board.ranking.key if not is_given(board) else None
    page = (f"Mở trang {row.unit.name_vi}", address(f"/tinh/{row.unit.key}", bang=bang, ky=str(board.period)))
    standing = _standing(view, board, row)
    if not is_given(board):
        told = view.boards.story(row.unit.key, asked.question)
        return [standing, contributions(row), change(told), climb(told), *([actions(page)] if board.tier == "province" else [])]
    if board.tier != "province":
        return [standing, actions(("Căn cứ số liệu", evidence_href(row.figure)))]
    one = view.boards.province_of(row.unit.key, asked.question)
    return [standing, why(one), lift(one, row), actions(page, ("Căn cứ số liệu", evidence_href(row.figure)))]


def _outside(view: View, one: UnrankedUnit) -> list[Node]:
    """A unit without a rank: why, and what is known of it."""
    head = tag("div", tag("h2", one.unit.name_vi, class_="nm0"), _close(view), class_="tl")
    said = tag("p", f"Không xếp hạng: {reason(one)}.", class_="lead")
    return [tag("div", head, said, class_="chosen"), *([contributions(one)] if one.components else [])]


def _close(view: View) -> Markup | None:
    return tag("a", "Bỏ chọn", href=view.here(chon="")) if view.params.get("chon") or view.viewer.unit else None


def _standing(view: View, board: RankingBoard, row: RankedUnit) -> Markup:
    """Name, rank with its range, total, the ruler."""
    units = len(board.rows)
    figure = figure_link(score(row.total), row.figure, "n6") if row.figure else tag("span", score(row.total), class_="n n6")
    among = f"hạng trong {units}" if board.group is None else f"{rank_word(board)}, {units} nơi"
    total = tag("span", f"{among}, điểm ", figure)
    country_rank = tag("span", f"cả nước: hạng {row.country_rank}") if row.country_rank is not None else None
    before = None
    if board.baseline and row.before_rank is not None and row.before_total is not None:
        before = tag("span", f"{board.baseline.label_vi}: hạng {row.before_rank}, điểm {score(row.before_total)}")
    rank = figure_link(str(row.rank), row.figure, "big") if row.figure else tag("span", str(row.rank), class_="n big")
    lines = tag("p", joined([total, country_rank, before], between=" "))
    big = tag("div", rank, tag("span", f"({interval(*row.range)})", class_="n iv2"), lines)
    ruler = rank_ruler(row.rank, row.range, units, row.before_rank, against(board.baseline) or "lũy kế")
    head = tag("div", tag("h2", row.unit.name_vi, class_="nm0"), _close(view), class_="tl")
    said = tag("p", _certainty(board, row), class_="note")
    return tag("div", head, tag("div", big, class_="stand"), ruler, said, class_="chosen")


def _certainty(board: RankingBoard, row: RankedUnit) -> str:
    if not isinstance(board.ranking, GivenRanking):
        return range_words(board, row)
    inside = sum(row.range[0] <= one.rank <= row.range[1] for one in board.rows)
    return closeness(*row.range, inside, board.ranking.margin)


PAGE = Page(key="ranking", path="/xep-hang", title="Xếp hạng", render=render, nav="Xếp hạng", order=20)
