"""The web program: pages, API and files behind one gate."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from dashboard.access.gate import Gate
from dashboard.access.login import LoginDesk
from dashboard.access.roles import Kind, find_route
from dashboard.access.sessions import Doorkeeper, Inside
from dashboard.errors import ConfigurationError
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.web.compress import Compress
from dashboard.web.content import ContentDesk
from dashboard.web.cors import CrossOrigin, origins
from dashboard.web.drawing import House, in_order
from dashboard.web.faults import word_faults
from dashboard.web.headers import SecurityHeaders, content_security_policy
from dashboard.web.health import Health
from dashboard.web.hub import Hub
from dashboard.web.index import add_pages, make_index
from dashboard.web.measure import Measure, Meters
from dashboard.web.page import Page, View, address
from dashboard.web.pressed import Press
from dashboard.web.program import make_program
from dashboard.web.reference import reference
from dashboard.web.server import serve
from dashboard.web.shims import CallbackGuard, start_up
from dashboard.web.signal import SignalDesk
from dashboard.web.static import Static, collect

if TYPE_CHECKING:
    from dashboard.boards import Boards

__all__ = ["Page", "View", "address", "build", "serve"]

HURRIED = "gateway"
"""Tag of routers whose doors are knocked at hundreds of times a second."""
ASSETS = Path(__file__).resolve().parent.parent / "assets"


def build(settings: Settings, store: Store, boards: "Boards", pages: Sequence[Page], routers: Sequence[APIRouter]) -> ASGIApp:
    """The whole ASGI program. Raises ConfigurationError when a page has no line in the table of access."""
    house = House(in_order(pages), boards)
    keeper, meters = Doorkeeper(store, _inside(boards)), Meters()
    program = make_program(house, str(ASSETS))
    start_up(program)
    server: FastAPI = program.server
    word_faults(server)
    for router in (*_own_desks(settings, store, house, keeper, meters), reference(server), *routers):
        server.include_router(router)
        if HURRIED in router.tags:  # routes are tried one after the other, some forty of them, for each message anew
            server.router.routes.insert(0, server.router.routes.pop())
    contents = ContentDesk(Compress(CallbackGuard(server, program.callback_map)), house, meters)
    files = collect(program)
    static = Static(contents, files, Press(settings.var_dir / "cache" / "pressed"))
    add_pages(server, make_index(program, static), house)
    _check_table(house)
    static.prepare()
    guarded = CrossOrigin(Gate(static, keeper), origins(settings.whep_origins))
    return SecurityHeaders(Measure(guarded, meters), content_security_policy(program.csp_hashes()))


def _own_desks(settings: Settings, store: Store, house: House, keeper: Doorkeeper, meters: Meters) -> Iterator[APIRouter]:
    """Routes of this room: login, health, the signal and what pages fetch when they hear it."""
    yield LoginDesk(store, keeper, timedelta(hours=settings.session_hours)).router()
    yield Health(store, house.boards, meters).router()
    hub = Hub(store, house.boards)
    meters.open_pages.set_function(lambda: hub.ears)
    yield SignalDesk(hub).router()


def _inside(boards: "Boards") -> Inside:
    """The keys of a unit and of every unit that ever lay in it."""

    @cache
    def children() -> dict[str | None, list[str]]:
        found: dict[str | None, list[str]] = defaultdict(list)
        for unit in boards.units.all():
            found[unit.parent].append(unit.key)
        return found

    @cache
    def inside(key: str) -> frozenset[str]:
        return frozenset({key}).union(*(inside(child) for child in children().get(key, ())))

    return inside


def _check_table(house: House) -> None:
    for page in house.pages:
        route = find_route(page.path)
        if route is None or route.kind is not Kind.PAGE:
            raise ConfigurationError(f"page {page.key}: {page.path} has no line in the table of access/roles.py")
