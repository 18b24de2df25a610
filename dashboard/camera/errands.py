"""What web has a relay do for an administrator, since the cameras' network is the relay's: try an address, find cameras, ask for streams.

Errands hold passwords, so their words are sealed under the relay's secret on the way. They are asked for by button and by nobody else; one
relay runs a few at a time. Where they go is what the administrator wrote: private ranges are allowed, since cameras live there, and an
answer never leads on to another machine.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from dashboard.camera import onvif
from dashboard.camera.discovery import discover
from dashboard.camera.states import State
from dashboard.camera.trial import try_address
from dashboard.camera.vault import Vault
from dashboard.errors import CameraError, Locked, OfferRefused

Kind = Literal["trial", "discovery", "streams"]
_AT_ONCE = 3

Errand = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]


@dataclass
class Errands:
    """What one relay does; `secret` is the relay's."""

    secret: bytes = field(repr=False)
    _doing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def run(self, kind: str, body: bytes) -> bytes:
        """The answer to sealed words, as JSON. Raises OfferRefused for words that are none."""
        errand = _KINDS.get(kind)
        try:
            words = json.loads(Vault.of_relay(self.secret).open(body, kind))
        except (Locked, ValueError):
            words = None
        if errand is None or not isinstance(words, dict):
            raise OfferRefused("không đọc được việc được giao")
        async with self._doing:
            return json.dumps(await errand(words)).encode()


def sealed(secret: bytes, kind: Kind, words: Mapping[str, Any]) -> bytes:
    """Words for the relay of that secret."""
    return Vault.of_relay(secret).seal(json.dumps(dict(words)), kind)


async def _trial(words: Mapping[str, Any]) -> dict[str, Any]:
    """Main stream first; when that is refused or not reached, nothing else is asked of the machine."""
    main = await try_address(str(words["url"]))
    told: dict[str, Any] = {"url": main.told()}
    if words.get("substream") and main.state not in (State.REFUSED, State.UNREACHABLE):
        told["substream"] = (await try_address(str(words["substream"]))).told()
    return told


async def _discovery(_: Mapping[str, Any]) -> dict[str, Any]:
    return {"devices": [asdict(one) for one in await discover()]}


async def _streams(words: Mapping[str, Any]) -> dict[str, Any]:
    login = onvif.Login(str(words.get("user", "")), str(words.get("password", "")))
    try:
        found = await onvif.streams(str(words["address"]), login)
    except CameraError as error:
        return {"state": error.state, "said": str(error), "streams": []}
    return {"state": State.LIVE, "said": "", "streams": [asdict(one) for one in found]}


_KINDS: Final[Mapping[str, Errand]] = {"trial": _trial, "discovery": _discovery, "streams": _streams}
