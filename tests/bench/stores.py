"""Stores of 0.2, 2 and 22 million cells, made by COPY: provinces by day, communes by month, in the units of their time.

22 million is the whole of five years: everything of every day and month. The smaller ones hold the same provinces, indicators and newest
months, so that a page shows as many figures in each, but of the days before a few, of the communes a few, and less of the past.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property

from psycopg import Connection as Wire
from rich.progress import Progress
from sqlalchemy import text

from dashboard.boards.reading import bucket_names
from dashboard.declared import GivenRanking
from dashboard.formats import HANOI
from dashboard.periods import Grain, Period
from dashboard.store import Store
from dashboard.store.folding import Folding, remember_folding
from dashboard.store.migrate import migrate
from dashboard.store.rebuild import rebuild
from dashboard.store.write import remember_catalog
from tests.loaded import catalog, units

LAST_DAY = date(2026, 11, 20)
NEWEST = LAST_DAY.replace(day=1)
SCORED = date(2026, 10, 1)
"""The month whose scores a province page shows, of every commune."""
TIERS = ("tier=province", "tier=commune")
COMMUNE_MEASURES = (
    "documents_sent", "documents_electronic", "documents_signed", "documents_sent_on_time", "documents_received", "documents_accepted",
    "dossiers_status_synced", "dossiers_finished", "dossiers_on_time", "dossiers_with_fee", "dossiers_paid_online", "case_files_processed",
    "case_files_electronic",
)  # fmt: skip
Column = tuple[str, str]
"""Measure, detail."""


@dataclass(frozen=True)
class Size:
    """How much a store holds: so many months before the newest, of each so many days, and of the communes every n-th."""

    name: str
    months: int
    days: int
    every: int


SIZES = {one.name: one for one in (Size("0.2", 25, 1, 64), Size("2", 60, 8, 30), Size("22", 60, 31, 1))}


def sizes() -> tuple[Size, ...]:
    """The stores to measure; `BENCH_CELLS=0.2,2` leaves out the one that takes a quarter of an hour to make."""
    wanted = os.environ.get("BENCH_CELLS", ",".join(SIZES)).split(",")
    return tuple(one for name, one in SIZES.items() if name in wanted)


def make(store: Store, size: Size) -> int:
    """Fills an empty database; how many cells it holds."""
    migrate(store)
    folding = Folding.of(catalog(), units())
    remember_folding(store, folding)
    remember_catalog(store, catalog().digest, dict(catalog().texts))
    with store.transaction() as connection:
        for table, column in (("fold_measure", "since"), ("fold_unit", "since"), ("catalog_content", "stored_at")):
            connection.execute(text(f"UPDATE {table} SET {column} = '2021-01-01'"))  # of then, so that a past instant knows them
    with Progress() as progress:
        task = progress.add_task(f"{size.name} triệu ô", total=size.months + 1)
        cells = sum(_copy(store, month, lambda: progress.advance(task)) for month in _months(size))
        summing = progress.add_task("cộng dồn", total=len(folding.measures))
        rebuild(store, folding, {}, lambda _what, done, _total: progress.update(summing, completed=done))
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE) observation, rollup, feed_run, fold_measure, fold_unit"))
    return cells


@dataclass(frozen=True)
class _Month:
    """One month of a store."""

    first: date
    size: Size

    @property
    def days(self) -> list[date]:
        """The days that are told: in the newest month all until today."""
        last = min(Period.of(Grain.MONTH, self.first).last_day, LAST_DAY)
        count = 31 if self.first == NEWEST else self.size.days
        return [day for place in range(31) if (day := self.first + timedelta(days=place)) <= last][:count]

    @cached_property
    def provinces(self) -> list[str]:
        """Those of the time."""
        return [unit.key for unit in units().of_tier("province", on=self.first)]

    def communes(self, measure: str) -> list[str]:
        """Every n-th of the time; all where a province page shows them all."""
        every = 1 if self.first == SCORED and measure.startswith("index766") else self.size.every
        return [unit.key for unit in units().of_tier("commune", on=self.first)][::every]


def _months(size: Size) -> list[_Month]:
    found = [NEWEST]
    while len(found) <= size.months:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return [_Month(first, size) for first in reversed(found)]


def _copy(store: Store, month: _Month, done: Callable[[], object]) -> int:
    count = 0
    with store.transaction() as connection:
        wire = connection.connection.driver_connection
        assert isinstance(wire, Wire)
        runs = {feed: _run(wire, feed, month) for feed in {one.feed for one in catalog().indicators.values()}}
        with wire.cursor().copy("COPY observation (measure, unit, period, detail, value, run_id, record, recorded_at) FROM STDIN") as copy:
            for lines in _lines(month, runs):
                copy.write("\n".join(lines) + "\n")
                count += len(lines)
    done()
    return count


def _run(wire: "Wire[tuple[object, ...]]", feed: str, month: _Month) -> int:
    """A run a feed and month, the feed's version and whose figures it holds."""
    at = _told_at(month.days[-1])
    wire.execute(
        "INSERT INTO feed_state VALUES (%(feed)s, 'simulated', %(at)s) ON CONFLICT DO NOTHING",
        {"feed": feed, "at": at},
    )
    wire.execute(
        "INSERT INTO data_version VALUES (%(feed)s, 1, %(at)s) ON CONFLICT (feed) DO UPDATE SET version = data_version.version + 1",
        {"feed": feed, "at": at},
    )
    row = wire.execute(
        "INSERT INTO feed_run (feed, source, sha256, started_at, finished_at, landed, unchanged, held, provenance)"
        " VALUES (%(feed)s, %(source)s, repeat('0', 64), %(at)s, %(at)s, 1, 0, 0, 'simulated') RETURNING id",
        {"feed": feed, "source": f"{month.first:%Y-%m}", "at": at},
    ).fetchone()
    assert row is not None
    assert isinstance(row[0], int)
    return row[0]


