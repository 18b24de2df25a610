"""The boards of sources: each feed in one line, then its runs and its quarantine."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from dashboard.boards.desk import Desk
from dashboard.errors import FeedError, NotFound
from dashboard.feeds.base import Feed, Source
from dashboard.figures.freshness import Freshness, office_time
from dashboard.formats import HANOI
from dashboard.periods import Period
from dashboard.store import sources as book
from dashboard.store.queries import HeldRecord, Run, cells, last_runs, provenances, run
from dashboard.store.turns import Asked, Turn, turns
from dashboard.store.turns import asked as all_asked

COURSE_DAYS = 30
RUNS_A_PAGE, HELD_A_PAGE = 25, 50

SourceState = Literal["in_time", "late", "silent", "not_reported"]
"""late: a period is past its due day; silent: a live feed brought nothing for longer than it may; not_reported: nothing ever came."""
Landed = Mapping[str, Mapping[date, int]]
"""By feed and day (+07:00): figures new or changed."""


@dataclass(frozen=True, slots=True)
class SourceBoard:
    """One feed in one line.

    `quiet` is how much office time went by since something was read well (None: never, or the feed is not live). `runs` are the last runs
    of each of its sources. `landed` are figures new or changed ever, `course` the same by day, the last one today. `turn` is how the clock
    stands with a feed that it reads, `asked` says that somebody asked for a reading which has not begun.
    """

    feed: Feed
    freshness: Freshness
    late_days: int
    runs: tuple[Run, ...]
    held: int
    last_good: datetime | None = None
    quiet: timedelta | None = None
    landed: int = 0
    course: tuple[tuple[date, int], ...] = ()
    turn: Turn | None = None
    asked: Asked | None = None

    @property
    def unreached(self) -> Turn | None:
        """The clock's word on a system that could not be read the last time it was asked."""
        return self.turn if self.feed.pull is not None and self.turn is not None and self.turn.error is not None else None

    @property
    def state(self) -> SourceState:
        """How it stands against its own limit."""
        if self.last_good is None and self.freshness.latest is None:
            return "not_reported"
        if self.quiet is not None and self.feed.silent_after is not None and self.quiet > self.feed.silent_after:
            return "silent"
        return "late" if self.late_days else "in_time"

    @property
    def failures(self) -> tuple[Run, ...]:
        """Files, or senders, whose last reading failed."""
        asked = self.feed.pull.source if self.feed.pull is not None else None
        return tuple(run for run in self.runs if run.error is not None and run.source != asked)


@dataclass(frozen=True, slots=True)
class BookQuestion:
    """Which page (from 1) of a feed's runs and of its held records, those of which reason (its key), and whether failed runs come first."""

    run_page: int = 1
    held_page: int = 1
    reason: str | None = None
    failed_first: bool = False


@dataclass(frozen=True, slots=True)
class SourceBook:
    """A page of a feed's runs and one of its held records, and whether more follow; all reasons; the one that was asked for.

    `released` counts what left the quarantine in 30 days.
    """

    runs: tuple[Run, ...]
    more_runs: bool
    reasons: tuple[book.HeldReason, ...]
    chosen: book.HeldReason | None
    held: tuple[HeldRecord, ...]
    more_held: bool
    released: int


@dataclass(frozen=True, slots=True)
class HeldBoard:
    """A held record with its run, and what was kept of it as (place, text) pairs; `lost` says why there are none.

    `can_be_put_right`: its fields can be changed by hand.
    """

    record: HeldRecord
    run: Run
    fields: tuple[tuple[str, str], ...]
    lost: str = ""
    can_be_put_right: bool = False


def past_days(desk: Desk) -> Landed:
    """What landed on each day before today: that does not change any more."""
    return _landed(desk, datetime(1970, 1, 1, tzinfo=UTC), _midnight(desk))


