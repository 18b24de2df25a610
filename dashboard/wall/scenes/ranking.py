"""Xếp hạng: who fell hardest and why; then everybody's way from the year to date to the month, and in which groups."""

from collections.abc import Sequence

from dashboard.boards import Boards
from dashboard.boards.shapes import ComponentFigure, RankedUnit, RankingBoard
from dashboard.charts.bars import score_bar
from dashboard.charts.markup import Markup, figure, joined, tag
from dashboard.charts.slopes import slopes
from dashboard.components.marks import mark, movement
from dashboard.components.sentences import lowered
from dashboard.figures.findings import FALL
from dashboard.formats import NOT_REPORTED, number, score, signed
from dashboard.wall.kind import Parameters, SceneKind, Sight
from dashboard.wall.parts import foot_of, ranking_heading, scene, short_stamp

MOST_MOVED = 4
"""Rows in the lists of those that fell and rose most."""
BAR_FROM = 0.85
"""Where the bars begin, as a share of the lowest total: from zero all would look alike; nothing is said that the figure does not say."""


def draw(sight: Sight[Parameters]) -> Markup:
    """The hardest fall is the one numeral; with no earlier period, the leader is."""
    board = sight.boards.ranking(sight.fields.ranking)
    moved = [row for row in board.rows if row.places]
    fallen = sorted((row for row in moved if (row.places or 0) < 0), key=lambda row: (row.places or 0, row.rank))
    risen = sorted((row for row in moved if (row.places or 0) > 0), key=lambda row: (-(row.places or 0), row.rank))
    head = _fall(sight, board, fallen[0]) if fallen else _leader(board)
    lists = [
        tag("div", _movers(title, rows), class_="lst")
        for title, rows in (("Xuống nhiều tiếp theo", fallen[1 : MOST_MOVED + 1]), ("Lên nhiều nhất", risen[:MOST_MOVED]))
        if rows
    ]
    left = tag("section", head, tag("div", *lists, class_="lists"), short_stamp(board), class_="l")
    return scene("ranking", ranking_heading("Xếp hạng", board), [left, _board(board)], _foot(board))


def _foot(board: RankingBoard) -> Markup:
    return joined([foot_of(board), _key(board)])


def _fall(sight: Sight[Parameters], board: RankingBoard, row: RankedUnit) -> Markup:
    assert board.baseline is not None, "a fall is told against a baseline"
    lost = -(row.places or 0)
    words = f"Hạng {row.before_rank} {board.baseline.label_vi}, hạng {row.rank} {board.period.label_vi}."
    why = _why(sight.boards, board, row)
    name = [tag("span", row.unit.name_vi), tag("span", f"tụt {number(lost)} bậc")]
    return tag("div", figure(signed(-lost, 0), "one"), tag("h2", *name), tag("p", f"{words} {why}".strip()), class_="hero")


def _why(boards: Boards, board: RankingBoard, row: RankedUnit) -> str:
    explanation = boards.province(row.unit.key, board.ranking.key).explanation
    worst = [part for part in (explanation.parts if explanation else ()) if part.difference < 0][:2]
    if not worst:
        return "Nơi khác vượt lên."
    told = [f"{lowered(row.components[one.component].indicator.name_vi)} ({signed(one.difference)})" for one in worst]
    return f"Thua mặt bằng nhiều nhất ở {' và '.join(told)}."


def _leader(board: RankingBoard) -> Markup:
    first = board.rows[0]
    name = [tag("span", first.unit.name_vi), tag("span", "dẫn đầu")]
    return tag("div", figure(score(first.total), "one"), tag("h2", *name), class_="hero calm")


def _movers(title: str, rows: Sequence[RankedUnit]) -> Markup:
    lines = [
        tag(
            "li",
            tag("span", row.unit.name_vi),
            tag("span", figure(str(row.before_rank)), mark("go"), figure(str(row.rank)), class_="way"),
            movement(row.places),
        )
        for row in rows
    ]
    return joined([tag("h3", title), tag("ul", *lines)])


