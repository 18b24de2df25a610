"""Made-up counts of every computed indicator, deterministic, for tests and for looking at pages: what a country in full use might state."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from dashboard.boards.reading import bucket_names
from dashboard.catalog import Catalog
from dashboard.observations import Observation, Parsed, Provenance
from dashboard.periods import Grain, Period
from dashboard.store import Store
from dashboard.store.folding import Folding, remember_folding
from dashboard.store.write import land
from tests.loaded import catalog, origin, units

TIERS = ("province", "commune")
FEEDS = ("document_axis", "dossier_sync", "service_list", "reporting_system", "signature_issue", "camera_health")


def cell(measure: str, unit: str, period: str, value: float, detail: str = "") -> Observation:
    """One cell of counts."""
    return Observation(measure, unit, Period.parse(period), value, detail, record="1")


def state(store: Store, feed: str, cells: Iterable[Observation], provenance: Provenance = "simulated") -> None:
    """Lands cells as a feed would."""
    remember_folding(store, Folding.of(catalog(), units()))
    land(store, replace(origin("made-up", feed), provenance=provenance), Parsed(tuple(cells)))


def _every(_: Observation) -> bool:
    return True


def provinces(day: date) -> list[str]:
    """The keys of the provinces of a day."""
    return [unit.key for unit in units().of_tier("province", on=day)]


def fill(store: Store, days: Sequence[date], kept: Callable[[Observation], bool] = _every) -> None:
    """States every measure of every province: the daily ones on these days, the monthly ones in their months; only cells that are kept."""
    known = catalog()
    by_feed: dict[str, list[Observation]] = {feed: [] for feed in FEEDS}
    for indicator in known.indicators.values():
        if indicator.form == "official":
            continue
        periods = _months(days) if indicator.grain == "month" else [Period.of(Grain.DAY, day) for day in days]
        for measure in indicator.measures:
            by_feed[indicator.feed] += _cells(known, measure, periods)
    for feed, cells in by_feed.items():
        state(store, feed, {(one.measure, one.unit, one.period, one.detail): one for one in cells if kept(one)}.values())


def every_day(first: date, last: date, step: int = 1) -> list[date]:
    """Days from one to another."""
    return [first + timedelta(days=place) for place in range(0, (last - first).days + 1, step)]


def _months(days: Iterable[date]) -> list[Period]:
    return sorted({Period.of(Grain.MONTH, day) for day in days})


# Of a hundred of the whole, how many are in the part: a numerator is drawn from its denominator so that it never exceeds it.
_WHOLE = {
    "documents_electronic": ("documents_sent", 0.92),
    "documents_signed": ("documents_sent", 0.86),
    "documents_sent_on_time": ("documents_sent", 0.9),
    "dossiers_status_synced": ("dossiers_received", 0.95),
    "dossiers_on_time": ("dossiers_finished", 0.93),
    "dossiers_paid_online": ("dossiers_with_fee", 0.5),
    "services_integrated": ("services", 0.7),
    "services_active": ("services_integrated", 0.4),
    "reporting_bodies_connected": ("reporting_bodies", 0.65),
    "case_files_electronic": ("case_files_processed", 0.8),
    "certificate_holders_signed": ("certificates_issued", 0.6),
    "camera_minutes_live": ("camera_minutes_office", 0.97),
    "counter_minutes_staffed": ("counter_minutes_office", 0.95),
}
_SIZES = {"camera_minutes_office": 960, "reporting_bodies": 103, "services": 1800, "certificates_issued": 4000}


def _cells(known: Catalog, measure: str, periods: Sequence[Period]) -> Iterator[Observation]:
    details = known.measure(measure).details
    for period in periods:
        for unit in provinces(period.last_day):
            for tier in TIERS if "tier" in details else ("",):
                place = f"tier={tier}" if tier else ""
                if "channel" in details:
                    for channel, share in (("1", 0.3), ("2", 0.65), ("3", 0.05)):
                        yield Observation(
                            measure, unit, period, round(share * _count(measure, unit, period, tier)), f"channel={channel},{place}"
                        )
                elif "bucket" in details:
                    for index, name in enumerate(bucket_names(known.measure(measure))):
                        count = round(_count(measure, unit, period, tier) * (6, 9, 14, 20, 24, 12, 8, 5, 2)[index] / 100)
                        yield Observation(measure, unit, period, count, f"bucket={name},{place}")
                else:
                    yield Observation(measure, unit, period, _count(measure, unit, period, tier), place)


def _count(measure: str, unit: str, period: Period, tier: str) -> float:
    if measure in _WHOLE:
        whole, share = _WHOLE[measure]
        lean = random.Random(f"{measure}{unit}").uniform(0.78, 1.07)
        drift = 0.9 + 0.1 * min(1.0, (period.last_day - date(2024, 11, 1)).days / 730)
        return int(min(1.0, share * lean * drift) * _count(whole, unit, period, tier))
    size = _SIZES.get(measure, 400)
    if known_stock := measure in _SIZES:
        period = Period.parse("2025-12")
    spread = random.Random(f"{measure}{unit}{period}{tier}").uniform(0.9, 1.1)
    weekend = 1.0 if known_stock or period.grain is not Grain.DAY or period.last_day.weekday() < 5 else 0.15
    return int(size * weekend * spread * random.Random(unit).uniform(0.4, 1.9) * (0.5 if tier == "commune" else 1))
