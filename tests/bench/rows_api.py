"""Requests per second of the ranking with login, beside a plain FastAPI route that gives the same bytes to anybody."""

import asyncio
import multiprocessing
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx
import uvicorn
from fastapi import FastAPI, Response
from starlette.types import ASGIApp

from dashboard import web
from dashboard.access.roles import Role
from dashboard.ingest import load_published
from dashboard.settings import CHECKOUT, Settings
from dashboard.store import Store
from dashboard.store.embedded import Server
from dashboard.store.migrate import migrate
from dashboard.web.server import configure, settle
from tests.bench.row import Measure, Row
from tests.loaded import boards_over, ingest_desk
from tests.web.running import ACCOUNTS, all_routers, open_accounts, signed_in

PRESSED = CHECKOUT / "var"
"""Where compressed files are kept, as on any machine that was started before: it takes a core for half a minute."""
PATH, CONNECTIONS, SECONDS, ROUNDS = "/api/v1/rankings/766", 8, 1.0, 5


def measure_ranking() -> Row:
    """The whole answer, each time."""
    return _measure("api", copy_in_hand=False)


def measure_unchanged() -> Row:
    """A client that has the answer already and asks whether it is still right."""
    return _measure("api_unchanged", copy_in_hand=True)


ROWS: dict[str, Measure] = {"api": measure_ranking, "api_unchanged": measure_unchanged}


def _measure(name: str, copy_in_hand: bool) -> Row:
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder)) as server:
        url = server.url_of("postgres")
        prepare(url, Path(folder))
        with serving(_real, url, folder) as base, signed_in(base, ACCOUNTS[Role.LEADER]) as client:
            answer = client.get(PATH, headers={"Accept-Encoding": "identity"}).raise_for_status()
            headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in client.cookies.items())}
            headers |= {"If-None-Match": answer.headers["etag"]} if copy_in_hand else {}
            with serving(_plain, answer.text, folder) as plain:
                # In turn: what else the machine does meanwhile strikes both.
                pairs = [(asyncio.run(_rate(base, headers)), asyncio.run(_rate(plain, {}))) for _ in range(ROUNDS)]
    ours, theirs = (median(rates) for rates in zip(*pairs, strict=True))
    return Row(name, ours, "requests/s", 0.25, theirs, "higher")


def prepare(url: str, folder: Path) -> None:
    store = Store.open(url)
    migrate(store)
    assert all(report.error is None for report in load_published(ingest_desk(store, folder / "raw")))
    open_accounts(store)
    store.close()


def _real(url: str, folder: str) -> ASGIApp:
    store = Store.open(url)
    boards = boards_over(store, Path(folder) / "raw")
    return web.build(Settings.model_validate({"var_dir": PRESSED}), store, boards, (), all_routers(store, boards))


def _plain(body: str, folder: str) -> ASGIApp:
    app = FastAPI()

    @app.get(PATH)
    async def ranking() -> Response:
        return Response(body, media_type="application/json")

    return app


def _serve(make: object, asked: str, folder: str, port: int) -> None:
    assert callable(make)
    app = make(asked, folder)
    wait_for_press()
    settle()
    uvicorn.Server(configure(app, "127.0.0.1", port)).run()


def wait_for_press() -> None:
    """Files are compressed once, in a thread: not while something else is measured."""
    for thread in threading.enumerate():
        if thread.name == "press":
            thread.join()


@contextmanager
def serving(make: object, asked: str, folder: str) -> Iterator[str]:
    """A server in a process of its own, so that the one who asks does not take its time away."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(make, asked, folder, port))
    process.start()
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.join(20)


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


async def _rate(base: str, headers: dict[str, str]) -> float:
    """Answers per second over a few connections that stay open."""
    host, port = base.removeprefix("http://").split(":")
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {PATH} HTTP/1.1\r\nHost: {host}:{port}\r\n{lines}\r\n".encode()
    await _ask(host, int(port), request, time.perf_counter() + 0.5)
    began = time.perf_counter()
    counts = await asyncio.gather(*(_ask(host, int(port), request, began + SECONDS) for _ in range(CONNECTIONS)))
    return sum(counts) / (time.perf_counter() - began)


async def _ask(host: str, port: int, request: bytes, end: float) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    count = 0
    while time.perf_counter() < end:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith((b"http/1.1 200", b"http/1.1 304")), head
        if b"content-length: " in head:
            await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
        count += 1
    writer.close()
    return count
