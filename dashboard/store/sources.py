"""How each feed stands: when it last brought something, how much on which day, its runs, what it holds back and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, func, select, text, true

from dashboard.store import Store
from dashboard.store.queries import HeldRecord, Run
from dashboard.store.schema import feed_run, observation, quarantine


@dataclass(frozen=True, slots=True)
class DayLanded:
    """Figures new or changed that a feed's runs of one day (+07:00) landed."""

    feed: str
    day: date
    landed: int


@dataclass(frozen=True, slots=True)
class HeldReason:
    """The open records of a feed that are held for one reason: how many, and since when the oldest and the newest."""

    reason: str
    records: int
    oldest: datetime
    newest: datetime

    @property
    def key(self) -> str:
        """A short name for addresses."""
        return sha256(self.reason.encode()).hexdigest()[:16]


_BY_DAY = text(
    """
    SELECT feed, (finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, sum(landed)::bigint AS landed FROM feed_run
    WHERE feed = ANY (:feeds) AND finished_at >= :since AND finished_at < :until GROUP BY 1, 2 ORDER BY 1, 2
    """
)
_LAST_GOOD = text(
    """
    SELECT f.feed, (SELECT r.finished_at FROM feed_run r WHERE r.feed = f.feed AND r.error IS NULL AND r.replay_of IS NULL
          AND r.landed + r.unchanged + r.held > 0
        ORDER BY r.finished_at DESC LIMIT 1) AS at FROM unnest(CAST(:feeds AS text[])) AS f (feed)
    """
)


def landed_by_day(store: Store, feeds: Iterable[str], since: datetime, until: datetime) -> list[DayLanded]:
    """Of runs that finished from `since` on and before `until`, by feed and day; days without a run are not there."""
    with store.transaction([]) as connection:
        rows = connection.execute(_BY_DAY, {"feeds": list(feeds), "since": since, "until": until})
        return [DayLanded(row.feed, row.day, row.landed) for row in rows]


def last_good(store: Store, feeds: Iterable[str]) -> dict[str, datetime]:
    """When each feed last brought something that could be read; a run that was read again brought nothing, nor did a system that was asked
    and had nothing to say."""
    with store.transaction([]) as connection:
        return {row.feed: row.at for row in connection.execute(_LAST_GOOD, {"feeds": list(feeds)}) if row.at is not None}


def held_counts(store: Store) -> Mapping[str, int]:
    """How many records each feed holds back now."""
    statement = select(quarantine.c.feed, func.count().label("held")).where(quarantine.c.released_at.is_(None)).group_by(quarantine.c.feed)
    with store.transaction([]) as connection:
        return {row.feed: row.held for row in connection.execute(statement)}


def held_reasons(store: Store, feed: str) -> list[HeldReason]:
    """Why records of a feed are held, most frequent first."""
    held_at, count = quarantine.c.held_at, func.count().label("records")
    statement = (
        select(quarantine.c.reason, count, func.min(held_at).label("oldest"), func.max(held_at).label("newest"))
        .where(quarantine.c.feed == feed, quarantine.c.released_at.is_(None))
        .group_by(quarantine.c.reason)
        .order_by(count.desc(), quarantine.c.reason)
    )
    with store.transaction([]) as connection:
        return [HeldReason(**row._mapping) for row in connection.execute(statement)]


def held_page(store: Store, feed: str, reason: str | None, first: int, most: int) -> list[HeldRecord]:
    """Open records of a feed (held for that reason), newest first, from the `first` (0 is the newest) on."""
    columns = [quarantine.c[name] for name in HeldRecord.__slots__]
    ours = quarantine.c.reason == reason if reason is not None else true()
    statement = (
        select(*columns)
        .where(quarantine.c.feed == feed, quarantine.c.released_at.is_(None), ours)
        .order_by(quarantine.c.id.desc())
        .offset(first)
        .limit(most)
    )
    with store.transaction([]) as connection:
        return [HeldRecord(**row._mapping) for row in connection.execute(statement)]


def held_record(store: Store, feed: str, number: int) -> HeldRecord | None:
    """One record of a feed's quarantine, released or not; None when there is no such one."""
    columns = [quarantine.c[name] for name in HeldRecord.__slots__]
    with store.transaction([]) as connection:
        row = connection.execute(select(*columns).where(quarantine.c.feed == feed, quarantine.c.id == number)).one_or_none()
        return HeldRecord(**row._mapping) if row is not None else None


def filled(store: Store, measure: str, periods: Iterable[str], *, also_zero: bool) -> dict[str, list[str]]:
    """By unit: those of the periods for which it has a value of a measure; one of zero counts only when asked."""
    mine = (observation.c.measure == measure) & observation.c.period.in_(list(periods))
    if not also_zero:
        mine &= observation.c.value > 0
    found: dict[str, list[str]] = {}
    with store.transaction([measure]) as connection:
        for row in connection.execute(select(observation.c.unit, observation.c.period).where(mine).distinct()):
            found.setdefault(row.unit, []).append(row.period)
    return found


def released_count(store: Store, feed: str, since: datetime) -> int:
    """How many records of a feed left the quarantine from an instant on."""
    statement = select(func.count()).where(quarantine.c.feed == feed, quarantine.c.released_at >= since)
    with store.transaction([]) as connection:
        return int(connection.scalar(statement) or 0)


def run_page(store: Store, feed: str, failed_first: bool, first: int, most: int) -> list[Run]:
    """Runs of a feed, newest first (those that failed before all others, when asked), from the `first` (0 is the newest) on."""
    ours = feed_run.c.feed == feed
    if not failed_first:
        return _runs(store, ours, first, most)
    # In two questions, each of which an index answers: to sort a million runs for one page would not be worth it.
    failed = ours & feed_run.c.error.is_not(None)
    with store.transaction([]) as connection:
        count = int(connection.scalar(select(func.count()).where(failed)) or 0)
    found = _runs(store, failed, first, most)
    return found + _runs(store, ours & feed_run.c.error.is_(None), max(0, first - count), most - len(found))


def _runs(store: Store, which: ColumnElement[bool], first: int, most: int) -> list[Run]:
    columns = [feed_run.c[name] for name in Run.__slots__]
    statement = select(*columns).where(which).order_by(feed_run.c.finished_at.desc(), feed_run.c.id.desc())
    with store.transaction([]) as connection:
        return [Run(**row._mapping) for row in connection.execute(statement.offset(first).limit(most))]


def find_run(store: Store, feed: str, number: int) -> Run | None:
    """A run of a feed; None when it has no such one."""
    columns = [feed_run.c[name] for name in Run.__slots__]
    with store.transaction([]) as connection:
        row = connection.execute(select(*columns).where(feed_run.c.feed == feed, feed_run.c.id == number)).one_or_none()
        return Run(**row._mapping) if row is not None else None


def is_followed(store: Store, run: Run) -> bool:
    """Whether the source of a run was read well since, from other bytes."""
    later = (feed_run.c.id > (run.replay_of or run.id)) & feed_run.c.error.is_(None) & (feed_run.c.sha256 != run.sha256)
    same = (feed_run.c.feed == run.feed) & (feed_run.c.source == run.source) & feed_run.c.replay_of.is_(None)
    with store.transaction([]) as connection:
        return connection.scalar(select(feed_run.c.id).where(same & later).limit(1)) is not None
