"""The board of sources: each feed in one line."""

from dataclasses import replace

from dashboard.boards.desk import Desk
from dashboard.boards.shapes import SourceBoard
from dashboard.feeds.base import Feed
from dashboard.figures.freshness import Freshness
from dashboard.store.queries import held_records, last_runs


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
    return desk.freshness(indicator, desk.periods(indicator, indicator.tiers[0])) if indicator else Freshness(None, None, None)
