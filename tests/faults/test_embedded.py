"""The embedded PostgreSQL: alone, shared, orphaned, killed, under root and not, in paths that make others fail."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from dashboard.errors import ConfigurationError
from dashboard.store import cluster, embedded
from dashboard.store.embedded import Server
from tests.faults.test_refusals import ORDINARY_USER
from tests.faults.whole import HOUSE, alive, descendants, environment
from tests.patience import PATIENCE, soon

_KEEPER = """
import sys
from pathlib import Path
from dashboard.store import embedded
with embedded.running(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def _plain(url: str) -> str:
    return url.replace("+psycopg", "", 1)


def _ask(url: str, question: str = "SELECT current_user::text") -> str:
    with psycopg.connect(_plain(url)) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return str(row[0])


def _keeper(var: Path, *before: str) -> subprocess.Popen[str]:
    command = [*before, sys.executable, "-c", _KEEPER, str(var)]
    env = environment({"PYTHONPATH": str(HOUSE)})
    return subprocess.Popen(command, cwd=HOUSE, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _url(keeper: subprocess.Popen[str]) -> str:
    assert keeper.stdout is not None
    line = keeper.stdout.readline().strip()
    assert line.startswith("postgresql+psycopg://")
    return line


def _release(keeper: subprocess.Popen[str]) -> None:
    keeper.communicate(timeout=PATIENCE)


def test_it_asks_for_its_password_and_opens_no_port(tmp_path: Path) -> None:
    with embedded.running(tmp_path / "var") as url:
        assert _ask(url) == "dashboard"
        assert _ask(url, "SHOW listen_addresses") == ""
        word = cluster.password(cluster.Folders(tmp_path / "var" / "pg"))
        with pytest.raises(psycopg.OperationalError, match="password"):
            _ask(url.replace(word, "wrong"))
    assert (tmp_path / "var" / "pg.password").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "var" / "pg" / "socket").stat().st_mode & 0o777 == 0o700


def test_it_is_gone_afterwards_and_keeps_what_was_written(tmp_path: Path) -> None:
    with Server(tmp_path) as server, psycopg.connect(_plain(server.url)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        pid = server.pid
        connection.commit()
    assert not alive({pid})
    with embedded.running(tmp_path) as url:
        assert _ask(url, "SELECT answer FROM kept") == "42"


@pytest.mark.parametrize("folder", ["có dấu & cách", "phẩy,nháy\"'%40?", "x" * 120])
def test_it_works_in_every_path(tmp_path: Path, folder: str) -> None:
    with embedded.running(tmp_path / folder / "var") as url:
        assert _ask(url) == "dashboard"


def test_a_temporary_socket_folder_is_taken_away_again(tmp_path: Path) -> None:
    var = tmp_path / ("x" * 120)
    with Server(var) as server:
        note = cluster.read_note(cluster.Folders(var / "pg"))
        assert note is not None
        assert note.socket_folder.parent != var / "pg"
        assert server.pid == note.pid
    assert not note.socket_folder.exists()


def test_a_second_command_uses_the_first_ones_server_and_the_first_waits_for_it(tmp_path: Path) -> None:
    first = _keeper(tmp_path)
    address = _url(first)
    second = _keeper(tmp_path)
    assert _url(second) == address
    assert first.stdin is not None
    first.stdin.close()
    assert not soon(lambda: first.poll() is not None, 0.5)
    assert _ask(address) == "dashboard"
    _release(second)
    assert first.wait(PATIENCE) == 0
    assert first.stdout is not None
    first.stdout.close()


def test_kill_9_of_its_keeper_takes_it_along_and_leaves_a_folder_that_starts_again(tmp_path: Path) -> None:
    keeper = _keeper(tmp_path)
    _url(keeper)
    below = descendants(keeper.pid)
    assert below
    keeper.kill()
    _release(keeper)
    assert soon(lambda: not alive(below))
    with embedded.running(tmp_path) as url:
        assert _ask(url) == "dashboard"


def test_kill_9_of_the_server_itself_loses_nothing(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        with psycopg.connect(_plain(server.url), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS answer")
        os.kill(server.pid, signal.SIGKILL)
        assert soon(lambda: server.pid == 0)
        server.start()
        assert _ask(server.url, "SELECT answer FROM kept") == "7"


def test_an_orphan_on_our_folder_is_ended_before_a_new_one_starts(tmp_path: Path) -> None:
    with Server(tmp_path):
        pass
    command = [str(cluster.programs() / "postgres"), "-D", str(tmp_path / "pg" / "data"), "-c", "listen_addresses="]
    command += ["-c", f"unix_socket_directories={tmp_path / 'pg' / 'socket'}"]
    user = ORDINARY_USER if os.geteuid() == 0 else ()
    orphan = subprocess.Popen([*user, *command], stderr=subprocess.DEVNULL)
    assert soon(lambda: (note := cluster.read_note(cluster.Folders(tmp_path / "pg"))) is not None and note.ready)
    # Its zombie is ours to bury while the server waits for its end.
    burial = threading.Thread(target=orphan.wait)
    burial.start()
    with Server(tmp_path) as server:
        assert _ask(server.url) == "dashboard"
    burial.join(PATIENCE)
    assert orphan.returncode is not None


def test_a_stale_note_with_the_number_of_somebody_elses_process_does_not_stop_it(tmp_path: Path) -> None:
    with Server(tmp_path):
        pass
    data = tmp_path / "pg" / "data"
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n1\n5432\n{tmp_path / 'pg' / 'socket'}\n\n0 0\nready   \n")
    with Server(tmp_path) as server:
        assert _ask(server.url) == "dashboard"


def test_a_start_cut_short_in_the_middle_of_initdb_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "pg" / "data.new" / "base").mkdir(parents=True)
    with Server(tmp_path) as server:
        assert _ask(server.url) == "dashboard"


def test_an_ordinary_user_runs_it_too(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("every other test here runs it as an ordinary user already")
    var = tmp_path / "var"
    var.mkdir()
    os.chown(var, 65534, 65534)
    keeper = _keeper(var, *ORDINARY_USER)
    assert _ask(_url(keeper)) == "dashboard"
    _release(keeper)
    # Root and its owner may take turns.
    with embedded.running(var) as url:
        assert _ask(url) == "dashboard"
    assert (var / "pg").stat().st_uid == 65534


def test_a_folder_of_another_user_is_named(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root to make a folder of another user")
    with Server(tmp_path):
        pass
    program = "from pathlib import Path; import sys; from dashboard.store.embedded import Server; Server(Path(sys.argv[1])).__enter__()"
    command = ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    done = subprocess.run(
        [*command, sys.executable, "-c", program, str(tmp_path)],
        cwd=HOUSE,
        env=environment({}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"{ConfigurationError.__name__}: {tmp_path / 'pg'} belongs to another user" in done.stderr
