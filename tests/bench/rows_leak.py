"""A thousand viewers who come, connect and go, a few at a time: what the relay still holds of them afterwards.

The first ones are not counted: what is made once and kept (buffers, caches, the pull of the camera) is made for them.
"""

import asyncio
import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from tests.bench.row import Measure, Row
from tests.bench.rows_relay import CAMERA, process, resident

JOINS: Final = 1000
FIRST: Final = 100
AT_ONCE: Final = 4
SETTLING: Final = 60.0


@dataclass(frozen=True)
class Held:
    """What a relay holds: open sockets, tasks, megabytes resident."""

    sockets: int
    tasks: int
    memory: float


@cache
def held() -> tuple[Held, Held]:
    """Before and after."""
    with (
        process("-c", CAMERA) as (_, camera),
        process("-m", "tests.bench.relay_server", "python", f"rtsp://127.0.0.1:{camera}/{{camera}}") as (pid, port),
    ):
        return asyncio.run(_measured(pid, port, int(os.environ.get("JOINS", JOINS))))


async def _measured(pid: int, port: int, joins: int) -> tuple[Held, Held]:
    await _crowd(port, FIRST)
    before = await _settled(pid, port, None)
    await _crowd(port, joins - FIRST)
    return before, await _settled(pid, port, before)


async def _crowd(port: int, count: int) -> None:
    at_once = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with at_once:
            await _visit(port)

    await asyncio.gather(*(one() for _ in range(count)))


async def _visit(port: int) -> None:
    """Comes, sees a packet, and goes."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        connection.addTransceiver("video", direction="recvonly")
        await connection.setLocalDescription(await connection.createOffer())
        answer = await _asked(port, {"camera": "c0", "offer": connection.localDescription.sdp})
        await connection.setRemoteDescription(RTCSessionDescription(answer["answer"], "answer"))
        receiver: Any = connection.getReceivers()[0]
        with suppress(TimeoutError):
            await asyncio.wait_for(receiver.track.recv(), 10)
    finally:
        await connection.close()


async def _asked(port: int, words: dict[str, str]) -> Any:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    writer.write(json.dumps(words).encode() + b"\n")
    told = json.loads(await reader.readline())
    writer.close()
    return told


async def _settled(pid: int, port: int, wanted: Held | None) -> Held:
    """What is held when those who went are forgotten: the last of them are, a while later, by their silence."""
    end = time.monotonic() + SETTLING
    best = await _now(pid, port)
    while time.monotonic() < end and (wanted is None or best.sockets > wanted.sockets or best.tasks > wanted.tasks):
        await asyncio.sleep(2)
        now = await _now(pid, port)
        best = now if now.sockets <= best.sockets else best
        if wanted is None and time.monotonic() > end - SETTLING + 20:
            break
    return best


async def _now(pid: int, port: int) -> Held:
    links = []
    for number in os.listdir(f"/proc/{pid}/fd"):
        with suppress(OSError):  # closed meanwhile
            links.append(os.readlink(f"/proc/{pid}/fd/{number}"))
    tasks = (await _asked(port, {"camera": "c0"}))["tasks"]
    return Held(sum(link.startswith("socket:") for link in links), tasks, resident(pid))


def _grown(name: str, unit: str, limit: float, of: Callable[[Held], float]) -> Row:
    before, after = held()
    return Row(name, of(after) - of(before), unit, limit=limit)


def sockets() -> Row:
    """Open sockets more than before."""
    return _grown("relay_leak_sockets", "", 0, lambda one: one.sockets)


def tasks() -> Row:
    """Tasks more than before."""
    return _grown("relay_leak_tasks", "", 0, lambda one: one.tasks)


def memory() -> Row:
    """Megabytes more than before, by nine hundred viewers: a forgotten connection would be a quarter of one."""
    return _grown("relay_leak_memory", "MB", 15, lambda one: one.memory)


ROWS: dict[str, Measure] = {"relay_leak": sockets, "relay_leak_tasks": tasks, "relay_leak_memory": memory}