def _lines(month: _Month, runs: dict[str, int]) -> Iterator[list[str]]:
    """The lines of COPY, a list a measure, detail and period, in the order in which figures come in: by day."""
    daily, monthly = _columns("day"), _columns("month")
    for day in month.days:
        for column in daily:
            yield _column(column, day.isoformat(), month.provinces, (day, runs))
    if month.first == NEWEST:
        return
    name, last = f"{month.first:%Y-%m}", month.days[-1]
    for column in monthly:
        yield _column(column, name, month.provinces, (last, runs))
    for measure in COMMUNE_MEASURES:
        for tier in TIERS:
            yield _column((measure, tier), name, month.communes(measure), (last, runs))
    for column in monthly:
        if column[0].startswith("index766"):
            yield _column(column, name, month.communes(column[0]), (last, runs))


def _columns(grain: str) -> list[Column]:
    """The measures of the indicators of a grain with the parts they are told in; PAPI, by year, is left out."""
    found: dict[Column, None] = {}
    for indicator in catalog().indicators.values():
        if indicator.grain == grain:
            found |= dict.fromkeys((measure, detail) for measure in indicator.measures for detail in _details(measure))
    if grain == "month":
        found[_published_rank(), ""] = None
    return list(found)


def _details(measure: str) -> list[str]:
    known = catalog().measure(measure)
    parts = [f"bucket={one}," for one in bucket_names(known)] if known.buckets else [""]
    parts = [f"channel={one}," for one in (1, 2, 3)] if "channel" in known.details else parts
    return [part + tier for part in parts for tier in TIERS] if "tier" in known.details else [""]


def _column(column: Column, period: str, keys: list[str], told: tuple[date, dict[str, int]]) -> list[str]:
    measure, detail = column
    day, runs = told
    at, run = _told_at(day).isoformat(), runs[_feeds()[measure]]
    share, most = _share(measure), catalog().measure(measure).most or 1e6
    swing = 0.8 + (day.toordinal() * 7 % 11) / 50
    return [
        f"{measure}\t{unit}\t{period}\t{detail}\t{min(most, int((60 + place * 37 % 900) * swing * share))}\t{run}\t1\t{at}"
        for place, unit in enumerate(keys, 1)
    ]


@cache
def _share(measure: str) -> float:
    """A part is smaller than its whole, of every unit and day."""
    parts = {one.numerator for one in catalog().indicators.values()}
    return 0.01 if measure.startswith("index766") else 0.7 if measure in parts else 1.0


def _published_rank() -> str:
    ranking = catalog().ranking("766")
    assert isinstance(ranking, GivenRanking)
    return ranking.rank_measure


@cache
def _feeds() -> dict[str, str]:
    found = {measure: one.feed for one in catalog().indicators.values() for measure in (*one.measures, *one.beside)}
    return found | {_published_rank(): "dvcqg_766"}


def _told_at(day: date) -> datetime:
    """The morning after, as most feeds bring it."""
    return datetime(day.year, day.month, day.day, 6, tzinfo=HANOI).astimezone(UTC) + timedelta(days=1)