def source_boards(desk: Desk, past: Landed) -> tuple[SourceBoard, ...]:
    """All feeds, in the order of their keys."""
    today = _landed(desk, _midnight(desk), desk.now() + timedelta(days=1))
    by_feed: dict[str, list[Run]] = defaultdict(list)
    for (key, _), one in last_runs(desk.store).items():
        by_feed[key].append(one)
    good, held = book.last_good(desk.store, desk.feeds), book.held_counts(desk.store)
    whose, planned, asked = provenances(desk.store), turns(desk.store), {one.feed: one for one in all_asked(desk.store)}
    boards = []
    for key, feed in desk.feeds.items():
        fresh, days = _freshness(desk, feed), {**past.get(key, {}), **today.get(key, {})}
        last = good.get(key)
        boards.append(
            SourceBoard(
                replace(feed, provenance=whose.get(key, feed.provenance)),
                fresh,
                fresh.late_days(desk.now()),
                tuple(by_feed[key]),
                held.get(key, 0),
                last,
                office_time(last, desk.now(), desk.holidays) if last and feed.silent_after else None,
                sum(days.values()),
                _course(desk, days),
                planned.get(key),
                asked.get(key),
            )
        )
    return tuple(boards)


def source_book(desk: Desk, feed: Feed, asked: BookQuestion) -> SourceBook:
    """A feed's runs and quarantine."""
    store, key = desk.store, feed.key
    first_run, first_held = (asked.run_page - 1) * RUNS_A_PAGE, (asked.held_page - 1) * HELD_A_PAGE
    runs = book.run_page(store, key, asked.failed_first, first_run, RUNS_A_PAGE + 1)
    reasons = book.held_reasons(store, key)
    chosen = next((one for one in reasons if one.key == asked.reason), None)
    held = book.held_page(store, key, chosen.reason, first_held, HELD_A_PAGE + 1) if chosen else []
    return SourceBook(
        runs=tuple(runs[:RUNS_A_PAGE]),
        more_runs=len(runs) > RUNS_A_PAGE,
        reasons=tuple(reasons),
        chosen=chosen,
        held=tuple(held[:HELD_A_PAGE]),
        more_held=len(held) > HELD_A_PAGE,
        released=book.released_count(store, key, desk.now() - timedelta(days=COURSE_DAYS)),
    )


def held_board(desk: Desk, feed: Feed, number: int) -> HeldBoard:
    """Raises NotFound for a record that this feed never held."""
    record = book.held_record(desk.store, feed.key, number)
    if record is None:
        raise NotFound(f"nguồn {feed.name_vi} không giữ bản ghi số {number}")
    origin = run(desk.store, record.run_id)
    try:
        fields = tuple(feed.excerpt(Source(origin.source, desk.raw.read(origin.sha256)), record.record))
        return HeldBoard(record, origin, fields, can_be_put_right=feed.compose is not None and bool(fields))
    except (NotFound, FeedError) as lost:
        return HeldBoard(record, origin, (), str(lost))


def _landed(desk: Desk, since: datetime, until: datetime) -> Landed:
    found: dict[str, dict[date, int]] = defaultdict(dict)
    for one in book.landed_by_day(desk.store, desk.feeds, since, until):
        found[one.feed][one.day] = one.landed
    return found


def _midnight(desk: Desk) -> datetime:
    return desk.now().astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)


def _course(desk: Desk, days: Mapping[date, int]) -> tuple[tuple[date, int], ...]:
    last = desk.now().astimezone(HANOI).date()
    wanted = (last - timedelta(days=back) for back in reversed(range(COURSE_DAYS)))
    return tuple((day, days.get(day, 0)) for day in wanted)


def _freshness(desk: Desk, feed: Feed) -> Freshness:
    """Of the indicator that is furthest behind its own due day; of the first one while none is."""
    found = [desk.freshness(one, desk.periods(one, one.tiers[0])) for one in desk.catalog.indicators.values() if one.feed == feed.key]
    if found:
        return max(found, key=lambda one: one.late_days(desk.now()))  # the first of those that are level
    return Freshness(_told(desk, feed), None, None)


def _told(desk: Desk, feed: Feed) -> Period | None:
    """The newest day of which a feed of facts told anything; a fact is due by no day."""
    facts = [fact.key for fact in desk.catalog.facts.values() if fact.feed == feed.key]
    return max((Period.parse(cell.period) for cell in cells(desk.store, facts)), default=None) if facts else None
