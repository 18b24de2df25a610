"""The data of pages over stores of 0.2, 2 and 22 million cells: a page may cost half as much again when it has a hundred times the past.

Nothing is kept between two drawings, as after the start of a process: boards are made anew each time. What is measured is work, the time
of the processor in this process and in the database's: what else a shared machine does meanwhile is not in it, nor is waiting for a disk.
`BENCH_CELLS=0.2,2` leaves out the largest store, `BENCH_STORES=folder` keeps them for next time.
"""

import atexit
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Self

import psycopg
from psycopg import sql
from sqlalchemy import create_engine, text

from dashboard.boards import Boards
from dashboard.errors import BoundariesError, NoFigures
from dashboard.formats import HANOI
from dashboard.observations import Parsed
from dashboard.periods import Period
from dashboard.store import Store
from dashboard.store.embedded import Server
from dashboard.store.migrate import migrate
from dashboard.store.write import land
from tests.bench.row import Measure, Row
from tests.bench.stores import SIZES, Size, make, sizes
from tests.counted import cell
from tests.loaded import boards_over, catalog, origin

ROUNDS = 5
LONG_AGO = datetime(2025, 3, 20, 12, tzinfo=HANOI)
PROVINCES = ("bac_ninh_2025", "ha_noi", "da_nang_2025", "lai_chau", "ho_chi_minh_2025")
SCORES = Period.parse("2026-10")
_HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}

Page = Callable[[Boards, str], object]
"""Asks boards for all that a page shows; the key of a province is there for pages that are about one."""


@dataclass
class Clock:
    """How long the database worked on each question, in seconds."""

    questions: list[float] = field(default_factory=list)

    @contextmanager
    def running(self, pid: int) -> Iterator[None]:
        """Adds one question, which the database's process of that number answers inside."""
        before = _worked(pid)
        yield
        self.questions.append(_worked(pid) - before)


@dataclass(frozen=True)
class Filled:
    """A store of a size, how many cells it holds, and the clock of the questions that it is asked."""

    store: Store
    cells: int
    clock: Clock


def _province(boards: Boards, unit: str, as_of: datetime | None = None) -> None:
    if as_of is None:
        boards.province(unit, "766", SCORES)
    for one in catalog().indicators.values():
        if one.form != "official":
            # What is counted once each, of before the mergers; and an indicator that is younger than a store that was kept.
            with suppress(BoundariesError, NoFigures):
                boards.indicator(one.key, as_of=as_of, boundaries="2025")


def _indicators(boards: Boards, _: str) -> None:
    for one in catalog().indicators.values():
        if one.grain != "year":
            with suppress(NoFigures):
                boards.indicator(one.key)


def _indicator(key: str, boards: Boards, _: str) -> None:
    boards.days(boards.indicator(key))


PAGES: dict[str, Page] = {
    "province": _province,
    "ranking": lambda boards, _: boards.ranking("766", SCORES),
    "indicator": partial(_indicator, "electronic_document_rate"),
    "median": partial(_indicator, "acceptance_lag"),
    "indicators": _indicators,
    "evidence": lambda boards, unit: boards.evidence(f"electronic_document_rate/{unit}/2026-10"),
    "sources": lambda boards, _: boards.sources(),
}
"""By name. What is published by year does not grow and is left out; so are answers to machines that list every commune,
which the small store has a few of."""


def measure_page(page: str, size: Size) -> Row:
    """Milliseconds for all data of a page, beside the smallest store in turn."""
    small, large = _filled(SIZES["0.2"]), _filled(size)
    pairs = [(_drawn(PAGES[page], small, one), _drawn(PAGES[page], large, one)) for one in range(ROUNDS)]
    ours, theirs = median(one for _, one in pairs), median(one for one, _ in pairs)
    return Row(f"page_{page}_{size.name}m", 1000 * ours, "ms", 1.5, 1000 * theirs)


def measure_database(size: Size) -> Row:
    """The 95th percentile over all questions of all pages."""
    one = _filled(size)
    one.clock.questions.clear()
    for page in PAGES.values():
        for turn in range(ROUNDS):
            _drawn(page, one, turn)
    return Row(f"page_database_p95_{size.name}m", 1000 * quantiles(one.clock.questions, n=20)[-1], "ms", 50)


