"""Who and what may come in: people, tokens, displays. `assets/people.js` fills the lists from `/api/v1`, so that no page keeps them."""

from collections.abc import Sequence
from typing import Final

from dash.development.base_component import Component

from dashboard.charts.markup import Markup, Part, tag
from dashboard.components.frame import section
from dashboard.formats import sort_key
from dashboard.web import View

ROLES: Final = (
    ("administrator", "Quản trị"), ("working_group", "Tổ công tác"), ("leader", "Lãnh đạo"), ("province", "Tỉnh: nộp báo cáo"),
    ("province_approver", "Tỉnh: nộp và duyệt báo cáo"),
)  # fmt: skip
SCOPES: Final = (
    ("read", "đọc số liệu"), ("cameras", "xem camera"), ("manage_cameras", "quản camera"), ("metrics", "số đo của máy"),
    ("hand_in", "nộp báo cáo"), ("approve", "duyệt báo cáo"),
)  # fmt: skip


def people(view: View) -> Component:
    """Accounts, and the form of a new one."""
    provinces = sorted(view.boards.units.of_tier("province", view.boards.today()), key=lambda one: sort_key(one.name_vi))
    fields = [
        _entry("username", "Tên đăng nhập"),
        _entry("name", "Tên trên màn hình"),
        _choice("role", "Vai trò", ROLES),
        _choice("unit", "Đơn vị, với tài khoản tỉnh", [("", "Không"), *((one.key, one.name_vi) for one in provinces)]),
    ]
    return section("Người dùng", _list("people"), _form("people", "Thêm người dùng", fields))


def tokens() -> Component:
    """Tokens of machines, and the form of a new one."""
    boxes = [
        tag("label", tag("input", type="checkbox", name="scopes", value=key), tag("span", f"{key}: {word}"), class_="box")
        for key, word in SCOPES
    ]
    feed = _entry("feed", "Nguồn được đẩy số liệu, như document_axis")
    fields = [
        _entry("name", "Máy nào, việc gì"), _entry("username", "Thay mặt người dùng, nếu có"), feed,
        tag("div", tag("span", "Được làm gì", class_="t1 i2"), tag("div", *boxes, class_="boxes"), _wrong("scopes"), class_="field1 wide"),
    ]  # fmt: skip
    return section("Mã truy cập của máy", _list("tokens"), _form("tokens", "Cấp mã truy cập", fields))


def displays() -> Component:
    """Displays of walls, and the pairing of one that shows a code."""
    fields = [_entry("code", "Mã đang hiện trên màn hình"), _entry("name", "Tên màn hình, nếu muốn")]
    return section("Màn hình tường", _list("displays"), _form("displays", "Ghép màn hình", fields))


def _list(kind: str) -> Markup:
    return tag("div", tag("p", "Đang tải…", class_="note"), data_accounts=kind, data_keeps="", id=f"ds-{kind}")


def _form(kind: str, verb: str, fields: Sequence[Part]) -> Markup:
    said = tag("div", "", class_="outcome", role="alert", data_said="", hidden=True)
    act = tag("div", tag("button", verb, type="submit", class_="bt"), class_="acts wide")
    inside = tag("div", *fields, act, class_="fields")
    form = tag("form", said, inside, class_="camform", data_account_form=kind, data_keeps="", id=f"moi-{kind}", novalidate=True)
    return tag("details", tag("summary", verb), form, class_="days")


def _entry(name: str, label: str) -> Markup:
    entry = tag("input", type="text", name=name, maxlength=120, autocomplete="off", spellcheck="false")
    return tag("div", tag("label", tag("span", label), entry, class_="inside"), _wrong(name), class_="field1")


def _choice(name: str, label: str, choices: Sequence[tuple[str, str]]) -> Markup:
    options = [tag("option", word, value=key) for key, word in choices]
    return tag("div", tag("label", tag("span", label), tag("select", *options, name=name), class_="inside"), _wrong(name), class_="field1")


def _wrong(name: str) -> Markup:
    return tag("span", "", class_="error", data_wrong=name)
