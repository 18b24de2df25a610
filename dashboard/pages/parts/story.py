"""Why a unit stands where it does in a ranking of our own: what each component brings, what changed its rank, what would lift it."""

from dash.development.base_component import Component

from dashboard.boards.ranked import ComponentFigure, RankedUnit, RankingBoard, RankStory, UnrankedUnit
from dashboard.charts.bars import score_bar
from dashboard.charts.bipolar import bipolar_bar
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.frame import section
from dashboard.components.marks import figure_link, mark, movement
from dashboard.components.ranked_words import (
    CAUSES,
    change_head,
    change_sentence,
    compared_words,
    mark_words,
    no_comparison,
    points_words,
    way_words,
)
from dashboard.components.ranking_table import component_value
from dashboard.components.rows import empty, facts
from dashboard.components.table import Column, Row, data_table
from dashboard.declared import ComputedRanking, RankingPart
from dashboard.figures.rank_change import RankChange
from dashboard.formats import NOT_REPORTED, number, score, signed

_LATE = {"carried": "lấy số gần nhất, có đánh dấu", "worst": "tính 0 điểm", "excluded": "không xếp hạng"}


def contributions(row: RankedUnit | UnrankedUnit) -> Component:
    """A line a component, as the ranking has them: value, points of how many, each with what is wrong with it."""
    each = list(row.components.values())
    head = tag(
        "tr",
        tag("th", "Chỉ tiêu", scope="col", class_="l"),
        tag("td", class_="bars"),
        *[tag("th", words, scope="col") for words in ("giá trị", "điểm", "tối đa")],
    )
    total = [tag("tfoot", _sum(row, each))] if isinstance(row, RankedUnit) else []
    table = tag("table", tag("thead", head), tag("tbody", *map(_contribution, each)), *total, class_="why parts")
    flaws = [tag("p", mark("late" if one.state == "late" else "silent"), f" {mark_words(one)}.", class_="note") for one in row.marks]
    return section("Điểm từ đâu", tag("div", table, class_="tablebox", data_scrolls=""), *flaws)


def _contribution(one: ComponentFigure) -> Markup:
    name = tag("a", one.indicator.short_vi, href=f"/chi-tieu/{one.indicator.key}")
    value = NOT_REPORTED if one.value is None else figure_link(component_value(one, one.value), one.figure)
    sign = mark("late" if one.mark.state == "late" else "silent") if one.mark is not None else None
    points = NOT_REPORTED if one.points is None else score(one.points)
    return tag(
        "tr",
        tag("th", name, scope="row", class_="l"),
        tag("td", score_bar(one.points or 0.0, 0.0, one.worth or 1.0), class_="bars"),
        tag("td", joined([sign, " "]) if sign else None, value, class_="n i2"),
        tag("td", points, class_="n n6"),
        tag("td", points_words(one.worth or 0.0), class_="n i3"),
    )


def _sum(row: RankedUnit, each: list[ComponentFigure]) -> Markup:
    cells = [
        tag("td", score(row.total), class_="n n6"),
        tag("td", points_words(round(sum(one.worth or 0 for one in each), 6)), class_="n i2"),
    ]
    return tag("tr", tag("th", "Cộng", scope="row", class_="l"), tag("td", class_="bars"), tag("td"), *cells)


def change(story: RankStory) -> Component:
    """The change of rank in its four parts, the own one by component; the parts add up."""
    if story.change is None:
        return section(change_head(story), empty(no_comparison(story.board)))
    one = story.change
    lead = tag("p", change_sentence(story, one), class_="lead")
    rows = [tag("tr", *_part(CAUSES[cause], places, _reach(one), ""), class_="cause") for cause, places in one.parts.items()]
    own = [
        tag(
            "tr",
            *_part(story.row.components[each.indicator].indicator.short_vi, each.places, _reach(one), signed(each.points)),
            class_="sub",
        )
        for each in one.components
        if each.indicator in story.row.components
    ]
    head = [tag("th", "Nguyên nhân", scope="col", class_="l"), tag("td", class_="bars")]
    head += [tag("th", words, scope="col") for words in ("điểm", "bậc")]
    table = tag("table", tag("thead", tag("tr", *head)), tag("tbody", rows[0], *own, *rows[1:]), _foot(one), class_="why")
    meaning = "Bậc nguyên, cộng lại đúng bằng thay đổi; chia theo giá trị Shapley. Điểm: phần tự thay đổi của từng chỉ tiêu."
    return section(change_head(story), lead, table, tag("p", f"{compared_words(story.board)} {meaning}", class_="note"))


