"""The keeper of the process that checks signatures: hands it messages, waits within bounds, starts it again when it dies or hangs."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from dashboard.feeds.verdicts import Verdict
from dashboard.privilege import die_with_parent
from dashboard.settings import CHECKOUT, DATABASE_URL, PREFIX

log = structlog.get_logger()

PATIENCE: Final = 20.0
"""Seconds that a frame may take; a message that takes longer alone stays unchecked."""


@dataclass(frozen=True, slots=True)
class Job:
    """A message to be checked, the instant of its sending (aware), and the name of the list of whom to trust."""

    content: bytes
    at: datetime
    trust: str


class _Lost(Exception):
    """The process ended, or took too long."""

    def __init__(self, hangs: bool = False) -> None:
        super().__init__()
        self.hangs = hangs


@dataclass
class Workshop:
    """One process, begun with its first job. `trust` are folders by name; `key` hashes who signed. Not for several threads at once."""

    key: bytes
    trust: Mapping[str, Path]
    patience: float = PATIENCE
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def verdicts(self, jobs: Sequence[Job]) -> list[Verdict | None]:
        """A verdict for each message; None for one that could not be checked, as when the process dies of it."""
        for again in (True, False):
            try:
                return self._ask(jobs)
            except _Lost as lost:
                self.close()
                if len(jobs) > 1:
                    return [verdict for one in jobs for verdict in self.verdicts([one])]
                if lost.hangs or not again:  # one that had ended may have ended of something else
                    break
        log.warning("a message's signatures could not be checked", bytes=len(jobs[0].content))
        return [None]

    def close(self) -> None:
        """Ends the process; the next job starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):
                        pipe.close()

    def _ask(self, jobs: Sequence[Job]) -> list[Verdict | None]:
        process = self._process = self._process or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        frame = [[len(one.content), one.at.isoformat(), one.trust] for one in jobs]
        try:
            process.stdin.write(b"".join((json.dumps(frame).encode(), b"\n", *(one.content for one in jobs))))
            process.stdin.flush()
        except OSError:
            raise _Lost from None
        # A frame is one line, written at once: what is readable is the whole of it, or its end.
        if not select.select([process.stdout], [], [], self.patience)[0]:
            raise _Lost(hangs=True)
        line = process.stdout.readline()
        if not line.endswith(b"\n"):
            raise _Lost
        return [None if one is None else Verdict(**{**one, "people": tuple(one["people"])}) for one in json.loads(line)]

    def _started(self) -> subprocess.Popen[bytes]:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX) and name != DATABASE_URL}
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.signatures.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=CHECKOUT,
            env=environ,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 — system calls only
        )
        assert process.stdin is not None
        orders = {"key": self.key.hex(), "trust": {name: str(folder.resolve()) for name, folder in self.trust.items()}}
        with suppress(BrokenPipeError):  # it died already; that shows at the first frame
            process.stdin.write(json.dumps(orders).encode() + b"\n")
            process.stdin.flush()
        return process
