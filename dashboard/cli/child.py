"""A process under the supervisor, from both sides.

The supervisor keeps the child's stdin open: its first line tells the address of the database (a secret, so neither in arguments nor in the
environment), and its end means that the supervisor is gone.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from dashboard.privilege import die_with_parent
from dashboard.settings import CHECKOUT

_FIRST_PAUSE, _LONGEST_PAUSE, _STEADY = 0.5, 30.0, 60.0  # seconds
_LOOKS_APART, _PATIENCE = 0.9, 5  # seconds between two looks that count, and how many of them without a sign of life


@dataclass
class Child:
    """One process that is started again when it dies, after a pause that doubles while it keeps dying.

    One that `beats` is told a pipe (`--beat-fd`), into which it writes each second; from the first beat on its silence means that it hangs.
    """

    name: str
    arguments: list[str]
    environ: Mapping[str, str]
    keep_open: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    pause: float = field(default=_FIRST_PAUSE)
    started_at: float = 0.0
    due_at: float = 0.0
    beats: bool = False
    _pulse: int | None = None
    _silent: int | None = None
    _looked_at: float = 0.0

    def start(self) -> None:
        """Starts the process; it loads its libraries and then waits for `tell`."""
        self.started_at = time.monotonic()
        mine, theirs = os.pipe() if self.beats else (None, None)
        more = [] if theirs is None else ["--beat-fd", str(theirs)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dashboard", self.name, "--supervised", *self.arguments, *more],
            stdin=subprocess.PIPE,
            cwd=CHECKOUT,
            env=dict(self.environ),
            pass_fds=(*self.keep_open, *([] if theirs is None else [theirs])),
            start_new_session=True,
            preexec_fn=_prepare(),  # noqa: PLW1509 — system calls only
        )
        if mine is not None and theirs is not None:
            os.close(theirs)
            os.set_blocking(mine, False)
            self._pulse, self._silent = mine, None

    def tell(self, database_url: str) -> None:
        """Lets the process begin its work."""
        pipe = self.process.stdin if self.process is not None else None
        if pipe is not None:
            try:
                pipe.write(database_url.encode() + b"\n")
                pipe.flush()
            except BrokenPipeError:
                return  # it died already; the supervisor sees that next

    def hangs(self) -> bool:
        """Whether it has beaten once, and then not for some looks in a row. Looks are counted, not seconds: when this machine stands still,
        nobody looks either."""
        now = time.monotonic()
        if self._pulse is None or now - self._looked_at < _LOOKS_APART:
            return False
        self._looked_at = now
        try:
            has_beaten = bool(os.read(self._pulse, 4096))
        except BlockingIOError:
            has_beaten = False
        if has_beaten:
            self._silent = 0
        elif self._silent is not None:
            self._silent += 1
        return self._silent is not None and self._silent >= _PATIENCE

    def kill(self) -> None:
        """Ends it at once, whatever it is doing; it is started again as one that died."""
        if self.process is not None:
            self.process.kill()

    def ended(self) -> int | None:
        """The exit code of a process that has ended and was not seen yet; plans its next start."""
        code = self.process.poll() if self.process is not None else None
        if code is not None:
            now = time.monotonic()
            self.pause = _FIRST_PAUSE if now - self.started_at > _STEADY else min(self.pause * 2, _LONGEST_PAUSE)
            self.due_at = now + self.pause
            self._forget()
        return code

    def is_due(self) -> bool:
        """Whether it ended and the pause after its end is over; never before its first start."""
        return self.process is None and self.started_at > 0.0 and time.monotonic() >= self.due_at

    def stop(self, patience: float = 8.0) -> None:
        """Ends the process: asked first, killed after `patience` seconds."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._forget()

    def _forget(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            with suppress(BrokenPipeError):
                self.process.stdin.close()
        if self._pulse is not None:
            os.close(self._pulse)
        self.process = self._pulse = None


def await_orders() -> str:
    """In the child: waits for the address of the database; from then on ends this process as soon as the supervisor is gone."""
    line = sys.stdin.buffer.readline()
    if not line:
        sys.exit(0)
    threading.Thread(target=_watch, name="watch-supervisor", daemon=True).start()
    return line.decode().strip()


def _watch() -> None:
    # The kernel's parent-death signal comes first on Linux; this is for where there is none.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(1)


def _prepare() -> Callable[[], None]:
    die = die_with_parent(signal.SIGKILL)

    def prepare() -> None:
        # The supervisor waits for signals with its own mask; a child begins with none.
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        die()

    return prepare
