"""A relay that hangs: its kernel still takes connections, and nobody answers. Others are asked instead, until it answers again."""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import TypeVar

import httpx
import pytest

from dashboard.camera.exchange import Exchange, in_order
from dashboard.errors import NotFound
from dashboard.store import Store, cameras
from dashboard.store.cameras import Relay
from tests.camera.box import Box
from tests.camera.viewer import offer
from tests.patience import PATIENCE

CAMERA = "plays"
Answers = Callable[[str], Awaitable[str]]
Value = TypeVar("Value")


@pytest.fixture(autouse=True)
def _alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """One beat is enough for a whole test."""
    monkeypatch.setattr("dashboard.camera.exchange.ALIVE", timedelta(hours=1))


@contextmanager
def beating(store: Store) -> Iterator[tuple[Relay, socket.socket]]:
    """A relay that beats, is asked first for the camera, and does nothing: a socket that nobody takes connections from."""
    others = cameras.relays(store, timedelta(hours=1))
    with socket.create_server(("127.0.0.1", 0), backlog=64) as door:
        address = f"http://127.0.0.1:{door.getsockname()[1]}"
        named = (Relay(f"hangs{number}", address, b"x" * 32) for number in itertools.count())
        first = next(one for one in named if in_order(CAMERA, [*others, one])[0] is one)
        cameras.beat(store, first)
        yield first, door


@asynccontextmanager
async def asking(store: Store) -> AsyncIterator[Exchange]:
    """An exchange that would wait for ever for an answer."""
    async with httpx.AsyncClient(timeout=httpx.Timeout(None, connect=5), trust_env=False) as client:
        exchange = Exchange(store, client)
        yield exchange
        await asyncio.gather(*exchange._pulse._knocking.values())


def tried(store: Store, act: Callable[[Exchange, Relay, socket.socket], Awaitable[Value]]) -> Value:
    """What comes of it, on a loop of its own."""

    async def run() -> Value:
        async with asking(store) as exchange:
            return await act(exchange, *made)

    with beating(store) as made:
        return asyncio.run(run())


async def serve(door: socket.socket, answers: Answers) -> asyncio.Server:
    """Answers requests by their first line, from now on."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        status = await answers(head.split("\r\n")[0])
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 3\r\nConnection: close\r\n\r\nsdp".encode())
        await writer.drain()
        writer.close()

    return await asyncio.start_server(meet, sock=door)


def test_whoever_wants_a_picture_is_sent_to_the_next_relay_and_back_once_the_first_one_answers(box: Box, store: Store) -> None:
    async def answers(_: str) -> str:
        return "404 Not Found"

    async def act(exchange: Exchange, hangs: Relay, door: socket.socket) -> None:
        assert await exchange.relay_of(CAMERA) == hangs.id
        assert (await exchange.open(CAMERA, await offer())).relay == box.relay.id
        assert await exchange.relay_of(CAMERA) == box.relay.id, "it is known to hang, and those who come after do not wait"
        async with await serve(door, answers), asyncio.timeout(PATIENCE):
            while await exchange.relay_of(CAMERA) != hangs.id:
                await asyncio.sleep(0.05)

    tried(store, act)


def test_whoever_looked_there_hears_that_the_session_is_gone(box: Box, store: Store) -> None:
    async def act(exchange: Exchange, hangs: Relay, _: socket.socket) -> None:
        for asked in (exchange.look, exchange.end):
            with pytest.raises(NotFound):
                await asked(hangs.id, "abc")

    tried(store, act)


def test_one_that_thinks_for_long_and_answers_its_door_is_waited_for(box: Box, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.camera.pulse.ANSWERS_WITHIN", PATIENCE)

    async def act(exchange: Exchange, thinks: Relay, door: socket.socket) -> bool:
        knocked = asyncio.Event()

        async def answers(line: str) -> str:
            if line.startswith("GET / "):
                knocked.set()
                return "404 Not Found"
            await knocked.wait()
            return "201 Created"

        async with await serve(door, answers):
            return (await exchange.open(CAMERA, b"offer")).relay == thinks.id

    assert tried(store, act)


def test_where_there_is_no_other_a_relay_that_hangs_is_waited_for(store: Store) -> None:
    async def answers(_: str) -> str:
        return "201 Created"

    async def act(exchange: Exchange, hangs: Relay, door: socket.socket) -> bool:
        opening = asyncio.create_task(exchange.open(CAMERA, b"offer"))
        done, _ = await asyncio.wait({opening}, timeout=3)
        assert not done, "longer than any relay is waited for where there is another one"
        async with await serve(door, answers):
            return (await opening).relay == hangs.id

    assert tried(store, act)
