"""`/chi-tieu/<indicator>`: what an indicator means, where it comes from, how fresh it is, how the units stand."""

from dash.development.base_component import Component

from dashboard.boards.shapes import IndicatorBoard
from dashboard.charts.markup import Markup
from dashboard.components.drawing import Node
from dashboard.components.frame import Choice, columns, page_frame, page_head, picker, section, switch
from dashboard.components.marks import stamp, stamp_of
from dashboard.components.rows import empty
from dashboard.errors import BoundariesError, NoFigures
from dashboard.pages.parts.asked import agency_tier_asked, boundaries_asked, instant_asked, period_asked
from dashboard.pages.parts.blocks import strips
from dashboard.pages.parts.borders import borders_switch, carried, unconvertible
from dashboard.pages.parts.indicator import beside, definition, over_time, spread, standing
from dashboard.pages.parts.measured import AGENCY_TIERS, head
from dashboard.pages.parts.outlook import national
from dashboard.pages.parts.periods import period_menu
from dashboard.web import Page, View


def render(view: View) -> Component:
    """The definition and the course at the left, the units of the period at the right; without any figure the definition alone."""
    as_of, period, tier, boundaries = instant_asked(view), period_asked(view), agency_tier_asked(view), boundaries_asked(view)
    try:
        board = view.boards.indicator(view.params["indicator"], period, as_of=as_of, agency_tier=tier, boundaries=boundaries)
    except NoFigures:
        return _unmeasured(view)
    except BoundariesError as error:
        return unconvertible(view, "indicator", title(view), error)
    days = view.boards.days(board, as_of, boundaries)
    return page_frame(
        "indicator",
        *strips(view, board.stamp, as_of),
        page_head(
            head(board),
            _others(view),
            *_tiers(view, board),
            *borders_switch(view, board.boundaries, board.readable, board.period),
            period_menu(view, board.periods, board.period),
            stamp_of(board.stamp),
            lead=board.indicator.description_vi,
        ),
        *carried(board.boundaries, board.period),
        columns(
            "halves",
            [*over_time(board, days), *spread(view, board), *beside(board), definition(view, board.indicator, board)],
            [standing(view, board)],
        ),
        *national(view.boards.targets(board.indicator.key, as_of)),
    )


def title(view: View) -> str:
    """For the browser's tab."""
    return view.boards.catalog.indicator(view.params["indicator"]).name_vi


def _unmeasured(view: View) -> Component:
    """An indicator of which nothing came yet. Raises NotFound for one that is not declared."""
    indicator = view.boards.catalog.indicator(view.params["indicator"])
    _, feed = view.boards.freshness(indicator)
    nothing = empty(f"Chưa có số liệu nào. Số liệu sẽ hiện ở đây khi {feed.publisher} gửi kỳ đầu tiên.", "Nguồn số liệu", "/nguon-so-lieu")
    words = stamp("Chưa có kỳ nào", feed.publisher, view.boards.provenance(indicator))
    said = page_head(f"{indicator.name_vi}: chưa có số liệu", _others(view), words, lead=indicator.description_vi)
    left: list[Node] = [definition(view, indicator, None)]
    right: list[Node] = [section("Số liệu", nothing)]
    return page_frame("indicator", said, columns("halves", left, right))


def _others(view: View) -> Markup:
    chosen = view.boards.catalog.indicator(view.params["indicator"])
    every = view.boards.catalog.indicators.values()
    return picker("Chỉ tiêu", chosen.short_vi, [Choice(one.name_vi, f"/chi-tieu/{one.key}", one is chosen) for one in every])


def _tiers(view: View, board: IndicatorBoard) -> list[Markup]:
    """All tiers of agency folded, or one of them; nothing where figures are not told by tier."""
    if not board.agency_tiers:
        return []
    choices = [Choice("Mọi cấp", view.here(cap=None), board.agency_tier is None)]
    choices += [Choice(AGENCY_TIERS[one], view.here(cap=one), one == board.agency_tier) for one in board.agency_tiers]
    return [switch(choices, "Cấp của cơ quan")]


PAGE = Page(key="indicator", path="/chi-tieu/{indicator}", title=title, render=render)
