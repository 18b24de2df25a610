"""How web and vision speak to the relays: which relay holds a camera, and signed requests to it. Needs no WebRTC library."""

import asyncio
import hashlib
import math
import secrets
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx
import structlog

from dashboard.camera.pulse import USUAL, Pulse
from dashboard.camera.signing import CAPTURED, FULL, HEADER, STATE, sign
from dashboard.camera.states import State
from dashboard.errors import CameraError, NotFound, OfferRefused, RelayFull, RelayUnavailable, StoreUnavailable
from dashboard.store import Store, cameras
from dashboard.store.cameras import Relay
from dashboard.store.tickets import Ticket

ALIVE = timedelta(seconds=10)
"""A relay that beat within this time is asked."""
LARGE, SMALL = "large", "small"
"""How large a picture is shown: for a small one the camera's smaller stream will do."""
_REMEMBERED = 1.0
_ASKED_AT_ONCE = 8
"""Requests to relays at a time: a crowd waits here, where it costs nothing, and not in the relay's sockets."""
PATIENCE = 15.0
_GLANCE = 2.0
_ASKING = httpx.Timeout(12, connect=1)
_ERRAND = httpx.Timeout(60, connect=1)
_STREAMING = httpx.Timeout(6, connect=1, read=12)
_ONLY_ONE = 5.0
"""Seconds for a connection where there is no other relay to go to: a second may be this machine's own being out of breath."""
_AWAY, _GONE = "máy chuyển tiếp camera đang không trả lời", "phiên xem không còn nữa"

log = structlog.get_logger()


@dataclass(frozen=True)
class Opened:
    """A session that a relay has begun, and its SDP answer."""

    relay: str
    session: str
    answer: str


@dataclass(frozen=True)
class KeyFrame:
    """A key frame as an H.264 byte stream, and when it left the camera."""

    stream: bytes
    captured_at: datetime


def _client() -> httpx.AsyncClient:
    # No connection is kept: requests are rare, relays come and go, and so there is nothing to close.
    none_kept = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(timeout=_ASKING, limits=none_kept, trust_env=False)


