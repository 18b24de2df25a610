"""From an observation down: the run that brought it, the record it stood in, the entries of the ledger that it counts, its corrections."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from dashboard.boards.desk import Desk, closes_day
from dashboard.boards.evidence_shapes import Correction, LedgerBook, Revision
from dashboard.catalog import Indicator
from dashboard.errors import FeedError, NotFound, UnitUnknown
from dashboard.feeds.base import Context, Feed, Source
from dashboard.feeds.handed_in import is_pack
from dashboard.observations import Event, Parsed
from dashboard.periods import Period
from dashboard.store.history import corrections, touched_by
from dashboard.store.ledger import Subject, subjects
from dashboard.store.queries import Cell, Run, run, runs
from dashboard.store.submission_book import Confirmation, confirmations, of_run
from dashboard.units import Tier

RECORDS = 1
"""Raw rows that are read beforehand; the others are read when somebody opens them."""
ENTRIES = 12
"""Entries of the ledger that a figure's evidence shows."""
_CELLS, _RUNS = 2, 4
"""Of so many of the newest cells, so many of the last runs are read again to name the entries."""


def revision(desk: Desk, cell: Cell) -> Revision:
    """A recorded value with its run and the record it stood in, or why that cannot be shown any more."""
    origin, confirmed = run(desk.store, cell.run_id), _confirmed(desk, cell)
    try:
        content = desk.raw.read(origin.sha256)
        excerpt = _feed(desk, origin).excerpt(Source(origin.source, content), cell.record)
        return Revision(cell, origin, tuple(excerpt), "", _submission(desk, origin) if is_pack(content) else None, confirmed)
    except (NotFound, FeedError) as lost:
        return Revision(cell, origin, (), str(lost), confirmed=confirmed)


def _confirmed(desk: Desk, cell: Cell) -> tuple[Confirmation, ...]:
    """The workbooks that said the same after it, of the unit or of the province that reports for it."""
    if not any(column.measure == cell.measure for report in desk.reports.values() for column in report.columns):
        return ()
    units = {cell.unit}
    with suppress(UnitUnknown):
        units.add(desk.units.above(cell.unit, Tier.PROVINCE).key)
    return confirmations(desk.store, cell, units)


def _submission(desk: Desk, origin: Run) -> int | None:
    found = of_run(desk.store, origin.replay_of or origin.id)
    return found.id if found else None


def _feed(desk: Desk, origin: Run) -> Feed:
    feed = desk.feeds.get(origin.feed)
    if feed is None:
        raise NotFound(f"nguồn {origin.feed} không còn được đọc")
    return feed


def corrected(desk: Desk, indicator: Indicator, touched: Sequence[Cell]) -> tuple[Correction, ...]:
    """Values that took the place of others, newest first. Of a feed of events those after the period was due alone: before that each
    message makes a new value, and none of them is a correction."""
    if not touched:
        return ()
    closes, counts_events = closes_day(desk.catalog, indicator), desk.feed(indicator).rules is not None

    def due(cell: Cell) -> datetime:
        return desk.due(indicator, Period.parse(cell.period), closes)

    since = min(map(due, touched)) if counts_events else None
    found = [Correction(cell, before, cell.recorded_at >= due(cell)) for cell, before in corrections(desk.store, touched, since)]
    return tuple(one for one in found if one.closed or not counts_events)


def ledger_book(desk: Desk, indicator: Indicator, touched: Sequence[Cell]) -> LedgerBook | None:
    """Entries of the ledger behind the newest of these cells; None for a feed that states its figures.

    Nothing leads from a cell to its entries but what was said: the raw bytes of the last runs are read once more, and each subject that
    they speak of is looked up by its keyed hash. Names are gone, so there is no other way, and none shorter.
    """
    feed = desk.feed(indicator)
    if feed.rules is None:
        return None
    newest = sorted(touched, key=lambda cell: -cell.id)[:_CELLS]
    numbers = list(dict.fromkeys(number for cell in newest for number in touched_by(desk.store, cell, _RUNS)))[:_RUNS]
    known = runs(desk.store, numbers)
    found: dict[str, tuple[Subject, Run, str]] = {}
    lost: list[str] = []
    for number in numbers:
        try:
            found |= {subject.digest: (subject, origin, record) for subject, origin, record in _entries(desk, feed, known[number], newest)}
        except (NotFound, FeedError) as gone:
            lost.append(str(gone))
        if len(found) >= ENTRIES:
            break
    return LedgerBook(tuple(found.values())[:ENTRIES], tuple(dict.fromkeys(lost)))


def _entries(desk: Desk, feed: Feed, origin: Run, counted: Iterable[Cell]) -> Iterator[tuple[Subject, Run, str]]:
    """What a run spoke of and these cells count."""
    cells = {(cell.measure, cell.unit, cell.period, cell.detail) for cell in counted}
    units = {cell.unit for cell in counted}
    said = {event.key: event for event in _read(desk, feed, origin).events if event.unit in units}
    for key, subject in subjects(desk.store, feed.key, said).items():
        if any((one.measure, one.unit, one.day.isoformat(), one.detail) in cells for one in subject.tallies):
            yield subject, origin, _record(said[key])


def _read(desk: Desk, feed: Feed, origin: Run) -> Parsed:
    return feed.parse(Source(origin.source, desk.raw.read(origin.sha256)), Context(desk.units, desk.catalog))


def _record(event: Event) -> str:
    return event.record
