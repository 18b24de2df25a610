"""Runs the sandbox's cameras: one channel for each simulated camera of `data/cameras.toml`."""

import asyncio
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import structlog

from dashboard.camera.registry import Cameras as Registry
from dashboard.camera.vision.looks import Look
from dashboard.camera.vision.reference import Reference
from dashboard.sandbox import onvif
from dashboard.sandbox.channels import Behaviour, Channel
from dashboard.sandbox.films import MAIN, SMALL
from dashboard.sandbox.rtsp import Cameras
from dashboard.sandbox.scenes import Scene
from dashboard.store import Store, sightings

LIVE: Final = "bac_ninh_1"
"""The camera with the running clock."""
UNSTAFFED: Final = "an_giang_1"
"""The hall in which nobody sits behind a counter."""
SECOND: Final = "_small"
"""What stands behind a camera's name in the address of its second, smaller stream."""
_BEHAVIOURS: Final[Mapping[str, Behaviour]] = {"son_la_1": "h265", "cao_bang_1": "fades"}
"""So that a demonstration shows what trouble looks like."""

log = structlog.get_logger()


def channels(registry: Registry, folder: Path) -> dict[str, Channel]:
    """A channel for each simulated camera that has an address, and one for its substream where it has one."""
    simulated = [one for one in registry if one.provenance == "simulated" and one.is_connected]
    found = {}
    for seed, one in enumerate(simulated):
        scene = Scene(seed, is_staffed=one.key != UNSTAFFED)
        for made in (MAIN, SMALL) if one.sends_small else (MAIN,):
            name, behaviour = one.key + SECOND * (made is SMALL), _BEHAVIOURS.get(one.key, "plays")
            found[name] = Channel(scene, folder, is_live=one.key == LIVE, behaviour=behaviour, made=made)
    return found


def tell_views(store: Store, found: Mapping[str, Channel]) -> None:
    """Lets vision know the empty halls, as somebody would who says at night that this is how they should look. Raises StoreUnavailable."""
    known = sightings.views_kept(store)
    for key, channel in found.items():
        if key not in known and channel.made is MAIN:
            view = Reference(Look.at(channel.scene.emptied.room), is_empty=True)
            sightings.keep_view(store, sightings.ViewKept(key, None, True, view.look.sharpness, view.packed()))


async def serve(found: Mapping[str, Channel], listener: socket.socket) -> None:
    """Serves the cameras; their loops are encoded one after the other in the background, those asked for first at once."""
    server = await asyncio.start_server(Cameras(found).serve, sock=listener)
    await _stand_for(found, listener.getsockname()[1])
    async with server:
        for channel in found.values():
            if channel.behaviour != "h265" and not channel.is_live:
                await asyncio.to_thread(channel.ready)
        await server.serve_forever()


async def _stand_for(found: Mapping[str, Channel], rtsp_port: int) -> None:
    """A recorder that knows these cameras, for whoever looks for some by ONVIF; without it, where this machine lets nobody listen so."""
    streams = {name: f"rtsp://127.0.0.1:{rtsp_port}/{name}" for name in found}
    sizes = {name: (channel.made.width, channel.made.height) for name, channel in found.items()}
    try:
        door = socket.create_server(("127.0.0.1", 0))
        await onvif.serve(onvif.Recorder(streams, sizes=sizes), door)
        await onvif.announce(door.getsockname()[1])
    except OSError as error:
        log.warning("the sandbox's recorder does not answer discovery", reason=error.strerror)
