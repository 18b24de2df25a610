"""Addresses of TURN servers with credentials that last for a while: what a viewer behind a closed firewall needs (RFC 8656).

The credentials are those of the scheme that coturn calls REST: the user name holds the hour of its end, the password is an HMAC over it, so
the server needs no list of people and nobody keeps a password.
"""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from dashboard.errors import ConfigurationError

LASTS: Final = 3600
"""Seconds; a connection that stands goes on afterwards for as long as it is kept up."""
_SERVER = re.compile(r"turns?:[A-Za-z0-9.\-\[\]:]+(\?transport=(udp|tcp))?")


@dataclass(frozen=True)
class Turn:
    """TURN servers and the secret that they share with us."""

    servers: Sequence[str] = ()
    secret: str = field(default="", repr=False)

    @classmethod
    def read(cls, servers: str, secret: str) -> "Turn":
        """From the settings; servers have commas between them. Raises ConfigurationError for what is no TURN address."""
        found = tuple(one.strip() for one in servers.split(",") if one.strip())
        for one in found:
            if _SERVER.fullmatch(one) is None:
                raise ConfigurationError(f"DASHBOARD_TURN_SERVERS: {one} is not turn:host[:port][?transport=udp|tcp]")
        if bool(found) != bool(secret):
            raise ConfigurationError("DASHBOARD_TURN_SERVERS and DASHBOARD_TURN_SECRET go together")
        return cls(found, secret)

    def links(self, now: float | None = None) -> list[str]:
        """The values of `Link` headers for an answer, as WHEP players read them (draft-ietf-wish-whep, 4.4)."""
        user = f"{int(time.time() if now is None else now) + LASTS}:dashboard"
        password = base64.b64encode(hmac.new(self.secret.encode(), user.encode(), hashlib.sha1).digest()).decode()
        login = f'username="{user}"; credential="{password}"; credential-type="password"'
        return [f'<{server}>; rel="ice-server"; {login}' for server in self.servers]


NONE: Final = Turn()
"""A house without TURN."""
