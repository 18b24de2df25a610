"""Reading whatever a feed is read from: its files, and the system that is asked over a network."""

from collections.abc import Iterator
from contextlib import closing

from dashboard.errors import FeedError
from dashboard.feeds.base import Feed, Source
from dashboard.ingest import Desk, Report, run, take, unreached
from dashboard.store.turns import mark_of


def read(desk: Desk, feed: Feed) -> Iterator[Report]:
    """Reads everything that is new of a feed, one report a source; what went wrong is in a run of its own. Raises StoreUnavailable."""
    yield from run(desk, feed)
    if feed.pull is not None:
        yield from _pull(desk, feed)


def sources(desk: Desk, feed: Feed) -> Iterator[Source]:
    """What reading would bring now, without taking it in. Raises FeedError."""
    yield from feed.fetch(desk.data)
    if feed.pull is not None:
        yield from feed.pull.ask(mark_of(desk.store, feed.key))


def _pull(desk: Desk, feed: Feed) -> Iterator[Report]:
    """Asks for what is new since the mark, and lands it source by source; ends with the first that cannot be landed: from the mark on
    everything is asked for again, and nothing of it counts twice."""
    assert feed.pull is not None, "a feed that is asked"
    with closing(feed.pull.ask(mark_of(desk.store, feed.key))) as asked:
        while True:
            try:
                source = next(asked, None)
            except FeedError as error:
                yield unreached(desk, feed, feed.pull.source, str(error))
                return
            if source is None:
                return
            report = take(desk, feed, source)
            yield report
            if report.landing is None:
                return
