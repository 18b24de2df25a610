"""`/camera`: one hall large; every other one by region, as a still that is ten seconds old, which plays while it is looked at."""

from dash.development.base_component import Component

from dashboard.boards.cameras import CameraBoard
from dashboard.charts.markup import Markup, tag
from dashboard.components.camera import Sought, finder, keys, large, mosaic, tile
from dashboard.components.drawing import Node
from dashboard.components.frame import columns, page_frame, page_head, section
from dashboard.components.marks import provenance_badge, stamp
from dashboard.components.rows import empty
from dashboard.components.sentences import names
from dashboard.errors import NotFound
from dashboard.formats import moment, number
from dashboard.observations import Provenance
from dashboard.pages.parts.cameras import visible, watcher
from dashboard.web import Page, View

CHOSEN, WORDS, PLACE, TONE = "chon", "tim", "noi", "trangthai"


def render(view: View) -> Component:
    """The chosen camera large, all of them as tiles. Raises NotFound for one that the viewer may not see or that is not there."""
    boards = visible(view)
    simulated = [one.camera.provenance == "simulated" for one in boards]
    provenance: Provenance = "simulated" if simulated and all(simulated) else "official"
    when = stamp(f"Lúc {moment(view.boards.now())}", "Hệ thống camera của trung tâm", provenance)
    if not boards:
        return page_frame(
            "camera", page_head("Chưa có camera nào cho đơn vị của bạn", when), empty("Danh sách camera ở data/cameras.toml.")
        )
    chosen = _chosen(view, boards)
    sought = Sought(*(view.query.get(name, "") for name in (WORDS, PLACE, TONE)))
    tiles = [(one, tile(one, view.here(chon=one.camera.key), is_chosen=one is chosen)) for one in boards]
    badge = provenance_badge("simulated", "Mô phỏng") if any(simulated) else None
    who = watcher(view)
    left: list[Node] = [section(chosen.camera.name_vi, large(chosen, who), beside=_to_province(chosen))]
    right: list[Node] = [section("Mọi camera", finder(boards, sought), mosaic(tiles, who), _note(), keys(), beside=badge)]
    return page_frame("camera", page_head(head(boards), when), columns("halves", left, right))


def head(boards: tuple[CameraBoard, ...]) -> str:
    """`8 camera: Cao Bằng mất tín hiệu, Sơn La chưa phát được, 1 chưa kết nối`."""
    lost = [one.camera.name_vi for one in boards if one.tone == "alarm"]
    unplayable = [one.camera.name_vi for one in boards if one.tone == "watch"]
    unconnected = [one.camera.name_vi for one in boards if not one.camera.is_connected and one.tone == "silent"]
    parts = [f"{names(lost)} mất tín hiệu"] if lost else []
    parts += [f"{names(unplayable)} chưa phát được"] if unplayable else []
    parts += [f"{names(unconnected)} chưa kết nối"] if unconnected else []
    return f"{number(len(boards))} camera: {', '.join(parts) if parts else 'không camera nào báo lỗi'}"


def _chosen(view: View, boards: tuple[CameraBoard, ...]) -> CameraBoard:
    wanted = view.params.get(CHOSEN)
    if wanted is None:
        return next((one for one in boards if one.tone in ("live", "late")), boards[0])
    found = next((one for one in boards if one.camera.key == wanted), None)
    if found is None:
        raise NotFound(f"không có camera “{wanted}” trong phạm vi được xem")
    return found


def _to_province(one: CameraBoard) -> Markup:
    return tag("a", f"Số liệu của {one.unit.name_vi}", href=f"/tinh/{one.unit.key}", class_="t0")


def _note() -> Markup:
    return tag(
        "p",
        "Ảnh tĩnh làm mới mỗi 10 giây khi ô ở trong tầm nhìn. Đưa chuột hay phím tới một ô để xem trực tiếp, chọn để xem lớn.",
        class_="note",
    )


PAGE = Page(key="camera", path="/camera", title="Camera", render=render, nav="Camera", order=60)
