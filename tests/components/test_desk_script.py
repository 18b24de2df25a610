"""The page's own scripts in Chromium: search, keys, taps, menus, theme. The page is the gallery; Dash is not needed for them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from dashboard.settings import CHECKOUT
from tests.components.gallery import ASSETS, gallery

pytestmark = pytest.mark.browser
BASE = "http://desk.test"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """The gallery under an address of its own, with an empty console."""
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, color_scheme="light")
    html = gallery("auto").replace(ASSETS.as_uri(), "/assets").replace("</head>", '<link rel="icon" href="data:,"></head>')

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(BASE).split("?")[0]
        if path.startswith("/assets/"):
            route.fulfill(path=CHECKOUT / "dashboard" / path.lstrip("/"))
        else:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")

    context.route("**/*", answer)
    tab = context.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(BASE + "/")
    yield tab
    assert said == []
    context.close()


def _theme(page: Page) -> str:
    return str(page.evaluate("document.documentElement.dataset.theme"))


def test_a_word_without_tone_marks_finds_its_row_and_stays_in_the_address(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("Hà")
    assert page.locator("#nho tbody tr:visible").count() == 1
    assert page.url.endswith("?tim=H%C3%A0")
    assert page.locator("[data-counts=nho]").inner_text() == "1/2"
    page.locator("#nho-tim").fill("không có")
    assert page.locator("#nho tbody tr:visible").count() == 0
    assert page.locator("[data-counts=nho]").inner_text() == "Không có tên nào như vậy"
    page.locator("#nho-tim").fill("")
    assert page.locator("#nho tbody tr:visible").count() == 2
    assert "tim" not in page.url


def test_arrows_walk_the_rows_of_the_ranking(page: Page) -> None:
    page.locator("table.rank tbody .nm a").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Quảng Trị"
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.textContent") == "Quảng Ninh"


def test_the_whole_row_is_the_target_and_the_search_stays_on_its_page(page: Page) -> None:
    page.evaluate("history.replaceState({}, '', '/?tim=ninh')")
    page.locator("table.rank tbody tr").nth(4).locator("td.br").click()
    assert page.url == BASE + "/?chon=ninh_binh&tim=ninh"


def test_menus_close_by_escape_and_by_a_click_elsewhere(page: Page) -> None:
    menu = page.locator("details.menu").first
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    menu.locator("summary").click()
    page.locator("h1").click()
    assert menu.get_attribute("open") is None


def test_the_theme_follows_the_system_until_one_is_chosen_and_then_stays(page: Page) -> None:
    assert _theme(page) == "desk"
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.theme === 'desk-dark'")
    page.evaluate("deskTheme.choose('desk')")
    assert _theme(page) == "desk"
    page.reload()
    assert _theme(page) == "desk"
    page.evaluate("deskTheme.choose('auto')")
    assert _theme(page) == "desk-dark"


@pytest.mark.parametrize("width", [390, 720, 1024, 1281, 1920, 2560, 3840])
def test_no_component_is_wider_than_its_screen_or_sets_text_too_small(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate("""() => [...document.querySelectorAll('main *')]
        .filter(e => !e.children.length && e.textContent.trim() && e.getBoundingClientRect().width > 1)
        .map(e => [parseFloat(getComputedStyle(e).fontSize), e.textContent.trim()]).filter(([px]) => px < 11.9)""")
    assert small == []


@pytest.mark.parametrize("width", [390, 1024])
def test_what_is_tapped_is_large_enough_for_a_thumb(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    low = page.evaluate("""() => [...document.querySelectorAll('.rank tbody tr, .bt, .ladder li, .short li, .menu summary, .search input')]
        .map(e => [e.className || e.tagName, Math.round(e.getBoundingClientRect().height)]).filter(([, height]) => height < 44)""")
    assert low == []
