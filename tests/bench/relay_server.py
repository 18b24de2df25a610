"""A relay in a process of its own, to be measured from outside: `python -m tests.bench.relay_server python|c|stock RTSP_ADDRESS`.

`python` and `c` are this house's relay with the one loop or the other.

`stock` is aiortc as its own examples use it for a camera that is not to be transcoded: MediaPlayer(decode=False) and MediaRelay.
`{camera}` in the address stands for a camera's name. Prints its port; a line of JSON `{"camera", "offer"}` there is answered with
`{"answer"}`, and one without an offer with the number of `{"tasks"}`.
"""

import asyncio
import itertools
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.contrib.media import MediaPlayer, MediaRelay

from dashboard.camera.carrier import Carrier, Plain
from dashboard.camera.compiled import Compiled, build, proven
from dashboard.camera.peer import Doorway
from dashboard.camera.registry import Cameras
from dashboard.camera.relay import Relay
from dashboard.store import Store
from tests.bench.rows_relay import be_patient
from tests.camera.box import camera

Answer = Callable[[str, str], Awaitable[str]]
MOST = 100


def ours(address: str, carrier: Carrier) -> Answer:
    """This house's relay; the database is never asked for, so that only the way of the picture is measured."""
    listed = {name: camera(name, address.format(camera=name)) for name in (f"c{number}" for number in range(MOST))}
    store = Store.open("postgresql://nobody@127.0.0.1:9/nothing")
    relay = Relay(store, Cameras(MappingProxyType(listed)), Doorway(carrier=carrier), most=10_000)
    numbers = itertools.count()

    async def answer(name: str, offer: str) -> str:
        return await relay.open(name, offer, f"viewer-{next(numbers)}")

    return answer


def _compiled() -> Carrier:
    with TemporaryDirectory() as folder:
        return proven(Compiled(build(Path(folder))))


def stock(address: str) -> Answer:
    """aiortc as it comes."""
    players: dict[str, MediaPlayer] = {}
    connections: set[RTCPeerConnection] = set()
    relay = MediaRelay()

    async def answer(name: str, offer: str) -> str:
        if name not in players:
            players[name] = await asyncio.to_thread(_player, address.format(camera=name))
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        connections.add(connection)
        video = players[name].video
        assert video is not None
        connection.addTrack(relay.subscribe(video))
        (transceiver,) = connection.getTransceivers()
        codecs = RTCRtpSender.getCapabilities("video").codecs
        transceiver.setCodecPreferences([codec for codec in codecs if codec.mimeType in ("video/H264", "video/rtx")])
        await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        return connection.localDescription.sdp

    return answer


def _player(address: str) -> MediaPlayer:
    return MediaPlayer(address, format="rtsp", decode=False, options={"rtsp_transport": "tcp", "fflags": "nobuffer"})


async def main(kind: str, address: str) -> None:
    """Serves until it is killed."""
    be_patient()
    answer = stock(address) if kind == "stock" else ours(address, _compiled() if kind == "c" else Plain())

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = json.loads(await reader.readline())
        told = {"answer": await answer(asked["camera"], asked["offer"])} if "offer" in asked else {"tasks": len(asyncio.all_tasks())}
        writer.write(json.dumps(told).encode() + b"\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