def measure_past(size: Size) -> Row:
    """A province page as of twenty months ago."""
    one = _filled(size)
    seconds = [_drawn(partial(_province, as_of=LONG_AGO), one, turn) for turn in range(ROUNDS)]
    return Row(f"page_as_of_{size.name}m", 1000 * median(seconds), "ms", 1000)


def measure_change(size: Size) -> Row:
    """A province's page after a change of the document axis: only what was made from it is made anew."""
    one = _filled(size)
    boards = boards_over(one.store, Path("nowhere"))
    _province(boards, PROVINCES[0])
    seconds = []
    for turn in range(ROUNDS):
        _say(one.store, turn)
        boards.adopt(boards.pull())
        seconds.append(_work(one, partial(_province, boards, PROVINCES[0])))
    return Row(f"page_changed_{size.name}m", 1000 * median(seconds), "ms", 500)


ROWS: dict[str, Measure] = {
    f"page_{page}_{size.name}m": partial(measure_page, page, size) for size in sizes() if size.name != "0.2" for page in PAGES
}
ROWS |= {f"page_database_p95_{size.name}m": partial(measure_database, size) for size in sizes()}
ROWS |= {f"page_as_of_{size.name}m": partial(measure_past, size) for size in sizes()}
ROWS |= {f"page_changed_{size.name}m": partial(measure_change, size) for size in sizes()}


def _drawn(page: Page, one: Filled, turn: int) -> float:
    boards = boards_over(one.store, Path("nowhere"))
    boards.adopt(boards.pull())
    return _work(one, partial(page, boards, PROVINCES[turn % len(PROVINCES)]))


def _work(one: Filled, act: Callable[[], object]) -> float:
    """Seconds of work, of this process and of the database's."""
    asked, began = len(one.clock.questions), time.process_time()
    act()
    return time.process_time() - began + sum(one.clock.questions[asked:])


def _worked(pid: int) -> float:
    """Seconds that a process has worked; where the system does not tell, the time of day."""
    told = Path(f"/proc/{pid}/schedstat")
    return int(told.read_text(encoding="ascii").split()[0]) / 1e9 if told.exists() else time.perf_counter()


def _say(store: Store, turn: int) -> None:
    """A province sent one document more today."""
    day = date(2026, 11, 20).isoformat()
    said = cell("documents_sent", "hue", day, time.time() // 1 % 100_000 + turn, "tier=province")
    land(store, replace(origin("live", "document_axis"), provenance="simulated"), Parsed((said,)))


_open = ExitStack()
atexit.register(_open.close)


@cache
def _server() -> Server:
    folder = os.environ.get("BENCH_STORES") or _open.enter_context(tempfile.TemporaryDirectory())
    return _open.enter_context(Server(Path(folder), _HASTE))


@cache
def _filled(size: Size) -> Filled:
    """The store of a size: made when it is first asked for, as a database of its own on one server."""
    name, clock = f"cells_{size.name.replace('.', '_')}", Clock()
    address = _server().url_of("postgres").replace("+psycopg", "", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            unfinished = sql.Identifier(f"{name}_unfinished")
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(unfinished))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(unfinished))
            making = Store.open(_server().url_of(f"{name}_unfinished"))
            make(making, size)
            making.close()
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(unfinished, sql.Identifier(name)))
    store = Store(create_engine(_server().url_of(name), connect_args={"cursor_factory": _timing(clock)}))
    migrate(store)  # one that was kept may be older than the newest migration
    with store.transaction() as counting:
        cells = int(counting.scalar(text("SELECT count(*) FROM observation")) or 0)
    print(f"{size.name}: {cells:,} cells")
    for page in PAGES.values():
        _drawn(page, Filled(store, cells, clock), 0)  # the first time fills caches, of this process and of the database
    return Filled(store, cells, clock)


def _timing(clock: Clock) -> type["psycopg.Cursor[tuple[object, ...]]"]:
    class Timing(psycopg.Cursor[tuple[object, ...]]):
        """A cursor that counts the time of its questions."""

        def execute(self, query: Any, params: Any = None, **how: Any) -> Self:
            with clock.running(self.connection.info.backend_pid):
                return super().execute(query, params, **how)

    return Timing
