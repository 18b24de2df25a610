"""`/xep-hang`: all provinces on one screen; for the chosen one why it stands there and what would lift it, else the map."""

from dataclasses import dataclass

from dash.development.base_component import Component

from dashboard.boards.shapes import ProvinceBoard, RankedUnit, RankingBoard
from dashboard.charts.markup import Markup, joined, tag
from dashboard.charts.rank_ruler import rank_ruler
from dashboard.components.drawing import Node
from dashboard.components.frame import Choice, columns, page_frame, page_head, picker, section, switch
from dashboard.components.marks import evidence_href, figure_link, stamp_of
from dashboard.components.ranking_table import TABLE, Order, RankingLinks, ranking_note, ranking_table
from dashboard.components.rows import actions, empty
from dashboard.components.sentences import closeness
from dashboard.components.table import search_field
from dashboard.formats import NOT_REPORTED, interval, score
from dashboard.pages.parts.asked import RANKING, instant_asked, period_asked
from dashboard.pages.parts.blocks import country, lift, period_picker, strips, why
from dashboard.pages.parts.sorting import sort_link, sortable, sorted_rows
from dashboard.web import Page, View


@dataclass(frozen=True)
class Asked:
    """What the address asks of the table."""

    order: Order
    region: str
    chosen: str


def render(view: View) -> Component:
    """The table at the left, the reasons (or the map) at the right."""
    as_of = instant_asked(view)
    board = view.boards.ranking(RANKING, period_asked(view), as_of)
    asked = _asked(view, board)
    rows = [row for row in sorted_rows(board, asked.order) if asked.region in ("", row.unit.region)]
    links = RankingLinks(sort=lambda key: sort_link(view, asked.order, key), choose=lambda row: view.here(chon=row.unit.key))
    table = ranking_table(board, rows, links, asked.order, asked.chosen) if rows else empty("Vùng này không có tỉnh nào có điểm.")
    missing = [unit.name_vi for unit in board.unreported if asked.region in ("", unit.region)]
    gap = tag("p", f"{NOT_REPORTED} chưa báo cáo: {', '.join(missing)}.", class_="note") if missing else None
    return page_frame(
        "ranking",
        *strips(view, board.stamp, as_of),
        page_head(
            f"Xếp hạng {len(board.rows)} tỉnh, thành phố theo {board.ranking.name_vi}", period_picker(view, board), stamp_of(board.stamp)
        ),
        columns(
            "aside",
            [_tools(view, board, asked), table, gap, ranking_note(board.ranking.steps, board.ranking.margin)],
            _aside(view, board, asked),
        ),
    )


def _asked(view: View, board: RankingBoard) -> Asked:
    """Unknown sort keys, regions and units fall back to the plain table: an old link still opens."""
    key, down = view.params.get("sap", "rank"), view.params.get("chieu") == "giam"
    order = Order(key, down) if key in sortable(board) else Order()
    own = view.viewer.unit if view.viewer.unit and board.row(view.viewer.unit) else ""
    chosen = view.params.get("chon", own or "")
    region = view.params.get("vung", "")
    return Asked(order, region if region in _regions(view, board) else "", chosen if board.row(chosen) else "")


def _regions(view: View, board: RankingBoard) -> dict[str, str]:
    keys = dict.fromkeys(row.unit.region for row in board.rows if row.unit.region)
    return {key: view.boards.units.get(key).name_vi for key in keys}


def _tools(view: View, board: RankingBoard, asked: Asked) -> Markup:
    """Search, region, files."""
    regions = _regions(view, board)
    choices = [Choice("Cả nước", view.here(vung=None), not asked.region)]
    choices += [Choice(name, view.here(vung=key), key == asked.region) for key, name in regions.items()]
    files = [
        tag("a", name, href=f"/tai-ve/xep-hang-{board.ranking.key}.{form}?ky={board.period}", download=True)
        for form, name in (("xlsx", "Tải Excel"), ("csv", "Tải CSV"))
    ]
    parts = [
        search_field(TABLE, "Tìm tỉnh, thành phố", view.params.get("tim", "")),
        picker("Vùng", regions.get(asked.region, "cả nước"), choices),
        tag("span", *files, class_="files"),
    ]
    return tag("div", *parts, class_="tools")


def _aside(view: View, board: RankingBoard, asked: Asked) -> list[Node]:
    if not asked.chosen:
        tiles = view.params.get("xem") == "o"
        choices = [Choice("Bản đồ", view.here(xem=None), not tiles), Choice("Ô bằng nhau", view.here(xem="o"), tiles)]
        hint = tag("p", "Chọn một tỉnh trong bảng để xem vì sao hạng thay đổi và cần gì để tăng hạng.", class_="note")
        return [section("Trên bản đồ", country(board, tiles), hint, beside=switch(choices, "Cách xem"))]
    one = view.boards.province(asked.chosen, RANKING, board.period, board.as_of)
    assert one.row is not None
    links = actions(
        (f"Mở trang {one.unit.name_vi}", f"/tinh/{one.unit.key}?ky={board.period}"), ("Căn cứ số liệu", evidence_href(one.row.figure))
    )
    return [_standing(view, one, one.row), why(one), lift(one, one.row), links]


def _standing(view: View, board: ProvinceBoard, row: RankedUnit) -> Markup:
    """Name, rank with its range, total, the ruler."""
    ranking = board.ranking
    head = tag("h2", row.unit.name_vi, class_="nm0")
    close = tag("a", "Bỏ chọn", href=view.here(chon="")) if view.params.get("chon") or view.viewer.unit else None
    total = tag("span", f"hạng trong {len(ranking.rows)}, điểm ", figure_link(score(row.total), row.figure, "n6"))
    before = (
        tag("span", f"{ranking.baseline.label_vi}: hạng {row.before_rank}, điểm {score(row.before_total)}")
        if (ranking.baseline and row.before_rank is not None and row.before_total is not None)
        else None
    )
    ruler = rank_ruler(row.rank, row.range, len(ranking.rows), row.before_rank)
    big = tag(
        "div",
        figure_link(str(row.rank), row.figure, "big"),
        tag("span", f"({interval(*row.range)})", class_="n iv2"),
        tag("p", joined([total, before], between=" ")),
    )
    inside = sum(row.range[0] <= one.rank <= row.range[1] for one in ranking.rows)
    said = tag("p", closeness(*row.range, inside, ranking.ranking.margin), class_="note")
    return tag("div", tag("div", head, close, class_="tl"), tag("div", big, class_="stand"), ruler, said, class_="chosen")


PAGE = Page(key="ranking", path="/xep-hang", title="Xếp hạng", render=render, nav="Xếp hạng", order=20)
