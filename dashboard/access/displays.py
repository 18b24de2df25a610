"""Displays of a wall: how one asks to be let in, how an operator grants it, how it is shut out again.

A display makes no login. It brings a random cookie, shows a code, and waits; whoever reads the code from the wall and may run the
command line lets it in. From then on the same cookie opens that wall and nothing else. Neither cookie nor code is ever in an address.
"""

import re
import secrets
from datetime import UTC, datetime, timedelta

from starlette.responses import Response
from starlette.types import Scope

from dashboard.access.browser import cookie
from dashboard.access.tokens import fingerprint
from dashboard.access.viewer import actor
from dashboard.errors import NotFound, StoreUnavailable
from dashboard.store import Store, walls
from dashboard.store.accounts import AuditEntry
from dashboard.store.walls import Asking, Device

ALPHABET = "ABCDEFGHJKMNPQRTUVWXY2346789"
"""No letter or digit that is taken for another from across a hall."""
CODE_LENGTH = 6
CODE_LIVES = timedelta(minutes=15)
MOST_ASKING = 200
"""Displays that may wait at once: more is somebody filling the table."""
LIFETIME = timedelta(days=400)
"""Of the cookie, the longest that browsers allow; it is renewed while the display looks."""
_TRIES = 5
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def device_cookie(scope: Scope) -> str | None:
    """The secret of the display's cookie, or None; what none of ours can look like is None, too."""
    secret = cookie(scope, _cookie_name(scope))
    return secret if secret and _SECRET.fullmatch(secret) else None


def give_device_cookie(response: Response, scope: Scope, secret: str) -> None:
    """Hands the display its secret, or lets it live longer."""
    seconds, is_secure = int(LIFETIME.total_seconds()), scope.get("scheme") == "https"
    response.set_cookie(_cookie_name(scope), secret, max_age=seconds, path="/", secure=is_secure, httponly=True, samesite="lax")


def new_secret() -> str:
    """256 random bits for a display's cookie."""
    return secrets.token_urlsafe(32)


def asking_of(store: Store, secret: str) -> Asking | None:
    """What a display waits for; None when it does not wait, or its code is over."""
    return walls.find_asking(store, fingerprint(secret), datetime.now(UTC))


def ask(store: Store, secret: str, wall: str, address: str) -> Asking:
    """A new code for a display. Raises StoreUnavailable also when too many wait already."""
    now = datetime.now(UTC)
    entry = AuditEntry("display", "wall pairing asked", wall, address)
    for _ in range(_TRIES):
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        asking = Asking(code, wall, address, now + CODE_LIVES)
        if walls.ask(store, fingerprint(secret), asking, now, MOST_ASKING, entry):
            return asking
    raise StoreUnavailable("too many displays wait to be paired; a code lives 15 minutes")


def admit(store: Store, code: str, name: str | None = None) -> Device:
    """Lets in the display that shows the code, however it was typed.

    Raises NotFound for a code that nobody shows, or a name that is taken.
    """
    clean, now = re.sub(r"[\s-]", "", code).upper(), datetime.now(UTC)
    asking = walls.find_code(store, clean, now)
    if asking is None:
        raise NotFound(f"pairing code {clean[:12]}: no display shows it now; a code lives 15 minutes")
    chosen = name.strip() if name else _free_name(store, asking.wall)
    entry = AuditEntry(actor(), "wall device paired", chosen, asking.address, {"wall": asking.wall})
    device = walls.admit(store, clean, chosen, now, entry)
    if device is None:
        raise NotFound(f"display {chosen}: there is one of that name already, or the code was used meanwhile")
    return device


def shut_out(store: Store, name: str) -> None:
    """Ends a display's right to look; it shows a code again within seconds. Raises NotFound."""
    if not walls.shut_out(store, name, AuditEntry(actor(), "wall device revoked", name)):
        raise NotFound(f"display {name}: there is none")


def all_displays(store: Store) -> list[Device]:
    """Every display that may look."""
    return walls.list_devices(store)


def _free_name(store: Store, wall: str) -> str:
    taken = {device.name for device in walls.list_devices(store)}
    return next(name for number in range(1, len(taken) + 2) if (name := f"{wall}-{number}") not in taken)


def _cookie_name(scope: Scope) -> str:
    """As the session's: `__Host-` binds it to this host and to https."""
    return "__Host-tuong" if scope.get("scheme") == "https" else "tuong"