def _reach(one: RankChange) -> int:
    known = [*one.parts.values(), *(each.places for each in one.components)]
    return max((abs(places) for places in known), default=0) or 1


def _part(name: str, places: int, reach: int, points: str) -> list[Markup]:
    return [
        tag("th", name, scope="row", class_="l"),
        tag("td", bipolar_bar(float(places), 0.5, 2.0 * reach), class_="bars"),
        tag("td", points, class_="n i2"),
        tag("td", movement(places), class_="n"),
    ]


def _foot(one: RankChange) -> Markup:
    cells = [tag("th", "Cộng", scope="row", class_="l"), tag("td", class_="bars"), tag("td"), tag("td", movement(one.places), class_="n")]
    return tag("tfoot", tag("tr", *cells))


def climb(story: RankStory) -> Component:
    """The cheapest ways up, in what the unit would have to do."""
    if not story.ways:
        return section("Giữ hạng", empty("Đang dẫn đầu, không có hạng nào phía trên."))
    found = []
    for places, ways in story.ways.items():
        head = tag("h3", f"Lên {number(places)} bậc, tới hạng {story.row.rank - places}", class_="head t1")
        lines = [tag("li", way_words(story, way), tag("span", f" → {score(way.score)} điểm", class_="i3 nw")) for way in ways]
        none = "Ba chỉ tiêu cùng tiến nửa đường tới mốc cũng chưa đủ."
        found.append(tag("li", head, tag("ul", *lines, class_="ways") if lines else tag("p", none, class_="note")))
    note = "Ước tính khi các nơi khác giữ nguyên như kỳ này; mỗi dòng là một cách, cách ít tốn sức nhất đứng trước."
    return section("Cần gì để tăng hạng", tag("ol", *found, class_="climb"), tag("p", note, class_="note"))


def method(board: RankingBoard, ranking: ComputedRanking) -> Component:
    """How the ranking is made: weights, goalposts, what lateness does."""
    parts = {one.indicator: one for one in ranking.components}
    rows = [_weighed(one, parts[key]) for key, one in board.makeup.items()]
    heads = [Column("Chỉ tiêu"), Column("Trọng số", True), Column("0 điểm từ", True), Column("đủ điểm từ", True)]
    table = data_table(heads, rows, f"Trọng số và mốc điểm của {ranking.name_vi}")
    late = dict.fromkeys(f"chậm {_LATE[one.late]}" for one in ranking.components)
    missing = dict.fromkeys(f"thiếu {_LATE[one.missing]}" for one in ranking.components)
    rules = [
        ("Số chậm, thiếu", f"{'; '.join([*late, *missing])}; lấy lại nhiều nhất {ranking.reach} kỳ trước"),
        ("Mẫu số nhỏ", "dưới ngưỡng của chỉ tiêu thì không xếp hạng"),
        ("Đồng điểm", "cùng hạng, hạng sau bỏ trống (1-2-2-4)"),
        ("Căn cứ", ranking.basis_vi),
    ]
    return section("Bảng này tính thế nào", tag("p", ranking.about_vi, class_="note"), table, facts(rules))


def _weighed(one: ComponentFigure, part: RankingPart) -> Row:
    low, high = (part.low, part.high) if one.indicator.better == "higher" else (part.high, part.low)
    name = tag("a", one.indicator.short_vi, href=f"/chi-tieu/{one.indicator.key}")
    unit = "%" if one.indicator.unit_vi == "%" else f" {one.indicator.unit_vi}"
    return Row((name, points_words(one.worth or 0.0), f"{points_words(low)}{unit}", f"{points_words(high)}{unit}"))
