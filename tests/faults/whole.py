"""The whole system as an operator starts it, in a process of its own, seen from outside."""

import itertools
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.patience import PATIENCE
from tests.pressed import hand_over

HOUSE = Path(__file__).resolve().parent.parent.parent
READY = "đã sẵn sàng: http"
_FIRST, _LAST = 20_000, 32_000
_PORTS = itertools.count(os.getpid() * 101)


@dataclass
class Whole:
    """A running system: its supervisor, its port, and the lines that it prints."""

    process: subprocess.Popen[str]
    port: int
    lines: list[str]

    def children(self) -> dict[str, int]:
        """Process ids of the parts that run, by name; of several of a name one."""
        return dict(self._named())

    def all_of(self, name: str) -> set[int]:
        """Process ids of every part of that name."""
        return {pid for found, pid in self._named() if found == name}

    def _named(self) -> Iterator[tuple[str, int]]:
        for pid in descendants(self.process.pid):
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended between being listed and being looked at
            name = next(
                (part for part in command if part in ("web", "clock", "relay", "vision", "sandbox")),
                "postgres" if command[0].endswith("/postgres") else "",
            )
            if name:
                yield name, pid

    def everybody(self) -> set[int]:
        """Process ids of the supervisor and everything below it."""
        return {self.process.pid, *descendants(self.process.pid)}

    def end(self, number: int = signal.SIGTERM) -> int:
        """Sends a signal to the supervisor and waits for its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def free_port() -> int:
    """A port that nobody listens on, and that the kernel gives to nobody by itself before it is used; each call gives another one."""
    for number in _PORTS:
        port = _FIRST + number % (_LAST - _FIRST)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("it counts for ever")


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """This environment without the variables of the house, but for those given. A test that wants simulated figures says so."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DASHBOARD_") and name != "DATABASE_URL"}
    return kept | {"PYTHONUTF8": "1", "COLUMNS": "160", "DASHBOARD_SANDBOX": "cameras"} | dict(variables)


def attempt(
    *arguments: str, variables: Mapping[str, str], user: tuple[str, ...] = (), module: bool = False
) -> subprocess.CompletedProcess[str]:
    """Runs `app.py`, or the module `dashboard`, to its end; `user` is a command that changes the user before."""
    return subprocess.run(
        [*user, sys.executable, *(("-m", "dashboard") if module else ("app.py",)), *arguments],
        cwd=HOUSE,
        env=environment(variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@contextmanager
def running(*command: str, port: int, variables: Mapping[str, str], cwd: Path = HOUSE) -> Iterator[Whole]:
    """Starts the system and waits for its address; ends it afterwards, whatever became of it."""
    if "DASHBOARD_VAR_DIR" in variables and not Path(variables["DASHBOARD_VAR_DIR"]).exists():
        hand_over(Path(variables["DASHBOARD_VAR_DIR"]))
    process = subprocess.Popen(
        list(command) or [sys.executable, "app.py", "--demo", "--port", str(port)],
        cwd=cwd,
        env=environment(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield Whole(process, port, _read_until_ready(process))
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE)


def _read_until_ready(process: subprocess.Popen[str]) -> list[str]:
    arriving: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_drain, args=(process, arriving), daemon=True).start()
    lines: list[str] = []
    end = time.monotonic() + PATIENCE
    while not any(READY in line for line in lines):
        try:
            line = arriving.get(timeout=max(0.1, end - time.monotonic()))
        except queue.Empty:
            line = None
        assert line is not None, "the system ended, or took too long, before it was ready:\n" + "".join(lines)
        lines.append(line)
    return lines


def _drain(process: subprocess.Popen[str], arriving: "queue.Queue[str | None]") -> None:
    assert process.stdout is not None
    with process.stdout as printed:
        for line in printed:
            arriving.put(line)
    arriving.put(None)


def descendants(pid: int) -> set[int]:
    """Process ids below one, zombies left out."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            state = _state(int(entry.name))
            if state is not None:
                parents[int(entry.name)] = state
    below: set[int] = set()
    fresh = {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - below
        below |= fresh
    return below


def _state(pid: int) -> int | None:
    """The parent of a living process; None when it is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[1])


def alive(pids: set[int]) -> set[int]:
    """Those that still live."""
    return {pid for pid in pids if _state(pid) is not None}


def get(port: int, path: str) -> tuple[int, str]:
    """Status and body of a page; status 0 while nobody answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, HTTPException):
        return 0, ""
    finally:
        connection.close()


def demo_password(lines: list[str], username: str) -> str:
    """The password that the first start printed."""
    for line in lines:
        found = re.search(rf"{username}\s*\S?\s+(\w{{4}}(?:-\w{{4}}){{3}})", line)
        if found:
            return found[1]
    raise AssertionError(f"no password of {username} in:\n{''.join(lines)}")


def copy_checkout(target: Path) -> None:
    """The checkout as a clone would have it, on this environment."""
    listing = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=HOUSE, capture_output=True, check=True)
    for name in filter(None, listing.stdout.decode().split("\0")):
        if (HOUSE / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HOUSE / name, target / name)
    (target / ".venv").symlink_to(HOUSE / ".venv")
