"""Our own engine: the camera is pulled once, and each viewer has a connection of its own to this relay."""

from typing import TYPE_CHECKING

from dashboard.camera.peer import Peer
from dashboard.camera.registry import Camera

if TYPE_CHECKING:
    from dashboard.camera.engines import Calls


def seat(_: Camera, calls: "Calls") -> Peer:
    """A viewer's connection."""
    return Peer(calls.ready, calls.lost, calls.gone)
