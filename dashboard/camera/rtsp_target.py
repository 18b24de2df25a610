"""Where a camera is reached: its address taken apart, its certificate checked, and where it may send us on to.

`rtsp://[user:password@]host[:554]/path`, or `rtsps://…[:322]` for the same in TLS. Cameras come with certificates that they signed
themselves, which say nothing about whom one speaks to; so the safe thing is the default: a certificate must be signed by an authority of
this machine, or be the very one whose fingerprint stands behind the address: `rtsps://host/path#sha256=<64 hexadecimal digits, colons
allowed>`. There is no way to have it not checked. IPv6 addresses stand in brackets.
"""

import asyncio
import hashlib
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from dashboard.camera.rtsp_line import Line
from dashboard.camera.rtsp_wire import Credentials
from dashboard.camera.states import State
from dashboard.errors import CameraError

CONNECT_SECONDS: Final = 5.0
_PORTS: Final = {"rtsp": 554, "rtsps": 322}
_NEXT_FAMILY: Final = 0.25
"""Seconds until the next address of a name is tried beside the first (RFC 8305): one of IPv4 and IPv6 may lead nowhere."""
_PIN = re.compile(r"sha256=([0-9a-fA-F:]+)")


@dataclass(frozen=True)
class Target:
    """One place to ask. `url` has neither password nor fingerprint in it; `pin` is the fingerprint as 64 small digits, or empty."""

    scheme: str
    host: str
    port: int
    url: str
    credentials: Credentials | None = None
    pin: str = ""

    @classmethod
    def read(cls, address: str) -> "Target":
        """Raises CameraError for what is no address of a camera."""
        parts = _parts(address)
        known = Credentials(unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        return cls(parts.scheme, parts.hostname or "", _port(parts), _bare(parts), known, _pin(parts.fragment))

    def moved(self, location: str) -> "Target":
        """Where the camera sends us on to (RFC 2326, 11.3), in the same scheme. Who we are is told to no other host; nor is a name taken
        from there. Raises CameraError."""
        parts = _parts(location)
        if parts.scheme != self.scheme:
            raise CameraError(State.UNREACHABLE, f"it sends us on from {self.scheme} to {parts.scheme}")
        host = parts.hostname or ""
        known = self.credentials if host == self.host else None
        return Target(parts.scheme, host, _port(parts), _bare(parts), known, self.pin)

    async def connect(self) -> Line:
        """A connection over which nothing has been said, its certificate checked. Raises CameraError."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                line = await self._open(_context(bool(self.pin)) if self.scheme == "rtsps" else None)
        except ssl.SSLCertVerificationError as error:
            found = await self._fingerprint()
            raise CameraError(State.UNTRUSTED, f"its certificate is not trusted: {error.verify_message}{found}") from None
        except ssl.SSLError as error:
            raise CameraError(State.UNTRUSTED, f"no TLS with it: {error.reason or 'it hung up'}") from None
        except (TimeoutError, OSError):
            raise CameraError(State.UNREACHABLE, "nobody answers at its address") from None
        if self.pin and self.scheme == "rtsps":
            self._check(line)
        return line

    async def _open(self, context: ssl.SSLContext | None) -> Line:
        name, loop = self.host if context else None, asyncio.get_running_loop()
        _, line = await loop.create_connection(
            Line, self.host, self.port, happy_eyeballs_delay=_NEXT_FAMILY, ssl=context, server_hostname=name
        )
        return line

    def _check(self, line: Line) -> None:
        found = _fingerprint(line)
        if found != self.pin:
            line.hang_up()
            raise CameraError(State.UNTRUSTED, f"its certificate is another one: sha256={found}")

    async def _fingerprint(self) -> str:
        """What its certificate's fingerprint is, for whoever has to compare it with the camera's own page; nothing else is said to it."""
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(CONNECT_SECONDS):
                line = await self._open(_context(pinned=True))
            found = _fingerprint(line)
            line.hang_up()
            return f"; it is sha256={found}"
        return ""


@cache
def _context(pinned: bool) -> ssl.SSLContext:
    """Made once: reading the authorities of a machine takes some 20 ms, in which nobody's pictures would go out."""
    context = ssl.create_default_context()
    if pinned:  # compared with the fingerprint instead, before a word is said
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _fingerprint(line: Line) -> str:
    certificate: bytes = line.known("ssl_object").getpeercert(binary_form=True)
    return hashlib.sha256(certificate).hexdigest()


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        if parts.scheme in _PORTS and parts.hostname and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise CameraError(State.GARBAGE, "an address that is none of a camera")


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS[parts.scheme]


def _bare(parts: SplitResult) -> str:
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))


def _pin(fragment: str) -> str:
    if not fragment:
        return ""
    found = _PIN.fullmatch(fragment)
    digits = found[1].replace(":", "").lower() if found else ""
    if len(digits) != 64:
        raise CameraError(State.UNTRUSTED, "what stands behind # in its address is no fingerprint (sha256= and 64 digits)")
    return digits
