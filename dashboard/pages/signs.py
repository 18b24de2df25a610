"""`/dau-hieu`: every sign that a connection is kept for show, by province and rule, and how each rule judges."""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.boards.signs import FoundSign, SignBoard
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.frame import page_frame, page_head, section
from dashboard.components.marks import mark, provenance_badge
from dashboard.components.rows import empty, late_strip
from dashboard.components.table import Column, Row, block_table, searchable
from dashboard.formats import date, moment, number
from dashboard.pages.parts.asked import instant_asked
from dashboard.pages.parts.signs import TITLE, head, measured, sign_href, when
from dashboard.web import Page, View


def render(view: View) -> Component:
    """What stands first, what was put aside after it, the rules last."""
    as_of = instant_asked(view)
    board = view.boards.signs(as_of)
    strips = [late_strip("Xem lại.", f"Bảng như đã hiện lúc {moment(as_of)}.", "Về hiện tại", view.here(luc=None))] if as_of else []
    lead = "Đã nối hệ thống chưa phải là đã dùng. Mỗi dòng là một lý do để xem lại, kèm căn cứ; không phải kết luận."
    put = [section("Đã xem xét và bỏ qua", _dismissed(board.dismissed))] if board.dismissed else []
    return page_frame("signs", *strips, page_head(head(board), _stamp(board), lead=lead), _standing(board), *put, _rules(board))


def _stamp(board: SignBoard) -> Markup:
    badges = {one.provenance: tag("span", provenance_badge(one.provenance)) for one in board.signs}
    judged = tag("span", f"{number(board.judged)} tỉnh, thành phố có số liệu")
    return tag("p", tag("span", f"Xét đến hết {date(board.through)}"), judged, *badges.values(), class_="stamp")


def _standing(board: SignBoard) -> Component:
    if not board.standing:
        nothing = (
            "Không có dấu hiệu nào đang mở." if board.judged else "Dấu hiệu sẽ hiện ở đây khi các nguồn có số liệu theo ngày, theo tháng."
        )
        return section("Dấu hiệu", empty(nothing, "" if board.judged else "Nguồn số liệu", "/nguon-so-lieu"))
    heads = [Column("Tỉnh, thành phố", css="named"), Column("Dấu hiệu"), Column("Đo được"), Column("Khi nào"), Column("Nguồn")]
    rows = [_row(one, place == 0 or board.standing[place - 1].unit != one.unit) for place, one in enumerate(board.standing)]
    count = tag("span", f"{number(len(rows))} dấu hiệu", class_="t0 i3")
    return section("Dấu hiệu", block_table(heads, rows, TITLE), beside=count)


def _row(one: FoundSign, is_first: bool) -> Row:
    place = tag("a", one.unit.name_vi, href=f"/tinh/{one.unit.key}", class_=None if is_first else "i3")
    name = joined([mark("watch"), " ", tag("a", one.rule.name_vi, href=sign_href(one.unit.key, one.rule.key))])
    again = tag("span", "có căn cứ mới sau lần bỏ qua", class_="t0 i3") if one.before is not None and one.before.dismissed else None
    source = tag("span", one.source, " ", provenance_badge(one.provenance))
    return Row((place, joined([name, " ", again]), measured(one.sign), when(one), source), searchable(one.unit.name_vi, one.rule.name_vi))


def _dismissed(signs: Sequence[FoundSign]) -> Markup:
    heads = [Column("Tỉnh, thành phố"), Column("Dấu hiệu"), Column("Lý do bỏ qua"), Column("Ai, lúc nào")]
    rows = []
    for one in signs:
        assert one.dismissal is not None
        link = tag("a", one.rule.name_vi, href=sign_href(one.unit.key, one.rule.key))
        rows.append(Row((one.unit.name_vi, link, one.dismissal.reason, f"{one.dismissal.who}, {moment(one.dismissal.at)}")))
    return block_table(heads, rows, "Dấu hiệu đã bỏ qua")


def _rules(board: SignBoard) -> Component:
    heads = [Column("Quy tắc", css="named"), Column("Nghĩa là"), Column("Xét thế nào"), Column("Căn cứ")]
    rows = [Row((tag("b", one.name_vi), one.meaning_vi, one.judged_vi, one.basis_vi)) for one in board.rules]
    note = tag("p", "Ngưỡng do hệ thống đặt trong data/signs.toml, không phải quy định của pháp luật.", class_="note")
    return section(f"{number(len(rows))} quy tắc", block_table(heads, rows, "Các quy tắc tìm dấu hiệu"), note, id="quy-tac")


PAGE = Page(key="signs", path="/dau-hieu", title="Dấu hiệu hình thức", render=render)
