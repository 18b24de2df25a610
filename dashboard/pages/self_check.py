"""`/tu-kiem-tra`: a province looks at itself as the centre does, and hands in what it is asked for."""

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from dashboard.access.roles import Permission
from dashboard.boards.handed_in import Awaited
from dashboard.boards.ranked import RankingQuestion
from dashboard.boards.shapes import ProvinceBoard
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.drawing import Node
from dashboard.components.frame import Choice, columns, page_frame, page_head, picker, section
from dashboard.components.marks import figure_link, movement, provenance_badge, state_mark
from dashboard.components.ranked_words import period_words
from dashboard.components.rows import empty
from dashboard.components.sentences import capital, count_word, names
from dashboard.components.table import Column, Row, block_table, data_table, searchable
from dashboard.errors import NotFound
from dashboard.formats import NOT_REPORTED, date, interval, number, score
from dashboard.pages.parts.asked import RANKING
from dashboard.pages.parts.awaited import due_section, hand_in_section, versions_section
from dashboard.pages.parts.blocks import lift
from dashboard.pages.parts.late_inputs import late_inputs
from dashboard.pages.parts.rankings import board_of
from dashboard.pages.parts.signs import signs_of
from dashboard.submissions.form import HERE
from dashboard.units import Unit
from dashboard.web import Page, View, address


def render(view: View) -> Component:
    """One's own province; who may see several chooses among them, and sees at first how all of them stand."""
    unit = _unit(view)
    return _of_all(view) if unit is None else _of_one(view, unit)


def title(view: View) -> str:
    """For the browser's tab."""
    unit = _unit(view)
    return f"Tự kiểm tra: {unit.name_vi}" if unit else "Tự kiểm tra"


def _unit(view: View) -> Unit | None:
    """`?tinh=bac_ninh_2025`, else one's own; None for who has none. Raises NotFound for one that is not theirs to see."""
    asked = view.params.get("tinh") or view.viewer.unit
    if not asked:
        return None
    found = view.boards.units.get(asked)
    if found.tier != "province" or not view.viewer.may(Permission.SEE_SUBMISSIONS, found.key):
        raise NotFound(f"không có trang tự kiểm tra của {found.full_name_vi}, hoặc bạn không được xem")
    return found


def _of_one(view: View, unit: Unit) -> Component:
    awaited = view.boards.handed_in.awaited(unit.key)
    board = _standing(view, unit)
    left: list[Node] = [due_section(view, unit, awaited), *hand_in_section(view, unit, awaited), *versions_section(view, unit)]
    right: list[Node] = [_stand(unit, board), _ranks(view, unit), *_lift(board), *late_inputs(view, unit), *signs_of(view, unit)]
    stamp = tag("p", tag("span", f"Đến {date(view.boards.today())}"), tag("span", "như trung ương đang thấy"), class_="stamp")
    return page_frame(
        "self-check", *_troubles(view), _choose(view, unit), page_head(_head(unit, awaited, board), stamp), columns("aside", left, right)
    )


def _troubles(view: View) -> list[Markup]:
    refused = view.params.get("loi", "")
    return [tag("div", tag("p", tag("b", "Chưa nhận tệp. "), refused), class_="outcome refused", role="alert")] if refused else []


def _choose(view: View, unit: Unit) -> Markup | None:
    if not view.viewer.may(Permission.SEE_SUBMISSIONS):
        return None
    others = sorted(view.boards.units.of_tier("province", view.boards.today()), key=lambda one: one.sort_key)
    choices = [Choice("Mọi tỉnh, thành phố", HERE, is_current=False)]
    choices += [Choice(one.name_vi, address(HERE, tinh=one.key), one.key == unit.key) for one in others]
    return tag("div", tag("div", picker("", unit.name_vi, choices), class_="who"), class_="place")


def _standing(view: View, unit: Unit) -> ProvinceBoard | None:
    try:
        return view.boards.province_of(unit.key, RankingQuestion(RANKING))
    except NotFound:
        return None


def _head(unit: Unit, awaited: Sequence[Awaited], board: ProvinceBoard | None) -> str:
    """`Bắc Ninh đứng thứ 1 trong 34; một báo cáo bị trả lại, hai báo cáo quá hạn`."""
    row = board.row if board else None
    stands = f"{unit.name_vi} đứng thứ {row.rank} trong {len(board.ranking.rows)}" if row and board else unit.name_vi
    said = [f"{count_word(count)} báo cáo {words}" for words, count in _counts(awaited).items() if count]
    return f"{stands}; {names(said)}" if said else f"{stands}; không báo cáo nào quá hạn, bị trả lại hay chờ duyệt"


def _counts(awaited: Sequence[Awaited]) -> Mapping[str, int]:
    return {
        "bị trả lại": sum(one.state == "returned" for one in awaited),
        "quá hạn": sum(one.state == "late" for one in awaited),
        "chờ xác nhận": sum(one.state == "draft" for one in awaited),
        "chờ duyệt": sum(one.state == "waiting" for one in awaited),
    }


