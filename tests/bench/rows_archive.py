"""A long archive through the command that an operator runs: messages a second of the processor, memory over the way, and every document
counted exactly once. `make bench ROWS=archive ARCHIVE=1000000` takes a million messages, and a quarter of an hour.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

from dashboard.store import Store
from dashboard.store.embedded import Server
from dashboard.store.migrate import migrate
from dashboard.store.queries import cells
from tests.bench import million
from tests.bench.row import Measure, Row

_USUAL = 100_000
_SAMPLE = 1.0
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Ingested:
    """How it went: messages, seconds of the processor (the command and the database), seconds by the clock, and the command's memory
    over time in MB."""

    messages: int
    cpu: float
    clock: float
    memory: tuple[float, ...]

    @property
    def growth(self) -> float:
        """The last tenth of the way beside its second quarter: by then all that is kept for good is there."""
        quarter, tenth = len(self.memory) // 4, max(1, len(self.memory) // 10)
        return median(self.memory[-tenth:]) / median(self.memory[quarter : 2 * quarter] or self.memory)


@cache
def ingested() -> Ingested:
    """Writes an archive, ingests it, and holds the counts against what was written."""
    with tempfile.TemporaryDirectory() as name, Server(Path(name)) as server:
        folder, url = Path(name), server.url_of("postgres")
        store = Store.open(url)
        migrate(store)
        written = million.write(folder / "a.tar.gz", int(os.environ.get("ARCHIVE") or _USUAL))
        database = int(next(folder.rglob("postmaster.pid")).read_text(encoding="utf-8").split()[0])
        before, began = _spent(database), time.perf_counter()
        memory, own = _run(folder, url)
        done = Ingested(written.messages, own + _spent(database) - before, time.perf_counter() - began, tuple(memory))
        found: dict[str, float] = {}
        for cell in cells(store, written.counts):
            found[cell.measure] = found.get(cell.measure, 0) + cell.value
        assert found == written.counts, f"counted {found}, written {written.counts}"
        store.close()
        print(f"{done.messages} messages, {done.clock:.0f} s, {done.messages / done.clock:.0f}/s by the clock, RSS {done.memory[::60]} MB")
        return done


def _run(folder: Path, url: str) -> tuple[list[float], float]:
    """The command: its memory second by second, and what it spent of the processor."""
    variables = {"DATABASE_URL": url, "DASHBOARD_VAR_DIR": str(folder / "var"), "DASHBOARD_SIGNATURE_CHECKS": "off"}
    command = [sys.executable, "-m", "dashboard", "ingest", "document_axis", "--file", str(folder / "a.tar.gz")]
    process = subprocess.Popen(command, env={**os.environ, **variables}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    memory: list[float] = []
    while True:
        done, code, usage = os.wait4(process.pid, os.WNOHANG)
        if done:
            process.returncode = os.waitstatus_to_exitcode(code)
            assert process.returncode == 0, f"ended with {process.returncode}"
            return memory, usage.ru_utime + usage.ru_stime
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        memory += [int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:")]
        time.sleep(_SAMPLE)


def _spent(pid: int) -> float:
    """Seconds of the processor of a process and of those that it has seen end: the database serves each guest by one of its own."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICK


def measure_rate() -> Row:
    """Messages a second of one core, the database's part in it."""
    done = ingested()
    return Row("archive_rate", done.messages / done.cpu, "messages/s CPU", 2_000, better="higher")


def measure_memory() -> Row:
    """How far the command's memory grew on the way."""
    return Row("archive_memory", ingested().growth, "of itself", 1.15)


ROWS: dict[str, Measure] = {"archive_rate": measure_rate, "archive_memory": measure_memory}
