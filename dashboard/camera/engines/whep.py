"""The generic engine: any media server that speaks WHEP (draft-ietf-wish-whep) sends the picture; this house decides who sees it.

`endpoint` in the camera's row is the server's own WHEP address of that stream, `https://[user:password@]host/…`; user `bearer` stands for a
bearer token in the password's place. It is spoken to by the relay alone: neither address nor token ever reaches a viewer. A redirect is
refused, since it would hand the token to whoever it leads to, and so is a session at another host than the endpoint's.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import httpx
import structlog

from dashboard.camera.peer import Doorway
from dashboard.camera.registry import Camera
from dashboard.camera.states import State
from dashboard.camera.trickle import Fragment
from dashboard.errors import CameraError, NotFound, OfferRefused

if TYPE_CHECKING:
    from dashboard.camera.engines import Calls
    from dashboard.camera.fanout import Outlet

PATIENCE: Final = httpx.Timeout(8.0, connect=3.0)
ANSWER_LARGEST: Final = 100_000
BEARER: Final = "bearer"
_SDP, _FRAGMENT = "application/sdp", "application/trickle-ice-sdpfrag"
_REASONS: Final[Mapping[int, tuple[State, str]]] = {
    401: (State.REFUSED, "the media server does not know us"),
    403: (State.REFUSED, "the media server does not let us in"),
    404: (State.MISSING, "the media server has no such stream"),
    409: (State.LOST, "the media server has no picture of it now"),
}
_BAD_OFFERS: Final = frozenset({400, 406, 415, 422})

log = structlog.get_logger()


@dataclass(eq=False)
class ForeignSeat:
    """A viewer whose picture comes from a media server: the session there, which is ended when ours is."""

    endpoint: str = field(repr=False)
    gone: Callable[[], None]
    outlet: "Outlet | None" = None
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    resource: str = ""
    tag: str = ""
    _ended: bool = False

    async def answer(self, offer: str, _: Doorway) -> str:
        """The server's answer to an offer. Raises OfferRefused for an offer that it cannot read, CameraError for all else."""
        try:
            return await self._answered(offer)
        except BaseException:
            await self.close()
            raise

    async def trickle(self, fragment: Fragment) -> None:
        """Hands on more candidates. Raises NotFound when the server knows the session no more, OfferRefused."""
        headers = {"Content-Type": _FRAGMENT} | ({"If-Match": self.tag} if self.tag else {})
        status, _, _ = await self._ask("PATCH", self.resource, fragment.text, headers)
        if status == 404:
            await self.close()
            raise NotFound("phiên xem không còn nữa")
        if status >= 300:
            raise OfferRefused("máy chủ video không nhận thêm địa chỉ của người xem")

    async def close(self) -> None:
        """Ends the session there; a server that is away has ended it by itself."""
        if self._ended:
            return
        self._ended = True
        if self.resource:
            try:
                await self._ask("DELETE", self.resource, "", {})
            except CameraError as error:
                log.warning("a session at a media server could not be ended", reason=str(error))
        self.gone()

    def is_deaf(self) -> bool:
        """The server hears its viewer, we do not."""
        return False

    async def _answered(self, offer: str) -> str:
        status, headers, body = await self._ask("POST", self.endpoint, offer, {"Content-Type": _SDP, "Accept": _SDP})
        if status in _BAD_OFFERS:
            raise OfferRefused("máy chủ video không đọc được lời mời (SDP)")
        if status not in (200, 201):
            state, reason = _REASONS.get(status, (State.UNREACHABLE, f"the media server answered with {status}"))
            raise CameraError(state, f"{reason}: redirects are not followed" if 300 <= status < 400 else reason)
        self.resource = self._own_resource(headers.get("location", ""))
        self.tag = headers.get("etag", "")
        if not body.startswith("v=0"):
            raise CameraError(State.GARBAGE, "what the media server answered is no SDP")
        return body

    def _own_resource(self, location: str) -> str:
        """The session's address. Without one, or at another host, it could not be ended by us, or our token would go astray."""
        if not location:
            raise CameraError(State.ENDLESS, "the media server named no session")
        found, own = urlsplit(urljoin(self.endpoint, location)), urlsplit(self.endpoint)
        if (found.scheme, found.netloc) != (own.scheme, own.netloc):
            raise CameraError(State.GARBAGE, "the media server named no session of its own")
        return urlunsplit(found)

    async def _ask(self, method: str, url: str, body: str, headers: Mapping[str, str]) -> tuple[int, httpx.Headers, str]:
        """Status, headers and a bounded body. Raises CameraError when no answer comes."""
        try:
            async with _client() as client, client.stream(method, url, content=body, headers={**self.headers, **headers}) as answer:
                text = bytearray()
                async for chunk in answer.aiter_bytes():
                    text += chunk
                    if len(text) > ANSWER_LARGEST:
                        raise CameraError(State.GARBAGE, "the media server's answer does not end")
                return answer.status_code, answer.headers, text.decode("utf-8", "replace")
        except httpx.TimeoutException:
            raise CameraError(State.SILENT, "the media server says nothing") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CameraError(State.UNREACHABLE, f"no media server answers: {type(error).__name__}") from None


def seat(camera: Camera, calls: "Calls") -> ForeignSeat:
    """A viewer's place at the media server that the camera's row names."""
    parts = urlsplit(camera.endpoint.get_secret_value())
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))
    return ForeignSeat(bare, calls.gone, headers=_login(unquote(parts.username or ""), unquote(parts.password or "")))


def _login(user: str, password: str) -> dict[str, str]:
    if not user:
        return {}
    if user.lower() == BEARER:
        if not password.isascii():
            raise CameraError(State.REFUSED, "no media server has such a token")
        return {"Authorization": f"Bearer {password}"}
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def _client() -> httpx.AsyncClient:
    """One for a request: they are rare, and servers come and go. Nothing of this machine's environment counts."""
    return httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False, trust_env=False)
