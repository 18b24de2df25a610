"""Gateways of the sandbox against the real program over a socket: what they say was acknowledged is in the store exactly once."""

import asyncio
import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from dashboard import web
from dashboard.errors import FeedError
from dashboard.formats import HANOI
from dashboard.sandbox import stage
from dashboard.sandbox.gateway import Answered, Book, Line, Pace, play
from dashboard.sandbox.traffic import Message
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.store.queries import cells, held_records, provenances
from tests.loaded import boards_over, ingest_desk
from tests.sandbox.stage import TODAY, players, traffic
from tests.web.conftest import settings as settings
from tests.web.running import all_routers, served

NOON = dt.datetime.combine(TODAY, dt.time(12), HANOI)
MOST = 160


@dataclass
class House:
    """A served program, its store, and what the gateways were told."""

    base: str
    store: Store
    answered: list[Answered] = field(default_factory=list)

    def book(self) -> Book:
        """A book whose answers are kept here."""
        return Book(keep=self.answered.append)

    def sums(self) -> dict[str, float]:
        """Measure to its value over all cells."""
        found: Counter[str] = Counter()
        for cell in cells(self.store, [f"documents_{name}" for name in _COUNTED]):
            found[cell.measure.removeprefix("documents_")] += int(cell.value)
        return {name: found[name] for name in _COUNTED}


_COUNTED = ("sent", "electronic", "recalled", "received", "accepted", "refused")


@pytest.fixture
def house(store: Store, tmp_path: Path, settings: Settings) -> Iterator[House]:
    """The whole program over an empty database."""
    boards = boards_over(store, tmp_path / "raw")
    with served(web.build(settings, store, boards, (), all_routers(store, boards, tmp_path / "raw"))) as base:
        yield House(base, store)


def _run(house: House, over: Callable[[], bool], book: Book) -> None:
    chosen = [one for one in players() if one.habits.character in ("steady", "paper", "late")][:8]
    keys = stage.keys(house.store, chosen)
    pace = Pace(400.0, lambda: NOON, over)
    asyncio.run(play(house.base, [traffic(one) for one in chosen], keys, pace, book))


def _text(content: bytes, name: str) -> list[str]:
    return re.findall(rf"<(?:edXML:)?{name}>([^<]*)<", content.decode())


def _expected(messages: list[Message]) -> dict[str, int]:
    """The counts that follow from these messages, worked out from their text alone."""
    paper: dict[str, str] = {}
    gone: set[str] = set()
    replaced: set[str] = set()
    receipts: dict[tuple[str, str], str] = {}
    for one in messages:
        identifier = _text(one.content, "DocumentId")
        if one.door == "updateStatus":
            code = _text(one.content, "StatusCode")[0]
            receipt = (identifier[0], _text(one.content, "OrganId")[0])
            receipts[receipt] = code if code != "01" else receipts.get(receipt, "01")
            continue
        business = _text(one.content, "BussinessDocType")[0]
        if business == "1":
            gone.add(identifier[-1])
            continue
        paper[identifier[0]] = _text(one.content, "Paper")[0]
        if business == "3":
            replaced.add(identifier[-1])
    counted = {key for key in paper if key not in gone | replaced}
    return {
        "sent": len(counted),
        "electronic": sum(paper[key] == "0" for key in counted),
        "recalled": len(gone & paper.keys()),
        "received": len(receipts),
        "accepted": sum(code in ("03", "04", "05", "06") for code in receipts.values()),
        "refused": sum(code == "02" for code in receipts.values()),
    }


def test_what_was_acknowledged_is_counted_exactly_once(house: House) -> None:
    book = house.book()
    _run(house, lambda: len(house.answered) >= MOST, book)
    kinds = Counter(one.message.kind for one in house.answered)
    assert sum(book.states.values()) == len(house.answered) >= MOST
    assert set(book.states) <= {"accepted", "known", "held"}
    assert book.sent_again == 0
    assert kinds["repeat"] > 0
    good = [one.message for one in house.answered if one.state != "held"]
    assert house.sums() == _expected(good)
    assert book.states["held"] == kinds["malformed"] == len({one.id for one in held_records(house.store)})
    assert provenances(house.store) == {"document_axis": "simulated"}


class Stumbling(httpx.AsyncBaseTransport):
    """A way that loses requests before they arrive, and answers after the work is done."""

    def __init__(self) -> None:
        self.inner, self.count = httpx.AsyncHTTPTransport(), 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The first of three is lost on the way there, the second on the way back."""
        self.count += 1
        if self.count % 3 == 1:
            raise httpx.ConnectError("lost on the way there")
        answer = await self.inner.handle_async_request(request)
        if self.count % 3 == 2:
            await answer.aread()
            raise httpx.ReadError("lost on the way back")
        return answer

    async def aclose(self) -> None:
        """Closes the way beneath."""
        await self.inner.aclose()


def test_what_is_lost_on_the_way_is_sent_again_and_counted_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.sandbox.gateway._FIRST_PAUSE", 0.01)
    player = players()[0]
    one, book = traffic(player), house.book()
    key = stage.keys(house.store, [player])[player.code]
    messages = [message for step in range(8) for message in one.next(NOON + dt.timedelta(minutes=step))]

    async def deliver() -> None:
        async with httpx.AsyncClient(base_url=house.base, transport=Stumbling()) as client:
            for message in messages:
                await Line(client, player.code, key, book).deliver(message)

    asyncio.run(deliver())
    assert [answered.message for answered in house.answered] == messages
    assert book.sent_again == 2 * len(messages)
    assert house.sums() == _expected([answered.message for answered in house.answered if answered.state != "held"])


def test_in_the_scenario_of_2020_the_63_provinces_speak_on_the_day_of_the_meeting(house: House, tmp_path: Path) -> None:
    scene = stage.Stage.of("2020", dt.datetime.now(HANOI).date())
    everybody = stage.cast(ingest_desk(house.store, tmp_path / "raw"), scene, 7, tmp_path / "trust")
    assert len(everybody) == 63
    chosen = [
        one for one in everybody if one.player.unit in ("ha_nam", "nam_dinh", "bac_giang", "bac_ninh", "vinh_phuc", "phu_tho", "thai_binh")
    ]
    keys = stage.keys(house.store, [one.player for one in chosen])
    pace = Pace(400.0, scene.now, lambda: len(house.answered) >= 40)
    asyncio.run(play(house.base, chosen, keys, pace, house.book()))
    found = cells(house.store, ["documents_sent"])
    assert {cell.unit for cell in found} <= {one.player.unit for one in chosen}
    # A test that runs past midnight sees the meeting's next day.
    assert {cell.period for cell in found} <= {"2020-09-11", "2020-09-12"}
    assert sum(cell.value for cell in found) > 0


def test_a_gateway_that_is_turned_away_says_so_and_stops(house: House) -> None:
    player = players()[0]

    async def deliver(code: str, key: str) -> None:
        async with httpx.AsyncClient(base_url=house.base) as client:
            (message, *_) = traffic(player).next(NOON)
            await Line(client, code, key, house.book()).deliver(message)

    key = stage.keys(house.store, [player])[player.code]
    with pytest.raises(FeedError, match="403"):
        asyncio.run(deliver(players()[1].code, key))
    with pytest.raises(FeedError, match="401"):
        asyncio.run(deliver(player.code, key[:-4] + "sai0"))
    assert house.answered == []
