"""The ranking page in Chromium: time to the drawn table, bytes on the wire, requests, memory of the script.

The whole system runs as an operator starts it. Cold is a browser that never saw the program (but holds a session), warm the second visit of
the same browser. Every figure is a median.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, BrowserContext, CDPSession, StorageState, ViewportSize, sync_playwright

from tests.bench.row import Measure, Row
from tests.chromium import FLAGS
from tests.faults.whole import demo_password, free_port, running

VISITS, ROWS_DRAWN = 7, 34
SIZE = ViewportSize(width=1920, height=1080)
SETTLED = 700
"""Milliseconds that Chromium is given to load the inside of its own new tab, which is not the page's affair."""

# Set before any script of the page: a promise of the moment at which the whole table is there and has been painted. What comes before the
# table is hidden, so the first paint with content is the table's; it comes later than the frame in which its rows were laid out.
_DRAWN = f"""window.drawn = Promise.all([
  new Promise((there, gaveUp) => {{
    setTimeout(() => gaveUp(new Error('no table')), 30000);
    new MutationObserver((_, watch) => {{
      if (document.querySelectorAll('main table.rank tbody tr').length >= {ROWS_DRAWN}) {{
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(() => there(performance.now())));
      }}
    }}).observe(document, {{ childList: true, subtree: true }});
  }}),
  new Promise((painted) => new PerformanceObserver(
    (list) => list.getEntriesByName('first-contentful-paint').forEach((entry) => painted(entry.startTime))
  ).observe({{ type: 'paint', buffered: true }})),
]).then((moments) => Math.max(...moments));"""


@dataclass(frozen=True)
class Visit:
    """One look at the page: milliseconds from the start of navigation to the drawn table, bytes on the wire, requests, bytes of heap."""

    milliseconds: float
    wire: float
    requests: int
    heap: float


@cache
def _visits() -> tuple[list[Visit], list[Visit]]:
    """Cold and warm visits, taken in turn; measured once for all rows."""
    with _browser() as (browser, base, session):
        _visit_both(browser, base, session)  # the server draws its first page, and Chromium starts its processes
        pairs = [_visit_both(browser, base, session) for _ in range(VISITS)]
    return [cold for cold, _ in pairs], [warm for _, warm in pairs]


@contextmanager
def _browser() -> Iterator[tuple[Browser, str, StorageState]]:
    port = free_port()
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder:
        variables = {"DASHBOARD_VAR_DIR": str(Path(folder) / "var")}
        with running(port=port, variables=variables) as whole, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, "--enable-precise-memory-info"])
            base = f"http://127.0.0.1:{port}"
            yield browser, base, _session(browser, base, demo_password(whole.lines, "lanhdao"))
            browser.close()


def _session(browser: Browser, base: str, password: str) -> StorageState:
    context = browser.new_context(base_url=base)
    tab = context.new_page()
    tab.goto("/dang-nhap")
    tab.get_by_label("Tên đăng nhập").fill("lanhdao")
    tab.get_by_label("Mật khẩu").fill(password)
    tab.get_by_role("button", name="Đăng nhập").click()
    tab.wait_for_url(base + "/")
    state = context.storage_state()
    context.close()
    return state


def _visit_both(browser: Browser, base: str, session: StorageState) -> tuple[Visit, Visit]:
    context = browser.new_context(base_url=base, storage_state=session, viewport=SIZE)
    cold, warm = _visit(context), _visit(context)
    context.close()
    return cold, warm


def _visit(context: BrowserContext) -> Visit:
    tab = context.new_page()
    tab.add_init_script(_DRAWN)
    wire = context.new_cdp_session(tab)
    sizes = _listen(wire)
    tab.wait_for_timeout(SETTLED)
    tab.goto("/xep-hang")
    milliseconds = tab.evaluate("window.drawn")
    tab.wait_for_load_state("networkidle")
    heap = _heap(wire)
    tab.close()
    return Visit(milliseconds, sum(sizes), len(sizes), heap)


def _listen(wire: CDPSession) -> list[float]:
    """Fills with the bytes of every answer, headers included, that came over the network."""
    sizes: list[float] = []
    kept: set[str] = set()
    wire.on("Network.requestServedFromCache", lambda event: kept.add(event["requestId"]))
    wire.on("Network.loadingFinished", lambda event: sizes.extend([] if event["requestId"] in kept else [event["encodedDataLength"]]))
    wire.send("Network.enable")
    return sizes


def _heap(wire: CDPSession) -> float:
    wire.send("HeapProfiler.collectGarbage")
    wire.send("Performance.enable")
    metrics = {each["name"]: each["value"] for each in wire.send("Performance.getMetrics")["metrics"]}
    return float(metrics["JSHeapUsedSize"])


def _row(name: str, unit: str, limit: float, value: Callable[[], list[float]]) -> Measure:
    return lambda: Row(name, median(value()), unit, limit)


def _cold() -> list[Visit]:
    return _visits()[0]


def _warm() -> list[Visit]:
    return _visits()[1]


ROWS: dict[str, Measure] = {
    "page_cold": _row("page_cold", "s", 1.2, lambda: [one.milliseconds / 1000 for one in _cold()]),
    "page_warm": _row("page_warm", "s", 0.8, lambda: [one.milliseconds / 1000 for one in _warm()]),
    "page_wire": _row("page_wire", "MB", 1.3, lambda: [one.wire / 1e6 for one in _cold()]),
    "page_requests": _row("page_requests", "requests", 22, lambda: [float(one.requests) for one in _cold()]),
    "page_heap": _row("page_heap", "MB", 18, lambda: [one.heap / 1e6 for one in _cold()]),
}
