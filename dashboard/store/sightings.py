"""Tables of what vision sees: how each camera's picture is, what was seen in each minute, the view that it should have, and one picture of
the last change. Every function may raise StoreUnavailable. Instants are aware.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Float, Integer, LargeBinary, Table, Text, func, select, text
from sqlalchemy.dialects.postgresql import insert

from dashboard.store import Store
from dashboard.store.cameras import Still
from dashboard.store.schema import metadata

camera_health = Table(
    "camera_health",
    metadata,
    Column("camera", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("checked_at", DateTime(timezone=True), nullable=False),
    Column("waiting", Integer, comment="people in the waiting zones, smoothed; null where nobody can count"),
    Column("waiting_error", Integer, comment="by how much that may be wrong"),
    Column("is_staffed", Boolean, comment="null without a staff zone"),
)

camera_minute = Table(
    "camera_minute",
    metadata,
    Column("minute", DateTime(timezone=True), primary_key=True, comment="its beginning"),
    Column("camera", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("state", Text, nullable=False, comment="of the picture, or why there was none"),
    Column("is_live", Boolean, nullable=False),
    Column("waiting", Integer),
    Column("is_staffed", Boolean),
)

camera_reference = Table(
    "camera_reference",
    metadata,
    Column("camera", Text, primary_key=True),
    Column("said_at", DateTime(timezone=True), comment="the word of a person that it rests on; null: learned unasked"),
    Column("learned_at", DateTime(timezone=True), nullable=False),
    Column("is_empty", Boolean, nullable=False),
    Column("sharpness", Float, nullable=False),
    Column("view", LargeBinary, nullable=False, comment="320 x 180, a median of looks; no picture of a moment"),
)

camera_evidence = Table(
    "camera_evidence",
    metadata,
    Column("camera", Text, primary_key=True),
    Column("mode", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("taken_at", DateTime(timezone=True), nullable=False),
    Column("jpeg", LargeBinary, nullable=False, comment="at the last change of health"),
)

_TAKE_TURN = text(
    """
    INSERT INTO lease (name, holder, until) VALUES (:name, :holder, clock_timestamp() + make_interval(secs => :seconds))
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE lease.until < clock_timestamp() OR lease.holder = excluded.holder
    RETURNING 1
    """
)


@dataclass(frozen=True)
class HealthSeen:
    """How a camera's picture is, since when, and when that was last looked at; who is in it, where that can be told."""

    camera: str
    state: str
    since: datetime
    checked_at: datetime
    waiting: int | None = None
    waiting_error: int | None = None
    is_staffed: bool | None = None


@dataclass(frozen=True)
class MinuteSeen:
    """What was seen of a camera in the minute that begins `at`."""

    camera: str
    at: datetime
    unit: str
    state: str
    is_live: bool
    waiting: int | None = None
    is_staffed: bool | None = None


@dataclass(frozen=True)
class ViewKept:
    """The view that a camera should have; `said_at` is the word it rests on, None when it was learned unasked, or from a sandbox.

    `learned_at` is the store's own when it is written.
    """

    camera: str
    said_at: datetime | None
    is_empty: bool
    sharpness: float
    view: bytes = field(repr=False)
    learned_at: datetime | None = None


def take_turn(store: Store, name: str, holder: str, seconds: float) -> bool:
    """Whether this holder may do work that only one may do, for so many seconds from now on. Asking again renews."""
    with store.transaction() as connection:
        return connection.execute(_TAKE_TURN, {"name": name, "holder": holder, "seconds": seconds}).first() is not None


def keep_health(store: Store, seen: Collection[HealthSeen]) -> None:
    """How these cameras' pictures are now."""
    if not seen:
        return
    statement = insert(camera_health).values([one.__dict__ for one in seen])
    fresh = {name: statement.excluded[name] for name in HealthSeen.__dataclass_fields__ if name != "camera"}
    with store.transaction() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=["camera"], set_=fresh))


def health(store: Store) -> Mapping[str, HealthSeen]:
    """By camera, as it was last seen."""
    with store.transaction(reads=()) as connection:
        return {row.camera: HealthSeen(**row._mapping) for row in connection.execute(select(camera_health))}


def keep_minutes(store: Store, seen: Collection[MinuteSeen]) -> None:
    """Writes minutes down. The first word on a minute counts: whoever writes it again, changes nothing."""
    if not seen:
        return
    rows = [{**one.__dict__, "minute": one.at} for one in seen]
    statement = insert(camera_minute).values([{name: value for name, value in row.items() if name != "at"} for row in rows])
    with store.transaction() as connection:
        connection.execute(statement.on_conflict_do_nothing())


def minutes(store: Store, begin: datetime, end: datetime) -> Sequence[MinuteSeen]:
    """The minutes from one instant up to another, in their order."""
    columns = camera_minute.c
    within = (columns.minute >= begin) & (columns.minute < end)
    with store.transaction(reads=()) as connection:
        rows = connection.execute(select(camera_minute).where(within).order_by(columns.minute, columns.camera))
        return [MinuteSeen(r.camera, r.minute, r.unit, r.state, r.is_live, r.waiting, r.is_staffed) for r in rows]


def forget_minutes(store: Store, older_than: timedelta) -> int:
    """Deletes minutes whose figures have long been landed; how many."""
    with store.transaction() as connection:
        return connection.execute(camera_minute.delete().where(camera_minute.c.minute < func.now() - older_than)).rowcount


def keep_view(store: Store, kept: ViewKept) -> None:
    """The view that a camera should have, from now on; one that was learned unasked takes the place of no other."""
    fields = {**kept.__dict__, "learned_at": func.clock_timestamp()}
    statement = insert(camera_reference).values(**fields)
    fresh = {name: value for name, value in fields.items() if name != "camera"}
    over = statement.on_conflict_do_update(index_elements=["camera"], set_=fresh)
    with store.transaction() as connection:
        connection.execute(over if kept.is_empty else statement.on_conflict_do_nothing())


def views_kept(store: Store) -> Mapping[str, ViewKept]:
    """By camera, the view that it should have."""
    with store.transaction(reads=()) as connection:
        rows = connection.execute(select(camera_reference))
        return {row.camera: ViewKept(row.camera, row.said_at, row.is_empty, row.sharpness, bytes(row.view), row.learned_at) for row in rows}


def keep_evidence(store: Store, camera: str, stills: Mapping[str, Still]) -> None:
    """The picture of the last change of health, by mode; those of other modes go."""
    with store.transaction() as connection:
        connection.execute(camera_evidence.delete().where(camera_evidence.c.camera == camera))
        if stills:
            connection.execute(insert(camera_evidence), [_evidence(camera, mode, one) for mode, one in stills.items()])


def evidence(store: Store, camera: str, mode: str) -> Still | None:
    """The picture of the last change of health as somebody of that mode may see it."""
    mine = (camera_evidence.c.camera == camera) & (camera_evidence.c.mode == mode)
    with store.transaction(reads=()) as connection:
        row = connection.execute(select(camera_evidence).where(mine)).first()
    return None if row is None else Still(bytes(row.jpeg), row.taken_at, row.version)


def forget_cameras(store: Store, known: Iterable[str]) -> None:
    """Drops what is kept of cameras that are no longer in the list."""
    with store.transaction() as connection:
        for table in (camera_health, camera_reference, camera_evidence):
            connection.execute(table.delete().where(table.c.camera.not_in(list(known))))


def _evidence(camera: str, mode: str, one: Still) -> dict[str, object]:
    return {"camera": camera, "mode": mode, "version": one.version, "taken_at": one.taken_at, "jpeg": one.jpeg}
