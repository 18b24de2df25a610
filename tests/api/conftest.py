"""The real program over the published figures, served over a socket, with one account a role."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dashboard import web
from dashboard.access.roles import Role
from dashboard.settings import Settings
from tests.loaded import Loaded, loaded, loaded_template, published
from tests.web.running import ACCOUNTS, all_routers, open_accounts, served, signed_in

__all__ = ["loaded", "loaded_template", "published"]


@pytest.fixture(scope="package")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a folder for the run."""
    return Settings.model_validate({"var_dir": tmp_path_factory.mktemp("web")})


@pytest.fixture(scope="package")
def base(published: Loaded, settings: Settings) -> Iterator[str]:
    """Where the program is served over figures that nobody changes."""
    open_accounts(published.store)
    boards = published.boards()
    with served(web.build(settings, published.store, boards, (), all_routers(published.store, boards))) as address:
        yield address


@pytest.fixture(scope="package")
def client(base: str) -> Iterator[httpx.Client]:
    """A leader's browser."""
    with signed_in(base, ACCOUNTS[Role.LEADER]) as opened:
        yield opened


@pytest.fixture(scope="package")
def province(base: str) -> Iterator[httpx.Client]:
    """The browser of somebody in An Giang."""
    with signed_in(base, ACCOUNTS[Role.PROVINCE]) as opened:
        yield opened


@pytest.fixture
def moving(loaded: Loaded, settings: Settings) -> Iterator[httpx.Client]:
    """A leader's browser on a program over figures that the test changes."""
    open_accounts(loaded.store)
    boards = loaded.boards()
    app = web.build(settings, loaded.store, boards, (), all_routers(loaded.store, boards))
    with served(app) as address, signed_in(address, ACCOUNTS[Role.LEADER]) as opened:
        yield opened


@pytest.fixture
def lost(loaded: Loaded, tmp_path: Path, settings: Settings) -> Iterator[httpx.Client]:
    """A leader's browser on a program whose raw store is gone."""
    open_accounts(loaded.store)
    boards = Loaded(loaded.store, tmp_path / "gone", loaded.url).boards()
    with (
        served(web.build(settings, loaded.store, boards, (), all_routers(loaded.store, boards))) as address,
        signed_in(address, ACCOUNTS[Role.LEADER]) as opened,
    ):
        yield opened
