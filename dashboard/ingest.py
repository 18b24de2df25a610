"""Runs a feed: fetch, parse, land. A source that fails leaves the old figures and a run that says why."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import structlog

from dashboard.catalog import Catalog
from dashboard.errors import FeedError, NotFound
from dashboard.feeds import read_feeds
from dashboard.feeds.base import Change, Context, Feed, Source
from dashboard.feeds.pairs import Cell, Pairs, cell_of, impossible, missing_partners, pairs_of
from dashboard.formats import HANOI
from dashboard.observations import Event, Held, Observation, Parsed, Provenance
from dashboard.periods import Grain, Period
from dashboard.store import Store
from dashboard.store.folding import Folding, remember_folding
from dashboard.store.ledger import Counting
from dashboard.store.queries import cells
from dashboard.store.raw import RawStore, address
from dashboard.store.write import Landing, Origin, Together, land, record_failure, remember_catalog
from dashboard.units import UnitRegistry

log = structlog.get_logger()

_CLOCKS_DIFFER = timedelta(minutes=10)
"""A gateway whose clock is fast by less than this is not doubted."""


@dataclass(frozen=True)
class Desk:
    """What ingest needs at hand: where figures and raw bytes are kept, and what is known of the world."""

    store: Store
    raw: RawStore
    units: UnitRegistry
    catalog: Catalog
    data: Path
    days_off: frozenset[date]
    feeds: Mapping[str, Feed] = field(default_factory=read_feeds)
    _told: set[str] = field(default_factory=set, compare=False, repr=False)

    def feed(self, key: str) -> Feed:
        """Raises NotFound naming the feeds there are."""
        try:
            return self.feeds[key]
        except KeyError:
            raise NotFound(f"no feed “{key}”; there are: {', '.join(self.feeds)}") from None

    def tell_definitions(self) -> None:
        """Lets the store remember, once a process, what figures mean and how they fold: sums are kept by what it remembers."""
        if self.catalog.digest not in self._told:
            remember_catalog(self.store, self.catalog.digest, dict(self.catalog.texts))
            remember_folding(self.store, Folding.of(self.catalog, self.units))
            self._told.add(self.catalog.digest)


@dataclass(frozen=True)
class Report:
    """What became of one source. `landing` is None when nothing could be read; `error` then says why. `held` are the records held back.

    `accepted` names the others, each once.
    """

    feed: str
    source: str
    landing: Landing | None
    error: str | None = None
    held: tuple[Held, ...] = ()
    accepted: tuple[str, ...] = ()
    run_id: int | None = None


@dataclass(frozen=True)
class Sender:
    """Who brings a source, when it was not fetched.

    `inside` are the units it may speak of (None: all); `provenance` is that of what it brings (None: the feed's own); `request` is its
    own name for this request: brought again, it is answered and not taken in again. `unit` is the one that it is bound to; `replay_of`
    the run whose bytes it brings once more.
    """

    inside: frozenset[str] | None = None
    provenance: Provenance | None = None
    request: str | None = None
    unit: str | None = None
    replay_of: int | None = None

    def heard(self, parsed: Parsed, units: UnitRegistry) -> Parsed:
        """What the sender may say; the rest is held."""
        if self.inside is None:
            return parsed
        theirs = [one for one in parsed.observations if one.unit not in self.inside]
        held = tuple(
            Held(one.record, f"mã truy cập này không được gửi số liệu của {units.get(one.unit).full_name_vi}", f"{one.measure}={one.value}")
            for one in theirs
        )
        return Parsed(tuple(one for one in parsed.observations if one.unit in self.inside), parsed.held + held, parsed.events)


NOBODY = Sender()


def load_published(desk: Desk) -> Iterator[Report]:
    """Reads every source of every feed in `data/`, one report each; the store remembers the definitions as they stand."""
    for feed in desk.feeds.values():
        yield from run(desk, feed)


def run(desk: Desk, feed: Feed, sources: Iterable[Source] | None = None, sender: Sender = NOBODY) -> Iterator[Report]:
    """Reads a feed's sources (or those given), one report each. A bad source does not stop the next one."""
    try:
        for source in feed.fetch(desk.data) if sources is None else sources:
            yield take(desk, feed, source, sender)
    except FeedError as error:
        log.error("feed could not be fetched", feed=feed.key, error=str(error))
        yield Report(feed.key, "", None, str(error))


def preview(desk: Desk, feed: Feed, source: Source) -> Parsed:
    """What would land, without landing it. Raises FeedError."""
    parsed = _agreeing(desk, _read(desk, feed, source))
    if wrong := _shortfall(feed, source, parsed) or surprise(desk, feed, parsed):
        raise FeedError(wrong)
    return parsed


def unreached(desk: Desk, feed: Feed, source: str, error: str) -> Report:
    """Writes down that a system could not be read, and why; old figures and quarantine stay. Raises StoreUnavailable."""
    return _failed(desk, _origin(feed, Source(source, b""), address(b""), NOBODY), error, held=None)


def take(desk: Desk, feed: Feed, source: Source, sender: Sender = NOBODY, together: Together | None = None) -> Report:
    """Reads one source into the store. Raises StoreUnavailable and what `together` raises, and then nothing of it was taken."""
    desk.tell_definitions()
    kept = feed.keep(source.content)
    origin = _origin(feed, source, address(kept), sender)
    try:
        desk.raw.keep(kept)
        parsed = sender.heard(_read(desk, feed, source), desk.units)
        parsed = _agreeing(desk, parsed, with_store=sender.replay_of is None)
        if wrong := _shortfall(feed, source, parsed) or (surprise(desk, feed, parsed) if sender.replay_of is None else ""):
            return _failed(desk, origin, wrong, parsed.held)
        landing = land(desk.store, origin, parsed, Counting(feed.rules, desk.days_off) if feed.rules else None, together)
    except FeedError as error:
        return _failed(desk, origin, str(error), held=None)
    tell = log.info if feed.pull is None else log.debug  # a system that is asked every minute has its book of runs
    tell("source read", feed=feed.key, source=source.name, landed=landing.landed, unchanged=landing.unchanged, held=landing.held)
    accepted = dict.fromkeys([one.record for one in parsed.observations] + [event.record for event in parsed.events])
    return Report(feed.key, source.name, landing, held=parsed.held, accepted=tuple(accepted), run_id=landing.run_id)


def _origin(feed: Feed, source: Source, sha256: str, sender: Sender) -> Origin:
    return Origin(
        feed.key,
        source.name,
        sha256,
        datetime.now(UTC),
        sender.provenance or ("simulated" if source.simulated else feed.provenance),
        sender.request,
        # A file takes the place of the file of its name; one push says nothing of the records of another.
        concerns=source.concerns if sender is NOBODY else "bytes",
        spoke_for=sender.unit,
        replay_of=sender.replay_of,
        mark=source.mark,
    )


def _failed(desk: Desk, origin: Origin, error: str, held: tuple[Held, ...] | None) -> Report:
    run_id = record_failure(desk.store, origin, error, held)
    log.error("source could not be read", feed=origin.feed, source=origin.source, error=error)
    return Report(origin.feed, origin.source, None, error, held or (), run_id=run_id)


def _read(desk: Desk, feed: Feed, source: Source) -> Parsed:
    """What the feed made of the source, less what speaks of a time to come: a slip in a date must not become the newest period."""
    parsed = feed.parse(source, Context(desk.units, desk.catalog))
    now = datetime.now(HANOI)
    early = {period for period in {one.period for one in parsed.observations} if _begins(period) > now.date()}
    doubtful = {event.record: reason for event in parsed.events if (reason := doubt(event, now))}
    if not early and not doubtful:
        return parsed
    held = {one.record: f"{one.period.label_vi} chưa bắt đầu" for one in parsed.observations if one.period in early}
    return Parsed(
        tuple(one for one in parsed.observations if one.period not in early),
        parsed.held + tuple(_held(feed, source, record, reason) for record, reason in (held | doubtful).items()),
        tuple(event for event in parsed.events if event.record not in doubtful),
    )


def _agreeing(desk: Desk, parsed: Parsed, *, with_store: bool = True) -> Parsed:
    """Less the parts that are larger than their wholes, be these in the same source or, `with_store`, told before; events are counted, and
    cannot contradict each other. Raises StoreUnavailable."""
    pairs = pairs_of(desk.catalog)
    wrong = impossible(pairs, parsed.observations, _known(desk, pairs, parsed) if with_store else {})
    if not wrong:
        return parsed
    held = tuple(Held(one.record, wrong[cell_of(one)], _raw(one)) for one in parsed.observations if cell_of(one) in wrong)
    return Parsed(tuple(one for one in parsed.observations if cell_of(one) not in wrong), parsed.held + held, parsed.events)


def _raw(one: Observation) -> str:
    """A statement as the quarantine shows it."""
    fields = {"measure": one.measure, "unit": one.unit, "period": one.period, "value": f"{one.value:.15g}", "detail": one.detail}
    return ", ".join(f"{name}={value}" for name, value in fields.items() if value != "")


def _known(desk: Desk, pairs: Pairs, parsed: Parsed) -> dict[Cell, float]:
    """What the store holds of the cells that these statements have to agree with."""
    wanted = missing_partners(pairs, parsed.observations)
    if not wanted:
        return {}
    measures, units, periods, _ = (set(each) for each in zip(*wanted, strict=True))
    found = cells(desk.store, map(str, measures), map(str, periods), units=map(str, units))
    return {cell: one.value for one in found if (cell := (one.measure, one.unit, Period.parse(one.period), one.detail)) in wanted}


def doubt(event: Event, now: datetime) -> str:
    """Why an event cannot be entered, or nothing: one of tomorrow would outdo every true statement until then."""
    if event.at > now + _CLOCKS_DIFFER:
        return f"thời điểm {event.at.astimezone(HANOI):%H:%M %d/%m/%Y} chưa đến"
    odd = next((name for name, value in event.attributes.items() if isinstance(value, float) and not math.isfinite(value)), "")
    return f"{odd} không phải là số" if odd else ""


def _begins(period: Period) -> date:
    """The day before which nothing can be known of a period; a year to date grows with its last month."""
    return Period.of(Grain.MONTH, period.last_day).first_day if period.grain is Grain.YEAR_TO_DATE else period.first_day


def _held(feed: Feed, source: Source, record: str, reason: str) -> Held:
    return Held(record, reason, ", ".join(f"{name}={value}" for name, value in feed.excerpt(source, record)))


def _shortfall(feed: Feed, source: Source, parsed: Parsed) -> str:
    """Fewer units than a source must bring: the run fails and yesterday's figures stay. Empty when there are enough."""
    found = len({one.unit for one in parsed.observations} | {event.unit for event in parsed.events})
    if found >= feed.at_least:
        return ""
    reason = f"; first record held: {parsed.held[0].reason}" if parsed.held else ""
    return f"{source.name}: {found} units, fewer than the {feed.at_least} it must bring{reason}"


def surprise(desk: Desk, feed: Feed, parsed: Parsed) -> str:
    """What is not as a feed's figures are expected to be (`Expected`): a sentence in Vietnamese, or nothing."""
    for one in parsed.observations:
        least, most = feed.expected.ranges.get(one.measure, (-math.inf, math.inf))
        if not least <= one.value <= most:
            where = f"{desk.units.get(one.unit).full_name_vi}, {one.period.label_vi}"
            name = desk.catalog.measure(one.measure).name_vi
            return f"{name} của {where} là {one.value:g}, ngoài khoảng {least:g} đến {most:g} đã khai: giữ số cũ"
    return next((said for change in feed.expected.changes if (said := _leap(desk, change, parsed))), "")


def _leap(desk: Desk, change: Change, parsed: Parsed) -> str:
    """Of the newest period that a source speaks of, beside what stands for it, or for the period before: the cells that both have."""
    said = [one for one in parsed.observations if one.measure == change.measure]
    newest = max((one.period for one in said), default=None)
    if newest is None:
        return ""
    for period in (newest, newest.previous()):
        stands = {(one.unit, one.detail): one.value for one in cells(desk.store, [change.measure], [str(period)])}
        now = {(one.unit, one.detail): one.value for one in said if one.period == newest and (one.unit, one.detail) in stands}
        before = sum(stands[key] for key in now)
        if before:
            share = abs(sum(now.values()) - before) / before
            name = desk.catalog.measure(change.measure).name_vi
            told = f"tổng {name} {newest.label_vi} là {sum(now.values()):g}, so với {before:g} ({period.label_vi}) đổi {share:.0%}"
            return f"{told}, hơn mức {change.most:.0%} đã khai: giữ số cũ" if share > change.most else ""
    return ""
