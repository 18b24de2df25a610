"""One real PostgreSQL a test run; every test that asks gets a database of its own, copied from a migrated template in some 30 ms."""

import itertools
from collections.abc import Iterator

import psycopg
import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from hypothesis import HealthCheck, settings
from psycopg import sql

from dashboard import web
from dashboard.store import Store
from dashboard.store.embedded import Server
from dashboard.store.migrate import migrate
from tests.chromium import chromium, playwright
from tests.patience import PATIENCE
from tests.pressed import shared_press

__all__ = ["chromium", "playwright"]

_TEMPLATE = "template_migrated"
_NUMBERS = itertools.count(1)
# Nothing here outlives the run, so nothing has to reach the disk.
_HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}

# Machines are shared: an example may take its time, and so may an answer; no test measures them.
for _way in ("connect", "read", "write", "pool"):
    setattr(DEFAULT_TIMEOUT_CONFIG, _way, PATIENCE)
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a browser come last (tests/chromium.py says why)."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session", autouse=True)
def _pressed_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web, "Press", shared_press)
        yield


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The run's own PostgreSQL."""
    with Server(tmp_path_factory.mktemp("var"), _HASTE) as running:
        yield running


@pytest.fixture(scope="session")
def migrated_template(server: Server) -> str:
    """Name of a database with the newest schema and nothing in it; only to be copied."""
    execute(server, "CREATE DATABASE {}", _TEMPLATE)
    store = Store.open(server.url_of(_TEMPLATE))
    try:
        migrate(store)
    finally:
        store.close()
    return _TEMPLATE


@pytest.fixture
def database_url(server: Server, migrated_template: str) -> Iterator[str]:
    """Address of a fresh, migrated, empty database."""
    name = f"test_{next(_NUMBERS)}"
    execute(server, "CREATE DATABASE {} TEMPLATE {}", name, migrated_template)
    try:
        yield server.url_of(name)
    finally:
        execute(server, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def empty_database_url(server: Server) -> Iterator[str]:
    """Address of a fresh database without any table: for tests of the migrations themselves."""
    name = f"test_{next(_NUMBERS)}"
    execute(server, "CREATE DATABASE {}", name)
    try:
        yield server.url_of(name)
    finally:
        execute(server, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store on a fresh, migrated, empty database."""
    opened = Store.open(database_url)
    try:
        yield opened
    finally:
        opened.close()


def execute(server: Server, command: str, *names: str) -> None:
    """Runs a command on the maintenance database; `{}` stand for names."""
    maintenance = server.url_of("postgres").replace("+psycopg", "", 1)
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(sql.SQL(command).format(*(sql.Identifier(name) for name in names)))