def _board(board: RankingBoard) -> Markup:
    before = sorted((row for row in board.rows if row.before_rank is not None), key=lambda row: (row.before_rank or 0, row.unit.sort_key))
    parts = [_now(board)]
    if before and board.baseline is not None:
        parts = [_before(board, before), _ways(board, before), *parts]
    return tag("section", *parts, class_="board", style=f"--rows:{max(len(board.rows), 1)}")


def _is_lit(row: RankedUnit) -> bool:
    return abs(row.places or 0) >= FALL


def _before(board: RankingBoard, before: Sequence[RankedUnit]) -> Markup:
    assert board.baseline is not None, "asked for only with a baseline"
    rows = [
        tag(
            "li",
            tag("span", row.unit.name_vi),
            figure(score(row.before_total) if row.before_total is not None else NOT_REPORTED),
            figure(str(row.before_rank)),
            class_="lit" if _is_lit(row) else None,
        )
        for row in before
    ]
    label = board.baseline.label_vi
    head = tag("p", tag("b", label[:1].upper() + label[1:]), tag("span", "điểm, hạng"), class_="th")
    return tag("div", head, tag("ol", *rows), class_="before")


def _ways(board: RankingBoard, before: Sequence[RankedUnit]) -> Markup:
    now = {row.unit.key: index for index, row in enumerate(board.rows)}
    each = [
        (index, now[row.unit.key], ("up" if (row.places or 0) > 0 else "down") if _is_lit(row) else "") for index, row in enumerate(before)
    ]
    return tag("div", slopes(each, len(board.rows), "Đường đi của hạng"), class_="ways")


def _now(board: RankingBoard) -> Markup:
    totals = [row.total for row in board.rows] + ([board.median] if board.median is not None else [])
    low, high = BAR_FROM * min(totals), max(totals)
    groups = list(board.rows[0].components.values()) if board.rows else []
    heads = [tag("span", tag("b", one.indicator.short_vi), tag("span", f"tối đa {number(one.indicator.maximum)}")) for one in groups]
    label = board.period.label_vi
    median = None
    if board.median is not None:
        at = f"--at:{_share(board.median, low, high)}"
        median = tag("span", "trung vị ", figure(score(board.median)), class_="med")
        heads.insert(0, tag("span", median, class_="medhead", style=at))
    else:
        heads.insert(0, tag("span"))
    first = tag("span", tag("b", label[:1].upper() + label[1:]), tag("span", "hạng, điểm"), class_="first")
    rows = [_row(row, low, high) for row in board.rows]
    return tag("div", tag("p", first, *heads, class_="th"), tag("ol", *rows), class_="now", style=f"--groups:{len(groups)}")


def _row(row: RankedUnit, low: float, high: float) -> Markup:
    bar = tag(
        "span",
        score_bar(row.total, low, high, row.below_line),
        mark("alarm") if row.below_line else None,
        class_="br",
        style=f"--end:{_share(row.total, low, high)}",
    )
    cells = [_cell(one) for one in row.components.values()]
    name = tag("span", row.unit.name_vi, class_="nm")
    return tag("li", figure(str(row.rank), "rk"), name, figure(score(row.total), "tt"), bar, *cells, class_="lit" if _is_lit(row) else None)


def _share(value: float, low: float, high: float) -> str:
    return f"{(value - low) / (high - low):.4f}" if high > low else "0"


def _cell(one: ComponentFigure) -> Markup:
    if one.value is None:
        return figure(NOT_REPORTED, "cell i3")
    return figure(score(one.value), f"cell h{one.heat}".replace("-", "m") if one.heat else "cell")


def _key(board: RankingBoard) -> Markup:
    near, _, far = board.ranking.steps
    steps = f"{number(near)}%, {number(board.ranking.steps[1])}%, {number(far)}%"
    low = [tag("i", class_=f"hm{step}") for step in (3, 2, 1)]
    high = [tag("i", class_=f"h{step}") for step in (1, 2, 3)]
    return tag("p", f"Ô có màu: lệch trung vị quá {steps} điểm tối đa ", *low, " thấp hơn ", *high, " cao hơn", class_="key")


SCENE = SceneKind("ranking", "Xếp hạng", draw)
