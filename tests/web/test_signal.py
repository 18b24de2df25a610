"""The signal over a socket: heard at once, coalesced, never lost; ended with the session; refused to strangers and other origins."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from dashboard import web
from dashboard.access import people
from dashboard.access.roles import Role
from dashboard.errors import StoreUnavailable
from dashboard.observations import Parsed
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.store.embedded import Server
from dashboard.store.migrate import migrate
from dashboard.store.write import land
from dashboard.web.hub import MOST_EARS_OF_ONE, Hub
from tests.loaded import boards_over, observation, origin
from tests.patience import PATIENCE
from tests.web.conftest import PAGES
from tests.web.running import ACCOUNTS, listening, open_accounts, served, signed_in


def told(socket: ClientConnection, feeds: Mapping[str, int]) -> dict[str, Any]:
    """Waits for a state with these versions; fails when none comes."""
    while True:
        state: dict[str, Any] = json.loads(socket.recv(timeout=PATIENCE))
        if all(state["feeds"].get(feed) == version for feed, version in feeds.items()):
            return state


def ending(socket: ClientConnection) -> int:
    """The code with which the server ends it; whatever is said before does not count."""
    with pytest.raises(ConnectionClosed) as end:
        _hear_out(socket)
    assert end.value.rcvd is not None
    return end.value.rcvd.code


def _hear_out(socket: ClientConnection) -> None:
    while True:
        socket.recv(timeout=PATIENCE)


def change(store: Store, value: float, feed: str = "dvcqg_766") -> None:
    land(store, origin(f"{value}.csv", feed), Parsed((observation(value),)))


def cookies(client: httpx.Client) -> dict[str, str]:
    return dict(client.cookies.items())


@pytest.fixture
def ear(base: str, leader: httpx.Client) -> Iterator[ClientConnection]:
    """A leader's open page."""
    with listening(base, cookies(leader)) as socket:
        yield socket


def test_what_is_landed_is_told_to_every_open_page(ear: ClientConnection, base: str, leader: httpx.Client, store: Store) -> None:
    with listening(base, cookies(leader)) as second:
        change(store, 1.0)
        change(store, 2.0, "papi")
        for socket in (ear, second):
            state = told(socket, {"dvcqg_766": 1, "papi": 1})
            assert state["away"] is None
    assert leader.get("/signal").json()["feeds"] == {"dvcqg_766": 1, "papi": 1}


def test_a_storm_is_told_in_few_words_and_its_last_change_is_not_lost(ear: ClientConnection, store: Store) -> None:
    heard: list[str | bytes] = []
    for value in range(100):
        change(store, float(value))
    while not heard or json.loads(heard[-1])["feeds"].get("dvcqg_766") != 100:
        heard.append(ear.recv(timeout=PATIENCE))
    seen = [json.loads(each)["feeds"].get("dvcqg_766", 0) for each in heard]
    assert seen == sorted(set(seen)), "each word says something new"
    assert len(seen) < 50


def test_whoever_signs_out_hears_nothing_more(base: str, leader: httpx.Client, store: Store) -> None:
    with listening(base, cookies(leader)) as socket:
        told(socket, {})
        assert leader.post("/dang-xuat").status_code == 303
        assert ending(socket) == 4401


def test_whoever_loses_the_right_hears_nothing_more(ear: ClientConnection, store: Store) -> None:
    told(ear, {})
    people.disable(store, ACCOUNTS[Role.LEADER])
    assert ending(ear) in (4401, 4403)


def test_strangers_displays_and_pages_of_other_hosts_are_refused(base: str, leader: httpx.Client, store: Store) -> None:
    with signed_in(base, ACCOUNTS[Role.WALL_DEVICE]) as display:
        refused: list[tuple[dict[str, str], str | None]] = [({}, None), (cookies(display), None), (cookies(leader), "http://elsewhere.vn")]
        for brought, host in refused:
            with pytest.raises(InvalidStatus) as answer, listening(base, brought, host):
                pass
            assert answer.value.response.status_code == 403
    assert httpx.get(base + "/signal").status_code == 401


def test_one_person_has_a_bounded_number_of_ears_and_others_are_not_hurt(base: str, leader: httpx.Client) -> None:
    with ExitStack() as open_pages:
        for _ in range(MOST_EARS_OF_ONE):
            open_pages.enter_context(listening(base, cookies(leader)))
        with pytest.raises((InvalidStatus, ConnectionClosed)), listening(base, cookies(leader)) as one_more:
            one_more.recv(timeout=PATIENCE)
        with signed_in(base, ACCOUNTS[Role.PROVINCE]) as other, listening(base, cookies(other)) as heard:
            told(heard, {})
        assert leader.get("/signal").status_code == 200


def test_who_speaks_into_the_signal_is_shown_out(ear: ClientConnection) -> None:
    told(ear, {})
    ear.send("hello")
    assert ending(ear) == 1008


def test_a_database_that_stops_and_starts_again_is_told_of_and_heard_again(tmp_path: Path) -> None:
    with ExitStack() as house:
        first = house.enter_context(ExitStack())
        store = Store.open(first.enter_context(Server(tmp_path, {"fsync": "off"})).url_of("postgres"))
        migrate(store)
        open_accounts(store)
        app = web.build(Settings.model_validate({"var_dir": tmp_path / "web"}), store, boards_over(store, tmp_path / "raw"), PAGES, [])
        change(store, 1.0)
        base = house.enter_context(served(app))
        client = house.enter_context(signed_in(base, ACCOUNTS[Role.LEADER]))
        socket = house.enter_context(listening(base, cookies(client)))
        assert told(socket, {"dvcqg_766": 1})["away"] is None
        first.close()
        while told(socket, {"dvcqg_766": 1})["away"] is None:
            pass
        house.enter_context(Server(tmp_path, {"fsync": "off"}))
        while told(socket, {"dvcqg_766": 1})["away"] is not None:
            pass
        change(store, 2.0)
        told(socket, {"dvcqg_766": 2})
        store.close()


def test_a_database_that_was_never_there_is_not_an_empty_one(tmp_path: Path) -> None:
    store = Store.open("postgresql://nobody@127.0.0.1:1/nothing")
    boards = boards_over(store, tmp_path)
    hub = Hub(store, boards)

    async def run() -> None:
        async with hub.running():
            while not hub.said:
                await asyncio.sleep(0.01)

    asyncio.run(run())
    assert json.loads(hub.said)["away"] is not None
    with pytest.raises(StoreUnavailable):
        boards.versions()
