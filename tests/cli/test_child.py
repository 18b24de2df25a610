"""Children of the supervisor: the pause between deaths, and the watch over the supervisor."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from dashboard.cli import child as child_module
from dashboard.cli.child import Child
from tests.patience import PATIENCE, soon


@pytest.fixture
def house_of_scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose package `dashboard` does what a test writes into it."""
    (tmp_path / "dashboard").mkdir()
    monkeypatch.setattr(child_module, "CHECKOUT", tmp_path)
    return tmp_path / "dashboard" / "__main__.py"


def _environ() -> dict[str, str]:
    return {"PATH": os.environ["PATH"]}


def test_the_pause_doubles_while_a_process_keeps_dying_and_has_an_end(house_of_scripts: Path) -> None:
    house_of_scripts.write_text("raise SystemExit(3)")
    process = Child("web", [], _environ())
    pauses = []
    for _ in range(8):
        process.start()
        assert process.process is not None
        assert process.process.wait(PATIENCE) == 3
        before = time.monotonic()
        assert process.ended() == 3
        assert process.ended() is None
        assert process.due_at >= before + process.pause
        pauses.append(process.pause)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_process_that_lived_long_is_started_again_soon(house_of_scripts: Path) -> None:
    house_of_scripts.write_text("raise SystemExit(0)")
    process = Child("web", [], _environ(), pause=16)
    process.start()
    process.started_at -= 61
    assert soon(lambda: process.ended() is not None)
    assert process.pause == 0.5
    assert soon(process.is_due)


def test_a_child_hears_the_address_on_its_stdin_and_nowhere_else(house_of_scripts: Path, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    house_of_scripts.write_text(f"import sys, pathlib\npathlib.Path({str(heard)!r}).write_text(sys.stdin.readline())")
    process = Child("web", [], _environ())
    process.start()
    assert process.process is not None
    pid = process.process.pid
    process.tell("postgresql://secret")
    assert b"secret" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    assert soon(lambda: heard.exists() and heard.read_text() == "postgresql://secret\n")
    process.stop()


def test_a_child_that_does_not_listen_is_killed_in_the_end(house_of_scripts: Path, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    script = "import pathlib, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    house_of_scripts.write_text(f"{script}pathlib.Path({str(ready)!r}).touch()\ntime.sleep(60)")
    process = Child("web", [], _environ())
    process.start()
    assert process.process is not None
    handle = process.process
    assert soon(ready.exists)
    process.stop(patience=0.2)
    assert handle.returncode == -signal.SIGKILL


@pytest.mark.parametrize("beats", [True, False])
def test_a_child_that_beats_no_more_hangs_and_one_that_never_did_is_still_loading(
    house_of_scripts: Path, monkeypatch: pytest.MonkeyPatch, beats: bool
) -> None:
    monkeypatch.setattr(child_module, "_LOOKS_APART", 0.0)
    script = "import os, sys, time\npipe = int(sys.argv[sys.argv.index('--beat-fd') + 1])\n"
    house_of_scripts.write_text(script + "os.write(pipe, b'.')\n" * beats + "time.sleep(60)")
    process = Child("relay", [], _environ(), beats=True)
    process.start()
    assert soon(process.hangs, PATIENCE if beats else 1) == beats
    process.kill()
    assert soon(lambda: process.ended() == -signal.SIGKILL)
    assert not process.hangs(), "nobody is there"


def test_a_child_that_beats_does_not_hang(house_of_scripts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house_of_scripts.touch()
    process = Child("relay", [], _environ(), beats=True)
    mine, theirs = os.pipe()
    os.set_blocking(mine, False)
    monkeypatch.setattr(child_module, "_LOOKS_APART", 0.0)
    monkeypatch.setattr(process, "_pulse", mine)
    for silent in (0, 4, 4, 3, 4):  # looks between two beats
        os.write(theirs, b"..")
        assert not any(process.hangs() for _ in range(1 + silent))
    assert process.hangs(), "the fifth look in a row"
    os.close(mine)
    os.close(theirs)


def test_telling_a_child_that_died_already_is_harmless(house_of_scripts: Path) -> None:
    house_of_scripts.write_text("raise SystemExit(1)")
    process = Child("clock", [], _environ())
    process.start()
    assert process.process is not None
    process.process.wait()
    process.tell("postgresql://secret")
    assert process.ended() == 1
    assert process.process is None


def test_orders_end_the_process_when_the_supervisor_is_gone() -> None:
    reader, writer = os.pipe()
    program = "from dashboard.cli.child import await_orders\nimport time\nprint(await_orders(), flush=True)\ntime.sleep(60)"
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", program],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, reader, 0), (os.POSIX_SPAWN_CLOSE, writer)],
    )
    os.close(reader)
    os.write(writer, b"postgresql://somewhere\n")
    assert os.waitpid(pid, os.WNOHANG) == (0, 0)
    os.close(writer)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 1
