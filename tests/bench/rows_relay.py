"""The relay, with its loop in Python and with that in C, against aiortc as it comes, in the same run: CPU and memory a viewer at a camera
of 1, 10, 40 and 160 viewers, and on a wall of 63 cameras.

The servers run in processes of their own, and so does the camera; CPU is what the kernel says the server was running, so neighbours on the
machine bend it little. The viewers go through the whole of ICE and DTLS and then leave their sockets unread: the kernel counts what
arrives there, which shows that both servers send the same stream, and the viewers cost nothing.
"""

import asyncio
import json
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, Literal

import aioice.ice
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from tests.bench.row import Measure, Row

CAMERAS: Final = 63
SECONDS: Final = 10.0
_AT_ONCE: Final = 4
CAMERA = """
import asyncio, socket
from dashboard.sandbox.rtsp import Cameras
from tests.camera.box import channel
async def main():
    first = channel()
    first.ready()
    found = {f"c{number}": channel() for number in range(100)}
    for one in found.values():
        one._frames = first._frames
    server = await asyncio.start_server(Cameras(found).serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""
Kind = Literal["python", "c", "stock"]
_LIMITS: Final[Mapping[int, Mapping[Kind, float]]] = {
    1: {"python": 1.0, "c": 1.0},
    10: {"python": 0.6, "c": 0.6},
    40: {"python": 0.45, "c": 0.4},
    160: {"python": 0.35, "c": 0.25},
}
"""CPU by aiortc's, for so many viewers of one camera. With few of them the camera itself and the viewers' own reports are most of it."""
_WALL: Final = 0.42


@dataclass(frozen=True)
class Cost:
    """What a server used: milliseconds of CPU a viewer and second, megabytes a viewer, packets a viewer and second."""

    cpu: float
    memory: float
    packets: float


@cache
def cost(kind: Kind, viewers: int, cameras: int) -> Cost:
    """Measures a server with so many viewers, spread over so many cameras."""
    _allow_sockets(viewers)
    be_patient()
    with process("-c", CAMERA) as (_, camera_port):
        address = f"rtsp://127.0.0.1:{camera_port}/{{camera}}"
        with process("-m", "tests.bench.relay_server", kind, address) as (pid, port):
            return asyncio.run(_watched(pid, port, viewers, cameras))


@contextmanager
def process(*arguments: str) -> Iterator[tuple[int, int]]:
    """A Python process that prints the port it listens on: its id and the port."""
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdout is not None
        try:
            yield running.pid, int(running.stdout.readline())
        finally:
            running.kill()


async def _watched(pid: int, port: int, viewers: int, cameras: int) -> Cost:
    first = await _viewer(port, "c0")
    before = resident(pid)
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int) -> RTCPeerConnection:
        async with at_once:
            return await _viewer(port, f"c{number % cameras}")

    others = await asyncio.gather(*(one(number) for number in range(1, viewers)))
    await asyncio.sleep(1)
    used, arrived, begun = _cpu(pid), _arrived(), time.monotonic()
    await asyncio.sleep(SECONDS)
    took = time.monotonic() - begun
    result = Cost(
        cpu=(_cpu(pid) - used) * 1000 / (took * viewers),
        memory=(resident(pid) - before) / max(1, viewers - 1),
        packets=(_arrived() - arrived) / (took * viewers),
    )
    await asyncio.gather(*(connection.close() for connection in (first, *others)), return_exceptions=True)
    return result


async def _viewer(port: int, camera: str) -> RTCPeerConnection:
    """A viewer that is connected; from then on its socket is not read."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.addTransceiver("video", direction="recvonly")
    is_there = asyncio.Event()
    connection.on("connectionstatechange", lambda: is_there.set() if connection.connectionState == "connected" else None)
    await connection.setLocalDescription(await connection.createOffer())
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    writer.write(json.dumps({"camera": camera, "offer": connection.localDescription.sdp}).encode() + b"\n")
    answer = json.loads(await reader.readline())["answer"]
    writer.close()
    await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    async with asyncio.timeout(60):
        await is_there.wait()
    way: Any = connection.getReceivers()[0].transport.transport
    loop: Any = asyncio.get_running_loop()
    for protocol in way._connection._protocols:
        shared = protocol.transport.get_extra_info("socket")
        loop._remove_reader(shared.fileno())  # the public one leaves transports alone
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)  # full at once
    return connection


