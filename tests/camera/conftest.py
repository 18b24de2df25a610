"""A box of cameras over a fresh database, and the web program in front of it."""

from collections.abc import Iterator

import httpx
import pytest

from dashboard import web
from dashboard.access.roles import Role
from dashboard.boards import Boards
from dashboard.boards.desk import Desk
from dashboard.pages import all_pages
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.store.raw import RawStore
from tests.camera.box import Box, running
from tests.loaded import catalog, feeds, units
from tests.web.running import ACCOUNTS, all_routers, open_accounts, served, signed_in


@pytest.fixture
def box(store: Store) -> Iterator[Box]:
    """Sandbox and relay; a camera stays warm for a second only."""
    with running(store) as made:
        yield made


@pytest.fixture
def base(box: Box, store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The web program over the same database; the province is An Giang, where all cameras but `elsewhere` hang."""
    folder = tmp_path_factory.mktemp("web")
    boards = Boards(Desk(store, RawStore(folder), units(), catalog(), frozenset(), feeds=feeds(), cameras=box.registry))
    open_accounts(store)
    with served(web.build(Settings.model_validate({"var_dir": folder}), store, boards, all_pages(), all_routers(store, boards))) as address:
        yield address


@pytest.fixture
def leader(base: str) -> Iterator[httpx.Client]:
    """A leader's browser."""
    with signed_in(base, ACCOUNTS[Role.LEADER]) as client:
        yield client
