"""`/tinh/<unit>`: one province in five seconds, then why, what next, and everything below it."""

from dataclasses import replace

from dash.development.base_component import Component

from dashboard.boards.shapes import ProvinceBoard, RankedUnit, RankingBoard
from dashboard.charts.markup import Markup, tag
from dashboard.charts.neighbours import Neighbour, neighbours
from dashboard.charts.rank_ruler import rank_ruler
from dashboard.components.drawing import Node
from dashboard.components.frame import Choice, columns, page_frame, page_head, picker, section
from dashboard.components.marks import evidence_href, figure_link, movement, stamp_of
from dashboard.components.ranked_words import is_given, reason
from dashboard.components.rows import FindingRow, component_rows, empty, findings
from dashboard.components.sentences import against, names, province_head
from dashboard.declared import GivenRanking
from dashboard.formats import date, interval, number, score
from dashboard.pages.parts.asked import RANKING, instant_asked, question_asked, ranking_asked
from dashboard.pages.parts.below import history, inside
from dashboard.pages.parts.blocks import lift, period_picker, strips, why
from dashboard.pages.parts.cameras import halls
from dashboard.pages.parts.digital import digital
from dashboard.pages.parts.rankings import in_every_ranking, ranking_picker
from dashboard.pages.parts.signs import signs_of
from dashboard.pages.parts.story import contributions
from dashboard.pages.parts.words import best_of, province_claims
from dashboard.web import Page, View, address


def render(view: View) -> Component:
    """The rank first; a province that was merged says into which, and shows what is known of it."""
    as_of = instant_asked(view)
    board = view.boards.province_of(view.params["unit"], replace(question_asked(view), within="", boundaries=None))
    content = _ranked(board, board.row) if board.row else _unranked(board)
    return page_frame(
        "province",
        *strips(view, board.ranking.stamp, as_of),
        _name(view, board),
        *content,
        *in_every_ranking(view, board.unit),
        *digital(view, board.unit),
        *signs_of(view, board.unit),
        *halls(view, board.unit),
        *inside(view, board),
        *history(view, board),
    )


def title(view: View) -> str:
    """For the browser's tab."""
    return view.boards.units.get(view.params["unit"]).name_vi


def _name(view: View, board: ProvinceBoard) -> Markup:
    """Which province, what it was made of, which period; the way to the others."""
    bang = None if ranking_asked(view) == RANKING else ranking_asked(view)
    others = [
        Choice(row.unit.name_vi, address(f"/tinh/{row.unit.key}", ky=view.params.get("ky"), bang=bang), row.unit.key == board.unit.key)
        for row in _by_name(board)
    ]
    chooser = picker("", board.unit.name_vi, others)
    code = tag("span", board.unit.agency_code or "", class_="n i3")
    return tag(
        "div",
        tag("div", chooser, tag("span", _past(board), class_="i2"), class_="who"),
        code,
        ranking_picker(view, view.boards.catalog, "province"),
        period_picker(view, board.ranking),
        class_="place",
    )


def _by_name(board: ProvinceBoard) -> list[RankedUnit]:
    return sorted(board.ranking.rows, key=lambda row: row.unit.sort_key)


def _past(board: ProvinceBoard) -> str:
    if board.predecessors:
        return f"gồm {names([unit.name_vi for unit in board.predecessors])} trước {date(board.unit.valid_from)}"
    if board.successors and board.unit.valid_to is not None:
        return f"đến hết {date(board.unit.valid_to)}; nay thuộc {names([unit.name_vi for unit in board.successors])}"
    return ""


def _ranked(board: ProvinceBoard, row: RankedUnit) -> list[Node]:
    made_of = _groups(board, row) if is_given(board.ranking) else contributions(row)
    left: list[Node] = [_hero(board, row), made_of, why(board)]
    right: list[Node] = [_found(board, row), lift(board, row), _near(board)]
    return [columns("aside", left, right)]


