"""The evidence of a score that we compute: what each component brings, by which goalposts, down to each component's own evidence."""

from dash.development.base_component import Component

from dashboard.boards.ranked import ComponentFigure, RankedUnit, RankingBoard
from dashboard.boards.scored import is_score as figure_is_score
from dashboard.boards.scored import score_of
from dashboard.charts.markup import tag
from dashboard.components.frame import columns, page_frame, page_head, section
from dashboard.components.marks import figure_link, stamp_of
from dashboard.components.ranked_words import mark_words, period_words, points_words, range_words, units_word, value_words
from dashboard.components.rows import facts
from dashboard.components.table import Column, Row, data_table
from dashboard.declared import ComputedRanking, RankingPart
from dashboard.formats import NOT_REPORTED, interval, number, score
from dashboard.web import View, address


def is_score(view: View) -> bool:
    """Whether the figure that the address names is a score of a ranking of our own."""
    return figure_is_score(view.boards, view.params["figure"])


def title(view: View) -> str:
    """For the browser's tab. Raises NotFound, NoFigures, PeriodError."""
    board, row = score_of(view.boards, view.params["figure"])
    return f"Căn cứ: {row.unit.name_vi}, {board.ranking.name_vi}"


def render(view: View) -> Component:
    """The sum on the left, each part leading on; what the ranking is and where the unit stands on the right."""
    board, row = score_of(view.boards, view.params["figure"])
    ranking = board.ranking
    assert isinstance(ranking, ComputedRanking), "only scores of our own are added up here"
    head = f"Căn cứ của {score(row.total)} điểm: {row.unit.name_vi}, {ranking.name_vi}, {period_words(board)}"
    return page_frame(
        "evidence",
        page_head(head, stamp_of(board.stamp, "Bảng tự tính, không phải bảng chính thức"), lead=ranking.about_vi),
        columns("halves", [_sum(ranking, row)], [_method(ranking, board), _standing(board, row)]),
    )


def _sum(ranking: ComputedRanking, row: RankedUnit) -> Component:
    parts = {part.indicator: part for part in ranking.components}
    heads = [Column("Thành phần"), Column("Giá trị", True), Column("Mốc 0 điểm", True), Column("Mốc đủ điểm", True), Column("Điểm", True)]
    rows = [_part(one, parts[key]) for key, one in row.components.items()]
    whole = sum(one.worth or 0 for one in row.components.values())
    rows.append(Row((tag("b", "Tổng điểm"), "", "", "", tag("b", f"{score(row.total)} / {points_words(whole)}"))))
    flawed = [tag("p", f"{mark_words(one)}.", class_="note") for one in row.marks]
    note = tag("p", "Bấm vào một giá trị để xem phép chia, số đếm và bản ghi gốc của nó.", class_="note")
    return section("Phép cộng", data_table(heads, rows, "Các thành phần của điểm"), *flawed, note)


def _part(one: ComponentFigure, part: RankingPart) -> Row:
    indicator = one.indicator
    least, most = (part.low, part.high) if indicator.better == "higher" else (part.high, part.low)
    value = NOT_REPORTED if one.value is None else figure_link(value_words(indicator, one.value), one.figure)
    brought = f"{NOT_REPORTED if one.points is None else score(one.points)} / {points_words(one.worth or 0)}"
    ends = (value_words(indicator, least), value_words(indicator, most))
    return Row((tag("a", indicator.name_vi, href=f"/chi-tieu/{indicator.key}"), value, *ends, brought))


def _method(ranking: ComputedRanking, board: RankingBoard) -> Component:
    weights = "; ".join(f"{one.indicator.short_vi} {points_words(one.worth or 0)}" for one in board.makeup.values())
    pairs: list[tuple[str, str]] = [
        ("Cách tính", "Mỗi thành phần được phần điểm của mình theo quãng đường từ mốc 0 điểm tới mốc đủ điểm; cộng các phần là tổng điểm."),
        ("Điểm tối đa", weights),
        ("Căn cứ", ranking.basis_vi),
    ]
    return section("Công thức", facts([pair for pair in pairs if pair[1]]))


def _standing(board: RankingBoard, row: RankedUnit) -> Component:
    among = f"Hạng {row.rank} ({interval(*row.range)}) trong {number(len(board.rows))} {units_word(board)} được xếp."
    way = {"bang": board.ranking.key, "ky": str(board.period), "chon": row.unit.key}
    link = tag("a", "Vì sao hạng này, cần gì để tăng hạng", href=address("/xep-hang", **way))
    return section("Chỗ đứng", tag("p", among, class_="lead"), tag("p", range_words(board, row), class_="note"), tag("p", link))
