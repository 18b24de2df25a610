"""The list of cameras: what the administration page rules. A camera that was deleted keeps its key here, so that no seed brings it back.

Every function may raise StoreUnavailable. Each change raises a data version of its own, by which every process hears of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, LargeBinary, Row, Table, Text, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.engine import Connection

from dashboard.store import Store
from dashboard.store.accounts import AuditEntry, write_audit
from dashboard.store.runs import next_version
from dashboard.store.schema import data_version, metadata

VERSIONED: Final = "cameras"
"""The name under which a change of the list is counted beside those of feeds, and under which it is read."""

camera = Table(
    "camera",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name_vi", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("place_vi", Text, nullable=False),
    Column("purpose_vi", Text, nullable=False),
    Column("url", Text, nullable=False, server_default="", comment="without what opens it; that is in sealed"),
    Column("substream", Text, nullable=False, server_default=""),
    Column("endpoint", Text, nullable=False, server_default="", comment="WHEP, for the engine of that name"),
    Column("sealed", LargeBinary, comment="addresses with what opens them, by field, as JSON, encrypted"),
    Column("engine", Text, nullable=False, server_default="own"),
    Column("hours", Text, nullable=False, server_default="", comment="empty: the usual ones"),
    Column("privacy", Text, nullable=False, server_default="open"),
    Column("privacy_for", JSONB, nullable=False, server_default="{}", comment="role to mode"),
    Column("masks", JSONB, nullable=False, server_default="[]", comment="polygons, in shares of width and height"),
    Column("zones", JSONB, nullable=False, server_default="[]"),
    Column("reference_at", DateTime(timezone=True), comment="when the view was last said to be the right one"),
    Column("provenance", Text, nullable=False),
    Column("enabled", Boolean, nullable=False, server_default="true"),
    Column("place", Integer, nullable=False, server_default="0", comment="in the list"),
    Column("version", BigInteger, nullable=False, server_default="1"),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("changed_by", Text, nullable=False),
    Column("deleted_at", DateTime(timezone=True), comment="deleted by hand: no seed brings it back"),
)


@dataclass(frozen=True)
class CameraRow:
    """A camera as it is kept. `version`, `changed_at` and `place` are the database's own when it is written."""

    key: str
    name_vi: str
    unit: str
    place_vi: str
    purpose_vi: str
    provenance: str
    url: str = ""
    substream: str = ""
    endpoint: str = ""
    sealed: bytes | None = field(default=None, repr=False)
    engine: str = "own"
    hours: str = ""
    privacy: str = "open"
    privacy_for: Mapping[str, str] = field(default_factory=dict)
    masks: Sequence[Any] = ()
    zones: Sequence[Any] = ()
    reference_at: datetime | None = None
    enabled: bool = True
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str = ""


_OWN: Final = frozenset({"version", "changed_at"})
_READ: Final = tuple(camera.c[name] for name in CameraRow.__dataclass_fields__)


def version(store: Store) -> int:
    """How often the list has changed."""
    with store.transaction(reads=()) as connection:
        found = connection.execute(select(data_version.c.version).where(data_version.c.feed == VERSIONED)).scalar_one_or_none()
    return found or 0


def listed(store: Store) -> list[CameraRow]:
    """Every camera that is not deleted, in the order of the list."""
    with store.transaction([VERSIONED]) as connection:
        rows = connection.execute(select(*_READ).where(camera.c.deleted_at.is_(None)).order_by(camera.c.place, camera.c.key))
        return [_row(row) for row in rows]


def are_some_veiled(store: Store) -> bool:
    """Whether the picture of any camera may not be seen by somebody as it is."""
    veils = (camera.c.privacy != "open") | (camera.c.privacy_for != {})
    with store.transaction(reads=()) as connection:
        return connection.execute(select(camera.c.key).where(veils & camera.c.deleted_at.is_(None)).limit(1)).first() is not None


def ever_known(store: Store) -> frozenset[str]:
    """The keys of all cameras that there are or were."""
    with store.transaction([VERSIONED]) as connection:
        return frozenset(connection.execute(select(camera.c.key)).scalars())


def seed(store: Store, rows: Sequence[CameraRow], entry: AuditEntry) -> Sequence[str]:
    """Adds those that were never known; the keys of these. Existing ones stay as they are, deleted ones stay deleted."""
    with store.transaction() as connection:
        _one_at_a_time(connection)
        known = set(connection.execute(select(camera.c.key)).scalars())
        new = [row for row in rows if row.key not in known]
        place = _next_place(connection)
        for number, row in enumerate(new):
            connection.execute(insert(camera).values(**_values(row), place=place + number))
        if new:
            write_audit(connection, replace(entry, detail={"cameras": ", ".join(row.key for row in new)}))
            next_version(connection, VERSIONED)
    return [row.key for row in new]


def add(store: Store, row: CameraRow, entry: AuditEntry) -> bool:
    """A new camera, at the end of the list, with its audit row; False when there is one of that key. A deleted one may come again."""
    with store.transaction() as connection:
        _one_at_a_time(connection)
        fields = {**_values(row), "place": _next_place(connection), "deleted_at": None}
        again = {**fields, "version": camera.c.version + 1, "changed_at": func.now()}
        statement = insert(camera).values(**fields)
        statement = statement.on_conflict_do_update(index_elements=["key"], set_=again, where=camera.c.deleted_at.is_not(None))
        return _told(connection, len(connection.execute(statement.returning(camera.c.key)).all()), entry)


def change(store: Store, row: CameraRow, entry: AuditEntry) -> bool:
    """Writes a camera over the version that the row bears; False when there is none of that version any more."""
    mine = (camera.c.key == row.key) & (camera.c.version == row.version) & camera.c.deleted_at.is_(None)
    fields = {**_values(row), "version": camera.c.version + 1, "changed_at": func.now()}
    with store.transaction() as connection:
        return _told(connection, connection.execute(camera.update().where(mine).values(**fields)).rowcount, entry)


def remove(store: Store, key: str, entry: AuditEntry) -> bool:
    """Deletes a camera; False when there is none. Its key is kept, what opened it is not."""
    gone = {"deleted_at": func.now(), "sealed": None, "url": "", "substream": "", "endpoint": "", "changed_at": func.now()}
    mine = (camera.c.key == key) & camera.c.deleted_at.is_(None)
    with store.transaction() as connection:
        done = connection.execute(camera.update().where(mine).values(**gone, changed_by=entry.actor, version=camera.c.version + 1))
        return _told(connection, done.rowcount, entry)


def reseal(store: Store, key: str, old: bytes, new: bytes) -> None:
    """Takes the place of what was sealed by an old key, unless it was changed meanwhile; what it says is the same."""
    with store.transaction() as connection:
        connection.execute(camera.update().where((camera.c.key == key) & (camera.c.sealed == old)).values(sealed=new))


def _told(connection: Connection, count: int, entry: AuditEntry) -> bool:
    if count:
        write_audit(connection, entry)
        next_version(connection, VERSIONED)
    return bool(count)


def _one_at_a_time(connection: Connection) -> None:
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("camera list"))))


def _next_place(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(camera.c.place), 0))).scalar_one()) + 1


def _values(row: CameraRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CameraRow.__dataclass_fields__ if name not in _OWN} | {
        "privacy_for": dict(row.privacy_for), "masks": list(row.masks), "zones": list(row.zones)
    }  # fmt: skip


def _row(row: Row[Any]) -> CameraRow:
    return CameraRow(**{**row._mapping, "sealed": None if row.sealed is None else bytes(row.sealed)})