def _stand(unit: Unit, board: ProvinceBoard | None) -> Component:
    """Rank and score as published, with what they rest on; the rest stands on the province's own page."""
    link = tag("a", "Vì sao, từng nhóm điểm", href=f"/tinh/{unit.key}", class_="t0")
    row = board.row if board else None
    if board is None or row is None:
        return section("Tỉnh đang đứng ở đâu", empty("Chưa có điểm và hạng của kỳ nào.", f"Trang {unit.name_vi}", f"/tinh/{unit.key}"))
    total = figure_link(score(row.total), row.figure, "total") if row.figure else tag("span", score(row.total), class_="n total")
    words = tag("p", f"hạng trong {len(board.ranking.rows)}, ", total, f" điểm, {board.ranking.period.label_vi}", class_="i2")
    big = tag("div", tag("span", str(row.rank), class_="n big"), words, class_="mystand")
    return section("Tỉnh đang đứng ở đâu", big, beside=link)


def _ranks(view: View, unit: Unit) -> Component:
    """A line a ranking of provinces: rank with its range, movement; each leads to why, and to what would lift it most cheaply."""
    rows = [_rank(view, unit, one.key, one.name_vi) for one in view.boards.catalog.rankings.values() if one.tier == "province"]
    heads = [Column("Bảng", css="name"), Column("Hạng", True), Column("khoảng", True), Column("lên, xuống", True)]
    note = tag("p", "Mỗi bảng dẫn tới lý do của hạng và cách ít tốn sức nhất để tăng hạng.", class_="note")
    return section("Trong các bảng xếp hạng", data_table(heads, rows, f"{unit.name_vi} trong các bảng xếp hạng", css="ranks"), note)


def _rank(view: View, unit: Unit, key: str, name: str) -> Row:
    board = board_of(view, key)
    row = board.row(unit.key) if board else None
    link = tag("a", name, href=address(f"/tinh/{unit.key}", bang=key if key != RANKING else None))
    if board is None or row is None:
        said = "chưa có số liệu" if board is None else f"không xếp hạng {board.period.short_vi}"
        return Row((joined([link, tag("small", said)]), NOT_REPORTED, NOT_REPORTED, NOT_REPORTED))
    about = tag("small", period_words(board), " ", provenance_badge(board.stamp.provenance))
    rank = f"{number(row.rank)}/{number(len(board.rows))}"
    return Row((joined([link, about]), rank, interval(*row.range), movement(row.places)))


def _lift(board: ProvinceBoard | None) -> list[Node]:
    return [lift(board, board.row)] if board and board.row else []


def _of_all(view: View) -> Component:
    """A line a province, those with most to do first."""
    every = view.boards.handed_in.awaited_of_all()
    units = sorted(every, key=lambda key: (-_weight(every[key]), view.boards.units.get(key).sort_key))
    behind = sum(any(one.state in ("late", "returned") for one in each) for each in every.values())
    sentence = (
        f"{capital(count_word(behind))} tỉnh, thành phố có báo cáo quá hạn hoặc bị trả lại"
        if behind
        else "Không tỉnh, thành phố nào có báo cáo quá hạn hay bị trả lại"
    )
    stamp = tag("p", tag("span", f"Đến {date(view.boards.today())}"), tag("span", f"{number(len(units))} tỉnh, thành phố"), class_="stamp")
    heads = [Column("Tỉnh, thành phố", css="named"), *(Column(capital(words), True) for words in _counts(())), Column("Đã duyệt", True)]
    table = block_table(heads, [_province(view, key, every[key]) for key in units], "Báo cáo của từng tỉnh, thành phố")
    lead = "Mỗi tỉnh tự kiểm tra và nộp báo cáo ở đây; chọn một tỉnh để xem trang của tỉnh ấy."
    return page_frame("self-check", page_head(sentence, stamp, lead=lead), section("Báo cáo của các tỉnh", table))


def _weight(awaited: Sequence[Awaited]) -> int:
    return sum({"returned": 100, "late": 10, "draft": 1, "waiting": 1}.get(one.state, 0) for one in awaited)


def _province(view: View, key: str, awaited: Sequence[Awaited]) -> Row:
    unit = view.boards.units.get(key)
    counts = _counts(awaited)
    lit = {"bị trả lại": "alarm", "quá hạn": "alarm", "chờ xác nhận": "watch", "chờ duyệt": "watch"}
    cells = [state_mark(lit[words], number(count)) if count else "0" for words, count in counts.items()]  # type: ignore[arg-type]
    approved = number(sum(one.approved is not None for one in awaited))
    return Row((tag("a", unit.name_vi, href=address(HERE, tinh=key)), *cells, approved), searchable(unit.name_vi))


PAGE = Page(key="self_check", path=HERE, title=title, render=render, nav="Tự kiểm tra", order=65)
