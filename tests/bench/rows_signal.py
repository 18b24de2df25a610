"""From a figure that was landed to the pages that show it: 300 and 1,000 open pages, a change each second.

The web program runs in a process of its own; the pages are WebSockets with the manners of `assets/signal.js` (a wait of up to 0.4 s at
random, then the content with ETag and brotli), each with a session of its own, and one of them is a real Chromium that looks at its DOM.
"""

import asyncio
import json
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright
from starlette.types import ASGIApp
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

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
from tests.bench.row import Measure, Row
from tests.bench.rows_api import prepare, serving
from tests.chromium import FLAGS
from tests.chromium import program as chromium_program
from tests.loaded import boards_over, observation, origin
from tests.web.running import all_routers

PAGE, FEED, CHANGES, WARM, SPREAD = "/xep-hang", "dvcqg_766", 20, 3, 0.4
PAGES_OF_ONE = 10
_SEEN = """window.seen = []; let last = '';
setInterval(() => {
  const row = document.querySelector("table.rank tr[data-href*='chon=ha_noi']"), text = row ? row.innerText : '';
  if (text !== last) { last = text; window.seen.push([text, Date.now()]); }
}, 5);"""


@dataclass
class Landed:
    """When which version was committed, and when each page had it, in seconds."""

    at: dict[int, float] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)

    def had(self, after: int, version: int) -> None:
        """A page that knew the one version has the other now."""
        now = time.time()
        self.delays += [now - self.at[each] for each in range(after + 1, version + 1) if each in self.at]


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
    return web.build(Settings.model_validate({"var_dir": Path(folder) / "web"}), store, boards, all_pages(), all_routers(store, boards))


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
        with serving(_web, url, folder) as base, _opened(base, cookies[1:]) as landed, _chromium(base, cookies[0]) as tab:
            before = _drawings(base, token)
            screen = _change(store, landed, tab)
            drawn = _drawings(base, token) - before
        store.close()
    return Measured(sorted(landed.delays), sorted(screen), drawn, CHANGES + WARM)


def _change(store: Store, landed: Landed, tab: Page) -> list[float]:
    """Lands a figure each second; gives the seconds until Chromium's page showed each."""
    texts = {}
    first = json.loads(tab.evaluate("document.getElementById('trang').dataset.standing"))["feeds"][FEED]
    for number in range(CHANGES + WARM):
        if number == WARM:
            landed.delays.clear()
        value = 30 + number / 4
        began = time.perf_counter()
        land(store, origin(f"{number}.csv"), Parsed((observation(value),)))
        landed.at[first + 1 + number] = texts[score(value)] = time.time()
        tab.wait_for_timeout(max(0.0, 1000 - 1000 * (time.perf_counter() - began)))
    tab.wait_for_timeout(3000)
    seen: list[tuple[str, float]] = tab.evaluate("window.seen")
    shown = {text: min((at / 1000 for row, at in seen if text in row), default=None) for text in list(texts)[WARM:]}
    return [at - texts[text] for text, at in shown.items() if at is not None]


@contextmanager
def _opened(base: str, cookies: list[str]) -> Iterator[Landed]:
    """The pages, in a thread with an event loop of its own, until the block ends."""
    landed, loop, ready = Landed(), asyncio.new_event_loop(), threading.Event()

    async def all_pages_open() -> None:
        opening = asyncio.Semaphore(50)
        tasks = [asyncio.create_task(_page(base, each, landed, opening)) for each in cookies]
        while len(_open) < len(cookies):
            await asyncio.sleep(0.1)
            assert not any(task.done() for task in tasks), "a page gave up"
        ready.set()
        await asyncio.gather(*tasks)

    _open.clear()
    task = loop.create_task(all_pages_open())
    thread = threading.Thread(target=lambda: _until_cancelled(loop, task), daemon=True)
    thread.start()
    assert ready.wait(300), "the pages did not open"
    try:
        yield landed
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(60)


_open: set[str] = set()


def _until_cancelled(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    with suppress(asyncio.CancelledError):
        loop.run_until_complete(task)
    # What was opened takes its leave: each socket closes politely, and its own tasks end.
    while others := asyncio.all_tasks(loop):
        loop.run_until_complete(asyncio.wait(others))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


async def _page(base: str, cookie: str, landed: Landed, opening: asyncio.Semaphore) -> None:
    headers, address = {"Cookie": f"phien={cookie}"}, base.replace("http", "ws", 1) + "/signal"
    async with AsyncExitStack() as held:
        async with opening:
            door = connect(address, origin=Origin(base), additional_headers=headers, compression=None, open_timeout=60)
            socket = await held.enter_async_context(door)
            known, tag = int(json.loads(await socket.recv())["feeds"][FEED]), ""
        _open.add(cookie)
        host, port = base.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        held.callback(writer.close)
        while True:
            wanted = await _newer(socket, known)
            await asyncio.sleep(random.random() * SPREAD)
            while known < wanted:
                answer = await _content(reader, writer, headers | ({"If-None-Match": tag} if tag else {}), f"{host}:{port}")
                tag, version = answer["etag"], json.loads(answer["x-standing"])["feeds"][FEED]
                landed.had(known, version)
                known = max(known, version)


async def _newer(socket: ClientConnection, known: int) -> int:
    while True:
        version = int(json.loads(await socket.recv())["feeds"][FEED])
        if version > known:
            return version


async def _content(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: Mapping[str, str], host: str) -> dict[str, str]:
    """The headers of the answer, when all of it is here."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"GET /content?at=%2Fxep-hang HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: br\r\n{lines}\r\n".encode())
    status, *rest = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    found = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest if line)}
    assert " 200 " in status or " 304 " in status, status
    await reader.readexactly(int(found.get("content-length", "0")) if " 200 " in status else 0)
    return found


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
