"""`/quan-tri/camera/<camera>`: one camera's form beside its picture."""

from dash.development.base_component import Component

from dashboard.charts.markup import tag
from dashboard.components.frame import columns, page_frame, page_head, section
from dashboard.components.marks import stamp
from dashboard.formats import moment
from dashboard.pages.parts.camera_form import form, picture
from dashboard.web import Page, View


def render(view: View) -> Component:
    """The form as the camera is kept. Raises NotFound."""
    camera = view.boards.camera(view.params["camera"])
    back = tag("a", "Mọi camera", href="/quan-tri")
    changed = stamp(f"Sửa lúc {moment(camera.changed_at)}", camera.changed_by, camera.provenance) if camera.changed_at else tag("p")
    head = page_head(f"Camera {camera.name_vi}", changed, back, lead=camera.place_vi)
    return page_frame(
        "camform", head, columns("halves", [section("Khai báo", form(view, camera))], [section("Hình và vùng", picture(camera))])
    )


def title(view: View) -> str:
    """For the browser's tab. Raises NotFound."""
    return f"Camera {view.boards.camera(view.params['camera']).name_vi}"


PAGE = Page(key="camera_row", path="/quan-tri/camera/{camera}", title=title, render=render)
