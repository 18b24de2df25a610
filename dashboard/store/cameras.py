"""Tables of the cameras: relays and their heartbeat, what they see of each camera, stills, and who looked at what from when to when.

Every function may raise StoreUnavailable. Instants are aware.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, LargeBinary, Table, Text, func, select, text
from sqlalchemy.dialects.postgresql import insert

from dashboard.store import Store
from dashboard.store.schema import metadata

relay = Table(
    "relay",
    metadata,
    Column("id", Text, primary_key=True, comment="new at every start"),
    Column("address", Text, nullable=False, comment="where web reaches it, http://host:port"),
    Column("secret", LargeBinary, nullable=False, comment="signs the requests to it; gone with the process"),
    Column("beat_at", DateTime(timezone=True), nullable=False),
    Column("kind", Text, nullable=False, server_default="relay", comment="relay, or blurrer"),
)

camera_state = Table(
    "camera_state",
    metadata,
    Column("camera", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("last_frame_at", DateTime(timezone=True)),
)

camera_still = Table(
    "camera_still",
    metadata,
    Column("camera", Text, primary_key=True),
    Column("mode", Text, primary_key=True, server_default="open", comment="what may be seen in it"),
    Column("version", BigInteger, comment="of the camera whose masks were painted"),
    Column("wanted_at", DateTime(timezone=True), nullable=False, comment="when somebody last asked to see it"),
    Column("taken_at", DateTime(timezone=True), comment="when the picture left the camera"),
    Column("tried_at", DateTime(timezone=True), comment="when vision last asked for it"),
    Column("jpeg", LargeBinary),
)

camera_view = Table(
    "camera_view",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("actor", Text, nullable=False, comment="user name, or token name"),
    Column("camera", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="live or still"),
    Column("address", Text, nullable=False, comment="of the viewer"),
    Column("relay", Text, nullable=False, server_default=""),
    Column("session", Text, nullable=False, server_default=""),
    Column("mode", Text, nullable=False, server_default="open", comment="what could be seen"),
    Column("from_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("to_at", DateTime(timezone=True), comment="null while it lasts"),
    Index("ix_camera_view_from_at", "from_at"),
    Index("ix_camera_view_open", "relay", "session", postgresql_where=text("to_at IS NULL")),
)


@dataclass(frozen=True)
class Relay:
    """A relay that beats, or (by its `kind`) a blurrer, which is asked for pictures in the same way."""

    id: str
    address: str
    secret: bytes = field(repr=False)
    kind: str = "relay"


@dataclass(frozen=True)
class Seen:
    """What relay and vision know of a camera; `state` None when no relay ever opened it. `stills` are the times of its stills, by mode."""

    state: str | None = None
    since: datetime | None = None
    last_frame_at: datetime | None = None
    stills: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Still:
    """A picture of a camera as JPEG, when it left the camera, and the version of the camera whose masks were painted."""

    jpeg: bytes
    taken_at: datetime
    version: int = 0


@dataclass(frozen=True)
class Look:
    """Who looks at which camera, how, and what could be seen (`mode`)."""

    actor: str
    camera: str
    kind: str
    address: str = ""
    relay: str = ""
    session: str = ""
    mode: str = "open"


@dataclass(frozen=True)
class View:
    """A look from when to when; `to_at` None while it lasts."""

    look: Look
    from_at: datetime
    to_at: datetime | None


def beat(store: Store, one: Relay) -> None:
    """Registers a relay, or says that it still lives."""
    fields = {"id": one.id, "address": one.address, "secret": one.secret, "kind": one.kind}
    statement = insert(relay).values(**fields, beat_at=func.now())
    with store.transaction() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"beat_at": func.now()}))


def leave(store: Store, id_: str) -> None:
    """A relay goes in order: nobody is sent to it any more."""
    with store.transaction() as connection:
        connection.execute(relay.delete().where(relay.c.id == id_))
        open_ones = (camera_view.c.relay == id_) & camera_view.c.to_at.is_(None)
        connection.execute(camera_view.update().where(open_ones).values(to_at=func.now()))


def sweep(store: Store, silent_for: timedelta) -> None:
    """Closes what a relay that died left open, at its last beat, and forgets it."""
    dead = relay.c.beat_at < func.now() - silent_for
    with store.transaction() as connection:
        open_ones = camera_view.c.to_at.is_(None) & (camera_view.c.relay == relay.c.id) & dead
        connection.execute(camera_view.update().where(open_ones).values(to_at=relay.c.beat_at))
        connection.execute(relay.delete().where(dead))


def relays(store: Store, within: timedelta, kind: str = "relay") -> Sequence[Relay]:
    """The relays, or others of a kind, that beat lately."""
    mine = (relay.c.beat_at > func.now() - within) & (relay.c.kind == kind)
    statement = select(relay.c.id, relay.c.address, relay.c.secret).where(mine)
    with store.transaction() as connection:
        return [Relay(row.id, row.address, bytes(row.secret)) for row in connection.execute(statement)]


def set_state(store: Store, camera: str, state: str, since: datetime, last_frame_at: datetime | None) -> None:
    """What a relay sees of a camera now."""
    fields = {"state": state, "since": since, "last_frame_at": func.coalesce(last_frame_at, camera_state.c.last_frame_at)}
    statement = insert(camera_state).values(camera=camera, state=state, since=since, last_frame_at=last_frame_at)
    with store.transaction() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=["camera"], set_=fields))


def seen(store: Store) -> Mapping[str, Seen]:
    """What is known of every camera that somebody has asked for; a veiled picture of one is known by a name of its own."""
    taken = camera_still.c.taken_at
    with store.transaction(reads=()) as connection:
        rows = connection.execute(select(camera_still.c.camera, camera_still.c.mode, taken).where(taken.is_not(None)))
        stills: dict[str, dict[str, datetime]] = {}
        for row in rows:
            stills.setdefault(row.camera, {})[row.mode] = row.taken_at
        found = {key: Seen(stills=modes) for key, modes in stills.items()}
        for row in connection.execute(select(camera_state)):
            found[row.camera] = Seen(row.state, row.since, row.last_frame_at, stills.get(row.camera, {}))
    return found


def want_still(store: Store, camera: str, mode: str = "open") -> Still | None:
    """The newest still of a mode, None when there is none yet; vision hears that somebody asked."""
    statement = insert(camera_still).values(camera=camera, mode=mode, wanted_at=func.now())
    wanted = statement.on_conflict_do_update(index_elements=["camera", "mode"], set_={"wanted_at": func.now()})
    with store.transaction() as connection:
        row = connection.execute(wanted.returning(camera_still.c.jpeg, camera_still.c.taken_at, camera_still.c.version)).one()
    return None if row.jpeg is None else Still(bytes(row.jpeg), row.taken_at, row.version or 0)


def claim_stills(store: Store, known: Iterable[str], wanted_within: timedelta, every: timedelta) -> Mapping[str, Sequence[str]]:
    """Cameras whose stills somebody wants and nobody fetches, and in which modes; ours for `every`, however many visions there are."""
    due = camera_still.c.tried_at.is_(None) | (camera_still.c.tried_at < func.now() - every)
    asked = (camera_still.c.wanted_at > func.now() - wanted_within) & camera_still.c.camera.in_(list(known))
    statement = camera_still.update().where(asked & due).values(tried_at=func.now()).returning(camera_still.c.camera, camera_still.c.mode)
    found: dict[str, list[str]] = {}
    with store.transaction() as connection:
        for row in connection.execute(statement):
            found.setdefault(row.camera, []).append(row.mode)
    return found


def release_still(store: Store, camera: str) -> None:
    """A claim comes to nothing through no fault of the camera: anybody may try again at once."""
    with store.transaction() as connection:
        connection.execute(camera_still.update().where(camera_still.c.camera == camera).values(tried_at=None))


def keep_still(store: Store, camera: str, still: Still, mode: str = "open") -> None:
    """The newest still of a camera in a mode."""
    fields = {"jpeg": still.jpeg, "taken_at": still.taken_at, "version": still.version}
    statement = insert(camera_still).values(camera=camera, mode=mode, wanted_at=func.now(), **fields)
    with store.transaction() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=["camera", "mode"], set_=fields))


def begin_view(store: Store, look: Look) -> int:
    """Somebody begins to look; the number of the row."""
    fields = {"actor": look.actor, "camera": look.camera, "kind": look.kind, "address": look.address, "mode": look.mode}
    statement = camera_view.insert().values(**fields, relay=look.relay, session=look.session).returning(camera_view.c.id)
    with store.transaction() as connection:
        return int(connection.execute(statement).scalar_one())


def move_view(store: Store, id_: int, relay_id: str) -> None:
    """A live view is served by another relay than the one that was asked first."""
    with store.transaction() as connection:
        connection.execute(camera_view.update().where(camera_view.c.id == id_).values(relay=relay_id))


def drop_view(store: Store, id_: int) -> None:
    """A live view did not come about: nothing was shown."""
    with store.transaction() as connection:
        connection.execute(camera_view.delete().where((camera_view.c.id == id_) & camera_view.c.to_at.is_(None)))


def close_strays(store: Store, relay_id: str, sessions: Iterable[str], older_than: timedelta) -> None:
    """Closes views that their relay does not know: web was killed between row and answer, or a row could not be taken back."""
    mine = (camera_view.c.relay == relay_id) & camera_view.c.to_at.is_(None) & camera_view.c.session.not_in(list(sessions))
    with store.transaction() as connection:
        connection.execute(camera_view.update().where(mine & (camera_view.c.from_at < func.now() - older_than)).values(to_at=func.now()))


def extend_view(store: Store, id_: int) -> None:
    """Somebody still looks at stills: the row reaches until now."""
    with store.transaction() as connection:
        connection.execute(camera_view.update().where(camera_view.c.id == id_).values(to_at=func.now()))


def end_view(store: Store, relay_id: str, session: str, at: datetime) -> None:
    """A live view has ended."""
    open_one = (camera_view.c.relay == relay_id) & (camera_view.c.session == session) & camera_view.c.to_at.is_(None)
    with store.transaction() as connection:
        connection.execute(camera_view.update().where(open_one).values(to_at=at))


def views(store: Store, newest: int) -> Sequence[View]:
    """The newest looks, newest first."""
    with store.transaction() as connection:
        rows = connection.execute(select(camera_view).order_by(camera_view.c.id.desc()).limit(newest))
        return [
            View(Look(row.actor, row.camera, row.kind, row.address, row.relay, row.session, row.mode), row.from_at, row.to_at)
            for row in rows
        ]


def owns_session(store: Store, look: Look) -> bool:
    """Whether there was such a live session (camera, relay, session), and of that person (actor)."""
    mine = (camera_view.c.relay == look.relay) & (camera_view.c.session == look.session) & (camera_view.c.camera == look.camera)
    with store.transaction() as connection:
        return connection.execute(select(camera_view.c.id).where(mine & (camera_view.c.actor == look.actor))).first() is not None
