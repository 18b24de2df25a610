"""Turns an address into a drawn page: for the first layout, for every step in the browser, and for the status of a deep link."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

import structlog
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.access.answers import words
from dashboard.access.roles import Kind, find_route
from dashboard.access.viewer import Viewer
from dashboard.components.frame import PRODUCT
from dashboard.errors import NoFigures, NotFound, PeriodError, StoreUnavailable, UnitAmbiguous, UnitUnknown
from dashboard.web.page import Page, View, read_query

if TYPE_CHECKING:
    from dashboard.boards import Boards

_NOT_THERE = (UnitUnknown, UnitAmbiguous, PeriodError)

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True)
class Trouble:
    """Why a page cannot be shown; `reference` leads to the line in the log, `reason` is what the boards say of what is missing.

    With the status OK nothing is wrong: the page is there, and its figures have not come yet.
    """

    status: HTTPStatus
    reference: str | None = None
    reason: str = ""

    @property
    def title(self) -> str:
        """A few words."""
        if self.status is HTTPStatus.OK:
            return "Chưa có số liệu"
        return "Không có số liệu này" if self.reason else words(self.status)[0]

    @property
    def sentence(self) -> str:
        """One sentence: the reason when there is one, else the usual words, with the reference where there is one."""
        said = f"{self.reason[:1].upper()}{self.reason[1:]}." if self.reason else words(self.status)[1]
        return f"{said} Mã lỗi: {self.reference}." if self.reference else said

    def as_component(self) -> Component:
        """The trouble as the content of a page."""
        if self.status is HTTPStatus.OK:
            said = f"{self.sentence} Trang này tự hiện số liệu khi nguồn gửi về kỳ đầu tiên."
            return _section(html.H1(self.title), said, dcc.Link("Xem các nguồn số liệu", href="/nguon-so-lieu", className="bt main"))
        head = [html.P(str(int(self.status)), className="n code"), html.H1(self.title)]
        return _section(*head, self.sentence, dcc.Link("Về tổng quan", href="/", className="bt main"))


def _section(*parts: Component | str) -> Component:
    """Head, sentence and the one step to take."""
    *head, said, step = parts
    return html.Section([*head, html.P(said, className="why"), html.P(step)], className="error")


@dataclass(frozen=True)
class Sight:
    """A page found for an address, with the view it will be given."""

    page: Page
    view: View


@dataclass(frozen=True)
class House:
    """All pages with the figures they draw from."""

    pages: tuple[Page, ...]
    boards: "Boards"

    def find(self, path: str, search: str, viewer: Viewer) -> Sight | Trouble:
        """The page of an address, when there is one and the viewer may see it."""
        route = find_route(path)
        if route is None or route.kind is not Kind.PAGE:
            return Trouble(HTTPStatus.NOT_FOUND)
        if route.permission is None or not viewer.may_somewhere(route.permission):
            return Trouble(HTTPStatus.FORBIDDEN)
        query = read_query(search)
        for page in self.pages:
            variables = page.variables(path)
            if variables is not None:
                return Sight(page, View(self.boards, viewer, {**query, **variables}, path, query))
        return Trouble(HTTPStatus.NOT_FOUND)


def title_of(sight: Sight | Trouble) -> str | Trouble:
    """The title for the browser's tab, or why there is none."""
    if isinstance(sight, Trouble):
        return sight
    title = sight.page.title
    own = title if isinstance(title, str) else supervised(sight.page.key, lambda: title(sight.view))
    return own if isinstance(own, Trouble) else f"{own} – {PRODUCT}"


def content_of(sight: Sight | Trouble) -> Component:
    """The page itself; or the trouble, worded."""
    drawn = drawing_of(sight)
    return drawn.as_component() if isinstance(drawn, Trouble) else drawn


def drawing_of(sight: Sight | Trouble) -> Component | Trouble:
    """The page itself; or why it cannot be shown."""
    return sight if isinstance(sight, Trouble) else supervised(sight.page.key, lambda: sight.page.render(sight.view))


def supervised(key: str, work: Callable[[], _T]) -> _T | Trouble:
    """Runs a page's own code; what it raises becomes a trouble, and what nobody foresaw is logged under a reference."""
    try:
        return work()
    except NoFigures as waiting:
        return Trouble(HTTPStatus.OK, reason=str(waiting).rstrip("."))
    except NotFound as missing:
        return Trouble(HTTPStatus.NOT_FOUND, reason=str(missing).rstrip("."))
    except _NOT_THERE:
        return Trouble(HTTPStatus.NOT_FOUND)
    except StoreUnavailable:
        return Trouble(HTTPStatus.SERVICE_UNAVAILABLE)
    except Exception as error:  # noqa: BLE001 — one page's fault must take neither the frame away nor reach the browser
        return Trouble(HTTPStatus.INTERNAL_SERVER_ERROR, report(error, page=key))


def report(error: BaseException, **where: str) -> str:
    """Logs an error that nobody foresaw and returns the reference under which it stands in the log."""
    reference = secrets.token_hex(4)
    _log.error("unforeseen error", reference=reference, exc_info=error, **where)
    return reference


def in_order(pages: Iterable[Page]) -> tuple[Page, ...]:
    """Pages in the order of the navigation; fixed paths are tried before ones with variables."""
    return tuple(sorted(pages, key=lambda page: ("{" in page.path, page.order, page.key)))
