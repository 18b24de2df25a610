"""`/dau-hieu/<unit>/<rule>`: one sign: what was seen and where it is recorded, how it was judged, what somebody said to it."""

from datetime import date as Day

from dash.development.base_component import Component

from dashboard.access.roles import Permission
from dashboard.boards.signs import FoundSign
from dashboard.charts.markup import Markup, tag
from dashboard.components.drawing import Node
from dashboard.components.frame import columns, page_frame, page_head, section
from dashboard.components.marks import stamp
from dashboard.components.rows import empty, facts, late_strip
from dashboard.components.table import Column, Row, data_table
from dashboard.declared import SignRule
from dashboard.errors import NotFound
from dashboard.formats import date, moment, number
from dashboard.pages.parts.asked import instant_asked
from dashboard.pages.parts.signs import LIST, NBSP, measured, sign_href, trace_link, trace_words, when
from dashboard.units import Unit
from dashboard.web import Page, View

REASON_LONGEST = 500
TROUBLES = {"ly-do": f"Hãy viết lý do, nhiều nhất {REASON_LONGEST} ký tự.", "doi": "Căn cứ vừa thay đổi: hãy đọc lại rồi quyết định."}
"""What was wrong with the form, by the word that stands in the address."""


def render(view: View) -> Component:
    """The evidence at the left; the rule and the words of people at the right. A sign that is gone says so."""
    rule, unit = view.boards.catalog.signs.get(view.params["rule"]), view.boards.units.get(view.params["unit"])
    if rule is None:
        raise NotFound(f"không có quy tắc “{view.params['rule']}”")
    board = view.boards.signs(instant_asked(view))
    one = board.find(rule.key, unit.key)
    if one is None:
        return _gone(view, rule, unit, board.through)
    trouble = TROUBLES.get(view.params.get("loi", ""))
    strips = [late_strip("Chưa ghi được.", trouble)] if trouble else []
    place = tag("a", "Trang của tỉnh", href=f"/tinh/{unit.key}", class_="t0")
    when_and_whence = stamp(when(one), one.source, one.provenance)
    return page_frame("sign", *strips, page_head(_head(one), when_and_whence, place, lead=rule.meaning_vi), _columns(view, one))


def title(view: View) -> str:
    """For the browser's tab. Raises UnitUnknown, NotFound."""
    rule = view.boards.catalog.signs.get(view.params["rule"])
    if rule is None:
        raise NotFound(f"không có quy tắc “{view.params['rule']}”")
    return f"{view.boards.units.get(view.params['unit']).name_vi}: {rule.short_vi.lower()}"


def _gone(view: View, rule: SignRule, unit: Unit, through: Day) -> Component:
    """The rule finds nothing there: not yet, or no more."""
    indicator = view.boards.catalog.indicator(rule.figure)
    judged = stamp(f"Xét đến hết {date(through)}", view.boards.freshness(indicator)[1].publisher, view.boards.provenance(indicator))
    nothing = empty(f"Quy tắc này không tìm thấy gì ở {unit.full_name_vi}, xét đến hết {date(through)}.", "Mọi dấu hiệu", LIST)
    return page_frame("sign", page_head(f"{unit.name_vi}: {rule.name_vi[0].lower()}{rule.name_vi[1:]}", judged), nothing)


def _head(one: FoundSign) -> str:
    """`Huế: những ngày cuối kỳ gấp 19,2 lần phần chia đều; ngưỡng 4 lần`."""
    said = measured(one.sign)
    return f"{one.unit.name_vi.replace(' ', NBSP)}: {said[0].lower()}{said[1:]}"


def _columns(view: View, one: FoundSign) -> Component:
    right: list[Node] = [_rule(one), *_words(one), *_form(view, one)]
    return columns("halves", [_evidence(one)], right)


def _evidence(one: FoundSign) -> Component:
    rows = [Row((trace.period.short_vi, trace_words(one, trace), trace_link(trace))) for trace in one.traces]
    table = data_table(
        [Column("Kỳ"), Column("Thấy", True), Column("Đi tới bản ghi")], rows, f"Căn cứ của dấu hiệu {one.rule.short_vi.lower()}"
    )
    note = tag("p", "Mỗi căn cứ mở tới phép tính, các số liệu đã cộng, lần nhận và bản ghi gốc.", class_="note")
    return section(f"{number(len(rows))} căn cứ", table, note)


def _rule(one: FoundSign) -> Component:
    rule = one.rule
    return section(
        "Quy tắc", facts([("Tên", rule.name_vi), ("Nghĩa là", rule.meaning_vi), ("Xét thế nào", rule.judged_vi), ("Căn cứ", rule.basis_vi)])
    )


def _words(one: FoundSign) -> list[Node]:
    """What somebody said to it, and whether that still holds."""
    word = one.dismissal or one.before
    if word is None:
        return []
    if not word.dismissed:
        state = "Đã mở lại"
    elif one.dismissal is not None:
        state = f"Đã bỏ qua; trở lại khi có căn cứ mới sau {date(word.through)}"
    else:
        state = f"Từng bỏ qua với căn cứ đến {date(word.through)}; nay có căn cứ mới"
    return [section("Xem xét", facts([("Trạng thái", state), ("Lý do", word.reason), ("Ai, lúc nào", f"{word.who}, {moment(word.at)}")]))]


def _form(view: View, one: FoundSign) -> list[Node]:
    if not view.viewer.may(Permission.DISMISS_SIGNS) or instant_asked(view) is not None:
        return []
    verb, words, act = ("Bỏ qua dấu hiệu này", "Bỏ qua", "bo-qua") if one.dismissal is None else ("Mở lại dấu hiệu này", "Mở lại", "mo-lai")
    field = tag("textarea", "", id="ly-do", name="ly_do", maxlength=REASON_LONGEST, required=True, rows=3)
    hidden = tag("input", type="hidden", name="den", value=one.through.isoformat())
    form: Markup = tag(
        "form",
        tag("p", tag("label", "Lý do, ai cũng đọc được", for_="ly-do"), field, class_="field1"),
        hidden,
        tag("div", tag("button", words, type="submit", class_="bt main"), class_="acts"),
        action=f"{sign_href(one.unit.key, one.rule.key)}/{act}",
        method="post",
        class_="newgroup",
    )
    return [section(verb, form)]


PAGE = Page(key="sign", path="/dau-hieu/{unit}/{rule}", title=title, render=render)
