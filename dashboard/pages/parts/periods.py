"""The way to another period: a short list where there are few, else a calendar that stays the same size however many days there are."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from dashboard.charts.markup import Markup, tag
from dashboard.components.frame import Choice, picker
from dashboard.components.marks import mark
from dashboard.periods import Grain, Period
from dashboard.web import View

FEW = 12
"""So many periods are a list; more are a calendar."""

_DAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
_ROMAN = ("I", "II", "III", "IV")


def period_menu(view: View, periods: Sequence[Period], chosen: Period) -> Markup:
    """Periods that hold figures, as links to this page; `periods` newest first."""
    if len(periods) <= FEW:
        return picker("Kỳ", chosen.label_vi, [Choice(_capital(one), view.here(ky=str(one)), one == chosen) for one in periods])
    known = set(periods)

    def link(period: Period, words: str) -> Markup:
        if period not in known:
            return tag("span", words, class_="i3")
        return tag(
            "a", words, href=view.here(ky=str(period)), aria_current="true" if period == chosen else None, aria_label=_capital(period)
        )

    day = _shown_day(periods, chosen)
    rows = [_years(link, periods), _of_year(link, day.year), _month(link, known, day)]
    head = tag("summary", tag("span", "Kỳ ", class_="i2"), tag("b", chosen.label_vi), mark("open"), class_="pick")
    return tag("details", head, tag("div", *rows, class_="when"), class_="menu right")


Link = Callable[[Period, str], Markup]


def _shown_day(periods: Sequence[Period], chosen: Period) -> date:
    """The month that the calendar shows: that of the chosen period, or the last one in it that has figures."""
    inside = [one.last_day for one in periods if one.grain in (Grain.DAY, Grain.MONTH) and chosen.contains(one)]
    return max(inside, default=chosen.last_day)


def _years(link: Link, periods: Sequence[Period]) -> Markup:
    years = sorted({one.last_day.year for one in periods})
    return _row("Năm", [link(Period.of(Grain.YEAR, date(year, 12, 31)), str(year)) for year in years])


def _of_year(link: Link, year: int) -> Markup:
    months = [date(year, month, 1) for month in range(1, 13)]
    quarters = [link(Period.of(Grain.QUARTER, date(year, 3 * place + 1, 1)), words) for place, words in enumerate(_ROMAN)]
    return tag(
        "div",
        _row(f"Quý {year}", quarters),
        _row(f"Tháng {year}", [link(Period.of(Grain.MONTH, one), str(one.month)) for one in months], "twelve"),
        _row("Lũy kế đến tháng", [link(Period.of(Grain.YEAR_TO_DATE, one), str(one.month)) for one in months], "twelve"),
    )


def _month(link: Link, known: set[Period], day: date) -> Markup | None:
    """The days of a month under the days of the week; with the way to the months beside it. Nothing where no day has figures."""
    if not any(one.grain is Grain.DAY for one in known):
        return None
    first, length = day.replace(day=1), monthrange(day.year, day.month)[1]
    blanks = [tag("span") for _ in range(first.weekday())]
    days = [link(Period.of(Grain.DAY, first + timedelta(days=place)), str(place + 1)) for place in range(length)]
    heads = [tag("span", words, class_="i3") for words in _DAYS]
    return _row(f"Ngày trong tháng {day.month}/{day.year}", [*heads, *blanks, *days], "week")


def _row(label: str, cells: Sequence[Markup], css: str = "") -> Markup:
    return tag("div", tag("p", label, class_="t0 i3"), tag("div", *cells, class_=f"cells n {css}".strip()))


def _capital(period: Period) -> str:
    return period.label_vi.capitalize()
