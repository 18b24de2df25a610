"""Computed once for everybody, kept while the database is away, never without bound."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.boards.memory import MOST_KEPT, Memory
from dashboard.errors import NotFound, StoreUnavailable


class Source:
    """A version that can change or be away."""

    def __init__(self) -> None:
        self.version, self.away, self.looks, self.computed = 1, False, 0, 0

    def look(self) -> int:
        self.looks += 1
        if self.away:
            raise StoreUnavailable("away")
        return self.version

    def compute(self) -> str:
        self.computed += 1
        if self.away:
            raise StoreUnavailable("away")
        time.sleep(0.02)
        return f"board of {self.version}"


def test_fifty_threads_at_once_cost_one_computation() -> None:
    source = Source()
    memory = Memory(source.look)
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
        Memory(source.look).version()


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
        assert go.wait(10)
        return "slow"

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(memory.keep, "slow", slow)
        assert begun.wait(10)
        assert memory.keep("fast", source.compute) == "board of 1"
        go.set()
        assert waiting.result() == "slow"


def test_a_database_that_hangs_delays_nobody_but_the_one_who_looks() -> None:
    source = Source()
    go, begun = threading.Event(), threading.Event()
    memory = Memory(source.look, pause=0)
    memory.keep("board", source.compute)

    def hang() -> int:
        begun.set()
        assert go.wait(10)
        raise StoreUnavailable("away")

    memory.look = hang
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(memory.version)
        assert begun.wait(10)
        assert memory.keep("board", source.compute) == "board of 1"
        go.set()
        assert waiting.result() == 1


def test_what_is_kept_has_a_bound_and_the_least_used_goes_first() -> None:
    source = Source()
    memory = Memory(source.look, pause=60)
    memory.keep("often", lambda: 0)
    for number in range(MOST_KEPT * 2):
        memory.keep(number, lambda: 1)
        memory.keep("often", source.compute)
    assert len(memory._kept) == MOST_KEPT
    assert source.computed == 0, "“often” was never dropped"
