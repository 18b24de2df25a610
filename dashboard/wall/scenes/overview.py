"""Toàn cảnh: how many provinces are under the line, and which; where; what to look at."""

from dashboard.boards.shapes import ComponentFigure, RankedUnit, RankingBoard
from dashboard.charts.bars import score_bar
from dashboard.charts.markup import Markup, figure, joined, tag
from dashboard.charts.outline import ATTRIBUTION
from dashboard.charts.outline_map import outline_map
from dashboard.charts.swarm import Dot, Swarm, swarm
from dashboard.charts.tile_map import tile_map
from dashboard.components.login_page import country_outline
from dashboard.components.marks import mark, movement
from dashboard.formats import number, score
from dashboard.wall.kind import Parameters, SceneKind, Sight
from dashboard.wall.parts import claim, foot_of, places, ranking_heading, scene, short_stamp, tiles, word

MOST_LOWEST = 3
WEAK = 2
"""Groups of the index that are told apart: the furthest from their maximum."""


def draw(sight: Sight[Parameters]) -> Markup:
    """The numeral is a count, so that it needs no average."""
    board = sight.boards.ranking(sight.fields.ranking)
    left = tag("section", _hero(board), _lowest(board), _spread(board), _groups(board), class_="l")
    return scene("overview", ranking_heading("Toàn cảnh", board), [left, *_country(board), _to_do(board)], foot_of(board, _line(board)))


def _line(board: RankingBoard) -> str:
    return f"Ngưỡng theo dõi {number(board.ranking.line)} điểm: cấu hình của bảng này"


def _hero(board: RankingBoard) -> Markup:
    below = sum(row.below_line for row in board.rows)
    words = ["tỉnh, thành phố", f"dưới {number(board.ranking.line)} điểm"]
    lines = [tag("span", words[0]), tag("span", words[1]), tag("span", f"trong số {len(board.rows)}", class_="of")]
    return tag("div", figure(number(below), "one"), tag("h2", *lines), class_="hero" if below else "hero calm")


def _lowest(board: RankingBoard) -> Markup:
    rows = [_low(row) for row in sorted(board.rows, key=lambda row: row.total)[:MOST_LOWEST]]
    told = f"Mũi tên: hạng {word(board.period)} so với {board.baseline.label_vi}" if board.baseline else ""
    return tag("div", tag("ol", *rows, class_="lowest"), tag("p", told, class_="t0 i3"))


def _low(row: RankedUnit) -> Markup:
    sign = mark("alarm") if row.below_line else tag("span")
    moved = movement(row.places, "bậc") if row.places is not None else tag("span")
    return tag("li", sign, tag("span", row.unit.name_vi), figure(score(row.total)), moved)


def _spread(board: RankingBoard) -> Markup:
    dots = tuple(Dot(row.unit.name_vi, row.total, row.below_line) for row in board.rows)
    return _block(f"{len(dots)} tỉnh, mỗi chấm một tỉnh", swarm(Swarm(dots, board.median, board.ranking.line)))


def _groups(board: RankingBoard) -> Markup:
    known = [one for one in (board.rows[0].components.values() if board.rows else ()) if one.median is not None]
    ordered = sorted(known, key=lambda one: (one.median or 0) / one.indicator.maximum)
    rows = [_group(one, index < WEAK) for index, one in enumerate(ordered)]
    beside = tag("span", "trên điểm tối đa", class_="t0 i3")
    return _block("Điểm trung vị từng nhóm", tag("ul", *rows, class_="grp"), beside, short_stamp(board))


def _group(one: ComponentFigure, is_weak: bool) -> Markup:
    most, median = one.indicator.maximum, one.median or 0.0
    value = tag("b", score(median), tag("em", f"/{number(most)}"), class_="n")
    return tag("li", tag("span", one.indicator.name_vi), score_bar(median, 0, most), value, class_="weak" if is_weak else None)


def _block(title: str, content: Markup, beside: Markup | None = None, below: Markup | None = None) -> Markup:
    return tag("div", tag("header", tag("h2", title), beside), content, below, class_="blk")


def _country(board: RankingBoard) -> list[Markup]:
    found, title = places(board), f"{board.ranking.name_vi}, {board.period.label_vi}"
    lit = f"dưới {number(board.ranking.line)} điểm"
    real = tag("div", outline_map(country_outline(), found, [], title), class_="inset", aria_hidden="true")
    small = tag("p", f"Số nhỏ: hạng trong {len(board.rows)}", class_="small t0 i2")
    return [tag("section", tile_map(tiles(), found, title, lit), small, real, tag("p", ATTRIBUTION, class_="at t0 i3"), class_="mid")]


def _to_do(board: RankingBoard) -> Markup:
    rows = []
    for finding in board.findings:
        row = board.row(finding.unit)
        if row is not None:
            words = [tag("h3", row.unit.name_vi), tag("p", claim(board, finding, row)), short_stamp(board)]
            rows.append(tag("li", mark(finding.gravity), tag("div", *words)))
    if board.stamp.late_days:
        words = [
            tag("h3", f"Kỳ mới chậm {number(board.stamp.late_days)} ngày"),
            tag("p", f"Kỳ mới nhất đã có là {board.period.label_vi}; kỳ tiếp theo đã quá hạn."),
        ]
        rows.append(tag("li", mark("late"), tag("div", *words)))
    nothing = tag("p", "Không có gì cần hành động.", class_="i2") if not rows else None
    return tag("section", tag("h2", "Cần xem trước"), tag("ol", joined(rows)), nothing, class_="acts")


SCENE = SceneKind("overview", "Toàn cảnh", draw)
