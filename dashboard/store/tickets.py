"""What a look rests on: the session, token or display it was opened with, and whether that still stands with the same rights.

A picture that runs for hours asks nothing of the gate any more; so whoever sends it asks here, every few seconds.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, cast

from sqlalchemy import Connection, select

from dashboard.store import Store
from dashboard.store.accounts import api_token, person, session
from dashboard.store.walls import wall_device

IS_TICKET: Final = re.compile(r"(session|token|device):([0-9a-f]{64}):(.*)")
Kind = Literal["session", "token", "device"]


@dataclass(frozen=True)
class Ticket:
    """`digest` is the SHA-256 of the secret, in hexadecimal: it opens nothing. `rights` is what its holder could do, as text."""

    kind: Kind
    digest: str
    rights: str

    def __str__(self) -> str:
        """As it is handed from web to a relay."""
        return f"{self.kind}:{self.digest}:{self.rights}"

    @classmethod
    def parse(cls, text: str) -> "Ticket | None":
        """The ticket that was written so; None for an empty text. Raises ValueError for any other."""
        found = IS_TICKET.fullmatch(text)
        if found is None and text:
            raise ValueError("no ticket")
        return cls(cast(Kind, found[1]), found[2], found[3]) if found else None


def rights_of_person(role: str, unit: str | None) -> str:
    """What a person could do: role and unit."""
    return f"{role}/{unit or ''}"


def rights_of_token(scopes: Iterable[str], role: str | None, unit: str | None) -> str:
    """What a token could do: its scopes, and its person's rights where it has one."""
    return f"{','.join(sorted(scopes))}/{rights_of_person(role, unit) if role else ''}"


def standing(store: Store, tickets: Iterable[Ticket], now: datetime, idle: timedelta) -> frozenset[Ticket]:
    """The tickets that still stand: not ended, not revoked, not idle for so long, with the rights they had. Raises StoreUnavailable."""
    asked = frozenset(tickets)
    found: set[Ticket] = set()
    with store.transaction() as connection:
        for kind, look in _LOOKS.items():
            digests = [bytes.fromhex(ticket.digest) for ticket in asked if ticket.kind == kind]
            if digests:
                found |= look(connection, digests, now, now - idle)
    return asked & found


def _sessions(connection: Connection, digests: list[bytes], now: datetime, seen_since: datetime) -> set[Ticket]:
    lives = ~person.c.disabled & (session.c.expires_at > now) & (session.c.seen_at > seen_since)
    columns = select(session.c.token_hash, person.c.role, person.c.unit).join(person, person.c.id == session.c.person_id)
    rows = connection.execute(columns.where(session.c.token_hash.in_(digests) & lives))
    return {Ticket("session", bytes(row.token_hash).hex(), rights_of_person(row.role, row.unit)) for row in rows}


def _tokens(connection: Connection, digests: list[bytes], _now: datetime, _seen_since: datetime) -> set[Ticket]:
    lives = api_token.c.revoked_at.is_(None) & person.c.disabled.is_not(True)
    columns = select(api_token.c.token_hash, api_token.c.scopes, person.c.role, person.c.unit)
    rows = connection.execute(
        columns.outerjoin_from(api_token, person, person.c.id == api_token.c.person_id).where(api_token.c.token_hash.in_(digests) & lives)
    )
    return {Ticket("token", bytes(row.token_hash).hex(), rights_of_token(row.scopes, row.role, row.unit)) for row in rows}


def _devices(connection: Connection, digests: list[bytes], _now: datetime, _seen_since: datetime) -> set[Ticket]:
    lives = wall_device.c.token_hash.in_(digests) & wall_device.c.revoked_at.is_(None)
    rows = connection.execute(select(wall_device.c.token_hash, wall_device.c.wall).where(lives))
    return {Ticket("device", bytes(row.token_hash).hex(), row.wall) for row in rows}


_LOOKS: Final[dict[Kind, Callable[[Connection, list[bytes], datetime, datetime], set[Ticket]]]] = {
    "session": _sessions,
    "token": _tokens,
    "device": _devices,
}
