"""An open page when figures change: the new figure stands there without a reload, and nothing that the person did is undone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dashboard.access import people
from dashboard.cli.compose import web_program
from dashboard.observations import Parsed
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.store.embedded import Server
from dashboard.store.write import land
from tests.browser.conftest import ACCOUNTS, _sign_in
from tests.browser.watch import Watch
from tests.faults.whole import free_port
from tests.loaded import Loaded, copied, loaded_template, observation, origin
from tests.patience import IN_BROWSERS
from tests.web.running import PASSWORD, served

__all__ = ["loaded_template"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def loaded(server: Server, loaded_template: tuple[str, Path]) -> Iterator[Loaded]:
    """Figures of this module's own: each of its tests changes them in its own way, and none needs them unchanged."""
    with copied(server, loaded_template) as own:
        yield own


@pytest.fixture(scope="module")
def live(loaded: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A program over them."""
    for name, (role, unit) in ACCOUNTS.items():
        people.create(loaded.store, name, f"Người xem {name}", role, unit, PASSWORD)
    with served(web_program(Settings.model_validate({"var_dir": tmp_path_factory.mktemp("live")}), loaded.store)) as address:
        yield address


@pytest.fixture(scope="module")
def state(chromium: Browser, live: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A leader's session."""
    return _sign_in(chromium, live, "leader", tmp_path_factory.mktemp("state") / "leader.json")


@pytest.fixture
def reader(chromium: Browser, live: str, state: Path) -> Iterator[BrowserContext]:
    """A leader's browser."""
    context = chromium.new_context(storage_state=state, viewport={"width": 1366, "height": 700}, base_url=live, locale="vi-VN")
    yield context
    context.close()


@pytest.fixture
def tab(reader: BrowserContext, live: str) -> Iterator[Page]:
    """A tab with a silent console, which asks for its content and for nothing else when figures change."""
    opened = reader.new_page()
    watch = Watch(opened, live)
    yield opened
    watch.check()


def change(store: Store, value: float, unit: str = "ha_noi") -> None:
    land(store, origin(f"{unit}-{value}.csv"), Parsed((observation(value, unit),)))


def open_page(tab: Page, address: str) -> None:
    """Opens a page and waits until it hears; marks the document, so that a reload would be seen."""
    tab.goto(address)
    expect(tab.locator("html[data-signal=live]")).to_be_attached()
    expect(tab.locator(".pulse .live")).to_be_visible()
    tab.evaluate("window.marked = true")


def row(name: str) -> str:
    return f"table.rank tbody tr:has(a:text-is('{name}'))"


def test_a_figure_that_changes_is_on_the_open_page_and_what_the_person_did_stays(tab: Page, loaded: Loaded) -> None:
    open_page(tab, "/xep-hang")
    tab.locator("[data-filters]").press_sequentially("ha")
    tab.locator(row("Hà Nội")).locator("a").first.focus()
    tab.locator("details.menu summary").nth(1).evaluate("menu => menu.parentElement.open = true")
    tab.evaluate("window.scrollTo(0, 120)")
    tab.evaluate("window.kept = document.querySelector('table.rank')")
    shown = tab.locator("table.rank tbody tr:visible").count()
    scrolled = tab.evaluate("window.scrollY")
    change(loaded.store, 99.87)
    expect(tab.locator(row("Hà Nội"))).to_contain_text("99,87")
    assert tab.evaluate("window.marked && window.kept.isConnected")
    assert tab.evaluate("document.activeElement.textContent") == "Hà Nội"
    assert tab.locator("[data-filters]").input_value() == "ha"
    assert tab.locator("table.rank tbody tr:visible").count() == shown < 34
    assert tab.locator("details.menu").nth(1).get_attribute("open") is not None
    assert tab.evaluate("window.scrollY") == scrolled


def test_the_sorted_order_and_the_chosen_row_stay(tab: Page, loaded: Loaded) -> None:
    open_page(tab, "/xep-hang?sap=total&chieu=giam&chon=hue")
    change(loaded.store, 1.23, "hue")
    expect(tab.locator("table.rank tbody tr.on")).to_contain_text("1,23")
    expect(tab.locator(".chosen")).to_contain_text("1,23")
    totals = tab.locator("table.rank tbody tr").all_inner_texts()
    assert "1,23" in totals[0] or "1,23" in totals[-1], "the lowest stands at an end"


def test_after_a_step_to_another_page_that_one_is_kept_up_to_date(tab: Page, loaded: Loaded) -> None:
    open_page(tab, "/xep-hang")
    change(loaded.store, 98.76)
    expect(tab.locator(row("Hà Nội"))).to_contain_text("98,76")
    tab.locator(".mast nav a", has_text="Tổng quan").click()
    expect(tab.locator(".page-overview")).to_be_visible()
    tab.goto("/tinh/tay_ninh_2025")
    expect(tab.locator(".hero")).to_be_visible()
    change(loaded.store, 97.65, "tay_ninh_2025")
    expect(tab.locator(".herobox")).to_contain_text("97,65")


def test_a_storm_of_changes_draws_few_times(tab: Page, loaded: Loaded) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url) if "/content" in request.url else None)
    open_page(tab, "/xep-hang")
    for value in range(100):
        change(loaded.store, value / 2)
    expect(tab.locator(row("Hà Nội"))).to_contain_text("49,50")
    assert 1 <= len(asked) < 50


