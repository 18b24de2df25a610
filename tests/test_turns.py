"""The clock's turns: back-off, catching up after a night, one at a time, and reading at once when somebody asks."""

import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.clock import LONGEST_PAUSE, Schedule, first_turn, make_schedule, next_turn
from dashboard.errors import FeedError
from dashboard.feeds.base import Feed, Pull, Source
from dashboard.ingest import Desk
from dashboard.store import Store, turns
from dashboard.store.queries import data_versions, last_runs
from tests.loaded import feeds, ingest_desk
from tests.patience import PATIENCE, soon

KEY = "reporting_system"
GOOD = b'[{"measure": "case_files_processed", "unit": "H05", "period": "2026-10", "value": 1}]'


@dataclass
class System:
    """A system that a test plays: what it says next, how often it was asked, and a gate that it waits at."""

    asked: int = 0
    fails: bool = False
    breaks: bool = False
    gate: threading.Event = field(default_factory=threading.Event)
    at_once: int = 0
    most_at_once: int = 0

    def ask(self, _: str | None) -> Generator[Source]:
        """What it says."""
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            assert self.gate.wait(PATIENCE)
            if self.breaks:
                raise RuntimeError("a fault of ours")
            if self.fails:
                raise FeedError("hệ thống không trả lời")
            yield Source("máy", GOOD)
        finally:
            self.at_once -= 1


@pytest.fixture
def system() -> System:
    """One whose gate is open."""
    made = System()
    made.gate.set()
    return made


def feed_of(system: System, every: timedelta = timedelta(hours=1)) -> Feed:
    """A feed that asks it."""
    return replace(feeds()[KEY], every=every, pull=Pull(system.ask, "máy"), is_pushed=False)


@pytest.fixture
def desk(store: Store, tmp_path: Path, system: System) -> Desk:
    """Ingest with that one feed."""
    return replace(ingest_desk(store, tmp_path / "raw"), data=tmp_path, feeds={KEY: feed_of(system)})


@pytest.fixture
def working(desk: Desk) -> Iterator[Schedule]:
    """A clock at work."""
    schedule = make_schedule(desk, lambda: None)
    over = threading.Event()
    threads = [
        threading.Thread(target=schedule.start),
        threading.Thread(target=turns.listen, args=(desk.store, schedule.hear, over)),
    ]
    for thread in threads:
        thread.start()
    assert soon(lambda: schedule.running)
    yield schedule
    over.set()
    schedule.shutdown(wait=False)  # its jobs plan their next turn, for which waiting would leave no room
    for thread in threads:
        thread.join()


@given(st.integers(1, 100_000), st.integers(0, 200))
def test_who_fails_is_asked_more_and_more_seldom_but_never_less_than_hourly(seconds: int, failures: int) -> None:
    every = timedelta(seconds=seconds)
    pause = next_turn(every, failures)
    bound = max(LONGEST_PAUSE, every)
    assert 0.9 * min(every, bound) <= pause <= 1.1 * bound
    if not failures:
        assert pause <= 1.1 * every
    elif every * 2 ** min(failures, 20) < bound:
        assert pause >= 0.9 * every * 2**failures


def test_what_is_overdue_is_read_soon_and_what_is_planned_when_it_is_due(system: System) -> None:
    now, feed = datetime.now(UTC), feed_of(system)
    assert timedelta(0) <= first_turn(feed, now - timedelta(days=2), now) - now <= timedelta(seconds=5)
    assert first_turn(feed, now + timedelta(hours=1), now) == now + timedelta(hours=1)
    assert first_turn(feed, None, now) - now <= timedelta(seconds=5), "a system that was never asked"
    files = replace(feed, pull=None)
    assert first_turn(files, None, now) == now + timedelta(hours=1), "files are read at the start"


def test_after_a_night_a_feed_is_read_once_and_planned_anew(working: Schedule, desk: Desk, system: System) -> None:
    assert soon(lambda: turns.turns(desk.store)[KEY].ended_at is not None)
    turn = turns.turns(desk.store)[KEY]
    assert (system.asked, turn.failures, turn.error, turn.begun_at) == (1, 0, None, None)
    assert turn.next_at - datetime.now(UTC) > timedelta(minutes=50)
    # A clock that begins to work where another ended in the midst of a reading, days ago.
    turns.begin(desk.store, KEY)
    turns.end(desk.store, KEY, 0, None, datetime.now(UTC) - timedelta(days=3))
    turns.begin(desk.store, KEY)
    second = make_schedule(desk, lambda: None)
    assert turns.turns(desk.store)[KEY].begun_at is None
    (job,) = (one for one in second.get_jobs() if one.id == KEY)
    assert job.trigger.run_date - datetime.now(UTC) <= timedelta(seconds=5)


def test_a_source_that_fails_is_told_and_asked_later_and_comes_back_by_the_button(working: Schedule, desk: Desk, system: System) -> None:
    assert soon(lambda: turns.turns(desk.store)[KEY].ended_at is not None)
    system.fails = True
    before = data_versions(desk.store).get(turns.VERSIONED, (0, None))[0]
    assert turns.ask(desk.store, KEY, "người trực")
    assert soon(lambda: turns.turns(desk.store)[KEY].failures == 1)
    turn = turns.turns(desk.store)[KEY]
    assert turn.error == "hệ thống không trả lời"
    assert last_runs(desk.store)[KEY, "máy"].error == turn.error
    assert turns.asked(desk.store) == []
    assert data_versions(desk.store)[turns.VERSIONED][0] >= before + 3, "asked, begun, failed: each is drawn anew"
    system.fails, system.breaks = False, True
    turns.ask(desk.store, KEY, "người trực")
    assert soon(lambda: turns.turns(desk.store)[KEY].failures == 2)
    assert turns.turns(desk.store)[KEY].error == "lỗi của chương trình (RuntimeError)"
    system.breaks = False
    turns.ask(desk.store, KEY, "người trực")
    assert soon(lambda: turns.turns(desk.store)[KEY].error is None)
    assert turns.turns(desk.store)[KEY].failures == 0


def test_who_asks_while_it_is_being_read_gets_another_reading_and_never_two_at_a_time(
    working: Schedule, desk: Desk, system: System
) -> None:
    assert soon(lambda: turns.turns(desk.store)[KEY].ended_at is not None)
    system.gate.clear()
    turns.ask(desk.store, KEY, "người trực")
    assert soon(lambda: system.asked == 2)
    assert soon(lambda: turns.turns(desk.store)[KEY].begun_at is not None)
    assert turns.ask(desk.store, KEY, "người khác")
    assert not turns.ask(desk.store, KEY, "người thứ ba"), "it is asked for already"
    system.gate.set()
    assert soon(lambda: system.asked == 3)
    assert soon(lambda: turns.asked(desk.store) == [])
    assert system.most_at_once == 1
