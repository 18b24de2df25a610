"""Cameras in Chromium, before the whole system as it is deployed, each part a process of its own: first frame, glass to glass, repair.

A first frame counts from before the offer is made to the frame on screen: session check, audit row, relay, ICE, DTLS, decoding.
"""

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Page, sync_playwright

from dashboard.camera.registry import Cameras
from dashboard.sandbox.run import LIVE, channels
from dashboard.settings import CHECKOUT
from tests.bench.row import Measure, Row
from tests.browser.lossy import Line
from tests.browser.test_camera import FIRST_FRAME, LATER, PICTURE, PLAYS
from tests.camera.box import CACHE
from tests.chromium import FLAGS, program
from tests.faults.whole import Whole, demo_password, free_port, running
from tests.loaded import units

# Told by the element itself for each picture that is shown, whichever stream it is given.
_COUNT = """() => {
  const video = document.querySelector('[data-player] video');
  let last = performance.now();
  const shown = () => { last = performance.now(); video.requestVideoFrameCallback(shown); };
  window.gap = 0;
  video.requestVideoFrameCallback(shown);
  setInterval(() => { window.gap = Math.max(window.gap, performance.now() - last); }, 20);
}"""
_SENT_AGAIN = """async () => {
  const { connection } = window.cameraPlayers.of(document.querySelector('[data-player]')).live;
  const told = [...(await connection.getStats()).values()].find(one => one.type === 'inbound-rtp' && one.kind === 'video');
  return told.retransmittedPacketsReceived;
}"""
TIMES: Final = 20
WARM: Final = "ha_noi_1"


@contextmanager
def watching(camera: str, relays: int = 1) -> Iterator[tuple[Page, Whole]]:
    """A leader's tab in which a camera plays; the loops of the sandbox are encoded beforehand, so that it is at rest."""
    for channel in channels(Cameras.load(CHECKOUT / "data", units(), 8554), CACHE).values():
        if channel.behaviour != "h265" and not channel.is_live:
            channel.ready()
    with tempfile.TemporaryDirectory() as folder:
        var, port = Path(folder) / "var", free_port()
        (var / "cache").mkdir(parents=True)
        (var / "cache" / "scenes").symlink_to(CACHE)
        variables = {"DASHBOARD_VAR_DIR": str(var), "DASHBOARD_RELAYS": str(relays)}
        with running(port=port, variables=variables) as whole, sync_playwright() as driver:
            page = driver.chromium.launch(executable_path=program(), args=FLAGS).new_page(base_url=f"http://127.0.0.1:{port}")
            page.goto("/dang-nhap")
            page.get_by_label("Tên đăng nhập").fill("lanhdao")
            page.get_by_label("Mật khẩu").fill(demo_password(whole.lines, "lanhdao"))
            page.get_by_role("button", name="Đăng nhập").click()
            page.goto(f"/camera?chon={camera}")
            page.wait_for_function(PLAYS, timeout=60_000)
            yield page, whole


@cache
def _first_frames() -> tuple[float, ...]:
    """Milliseconds, in rising order: 20 viewers one after the other, while another one keeps the camera warm. All are counted."""
    with watching(WARM) as (page, _):
        page.wait_for_timeout(3000)
        return tuple(sorted(float(page.evaluate(FIRST_FRAME)) for _ in range(TIMES)))


def first_frame_warm() -> Row:
    """The median of twenty."""
    return Row("first_frame_warm", median(_first_frames()), "ms", limit=80)


def first_frame_warm_worst() -> Row:
    """The worst of twenty."""
    return Row("first_frame_warm_worst", _first_frames()[-1], "ms", limit=150)


@dataclass(frozen=True)
class Ages:
    """Milliseconds since the clock was burnt into a picture, each the median of a hundred.

    `received` when its last packet was in the browser, `shown` when it went on screen, `seen` at any moment while one stands there.
    """

    received: float
    shown: float
    seen: float


@cache
def ages() -> Ages:
    """Follows a hundred pictures from the drawn hall to the screen.

    The browser says for each picture when its last packet came and when it goes on screen (requestVideoFrameCallback). The error of
    reading: the clock is burnt in whole milliseconds (up to 1 ms too old), and the browser's wall clock is taken at the moment it ticks,
    which is right to some tenths.
    """
    with watching(LIVE) as (page, _):
        page.wait_for_timeout(2000)
        pictures = [page.evaluate(PICTURE) for _ in range(100)]
        seen = [float(page.evaluate(LATER)) for _ in range(100)]
    return Ages(median(float(one[0]) for one in pictures), median(float(one[1]) for one in pictures), median(seen))


def glass_to_browser() -> Row:
    """Encoding, the relay and both networks."""
    return Row("glass_to_browser", ages().received, "ms", limit=35)


def glass_to_glass() -> Row:
    """From the moment a picture is of to the moment it goes on screen: the same, and waiting, decoding and drawing in the browser."""
    return Row("glass_to_glass", ages().shown, "ms", limit=60)


def picture_age() -> Row:
    """How old what is on the screen is at any moment. It stands until the next one comes, so half of the 83 ms between two pictures of the
    sandbox's camera is in it: that is the camera's rate, not a delay."""
    return Row("picture_age", ages().seen, "ms", limit=102)


@cache
def _mended() -> tuple[float, float]:
    """Twenty seconds over a line that loses two packets of a hundred, those sent again included: the share that was sent again and came,
    and the longest time without a new picture, in milliseconds."""
    line = Line(WARM, loses=0.02)
    with watching(WARM) as (page, _):
        line.lay(page)
        page.reload()
        page.wait_for_function(PLAYS, timeout=60_000)
        page.wait_for_timeout(2000)
        page.evaluate(_COUNT)
        before, lost = int(page.evaluate(_SENT_AGAIN)), line.lost
        page.wait_for_timeout(20_000)
        share = (int(page.evaluate(_SENT_AGAIN)) - before) / max(1, line.lost - lost)
        longest = float(page.evaluate("window.gap"))
    line.cut()
    return share, longest


def loss_repaired() -> Row:
    """What was lost and came when it was sent again."""
    return Row("loss_repaired", _mended()[0], "", limit=0.95, better="higher")


def loss_gap() -> Row:
    """The longest time without a new picture on that line; one comes each 40 ms."""
    return Row("loss_gap", _mended()[1], "ms", limit=400)


def failover() -> Row:
    """The longest time without a new picture in a tab, while each of two relays is killed once; the other one takes the camera over."""
    with watching(WARM, relays=2) as (page, whole):
        page.wait_for_timeout(5000)
        page.evaluate(_COUNT)
        for victim in whole.all_of("relay"):
            os.kill(victim, signal.SIGKILL)
            page.wait_for_timeout(12_000)  # meanwhile it is started again
        return Row("relay_failover", float(page.evaluate("window.gap")) / 1000, "s", limit=5)


ROWS: dict[str, Measure] = {
    "first_frame_warm": first_frame_warm,
    "first_frame_warm_worst": first_frame_warm_worst,
    "glass_to_browser": glass_to_browser,
    "glass_to_glass": glass_to_glass,
    "picture_age": picture_age,
    "loss_repaired": loss_repaired,
    "loss_gap": loss_gap,
    "relay_failover": failover,
}
