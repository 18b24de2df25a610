"""Bản đồ: the country in one sentence on its real borders, the best and the last, and where each group is weak."""

from collections.abc import Sequence

from dashboard.boards.shapes import RankedUnit, RankingBoard
from dashboard.charts.dot_strip import Strip, StripDot, dot_strips
from dashboard.charts.markup import Markup, figure, tag
from dashboard.charts.outline import ATTRIBUTION
from dashboard.charts.outline_map import outline_map
from dashboard.components.login_page import country_outline
from dashboard.components.marks import mark, movement
from dashboard.components.sentences import national_head
from dashboard.formats import number, score
from dashboard.wall.kind import Parameters, SceneKind, Sight
from dashboard.wall.parts import foot_of, places, ranking_heading, scene, short_stamp

LABELS = 8
ENDS = 5
"""Rows in the lists of the first and the last."""


def draw(sight: Sight[Parameters]) -> Markup:
    """One sentence, one map; the rest at most a third of its size."""
    board = sight.boards.ranking(sight.fields.ranking)
    said = tag("p", national_head(board), class_="say")
    ends = [_ends("Đứng đầu", board.rows[:ENDS]), _ends("Đứng cuối", board.rows[-ENDS:])]
    left = tag("section", said, *ends, short_stamp(board), class_="l")
    title = f"{board.ranking.name_vi}, {board.period.label_vi}"
    lit = f"dưới {number(board.ranking.line)} điểm"
    country = tag("section", outline_map(country_outline(), places(board), _named(board), title, lit), class_="mid")
    return scene("map", ranking_heading("Bản đồ", board), [left, country, _groups(board)], foot_of(board))


def _named(board: RankingBoard) -> list[str]:
    """Those below the line, the two best, the findings: by unit key, each once."""
    wanted = [row.unit.key for row in reversed(board.rows) if row.below_line] + [row.unit.key for row in board.rows[:2]]
    return list(dict.fromkeys([*wanted, *(finding.unit for finding in board.findings)]))[:LABELS]


def _ends(title: str, rows: Sequence[RankedUnit]) -> Markup:
    lines = [
        tag(
            "li",
            figure(str(row.rank), "rk"),
            tag("span", row.unit.name_vi, mark("alarm") if row.below_line else None),
            figure(score(row.total), "n6"),
            movement(row.places) if row.places is not None else tag("span"),
        )
        for row in rows
    ]
    return tag("div", tag("h2", title), tag("ul", *lines), class_="ends-list")


def _groups(board: RankingBoard) -> Markup:
    found = []
    for key, one in board.rows[0].components.items() if board.rows else ():
        parts = [(row, row.components[key].value) for row in board.rows]
        dots = tuple(StripDot(row.unit.name_vi, value, is_lit=row.below_line) for row, value in parts if value is not None)
        found.append(Strip(one.indicator.name_vi, one.indicator.maximum, one.median, dots))
    ordered = sorted(found, key=lambda strip: (strip.median or 0) / strip.maximum)
    return tag(
        "section", tag("h2", "Yếu ở nhóm nào"), dot_strips(ordered), tag("p", ATTRIBUTION, class_="attribution t0 i3"), class_="groups"
    )


SCENE = SceneKind("map", "Bản đồ", draw)
