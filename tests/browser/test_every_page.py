"""Each page, opened by its address: drawn, silent, at home, accessible, nothing clipped, at four sizes, light and dark."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard.pages import all_pages
from tests.patience import IN_BROWSERS

pytestmark = pytest.mark.browser

ADDRESSES = {
    "overview": "/",
    "ranking": "/xep-hang",
    "province": "/tinh/phu_tho_2025",
    "indicators": "/chi-tieu",
    "indicator": "/chi-tieu/index766_digitisation",
    "evidence": "/can-cu/index766_total/bac_ninh_2025/2025-10",
    "group": "/nhom/hop_2020_09_11?ky=2020-09-11",
    "groups": "/nhom",
    "camera": "/camera",
    "signs": "/dau-hieu",
    "sign": "/dau-hieu/hue/axis_silent",
    "self_check": "/tu-kiem-tra?tinh=bac_ninh_2025",
    "submission": "/tu-kiem-tra/1",
    "sources": "/nguon-so-lieu",
    "source": "/nguon-so-lieu/dvcqg_766",
}
RULED = {"administration": "/quan-tri", "camera_row": "/quan-tri/camera/ha_noi_1", "camera_new": "/quan-tri/camera-moi"}
"""Pages that administrators alone may see."""
OTHERS = {
    "the self-check of every province": "/tu-kiem-tra",
    "a cell of a workbook": "/tu-kiem-tra/1?xem=van-de&o=B%C3%A1o%20c%C3%A1o!E11",
    "ranking, year to date": "/xep-hang?ky=2025-10/ytd",
    "ranking, one chosen": "/xep-hang?chon=lam_dong_2025",
    "ranking, progress": "/xep-hang?xep=tien-bo",
    "ranking, the communes of a province": "/xep-hang?vung=an_giang_2025",
    "ranking of our own, without figures": "/xep-hang?bang=real_use",
    "ranking, a region": "/xep-hang?vung=red_river_delta",
    "ranking, sorted": "/xep-hang?sap=index766_digitisation",
    "overview, tiles": "/?xem=o",
    "overview, table": "/?xem=bang",
    "a province with communes": "/tinh/an_giang_2025",
    "a province that was merged": "/tinh/bac_giang",
    "the evidence of a fact": "/can-cu/service_portal_status_sync_volume/bac_ninh/2020-09-11",
    "a meeting as of today": "/nhom/hop_2020_09_11?ky=2026-11-22",
    "a region": "/nhom/red_river_delta",
    "a camera that cannot be played": "/camera?chon=son_la_1",
    "a camera that is not connected": "/camera?chon=lai_chau_1",
    "an indicator without figures": "/chi-tieu/electronic_document_rate",
    "a yearly indicator": "/chi-tieu/papi_internet_access",
}
THEMES: dict[Literal["light", "dark"], str] = {"light": "desk", "dark": "desk-dark"}
SIZES = {"wall": (3840, 2160), "desk": (1920, 1080), "tablet": (1024, 768), "phone": (390, 844)}


def test_this_list_names_every_page() -> None:
    assert {*ADDRESSES, *RULED} == {page.key for page in all_pages()}


@pytest.mark.parametrize("address", OTHERS.values())
def test_a_page_is_drawn_without_a_word_in_the_console(page: Page, address: str) -> None:
    opened(page, address)
    expect(page.locator("main .stamp").first).to_be_attached()


@pytest.mark.parametrize("key", ADDRESSES)
def test_a_page_is_accessible_and_nothing_in_it_is_clipped(page: Page, key: str) -> None:
    opened(page, ADDRESSES[key])
    expect(page.locator("main .stamp").first).to_be_attached()
    is_accessible(page)
    fits(page)


@pytest.mark.parametrize("key", RULED)
def test_a_page_of_administration_is_accessible_and_nothing_in_it_is_clipped(ruler: Page, key: str) -> None:
    opened(ruler, RULED[key])
    is_accessible(ruler)
    fits(ruler)


def is_accessible(page: Page) -> None:
    """By axe, light and dark."""
    for scheme, theme in THEMES.items():
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
        assert found.violations_count == 0, found.generate_report()


def fits(page: Page) -> None:
    """At every size."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        # Charts follow a changed width a moment later; what does not fit by then never will.
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width, timeout=IN_BROWSERS)
        # What is drawn by size is drawn anew in the frame after the one in which it has another size.
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert not page.evaluate(_CLIPPED), f"text is cut off on a {size}"
        assert not page.evaluate(_SMALL), f"text under 12 px on a {size}"


def opened(page: Page, address: str) -> None:
    """Opens a page and waits until it stands; the fixture looks at its console and its requests.

    Pages with cameras never stop asking, so nobody waits for silence: a moment is given to what comes late.
    """
    page.goto(address)
    expect(page.locator("main h1")).to_be_visible()
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)


# Leaves of text whose box is smaller than their text, unless they scroll by design.
_CLIPPED = """() => [...document.querySelectorAll('main *')].filter(e => e.children.length === 0 && e.textContent.trim()
  && !e.closest('svg, [data-scrolls]') && getComputedStyle(e).overflow !== 'visible' && e.scrollWidth > e.clientWidth + 1
  && e.clientWidth > 1).map(e => e.textContent.trim())"""

# As drawn: text inside an SVG is scaled by its viewBox.
_SMALL = """() => [...document.querySelectorAll('main *')].filter(e => e.children.length === 0 && e.textContent.trim()
  && e.getClientRects().length && e.getBoundingClientRect().width > 1)
  .map(e => [e, parseFloat(getComputedStyle(e).fontSize) * (e.ownerSVGElement ? Math.hypot(e.getScreenCTM().a, e.getScreenCTM().b) : 1)])
  .filter(([e, px]) => px < 11.9).map(([e, px]) => e.textContent.trim() + ' ' + px.toFixed(1))"""
