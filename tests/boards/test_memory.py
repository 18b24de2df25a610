"""Computed once for everybody, kept while the database is away, never without bound."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from dashboard.boards.memory import MOST_KEPT, SETTLED, Memory, Recollection
from dashboard.errors import NotFound, StoreUnavailable
from dashboard.store.reading import Reading, note, reading


class Source:
    """A version that can change or be away."""

    def __init__(self) -> None:
        self.version, self.away, self.looks, self.computed = 1, False, 0, 0

    def look(self) -> dict[str, int]:
        self.looks += 1
        if self.away:
            raise StoreUnavailable("away")
        return {"feed": self.version}

    def compute(self) -> str:
        self.computed += 1
        if self.away:
            raise StoreUnavailable("away")
        time.sleep(0.02)
        return f"board of {self.version}"


def test_fifty_threads_at_once_cost_one_computation() -> None:
    source = Source()
    memory = Memory(source.look, pause=600)
    start = threading.Barrier(50)

    def ask(_: int) -> str:
        start.wait()
        return memory.keep("board", source.compute)

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(ask, range(50))) == {"board of 1"}
    assert source.computed == 1
    assert source.looks == 1


def test_a_new_version_is_computed_anew_once() -> None:
    source = Source()
    memory = Memory(source.look, pause=0)
    memory.keep("board", source.compute)
    source.version = 2
    assert [memory.keep("board", source.compute) for _ in range(3)] == ["board of 2"] * 3
    assert source.computed == 2


def test_the_version_is_looked_up_at_most_once_in_a_pause() -> None:
    source = Source()
    memory = Memory(source.look, pause=60)
    for _ in range(20):
        memory.keep("board", source.compute)
    assert source.looks == 1


def test_old_boards_stay_while_the_database_is_away_even_past_midnight_and_a_new_version() -> None:
    source = Source()
    memory = Memory(source.look, pause=0)
    assert memory.keep("board", source.compute, when="today") == "board of 1"
    source.away = True
    assert memory.keep("board", source.compute, when="tomorrow") == "board of 1"
    since = memory.away_since
    assert since is not None
    time.sleep(0.01)
    memory.keep("board", source.compute, when="tomorrow")
    assert memory.away_since == since, "since the first time it did not answer"
    source.away, source.version = False, 2
    assert memory.keep("board", source.compute, when="tomorrow") == "board of 2"
    assert memory.away_since is None


def test_what_was_never_computed_cannot_be_shown() -> None:
    source = Source()
    memory = Memory(source.look, pause=0)
    memory.keep("board", source.compute)
    source.away = True
    with pytest.raises(StoreUnavailable):
        memory.keep("another", source.compute)
    source.away = False
    assert memory.keep("another", source.compute) == "board of 1"


def test_nothing_known_and_nothing_there_is_an_error() -> None:
    source = Source()
    source.away = True
    with pytest.raises(StoreUnavailable):
        Memory(source.look).versions()


def test_an_answer_that_is_not_there_is_asked_again() -> None:
    source = Source()
    memory = Memory(source.look)

    def missing() -> str:
        raise NotFound("no such board")

    for _ in range(2):
        with pytest.raises(NotFound):
            memory.keep("board", missing)
    assert memory.keep("board", source.compute) == "board of 1"


def test_a_slow_board_delays_no_other() -> None:
    source = Source()
    memory = Memory(source.look)
    go, begun = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert go.wait(60)
        return "slow"

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(memory.keep, "slow", slow)
        assert begun.wait(60)
        assert memory.keep("fast", source.compute) == "board of 1"
        go.set()
        assert waiting.result() == "slow"


def test_a_database_that_hangs_delays_nobody_but_the_one_who_looks() -> None:
    source = Source()
    go, begun = threading.Event(), threading.Event()
    memory = Memory(source.look, pause=0)
    memory.keep("board", source.compute)

    def hang() -> dict[str, int]:
        begun.set()
        assert go.wait(60)
        raise StoreUnavailable("away")

    memory.look = hang
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(memory.versions)
        assert begun.wait(60)
        assert memory.keep("board", source.compute) == "board of 1"
        go.set()
        assert waiting.result() == {"feed": 1}


def test_what_is_kept_has_a_bound_and_the_least_used_goes_first() -> None:
    source = Source()
    memory = Memory(source.look, pause=60)
    memory.keep("often", lambda: 0)
    for number in range(MOST_KEPT * 2):
        memory.keep(number, lambda: 1)
        memory.keep("often", source.compute)
    assert len(memory._kept) == MOST_KEPT
    assert source.computed == 0, "“often” was never dropped"


class Feeds:
    """Two feeds, a measure of each, and how often a board of each was computed."""

    def __init__(self) -> None:
        self.versions = {"a": 1, "b": 1}
        self.computed: list[str] = []
        self.memory = Memory(lambda: dict(self.versions), feeds_read=_feeds_read, pause=0)

    def board(self, measure: str) -> str:
        return self.memory.keep(measure, lambda: self._compute(measure))

    def both(self) -> str:
        return self.memory.keep("both", lambda: self._noted("both", self.board("of_a") + self.board("of_b")))

    def _compute(self, measure: str) -> str:
        note([measure])
        return self._noted(measure, measure)

    def _noted(self, key: str, value: str) -> str:
        self.computed.append(key)
        return value


def _feeds_read(read: Reading) -> frozenset[str] | None:
    known = {"of_a": "a", "of_b": "b"}
    return frozenset(known[one] for one in read.measures) if read.measures <= known.keys() else None


def test_a_board_is_computed_anew_only_when_its_own_feed_has_changed() -> None:
    feeds = Feeds()
    for _ in range(2):
        feeds.board("of_a"), feeds.board("of_b")
    feeds.versions["b"] = 2
    for _ in range(2):
        feeds.board("of_a"), feeds.board("of_b")
    assert feeds.computed == ["of_a", "of_b", "of_b"]


def test_a_board_made_from_boards_changes_with_the_feeds_of_both_whether_they_were_computed_or_kept() -> None:
    feeds = Feeds()
    feeds.board("of_a")
    assert feeds.both() == "of_aof_b", "the one was kept already, the other was not"
    for feed in ("a", "b"):
        feeds.computed.clear()
        feeds.versions[feed] += 1
        feeds.both()
        assert feeds.computed == [f"of_{feed}", "both"]


def test_what_may_have_read_anything_is_computed_anew_with_every_feed_new_ones_too() -> None:
    for measures in (None, ["unknown"]):
        feeds = Feeds()

        def careless(feeds: Feeds = feeds, measures: list[str] | None = measures) -> int:
            note(measures)
            feeds.computed.append("careless")
            return len(feeds.computed)

        for change in ({}, {"a": 5}, {"new": 1}, {}):
            feeds.versions |= change
            feeds.memory.keep("board", careless)
        assert len(feeds.computed) == 3, measures


def test_who_finds_nothing_has_looked_all_the_same() -> None:
    def missing() -> str:
        note(["of_a"])
        raise NotFound("no such board")

    feeds = Feeds()
    with reading() as read, pytest.raises(NotFound):
        feeds.memory.keep("missing", missing)
    assert read.measures == {"of_a"}
    assert not read.everything


def test_to_look_for_versions_is_not_to_read_figures() -> None:
    feeds = Feeds()

    def look() -> dict[str, int]:
        note(None)
        return dict(feeds.versions)

    feeds.memory.look = look
    with reading() as read:
        feeds.board("of_a")
    assert (read.measures, read.everything) == ({"of_a"}, False)


def test_a_feed_that_is_not_adopted_yet_voids_nothing() -> None:
    feeds = Feeds()
    feeds.memory.pause = 60
    feeds.both()
    feeds.computed.clear()
    feeds.versions |= {"a": 2, "b": 2}
    found = feeds.memory.pull()
    feeds.memory.adopt({"a": found["a"]})
    feeds.both()
    assert feeds.computed == ["of_a", "both"]
    assert feeds.memory.versions() == {"a": 2, "b": 1}


def test_what_stood_at_a_past_instant_is_computed_once_and_what_is_not_settled_anew() -> None:
    past, made = Recollection(most=2), []

    def compute() -> int:
        made.append(1)
        return len(made)

    long_ago, lately = datetime.now(UTC) - 2 * SETTLED, datetime.now(UTC) - SETTLED / 2
    assert [past.recall("a", long_ago, compute) for _ in range(3)] == [1, 1, 1]
    assert [past.recall("b", lately, compute) for _ in range(2)] == [2, 3]
    assert [past.recall(key, long_ago, compute) for key in ("c", "a", "d", "a", "c")] == [4, 1, 5, 1, 6], "the least used is forgotten"
