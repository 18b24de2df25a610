"""Clocks in processes of their own: one works, the other stands by, and takes over when the first is killed, or stopped and not killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import text

from dashboard.store import Store
from dashboard.store.turns import turns
from tests.faults.whole import HOUSE, environment
from tests.patience import soon

pytestmark = [pytest.mark.slow, pytest.mark.full]

PATIENCE = 60.0


@pytest.fixture
def clocks(database_url: str, tmp_path: Path, hanging: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two of them on one database, whose one system that is asked hangs: so the first is in the midst of something."""
    portal = {"DVCQG_ADDRESS": hanging, "DVCQG_USERNAME": "a", "DVCQG_PASSWORD": "b"}
    variables = {"DATABASE_URL": database_url, "DASHBOARD_VAR_DIR": str(tmp_path / "var"), **portal}
    made = [
        subprocess.Popen(
            [sys.executable, "-m", "dashboard", "clock"],
            cwd=HOUSE,
            env=environment(variables),
        )
        for _ in range(2)
    ]
    yield made
    for one in made:
        one.send_signal(signal.SIGCONT)
        one.kill()
        one.wait(30)


@pytest.fixture
def hanging() -> Iterator[str]:
    """A portal that takes calls and answers none."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            over.wait(60)

    over = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    over.set()
    server.shutdown()
    server.server_close()


def holder(store: Store) -> int | None:
    """The process that works: it stands in the name of its connections."""
    with store.transaction() as connection:
        found = connection.scalar(text("SELECT holder FROM lease WHERE name = 'clock' AND until > clock_timestamp()"))
        return int(found.split()[1]) if found else None


def is_reading(store: Store) -> bool:
    """Whether the system that hangs is being asked."""
    turn = turns(store).get("dossier_sync")
    return turn is not None and turn.begun_at is not None


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_another_clock_takes_over(
    store: Store, clocks: list[subprocess.Popen[bytes]], number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    assert soon(lambda: holder(store) is not None, PATIENCE)
    first = holder(store)
    assert first in {one.pid for one in clocks}
    assert soon(lambda: is_reading(store), PATIENCE), "in the midst of a reading"
    began = time.monotonic()
    os.kill(first or 0, number)
    assert soon(lambda: holder(store) not in (None, first), PATIENCE)
    with capsys.disabled():
        print(f"\n{number.name}: replaced after {time.monotonic() - began:.1f} s")
    second = holder(store)
    assert soon(lambda: is_reading(store), PATIENCE), "it goes on with what was due"
    with store.transaction() as connection:
        left = connection.scalar(
            text("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE :name AND datname = current_database()"),
            {"name": f"dashboard {first} %"},
        )
    assert left == 0, "nothing of the first is left in the database"
    if number is signal.SIGSTOP:
        ended = next(one for one in clocks if one.pid == first)
        os.kill(first or 0, signal.SIGCONT)
        assert ended.wait(PATIENCE) == 1, "it sees that another works, and ends"
        assert holder(store) == second
