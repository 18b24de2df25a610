"""Why a rank changed: a line a component, sorted and coloured by what the unit did beyond the country."""

from collections.abc import Sequence
from typing import TypeAlias

from dashboard.charts.bipolar import bipolar_bar
from dashboard.charts.markup import Markup, tag
from dashboard.formats import signed

Reason: TypeAlias = tuple[str, float, float, float]
"""Component's name, own change, the country's change, the difference; in points."""


def difference_bars(reasons: Sequence[Reason], total: Reason | None = None) -> Markup:
    """A table: own change, the country's, the difference, with a bar for the difference from a common zero."""
    low, high = max(0.0, -min((one[3] for one in reasons), default=0.0)), max(0.0, max((one[3] for one in reasons), default=0.0))
    zero = low / (low + high) if low + high else 0.5
    head = tag(
        "tr",
        tag("th", "Nhóm", scope="col", class_="l"),
        tag("td", class_="bars"),
        *[tag("th", w, scope="col") for w in ("của tỉnh", "mặt bằng", "chênh")],
    )
    rows = [_reason(reason, zero, (low + high) or 1.0) for reason in reasons]
    foot = [tag("tfoot", _reason(total, None, 1.0))] if total else []
    return tag("table", tag("thead", head), tag("tbody", *rows), *foot, class_="why")


def _reason(reason: Reason, zero: float | None, whole: float) -> Markup:
    name, own, country, difference = reason
    bar = "" if zero is None else bipolar_bar(difference, zero, whole)
    figures = [tag("td", signed(value), class_="n i2") for value in (own, country)]
    return tag(
        "tr",
        tag("th", name, scope="row", class_="l"),
        tag("td", bar, class_="bars"),
        *figures,
        tag("td", signed(difference), class_="n n6"),
    )
