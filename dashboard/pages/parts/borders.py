"""By which borders a page is read: the switch, and what is said where figures cannot be carried."""

from collections.abc import Sequence
from datetime import timedelta

from dash.development.base_component import Component

from dashboard.charts.markup import Markup, tag
from dashboard.components.drawing import Node
from dashboard.components.frame import Choice, page_frame, page_head, section, switch
from dashboard.components.rows import actions, empty
from dashboard.components.sentences import capital, names
from dashboard.errors import BoundariesError
from dashboard.figures.folding import DRAWN, Borders, borders_on
from dashboard.formats import date
from dashboard.pages.parts.asked import boundaries_asked
from dashboard.periods import Period
from dashboard.web import View

_PROVINCES: dict[Borders, str] = {"2025": "34 tỉnh, thành phố", "2020": "63 tỉnh, thành phố"}


def borders_switch(view: View, shown: Borders, readable: Sequence[Borders], period: Period) -> list[Markup]:
    """The way to the other borders, where there are figures that can be read by them. To older ones leads only the past: with a period of
    today the newest one of then is opened."""
    if len(readable) < 2:
        return []
    choices = [Choice(_PROVINCES[one], _to(view, one, period), one == shown) for one in readable]
    return [switch(choices, "Địa giới")]


def carried(shown: Borders, period: Period) -> list[Markup]:
    """That figures of before the mergers are read by the borders of after them."""
    if shown == borders_on(period.last_day):
        return []
    said = f"Số đếm {period.label_vi} của các tỉnh cũ cộng vào tỉnh đã nhập, theo địa giới từ {date(DRAWN[shown])}."
    return [tag("p", said, class_="note")]


def unconvertible(view: View, name: str, heading: str, error: BoundariesError) -> Component:
    """A page whose figures cannot be carried to the borders asked for: why, and the way to where they can be read."""
    ways = [("Xem theo địa giới của kỳ", view.here(diagioi=None))]
    if view.params.get("ky"):
        ways.append(("Kỳ mới nhất theo địa giới này", view.here(ky=None)))
    content: list[Node] = [page_head(heading), section("Địa giới", empty(f"{capital(str(error))}."), actions(*ways))]
    return page_frame(name, *content)


def lacking(view: View, keys: Sequence[str]) -> str:
    """`thiếu Hòa Bình, Vĩnh Phúc`: provinces of before of which nothing was counted; empty for none."""
    return f"thiếu {names([view.boards.units.get(key).name_vi for key in keys])}" if keys else ""


def _to(view: View, one: Borders, period: Period) -> str:
    newer = one == "2020" and period.last_day > DRAWN["2025"] - timedelta(days=1)
    if boundaries_asked(view) is None and one == borders_on(period.last_day):
        return view.here()
    return view.here(diagioi=one, ky=None) if newer else view.here(diagioi=one)
