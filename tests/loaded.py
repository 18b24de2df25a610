"""The published figures in a database, loaded once a run and copied for every test that changes something."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from dashboard.boards import Boards
from dashboard.boards import desk as boards_desk
from dashboard.camera.registry import NONE as NO_CAMERAS
from dashboard.camera.registry import Cameras
from dashboard.catalog import Catalog
from dashboard.feeds import all_feeds, read_feeds
from dashboard.feeds.base import Context, Feed, Source
from dashboard.ingest import Desk, Report, load_published, run
from dashboard.observations import Observation, Parsed
from dashboard.periods import Period, load_holidays
from dashboard.settings import CHECKOUT
from dashboard.store import Store
from dashboard.store.embedded import Server
from dashboard.store.raw import RawStore
from dashboard.store.write import Origin
from dashboard.submissions.deeds import Counter
from dashboard.units import UnitRegistry
from dashboard.workbooks.reports import Report as HandedReport
from dashboard.workbooks.reports import load_reports

DATA = CHECKOUT / "data"
PROVINCES = "dvcqg_766_provinces_2025-10.csv"
COMMUNES = "dvcqg_766_an_giang_communes_2025-10.csv"
DEPARTMENTS = "dvcqg_766_an_giang_departments_2025-10.csv"
PAPI = "papi_egovernance_2018_2024.csv"
OCTOBER = Period.parse("2025-10")
TO_OCTOBER = Period.parse("2025-10/ytd")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

_NUMBERS = itertools.count(1)


@cache
def units() -> UnitRegistry:
    """The registry of `data/units`, read once."""
    return UnitRegistry.load(DATA / "units")


@cache
def catalog() -> Catalog:
    """The catalog of `data/`, read once."""
    return Catalog.load(DATA)


@cache
def feeds() -> Mapping[str, Feed]:
    """Every feed, those that are pushed among them."""
    return all_feeds(DATA, catalog())


def context() -> Context:
    """What a parser may know of the real world."""
    return Context(units(), catalog())


def content(name: str) -> bytes:
    """A published file."""
    return (DATA / "published" / name).read_bytes()


def parsed(name: str, changed: bytes | None = None) -> Parsed:
    """What its feed makes of a published file, or of other bytes under its name."""
    feed = read_feeds()["papi" if name.startswith("papi") else "dvcqg_766"]
    return feed.parse(Source(name, content(name) if changed is None else changed), context())


def origin(source: str = "a.csv", feed: str = "dvcqg_766") -> Origin:
    """Where a batch of a test comes from."""
    return Origin(feed, source, "0" * 64, datetime.now(UTC), "published")


def observation(value: float, unit: str = "ha_noi", measure: str = "index766_total", period: Period = OCTOBER) -> Observation:
    """One cell."""
    return Observation(measure, unit, period, value, record="2")


def take(desk: Desk, feed: str, name: str, content: bytes) -> Report:
    """Reads one source through ingest."""
    (report,) = run(desk, read_feeds()[feed], [Source(name, content)])
    return report


def ingest_desk(store: Store, raw: Path) -> Desk:
    """What ingest works with, over the real `data/`."""
    return Desk(store, RawStore(raw), units(), catalog(), DATA, load_holidays(DATA / "holidays.csv"))


@cache
def reports() -> Mapping[str, HandedReport]:
    """The reports of `data/`, read once."""
    return load_reports(DATA, catalog())


def counter_over(store: Store, raw: Path, *, alone: bool = False) -> Counter:
    """Where workbooks are handed in, over the real `data/`."""
    return Counter(replace(ingest_desk(store, raw), feeds=feeds()), reports(), alone)


def boards_over(store: Store, raw: Path, now: datetime = NOW, definitions: Catalog | None = None, cameras: Cameras = NO_CAMERAS) -> Boards:
    """Boards with a set clock."""
    days = load_holidays(DATA / "holidays.csv")
    return Boards(boards_desk.Desk(store, RawStore(raw), units(), definitions or catalog(), days, lambda: now, cameras, feeds(), reports()))


@dataclass(frozen=True)
class Loaded:
    """A database that holds all published figures, and the folder of their raw bytes."""

    store: Store
    raw: Path
    url: str

    def boards(self, now: datetime = NOW, definitions: Catalog | None = None) -> Boards:
        """Fresh boards over it."""
        return boards_over(self.store, self.raw, now, definitions)

    def desk(self) -> Desk:
        """Ingest over it."""
        return ingest_desk(self.store, self.raw)


def _maintain(server: Server, command: str, *names: str) -> None:
    with psycopg.connect(server.url_of("postgres").replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute(sql.SQL(command).format(*(sql.Identifier(name) for name in names)))


_templates: dict[int, tuple[str, Path]] = {}


def _template(server: Server, migrated: str, folder: Path) -> tuple[str, Path]:
    """Name of the loaded template and the folder of its raw bytes; the rooms' conftests share one."""
    if id(server) not in _templates:
        name = "template_loaded"
        _maintain(server, "CREATE DATABASE {} TEMPLATE {}", name, migrated)
        store = Store.open(server.url_of(name))
        for report in load_published(ingest_desk(store, folder)):
            assert report.error is None, report
        store.close()
        _templates[id(server)] = (name, folder)
    return _templates[id(server)]


@contextmanager
def copied(server: Server, template: tuple[str, Path]) -> Iterator[Loaded]:
    """All published figures in a database of their own."""
    name = f"loaded_{next(_NUMBERS)}"
    _maintain(server, "CREATE DATABASE {} TEMPLATE {}", name, template[0])
    url = server.url_of(name)
    store = Store.open(url)
    try:
        yield Loaded(store, template[1], url)
    finally:
        store.close()
        _maintain(server, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture(scope="session")
def loaded_template(server: Server, migrated_template: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A database with all published figures; only to be copied."""
    return _template(server, migrated_template, tmp_path_factory.mktemp("raw"))


@pytest.fixture
def loaded(server: Server, loaded_template: tuple[str, Path]) -> Iterator[Loaded]:
    """All published figures in a database of the test's own."""
    with copied(server, loaded_template) as own:
        yield own


@pytest.fixture(scope="package")
def published(server: Server, loaded_template: tuple[str, Path]) -> Iterator[Loaded]:
    """All published figures in a database that nobody changes."""
    with copied(server, loaded_template) as own:
        yield own
