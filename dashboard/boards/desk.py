"""What every board is made from: the store, the definitions, the units, the clock."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache

from dashboard.boards.shapes import Stamp
from dashboard.camera.registry import NONE as NO_CAMERAS
from dashboard.camera.registry import Cameras
from dashboard.catalog import Catalog, Indicator
from dashboard.declared import GivenRanking
from dashboard.errors import ConfigurationError, NoFigures, NotFound, PeriodError
from dashboard.feeds import read_feeds
from dashboard.feeds.base import Feed
from dashboard.figures.freshness import Freshness, freshness, working_hours
from dashboard.formats import HANOI
from dashboard.observations import Provenance
from dashboard.periods import Grain, Period, due, last_day_of, month_of
from dashboard.store import Store
from dashboard.store.camera_list import VERSIONED as CAMERAS
from dashboard.store.layers import days_of
from dashboard.store.queries import Cell, catalog_texts, cells, data_versions, provenances
from dashboard.store.raw import RawStore
from dashboard.store.reading import Reading
from dashboard.store.signs import VERSIONED as SIGNS
from dashboard.store.submission_book import VERSIONED as SUBMISSIONS
from dashboard.store.told import periods_of, told_in
from dashboard.units import UnitRegistry
from dashboard.workbooks.reports import Report

PASTS = 64
"""So many past instants are remembered with their definitions."""
FIRST_YEAR, LAST_YEAR = 1990, 2100
"""An `as_of` lies between these years: there is no figure before, and instants far outside cannot even be moved to another zone."""


def utc_now() -> datetime:
    """The present instant, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Desk:
    """Everything a board reads. `now` is the clock; tests set it."""

    store: Store
    raw: RawStore
    units: UnitRegistry
    catalog: Catalog
    holidays: frozenset[date]
    now: Callable[[], datetime] = utc_now
    cameras: Cameras = NO_CAMERAS
    feeds: Mapping[str, Feed] = field(default_factory=read_feeds)
    reports: Mapping[str, Report] = field(default_factory=dict)
    self_approval: bool = False

    def __post_init__(self) -> None:
        """Raises ConfigurationError for an indicator whose feed is not there: better at the start than on a screen."""
        for indicator in self.catalog.indicators.values():
            if indicator.feed not in self.feeds:
                raise ConfigurationError(f"data/indicators.toml: [{indicator.key}] feed: no feed is called “{indicator.feed}”")
        for fact in self.catalog.facts.values():
            if fact.feed not in self.feeds:
                raise ConfigurationError(f"data/facts.toml: [{fact.key}] feed: no feed is called “{fact.feed}”")

    def versions(self) -> Mapping[str, int]:
        """The data version of each feed, with the list of cameras, which is never older than its version. Raises StoreUnavailable."""
        found = {feed: version for feed, (version, _) in data_versions(self.store).items()}
        self.cameras.look()
        return found

    def definitions(self, as_of: datetime | None) -> Catalog:
        """The catalog of today, or the one that stood at a past instant. Raises NotFound when none was stored by then."""
        if as_of is None:
            return self.catalog
        known = self._past.get(as_of)
        if known is None:
            texts = catalog_texts(self.store, as_of)
            if texts is None:
                raise NotFound(f"bảng chưa có số liệu nào trước {as_of.astimezone(HANOI):%H:%M %d/%m/%Y}")
            known = _parsed(tuple(sorted(texts.items())))
            if as_of < utc_now():  # what stood at an instant that is past stands for ever
                self._past[as_of] = known
                while len(self._past) > PASTS:
                    self._past.pop(next(iter(self._past)), None)
        return known

    @cached_property
    def _past(self) -> dict[datetime, Catalog]:
        """The definitions of the instants asked for last: a board of the past asks for them many times."""
        return {}

    def periods(self, indicator: Indicator, tier: str, as_of: datetime | None = None, near: Period | None = None) -> tuple[Period, ...]:
        """The periods in which units of a tier were told what an indicator is read from, newest first; a month before its year to date.

        Of the days all of the two newest reporting months that have any, and of the last such month in `near`; of each month before one
        day, which stands for it. Of one tier only: when the first communes report a new month, the provinces have none yet, and their
        board must not go empty.
        """
        measure, keys, closes = indicator.measures[-1], self.units.keys(tier), closes_day(self.definitions(as_of), indicator)
        stated = {Period.parse(text) for text in periods_of(self.store, measure, keys, as_of, closes_day=closes)}
        if days := _days_near(stated, near, closes):
            stated |= {Period.parse(text) for text in told_in(self.store, measure, days, keys, as_of)}
        return tuple(sorted(stated, key=lambda one: (one.end_day, one.first_day), reverse=True))

    def freshness(self, indicator: Indicator, periods: tuple[Period, ...], as_of: datetime | None = None) -> Freshness:
        """Of an indicator's own grain, as of now or of a past instant."""
        latest = max((one for one in periods if one.grain == indicator.grain), default=None)
        return self.freshness_of(indicator, latest, as_of)

    def freshness_of(self, indicator: Indicator, latest: Period | None, as_of: datetime | None = None) -> Freshness:
        """Of a series of an indicator whose newest period is known, such as that of one unit."""
        closes = closes_day(self.definitions(as_of), indicator)
        return freshness(latest, self.instant(as_of), lambda period: self.due(indicator, period, closes), self.holidays)

    def due(self, indicator: Indicator, period: Period, closes_day: int | None) -> datetime:
        """From when on a period's figure is late, when its reporting months close on that day (None: their last)."""
        last = last_day_of(period, closes_day)
        return due(period if last == period.last_day else Period.of(Grain.DAY, last), indicator.due_working_day, self.holidays)

    def stamp(self, indicator: Indicator, shown: "Shown", recorded: datetime | None) -> Stamp:
        """Of a block of figures of one period; late only while it shows the newest period and a newer one is overdue."""
        feed, as_of = self.feed(indicator), shown.as_of
        fresh = self.freshness(indicator, shown.periods, as_of)
        newest = fresh.latest is not None and shown.period.end_day >= fresh.latest.end_day
        late = fresh.late_days(self.instant(as_of)) if newest else 0
        quiet = self.quiet_since(indicator, as_of) if newest else None
        return Stamp(shown.period, feed.publisher, self.provenance(feed), late, recorded, quiet)

    def provenance(self, feed: Feed) -> Provenance:
        """Of the figures of a feed that this store holds: a feed that is pushed to may hold simulated ones."""
        return provenances(self.store).get(feed.key, feed.provenance)

    def quiet_since(self, indicator: Indicator, as_of: datetime | None = None) -> datetime | None:
        """When a feed that should never rest last brought something, if that is longer ago than its limit; None while it keeps to it."""
        if indicator.fresh_hours is None or as_of is not None:
            return None
        _, last = data_versions(self.store).get(indicator.feed, (0, None))
        if last is None or working_hours(last, self.now(), self.holidays) <= indicator.fresh_hours:
            return None
        return last

    def instant(self, as_of: datetime | None) -> datetime:
        """The instant that a board is of."""
        return self.now() if as_of is None else min(as_of, self.now())

    def feeds_read(self, read: Reading) -> frozenset[str] | None:
        """The feeds whose figures were read; None when that may have been any."""
        if read.everything or not read.measures <= self._feeds.keys():
            return None
        return frozenset(self._feeds[measure] for measure in read.measures)

    @cached_property
    def _feeds(self) -> Mapping[str, str]:
        """Measure → the feed that states it, for every fact and every measure that an indicator or a ranking shows; dismissals of signs,
        the list of cameras and submissions are read and counted under names of their own."""
        indicators = self.catalog.indicators
        shown = {key: one.feed for one in indicators.values() for key in (*one.measures, *one.beside)}
        shown |= {key: one.feed for key, one in self.catalog.facts.items()}
        shown |= {SIGNS: SIGNS, CAMERAS: CAMERAS, SUBMISSIONS: SUBMISSIONS}
        given = [one for one in self.catalog.rankings.values() if isinstance(one, GivenRanking)]
        return shown | {one.rank_measure: indicators[one.indicator].feed for one in given}

    def feed(self, indicator: Indicator) -> Feed:
        """The feed an indicator's figures come from."""
        return self.feeds[indicator.feed]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a block of figures shows: a period, among the periods there are, as of an instant (None: now)."""

    period: Period
    periods: tuple[Period, ...]
    as_of: datetime | None = None


def closes_day(catalog: Catalog, indicator: Indicator) -> int | None:
    """The day on which an indicator's reporting months close; None for their last."""
    return catalog.measure(indicator.measures[-1]).closes_day


