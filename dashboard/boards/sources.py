"""The board of sources: each feed in one line."""

from dataclasses import replace

from dashboard.boards.desk import Desk
from dashboard.boards.shapes import SourceBoard
from dashboard.feeds.base import Feed
from dashboard.figures.freshness import Freshness
from dashboard.periods import Period
from dashboard.store.queries import cells, held_records, last_runs


def source_boards(desk: Desk) -> tuple[SourceBoard, ...]:
    """All feeds, in the order of their keys."""
    runs = last_runs(desk.store)
    held = [record.feed for record in held_records(desk.store)]
    boards = []
    for feed in desk.feeds.values():
        fresh = _freshness(desk, feed)
        mine = tuple(run for (key, _), run in runs.items() if key == feed.key)
        shown = replace(feed, provenance=desk.provenance(feed))
        boards.append(SourceBoard(shown, fresh, fresh.late_days(desk.now()), mine, held.count(feed.key)))
    return tuple(boards)


def _freshness(desk: Desk, feed: Feed) -> Freshness:
    """Of the feed's first indicator: its figures arrive together."""
    indicator = next((one for one in desk.catalog.indicators.values() if one.feed == feed.key), None)
    if indicator is not None:
        return desk.freshness(indicator, desk.periods(indicator, indicator.tiers[0]))
    return Freshness(_told(desk, feed), None, None)


def _told(desk: Desk, feed: Feed) -> Period | None:
    """The newest day of which a feed of facts told anything; a fact is due by no day."""
    facts = [fact.key for fact in desk.catalog.facts.values() if fact.feed == feed.key]
    return max((Period.parse(cell.period) for cell in cells(desk.store, facts)), default=None) if facts else None
