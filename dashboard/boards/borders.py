"""By which borders figures are read: those of 2020, those since 1/7/2025, or of each period its own.

Counts are carried forward, never back; scores, and objects that are counted once each, are not carried at all. Every refusal says why.
"""

from collections.abc import Collection, Sequence
from datetime import date

from dashboard.catalog import Catalog, Indicator
from dashboard.errors import BoundariesError
from dashboard.figures.folding import DRAWN, Borders, borders_on, refusal
from dashboard.periods import Period


def day_of(period: Period, boundaries: Borders | None) -> date:
    """A day of which a period's units have the borders: its last day, or the one on which later borders were drawn."""
    return period.last_day if boundaries is None else max(period.last_day, DRAWN[boundaries])


def refused(catalog: Catalog, indicator: Indicator, period: Period, boundaries: Borders | None) -> str | None:
    """Why a period's figures cannot be read by these borders, in Vietnamese; None when they can."""
    if boundaries is None:
        return None
    origin = borders_on(period.last_day)
    reasons = (refusal(catalog.measure(key).kind, origin, boundaries) for key in indicator.measures)
    return next((reason for reason in reasons if reason is not None), None)


def check(catalog: Catalog, indicator: Indicator, period: Period, boundaries: Borders | None) -> None:
    """Raises BoundariesError, which names the period and says why, when its figures cannot be read by these borders."""
    if reason := refused(catalog, indicator, period, boundaries):
        raise BoundariesError(f"{period.label_vi} theo địa giới {boundaries}: {reason}")


def readable(catalog: Catalog, indicators: Collection[Indicator], periods: Collection[Period]) -> tuple[Borders, ...]:
    """The borders by which all of some indicators can be read in at least one of some periods, newest first."""
    every: tuple[Borders, ...] = ("2025", "2020")
    return tuple(one for one in every if any(_all_can(catalog, indicators, period, one) for period in periods))


def convertible(
    catalog: Catalog, indicators: Collection[Indicator], periods: Sequence[Period], wanted: Period | None, boundaries: Borders | None
) -> tuple[Period, ...]:
    """Those of some periods in which all of some indicators can be read by these borders.

    Raises BoundariesError when the one that is wanted, or every one of them, cannot.
    """
    found = tuple(one for one in periods if _all_can(catalog, indicators, one, boundaries))
    if wanted is not None and wanted in periods:
        _check_all(catalog, indicators, wanted, boundaries)
    elif not found and periods:
        _check_all(catalog, indicators, periods[0], boundaries)
    return found


def _all_can(catalog: Catalog, indicators: Collection[Indicator], period: Period, boundaries: Borders | None) -> bool:
    return all(refused(catalog, one, period, boundaries) is None for one in indicators)


def _check_all(catalog: Catalog, indicators: Collection[Indicator], period: Period, boundaries: Borders | None) -> None:
    for one in indicators:
        check(catalog, one, period, boundaries)
