"""`ingest FEED`: runs one feed, or only looks at what it would bring, and tells of each source."""

from collections.abc import Iterable
from pathlib import Path

from dashboard import ingest, pulls, replays
from dashboard.checks import Checker
from dashboard.cli import archives
from dashboard.errors import FeedError, NotFound
from dashboard.feeds.base import Feed, Source
from dashboard.ingest import Desk, Report
from dashboard.observations import Event, Observation
from dashboard.store import accounts
from dashboard.store.accounts import AuditEntry

_SHOWN = 20
"""Figures of each source that a preview writes out; of what is held, all."""


def read(desk: Desk, key: str, file: Path | None, checker: Checker | None = None) -> int:
    """Reads a feed into the store, messages with their signatures; the number of sources that could not be read.

    Raises NotFound for an unknown feed or file.
    """
    feed = desk.feed(key)
    if file is not None and feed.take is not None:
        return archives.read(desk, feed, file, checker)
    given = _sources(file)
    return sum(_tell(report) for report in (pulls.read(desk, feed) if given is None else ingest.run(desk, feed, given)))


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
    try:
        return sum(_tell_preview(desk, feed, source) for source in _sources(file) or pulls.sources(desk, feed))
    except FeedError as error:  # the system that is asked did not answer
        print(f"{key}: không đọc được: {error}")
        return 1


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
    told = f"{len(parsed.observations)} số liệu" if parsed.observations or not parsed.events else f"{len(parsed.events)} sự kiện"
    print(f"{source.name}: sẽ nhận {told}, giữ lại {len(parsed.held)} dòng{' (mô phỏng)' if source.simulated else ''}")
    for line in [*map(_line, parsed.observations[:_SHOWN]), *map(_event_line, parsed.events[:_SHOWN])]:
        print(f"  {line}")
    _tell_held(f"{held.record}: {held.reason}" for held in parsed.held)
    return 0


def _line(one: Observation) -> str:
    detail = f" [{one.detail}]" if one.detail else ""
    return f"{one.measure} {one.unit} {one.period}{detail} = {one.value:.12g}"


def _event_line(one: Event) -> str:
    return f"{one.record} {one.unit} {one.at:%Y-%m-%d %H:%M}: {', '.join(f'{name}={value}' for name, value in one.attributes.items())}"


def _tell_held(lines: Iterable[str]) -> None:
    for line in lines:
        print(f"  dòng {line}")
