"""`/quan-tri/camera-moi`: the form of a camera that there is not yet."""

from dash.development.base_component import Component

from dashboard.charts.markup import tag
from dashboard.components.frame import columns, page_frame, page_head, section
from dashboard.pages.parts.camera_form import form, picture
from dashboard.web import Page, View


def render(view: View) -> Component:
    """An empty form; the picture comes with the first try."""
    lead = "Điền địa chỉ, thử kết nối để thấy hình, rồi vẽ vùng che và vùng đếm trên hình ấy."
    head = page_head("Thêm camera", tag("a", "Mọi camera", href="/quan-tri"), lead=lead)
    return page_frame("camform", head, columns("halves", [section("Khai báo", form(view, None))], [section("Hình và vùng", picture(None))]))


PAGE = Page(key="camera_new", path="/quan-tri/camera-moi", title="Thêm camera", render=render)
