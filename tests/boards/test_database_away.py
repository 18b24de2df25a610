"""The database goes and comes back: old boards stay, and say so."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dashboard.boards import Boards
from dashboard.boards.ranking import given_board
from dashboard.errors import StoreUnavailable
from dashboard.ingest import load_published
from dashboard.observations import Parsed
from dashboard.store import Store
from dashboard.store.embedded import Server
from dashboard.store.migrate import migrate
from dashboard.store.write import land
from tests.loaded import Loaded, boards_over, ingest_desk, observation, origin


def wait_until_back(boards: Boards) -> None:
    for _ in range(100):
        boards.version()
        if boards.away_since is None:
            return
        time.sleep(0.1)
    raise AssertionError("the boards never noticed that the database is back")


def test_a_database_that_stops_and_starts_again_is_survived(tmp_path: Path) -> None:
    with Server(tmp_path, {"fsync": "off"}) as server:
        store = Store.open(server.url_of("postgres"))
        migrate(store)
        assert all(report.error is None for report in load_published(ingest_desk(store, tmp_path / "raw")))
        boards = boards_over(store, tmp_path / "raw")
        before, sources = boards.ranking("766"), boards.sources()
    time.sleep(1.1)
    assert boards.ranking("766") is before
    assert boards.sources() == sources
    since = boards.away_since
    assert since is not None
    with pytest.raises(StoreUnavailable):
        boards.indicator("papi_portal_access")
    with Server(tmp_path, {"fsync": "off"}) as server:
        assert server.url_of("postgres") == store.engine.url.render_as_string(hide_password=False)
        wait_until_back(boards)
        assert boards.indicator("papi_portal_access").values
        land(store, origin(), Parsed((observation(1.0),)))
        time.sleep(1.1)
        changed = boards.ranking("766").row("ha_noi")
        assert changed is not None
        assert changed.total == 1.0
        store.close()


def test_fifty_viewers_cost_one_computation_a_version(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    computed = []

    def counted(*asked: Any) -> object:
        computed.append(asked)
        return given_board(*asked)

    monkeypatch.setattr("dashboard.boards.given_board", counted)
    boards = loaded.boards()
    with ThreadPoolExecutor(50) as pool:
        found = list(pool.map(lambda _: boards.ranking("766"), range(200)))
    assert len({id(board) for board in found}) == 1
    assert len(computed) == 1
    land(loaded.store, origin(), Parsed((observation(1.0),)))
    time.sleep(1.1)
    with ThreadPoolExecutor(50) as pool:
        found = list(pool.map(lambda _: boards.ranking("766"), range(200)))
    assert len({id(board) for board in found}) == 1
    assert len(computed) == 2
