"""Groups of units that people saved: each sees their own and the shared ones.

Every function may raise StoreUnavailable. A group that is saved or removed raises a data version of its own, so that pages drawn from
groups are drawn anew.
"""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Identity, Row, Table, Text, UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dashboard.store import Store
from dashboard.store.accounts import AuditEntry, person, write_audit
from dashboard.store.runs import next_version
from dashboard.store.schema import metadata

VERSIONED = "groups"
"""The name under which a change of groups is counted beside those of feeds."""

unit_group = Table(
    "unit_group",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False),
    Column("units", ARRAY(Text), nullable=False, comment="keys of units of one tier, in the order shown"),
    Column("owner_id", BigInteger, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("shared", Boolean, nullable=False, server_default="false", comment="everybody sees it"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("owner_id", "name", name="uq_unit_group_owner_id"),
)


@dataclass(frozen=True, slots=True)
class SavedGroup:
    """A group in the database; `owner` is the name that its owner goes by."""

    id: int
    name: str
    units: tuple[str, ...]
    owner_id: int
    owner: str
    shared: bool


_COLUMNS = (
    unit_group.c.id,
    unit_group.c.name,
    unit_group.c.units,
    unit_group.c.owner_id,
    person.c.display_name.label("owner"),
    unit_group.c.shared,
)


def add_group(store: Store, group: SavedGroup, entry: AuditEntry) -> int | None:
    """Saves a new group (its `id` and `owner` are not looked at) with its audit row; None when its owner has one of that name."""
    fields = {"name": group.name, "units": list(group.units), "owner_id": group.owner_id, "shared": group.shared}
    with store.transaction() as connection:
        made = connection.execute(insert(unit_group).values(**fields).on_conflict_do_nothing().returning(unit_group.c.id))
        new_id: int | None = made.scalar_one_or_none()
        if new_id is not None:
            write_audit(connection, entry)
            next_version(connection, VERSIONED)
        return new_id


def remove_group(store: Store, group_id: int, owner_id: int | None, entry: AuditEntry) -> bool:
    """Removes a group of this owner (None: of anybody) with its audit row; False when there is none."""
    mine = unit_group.c.id == group_id
    if owner_id is not None:
        mine &= unit_group.c.owner_id == owner_id
    with store.transaction() as connection:
        if not connection.execute(unit_group.delete().where(mine)).rowcount:
            return False
        write_audit(connection, entry)
        next_version(connection, VERSIONED)
        return True


def groups_for(store: Store, person_id: int | None) -> list[SavedGroup]:
    """What a person sees: their own groups and the shared ones, newest first; the shared ones alone for a machine (None)."""
    seen = unit_group.c.shared | (unit_group.c.owner_id == person_id) if person_id is not None else unit_group.c.shared
    statement = select(*_COLUMNS).join_from(unit_group, person).where(seen).order_by(unit_group.c.id.desc())
    with store.transaction() as connection:
        return [_group(row) for row in connection.execute(statement)]


def _group(row: Row[int, str, list[str], int, str, bool]) -> SavedGroup:
    return SavedGroup(row.id, row.name, tuple(row.units), row.owner_id, row.owner, row.shared)
