"""The clock: one at a time, a job for every feed, and a changed file is read within seconds."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from dashboard import clock
from dashboard.catalog import Catalog
from dashboard.clock import Watch, look, make_schedule
from dashboard.errors import StoreUnavailable
from dashboard.feeds import read_feeds
from dashboard.ingest import Desk, load_published
from dashboard.settings import CHECKOUT
from dashboard.store import Store, lease
from dashboard.store.queries import data_versions
from dashboard.store.raw import RawStore
from dashboard.units import UnitRegistry
from tests.patience import PATIENCE, soon


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """A desk on a copy of the published files."""
    shutil.copytree(CHECKOUT / "data" / "published", tmp_path / "data" / "published")
    units = UnitRegistry.load(CHECKOUT / "data" / "units")
    return Desk(store, RawStore(tmp_path / "raw"), units, Catalog.load(CHECKOUT / "data"), tmp_path / "data", frozenset())


@pytest.fixture
def working(desk: Desk) -> Iterator[Desk]:
    """A desk with a schedule at work on it."""
    schedule = make_schedule(desk, lambda: None)
    thread = threading.Thread(target=schedule.start)
    thread.start()
    assert soon(lambda: schedule.running)
    yield desk
    schedule.shutdown(wait=False)  # its jobs plan their next turn, for which waiting would leave no room
    thread.join()


def test_every_feed_that_says_how_often_has_its_job(desk: Desk) -> None:
    began = datetime.now(UTC)
    jobs = {job.id: job.trigger.run_date - began for job in make_schedule(desk, lambda: None).get_jobs() if job.id in read_feeds()}
    wanted = {feed.key: feed.every for feed in read_feeds().values() if feed.every is not None}
    assert wanted
    assert jobs.keys() == wanted.keys()
    assert all(every <= jobs[key] < every + timedelta(minutes=1) for key, every in wanted.items()), "read at the start, and then in turn"


def test_a_changed_file_is_read_within_seconds_and_only_what_differs_lands(working: Desk) -> None:
    list(load_published(working))
    before = data_versions(working.store)
    path = working.data / "published" / "papi_egovernance_2018_2024.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    with working.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        runs = text("SELECT count(*) FROM feed_run WHERE feed = 'papi'")
        assert soon(lambda: connection.execute(runs).scalar_one() == 2)
    assert data_versions(working.store) == before


def test_a_file_still_being_copied_is_left_until_two_looks_agree(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    watch, acted = Watch(tmp_path, look(tmp_path)), []
    for part in ("a", "ab", "abc"):
        path.write_text(part)
        assert not watch.tick(lambda: acted.append("read"))
    assert watch.tick(lambda: acted.append("read"))
    assert not watch.tick(lambda: acted.append("read"))
    assert acted == ["read"]


def test_a_reading_that_fails_is_tried_again_at_the_next_look(tmp_path: Path) -> None:
    watch = Watch(tmp_path, look(tmp_path))
    (tmp_path / "figures.csv").write_text("a")
    assert not watch.tick(lambda: None)
    with pytest.raises(StoreUnavailable):
        watch.tick(_fail)
    assert watch.tick(lambda: None)


def _fail() -> None:
    raise StoreUnavailable("the database does not answer")


def test_a_folder_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    assert look(tmp_path / "nowhere") == frozenset()


@pytest.fixture
def other(database_url: str) -> Iterator[Store]:
    """The same database, as another process knows it."""
    other = Store.open(database_url)
    yield other
    other.close()


@dataclass
class Worker:
    """A thread that does something until the store is away, and what it was told then."""

    do: Callable[[], object]
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._work)
        self.thread.start()

    def _work(self) -> None:
        try:
            self.do()
        except StoreUnavailable as error:
            self.told.append(str(error))

    def ended(self) -> list[str]:
        """Waits for its end; what it was told."""
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        return self.told


def test_a_second_clock_stands_by_until_the_first_is_gone(store: Store, other: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "_LOOK_AGAIN", 0.05)
    order: list[str] = []

    def second() -> None:
        with lease.sole_holder(other, "clock"):
            order.append("second")

    with lease.sole_holder(store, "clock") as check:
        waiting = Worker(second)
        waiting.thread.join(0.3)
        assert waiting.thread.is_alive()
        check()
        order.append("first")
    assert waiting.ended() == []
    assert order == ["first", "second"]


def test_a_clock_whose_connection_ends_while_it_stands_by_says_so(store: Store, other: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is no fault of the program: who started it starts it again."""
    monkeypatch.setattr(lease, "_LOOK_AGAIN", 0.05)
    others = "datname = current_database() AND backend_type = 'client backend' AND application_name <> current_setting('application_name')"
    end = text(f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {others}")
    watching = store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    with lease.sole_holder(store, "clock"), watching as connection:
        waiting = Worker(lambda: lease.sole_holder(other, "clock").__enter__())
        assert soon(lambda: connection.execute(end).scalar_one() == 0 and not waiting.thread.is_alive())
        assert waiting.ended() == ["the database does not answer"]


def test_a_clock_whose_lock_is_lost_stops(desk: Desk, other: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "LOOK_EVERY", 0.1)
    working = Worker(lambda: clock.keep_time(desk))
    with other.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        assert soon(lambda: connection.execute(text("SELECT count(*) FROM lease WHERE name = 'clock'")).scalar_one() == 1)
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"))
    assert working.ended() == ["clock: the connection that holds the lock is gone"]
