"""API tokens: 256 random bits, shown once, kept as SHA-256. A token has scopes, and a person or a service's name."""

import hashlib
import secrets
from collections.abc import Iterable

from dashboard.access.roles import FEED_SCOPE, SCOPES
from dashboard.access.viewer import actor
from dashboard.errors import ConfigurationError, NotFound
from dashboard.store import Store, accounts
from dashboard.store.accounts import AuditEntry


def fingerprint(secret: str) -> bytes:
    """What is stored of a token or session cookie; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def issue(store: Store, name: str, scopes: Iterable[str], *, username: str | None = None, simulated: bool = False) -> str:
    """Makes a token for a service, or for a person when `username` is given; returns it, the only time it can be seen.

    Whatever arrives by a simulated one is simulated, and never meets real figures.

    Raises ConfigurationError for an unknown scope or none, NotFound for an unknown person.
    """
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES and not FEED_SCOPE.fullmatch(scope)]
    if unknown or not wanted:
        raise ConfigurationError(f"token {name}: scopes are {', '.join(SCOPES)} and feed:<key>; not {', '.join(unknown) or 'none'}")
    found = accounts.find_person(store, username.strip().lower()) if username else None
    if username and found is None:
        raise NotFound(f"user {username}: there is none")
    token = secrets.token_urlsafe(32)
    person = found[0].id if found else None
    fields = {"token_hash": fingerprint(token), "name": name, "person_id": person, "scopes": wanted, "simulated": simulated}
    told = {"scopes": " ".join(wanted)} | ({"simulated": "true"} if simulated else {})
    accounts.add_token(store, fields, AuditEntry(actor(), "token issued", name, detail=told))
    return token


def revoke(store: Store, name: str) -> None:
    """Ends every token of that name. Raises NotFound when there is none."""
    if not accounts.revoke_tokens(store, name, AuditEntry(actor(), "token revoked", name)):
        raise NotFound(f"token {name}: there is none")