@lru_cache(maxsize=16)
def _parsed(texts: tuple[tuple[str, str], ...]) -> Catalog:
    """Of thousands of past instants there are few different catalogs."""
    return Catalog.parse(dict(texts))


def _days_near(stated: Iterable[Period], near: Period | None, closes_day: int | None) -> list[str]:
    """All days of the two newest months of which one is there, and of the last such month in `near`, or the one that it lies in."""
    months = sorted({month_of(one.last_day, closes_day) for one in stated if one.grain is Grain.DAY})
    wanted = months[-2:]
    if near is not None:
        around = month_of(near.last_day, closes_day) if near.grain is Grain.DAY else near
        wanted += [one for one in months if around.contains(one)][-1:]
    return [one.isoformat() for month in dict.fromkeys(wanted) for one in days_of(month, closes_day)]


def choose(periods: tuple[Period, ...], wanted: Period | None, grain: str, what: str) -> Period:
    """The wanted period, or the newest of the grain (NoFigures without any). Raises NotFound naming the periods there are."""
    if wanted is None:
        newest = next((one for one in periods if one.grain == grain), None)
        if newest is None:
            raise NoFigures(f"{what}: chưa có số liệu")
        return newest
    if wanted not in periods:
        known = ", ".join(one.short_vi for one in periods[:6]) or "chưa có kỳ nào"
        raise NotFound(f"{what}: không có số liệu {wanted.label_vi}; đang có: {known}")
    return wanted


