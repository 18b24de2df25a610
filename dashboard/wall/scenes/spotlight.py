"""Tâm điểm: one province at each round, those in the findings in turn: its rank, why it changed, its neighbours, what would lift it."""

from dashboard.boards.shapes import ProvinceBoard, RankedUnit, RankingBoard
from dashboard.charts.bars import median_bar
from dashboard.charts.difference_bars import Reason, difference_bars
from dashboard.charts.markup import Markup, figure, joined, tag
from dashboard.charts.neighbours import Neighbour, neighbours
from dashboard.charts.rank_ruler import rank_ruler
from dashboard.components.marks import movement
from dashboard.components.sentences import against, capital, count_word, next_rank, province_head, why_sentence
from dashboard.declared import GivenRanking
from dashboard.errors import NotFound
from dashboard.formats import NOT_REPORTED, interval, number, score, signed
from dashboard.wall.kind import Parameters, SceneKind, Sight
from dashboard.wall.parts import evidence_code, foot_of, ranking_heading, scene, short_stamp


def draw(sight: Sight[Parameters]) -> Markup:
    """Raises NotFound when the ranking holds nobody."""
    ranking = sight.boards.ranking(sight.fields.ranking)
    unit = _whose(ranking, sight.turn)
    board = sight.boards.province(unit, sight.fields.ranking)
    row = board.row
    assert row is not None, "chosen from the rows"
    middle = tag("section", *_reasons(board, row), _lift(board), class_="mid")
    content = [tag("section", *_rank(board, row), class_="l"), middle]
    right = tag("section", _ladder(board), _groups(row), evidence_code(sight.base, row.figure), class_="r")
    return scene("spotlight", ranking_heading("Tâm điểm", ranking), [*content, right], foot_of(ranking))


def _whose(board: RankingBoard, turn: int) -> str:
    """The findings in turn; in a month without any, all provinces from the last to the first."""
    found = [finding.unit for finding in board.findings if board.row(finding.unit)] or [row.unit.key for row in reversed(board.rows)]
    if not found:
        raise NotFound(f"{board.ranking.name_vi}: chưa tỉnh, thành phố nào có điểm")
    return found[turn % len(found)]


def _rank(board: ProvinceBoard, row: RankedUnit) -> list[Markup]:
    units, before = len(board.ranking.rows), row.before_rank
    of = tag("p", tag("span", f"hạng trong {units}"), movement(row.places, "bậc") if row.places is not None else None, class_="of")
    numeral = tag("div", figure(str(row.rank), "one"), of, class_="hero" if row.below_line or (row.places or 0) < 0 else "hero calm")
    sentence = f"{province_head(row, board.explanation, units, against(board.ranking.baseline))}."
    ranking = board.ranking.ranking
    shaken = f"khi điểm lệch tối đa {number(ranking.margin, 1)}" if isinstance(ranking, GivenRanking) else "trong 90% số lần thử lại"
    span = f"Khoảng hạng {interval(*row.range)} {shaken}"
    points = tag("p", figure(score(row.total), "n6"), " điểm", class_="points")
    step = board.steps[0] if board.steps else None
    ahead = tag("p", f"{next_rank(step.rank, step.missing)}.", class_="next") if step else None
    return [
        tag("h2", row.unit.name_vi),
        tag("p", sentence, class_="say"),
        numeral,
        rank_ruler(row.rank, row.range, units, before, against(board.ranking.baseline)),
        tag("p", span, class_="t0 i3"),
        *(part for part in (points, ahead) if part is not None),
        short_stamp(board.ranking),
    ]


def _reasons(board: ProvinceBoard, row: RankedUnit) -> list[Markup]:
    explanation = board.explanation
    if explanation is None or not explanation.parts:
        return [tag("h2", "Vì sao hạng thay đổi"), tag("p", "Kỳ này không có kỳ trước để so sánh.", class_="i2")]
    reasons: list[Reason] = [
        (row.components[one.component].indicator.name_vi, one.own, one.country, one.difference) for one in explanation.parts
    ]
    total: Reason = ("Cộng", explanation.total.own, explanation.total.country, explanation.total.difference)
    named = {one.unit.key: one.unit.name_vi for one in board.ranking.rows}
    passed = [
        tag("p", tag("b", f"{word} ({len(keys)}): "), ", ".join(named[key].replace(" ", "\u00a0") for key in keys), class_="passed")
        for word, keys in (("Vượt lên", explanation.overtook), ("Lùi lại", explanation.fell_behind))
        if keys
    ]
    lead = tag("p", why_sentence(row.unit.name_vi, explanation), class_="lead")
    compared = against(board.ranking.baseline)
    meaning = f"Mặt bằng: trung vị cả nước thay đổi bao nhiêu so với {compared}. Chênh: phần hơn kém mặt bằng."
    note = tag("p", meaning, class_="t0 i3")
    return [tag("h2", "Vì sao hạng thay đổi"), lead, difference_bars(reasons, total), note, *passed]


def _lift(board: ProvinceBoard) -> Markup | None:
    if not board.steps:
        return None
    named = {one.unit.key: one.unit.name_vi for one in board.ranking.rows}
    steps = [
        tag(
            "li",
            tag("span", "tới hạng ", figure(str(one.rank), "n6")),
            tag("span", f"vượt {named[one.unit]}"),
            figure(signed(one.missing), "n6"),
        )
        for one in board.steps
    ]
    title = tag("h2", "Cần thêm bao nhiêu điểm, nếu nơi khác giữ nguyên")
    return tag("div", title, tag("ul", *steps), class_="lift")


def _ladder(board: ProvinceBoard) -> Markup:
    rungs: list[Neighbour] = [(one.rank, one.unit.name_vi, one.total, "", one.unit.key == board.unit.key) for one in board.neighbours]
    return joined([tag("h2", "Đứng cạnh"), neighbours(rungs)])


def _groups(row: RankedUnit) -> Markup:
    rows = []
    for one in row.components.values():
        value = NOT_REPORTED if one.value is None else score(one.value)
        bar = median_bar(one.value, one.median, one.indicator.maximum, one.indicator.name_vi)
        shown = tag("b", value, tag("em", f"/{number(one.indicator.maximum)}"), class_="n")
        place = figure(f"thứ {one.rank}" if one.rank is not None else "", "i3")
        rows.append(tag("li", tag("span", one.indicator.name_vi), bar, shown, place, class_="weak" if one.heat < 0 else None))
    return joined([tag("h2", f"{capital(count_word(len(rows)))} thành phần, vạch là trung vị cả nước"), tag("ul", *rows, class_="grp")])


SCENE = SceneKind("spotlight", "Tâm điểm", draw)
