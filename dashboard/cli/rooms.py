"""Opens the rooms that a command works in: the database, the store, the definitions."""

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard import settings as settings_module
from dashboard.errors import ConfigurationError
from dashboard.settings import Settings

if TYPE_CHECKING:
    from dashboard.camera.registry import Cameras
    from dashboard.camera.roster import Roster
    from dashboard.camera.vault import Vault
    from dashboard.catalog import Catalog
    from dashboard.checks import Checker
    from dashboard.feeds.base import Feed
    from dashboard.ingest import Desk
    from dashboard.store import Store
    from dashboard.store.raw import RawStore
    from dashboard.submissions.deeds import Counter
    from dashboard.units import UnitRegistry
    from dashboard.wall.plan import Wall

PORTAL_ADDRESS, PORTAL_USERNAME, PORTAL_PASSWORD = "DVCQG_ADDRESS", "DVCQG_USERNAME", "DVCQG_PASSWORD"
"""Variables that `data/feeds.toml` refers to: where the portal is, and who we are to it."""
SANDBOX_WORD = "mo-phong"
"""Name and password at a sandbox's portal that nobody gave others."""


def read_settings() -> Settings:
    """The settings of this process's environment. Raises ConfigurationError."""
    return settings_module.load(os.environ)


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The address of the database: the operator's, or the embedded one, running already or for as long as this context."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    from dashboard.store import embedded

    with embedded.running(settings.var_dir) as url:
        yield url


@contextmanager
def opened_store(settings: Settings) -> Iterator["Store"]:
    """The store, answering. The embedded database is brought to the newest schema; another's owner decides that with `store migrate`."""
    from dashboard.store import Store
    from dashboard.store.migrate import migrate

    with database(settings) as url:
        store = Store.open(url)
        try:
            store.check()
            if settings.database_url is None:
                migrate(store)
            yield store
        finally:
            store.close()


@dataclass(frozen=True)
class Definitions:
    """What `data/` says of the world, checked. `cameras` are those of the file; which there are is ruled by the database (`roster`)."""

    catalog: "Catalog"
    units: "UnitRegistry"
    cameras: "Cameras"
    feeds: "Mapping[str, Feed]"


def read_definitions(settings: Settings) -> Definitions:
    """The catalog, the units, the cameras, the feeds. Raises ConfigurationError naming file, table and field."""
    from dashboard.camera.registry import Cameras
    from dashboard.catalog import Catalog
    from dashboard.feeds import all_feeds
    from dashboard.units import UnitRegistry

    if not settings.data_dir.is_dir():
        raise ConfigurationError(f"DASHBOARD_DATA_DIR: {settings.data_dir.absolute()} is no folder")
    units = UnitRegistry.load(settings.data_dir / "units")
    catalog = Catalog.load(settings.data_dir)
    cameras = Cameras.load(settings.data_dir, units, settings.rtsp_port)
    return Definitions(catalog, units, cameras, all_feeds(settings.data_dir, catalog))


def read_vault(settings: Settings) -> "Vault":
    """What opens cameras: the keys of the environment, or the one in `var/`, which a machine with a database of its own makes at need.

    Raises ConfigurationError for a key that is too short, or a file that cannot be had.
    """
    from dashboard.camera.vault import Vault, kept_key

    given = settings.camera_key.get_secret_value()
    first = given or kept_key(settings.var_dir.resolve(), make=settings.database_url is None)
    return Vault.of([first, *settings.camera_old_keys.get_secret_value().split(",")])


def roster(settings: Settings, store: "Store", units: "UnitRegistry", *, for_file: bool = False) -> "Roster":
    """The cameras as the database rules them, seeded with those of the file; for a file, `{port}` stays as it is written.

    Raises ConfigurationError for hours that are none.
    """
    from dashboard.camera.hours import OfficeHours
    from dashboard.camera.registry import Cameras
    from dashboard.camera.roster import Roster
    from dashboard.errors import PeriodError

    try:
        hours = OfficeHours.parse(settings.office_hours)
    except PeriodError as error:
        raise ConfigurationError(f"DASHBOARD_OFFICE_HOURS: {error}") from None
    made = Roster(store, read_vault(settings), None if for_file else settings.rtsp_port, hours)
    made.begin(Cameras.load(settings.data_dir, units, None))
    return made


def read_walls(settings: Settings, definitions: Definitions, known: Collection[str] = ()) -> "Mapping[str, Wall]":
    """The walls of `data/walls.toml`; `known` are cameras of the database. Raises ConfigurationError naming file, table and field."""
    from dashboard.wall.plan import load_walls
    from dashboard.wall.scenes import all_kinds

    return load_walls(settings.data_dir / "walls.toml", all_kinds(), definitions.catalog.rankings, {*definitions.cameras.by_key, *known})


def ingest_desk(settings: Settings, store: "Store", definitions: Definitions) -> "Desk":
    """What ingest needs at hand. Raises ConfigurationError for days off that cannot be read."""
    from dashboard.ingest import Desk
    from dashboard.periods import load_holidays

    holidays = load_holidays(settings.data_dir / "holidays.csv")
    return Desk(store, raw_store(settings), definitions.units, definitions.catalog, settings.data_dir, holidays, definitions.feeds)


def counter(settings: Settings, desk: "Desk") -> "Counter":
    """Where workbooks are handed in. Raises ConfigurationError for a mistake in `data/reports.toml`."""
    from dashboard.submissions.deeds import Counter
    from dashboard.workbooks.reports import load_reports

    return Counter(desk, load_reports(settings.data_dir, desk.catalog), settings.self_approval)


def checker(settings: Settings, desk: "Desk") -> "Checker":
    """What checks the signatures of messages that are taken in here. Raises ConfigurationError for a list of trust that cannot be
    read."""
    from dashboard.checks import Checker, Checking
    from dashboard.signatures.trust import TrustList

    checking = Checking(settings.signature_checks, trust_folder(settings), simulated_trust(settings))
    TrustList.load(checking.trust)
    return Checker(desk, desk.feed("document_axis"), checking)


def trust_folder(settings: Settings) -> Path:
    """Certificates and revocation lists of whom to trust. Raises ConfigurationError when it was named and is none."""
    if settings.trust_dir is not None and not settings.trust_dir.is_dir():
        raise ConfigurationError(f"DASHBOARD_TRUST_DIR: {settings.trust_dir.absolute()} is no folder")
    return settings.trust_dir or settings.data_dir / "trust"


def simulated_trust(settings: Settings) -> Path:
    """Where the sandbox's authority puts its certificate: for simulated messages, and for no others."""
    return settings.var_dir.resolve() / "sandbox" / "trust"


def raw_store(settings: Settings) -> "RawStore":
    """Where raw sources are kept."""
    from dashboard.store.raw import RawStore

    return RawStore(settings.var_dir.resolve() / "raw")


def web_address(settings: Settings) -> str:
    """Where web is to be found from this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "localhost"}.get(settings.host, settings.host)
    return f"http://{host}:{settings.port}/"
