"""The Dash program: one layout, one callback that follows the address, and nothing told to browsers that they do not need."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

import dash
from dash import Dash, Input, Output, html
from dash.backends._fastapi import get_current_request
from dash.development.base_component import Component

from dashboard.access.viewer import current_viewer
from dashboard.errors import StoreUnavailable
from dashboard.store.reading import reading
from dashboard.web.content import described
from dashboard.web.drawing import House, Sight, Trouble, content_of, report, title_of
from dashboard.web.frame import ADDRESS, CONTENT, NAVIGATION, STANDING, TITLE, TROUBLE, Drawn, navigation, screen
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
        return screen(None, None, Drawn())
    path, search = asked
    return screen(path, search, _drawn(house, path, search, house.find(path, search, current_viewer())))


def _drawn(house: House, path: str, search: str, sight: Sight | Trouble) -> Drawn:
    """The page with its masthead, and what it stands on; nothing is known of that while the database was never there."""
    menu = navigation(house.pages, current_viewer(), path)
    try:
        versions = house.boards.versions()
    except StoreUnavailable:
        return Drawn(menu, content_of(sight))
    with reading() as read:
        content = content_of(sight)
    return Drawn(menu, content, json.dumps(described(house.boards.standing(read, versions), path + search)))


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
        Output(CONTENT, STANDING),
        Output(NAVIGATION, "children"),
        Output(TITLE, "data"),
        Output(TROUBLE, "children"),
        Input(ADDRESS, "pathname"),
        Input(ADDRESS, "search"),
        prevent_initial_call=True,
    )
    async def follow(pathname: str | None, search: str | None) -> tuple[Component | None, str, Component | None, str, None]:
        # Defect 3: whatever runs in the callback itself stops every other request of this process.
        return await asyncio.to_thread(_draw, house, pathname or "/", search or "")

    program.clientside_callback(_SHOW_TITLE, Input(TITLE, "data"), prevent_initial_call=True)  # type: ignore[no-untyped-call]


def _draw(house: House, path: str, search: str) -> tuple[Component | None, str, Component | None, str, None]:
    sight = house.find(path, search, current_viewer())
    title = title_of(sight)
    drawn = _drawn(house, path, search, title if isinstance(title, Trouble) else sight)
    return drawn.content, drawn.standing, drawn.menu, title.title if isinstance(title, Trouble) else title, None


def _show_trouble(reference: str) -> None:
    sentence = f"Thao tác vừa rồi chưa thực hiện được. Lỗi đã được ghi lại, mã {reference}."
    dash.set_props(TROUBLE, {"children": html.P(sentence)})
