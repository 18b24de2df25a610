"""The Dash program: one layout, one callback that follows the address, and nothing told to browsers that they do not need."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import dash
from dash import Dash, Input, Output, html
from dash.backends._fastapi import get_current_request
from dash.development.base_component import Component

from dashboard.access.viewer import current_viewer
from dashboard.web.drawing import House, Trouble, content_of, report, title_of
from dashboard.web.frame import ADDRESS, CONTENT, NAVIGATION, TITLE, TROUBLE, navigation, screen
from dashboard.web.shims import Backend, log_errors

_SECRETS_OF_DASH = (
    "dash_version",
    "python_version",
    "dash_version_url",
    "ddk_version",
    "plotly_version",
    "plotly_cloud_installed",
    "end_id",
)

_SHOW_TITLE = "function(title){if(title){document.title=title;}}"


class Program(Dash):
    """Dash with a configuration that tells no versions, and no token for background callbacks, which do not exist here."""

    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = super()._config()  # type: ignore[no-untyped-call]
        return {name: value for name, value in config.items() if name not in _SECRETS_OF_DASH}


def make_program(house: House, assets_folder: str) -> Program:
    """The program over all pages; not yet started up (shims.start_up)."""
    program = Program(
        "dashboard",
        backend=Backend,
        assets_folder=assets_folder,
        assets_ignore=r"^(vendor-|wall\.)",
        pages_folder="",
        use_pages=False,
        suppress_callback_exceptions=True,
        update_title="",
        enable_mcp=False,
        add_log_handler=False,
        on_error=log_errors(report, _show_trouble),
    )
    program.layout = lambda: _layout(house)
    _follow_address(program, house)
    return program


def _layout(house: House) -> Component:
    """The whole screen. The renderer asks for it from the page's own address, so the first page is drawn in the same answer.

    Without a Referer the screen comes empty; the address component then reports where the browser is, and the callback draws.
    """
    asked = _asked_from()
    if asked is None:
        return screen(None, None, None, None)
    path, search = asked
    viewer = current_viewer()
    return screen(path, search, navigation(house.pages, viewer, path), content_of(house.find(path, search, viewer)))


def _asked_from() -> tuple[str, str] | None:
    if not dash.get_app().backend.has_request_context():
        return None  # Dash validates the layout once at start-up
    headers = get_current_request().headers
    page = urlsplit(headers.get("referer", ""))
    if page.netloc != headers.get("host"):
        return None
    return page.path, "?" + page.query if page.query else ""


def _follow_address(program: Program, house: House) -> None:
    @program.callback(
        Output(CONTENT, "children"),
        Output(NAVIGATION, "children"),
        Output(TITLE, "data"),
        Output(TROUBLE, "children"),
        Input(ADDRESS, "pathname"),
        Input(ADDRESS, "search"),
        prevent_initial_call=True,
    )
    async def follow(pathname: str | None, search: str | None) -> tuple[Component, Component, str, None]:
        # Defect 3: whatever runs in the callback itself stops every other request of this process.
        return await asyncio.to_thread(_draw, house, pathname or "/", search or "")

    program.clientside_callback(_SHOW_TITLE, Input(TITLE, "data"), prevent_initial_call=True)  # type: ignore[no-untyped-call]


def _draw(house: House, path: str, search: str) -> tuple[Component, Component, str, None]:
    viewer = current_viewer()
    sight = house.find(path, search, viewer)
    title = title_of(sight)
    content = title.as_component() if isinstance(title, Trouble) else content_of(sight)
    return content, navigation(house.pages, viewer, path), title.title if isinstance(title, Trouble) else title, None


def _show_trouble(reference: str) -> None:
    sentence = f"Thao tác vừa rồi chưa thực hiện được. Lỗi đã được ghi lại, mã {reference}."
    dash.set_props(TROUBLE, {"children": html.P(sentence)})