def _cpu(pid: int) -> float:
    """Seconds that the threads of a process were running (proc(5), schedstat)."""
    return sum(int(path.read_text().split()[0]) for path in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def resident(pid: int) -> float:
    """Megabytes resident."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _arrived() -> int:
    """Datagrams that came to this process's UDP sockets and were dropped there, because nobody reads (proc(5), net/udp)."""
    own = set()
    for number in os.listdir("/proc/self/fd"):
        with suppress(OSError):  # the folder's own, closed meanwhile
            own.add(os.readlink(f"/proc/self/fd/{number}"))
    found = 0
    for table in ("udp", "udp6"):
        lines = Path(f"/proc/self/net/{table}").read_text(encoding="ascii").splitlines()[1:]
        found += sum(int(fields[12]) for fields in map(str.split, lines) if f"socket:[{fields[9]}]" in own)
    return found


def be_patient() -> None:
    """From now on ICE in this process gives nobody up: viewers that leave their sockets unread answer no question, and stock aiortc takes
    longer than the half minute of RFC 7675 to open 63 cameras. The questions are asked as ever, so their cost stays in the figures."""
    aioice.ice.CONSENT_FAILURES = 1_000_000


def _allow_sockets(viewers: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 512 + 8 * viewers
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _compared(kind: Kind, viewers: int, cameras: int) -> tuple[Cost, Cost]:
    """Ours and aiortc's. Raises RuntimeError when they did not send the same: then their costs say nothing."""
    mine, theirs = cost(kind, viewers, cameras), cost("stock", viewers, cameras)
    if not 0.8 < mine.packets / theirs.packets < 1.25:
        raise RuntimeError(f"not the same stream: {mine.packets:.0f} and {theirs.packets:.0f} packets a viewer and second")
    return mine, theirs


def viewers_of_one_camera(kind: Kind, viewers: int) -> Row:
    """CPU a viewer and second, by aiortc's."""
    mine, theirs = _compared(kind, viewers, 1)
    return Row(f"relay_cpu_{viewers}_viewers_{kind}", mine.cpu, "ms/viewer·s", limit=_LIMITS[viewers][kind], baseline=theirs.cpu)


def wall_of_cameras(kind: Kind) -> Row:
    """63 cameras with one viewer each: CPU a viewer and second, by aiortc's."""
    mine, theirs = _compared(kind, CAMERAS, CAMERAS)
    return Row(f"relay_cpu_{CAMERAS}_cameras_{kind}", mine.cpu, "ms/viewer·s", limit=_WALL, baseline=theirs.cpu)


def memory_of_viewers(viewers: int) -> Row:
    """Megabytes a viewer of one camera, by aiortc's."""
    mine, theirs = _compared("python", viewers, 1)
    return Row(f"relay_memory_{viewers}_viewers", mine.memory, "MB", limit=1.0, baseline=theirs.memory)


def memory() -> Row:
    """Megabytes a viewer, its camera included."""
    return Row("relay_memory_a_viewer", cost("python", CAMERAS, CAMERAS).memory, "MB", limit=2.0)


_LOOPS: Final[tuple[Kind, ...]] = ("python", "c")
ROWS: dict[str, Measure] = {
    **{f"relay_cpu_{viewers}_{kind}": partial(viewers_of_one_camera, kind, viewers) for viewers in _LIMITS for kind in _LOOPS},
    **{f"relay_cpu_cameras_{kind}": partial(wall_of_cameras, kind) for kind in _LOOPS},
    **{f"relay_memory_{viewers}": partial(memory_of_viewers, viewers) for viewers in _LIMITS if viewers > 1},
    "relay_memory_a_viewer": memory,
}
