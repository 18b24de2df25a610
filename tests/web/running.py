"""A program served over a real socket, and browsers' manners for talking to it."""

import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import httpx
import uvicorn
from fastapi import APIRouter
from starlette.types import ASGIApp
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from dashboard.access import passwords
from dashboard.access.looking import CameraDesk
from dashboard.access.roles import UNIT_ROLES, Role
from dashboard.api import routers
from dashboard.boards import Boards
from dashboard.camera.exchange import Exchange
from dashboard.camera.roster import Roster
from dashboard.camera.ruling import Ruling
from dashboard.camera.vault import Vault
from dashboard.checks import Checker
from dashboard.store import Store, accounts
from dashboard.store.accounts import AuditEntry
from dashboard.web.server import configure
from tests.loaded import counter_over
from tests.patience import PATIENCE

VAULT = Vault.of(["a key of tests, 32 letters or more"])
PASSWORD = "mat-khau-thu-nghiem-2026"
ACCOUNTS = {role: f"thu.{role.value}" for role in Role}


@cache
def _hash() -> str:
    """Hashing is slow on purpose; once is enough for all tests."""
    return passwords.make_hash(PASSWORD)


def open_accounts(store: Store) -> None:
    """One account for each role, all with PASSWORD; the province is An Giang."""
    for role, name in ACCOUNTS.items():
        unit = "an_giang_2025" if role in UNIT_ROLES else None
        fields = {"username": name, "display_name": f"Người {role.value}", "role": role.value, "unit": unit, "password_hash": _hash()}
        accounts.add_person(store, fields, AuditEntry("test", "account created"))


NOWHERE = Path(os.devnull) / "raw"


def all_routers(
    store: Store, boards: Boards, raw: Path = NOWHERE, checker: Checker | None = None, roster: Roster | None = None
) -> list[APIRouter]:
    """Every router of the API over a store; what is brought is taken in only where there is a folder for raw bytes."""
    ruling = Ruling(roster or Roster(store, VAULT), boards.units, list(Role))
    return routers(boards, CameraDesk(store, Exchange(store)), ruling, counter_over(store, raw), checker)


@contextmanager
def served(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Serves the program on a port of loopback (0: a free one); gives its base URL."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    port = listener.getsockname()[1]
    server = uvicorn.Server(configure(app, "127.0.0.1", port))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while not server.started:
        assert thread.is_alive(), "the server stopped"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listener.close()


def browser(base: str) -> httpx.Client:
    """A client that keeps cookies and says, as browsers do, which page it comes from."""
    return httpx.Client(base_url=base, headers={"Origin": base, "Accept-Encoding": "gzip"})


@contextmanager
def signed_in(base: str, username: str, password: str = PASSWORD) -> Iterator[httpx.Client]:
    """A browser with a session."""
    with browser(base) as client:
        answer = client.post("/dang-nhap", data={"username": username, "password": password, "tiep": "/"})
        assert answer.status_code == 303, answer.text
        yield client


@contextmanager
def listening(base: str, cookies: Mapping[str, str], origin: str | None = None) -> Iterator[ClientConnection]:
    """An open page's ear: a WebSocket to `/signal` with these cookies. Raises InvalidStatus when it is refused."""
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    address = base.replace("http", "ws", 1) + "/signal"
    with connect(address, origin=Origin(origin or base), additional_headers=headers, open_timeout=PATIENCE, proxy=None) as socket:
        yield socket
