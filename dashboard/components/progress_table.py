"""Progress: who gained how many points since the baseline, most first, with both scores and today's rank beside them."""

from collections.abc import Sequence

from dashboard.boards.ranked import RankedUnit, RankingBoard
from dashboard.charts.bipolar import bipolar_bar
from dashboard.charts.markup import Markup, tag
from dashboard.components.marks import figure_link, movement
from dashboard.components.ranked_words import units_word
from dashboard.components.ranking_table import TABLE, RankingLinks
from dashboard.components.sentences import against, capital
from dashboard.components.table import Column, Row, data_table, searchable
from dashboard.formats import score, signed


def progress_table(board: RankingBoard, rows: Sequence[RankedUnit], links: RankingLinks, chosen: str = "") -> Markup:
    """The rows that can be compared, by points gained; scores of both periods are by today's method."""
    known = [row for row in rows if row.gain is not None]
    low = max(0.0, -min((row.gain or 0.0 for row in known), default=0.0))
    high = max(0.0, max((row.gain or 0.0 for row in known), default=0.0))
    zero, whole = (low / (low + high), low + high) if low + high else (0.5, 1.0)
    heads = [
        Column("Tiến bộ", True),
        Column(capital(units_word(board)), css="nw"),
        Column("Tăng, giảm", True),
        Column(tag("span", "Biểu đồ", class_="sr"), css="bars mid"),
        Column(capital(against(board.baseline)), True, css="mid"),
        Column(capital(board.period.label_vi), True),
        Column("Hạng", True),
        Column("lên, xuống", True, css="mid"),
    ]
    ordered = sorted(known, key=lambda row: (row.gain_rank or 0, row.unit.sort_key))
    body = [_row(row, links, (zero, whole), row.unit.key == chosen) for row in ordered]
    caption = f"Tiến bộ theo {board.ranking.name_vi}, {board.period.label_vi} so với {against(board.baseline)}"
    return data_table(heads, body, caption, id=TABLE, css="gains")


def _row(row: RankedUnit, links: RankingLinks, scale: tuple[float, float], is_chosen: bool) -> Row:
    zero, whole = scale
    gain, href = row.gain or 0.0, links.choose(row.unit.key)
    cells = (
        str(row.gain_rank),
        tag("a", row.unit.name_vi, href=href),
        tag("b", signed(gain), class_="n"),
        tag("span", bipolar_bar(gain, zero, whole), class_="bars"),
        score(row.total - gain),
        figure_link(score(row.total), row.figure) if row.figure else score(row.total),
        str(row.rank),
        movement(row.places),
    )
    return Row(cells, searchable(row.unit.full_name_vi, row.unit.agency_code or ""), href, "", is_chosen)
