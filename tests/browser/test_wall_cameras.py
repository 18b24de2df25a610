"""Cameras on a wall, in Chromium: a paired display shows moving pictures, keeps the last one, and gets them back without a hand."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

from dashboard.access import displays
from dashboard.settings import CHECKOUT
from dashboard.store import Store, cameras
from dashboard.wall.plan import load_walls
from dashboard.wall.scenes import all_kinds
from tests.browser.replay import count_peers, retold
from tests.browser.watch import Watch
from tests.camera.box import Box
from tests.faults.whole import attempt, free_port, running
from tests.patience import IN_BROWSERS, soon

pytestmark = pytest.mark.browser

SCENES = [scene.kind.key for scene in load_walls(CHECKOUT / "data" / "walls.toml", all_kinds(), {"766": None})["chinh"].scenes]
PLAYS = "() => document.querySelectorAll('.layer.on .mosaic .plays').length"
TIMES = "() => [...document.querySelectorAll('.layer.on .plays video')].map(video => video.currentTime)"
MOVE = f"""before => {{ const now = ({TIMES})();
  return now.length >= before.length && before.every((then, place) => now[place] > then + 0.5); }}"""
SHOWN = "() => [...document.querySelectorAll('.layer.on .mosaic .plays')].map(hall => hall.dataset.camera)"


@dataclass
class Turned:
    """A display whose scene the test chooses: its clock is the server's, and tests cannot wait for it."""

    tab: Page
    scene: str = "cameras"
    uncaught: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Takes hold of what the server tells of its scenes, and of what the page does not catch."""
        count_peers(self.tab)
        self.tab.route("**/state", self._state)
        self.tab.on("pageerror", lambda error: self.uncaught.append(str(error)))
        self.tab.on("console", self._console)

    def turn(self, scene: str) -> None:
        """Goes on to another scene."""
        self.scene = scene
        expect(self.tab.locator(f".layer.on .scene.{scene}")).to_be_visible()

    def _state(self, route: Route) -> None:
        retold(route, {"durations": [1e9 if kind == self.scene else 1e-9 for kind in SCENES]})

    def _console(self, message: ConsoleMessage) -> None:
        # The browser itself says when a request fails, and nothing can keep it from that; everything else would be ours.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.uncaught.append(message.text)


@contextmanager
def paired(chromium: Browser, base: str, store: Store, name: str) -> Iterator[Turned]:
    """A display of 1920 × 1080 that an operator let in."""
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, base_url=base)
    tab = context.new_page()
    turned = Turned(tab)
    tab.goto("/wall/chinh")
    expect(tab.locator("#ma")).not_to_be_empty()
    displays.admit(store, tab.locator("#ma-lenh").inner_text(), name)
    yield turned
    context.close()
    assert turned.uncaught == []
    displays.shut_out(store, name)


@pytest.fixture
def store(box: Box) -> Store:
    """The database behind the program."""
    return box.relay.store


def test_a_paired_display_shows_moving_pictures_under_its_own_name(chromium: Browser, base: str, box: Box, store: Store) -> None:
    with paired(chromium, base, store, "sảnh lớn") as display:
        tab = display.tab
        watch = Watch(tab, base)
        tab.wait_for_function(f"() => ({PLAYS})() >= 5", timeout=IN_BROWSERS)
        shown = tab.evaluate(SHOWN)
        tab.wait_for_function(f"tiles => ({TIMES})().length > tiles", arg=len(shown))  # the large picture plays beside its tile
        tab.wait_for_function(MOVE, arg=tab.evaluate(TIMES), timeout=IN_BROWSERS)
        expect(tab.locator(".layer.on .focus .plate").first).to_contain_text("Trực tiếp")
        expect(tab.locator(".layer.on .mosaic [data-camera=lai_chau_1]")).to_contain_text("Chưa kết nối")
        tab.wait_for_function(f"() => Number(document.querySelector('.layer.on [data-count=\"live\"] b').textContent) === ({PLAYS})()")
        # One connection feeds the large picture and the tile.
        assert tab.evaluate("window.peers.open") <= len(box.registry.by_key) - 1
        looks = {
            view.look.camera for view in cameras.views(store, 200) if view.look.actor == "display:sảnh lớn" and view.look.kind == "live"
        }
        assert set(shown) <= looks
        watch.check()


def test_when_the_scene_leaves_every_connection_is_closed_and_written_down(chromium: Browser, base: str, box: Box, store: Store) -> None:
    with paired(chromium, base, store, "sảnh bé") as display:
        tab = display.tab
        tab.wait_for_function(f"() => ({PLAYS})() >= 3", timeout=IN_BROWSERS)
        display.turn("overview")
        tab.wait_for_function("() => window.peers.open === 0", timeout=IN_BROWSERS)
        expect(tab.locator("video")).to_have_count(0)
        mine = "display:sảnh bé"
        assert soon(lambda: not [one for one in cameras.views(store, 200) if one.look.actor == mine and one.to_at is None])
        display.turn("cameras")
        tab.wait_for_function(f"() => ({PLAYS})() >= 3", timeout=IN_BROWSERS)


def test_a_lost_picture_stays_with_its_time_and_comes_back(chromium: Browser, base: str, box: Box, store: Store) -> None:
    with paired(chromium, base, store, "sảnh giữa") as display:
        tab = display.tab
        hall = tab.locator(".layer.on .mosaic [data-camera=da_nang_1]")
        expect(hall).to_have_class("hall plays")
        tab.route("**/whep/da_nang_1", lambda route: route.fulfill(status=503, headers={"Retry-After": "2"}))
        mine = [one for one in box.relay.sessions.values() if one.source.camera.key == "da_nang_1"]
        for session in mine:
            box.do(session.seat.close())
        expect(hall).to_contain_text("Mất tín hiệu lúc")
        expect(hall.locator("img")).to_have_js_property("naturalWidth", 960)  # its last picture
        expect(tab.locator('.layer.on [data-count="alarm"]')).to_be_visible()
        tab.unroute("**/whep/da_nang_1")
        expect(hall).to_have_class("hall plays")


@pytest.mark.slow
@pytest.mark.full
def test_a_wall_gets_its_pictures_back_after_the_relay_was_killed(chromium: Browser, tmp_path: Path) -> None:
    port, variables = free_port(), {"DASHBOARD_VAR_DIR": str(tmp_path / "var")}
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, base_url=f"http://127.0.0.1:{port}")
    display = Turned(context.new_page())
    with running(port=port, variables=variables) as whole:
        display.tab.goto("/wall/chinh")
        expect(display.tab.locator("#ma")).not_to_be_empty()
        done = attempt("wall", "pair", display.tab.locator("#ma-lenh").inner_text(), variables=variables, module=True)
        assert done.returncode == 0, done.stderr
        display.tab.wait_for_function(f"() => ({PLAYS})() >= 4", timeout=IN_BROWSERS)
        old = whole.children()["relay"]
        os.kill(old, signal.SIGKILL)
        display.tab.wait_for_function(f"() => ({PLAYS})() === 0", timeout=IN_BROWSERS)
        expect(display.tab.locator(".layer.on .mosaic .said", has_text="Mất tín hiệu lúc").first).to_be_visible()
        assert soon(lambda: whole.children().get("relay", old) != old)
        display.tab.wait_for_function(f"() => ({PLAYS})() >= 4", timeout=IN_BROWSERS)
        context.close()
    assert display.uncaught == []
