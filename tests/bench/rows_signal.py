"""From a figure that was landed to the pages that show it: 300 and 1,000 open pages, a change each second.

The web program runs in a process of its own, and so do the pages: bare sockets with the manners of `assets/signal.js` (a wait of up to
0.4 s at random, then the content with ETag and brotli), each with a session of its own. One more is a real Chromium that looks at its DOM.
"""

import asyncio
import json
import multiprocessing
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, sync_playwright
from starlette.types import ASGIApp

from dashboard import web
from dashboard.access import sessions, tokens
from dashboard.formats import score
from dashboard.observations import Parsed
from dashboard.pages import all_pages
from dashboard.settings import Settings
from dashboard.store import Store, accounts
from dashboard.store.accounts import AuditEntry
from dashboard.store.embedded import Server
from dashboard.store.write import land
from tests.bench.raw import Ear, Line
from tests.bench.row import Measure, Row
from tests.bench.rows_api import PRESSED, prepare, serving
from tests.chromium import FLAGS
from tests.chromium import program as chromium_program
from tests.loaded import boards_over, observation, origin
from tests.web.running import all_routers

PAGE, FEED, CHANGES, WARM, SPREAD = "/xep-hang", "dvcqg_766", 20, 3, 0.4
PAGES_OF_ONE = 10
PATIENCE = 60
"""Seconds for the last page to have the last change."""
_SEEN = """window.seen = []; let last = '';
setInterval(() => {
  const row = document.querySelector("table.rank tr[data-href*='chon=ha_noi']"), text = row ? row.innerText : '';
  if (text !== last) { last = text; window.seen.push([text, Date.now()]); }
}, 5);"""


Had = tuple[int, int, float]
"""A page that knew the one version had the other at that moment."""


@dataclass(frozen=True)
class Measured:
    """What one run gave: delays of the pages and of Chromium's screen, contents drawn, changes landed."""

    delays: list[float]
    screen: list[float]
    drawn: float
    changes: int


def _web(url: str, folder: str) -> ASGIApp:
    store = Store.open(url)
    boards = boards_over(store, Path(folder) / "raw")
    return web.build(Settings.model_validate({"var_dir": PRESSED}), store, boards, all_pages(), all_routers(store, boards))


def _sessions(store: Store, pages: int) -> list[str]:
    """A cookie for each page; a person has ten of them open."""
    found = []
    for number in range(0, pages, PAGES_OF_ONE):
        fields = {"username": f"nguoi.{number}", "display_name": "Người xem", "role": "leader", "unit": None, "password_hash": "-"}
        accounts.add_person(store, fields, AuditEntry("bench", "account created"))
        person = accounts.find_person(store, f"nguoi.{number}")
        assert person is not None
        found += [sessions.begin(store, person[0], "", timedelta(hours=1)) for _ in range(min(PAGES_OF_ONE, pages - number))]
    return found


@cache
def measured(pages: int) -> Measured:
    """So many open pages and a Chromium through twenty changes, one each second."""
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder)) as server:
        url = server.url_of("postgres")
        prepare(url, Path(folder))
        store = Store.open(url)
        cookies, token = _sessions(store, pages), tokens.issue(store, "đo", ["metrics"])
        landed: dict[int, float] = {}
        with serving(_web, url, folder) as base, _opened(base, cookies[1:], landed) as had, _chromium(base, cookies[0]) as tab:
            before = _drawings(base, token)
            screen = _change(store, landed, tab)
            drawn = _drawings(base, token) - before
        store.close()
    delays = [at - landed[each] for knew, knows, at in had for each in range(knew + 1, knows + 1) if each in landed]
    assert len(delays) == (pages - 1) * CHANGES, "every page has had every change"
    return Measured(sorted(delays), sorted(screen), drawn, CHANGES + WARM)


def _change(store: Store, landed: dict[int, float], tab: Page) -> list[float]:
    """Lands a figure each second, and notes when each version was committed; gives the seconds until Chromium's page showed each."""
    texts = {}
    first = json.loads(tab.evaluate("document.getElementById('trang').dataset.standing"))["feeds"][FEED]
    for number in range(CHANGES + WARM):
        value = 30 + number / 4
        began = time.perf_counter()
        land(store, origin(f"{number}.csv"), Parsed((observation(value),)))
        texts[score(value)] = time.time()
        if number >= WARM:
            landed[first + 1 + number] = texts[score(value)]
        tab.wait_for_timeout(max(0.0, 1000 - 1000 * (time.perf_counter() - began)))
    tab.wait_for_timeout(3000)
    seen: list[tuple[str, float]] = tab.evaluate("window.seen")
    shown = {text: min((at / 1000 for row, at in seen if text in row), default=None) for text in list(texts)[WARM:]}
    return [at - texts[text] for text, at in shown.items() if at is not None]


