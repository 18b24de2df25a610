"""Which of a camera's two pictures is asked for: by how large it is shown, and by how much of it comes through."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from dashboard.sandbox.films import MAIN, SMALL
from dashboard.sandbox.run import SECOND
from tests.browser.lossy import Line
from tests.browser.test_camera import watch
from tests.camera.box import Box
from tests.patience import IN_BROWSERS, soon

pytestmark = pytest.mark.browser

WIDTHS = "() => [...document.querySelectorAll('{} video')].map(video => video.videoWidth)"
LARGE, TILE = ".player[data-player].plays", "a.cam[data-camera=phu_tho_1].plays"


def wait_for_width(page: Page, where: str, width: int) -> None:
    """Until what plays there is so many pixels wide, as the camera sent it."""
    page.wait_for_function(f"width => ({WIDTHS.format(where)})().includes(width)", arg=width, timeout=IN_BROWSERS)


def sizes_watched(box: Box) -> dict[str, set[str]]:
    """In which sizes each camera is looked at just now."""
    found: dict[str, set[str]] = {}
    for one in tuple(box.relay.sessions.values()):
        found.setdefault(one.source.camera.key, set()).add(one.source.size)
    return found


def test_a_tile_plays_the_smaller_stream_and_the_large_picture_the_main_one(page: Page, box: Box) -> None:
    watch(page, "ha_noi_1")
    wait_for_width(page, LARGE, MAIN.width)
    page.locator("a.cam[data-camera=phu_tho_1]").hover()
    wait_for_width(page, TILE, SMALL.width)
    assert soon(lambda: sizes_watched(box) == {"ha_noi_1": {"large"}, "phu_tho_1": {"small"}})
    assert box.channels["phu_tho_1" + SECOND].watchers == 1
    page.keyboard.press("i")
    expect(page.locator(".player .cam-stats")).to_contain_text(f"{MAIN.width} × {MAIN.height}")


def test_what_was_drawn_small_fills_the_screen_with_the_main_stream_and_goes_back(context: BrowserContext, box: Box) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 600, "height": 800})
    watch(page, "ha_noi_1")
    wait_for_width(page, LARGE, SMALL.width)
    page.keyboard.press("f")
    page.set_viewport_size({"width": 1300, "height": 800})  # a screen is larger than the window was; here both are one
    wait_for_width(page, LARGE, MAIN.width)
    page.keyboard.press("f")
    page.set_viewport_size({"width": 600, "height": 800})
    wait_for_width(page, LARGE, SMALL.width)
    assert soon(lambda: sizes_watched(box) == {"ha_noi_1": {"small"}}), "the other one ended"
    page.close()


# What `Calm` says at each step: minutes since the beginning, and whether the large picture suffers then.
CALM = """steps => {
  const real = Date.now, calm = new window.Live.Calm();
  let minute = 1;
  Date.now = () => minute * 60000;
  try {
    return steps.map(([at, size, suffers]) => { minute = at; calm.heed({ size, suffers }); return calm.holds({ size, suffers }); });
  } finally { Date.now = real; }
}"""


def test_the_small_picture_stands_for_a_minute_and_twice_as_long_when_the_large_one_does_not_hold(page: Page) -> None:
    page.goto("/camera?chon=lai_chau_1")
    page.wait_for_function("() => window.Live && window.Live.Calm")
    large, small = "large", "small"
    steps = [
        (10, large, False, False), (10, large, True, True), (10.9, small, False, True), (11.1, small, False, False),
        (11.5, large, True, True), (13.4, small, False, True), (13.6, small, False, False),  # two minutes
        (13.7, small, True, True), (15, small, True, True), (15.1, small, False, False),  # what suffers even small stays small
        (15.2, large, True, True), (19.1, small, False, True), (19.3, small, False, False),  # four
        (29, large, True, True), (29.9, small, False, True), (30.1, small, False, False),  # it held: a minute again
    ]  # fmt: skip
    assert page.evaluate(CALM, [step[:3] for step in steps]) == [step[3] for step in steps]


@pytest.fixture
def line() -> Iterator[Line]:
    """The way to Hà Nội."""
    made = Line("ha_noi_1")
    yield made
    made.cut()


@pytest.mark.full
def test_a_large_picture_that_loses_much_becomes_small_and_large_again_when_the_line_has_recovered(
    context: BrowserContext, line: Line
) -> None:
    page = context.new_page()
    line.lay(page)
    watch(page, "ha_noi_1")
    wait_for_width(page, LARGE, MAIN.width)
    line.loses = 0.4
    wait_for_width(page, LARGE, SMALL.width)
    expect(page.locator(".player")).to_have_class(re.compile(r"\bplays\b"))
    page.evaluate("document.dispatchEvent(new Event('fullscreenchange'))")  # has the size asked for anew
    assert page.evaluate("window.cameraPlayers.of(document.querySelector('[data-player]')).next") is None, "not before its time"
    line.loses = 0.0
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 61000; }")
    wait_for_width(page, LARGE, MAIN.width)
    page.close()
