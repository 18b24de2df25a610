"""Tables of wall displays: those that may look, and those that wait for somebody to let them in. Secrets are kept as hashes only.

Every function may raise StoreUnavailable.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, Index, LargeBinary, Table, Text, func, select, text
from sqlalchemy.dialects.postgresql import insert

from dashboard.store import Store
from dashboard.store.accounts import AuditEntry, write_audit
from dashboard.store.schema import metadata

wall_device = Table(
    "wall_device",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True, comment="SHA-256 of the display's cookie"),
    Column("wall", Text, nullable=False),
    Column("name", Text, nullable=False, comment="as the operator calls the display"),
    Column("address", Text, nullable=False, comment="where it asked from"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("revoked_at", DateTime(timezone=True)),
    Index("uq_wall_device_name_live", "name", unique=True, postgresql_where=text("revoked_at IS NULL")),
)

pairing = Table(
    "pairing",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True, comment="SHA-256 of the cookie of the display that asks"),
    Column("code", Text, nullable=False, unique=True, comment="what it shows"),
    Column("wall", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Device:
    """A display that was let in."""

    wall: str
    name: str
    address: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """A display that waits, and the code that it shows until `expires_at`."""

    code: str
    wall: str
    address: str
    expires_at: datetime


_DEVICE = (wall_device.c.wall, wall_device.c.name, wall_device.c.address, wall_device.c.created_at, wall_device.c.seen_at)
_ASKING = (pairing.c.code, pairing.c.wall, pairing.c.address, pairing.c.expires_at)


def find_device(store: Store, token_hash: bytes) -> Device | None:
    """The display of that cookie's hash, or None; a revoked one is none."""
    with store.transaction() as connection:
        live = (wall_device.c.token_hash == token_hash) & wall_device.c.revoked_at.is_(None)
        row = connection.execute(select(*_DEVICE).where(live)).one_or_none()
    return None if row is None else Device(*row)


def touch_device(store: Store, token_hash: bytes, seen_at: datetime) -> None:
    """Says that the display looked at that moment."""
    with store.transaction() as connection:
        connection.execute(wall_device.update().where(wall_device.c.token_hash == token_hash).values(seen_at=seen_at))


def list_devices(store: Store) -> list[Device]:
    """All displays that may look, by wall and name."""
    with store.transaction() as connection:
        live = select(*_DEVICE).where(wall_device.c.revoked_at.is_(None))
        return [Device(*row) for row in connection.execute(live.order_by(wall_device.c.wall, wall_device.c.name))]


def find_asking(store: Store, token_hash: bytes, now: datetime) -> Asking | None:
    """The display of that cookie's hash while its code lives, or None."""
    with store.transaction() as connection:
        live = (pairing.c.token_hash == token_hash) & (pairing.c.expires_at > now)
        row = connection.execute(select(*_ASKING).where(live)).one_or_none()
    return None if row is None else Asking(*row)


def ask(store: Store, token_hash: bytes, asking: Asking, now: datetime, most: int, entry: AuditEntry) -> bool:
    """Writes down that a display asks, in the place of its earlier asking; sweeps codes that are over.

    False when the code is taken, or when `most` displays wait already; then nothing was written.
    """
    fields: dict[str, Any] = {"code": asking.code, "wall": asking.wall, "address": asking.address, "expires_at": asking.expires_at}
    with store.transaction() as connection:
        connection.execute(pairing.delete().where((pairing.c.expires_at <= now) | (pairing.c.token_hash == token_hash)))
        if connection.execute(select(func.count()).select_from(pairing)).scalar_one() >= most:
            return False
        statement = insert(pairing).values(token_hash=token_hash, **fields).on_conflict_do_nothing()
        if not connection.execute(statement).rowcount:
            return False
        write_audit(connection, entry)
        return True


def find_code(store: Store, code: str, now: datetime) -> Asking | None:
    """The display that shows that code now, or None."""
    with store.transaction() as connection:
        row = connection.execute(select(*_ASKING).where(pairing.c.code == code, pairing.c.expires_at > now)).one_or_none()
    return None if row is None else Asking(*row)


def admit(store: Store, code: str, name: str, now: datetime, entry: AuditEntry) -> Device | None:
    """Lets the display in that shows the code; None when no code lives by that name, or a display has that name already."""
    with store.transaction() as connection:
        taken = select(wall_device.c.name).where(wall_device.c.name == name, wall_device.c.revoked_at.is_(None))
        if connection.execute(taken).first() is not None:
            return None
        asked = pairing.delete().where(pairing.c.code == code, pairing.c.expires_at > now).returning(pairing)
        row = connection.execute(asked).one_or_none()
        if row is None:
            return None
        # A display whose right was revoked keeps its cookie, and may be let in again with it.
        fields = {"wall": row.wall, "name": name, "address": row.address, "created_at": now, "seen_at": now, "revoked_at": None}
        upsert = insert(wall_device).values(token_hash=row.token_hash, **fields)
        connection.execute(upsert.on_conflict_do_update(index_elements=["token_hash"], set_=fields))
        write_audit(connection, entry)
        return Device(row.wall, name, row.address, now, now)


def shut_out(store: Store, name: str, entry: AuditEntry) -> bool:
    """Revokes the display of that name; False when there is none."""
    with store.transaction() as connection:
        live = (wall_device.c.name == name) & wall_device.c.revoked_at.is_(None)
        revoked = connection.execute(wall_device.update().where(live).values(revoked_at=func.now())).rowcount
        if revoked:
            write_audit(connection, entry)
        return bool(revoked)