@contextmanager
def _opened(base: str, cookies: list[str], landed: dict[int, float]) -> Iterator[list[Had]]:
    """The pages, in a process of their own until each has the last that was landed; then the list holds what each had when."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_crowd, args=(base, cookies, theirs), daemon=True)
    process.start()
    assert ours.poll(300), "the pages did not open"
    assert ours.recv() == len(cookies)
    had: list[Had] = []
    try:
        yield had
    finally:
        ours.send(max(landed, default=0))
        had += ours.recv()
        process.join(60)


def _crowd(base: str, cookies: list[str], pipe: "Connection[Any, Any]") -> None:
    asyncio.run(_all_pages(base, cookies, pipe))


async def _all_pages(base: str, cookies: list[str], pipe: "Connection[Any, Any]") -> None:
    had: list[Had] = []
    opening, opened = asyncio.Semaphore(50), asyncio.Semaphore(0)
    tasks = [asyncio.create_task(_page(base, each, had, (opening, opened))) for each in cookies]
    for _ in cookies:
        await opened.acquire()
    pipe.send(len(cookies))
    last = await asyncio.to_thread(pipe.recv)
    for _ in range(PATIENCE):
        if sum(version >= last for _, version, _ in had) >= len(cookies):
            break
        await asyncio.sleep(1)
    pipe.send(had)
    gave_up = [str(task.exception()) for task in tasks if task.done()]
    for task in tasks:
        task.cancel()
    assert not gave_up, gave_up[0]


async def _page(base: str, cookie: str, had: list[Had], doors: tuple[asyncio.Semaphore, asyncio.Semaphore]) -> None:
    opening, opened = doors
    headers = f"Cookie: phien={cookie}\r\n"
    async with opening:
        ear = await Ear.to(base, "/signal", f"Origin: {base}\r\n{headers}")
        known, tag = _version(await ear.news()), b""
        line = await Line.to(base)
    opened.release()
    while True:
        wanted = _version(await ear.news())
        if wanted > known:
            await asyncio.sleep(random.random() * SPREAD)
        while known < wanted:
            answer = await line.ask(_request(base, headers, tag))
            assert answer.status in (200, 304), answer.head
            tag, version = answer.header(b"etag"), json.loads(answer.header(b"x-standing"))["feeds"][FEED]
            had.append((known, version, time.time()))
            known = max(known, version)


def _version(said: bytes) -> int:
    return int(json.loads(said)["feeds"][FEED])


def _request(base: str, headers: str, tag: bytes) -> bytes:
    start = f"GET /content?at=%2Fxep-hang HTTP/1.1\r\nHost: {base.removeprefix('http://')}\r\nAccept-Encoding: br\r\n{headers}"
    return start.encode() + (b"If-None-Match: " + tag + b"\r\n" if tag else b"") + b"\r\n"


@contextmanager
def _chromium(base: str, cookie: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=FLAGS)
        context = browser.new_context(base_url=base, viewport={"width": 1920, "height": 1080})
        context.add_cookies([{"name": "phien", "value": cookie, "url": base}])
        tab = context.new_page()
        tab.add_init_script(_SEEN)
        tab.goto(PAGE)
        tab.locator("html[data-signal=live] table.rank").wait_for(timeout=60_000)
        yield tab
        browser.close()


def _drawings(base: str, token: str) -> float:
    text = httpx.get(base + "/metrics", headers={"Authorization": f"Bearer {token}"}, timeout=30).raise_for_status().text
    return next(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith("dashboard_drawings_total"))


def _quantile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))]


def _row(name: str, unit: str, limit: float, value: Callable[[], float]) -> Measure:
    return lambda: Row(name, value(), unit, limit)


ROWS: dict[str, Measure] = {
    f"signal_{pages}_{what}": _row(f"signal_{pages}_{what}", unit, limit, lambda pages=pages, read=read: read(measured(pages)))  # type: ignore[misc]
    for pages in (300, 1000)
    for what, unit, limit, read in (
        ("p50", "s", 1.0, lambda one: _quantile(one.delays, 0.5)),
        ("p99", "s", 3.0, lambda one: _quantile(one.delays, 0.99)),
        ("screen", "s", 2.0, lambda one: _quantile(one.screen, 0.5)),
        ("drawings", "a change", 1.0, lambda one: one.drawn / one.changes),
    )
}
