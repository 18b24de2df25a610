"""The past that a computed ranking is compared with: as it was shown then, and as it is known now, each by the method of its day."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from dashboard.boards.among import Among
from dashboard.boards.desk import Desk, closes_day
from dashboard.boards.inputs import Found, Lens, Sheet, field_of, find, sheet
from dashboard.boards.ranked import Baseline
from dashboard.declared import ComputedRanking
from dashboard.errors import NotFound
from dashboard.figures.rank_change import Field, Readings
from dashboard.periods import Period


@dataclass(frozen=True)
class Now:
    """The present side of a comparison: the lens, the readings found through it, the period and the points of those ranked in it."""

    lens: Lens
    found: Found
    period: Period
    field: Field


@dataclass(frozen=True)
class Past:
    """What a board is compared with. `sheet` holds the inputs of the baseline as known now; `old` is by the method of then."""

    baseline: Baseline
    sheet: Sheet
    old: Readings
    new: Readings


Recall = Callable[[Hashable, datetime, Callable[[], Field]], Field]
"""What was shown at an instant, by a key: computed once, since the past does not change."""


def past_of(desk: Desk, now: Now, period: Period, since: datetime | None, whom: Among, recall: Recall) -> Past:
    """The past of a period as the board showed it at an instant; without one, on the day when its last figure was due.

    Where nothing of that instant is kept (the store or the ranking is younger), it is the period as known now, and the baseline says so.
    """
    lens = now.lens

    def keys(one: Period) -> list[str]:
        return [unit.key for unit in whom.expected(desk, one, lens.as_of, lens.boundaries)]

    units = keys(period)
    known = sheet(desk, lens, now.found, period, units)
    restated, decimals = field_of(lens, known), lens.ranking.decimals
    at = min(
        since or max(desk.due(one, period, closes_day(lens.catalog, one)) for one in lens.indicators.values()), desk.instant(lens.as_of)
    )
    then = _lens_of(desk, lens, at)
    asked = (lens.ranking.key, period, at, tuple(units), lens.boundaries)
    unkept = Readings(restated, restated, now.field, decimals)
    if then is None:
        return Past(Baseline(period), known, unkept, unkept)
    shown = recall(asked, at, partial(_field, desk, then, period, units))
    if not shown:
        return Past(Baseline(period), known, unkept, unkept)
    if then.is_method_of(lens):
        same = Readings(shown, restated, now.field, decimals)
        return Past(Baseline(period, at), known, same, same)
    old_way = Lens(then.catalog, then.ranking, lens.as_of, lens.boundaries)
    later = _field(desk, old_way, now.period, keys(now.period))
    old = Readings(shown, _field(desk, old_way, period, units), later, then.ranking.decimals)
    here = Lens(lens.catalog, lens.ranking, at, lens.boundaries)
    before = recall((*asked, lens.catalog.digest), at, partial(_field, desk, here, period, units))
    new = Readings(before, restated, now.field, decimals)
    return Past(Baseline(period, at, method_changed=True), known, old, new)


def _lens_of(desk: Desk, lens: Lens, at: datetime) -> Lens | None:
    """The ranking as it was declared at an instant; None when it was not yet, or of other units."""
    try:
        catalog = desk.definitions(at)
    except NotFound:
        return None
    ranking = catalog.rankings.get(lens.ranking.key)
    is_same = isinstance(ranking, ComputedRanking) and ranking.tier == lens.ranking.tier
    return Lens(catalog, ranking, at, lens.boundaries) if is_same and isinstance(ranking, ComputedRanking) else None


def _field(desk: Desk, lens: Lens, period: Period, units: Sequence[str]) -> Field:
    """The points of those ranked; none where one method's figures are not to be had through the other day's definitions."""
    if any(one.feed not in desk.feeds for one in lens.indicators.values()):
        return {}
    try:
        return field_of(lens, sheet(desk, lens, find(desk, lens, [period]), period, units))
    except NotFound:
        return {}
