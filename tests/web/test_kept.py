"""Answers kept as bytes: made once for all, made anew when what they stand on has changed, within a bound."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import brotli
import pytest

from dashboard.boards import Boards
from dashboard.errors import NotFound, StoreUnavailable
from dashboard.observations import Parsed
from dashboard.store import Store
from dashboard.store.queries import cells
from dashboard.store.write import land
from dashboard.web.kept import Kept
from tests.loaded import OCTOBER, observation, origin


class Made:
    """A body over the total scores, and how often it was made."""

    def __init__(self, store: Store) -> None:
        self.store, self.times = store, 0

    def __call__(self) -> bytes:
        self.times += 1
        return str([cell.value for cell in cells(self.store, ["index766_total"], [str(OCTOBER)])]).encode()


@pytest.fixture
def made(store: Store) -> Made:
    return Made(store)


def change(store: Store, boards: Boards, value: float, feed: str = "dvcqg_766") -> None:
    measure = "index766_total" if feed == "dvcqg_766" else "papi_portal_access"
    land(store, origin(f"{value}.csv", feed), Parsed((observation(value, measure=measure),)))
    boards.adopt(boards.pull())


def body(kept: Kept, make: Callable[[], bytes], question: str = "q") -> bytes:
    return asyncio.run(kept.get(question, make)).body


def test_an_answer_is_made_once_and_again_when_its_own_feed_has_changed(store: Store, boards: Boards, made: Made) -> None:
    kept = Kept(boards)
    change(store, boards, 1.0)
    assert [body(kept, made) for _ in range(3)] == [b"[1.0]"] * 3
    change(store, boards, 5.0, feed="papi")
    assert (body(kept, made), made.times) == (b"[1.0]", 1), "another feed is none of its business"
    change(store, boards, 2.0)
    assert [body(kept, made) for _ in range(3)] == [b"[2.0]"] * 3
    assert made.times == 2


def test_many_who_ask_at_once_get_one_answer(boards: Boards) -> None:
    times, go = list[int](), threading.Event()

    def slow() -> bytes:
        times.append(1)
        assert go.wait(60)
        return b"x"

    async def ask() -> set[int]:
        kept = Kept(boards)
        asked = [asyncio.create_task(kept.get("q", slow)) for _ in range(50)]
        await asyncio.sleep(0)
        asked.pop().cancel()  # a browser that went away takes nothing from the others
        asyncio.get_running_loop().call_later(0.05, go.set)
        return {id(one) for one in await asyncio.gather(*asked)}

    assert len(asyncio.run(ask())) == 1
    assert times == [1]


def test_what_is_raised_is_raised_for_everybody_and_asked_again(boards: Boards) -> None:
    def missing() -> bytes:
        raise NotFound("no such board")

    kept = Kept(boards)
    for _ in range(2):
        with pytest.raises(NotFound):
            body(kept, missing)
    assert body(kept, lambda: b"there") == b"there"


def test_an_answer_made_while_the_database_went_is_not_kept(store: Store, boards: Boards, made: Made) -> None:
    change(store, boards, 1.0)
    kept = Kept(boards)

    def goes() -> bytes:
        boards._memory.away_since = datetime.now(UTC)
        return b"perhaps old"

    answer = asyncio.run(kept.get("q", goes))
    assert answer.standing.away_since is not None, "who keeps it by its standing knows that it is in doubt"
    boards._memory.away_since = None
    assert body(kept, made) == b"[1.0]"


def test_nothing_known_and_nothing_there_is_an_error(store: Store, boards: Boards, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: object) -> object:
        raise StoreUnavailable("the database does not answer")

    monkeypatch.setattr("dashboard.boards.desk.data_versions", away)
    with pytest.raises(StoreUnavailable):
        body(Kept(boards), made)


def test_what_is_kept_has_a_bound_and_the_one_least_asked_for_goes(boards: Boards) -> None:
    kept, made = Kept(boards, most_bytes=20), list[str]()

    def make(question: str) -> Callable[[], bytes]:
        def made_of() -> bytes:
            made.append(question)
            return b"12345"

        return made_of

    for question in ("a", "b", "a", "c", "a", "b"):
        body(kept, make(question), question)
    assert made == ["a", "b", "c", "b"]
    assert asyncio.run(kept.get("huge", lambda: b"x" * 100)).body == b"x" * 100
    body(kept, make("b"), "b")
    assert made[-1] == "b"


def test_an_answer_is_packed_once_for_those_who_take_it_so(boards: Boards) -> None:
    answer = asyncio.run(Kept(boards, pack=True).get("q", lambda: b"1234567890" * 500))
    assert set(answer.packed) == {"br"}
    assert brotli.decompress(answer.encoded("br")) == answer.encoded("identity")
    assert answer.encoded("br") is answer.encoded("br")
