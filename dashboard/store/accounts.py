"""Tables of people and machines: person, session, API token, audit. Secrets are kept as hashes only.

Every function may raise StoreUnavailable.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Identity, Index, LargeBinary, Row, Table, Text, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError, TimeoutError

from dashboard.errors import StoreUnavailable
from dashboard.store import Store
from dashboard.store.schema import metadata

IDLE = timedelta(hours=2)
"""A session that was not used for so long has ended."""

person = Table(
    "person",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("username", Text, nullable=False, unique=True, comment="lower case"),
    Column("display_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("unit", Text, comment="key of the administrative unit a province's person belongs to"),
    Column("password_hash", Text, nullable=False, comment="argon2id, with its own salt and cost"),
    Column("disabled", Boolean, nullable=False, server_default="false"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True, comment="SHA-256 of the cookie"),
    Column("person_id", BigInteger, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("address", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, comment="the absolute end, whatever is seen"),
    Index("ix_session_person_id", "person_id"),
    Index("ix_session_expires_at", "expires_at"),
)

api_token = Table(
    "api_token",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True, comment="SHA-256 of the token"),
    Column("name", Text, nullable=False, comment="the machine or purpose it was given to"),
    Column("person_id", BigInteger, ForeignKey("person.id", ondelete="CASCADE"), comment="null: a service's own"),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("simulated", Boolean, nullable=False, server_default="false", comment="what arrives by it is simulated"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("revoked_at", DateTime(timezone=True)),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("actor", Text, nullable=False, comment="user name, token name, or 'command line'"),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    Column("detail", JSONB, nullable=False, server_default="{}"),
    Index("ix_audit_at", "at"),
)


@dataclass(frozen=True)
class Person:
    """One account, without its password's hash."""

    id: int
    username: str
    display_name: str
    role: str
    unit: str | None
    disabled: bool


@dataclass(frozen=True)
class LiveSession:
    """A session whose person is not disabled; whether it is too old is for access to judge."""

    person: Person
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class LiveToken:
    """A token that is not revoked, with its person unless a service owns it; what arrives by a simulated one is simulated."""

    name: str
    scopes: frozenset[str]
    person: Person | None
    simulated: bool = False


@dataclass(frozen=True)
class GivenToken:
    """A token as a list shows it; `username` is whom it acts for, None for a service's own."""

    name: str
    scopes: frozenset[str]
    username: str | None
    simulated: bool
    created_at: datetime


@dataclass(frozen=True)
class AuditEntry:
    """What somebody did, for the audit table; holds no secret."""

    actor: str
    action: str
    subject: str = ""
    address: str = ""
    detail: dict[str, str] | None = None


@contextmanager
def _transaction(store: Store) -> Iterator[Connection]:
    try:
        with store.engine.begin() as connection:
            yield connection
    except (OperationalError, TimeoutError) as error:
        raise StoreUnavailable("the database does not answer") from error


_PERSON = (person.c.id, person.c.username, person.c.display_name, person.c.role, person.c.unit, person.c.disabled)


def _person(row: Row[*tuple[Any, ...]]) -> Person:
    return Person(row.id, row.username, row.display_name, row.role, row.unit, row.disabled)


def add_person(store: Store, fields: dict[str, str | None], entry: AuditEntry) -> int | None:
    """Adds a person with its audit row; returns the new id, or None when the user name is taken."""
    with _transaction(store) as connection:
        statement = insert(person).values(**fields).on_conflict_do_nothing().returning(person.c.id)
        new_id: int | None = connection.execute(statement).scalar_one_or_none()
        if new_id is not None:
            write_audit(connection, entry)
        return new_id


def find_person(store: Store, username: str) -> tuple[Person, str] | None:
    """The person of that user name (lower case) with the hash of its password, or None."""
    with _transaction(store) as connection:
        row = connection.execute(select(*_PERSON, person.c.password_hash).where(person.c.username == username)).one_or_none()
    return None if row is None else (_person(row), row.password_hash)


def list_people(store: Store) -> list[Person]:
    """All people, disabled ones too, by user name."""
    with _transaction(store) as connection:
        return [_person(row) for row in connection.execute(select(*_PERSON).order_by(person.c.username))]


def change_person(store: Store, username: str, fields: dict[str, str | bool], entry: AuditEntry) -> bool:
    """Changes columns of a person, ends all its sessions, and writes the audit row; False when there is no such person."""
    with _transaction(store) as connection:
        statement = person.update().where(person.c.username == username).values(**fields).returning(person.c.id)
        changed = connection.execute(statement).scalar_one_or_none()
        if changed is None:
            return False
        connection.execute(session.delete().where(session.c.person_id == changed))
        write_audit(connection, entry)
        return True


def replace_hash(store: Store, person_id: int, old: str, new: str) -> None:
    """Puts a hash of today's cost in the place of an older one, unless the password was changed meanwhile."""
    with _transaction(store) as connection:
        same = (person.c.id == person_id) & (person.c.password_hash == old)
        connection.execute(person.update().where(same).values(password_hash=new))


