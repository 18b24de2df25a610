"""`ingest FEED`: runs one feed, or only looks at what it would bring, and tells of each source."""

from collections.abc import Iterable
from pathlib import Path

from dashboard import ingest, replays
from dashboard.cli import archives
from dashboard.errors import FeedError, NotFound
from dashboard.feeds.base import Feed, Source
from dashboard.ingest import Desk, Report
from dashboard.store import accounts
from dashboard.store.accounts import AuditEntry


def read(desk: Desk, key: str, file: Path | None) -> int:
    """Reads a feed into the store; the number of sources that could not be read. Raises NotFound for an unknown feed or file."""
    feed = desk.feed(key)
    if file is not None and feed.take is not None:
        return archives.read(desk, feed, file)
    return sum(_tell(report) for report in ingest.run(desk, feed, _sources(file)))


def replay(desk: Desk, key: str, what: str) -> int:
    """Reads again what was kept: the run of that number, or all that is `held`; the number of readings that failed. Raises NotFound,
    FeedError.
    """
    feed = desk.feed(key)
    if what != "held" and not (what.isascii() and what.isdigit()):
        raise NotFound(f"--replay {what}: neither the number of a run nor “held”")
    accounts.record(desk.store, AuditEntry("command line", "replay", key, "", {"what": "held" if what == "held" else f"run {what}"}))
    done = replays.replay_held(desk, feed) if what == "held" else replays.replay_run(desk, feed, int(what))
    print(f"{key}: đọc lại {len(done.runs)} lần nhận: {done.landed} số liệu mới, {done.released} dòng được giải phóng, {done.held} còn giữ")
    for error in done.errors:
        print(f"  không đọc được: {error}")
    return len(done.errors)


def preview(desk: Desk, key: str, file: Path | None) -> int:
    """Tells what reading would bring, and writes nothing; the number of sources that could not be read."""
    feed = desk.feed(key)
    if file is not None and feed.take is not None:
        return archives.preview(desk, feed, file)
    return sum(_tell_preview(desk, feed, source) for source in _sources(file) or feed.fetch(desk.data))


def _sources(file: Path | None) -> list[Source] | None:
    if file is None:
        return None
    try:
        return [Source(file.name, file.read_bytes())]
    except OSError as error:
        raise NotFound(f"{file}: cannot be read ({error.strerror})") from None


def _tell(report: Report) -> int:
    if report.landing is None:
        print(f"{report.source or report.feed}: không đọc được: {report.error}")
        return 1
    landing = report.landing
    print(f"{report.source}: {landing.landed} số liệu mới, {landing.unchanged} không đổi, {landing.held} giữ lại")
    return 0


def _tell_preview(desk: Desk, feed: Feed, source: Source) -> int:
    try:
        parsed = ingest.preview(desk, feed, source)
    except FeedError as error:
        print(f"{source.name}: không đọc được: {error}")
        return 1
    print(f"{source.name}: sẽ nhận {len(parsed.observations)} số liệu, giữ lại {len(parsed.held)} dòng")
    _tell_held(f"{held.record}: {held.reason}" for held in parsed.held)
    return 0


def _tell_held(lines: Iterable[str]) -> None:
    for line in lines:
        print(f"  dòng {line}")
