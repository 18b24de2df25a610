"""Takes the pictures of docs/screens from a running system: `python -m tests.browser.screens http://127.0.0.1:8050 USER PASSWORD`."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, StorageState, expect, sync_playwright

from dashboard.settings import CHECKOUT
from dashboard.wall.plan import load_walls
from dashboard.wall.scenes import all_kinds
from tests.browser.replay import stand_still
from tests.chromium import FLAGS

FOLDER = CHECKOUT / "docs" / "screens"
SIZES = {"3840": (3840, 2160), "1920": (1920, 1080), "1024": (1024, 768), "390": (390, 844)}
WALLS = [(1920, 1080), (3840, 2160), (5760, 1080)]
PAGES = {
    "overview": "/",
    "overview-tiles": "/?xem=o",
    "ranking": "/xep-hang?chon=lam_dong_2025",
    "province": "/tinh/phu_tho_2025",
    "indicator": "/chi-tieu/index766_digitisation",
    "evidence": "/can-cu/index766_total/bac_ninh_2025/2025-10",
    "group": "/nhom/hop_2020_09_11?ky=2020-09-11",
    "groups": "/nhom",
    "signs": "/dau-hieu",
    "camera": "/camera",
    "self-check": "/tu-kiem-tra?tinh=bac_ninh_2025",
    "sources": "/nguon-so-lieu",
    "source": "/nguon-so-lieu/dvcqg_766",
}


def main(base: str, user: str, password: str) -> None:
    """Every page at every size in light, and at 1920 and 1024 in dark; the login page at 1920; every scene of the wall at three sizes."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        state = _sign_in(browser, base, user, password)
        for size in SIZES:
            for theme in ("light", "dark") if size in ("1920", "1024") else ("light",):
                _take(browser, base, state, size, theme)
        for wall in WALLS:
            _take_wall(browser, base, state, wall)
        browser.close()


def _sign_in(browser: Browser, base: str, user: str, password: str) -> StorageState:
    context = browser.new_context(base_url=base, viewport={"width": 1920, "height": 1080})
    tab = context.new_page()
    tab.goto("/dang-nhap")
    _save(tab.screenshot(type="jpeg", quality=80), "login-1920")
    tab.get_by_label("Tên đăng nhập").fill(user)
    tab.get_by_label("Mật khẩu").fill(password)
    tab.get_by_role("button", name="Đăng nhập").click()
    tab.wait_for_url(base + "/")
    state = context.storage_state()
    context.close()
    return state


def _take(browser: Browser, base: str, state: StorageState, size: str, theme: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=base,
        storage_state=state,
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        device_scale_factor=0.5 if width > 2000 else 1,  # a picture of a wall need not be as large as the wall
    )
    tab = context.new_page()
    for name, address in PAGES.items():
        tab.goto(address)
        expect(tab.locator("main h1")).to_be_visible(timeout=30_000)
        tab.wait_for_load_state("networkidle")
        _save(tab.screenshot(type="jpeg", quality=80), f"{name}-{size}{'-dark' if theme == 'dark' else ''}")
    context.close()


def _take_wall(browser: Browser, base: str, state: StorageState, size: tuple[int, int]) -> None:
    scale = 1 if size[0] < 2000 else 0.5
    walls = load_walls(CHECKOUT / "data" / "walls.toml", all_kinds(), {"766": None})
    for kind in [scene.kind.key for scene in walls["chinh"].scenes] + ["pairing"]:
        context = browser.new_context(
            base_url=base,
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=scale,
            storage_state=None if kind == "pairing" else state,
        )
        tab = context.new_page()
        if kind != "pairing":
            stand_still(tab, [scene.kind.key for scene in walls["chinh"].scenes], kind)
        tab.goto("/wall/chinh")
        expect(tab.locator("#ghep" if kind == "pairing" else f".layer.on .scene.{kind}")).to_be_visible()
        if kind == "cameras":
            expect(tab.locator(".layer.on .mosaic .plays").nth(3)).to_be_visible(timeout=60_000)
        tab.wait_for_timeout(1500)  # the scene fades in
        _save(tab.screenshot(type="jpeg", quality=80), f"wall-{kind}-{size[0]}")
        context.close()


def _save(picture: bytes, name: str) -> None:
    Path(FOLDER / f"{name}.jpg").write_bytes(picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
