"""Rows and lists: components against the median, findings, definitions, and what stands where there is nothing."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from dash import html
from dash.development.base_component import Component

from dashboard.boards.shapes import ComponentFigure, RankedUnit, figure_id
from dashboard.charts.bars import median_bar
from dashboard.charts.marks import mark
from dashboard.charts.markup import Markup, tag
from dashboard.components.drawing import Drawing, Node, drawing, markup_of, nodes
from dashboard.components.marks import Judgement, figure_link
from dashboard.formats import NOT_REPORTED, number, score, signed
from dashboard.periods import Period

_FAR = -3


def component_rows(row: RankedUnit, period: Period, best: Mapping[str, tuple[float, str]] | None = None) -> Drawing:
    """A line a component, furthest below the median first: name, bar with the median's tick, value of maximum, distance, our rank.

    `best` holds the highest value of each component and who has it; several may, so only the value is shown.
    """
    ordered = sorted(row.components.items(), key=lambda item: _distance(item[1]))
    lines = [_component(one, row.unit.key, period, (best or {}).get(key)) for key, one in ordered]
    return drawing(tag("ul", *lines, class_="grp"))


def _distance(one: ComponentFigure) -> float:
    return 0.0 if one.value is None or one.median is None else (one.value - one.median) / one.indicator.maximum


def _component(one: ComponentFigure, unit: str, period: Period, best: tuple[float, str] | None) -> Markup:
    name, top = one.indicator.name_vi, one.indicator.maximum
    said = f"{name} chưa báo cáo" if one.value is None else f"{name} {score(one.value)} trên {number(top)}"
    said += f", trung vị {score(one.median)}" if one.median is not None else ""
    away = None if one.value is None or one.median is None else signed(round(one.value - one.median, 6))
    value = NOT_REPORTED if one.value is None else markup_of(figure_link(score(one.value), figure_id(one.indicator.key, unit, period)))
    cells = [
        tag("span", _sign(one), tag("a", name, href=f"/chi-tieu/{one.indicator.key}"), class_="nm"),
        median_bar(one.value, one.median, top, said),
        tag("b", value, tag("em", f"/{number(top)}"), class_="n"),
        tag("span", away or NOT_REPORTED, class_="n dv", title="so với trung vị"),
        tag("span", f"thứ {one.rank}" if one.rank is not None else "", class_="rk t0 i3 nw"),
        tag("span", f"cao nhất {score(best[0])}", class_="best t0 i3 nw") if best else None,
    ]
    return tag("li", *cells)


def _sign(one: ComponentFigure) -> Markup | None:
    if one.value is None:
        return mark("silent")
    return None if one.heat >= 0 else mark("alarm" if one.heat <= _FAR else "watch")


class Said(Protocol):
    """A claim in words and what it rests on."""

    @property
    def head(self) -> str:
        """The claim, place first."""

    @property
    def detail(self) -> str:
        """Its figures."""


def findings_list(claims: Sequence[tuple[Judgement, Said, str, str]]) -> Drawing:
    """Findings as given: (state, claim, verb, address). The verb stands at the right and opens what the claim rests on."""
    return drawing(tag("ul", *[_finding(*one) for one in claims], class_="todo"))


def _finding(state: Judgement, said: Said, verb: str, href: str) -> Markup:
    go = tag("a", verb, tag("span", f": {said.head}", class_="sr"), href=href, class_="go")
    return tag("li", mark(state), tag("h3", said.head), go, tag("p", said.detail) if said.detail else None)


def definition_list(*pairs: tuple[str, Node]) -> Component:
    """Name and value, line by line; a pair without a value is left out."""
    lines = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs if value]
    return html.Dl(lines, className="facts")


def empty(sentence: Node | Sequence[Node], link: str = "", href: str = "") -> Component:
    """Where there is nothing: a sentence and where to go, inside a dashed edge."""
    words = nodes([sentence] if isinstance(sentence, str | Component) else list(sentence or ()))
    return html.Div([html.P(words), *([html.P(html.A(link, href=href))] if link else [])], className="empty")


def note(words: str) -> Component:
    """A remark under a block: what a figure means, what is assumed."""
    return html.P(words, className="note")


def late_strip(head: str, sentence: str, link: str = "", href: str = "") -> Drawing:
    """One strip under the masthead: what is old and since when, what still works, the way back."""
    back = tag("a", link, href=href, class_="nw") if link else None
    return drawing(tag("div", mark("late"), tag("p", tag("b", head), " ", sentence), back, class_="strip", role="status"))


def actions(*links: tuple[str, str], words: str = "") -> Drawing:
    """Buttons that are links, (words, href); the first one is filled."""
    buttons = [tag("a", said, href=href, class_="bt main" if index == 0 else "bt quiet") for index, (said, href) in enumerate(links)]
    return drawing(tag("div", *buttons, tag("span", words, class_="t0 i3") if words else None, class_="acts"))