def add_session(store: Store, fields: dict[str, Any], entry: AuditEntry) -> None:
    """Adds a session (columns of `session`) with its audit row, and sweeps the ones that are over."""
    with _transaction(store) as connection:
        connection.execute(session.delete().where(session.c.expires_at < fields["created_at"]))
        connection.execute(session.insert().values(**fields))
        write_audit(connection, entry)


def find_sessions(store: Store, token_hashes: list[bytes]) -> dict[bytes, LiveSession]:
    """The sessions of those cookies' hashes with their people; a disabled person has none."""
    statement = (
        select(*_PERSON, session.c.token_hash, session.c.seen_at, session.c.expires_at)
        .join_from(session, person)
        .where(session.c.token_hash == func.any(token_hashes), ~person.c.disabled)
    )
    with _transaction(store) as connection:
        rows = connection.execute(statement).all()
    return {bytes(row.token_hash): LiveSession(_person(row), row.seen_at, row.expires_at) for row in rows}


def touch_sessions(store: Store, token_hashes: Iterable[bytes], seen_at: datetime) -> None:
    """Says that the sessions were used at that moment. Those that somebody else is just saying it of are left to them."""
    mine = select(session.c.token_hash).where(session.c.token_hash == func.any(list(token_hashes))).with_for_update(skip_locked=True)
    with _transaction(store) as connection:
        connection.execute(session.update().where(session.c.token_hash.in_(mine)).values(seen_at=seen_at))


def end_session(store: Store, token_hash: bytes, entry: AuditEntry | None = None) -> None:
    """Removes the session; harmless when there is none."""
    with _transaction(store) as connection:
        connection.execute(session.delete().where(session.c.token_hash == token_hash))
        if entry is not None:
            write_audit(connection, entry)


def count_sessions(store: Store, seen_since: datetime) -> int:
    """How many sessions were used since that moment."""
    with _transaction(store) as connection:
        return int(connection.execute(select(func.count()).select_from(session).where(session.c.seen_at >= seen_since)).scalar_one())


def add_token(store: Store, fields: dict[str, Any], entry: AuditEntry) -> None:
    """Adds an API token (columns of `api_token`) with its audit row."""
    with _transaction(store) as connection:
        connection.execute(api_token.insert().values(**fields))
        write_audit(connection, entry)


def find_token(store: Store, token_hash: bytes) -> LiveToken | None:
    """The token of that hash, or None; a revoked one and one of a disabled person are none."""
    statement = (
        select(api_token.c.name, api_token.c.scopes, api_token.c.simulated, *_PERSON)
        .join_from(api_token, person, isouter=True)
        .where(api_token.c.token_hash == token_hash, api_token.c.revoked_at.is_(None), ~func.coalesce(person.c.disabled, False))
    )
    with _transaction(store) as connection:
        row = connection.execute(statement).one_or_none()
    if row is None:
        return None
    return LiveToken(row.name, frozenset(row.scopes), _person(row) if row.id is not None else None, row.simulated)


def list_tokens(store: Store) -> list[GivenToken]:
    """Every token that opens something, newest first; what it is made of is kept nowhere."""
    columns = (api_token.c.name, api_token.c.scopes, person.c.username, api_token.c.simulated, api_token.c.created_at)
    live = api_token.c.revoked_at.is_(None) & ~func.coalesce(person.c.disabled, False)
    with _transaction(store) as connection:
        rows = connection.execute(
            select(*columns).join_from(api_token, person, isouter=True).where(live).order_by(api_token.c.created_at.desc())
        )
        return [GivenToken(row.name, frozenset(row.scopes), row.username, row.simulated, row.created_at) for row in rows]


def revoke_tokens(store: Store, name: str, entry: AuditEntry) -> int:
    """Revokes every token of that name; returns how many there were."""
    with _transaction(store) as connection:
        open_ones = (api_token.c.name == name) & api_token.c.revoked_at.is_(None)
        revoked = connection.execute(api_token.update().where(open_ones).values(revoked_at=func.now())).rowcount
        if revoked:
            write_audit(connection, entry)
        return revoked


def record(store: Store, entry: AuditEntry) -> None:
    """Writes one audit row."""
    with _transaction(store) as connection:
        write_audit(connection, entry)


def list_audit(store: Store, newest: int) -> Sequence[AuditEntry]:
    """The newest audit rows, newest first."""
    with _transaction(store) as connection:
        rows = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(newest))
        return [AuditEntry(row.actor, row.action, row.subject, row.address, row.detail) for row in rows]


def write_audit(connection: Connection, entry: AuditEntry) -> None:
    """Writes one audit row in a transaction that is under way."""
    connection.execute(
        audit.insert().values(
            actor=entry.actor, action=entry.action, subject=entry.subject, address=entry.address, detail=entry.detail or {}
        )
    )
