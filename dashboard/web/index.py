"""The first HTML of every page: put together once at start-up; only the title differs."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from pathlib import Path

from dash import Dash
from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse

from dashboard.access.answers import page as answer_page
from dashboard.access.viewer import current_viewer
from dashboard.web.drawing import House, Trouble, title_of
from dashboard.web.static import Static

_META = (
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark">'
)

# The layout and the list of callbacks are fetched while the scripts are still being parsed; so are the fonts that every page uses, which
# browsers would ask for only when the first text stands there (what is preloaded and not used draws a warning into the console).
_FONTS = ("be-vietnam-pro-400", "be-vietnam-pro-500", "be-vietnam-pro-600", "inter-400")
_AHEAD = "".join(
    f'<link rel="preload" href="{path}" as="fetch" crossorigin="anonymous">' for path in ("/_dash-layout", "/_dash-dependencies")
) + "".join(f'<link rel="preload" href="/assets/fonts/{name}.woff2" as="font" type="font/woff2" crossorigin>' for name in _FONTS)

# In the head instead of among the others: whoever chose a theme unlike the system's never sees the wrong ground.
_THEME = re.compile(r'<script src="/assets/theme\.js[^>]*></script>')

# Our own files, as Dash names them.
_STYLES = re.compile(r'<link[^>]*href="(?P<address>/assets/[^"?]+)(?P<query>[^"]*)"[^>]*>\n?')
_SCRIPTS = re.compile(r'<script src="(?P<address>/assets/[^"?]+)(?P<query>[^"]*)"></script>\n?')

# The deprecated table, which no page uses, and what browsers of before 2018 would need to run Dash at all.
_NOT_NEEDED = re.compile(r'<script src="[^"]*/(?:dash_table/bundle|deps/polyfill@)[^"]*"></script>\n?')

# The renderer says "Loading..." in English until the layout is there.
_STYLE = "<style>._dash-loading{visibility:hidden}</style>"


@dataclass(frozen=True)
class Index:
    """The HTML before and after the title."""

    head: str
    rest: str

    def html(self, title: str) -> str:
        """The document with that title."""
        return f"{self.head}{escape(title)}{self.rest}"


def make_index(program: Dash, static: Static) -> Index:
    """The document of a program that has been started up; its own styles and scripts are one file each, named by their content's hash."""
    styles = _joined(program._generate_css_dist_html(), _STYLES, static)
    scripts = _joined(_THEME.sub("", _NOT_NEEDED.sub("", program._generate_scripts_html())), _SCRIPTS, static)
    icon = next((name for name in ("favicon.svg", "favicon.ico") if (Path(program.config.assets_folder) / name).exists()), None)
    link = f'<link rel="icon" href="{static.fingerprint("/assets/" + icon)}">' if icon else '<link rel="icon" href="data:,">'
    head = f'<!doctype html><html lang="vi" data-theme="auto"><head>{_META}<title>'
    body = f'<div id="react-entry-point"></div>{program._generate_config_html()}{scripts}{program._generate_renderer()}'
    theme = f'<script src="{static.fingerprint("/assets/theme.js")}"></script>'
    return Index(head, f"</title>{link}{theme}{_AHEAD}{_STYLE}{styles}</head><body>{body}</body></html>")


def _joined(html: str, ours: re.Pattern[str], static: Static) -> str:
    """One tag in the place of the first of ours."""
    tags = list(ours.finditer(html))
    if not tags:
        return html
    address = static.join([tag["address"] for tag in tags])
    one = tags[0][0].replace(tags[0]["address"] + tags[0]["query"], address)
    return html[: tags[0].start()] + one + ours.sub("", html[tags[0].end() :])


def add_pages(server: FastAPI, index: Index, house: House) -> None:
    """A route for every page, so that whatever is not a page is a real 404 (defect 8)."""
    for page in house.pages:
        server.add_api_route(page.path, _handler(index, house), methods=["GET"], include_in_schema=False, response_class=HTMLResponse)


def _handler(index: Index, house: House) -> Callable[[Request], Awaitable[HTMLResponse]]:
    async def show(request: Request) -> HTMLResponse:
        raw_path, search = request.url.path, request.url.query
        sight = house.find(raw_path, search, current_viewer())
        title = await asyncio.to_thread(title_of, sight)
        if isinstance(title, Trouble) and title.status is not HTTPStatus.OK:
            return answer_page(title.status, title.sentence, title=title.title)
        return HTMLResponse(index.html(title.title if isinstance(title, Trouble) else title))

    return show