def test_no_request_is_made_for_a_feed_that_the_page_does_not_show(tab: Page, loaded: Loaded) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url) if "/content" in request.url else None)
    open_page(tab, "/xep-hang")
    land(loaded.store, origin("x.csv", "papi"), Parsed((observation(5.0, measure="papi_portal_access"),)))
    change(loaded.store, 96.54)
    expect(tab.locator(row("Hà Nội"))).to_contain_text("96,54")
    assert len(asked) <= 2


def test_a_server_that_is_gone_is_said_and_comes_back_with_what_it_knows(
    chromium: Browser, live: str, loaded: Loaded, tmp_path: Path
) -> None:
    settings = Settings.model_validate({"var_dir": tmp_path})
    port = free_port()
    with served(web_program(settings, loaded.store), port) as base:
        context = chromium.new_context(storage_state=_sign_in(chromium, base, "leader", tmp_path / "leader.json"), base_url=base)
        tab = context.new_page()
        open_page(tab, "/xep-hang")
    expect(tab.locator(".pulse .lost")).to_be_visible()
    expect(tab.locator(".pulse .lost")).to_contain_text(re.compile(r"mất kết nối\s*từ \d\d:\d\d"))
    change(loaded.store, 94.32)
    with served(web_program(settings, loaded.store), port):
        expect(tab.locator(".pulse .live")).to_be_visible()
        expect(tab.locator(row("Hà Nội"))).to_contain_text("94,32")
        assert tab.evaluate("window.marked"), "the page was loaded anew"
        context.close()


def test_a_session_that_has_ended_leads_every_open_page_to_the_login(chromium: Browser, live: str, tmp_path: Path) -> None:
    own = _sign_in(chromium, live, "leader", tmp_path / "own.json")
    context = chromium.new_context(storage_state=own, viewport={"width": 1366, "height": 700}, base_url=live)
    tab, other = context.new_page(), context.new_page()
    open_page(tab, "/xep-hang")
    open_page(other, "/")
    other.locator(".mast details.menu summary").last.click()
    other.get_by_role("button", name="Đăng xuất").click()
    tab.wait_for_url("**/dang-nhap?tiep=/xep-hang", timeout=IN_BROWSERS)
    context.close()


def test_where_there_is_no_websocket_the_page_asks_now_and_then(reader: BrowserContext, loaded: Loaded) -> None:
    tab = reader.new_page()
    tab.add_init_script("""const later = window.setTimeout; window.setTimeout = (work, ms) => later(work, ms / 50);
        window.WebSocket = function () { throw new Error('none here'); };""")
    tab.goto("/xep-hang")
    expect(tab.locator(".pulse .poll")).to_be_visible()
    change(loaded.store, 95.43)
    expect(tab.locator(row("Hà Nội"))).to_contain_text("95,43")


def test_an_open_page_needs_no_request_more_to_hear(reader: BrowserContext) -> None:
    tab = reader.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    open_page(tab, "/xep-hang")
    tab.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/content" in url or url.endswith("/signal")]
    assert len(asked) <= 22, asked


def test_the_mark_moves_nothing_when_it_changes(reader: BrowserContext) -> None:
    tab = reader.new_page()
    open_page(tab, "/xep-hang")
    places = """[...document.querySelectorAll('.mast > *, .mast nav a')].map(e => e.getBoundingClientRect()).map(r => [r.x, r.width])"""
    for width, height in ((1920, 1080), (1366, 768), (1024, 768), (390, 844)):
        tab.set_viewport_size({"width": width, "height": height})
        boxes = []
        for how in ("live", "poll", "lost") if width > 720 else ("live", "poll"):
            tab.evaluate("how => { document.documentElement.dataset.signal = how; }", how)
            boxes.append(tab.evaluate(places))
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert all(box == boxes[0] for box in boxes)
