"""The ladder around a unit: who stands just above and below, and how many points away."""

from collections.abc import Sequence
from typing import TypeAlias

from dashboard.charts.bipolar import bipolar_bar
from dashboard.charts.markup import Markup, figure, tag
from dashboard.formats import score, signed

Neighbour: TypeAlias = tuple[int, str, float, str, bool]
"""Rank, name, total, address of its page, whether it is the chosen unit itself."""


def neighbours(ladder: Sequence[Neighbour]) -> Markup:
    """The ladder around a unit: each rung at the height of its rank, a bar for the points between it and the chosen one."""
    own = next((total for _, _, total, _, is_self in ladder if is_self), 0.0)
    reach = max((abs(total - own) for _, _, total, _, _ in ladder), default=0.0) or 1.0
    rungs = [_rung(one, own, reach) for one in ladder]
    return tag("ol", *rungs, class_="ladder", aria_label="Các tỉnh, thành phố kề bên")


def _rung(one: Neighbour, own: float, reach: float) -> Markup:
    rank, name, total, href, is_self = one
    away = round(total - own, 6)
    word = tag("b", name) if is_self else tag("a", name, href=href)
    bar = None if is_self else bipolar_bar(away, 0.5, 2 * reach)
    cells = [
        figure(str(rank), "rk"),
        tag("span", word, class_="nm"),
        tag("span", bar, class_="bars"),
        figure(score(total), "n6"),
        figure("" if is_self else signed(away), "i2"),
    ]
    return tag("li", *cells, class_="on" if is_self else None, aria_current="true" if is_self else None)
