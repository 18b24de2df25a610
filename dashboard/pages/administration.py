"""`/quan-tri`: the cameras by unit, each with its state, and the way to add one; who and what may come in."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from dash.development.base_component import Component

from dashboard.access.roles import Permission
from dashboard.boards.cameras import CameraBoard, Tone
from dashboard.camera import address
from dashboard.camera.states import State
from dashboard.charts.marks import Mark, mark
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.frame import Choice, page_frame, page_head, section, switch
from dashboard.components.marks import provenance_badge, stamp
from dashboard.components.rows import empty
from dashboard.components.table import Column, Row, block_table, search_field, searchable
from dashboard.formats import moment, number, sort_key
from dashboard.pages.parts.accounts import displays, people, tokens
from dashboard.pages.parts.camera_form import MODES
from dashboard.web import Page, View

TABLE: Final = "ds-camera"
_SHOWN: Final[Mapping[str, tuple[str, Callable[[CameraBoard], bool]]]] = {
    "": ("Tất cả", lambda one: True),  # noqa: ARG005
    "loi": ("Cần xem", lambda one: one.tone in ("alarm", "watch")),
    "tat": ("Đã tắt", lambda one: one.state is State.DISABLED),
    "chua": ("Chưa kết nối", lambda one: one.state is State.UNCONNECTED),
}
_MARKS: Final[Mapping[Tone, Mark]] = {"live": "live", "late": "late", "alarm": "lost", "watch": "watch", "silent": "off"}
_HEADS: Final = (
    Column("Đơn vị"),
    Column("Camera"),
    Column("Trạng thái"),
    Column("Địa chỉ", css="raw"),
    Column("Ai thấy gì"),
    Column("Vùng", css="nw"),
    Column("Sửa lần cuối"),
)


def render(view: View) -> Component:
    """Every camera, those that need a hand first by choice."""
    boards = sorted(view.boards.cameras(), key=lambda one: (sort_key(one.unit.name_vi), sort_key(one.camera.name_vi)))
    chosen = view.params.get("tt", "")
    _, is_shown = _SHOWN.get(chosen, _SHOWN[""])
    shown = [one for one in boards if is_shown(one)]
    add = tag("a", "Thêm camera", href="/quan-tri/camera-moi", class_="bt main")
    head = page_head(_sentence(boards), add, lead="Danh sách này quyết định camera nào được kéo, ai thấy gì và vùng nào được đếm.")
    tools = tag("div", search_field(TABLE, "Tìm camera", view.params.get("tim", "")), _filters(view, boards, chosen), class_="tools")
    table = block_table(_HEADS, [_row(one) for one in shown], "Các camera, theo đơn vị", TABLE) if shown else empty(_nothing(chosen))
    when = stamp(f"Lúc {moment(view.boards.now())}", "Danh sách camera của hệ thống này", "official")
    return page_frame("administration", _done(view), head, section("Camera", tools, table, beside=when), *_access(view))


def _access(view: View) -> list[Component]:
    """People, tokens and displays, for whoever may rule them."""
    return [people(view), tokens(), displays()] if view.viewer.may(Permission.MANAGE_PEOPLE) else []


def _sentence(boards: Sequence[CameraBoard]) -> str:
    """`9 camera: 2 cần xem, 1 đã tắt, 1 chưa kết nối`."""
    if not boards:
        return "Chưa có camera nào"
    found = [(sum(map(test, boards)), word.lower()) for key, (word, test) in _SHOWN.items() if key]
    parts = [f"{number(count)} {word}" for count, word in found if count]
    return f"{number(len(boards))} camera: {', '.join(parts) if parts else 'không camera nào cần sửa'}"


def _filters(view: View, boards: Sequence[CameraBoard], chosen: str) -> Markup:
    choices = [
        Choice(f"{word} ({number(sum(map(test, boards)))})", view.here(tt=key or None, luu=None), key == chosen)
        for key, (word, test) in _SHOWN.items()
    ]
    return switch(choices, "Lọc theo trạng thái")


def _nothing(chosen: str) -> str:
    return "Không có camera nào như vậy." if chosen else "Thêm camera đầu tiên, hoặc khai báo trong data/cameras.toml trước khi khởi động."


def _row(one: CameraBoard) -> Row:
    camera, href = one.camera, f"/quan-tri/camera/{one.camera.key}"
    badge = provenance_badge("simulated") if camera.provenance == "simulated" else None
    name = joined([tag("a", camera.name_vi, href=href), tag("small", camera.place_vi), badge])
    changed = moment(camera.changed_at) if camera.changed_at else ""
    cells = (
        one.unit.name_vi,
        name,
        tag("span", mark(_MARKS[one.tone], coloured=False), one.said, class_="st cam-st", data_tone=one.tone),
        _reached(one),
        _seen(one),
        _areas(one),
        joined([changed, tag("small", camera.changed_by)]),
    )
    words = searchable(one.unit.name_vi, camera.name_vi, camera.place_vi, camera.key, one.said)
    return Row(cells, words, href, css="off" if not camera.enabled else "")


def _reached(one: CameraBoard) -> Markup:
    """The address as it may be seen; a camera without one says so by its state."""
    camera = one.camera
    url = (camera.endpoint if camera.puller == "whep" else camera.url).get_secret_value()
    more = tag("small", "có luồng phụ") if camera.substream.get_secret_value() else None
    return joined([tag("span", address.shown(url) or "chưa có địa chỉ", class_="addr"), more])


def _seen(one: CameraBoard) -> Markup:
    words = dict(MODES)
    exceptions = len(one.camera.privacy_for)
    return joined([words[one.camera.privacy], tag("small", f"{exceptions} ngoại lệ theo vai trò") if exceptions else None])


def _areas(one: CameraBoard) -> Markup:
    camera = one.camera
    parts = [f"{len(camera.zones)} đếm" if camera.zones else "", f"{len(camera.masks)} che" if camera.masks else ""]
    return joined([", ".join(part for part in parts if part) or "chưa vẽ"])


def _done(view: View) -> Markup | None:
    """What came of the form that led here: `?luu=<camera>`, `?xoa=<camera>`."""
    saved, deleted = view.params.get("luu"), view.params.get("xoa")
    if deleted:
        return tag(
            "div", tag("p", f"Đã xóa camera {deleted[:60]}. Người đang xem được báo trong vài giây."), class_="outcome", role="status"
        )
    known = {one.camera.key: one.camera for one in view.boards.cameras()}
    if saved in known:
        does = "làm theo" if known[saved].enabled else "ngừng kéo hình của camera đang tắt này"
        words = f"Đã lưu camera {known[saved].name_vi}. Các máy chuyển tiếp {does} trong vài giây."
        return tag("div", tag("p", words), class_="outcome", role="status")
    return None


PAGE = Page(key="administration", path="/quan-tri", title="Quản trị", render=render, nav="Quản trị", order=90)
