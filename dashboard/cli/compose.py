"""Puts the web program together: hands it the pages and the API, of which it knows nothing itself."""

from starlette.types import ASGIApp

from dashboard.access.looking import CameraDesk
from dashboard.access.roles import Role
from dashboard.api import routers
from dashboard.boards import Boards
from dashboard.boards.desk import Desk
from dashboard.camera.exchange import Exchange
from dashboard.camera.ruling import Ruling
from dashboard.camera.turn import Turn
from dashboard.cli.rooms import checker, counter, ingest_desk, raw_store, read_definitions, read_walls, roster
from dashboard.pages import all_pages
from dashboard.periods import load_holidays
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.wall.desk import WallDesk
from dashboard.web import build


def web_program(settings: Settings, store: Store) -> ASGIApp:
    """The ASGI program on a store. Raises ConfigurationError for a mistake in `data/` or in a page."""
    definitions = read_definitions(settings)
    holidays = load_holidays(settings.data_dir / "holidays.csv")
    listed = roster(settings, store, definitions.units)
    reading = ingest_desk(settings, store, definitions)
    handing_in = counter(settings, reading)
    desk = Desk(
        store,
        raw_store(settings),
        definitions.units,
        definitions.catalog,
        holidays,
        cameras=listed.cameras,
        feeds=definitions.feeds,
        reports=handing_in.reports,
        self_approval=handing_in.alone,
    )
    boards = Boards(desk)
    looks = CameraDesk(store, Exchange(store), Turn.read(settings.turn_servers, settings.turn_secret.get_secret_value()))
    walls = WallDesk(store, boards, read_walls(settings, definitions, listed.ever_known()), looks)
    ruling = Ruling(listed, definitions.units, list(Role))
    machines = routers(boards, looks, ruling, handing_in, checker(settings, reading))
    return build(settings, store, boards, all_pages(), [*machines, *walls.routers()])
