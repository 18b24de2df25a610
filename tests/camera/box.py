"""Cameras in a box: the sandbox's RTSP server and a relay on one event loop in a thread, over a test's own database."""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import SecretStr

from dashboard.camera.blurrer import Blurrer
from dashboard.camera.blurrer import door as blurrer_door
from dashboard.camera.exchange import ALIVE, Exchange
from dashboard.camera.hours import OfficeHours
from dashboard.camera.listening import keep_open
from dashboard.camera.privacy_names import KIND
from dashboard.camera.registry import Camera, Cameras
from dashboard.camera.relay import Relay
from dashboard.camera.vision.watch import keep_watch
from dashboard.camera.whep import serve
from dashboard.sandbox.channels import Behaviour, Channel
from dashboard.sandbox.rtsp import Cameras as SandboxCameras
from dashboard.sandbox.scenes import Scene
from dashboard.store import Store, cameras
from tests.patience import PATIENCE, soon

CACHE = Path(__file__).resolve().parent.parent.parent / "var" / "cache" / "scenes"
"""Shared by all runs: encoding a scene takes a second or two."""
NEVER = OfficeHours(((),) * 7, "")
"""Hours of a house whose cameras are pulled for those who look alone: no test begins otherwise in the morning than at night."""

Value = TypeVar("Value")


@dataclass
class Box:
    """What runs; `do` runs a coroutine on its loop."""

    registry: Cameras
    channels: dict[str, Channel]
    relay: Relay
    loop: asyncio.AbstractEventLoop
    port: int

    def do(self, work: Coroutine[Any, Any, Value]) -> Value:
        """The result of a coroutine run in the box."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)


def channel(behaviour: Behaviour = "plays", password: str = "", *, digest: bool = True, is_live: bool = False) -> Channel:
    """A camera of the sandbox."""
    return Channel(Scene(0), CACHE, is_live=is_live, behaviour=behaviour, password=password, digest=digest)


def channels() -> dict[str, Channel]:
    """One of each kind; the one that plays has its loop encoded already."""
    playing = channel()
    playing.ready()
    return {
        "plays": playing,
        "clock": channel(is_live=True),
        "h265": channel("h265"),
        "silent": channel("silent"),
        "garbage": channel("garbage"),
        "digest": channel(password="mật khẩu", digest=True),
        "basic": channel(password="mật khẩu", digest=False),
    }


def camera(key: str, url: str, unit: str = "an_giang_2025") -> Camera:
    """A camera of the list."""
    return Camera(
        key=key, name_vi=f"Camera {key}", unit=unit, place_vi="Sảnh", purpose_vi="Thử", url=SecretStr(url), provenance="simulated"
    )


def registry(port: int, found: dict[str, Channel]) -> Cameras:
    """The list for these channels; those with a password know it, and two more are wrong about theirs and about their address."""
    login = "xem:m%E1%BA%ADt%20kh%E1%BA%A9u@"
    listed = [camera(key, f"rtsp://{login if one.password else ''}127.0.0.1:{port}/{key}") for key, one in found.items()]
    listed += [camera("refused", f"rtsp://xem:sai@127.0.0.1:{port}/digest"), camera("missing", f"rtsp://127.0.0.1:{port}/khong_co")]
    listed += [
        camera("unreachable", "rtsp://127.0.0.1:9/x"),
        camera("unconnected", ""),
        camera("elsewhere", listed[0].url.get_secret_value(), "ha_noi"),
    ]
    return Cameras(MappingProxyType({one.key: one for one in listed}), NEVER)


@contextmanager
def running(store: Store, warm_seconds: float = 1.0, *, vision: bool = False) -> Iterator[Box]:
    """Runs sandbox and relay, and vision when asked for, until the block ends."""
    listener, found = socket.create_server(("127.0.0.1", 0)), channels()
    listed = registry(listener.getsockname()[1], found)
    with run(store, listed, found, listener, warm_seconds=warm_seconds, vision=vision) as box:
        yield box


@contextmanager
def run(
    store: Store,
    listed: Cameras,
    found: dict[str, Channel],
    listener: socket.socket,
    *,
    warm_seconds: float = 1.0,
    vision: bool = True,
    blurs: bool = False,
) -> Iterator[Box]:
    """Runs these channels behind a socket, and a relay over that list; a blurrer beside it when asked for."""
    loop = asyncio.new_event_loop()
    relay = Relay(store, listed, warm_seconds=warm_seconds)
    stop = asyncio.Event()

    def live() -> None:
        loop.run_until_complete(_serve(found, listener, relay, stop, [vision, blurs]))
        loop.run_until_complete(loop.shutdown_default_executor())  # whoever still asks the database has it for the last time now

    thread = threading.Thread(target=live, daemon=True)
    thread.start()
    try:
        assert soon(lambda: _are_there(relay, blurs=blurs)), "the box did not start"
        yield Box(listed, found, relay, loop, listener.getsockname()[1])
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the box did not end"
        loop.close()


def _are_there(relay: Relay, *, blurs: bool) -> bool:
    """Whether those who give pictures have beaten once: before that the house says, rightly, that there is no relay."""
    has_beaten = relay.id in {one.id for one in cameras.relays(relay.store, ALIVE)}
    return has_beaten and bool(not blurs or cameras.relays(relay.store, ALIVE, KIND))


async def _serve(found: dict[str, Channel], listener: socket.socket, relay: Relay, stop: asyncio.Event, also: list[bool]) -> None:
    sandbox = await asyncio.start_server(SandboxCameras(found).serve, sock=listener)
    tasks = [asyncio.create_task(serve(relay, "127.0.0.1", 0))]
    vision, blurs = also
    if vision:
        tasks.append(asyncio.create_task(keep_watch(relay.store, relay.cameras)))
    if blurs:
        made = Blurrer(relay.store, relay.cameras, Exchange(relay.store))
        tasks.append(asyncio.create_task(keep_open(made, blurrer_door(made), "127.0.0.1", 0)))
    await stop.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    sandbox.close()
    await asyncio.sleep(0.1)
