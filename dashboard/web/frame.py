"""What stands around every page: the address, the masthead with its navigation, the place for the page."""

from collections.abc import Iterable
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.access.roles import Role, find_route
from dashboard.access.viewer import Viewer
from dashboard.components.frame import NavItem, masthead
from dashboard.web.page import Page

ADDRESS, CONTENT, NAVIGATION, TITLE, TROUBLE = "dia-chi", "trang", "dieu-huong", "tieu-de", "su-co"


STANDING = "data-standing"
"""Attribute of the content: what it stands on, for `assets/signal.js` to compare with what it hears."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is put into the screen: masthead, content, and what the content stands on."""

    menu: Component | None = None
    content: Component | None = None
    standing: str = ""


def screen(path: str | None, search: str | None, drawn: Drawn) -> Component:
    """The whole screen; with a path the browser's address component is told where it is and stays silent."""
    where = {} if path is None else {"pathname": path, "search": search}
    content = html.Main(drawn.content, id=CONTENT)
    setattr(content, STANDING, drawn.standing)  # Dash's types do not know attributes with a dash
    return html.Div(
        [
            dcc.Location(id=ADDRESS, refresh="callback-nav", **where),
            dcc.Store(id=TITLE),
            html.A("Đến nội dung", href=f"#{CONTENT}", className="skip"),
            html.Header(drawn.menu, id=NAVIGATION),
            html.Div(id=TROUBLE, role="alert"),
            content,
        ]
    )


_ROLES = {
    Role.ADMINISTRATOR: "Quản trị",
    Role.WORKING_GROUP: "Tổ công tác",
    Role.LEADER: "Lãnh đạo",
    Role.PROVINCE: "Tỉnh, thành phố",
    Role.PROVINCE_APPROVER: "Tỉnh, thành phố · duyệt",
}


def navigation(pages: Iterable[Page], viewer: Viewer, path: str) -> Component:
    """The masthead: the pages that the viewer may open, the present one marked, and the way out."""
    words = [NavItem(page.nav, page.path, page.path == path) for page in pages if page.nav is not None and _may_open(viewer, page)]
    return masthead(words, viewer.display_name, _ROLES.get(viewer.role, "") if viewer.role else "")


def _may_open(viewer: Viewer, page: Page) -> bool:
    route = find_route(page.path)
    return route is not None and route.permission is not None and viewer.may_somewhere(route.permission)
