"""The real program with the real figures, served over a socket, and Chromium to look at it."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.types import ASGIApp

from dashboard.access import people
from dashboard.access.roles import Role
from dashboard.cli.compose import web_program
from dashboard.cli.rooms import counter, ingest_desk, read_definitions
from dashboard.ingest import load_published
from dashboard.sandbox.run import channels
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.store.embedded import Server
from tests.browser.watch import Watch
from tests.camera.box import CACHE, Box, run
from tests.conftest import execute
from tests.submissions.desk import brought, workbook
from tests.web.running import PASSWORD, served

ACCOUNTS = {
    "leader": (Role.LEADER, None),
    "bacninh": (Role.PROVINCE, "bac_ninh_2025"),
    "tocongtac": (Role.WORKING_GROUP, None),
    "quantri": (Role.ADMINISTRATOR, None),
}


@dataclass(frozen=True)
class Whole:
    """The program and its cameras."""

    program: ASGIApp
    box: Box


@pytest.fixture(scope="session")
def loaded_url(server: Server, migrated_template: str) -> Iterator[str]:
    """A database for all browser tests."""
    execute(server, "CREATE DATABASE {} TEMPLATE {}", "browser", migrated_template)
    yield server.url_of("browser")
    execute(server, "DROP DATABASE {} WITH (FORCE)", "browser")


@pytest.fixture(scope="session")
def whole(loaded_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """The program over the published figures, with one account a role, and the cameras of the sandbox."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    settings = Settings.model_validate({"var_dir": tmp_path_factory.mktemp("browser"), "rtsp_port": port})
    store = Store.open(loaded_url)
    for report in load_published(ingest_desk(settings, store, read_definitions(settings))):
        assert report.error is None, report
    for name, (role, unit) in ACCOUNTS.items():
        people.create(store, name, f"Người xem {name}", role, unit, PASSWORD)
    here = counter(settings, ingest_desk(settings, store, read_definitions(settings)))
    brought(here, workbook(here, unit="bac_ninh_2025", faulty=True), unit="bac_ninh_2025")
    listed = read_definitions(settings).cameras
    found = channels(listed, CACHE)
    for channel in found.values():
        channel.ready()
    with run(store, listed, found, listener, warm_seconds=30) as box:
        yield Whole(web_program(settings, store), box)
    store.close()


@pytest.fixture(scope="session")
def program(whole: Whole) -> ASGIApp:
    """The program alone."""
    return whole.program


@pytest.fixture(scope="session")
def box(whole: Whole) -> Box:
    """Its cameras."""
    return whole.box


@pytest.fixture(scope="session")
def base(program: ASGIApp) -> Iterator[str]:
    """Its address."""
    with served(program) as address:
        yield address


@pytest.fixture(scope="session")
def leader_state(chromium: Browser, base: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A leader's session, signed in through the form."""
    return _sign_in(chromium, base, "leader", tmp_path_factory.mktemp("state") / "leader.json")


@pytest.fixture(scope="session")
def province_state(chromium: Browser, base: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of Bắc Ninh."""
    return _sign_in(chromium, base, "bacninh", tmp_path_factory.mktemp("state") / "bacninh.json")


@pytest.fixture
def context(chromium: Browser, base: str, leader_state: Path) -> Iterator[BrowserContext]:
    """A leader's browser of 1920 × 1080."""
    made = _desk(chromium, base, leader_state)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, base: str) -> Iterator[Page]:
    """A tab that fails the test when its console says anything or a request leaves the origin."""
    tab = context.new_page()
    watch = Watch(tab, base)
    yield tab
    watch.check()


@pytest.fixture(scope="session")
def ruler_state(chromium: Browser, base: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An administrator's session."""
    return _sign_in(chromium, base, "quantri", tmp_path_factory.mktemp("state") / "quantri.json")


@pytest.fixture
def ruler(chromium: Browser, base: str, ruler_state: Path) -> Iterator[Page]:
    """An administrator's tab, watched as a leader's is; what the API refuses with a reason is an answer, which Chromium notes by itself."""
    context = _desk(chromium, base, ruler_state)
    tab = context.new_page()
    watch = Watch(tab, base)
    yield tab
    watch.said, watch.refused = ([one for one in heard if "422" not in one] for heard in (watch.said, watch.refused))
    watch.check()
    context.close()


def _desk(chromium: Browser, base: str, state: Path) -> BrowserContext:
    return chromium.new_context(
        storage_state=state, viewport={"width": 1920, "height": 1080}, base_url=base, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
    )


def _sign_in(chromium: Browser, base: str, name: str, state: Path) -> Path:
    context = chromium.new_context(base_url=base)
    tab = context.new_page()
    tab.goto("/dang-nhap")
    tab.get_by_label("Tên đăng nhập").fill(name)
    tab.get_by_label("Mật khẩu").fill(PASSWORD)
    tab.get_by_role("button", name="Đăng nhập").click()
    tab.wait_for_url(base + "/")
    context.storage_state(path=state)
    context.close()
    return state
