"""How a relay follows the list of cameras: what is pulled otherwise than before is let go, and those who looked at it call again."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from dashboard.camera.engines import way_of
from dashboard.camera.states import State
from dashboard.camera.tapping import listed
from dashboard.errors import NotFound, StoreUnavailable
from dashboard.store import cameras as book

if TYPE_CHECKING:
    from dashboard.camera.registry import Camera
    from dashboard.camera.relay import Relay

LOOK_SECONDS: Final = 1.0
"""Between two looks at the list: a camera that was switched off is gone from every screen within five seconds."""

log = structlog.get_logger()


async def follow(relay: "Relay") -> None:
    """Looks at the list until it is cancelled; while the database is away the last one counts."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            has_changed = await asyncio.to_thread(relay.cameras.look)
        except StoreUnavailable:
            continue
        if has_changed:
            await take_up(relay)


async def take_up(relay: "Relay") -> None:
    """Lets go of every camera that is to be pulled otherwise, or not at all, and of all pictures of one of which something else may be seen
    now; of the others only the words have changed."""
    for name, source in tuple(relay.sources.items()):
        key = source.camera.key
        now = _listed(relay, key)
        is_same = now is not None and (now.way, now.veil) == (source.camera.way, source.camera.veil)
        if now is not None and is_same and way_of(now) is way_of(source.camera):
            source.camera = now
            continue
        log.info("a camera is let go: its row has changed", camera=key)
        del relay.sources[name]
        await asyncio.gather(*(one.seat.close() for one in tuple(relay.sessions.values()) if one.source is source))
        await source.close()
        relay.tell(partial(book.set_state, relay.store, key, State.IDLE, datetime.now(UTC), None))


def _listed(relay: "Relay", name: str) -> "Camera | None":
    try:
        return listed(relay.cameras, name)
    except NotFound:
        return None
