"""A viewer made of aiortc: offers, receives, and can lose packets on purpose."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.rtp import is_rtcp

from dashboard.camera.exchange import Exchange, Opened
from dashboard.store import Store
from tests.patience import PATIENCE

Opens = Callable[[str, bytes], Awaitable[Opened]]


@dataclass
class Viewer:
    """A connection with what arrived on it: payload types, and the times of frames decoded."""

    connection: RTCPeerConnection
    opened: Opened
    loses: Callable[[int], bool] = lambda _: False
    packets: list[tuple[int, int]] = field(default_factory=list)
    lost: set[int] = field(default_factory=set)

    async def frames(self, count: int) -> list[Any]:
        """The next decoded frames."""
        track = self.connection.getReceivers()[0].track
        return [await asyncio.wait_for(track.recv(), PATIENCE) for _ in range(count)]


@asynccontextmanager
async def offering() -> AsyncIterator[tuple[RTCPeerConnection, bytes]]:
    """A connection that wants to receive video, and its offer."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        connection.addTransceiver("video", direction="recvonly")
        await connection.setLocalDescription(await connection.createOffer())
        yield connection, connection.localDescription.sdp.encode()
    finally:
        await connection.close()


async def offer() -> bytes:
    """The offer of a viewer that never connects."""
    async with offering() as (_, sdp):
        return sdp


@asynccontextmanager
async def watching(
    exchange: Exchange, camera: str, loses: Callable[[int], bool] = lambda _: False, opens: Opens | None = None
) -> AsyncIterator[Viewer]:
    """A viewer of a camera; `loses` says which sequence numbers of the media stream are dropped at their first arrival.

    `opens` stands in for the exchange where more than the exchange is wanted: the audit's row.
    """
    async with offering() as (connection, sdp):
        opened = await (opens or exchange.open)(camera, sdp)
        viewer = Viewer(connection, opened, loses)
        await connection.setRemoteDescription(RTCSessionDescription(opened.answer, "answer"))
        _lossy(viewer)
        yield viewer


def look(store: Store, act: Callable[[Exchange], Coroutine[Any, Any, Any]]) -> Any:
    """Runs a viewer's doings on a loop of their own, as a browser's are."""

    async def run() -> Any:
        exchange = Exchange(store)
        try:
            return await act(exchange)
        finally:
            await exchange.client.aclose()

    return asyncio.run(run())


def _lossy(viewer: Viewer) -> None:
    transport: Any = viewer.connection.getReceivers()[0].transport
    handle = transport._handle_rtp_data

    async def receive(data: bytes, arrival_time_ms: int) -> None:
        assert not is_rtcp(data)
        kind, sequence = data[1] & 0x7F, int.from_bytes(data[2:4], "big")
        viewer.packets.append((kind, sequence))
        if viewer.loses(sequence) and sequence not in viewer.lost and kind == viewer.packets[0][0]:
            viewer.lost.add(sequence)
            return
        await handle(data, arrival_time_ms=arrival_time_ms)

    transport._handle_rtp_data = receive