@dataclass
class Exchange:
    """Signed requests to the relays of one database, or to others (`kind`) who give pictures as relays do."""

    store: Store
    client: httpx.AsyncClient = field(default_factory=_client)
    kind: str = "relay"
    _asking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_ASKED_AT_ONCE))
    _known: Sequence[Relay] = ()
    _known_until: float = -math.inf
    _looking: "asyncio.Task[None] | None" = None
    _pulse: Pulse = field(init=False)

    def __post_init__(self) -> None:
        """Relays that hang are told from those that think by whether they answer the door at all."""
        self._pulse = Pulse(lambda relay: self.client.get(relay.address))

    async def open(self, camera: str, offer: bytes, session: str = "", ticket: Ticket | None = None, size: str = LARGE) -> Opened:
        """Hands an offer to the relay of a camera, for a session of that name (made by `secrets.token_urlsafe`) or a new one.

        The session ends when the ticket does. `size` is how large the picture is shown. Raises RelayUnavailable, RelayFull, CameraError,
        OfferRefused, NotFound, StoreUnavailable.
        """
        session = session or secrets.token_urlsafe(12)
        body = f"{ticket or ''}\n".encode() + offer
        relay, answer = await self._ask(camera, "POST", f"/sessions/{camera}/{size}/{session}", body)
        return Opened(relay.id, session, answer.text)

    async def relay_of(self, camera: str) -> str:
        """The relay that is asked first for a camera. Raises RelayUnavailable when there is none, StoreUnavailable."""
        for relay in await self._in_order(camera):
            return relay.id
        raise RelayUnavailable(_AWAY)

    async def end(self, relay_id: str, session: str) -> None:
        """Ends a session. Raises NotFound when it is no more, StoreUnavailable."""
        await self._ask_session("DELETE", relay_id, session)

    async def trickle(self, relay_id: str, session: str, fragment: bytes) -> None:
        """Hands on more of a viewer's candidates. Raises NotFound when the session is no more, OfferRefused, StoreUnavailable."""
        await self._ask_session("PATCH", relay_id, session, fragment)

    async def look(self, relay_id: str, session: str) -> None:
        """Raises NotFound when the session, or its relay, is no more; StoreUnavailable."""
        await self._ask_session("GET", relay_id, session)

    async def _ask_session(self, method: str, relay_id: str, session: str, body: bytes = b"") -> None:
        relays = await self._relays()
        relay, others = next((one for one in relays if one.id == relay_id), None), len(relays) > 1
        if relay is None or not session.replace("-", "").replace("_", "").isalnum():
            raise NotFound(_GONE)
        asking = self._signed(relay, method, f"/sessions/{session}", body, others=others)
        try:
            # Whoever only asks whether it stands wants to go elsewhere at once when the relay hangs.
            _check(await self._answered(relay, asking, usual=0.0 if method == "GET" else USUAL, others=others))
        except (httpx.TransportError, RelayUnavailable) as error:  # another relay may be at its address by now
            self._not_reached(relay, error)
            raise NotFound(_GONE) from None

    async def key_frame(self, camera: str) -> KeyFrame:
        """The newest key frame of a camera. Raises what `open` raises."""
        _, answer = await self._ask(camera, "GET", f"/frames/{camera}", b"")
        return KeyFrame(answer.content, datetime.fromtimestamp(float(answer.headers[CAPTURED]), UTC))

    async def conditions(self) -> dict[str, dict[str, str | int]]:
        """How each relay says that it stands (`Relay.condition`), by its name; who does not answer is left out. Raises StoreUnavailable."""
        relays = await self._relays()
        told = await asyncio.gather(*(self._condition(relay) for relay in relays))
        return {relay.id: one for relay, one in zip(relays, told, strict=True) if one}

    async def _condition(self, relay: Relay) -> dict[str, str | int]:
        try:
            async with asyncio.timeout(_GLANCE):
                answer = await self._signed(relay, "GET", "/state", b"", others=True)
        except (httpx.TransportError, TimeoutError):
            return {}
        return dict(answer.json()) if answer.is_success else {}

    async def errand(self, relay_of: str, kind: str, wrap: Callable[[bytes], bytes]) -> bytes:
        """What a relay answers to an errand; `relay_of` is the camera whose relay is asked first, `wrap` seals the words under a relay's
        secret. Nothing is asked twice: only a relay that cannot be reached at all is passed over. Raises RelayUnavailable, OfferRefused."""
        order = await self._in_order(relay_of)
        for relay in order:
            others = relay is not order[-1]
            if others and not await self._pulse.beats(relay):
                continue
            body = wrap(relay.secret)
            path = f"/errands/{kind}"
            headers = {HEADER: sign(relay.secret, "POST", path, body)}
            try:
                within = _within(_ERRAND, others=others)
                answer = await self.client.request("POST", relay.address + path, content=body, headers=headers, timeout=within)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                self._not_reached(relay, error)
                continue
            except httpx.TransportError:
                break
            _check(answer)
            return answer.content
        raise RelayUnavailable(_AWAY)

    @asynccontextmanager
    async def stream(self, camera: str, path: str) -> AsyncIterator[httpx.Response]:
        """An answer that goes on for as long as there are pictures. Raises what `open` raises; CameraError when it breaks."""
        relay, answer = await self._streaming(camera, path)
        try:
            if not answer.is_success:
                await answer.aread()
            _check(answer)
            yield answer
        except httpx.TransportError:
            raise CameraError(State.LOST, f"the stream of {relay.id} broke") from None
        finally:
            await answer.aclose()

    async def _streaming(self, camera: str, path: str) -> tuple[Relay, httpx.Response]:
        order = await self._in_order(camera)
        for relay in order:
            headers, others = {HEADER: sign(relay.secret, "GET", path, b"")}, relay is not order[-1]
            within = _within(_STREAMING, others=others)
            request = self.client.build_request("GET", relay.address + path, headers=headers, timeout=within)
            try:
                return relay, await self._answered(relay, self.client.send(request, stream=True), others=others)
            except httpx.TransportError as error:
                self._not_reached(relay, error)
        raise RelayUnavailable(_AWAY)

    async def _ask(self, camera: str, method: str, path: str, body: bytes) -> tuple[Relay, httpx.Response]:
        """The answer of the camera's relay, within a bounded time."""
        try:
            async with asyncio.timeout(PATIENCE), self._asking:
                return await self._ask_in_order(camera, method, path, body)
        except TimeoutError:
            raise RelayUnavailable("máy chuyển tiếp camera đang quá bận") from None

    async def _ask_in_order(self, camera: str, method: str, path: str, body: bytes) -> tuple[Relay, httpx.Response]:
        """Asks the camera's relay; when that is gone or full, the next in its order."""
        away = RelayUnavailable(_AWAY)
        order = await self._in_order(camera)
        for relay in order:
            others = relay is not order[-1]
            try:
                answer = await self._answered(relay, self._signed(relay, method, path, body, others=others), others=others)
            except httpx.TransportError as error:
                self._not_reached(relay, error)
                continue
            if FULL in answer.headers:
                away = RelayFull(answer.text)
                continue
            _check(answer)
            return relay, answer
        raise away

    async def _signed(self, relay: Relay, method: str, path: str, body: bytes, *, others: bool) -> httpx.Response:
        headers, within = {HEADER: sign(relay.secret, method, path, body)}, _within(_ASKING, others=others)
        return await self.client.request(method, relay.address + path, content=body, headers=headers, timeout=within)

    def _not_reached(self, relay: Relay, error: Exception) -> None:
        """Whoever asks next looks anew which relays there are."""
        log.info("a relay does not serve", relay=relay.id, reason=type(error).__name__)
        self._known_until = -math.inf

    async def _answered(
        self, relay: Relay, asking: Coroutine[Any, Any, httpx.Response], usual: float = USUAL, *, others: bool
    ) -> httpx.Response:
        """What a relay answers. One that hangs is waited for when there is nobody else to ask. Raises httpx.TransportError."""
        return await (self._pulse.while_it_beats(relay, asking, usual) if others else asking)

    async def _in_order(self, camera: str) -> list[Relay]:
        """By their claim on a camera; those that hang after all others."""
        return self._pulse.lively_first(in_order(camera, await self._relays()))

    async def _relays(self) -> Sequence[Relay]:
        """The relays that beat. Those known lately are given at once and asked for anew beside it; a viewer waits for the first list only,
        and while the database is away the last one counts: a session must be able to end."""
        if time.monotonic() > self._known_until:
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look())
            if not self._known or time.monotonic() > self._known_until + ALIVE.total_seconds():
                await asyncio.shield(self._looking)
        return self._known

    async def _look(self) -> None:
        try:
            self._known = await asyncio.to_thread(cameras.relays, self.store, ALIVE, self.kind)
        except StoreUnavailable:
            if not self._known:
                raise
        self._known_until = time.monotonic() + _REMEMBERED


def _within(usual: httpx.Timeout, *, others: bool) -> httpx.Timeout:
    return httpx.Timeout(usual.read, connect=usual.connect if others else _ONLY_ONE)


def in_order(camera: str, relays: Sequence[Relay]) -> list[Relay]:
    """Relays by their claim on a camera (rendezvous hashing): when one comes or goes, only its own cameras move."""
    return sorted(relays, key=lambda relay: hashlib.sha256(f"{camera}\n{relay.id}".encode()).digest())


def _check(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    if STATE in answer.headers:
        raise CameraError(State(answer.headers[STATE]), answer.text)
    if answer.status_code == HTTPStatus.NOT_FOUND:
        raise NotFound(answer.text or _GONE)
    if answer.status_code in (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
        raise OfferRefused(answer.text)
    raise RelayUnavailable(f"máy chuyển tiếp camera trả lời {answer.status_code}")
