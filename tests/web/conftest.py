"""A small program of three pages over a fresh database, served over a socket."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog
from dash import dcc, html
from dash.development.base_component import Component
from fastapi import APIRouter
from starlette.types import ASGIApp

from dashboard import web
from dashboard.access.roles import Role
from dashboard.access.viewer import current_viewer
from dashboard.boards import Boards
from dashboard.boards.desk import Desk
from dashboard.catalog import Catalog
from dashboard.errors import NotFound
from dashboard.settings import CHECKOUT, Settings
from dashboard.store import Store
from dashboard.store.raw import RawStore
from dashboard.units import UnitRegistry
from dashboard.web import Page, View
from tests.loaded import feeds
from tests.web.running import ACCOUNTS, open_accounts, served, signed_in

structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])


def overview(view: View) -> Component:
    """A page that says who looks."""
    return html.Div([html.H1("Tổng quan"), html.P(view.viewer.display_name), dcc.Link("An Giang", href="/tinh/an_giang_2025")])


def province(view: View) -> Component:
    """A page with a variable in its address."""
    if view.params["unit"] == "broken":
        raise ZeroDivisionError("a secret of the machine")
    return html.Div([html.H1(province_title(view)), html.P(view.here(ky="2025-10"))])


def province_title(view: View) -> str:
    """The name of the province; raises UnitUnknown."""
    return "Hỏng" if view.params["unit"] == "broken" else view.boards.units.get(view.params["unit"]).name_vi


PAGES = (
    Page("overview", "/", "Tổng quan", overview, "Tổng quan", 1),
    Page("province", "/tinh/{unit}", province_title, province),
)


def api() -> APIRouter:
    """A router as the API room hands one in."""
    routes = APIRouter()

    @routes.get("/api/v1/units")
    def units() -> dict[str, str]:
        return {"viewer": current_viewer().username}

    @routes.get("/api/v1/rankings/{ranking}")
    def ranking(ranking: str) -> dict[str, str]:
        if ranking == "none":
            raise NotFound(f"ranking {ranking}: there is none")
        raise ZeroDivisionError("a secret of the machine")

    return routes


@pytest.fixture(scope="session")
def units() -> UnitRegistry:
    """The units of data/."""
    return UnitRegistry.load(CHECKOUT / "data" / "units")


@pytest.fixture
def boards(store: Store, units: UnitRegistry, tmp_path: Path) -> Boards:
    """Boards over an empty database."""
    return Boards(Desk(store, RawStore(tmp_path / "raw"), units, Catalog.load(CHECKOUT / "data"), frozenset(), feeds=feeds()))


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with one folder for all tests, so that files are pressed once."""
    return Settings.model_validate({"var_dir": tmp_path_factory.mktemp("web")})


@pytest.fixture
def app(settings: Settings, store: Store, boards: Boards) -> ASGIApp:
    """The program."""
    return web.build(settings, store, boards, PAGES, [api()])


@pytest.fixture
def base(app: ASGIApp, store: Store) -> Iterator[str]:
    """Where the program is served; there is one account a role."""
    open_accounts(store)
    with served(app) as address:
        yield address


@pytest.fixture
def leader(base: str) -> Iterator[httpx.Client]:
    """A signed-in leader's browser."""
    with signed_in(base, ACCOUNTS[Role.LEADER]) as client:
        yield client
