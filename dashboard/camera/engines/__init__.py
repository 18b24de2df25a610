"""Who sends a camera's picture to a viewer: this relay, or a media server that stands somewhere already.

A row of the list names its engine in one word. Whichever it is, a viewer is let in, written down and thrown out by this house: an engine is
handed an offer only after web has checked who asks, and gives back a `Seat` that the relay ends when the viewer's right does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from dashboard.camera.engines import own, whep
from dashboard.camera.fanout import Outlet
from dashboard.camera.peer import Doorway
from dashboard.camera.registry import Camera, Engine
from dashboard.camera.trickle import Fragment


class Seat(Protocol):
    """One viewer's place at a camera. `outlet` is where our own frames go out, None where they are somebody else's."""

    outlet: Outlet | None

    async def answer(self, offer: str, doorway: Doorway) -> str:
        """The SDP answer. Raises OfferRefused, RelayFull, CameraError; after that the seat is gone."""

    async def trickle(self, fragment: Fragment) -> None:
        """Takes more of the viewer's candidates. Raises OfferRefused, NotFound."""

    async def close(self) -> None:
        """Ends the picture; harmless when it has ended."""

    def is_deaf(self) -> bool:
        """Whether nothing was heard of the viewer for too long."""


@dataclass(frozen=True)
class Calls:
    """What a seat tells the relay: that its outlet is connected, that its viewer lost its way, that it has ended, however that came."""

    ready: Callable[[Outlet], None]
    lost: Callable[[], None]
    gone: Callable[[], None]


@dataclass(frozen=True)
class Way:
    """An engine: `pulls` says that the relay itself pulls the camera, `seat` makes a place for a viewer."""

    pulls: bool
    seat: Callable[[Camera, "Calls"], Seat]


ENGINES: Final[Mapping[Engine, Way]] = MappingProxyType({"own": Way(True, own.seat), "whep": Way(False, whep.seat)})


def way_of(camera: Camera) -> Way:
    """The engine of a camera, as it is really pulled."""
    return ENGINES[camera.puller]
