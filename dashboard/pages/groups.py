"""`/nhom`: the groups of units that there are, and the form that saves one."""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.access.roles import Permission
from dashboard.boards.groups import MOST_UNITS, NAME_LONGEST, UnitGroup
from dashboard.charts.markup import Markup, tag
from dashboard.components.frame import columns, page_frame, page_head, section
from dashboard.components.rows import empty, late_strip
from dashboard.components.sentences import capital, count_word
from dashboard.formats import date, number
from dashboard.units import Unit
from dashboard.web import Page, View

SAVE = "/nhom/luu"

TROUBLES = {
    "ten": f"Hãy đặt tên cho nhóm, nhiều nhất {NAME_LONGEST} ký tự.",
    "trung": "Bạn đã có một nhóm tên này. Hãy đặt tên khác.",
    "don-vi": f"Hãy chọn từ một đến {MOST_UNITS} tỉnh, thành phố.",
}
"""What was wrong with the form, by the word that stands in the address."""


def render(view: View) -> Component:
    """Lists at the left, the form at the right."""
    groups = view.boards.groups(view.viewer.person_id)
    declared, saved, regions = ([one for one in groups if one.kind == kind] for kind in ("declared", "saved", "region"))
    trouble = TROUBLES.get(view.params.get("loi", ""))
    strips = [late_strip("Chưa lưu được.", trouble)] if trouble else []
    lists = [
        section("Cuộc họp, đoàn công tác", _list(view, declared)),
        section("Nhóm đã lưu", _list(view, saved) if saved else empty("Chưa có nhóm nào được lưu.")),
        section("Vùng", _list(view, regions)),
    ]
    head = page_head(
        _head(groups), _stamp(view), lead="So sánh vài tỉnh, thành phố cạnh nhau: điều đã nêu, chỉ tiêu, mục tiêu và thời hạn."
    )
    return page_frame("groups", *strips, head, columns("halves", lists, [section("Lập nhóm mới", _form(view))]))


def _head(groups: Sequence[UnitGroup]) -> str:
    """`Chín nhóm đơn vị để so sánh`."""
    return f"{capital(count_word(len(groups)))} nhóm đơn vị để so sánh"


def _stamp(view: View) -> Markup:
    today = view.boards.today()
    count = len(view.boards.units.of_tier("province", today))
    return tag("p", tag("span", f"Địa giới ngày {date(today)}"), tag("span", f"{number(count)} tỉnh, thành phố"), class_="stamp")


def _list(view: View, groups: Sequence[UnitGroup]) -> Markup:
    return tag("ul", *[_line(view, one) for one in groups], class_="groups")


def _line(view: View, one: UnitGroup) -> Markup:
    whose = ""
    if one.kind == "saved":
        mine = one.owner_id == view.viewer.person_id
        whose = ("của bạn" if mine else one.owner) + (", chung cho mọi người" if one.shared else ", riêng")
    names = ", ".join(unit.name_vi for unit in one.units)
    under = tag("span", f"{names}. {capital(whose)}" if whose else names, class_="t1 i2")
    return tag("li", tag("a", one.name, href=f"/nhom/{one.key}"), under, _remover(view, one))


def _remover(view: View, one: UnitGroup) -> Markup | None:
    may = one.kind == "saved" and (one.owner_id == view.viewer.person_id or view.viewer.may(Permission.REMOVE_GROUPS))
    if not may:
        return None
    button = tag("button", "Xóa", type="submit", class_="bt quiet", aria_label=f"Xóa nhóm {one.name}")
    return tag("form", button, action=f"/nhom/{one.key}/xoa", method="post")


def _form(view: View) -> Markup:
    """Plain HTML: it works without script, and the gate refuses what another site sends."""
    chosen = set(view.params.get("chon", "").split(","))
    name = tag(
        "input", id="ten-nhom", name="ten", maxlength=NAME_LONGEST, required=True, autocomplete="off", value=view.params.get("ten") or None
    )
    today = view.boards.today()
    regions = view.boards.units.of_tier("region", today)
    boxes = [_region(region, view.boards.units.of_tier("province", today, region.key), chosen) for region in regions]
    share = _box("chung", "1", "Chung cho mọi người", checked=False) if view.viewer.may(Permission.SHARE_GROUPS) else None
    return tag(
        "form",
        tag("p", tag("label", "Tên nhóm", for_="ten-nhom"), name, class_="field1"),
        *boxes,
        tag("div", share, tag("button", "Lưu nhóm", type="submit", class_="bt main"), class_="acts"),
        action=SAVE,
        method="post",
        class_="newgroup",
    )


def _region(region: Unit, provinces: Sequence[Unit], chosen: set[str]) -> Markup:
    boxes = [_box("don_vi", one.key, one.name_vi, checked=one.key in chosen) for one in provinces]
    return tag("fieldset", tag("legend", region.name_vi), tag("div", *boxes, class_="boxes"))


def _box(name: str, value: str, words: str, *, checked: bool) -> Markup:
    return tag("label", tag("input", type="checkbox", name=name, value=value, checked=checked), tag("span", words), class_="box")


PAGE = Page(key="groups", path="/nhom", title="Nhóm", render=render, nav="Nhóm", order=35)
