"""A process is killed, or hangs, while somebody watches in Chromium: the picture moves again without a hand."""

import os
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.faults.whole import demo_password, free_port, running
from tests.patience import soon

pytestmark = [pytest.mark.full, pytest.mark.browser]

PLAYS = "() => document.querySelector('[data-player].plays') !== null"
MOVES = """() => new Promise((tell) => {
  const video = document.querySelector('[data-player] video'), then = video.currentTime;
  setTimeout(() => tell(video.currentTime > then + 0.5), 1500);
})"""
PLAYS_NOT = "() => document.querySelector('[data-player].plays') === null"


@pytest.mark.parametrize(
    ("name", "blow"),
    [(name, signal.SIGKILL) for name in ("relay", "web", "sandbox", "postgres")] + [("relay", signal.SIGSTOP)],
)
def test_the_picture_comes_back_after_a_process_was_killed_or_hangs(
    chromium: Browser, tmp_path: Path, name: str, blow: signal.Signals
) -> None:
    port = free_port()
    with running(port=port, variables={"DASHBOARD_VAR_DIR": str(tmp_path / "var")}) as whole:
        page = chromium.new_page(base_url=f"http://127.0.0.1:{port}")
        page.goto("/dang-nhap")
        page.get_by_label("Tên đăng nhập").fill("lanhdao")
        page.get_by_label("Mật khẩu").fill(demo_password(whole.lines, "lanhdao"))
        page.get_by_role("button", name="Đăng nhập").click()
        page.goto("/camera?chon=bac_ninh_1")
        page.wait_for_function(PLAYS, timeout=60_000)
        before = whole.children()[name]
        os.kill(before, blow)
        if name == "relay":  # pictures do not pass through web or the database, and a camera may be back before the player gives up
            page.wait_for_function(PLAYS_NOT, timeout=30_000)
        assert soon(lambda: whole.children().get(name, before) != before)
        page.wait_for_function(MOVES, timeout=60_000)
        page.close()
