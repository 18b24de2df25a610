"""The clock's book: how far systems were read, when each feed is due, and who asked that one be read now (LISTEN/NOTIFY)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Event

import psycopg
from psycopg import sql
from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dashboard.store import CONNECT_SECONDS, Store
from dashboard.store.runs import next_version
from dashboard.store.schema_clock import feed_mark, feed_request, feed_turn

CHANNEL = "feed_request"
VERSIONED = "feeds"
"""The data version of what is decided and planned about feeds: pages that show it are drawn anew."""
_LOOK_UP, _AGAIN = 1.0, 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Turn:
    """How the clock stands with a feed: `begun_at` is that of a reading that goes on, `failures` counts readings in a row that brought
    nothing, `error` says why the last one did not."""

    feed: str
    begun_at: datetime | None
    ended_at: datetime | None
    next_at: datetime
    failures: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asked that a feed be read now, and the clock has not begun yet."""

    feed: str
    asked_by: str
    asked_at: datetime


def mark_of(store: Store, feed: str) -> str | None:
    """How far the system of a feed was read; None: never."""
    with store.transaction([]) as connection:
        found: str | None = connection.scalar(select(feed_mark.c.mark).where(feed_mark.c.feed == feed))
        return found


def remember_mark(connection: Connection, feed: str, mark: str, run_id: int) -> None:
    """In the transaction that lands what was read up to there."""
    values = {"mark": mark, "run_id": run_id, "marked_at": func.clock_timestamp()}
    connection.execute(upsert(feed_mark).values(feed=feed, **values).on_conflict_do_update(index_elements=["feed"], set_=values))


def turns(store: Store) -> dict[str, Turn]:
    """By feed, those that the clock ever had to do with."""
    columns = [feed_turn.c[name] for name in Turn.__slots__]
    with store.transaction([]) as connection:
        return {row.feed: Turn(**row._mapping) for row in connection.execute(select(*columns))}


def plan(store: Store, feed: str, next_at: datetime) -> None:
    """Writes down when a feed is due that the book does not know yet."""
    with store.transaction([]) as connection:
        connection.execute(upsert(feed_turn).values(feed=feed, next_at=next_at).on_conflict_do_nothing())


def begin(store: Store, feed: str) -> None:
    """A reading begins; whoever asked for one until now has it."""
    with store.transaction([]) as connection:
        connection.execute(update(feed_turn).where(feed_turn.c.feed == feed).values(begun_at=func.clock_timestamp()))
        open_now = (feed_request.c.feed == feed) & feed_request.c.taken_at.is_(None)
        if connection.execute(update(feed_request).where(open_now).values(taken_at=func.clock_timestamp())).rowcount:
            next_version(connection, VERSIONED)


def end(store: Store, feed: str, failures: int, error: str | None, next_at: datetime) -> None:
    """A reading has ended: how often in a row it brought nothing, why, and when the next one is due."""
    values = {"begun_at": None, "ended_at": func.clock_timestamp(), "next_at": next_at, "failures": failures, "error": error}
    with store.transaction([]) as connection:
        before = connection.scalar(select(feed_turn.c.error).where(feed_turn.c.feed == feed))
        connection.execute(update(feed_turn).where(feed_turn.c.feed == feed).values(**values))
        if before != error:
            next_version(connection, VERSIONED)


def ask(store: Store, feed: str, who: str) -> bool:
    """Asks the clock to read a feed now; whether nobody had asked already. The clock hears of it once this is kept."""
    with store.transaction([]) as connection:
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"request:{feed}"))))
        open_now = (feed_request.c.feed == feed) & feed_request.c.taken_at.is_(None)
        if connection.scalar(select(feed_request.c.id).where(open_now).limit(1)) is not None:
            return False
        connection.execute(insert(feed_request).values(feed=feed, asked_by=who))
        next_version(connection, VERSIONED)
        connection.execute(select(func.pg_notify(CHANNEL, feed)))
        return True


def asked(store: Store, feeds: Iterable[str] | None = None) -> list[Asked]:
    """What was asked for and is not begun, oldest first."""
    columns = [feed_request.c[name] for name in Asked.__slots__]
    statement = select(*columns).where(feed_request.c.taken_at.is_(None)).order_by(feed_request.c.id)
    if feeds is not None:
        statement = statement.where(feed_request.c.feed.in_(list(feeds)))
    with store.transaction([]) as connection:
        return [Asked(**row._mapping) for row in connection.execute(statement)]


def forget_begun(store: Store) -> None:
    """No reading goes on: said by a clock that has just begun to work, after one that may have ended in the middle of one."""
    with store.transaction([]) as connection:
        connection.execute(text("UPDATE feed_turn SET begun_at = NULL WHERE begun_at IS NOT NULL"))


def listen(store: Store, heard: Callable[[], object], over: Event) -> None:
    """Calls `heard` whenever somebody has asked, and after each (re)connection; returns soon after `over` is set."""
    address = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    while not over.is_set():
        try:
            with psycopg.connect(address, autocommit=True, connect_timeout=CONNECT_SECONDS) as connection:
                connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                heard()
                while not over.is_set():
                    if list(connection.notifies(timeout=_LOOK_UP, stop_after=1)):
                        heard()
        except (psycopg.Error, OSError):
            over.wait(_AGAIN)
