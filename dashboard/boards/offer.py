"""What a computed ranking has to offer: its periods, the one it opens with, the stamp of all its feeds together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dashboard.boards.borders import convertible, readable
from dashboard.boards.desk import Desk, Shown, choose, period_before
from dashboard.boards.inputs import Lens
from dashboard.boards.ranked import RankingQuestion
from dashboard.boards.reading import offered
from dashboard.boards.stamp import Stamp
from dashboard.declared import ComputedRanking
from dashboard.errors import MixedProvenance, NoFigures
from dashboard.figures.folding import Borders, borders_on
from dashboard.formats import HANOI
from dashboard.observations import Provenance
from dashboard.periods import Grain, Period
from dashboard.store.queries import data_versions

GRAINS: Final = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)

YOUNG: Final = 5
"""A month that has figures of fewer days is not what a board opens with: it says too little yet."""

_FIRMNESS: Final[tuple[Provenance, ...]] = ("official", "published", "self_reported", "simulated")
"""From the firmest to the least: together figures are what the least firm of them is."""

Stated = Mapping[str, tuple[Period, ...]]
"""Indicator → the periods in which it was told, newest first."""


@dataclass(frozen=True)
class Offer:
    """The period shown, among those in which there is every indicator that a rank needs, newest first."""

    ranking: ComputedRanking
    period: Period
    periods: tuple[Period, ...]
    stamp: Stamp
    through: date | None
    readable: tuple[Borders, ...]

    def baseline(self, asked: RankingQuestion) -> Period | None:
        """What it is compared with: the period asked for, the last one that was over at a past instant, or the one before.

        None where there is none, or where it lies beyond a change of borders, across which no rank is compared. Raises NotFound.
        """
        before = period_before(self.period)
        if asked.against is not None:
            before = choose(self.periods, asked.against, Grain.MONTH, self.ranking.name_vi)
        elif asked.since is not None:
            before = period_before(Period.of(self.period.grain, asked.since.astimezone(HANOI).date()))
        if before is None or before not in self.periods or before > self.period:
            return None
        is_carried = self.ranking.tier != "province" or asked.boundaries is not None
        crossed = not is_carried and borders_on(before.last_day) != borders_on(self.period.last_day)
        return None if crossed else before


def offer(desk: Desk, lens: Lens, wanted: Period | None) -> Offer:
    """Raises NotFound for a period that is not there, NoFigures while an indicator has none, MixedProvenance, BoundariesError."""
    ranking = lens.ranking
    stated = _stated(desk, lens)
    _check_provenance(desk, lens, stated)
    needed = [one.indicator for one in ranking.components if one.missing == "excluded"] or list(ranking.component_keys)
    if waiting := [lens.indicators[key].name_vi for key in needed if not stated[key]]:
        raise NoFigures(f"{ranking.name_vi}: chưa có số liệu của {', '.join(f'“{one}”' for one in waiting)}")
    common = set.intersection(*(offered(lens.catalog, lens.indicators[key], stated[key]) for key in needed))
    known = sorted((one for one in common if one.grain in GRAINS), key=lambda one: (one.end_day, one.first_day), reverse=True)
    parts = [lens.indicators[key] for key in needed]
    periods = convertible(lens.catalog, parts, known, wanted, lens.boundaries)
    days = [[one.last_day for one in stated[key] if one.grain is Grain.DAY] for key in needed if lens.indicators[key].grain == "day"]
    period = choose(periods, wanted or _opening(periods, days), Grain.MONTH, ranking.name_vi)
    return Offer(ranking, period, periods, _stamp(desk, lens, stated, period), _through(period, days), readable(lens.catalog, parts, known))


def _stated(desk: Desk, lens: Lens) -> Stated:
    """Of each measure that says when there is anything to read, asked for once."""
    by_measure: dict[str, tuple[Period, ...]] = {}
    for one in lens.indicators.values():
        if one.measures[-1] not in by_measure:
            by_measure[one.measures[-1]] = desk.periods(one, lens.ranking.tier, lens.as_of)
    return {key: by_measure[one.measures[-1]] for key, one in lens.indicators.items()}


def _check_provenance(desk: Desk, lens: Lens, stated: Stated) -> None:
    """What was simulated and what was not never make one score."""
    whose = {key: desk.provenance(desk.feed(one)) for key, one in lens.indicators.items() if stated[key]}
    made_up = [lens.indicators[key].name_vi for key, one in whose.items() if one == "simulated"]
    if made_up and len(made_up) < len(whose):
        named = ", ".join(f"“{one}”" for one in made_up)
        raise MixedProvenance(f"{lens.ranking.name_vi}: không xếp hạng chung số mô phỏng với số thật; đang là mô phỏng: {named}")


def _opening(periods: Sequence[Period], days: Sequence[Sequence[date]]) -> Period | None:
    """The newest month, or the one before while the newest has few days of some indicator."""
    months = [one for one in periods if one.grain is Grain.MONTH]
    if len(months) > 1 and any(sum(months[0].first_day <= day < months[0].end_day for day in each) < YOUNG for each in days):
        return months[1]
    return months[0] if months else None


def _through(period: Period, days: Sequence[Sequence[date]]) -> date | None:
    """The last day of which every daily indicator tells, in a period that goes on beyond it; None for whole periods."""
    last = min((max(each) for each in days if each), default=period.last_day)
    return last if period.first_day <= last < period.last_day else None


def _stamp(desk: Desk, lens: Lens, stated: Stated, period: Period) -> Stamp:
    """All feeds in one: the least firm provenance, the longest delay, the newest arrival."""
    versions = {} if lens.as_of else data_versions(desk.store)
    each = [
        desk.stamp(one, Shown(period, stated[key], lens.as_of), versions.get(one.feed, (0, None))[1])
        for key, one in lens.indicators.items()
        if stated[key]
    ]
    quiet = [one.quiet_since for one in each if one.quiet_since is not None]
    return Stamp(
        period,
        "tính từ " + ", ".join(dict.fromkeys(one.source for one in each)),
        max((one.provenance for one in each), key=_FIRMNESS.index),
        max(one.late_days for one in each),
        max((one.recorded_at for one in each if one.recorded_at is not None), default=None),
        min(quiet, default=None),
    )
