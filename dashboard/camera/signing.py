"""How web and vision prove to a relay that they are of this house: an HMAC with the secret that it put into the database.

The other headers between them are named here too, since both ends read this module.
"""

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

HEADER: Final = "x-dashboard-signature"
CAPTURED: Final = "x-captured-at"
"""When a key frame left the camera, in seconds since 1970."""
STATE: Final = "x-camera-state"
"""The state of a camera that gives no picture."""
FULL: Final = "x-relay-full"
"""Says that this relay takes nobody more, and another one may."""
TOLERANCE: Final = 30.0
"""Seconds by which two machines' clocks may differ."""


def sign(secret: bytes, method: str, path: str, body: bytes) -> str:
    """The value of the header for a request made now: milliseconds, a number used once, the digest."""
    stamp, once = str(int(time.time() * 1000)), secrets.token_hex(8)
    return f"{stamp}.{once}.{_digest(secret, (method, path, stamp, once), body)}"


@dataclass
class Verifier:
    """Lets each signed request in once."""

    secret: bytes = field(repr=False)
    _seen: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def accepts(self, header: str, method: str, path: str, body: bytes) -> bool:
        """Whether the signature is right, young, and seen for the first time."""
        stamp, _, rest = header.partition(".")
        once, _, digest = rest.partition(".")
        if not stamp.isascii() or not stamp.isdecimal():
            return False
        now = time.time()
        right = hmac.compare_digest(digest.encode(), _digest(self.secret, (method, path, stamp, once), body).encode())
        if not right or abs(now - int(stamp) / 1000) > TOLERANCE or once in self._seen:
            return False
        self._seen[once] = now
        while next(iter(self._seen.values())) < now - 2 * TOLERANCE:
            self._seen.popitem(last=False)
        return True


def _digest(secret: bytes, parts: tuple[str, ...], body: bytes) -> str:
    text = "\n".join((*parts, hashlib.sha256(body).hexdigest()))
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
