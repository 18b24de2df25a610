"""A box of cameras over a fresh database, and the web program in front of it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dashboard import web
from dashboard.access.roles import Role
from dashboard.boards import Boards
from dashboard.boards.desk import Desk
from dashboard.camera.carrier import Carrier, Plain
from dashboard.camera.compiled import LIBRARY, Compiled, build
from dashboard.pages import all_pages
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.store.raw import RawStore
from tests.camera.box import Box, running
from tests.loaded import catalog, feeds, units
from tests.web.running import ACCOUNTS, all_routers, open_accounts, served, signed_in


@pytest.fixture(autouse=True)
def _unhurried() -> Iterator[None]:
    """Whoever asks for a look and never connects keeps the place: a slow machine would give it up in mid-test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dashboard.camera.peer.WATCHDOG_SECONDS", 600.0)
        yield


@pytest.fixture
def box(store: Store) -> Iterator[Box]:
    """Sandbox and relay; a camera stays warm for a second only."""
    with running(store) as made:
        yield made


@pytest.fixture
def base(box: Box, store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The web program over the same database; the province is An Giang, where all cameras but `elsewhere` hang."""
    folder = tmp_path_factory.mktemp("web")
    boards = Boards(Desk(store, RawStore(folder), units(), catalog(), frozenset(), cameras=box.registry, feeds=feeds()))
    open_accounts(store)
    with served(web.build(Settings.model_validate({"var_dir": folder}), store, boards, all_pages(), all_routers(store, boards))) as address:
        yield address


@pytest.fixture
def leader(base: str) -> Iterator[httpx.Client]:
    """A leader's browser."""
    with signed_in(base, ACCOUNTS[Role.LEADER]) as client:
        yield client


@pytest.fixture(scope="session")
def compiled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the loop in C lies, built once a run, without a warning."""
    folder = tmp_path_factory.mktemp("compiled")
    build(folder, "-Werror", "-Wpedantic", "-Wconversion", "-Wshadow")
    return folder


@pytest.fixture(scope="session")
def compiled_carrier(compiled_folder: Path) -> Compiled:
    """The loop in C."""
    return Compiled(compiled_folder / LIBRARY)


@pytest.fixture(params=["python", "c"])
def carrier(request: pytest.FixtureRequest) -> Carrier:
    """One after the other: the loop in Python, the loop in C."""
    return Plain() if request.param == "python" else Compiled(request.getfixturevalue("compiled_folder") / LIBRARY)


@pytest.fixture
def has_ipv6() -> None:
    """Skips where this machine has no IPv6 loopback."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")