def baseline_of(period: Period, periods: tuple[Period, ...]) -> Period | None:
    """What a period is compared with: a month with its year to date when that was published, else a period with the one before it."""
    year_to_date = Period.of(Grain.YEAR_TO_DATE, period.last_day)
    if period.grain == Grain.MONTH and year_to_date in periods:
        return year_to_date
    before = period_before(period)
    return before if before in periods else None


def period_before(period: Period) -> Period | None:
    """The day, month, quarter or year before one; a year to date has none, since it is compared with no other."""
    return None if period.grain == Grain.YEAR_TO_DATE else Period.of(period.grain, period.first_day - timedelta(days=1))


def grid(
    desk: Desk, measures: list[str], period: Period, as_of: datetime | None, units: Iterable[str] = ()
) -> tuple[dict[str, dict[str, float]], list[Cell]]:
    """Values of a period as measure → unit → value, beside the cells they came from; no units given means all."""
    found = cells(desk.store, measures, [str(period)], units=units, as_of=as_of)
    table: dict[str, dict[str, float]] = {measure: {} for measure in measures}
    for cell in found:
        table[cell.measure][cell.unit] = cell.value
    return table, found


def recorded(found: Iterable[Cell]) -> datetime | None:
    """When the newest of these cells was taken in."""
    return max((cell.recorded_at for cell in found), default=None)


def of_tier(desk: Desk, values: Mapping[str, float], tier: str) -> dict[str, float]:
    """Only the values of units of a tier."""
    return {key: value for key, value in values.items() if desk.units.get(key).tier == tier}


def instant(text: str) -> datetime:
    """An `as_of` as people and machines write it: `2025-11-20` (the end of that day) or ISO 8601. Raises PeriodError.

    The plus sign of a zone reads as a space when nobody escaped it in an address; it is taken for what was meant.
    """
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            moment = datetime.combine(date.fromisoformat(text), datetime.min.time(), HANOI) + timedelta(days=1)
        else:
            moment = datetime.fromisoformat(re.sub(r"(?<=T)(\S+) (?=\d\d:?\d\d$)", r"\1+", text))
        if FIRST_YEAR < moment.year < LAST_YEAR:
            return moment if moment.tzinfo is not None else moment.replace(tzinfo=HANOI)
    except (ValueError, OverflowError):
        pass
    raise PeriodError(f"“{text}” không phải là thời điểm: viết 2025-11-20 hoặc 2025-11-20T14:32:00+07:00")