def _unranked(board: ProvinceBoard) -> list[Node]:
    """Without a total in this ranking: merged away, or not reported."""
    period = board.ranking.period.label_vi
    heir = board.successors[0] if board.successors else None
    outside = board.ranking.unranked_unit(board.unit.key)
    if outside is not None and outside.marks:
        said = f"{board.unit.full_name_vi} không được xếp hạng {period} theo {board.ranking.ranking.name_vi}: {reason(outside)}."
        return [page_head(board.unit.full_name_vi), empty(said), contributions(outside)]
    if heir is None:
        return [page_head(board.unit.full_name_vi), empty(f"Chưa có điểm {board.ranking.ranking.name_vi} {period}.")]
    sentence = f"{board.unit.full_name_vi} đã sáp nhập từ {date(heir.valid_from)}; điểm {period} được tính cho {heir.full_name_vi}."
    return [page_head(board.unit.full_name_vi), empty(sentence, f"Mở trang {heir.name_vi}", f"/tinh/{heir.key}")]


def _hero(board: ProvinceBoard, row: RankedUnit) -> Markup:
    """The one figure of the page, the sentence beside it, the ruler under both."""
    ranking = board.ranking
    moved = [movement(row.places, "bậc"), f" so với {ranking.baseline.label_vi}"] if ranking.baseline else []
    before = f", {ranking.baseline.label_vi} {score(row.before_total)}" if ranking.baseline and row.before_total is not None else ""
    said = [
        tag("p", f"hạng trong {len(ranking.rows)}, ", tag("span", f"khoảng {interval(*row.range)}", class_="nw"), " ", *moved, class_="i2"),
        tag("p", _total(row), f" điểm{before}", class_="i2"),
        tag("h1", province_head(row, board.explanation, len(ranking.rows), against(ranking.baseline))),
    ]
    ruler = rank_ruler(row.rank, row.range, len(ranking.rows), row.before_rank, against(ranking.baseline) or "lũy kế")
    big = figure_link(str(row.rank), row.figure, "hero") if row.figure else tag("span", str(row.rank), class_="n hero")
    first = tag("div", big, tag("div", *said, class_="said"), class_="top")
    return tag("div", first, ruler, stamp_of(ranking.stamp, *_span_words(ranking)), class_="herobox")


def _span_words(board: RankingBoard) -> list[str]:
    """What the range of a rank means here, and until when an open period tells."""
    if isinstance(board.ranking, GivenRanking):
        return [f"Khoảng: hạng nếu điểm xê dịch ±{number(board.ranking.margin, 1)} khi số liệu đến muộn (giả định)"]
    until = [f"đến {date(board.through)}"] if board.through else []
    return [*until, "Khoảng: trong 90% số lần thử lại với số đếm này", "Bảng tự tính, không phải bảng chính thức"]


def _total(row: RankedUnit) -> Markup:
    return figure_link(score(row.total), row.figure, "total") if row.figure else tag("span", score(row.total), class_="n total")


def _groups(board: ProvinceBoard, row: RankedUnit) -> Component:
    beside = tag("span", "vạch: trung vị; thứ tự nhóm tự xếp; cuối dòng: cao nhất", class_="t0 i3")
    best = {key: found for key in row.components if (found := best_of(board.ranking, key))}
    return section("Sáu nhóm điểm", component_rows(list(row.components.values()), row.unit.key, board.ranking.period, best), beside=beside)


def _found(board: ProvinceBoard, row: RankedUnit) -> Component:
    rows = [FindingRow(one.state, one.head, one.detail, one.href, "Xem") for one in province_claims(board, row)]
    drawn = findings(rows) if rows else empty("Không nhóm nào lệch rõ khỏi trung vị cả nước.")
    beside = tag("a", "Căn cứ số liệu", href=evidence_href(row.figure), class_="t0") if row.figure else None
    return section("Phát hiện", drawn, beside=beside)


def _near(board: ProvinceBoard) -> Component:
    bang = None if is_given(board.ranking) else board.ranking.ranking.key

    def page(one: RankedUnit) -> str:
        return address(f"/tinh/{one.unit.key}", ky=str(board.ranking.period), bang=bang)

    ladder: list[Neighbour] = [
        (one.rank, one.unit.name_vi, one.total, page(one), one.unit.key == board.unit.key) for one in board.neighbours
    ]
    return section("Đứng giữa ai", neighbours(ladder))


PAGE = Page(key="province", path="/tinh/{unit}", title=title, render=render)
