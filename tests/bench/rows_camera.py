"""Cameras: how soon the first frame of a warm camera is there, in Chromium, from the offer to the frame on screen."""

import tempfile
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from dashboard import web
from dashboard.access.roles import Role
from dashboard.boards import Boards
from dashboard.boards.desk import Desk
from dashboard.pages import all_pages
from dashboard.settings import Settings
from dashboard.store import Store, cameras
from dashboard.store.embedded import Server
from dashboard.store.migrate import migrate
from dashboard.store.raw import RawStore
from tests.bench.row import Measure, Row
from tests.browser.test_camera import FIRST_FRAME
from tests.camera.box import running, soon
from tests.chromium import FLAGS, program
from tests.loaded import catalog, feeds, units
from tests.web.running import ACCOUNTS, PASSWORD, all_routers, open_accounts, served

TIMES = 20


@cache
def _first_frames() -> tuple[float, ...]:
    """Milliseconds, in rising order: 20 viewers one after the other, while another one keeps the camera warm."""
    with ExitStack() as house:
        var = Path(house.enter_context(tempfile.TemporaryDirectory()))
        store = Store.open(house.enter_context(Server(var)).url)
        house.callback(store.close)
        migrate(store)
        box = house.enter_context(running(store, warm_seconds=30))
        boards = Boards(Desk(store, RawStore(var / "raw"), units(), catalog(), frozenset(), feeds=feeds(), cameras=box.registry))
        open_accounts(store)
        app = web.build(Settings.model_validate({"var_dir": var}), store, boards, all_pages(), all_routers(store, boards))
        base = house.enter_context(served(app))
        if not soon(lambda: cameras.relays(store, timedelta(seconds=5))):
            raise RuntimeError("the relay did not start")
        chromium = house.enter_context(sync_playwright()).chromium.launch(executable_path=program(), args=FLAGS)
        page = chromium.new_page(base_url=base)
        page.goto("/dang-nhap")
        page.get_by_label("Tên đăng nhập").fill(ACCOUNTS[Role.LEADER])
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.goto("/camera?chon=plays")
        page.wait_for_function("() => document.querySelector('[data-player].plays') !== null", timeout=30_000)
        measure = FIRST_FRAME.replace("ha_noi_1", "plays")
        return tuple(sorted(float(page.evaluate(measure)) for _ in range(TIMES)))


def first_frame_warm() -> Row:
    """The median."""
    return Row("first_frame_warm", median(_first_frames()), "ms", limit=150)


def first_frame_warm_worst() -> Row:
    """The worst of twenty."""
    return Row("first_frame_warm_worst", _first_frames()[-1], "ms", limit=150)


ROWS: dict[str, Measure] = {"first_frame_warm": first_frame_warm, "first_frame_warm_worst": first_frame_warm_worst}
