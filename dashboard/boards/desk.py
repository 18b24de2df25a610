"""What every board is made from: the store, the definitions, the units, the clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from dashboard.boards.shapes import Stamp
from dashboard.catalog import Catalog, Indicator
from dashboard.errors import NotFound, PeriodError
from dashboard.feeds import all_feeds
from dashboard.feeds.base import Feed
from dashboard.figures.freshness import Freshness, freshness
from dashboard.formats import HANOI
from dashboard.periods import Grain, Period, due
from dashboard.store import Store
from dashboard.store.queries import Cell, catalog_texts, cells, periods_of
from dashboard.store.raw import RawStore
from dashboard.units import UnitRegistry


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

    def definitions(self, as_of: datetime | None) -> Catalog:
        """The catalog of today, or the one that stood at a past instant. Raises NotFound when none was stored by then."""
        if as_of is None:
            return self.catalog
        texts = catalog_texts(self.store, as_of)
        if texts is None:
            raise NotFound(f"bảng chưa có số liệu nào trước {as_of.astimezone(HANOI):%H:%M %d/%m/%Y}")
        return Catalog.parse(texts)

    def periods(self, indicator: Indicator, as_of: datetime | None = None) -> tuple[Period, ...]:
        """The periods that hold values of an indicator, newest first; a month stands before its year to date."""
        found = [Period.parse(text) for text in periods_of(self.store, indicator.measure, as_of)]
        return tuple(sorted(found, key=lambda one: (one.end_day, one.first_day), reverse=True))

    def freshness(self, indicator: Indicator, periods: tuple[Period, ...]) -> Freshness:
        """Of an indicator's own grain, as of now."""
        latest = max((one for one in periods if one.grain == indicator.grain), default=None)
        return freshness(latest, self.now(), lambda period: due(period, indicator.due_working_day, self.holidays))

    def stamp(self, indicator: Indicator, period: Period, periods: tuple[Period, ...], found: list[Cell]) -> Stamp:
        """Of a block of figures of one period; late only while it shows the newest period and a newer one is overdue."""
        feed = self.feed(indicator)
        fresh = self.freshness(indicator, periods)
        newest = fresh.latest is not None and period.end_day >= fresh.latest.end_day
        recorded = max((cell.recorded_at for cell in found), default=None)
        return Stamp(period, feed.publisher, feed.provenance, fresh.late_days(self.now()) if newest else 0, recorded)

    def feed(self, indicator: Indicator) -> Feed:
        """The feed an indicator's figures come from."""
        return all_feeds()[indicator.feed]


def choose(periods: tuple[Period, ...], wanted: Period | None, grain: str, what: str) -> Period:
    """The wanted period, or the newest of the grain. Raises NotFound naming the periods there are."""
    if wanted is None:
        newest = next((one for one in periods if one.grain == grain), None)
        if newest is None:
            raise NotFound(f"{what}: chưa có số liệu")
        return newest
    if wanted not in periods:
        known = ", ".join(one.short_vi for one in periods[:6]) or "chưa có kỳ nào"
        raise NotFound(f"{what}: không có số liệu {wanted.label_vi}; đang có: {known}")
    return wanted


def baseline_of(period: Period, periods: tuple[Period, ...]) -> Period | None:
    """What a period is compared with: a month with its year to date, when that was published."""
    if period.grain != Grain.MONTH:
        return None
    year_to_date = Period.of(Grain.YEAR_TO_DATE, period.last_day)
    return year_to_date if year_to_date in periods else None


def grid(desk: Desk, measures: list[str], period: Period, as_of: datetime | None) -> tuple[dict[str, dict[str, float]], list[Cell]]:
    """Values of a period as measure → unit → value, beside the cells they came from."""
    found = cells(desk.store, measures, [str(period)], as_of=as_of)
    table: dict[str, dict[str, float]] = {measure: {} for measure in measures}
    for cell in found:
        table[cell.measure][cell.unit] = cell.value
    return table, found


def of_tier(desk: Desk, values: Mapping[str, float], tier: str) -> dict[str, float]:
    """Only the values of units of a tier."""
    return {key: value for key, value in values.items() if desk.units.get(key).tier == tier}


def instant(text: str) -> datetime:
    """An `as_of` as people and machines write it: `2025-11-20` (the end of that day) or ISO 8601. Raises PeriodError."""
    try:
        if len(text) == len("2025-11-20"):
            return datetime.combine(date.fromisoformat(text), datetime.min.time(), HANOI) + timedelta(days=1)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise PeriodError(f"“{text}” không phải là thời điểm: viết 2025-11-20 hoặc 2025-11-20T14:32:00+07:00") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=HANOI)
