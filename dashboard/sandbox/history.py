"""Time-lapse: years of plausible history in minutes, through the same door as every other figure, one request a month and feed.

A request is named after its days, and what was taken in stays: so a run that was killed goes on where it ended, and tomorrow's brings
today.
"""

import csv
import datetime as dt
import io
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from dashboard import ingest
from dashboard.errors import FeedError
from dashboard.feeds import document_days, dossier_days
from dashboard.feeds.base import Source
from dashboard.feeds.day_table import DayTable
from dashboard.ingest import Desk, Sender
from dashboard.periods import Grain, Period
from dashboard.sandbox import monthly, plausible
from dashboard.sandbox.country import MERGED, Player, country, ministries
from dashboard.sandbox.plausible import Stated, World
from dashboard.sandbox.rhythm import Rhythm
from dashboard.store.queries import requests_of

SOURCE: Final = "Lịch sử mô phỏng"

OnDay = Callable[[World, Player, dt.date], Iterator[Stated]]
OfDay = Callable[[World, Player, dt.date], Iterator[dict[str, str | int]]]
InMonth = Callable[[World, Player, Period], Iterator[Stated]]
BY_DAY: Final[dict[str, tuple[OnDay, ...]]] = {"camera_health": (plausible.cameras,)}
BY_MONTH: Final[dict[str, tuple[InMonth, ...]]] = {
    "service_list": (monthly.services,),
    "reporting_system": (monthly.reporting,),
    "signature_issue": (monthly.signatures,),
}
REPORTED: Final = "reporting_system"
"""The feed that provinces report to by workbook."""
AXIS: Final = "document_axis"
DOSSIERS: Final = "dossier_sync"
COUNTED: Final[dict[str, tuple[DayTable, OfDay]]] = {
    AXIS: (document_days.TABLE, plausible.documents),
    DOSSIERS: (dossier_days.TABLE, plausible.dossiers),
}
"""Feeds of events: their days come as counts, one ledger entry a unit, tier and day."""
FEEDS: Final = (*COUNTED, *sorted(BY_DAY.keys() | BY_MONTH.keys()))


@dataclass(frozen=True, slots=True)
class Span:
    """The days of one request: all in one month, and the provinces of one time."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Each of them."""
        return tuple(dt.date.fromordinal(one) for one in range(self.first.toordinal(), self.last.toordinal() + 1))

    @property
    def month(self) -> Period | None:
        """The month that ends with this span, if one does."""
        month = Period.of(Grain.MONTH, self.last)
        return month if month.last_day == self.last else None


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one request, and how many of how many are done."""

    feed: str
    span: Span
    landed: int
    done: int
    total: int


def write(
    desk: Desk, seed: int, first: dt.date, last: dt.date, feeds: Sequence[str] = FEEDS, late: Collection[str] = ()
) -> Iterator[Written]:
    """Writes what is not yet there of these days, oldest first; of provinces that are `late` not what they report of the newest month.

    Raises FeedError when a feed holds real figures here, StoreUnavailable.
    """
    world, newest = World(seed, Rhythm(desk.days_off)), Period.of(Grain.MONTH, last + dt.timedelta(days=1)).previous()
    tasks = [(feed, span) for feed in feeds for span in spans(resumed(desk, feed, first), last) if _tells(feed, span)]
    tasks.sort(key=lambda task: (task[1].first, FEEDS.index(task[0])))
    for done, (feed, span) in enumerate(tasks, 1):
        # Ministries speak on the document axis alone.
        players = country(desk.units, span.last, seed) + (ministries(desk.units, span.last, seed) if feed == AXIS else ())
        if feed == REPORTED and span.month == newest:
            players = tuple(one for one in players if one.unit not in late)
        made = content(world, players, feed, span)
        # Of a weekend some feeds say nothing; its days come with the next ones.
        landed = _land(desk, feed, span, made) if made.count(b"\n") > 1 else 0
        yield Written(feed, span, landed, done, len(tasks))


def _tells(feed: str, span: Span) -> bool:
    """Whether a feed says anything of these days: what is reported by month waits for its end."""
    return feed in COUNTED or feed in BY_DAY or span.month is not None


def _land(desk: Desk, feed: str, span: Span, made: bytes) -> int:
    sender = Sender(provenance="simulated", request=f"{span.first}..{span.last}")
    report = ingest.take(desk, desk.feed(feed), Source(SOURCE, made), sender)
    if report.landing is None:
        raise FeedError(f"{feed}: {report.error}")
    return report.landing.landed


def resumed(desk: Desk, feed: str, first: dt.date) -> dt.date:
    """The day after the last one that is there, at the earliest `first`."""
    ends = [dt.date.fromisoformat(request.partition("..")[2]) for request in requests_of(desk.store, feed, SOURCE)]
    return max([first, *(end + dt.timedelta(days=1) for end in ends)])


def spans(first: dt.date, last: dt.date) -> list[Span]:
    """Days in pieces that lie in one month each; the mergers happened on the first of one."""
    assert MERGED.day == 1
    days = [dt.date.fromordinal(one) for one in range(first.toordinal(), last.toordinal() + 1)]
    months = [list(group) for _, group in groupby(days, key=lambda day: (day.year, day.month))]
    return [Span(month[0], month[-1]) for month in months]


def content(world: World, players: tuple[Player, ...], feed: str, span: Span) -> bytes:
    """What one request brings: feeds of events in the columns of their days, the others as systems push them."""
    if feed in COUNTED:
        table, make_rows = COUNTED[feed]
        return table.written(row for day in span.days for one in players for row in make_rows(world, one, day))
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(("measure", "unit", "period", "value", "detail"))
    for day in span.days:
        for make in BY_DAY.get(feed, ()):
            lines.writerows(_rows(day.isoformat(), ((one.unit, make(world, one, day)) for one in players)))
    if span.month is not None:
        for tell in BY_MONTH.get(feed, ()):
            lines.writerows(_rows(str(span.month), ((one.unit, tell(world, one, span.month)) for one in players)))
    return out.getvalue().encode()


def _rows(period: str, told: Iterable[tuple[str, Iterator[Stated]]]) -> Iterator[tuple[str, str, str, int, str]]:
    for unit, stated in told:
        for measure, detail, value in stated:
            yield measure, unit, period, value, detail
