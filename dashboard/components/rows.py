"""Rows and cards: components against the median, findings, score cards, and what stands where there is nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.boards.shapes import ComponentFigure, figure_id
from dashboard.charts.bars import Target, median_bar, target_bar
from dashboard.charts.markup import Markup, figure, joined, tag
from dashboard.charts.sparkline import sparkline
from dashboard.components.marks import Judgement, evidence_href, mark, points, provenance_badge, state_mark
from dashboard.formats import NOT_REPORTED, number, score, signed
from dashboard.observations import Provenance
from dashboard.periods import Period

Best = tuple[str, float]
"""Who holds the best value of a component ("Hà Tĩnh", "15 nơi"), and that value."""


def component_rows(components: Sequence[ComponentFigure], unit: str, period: Period, best: Mapping[str, Best]) -> Markup:
    """A line a component, furthest below the median first: name, bar with the median's tick, value, distance, our rank, the best."""
    ordered = sorted(components, key=_distance)
    return tag("ul", *[_component(one, unit, period, best.get(one.indicator.key)) for one in ordered], class_="grp")


def _distance(one: ComponentFigure) -> float:
    return 0.0 if one.value is None or one.median is None else (one.value - one.median) / one.indicator.maximum


def _component(one: ComponentFigure, unit: str, period: Period, best: Best | None) -> Markup:
    name = one.indicator.name_vi
    sign = mark("silent") if one.value is None else mark("alarm") if one.heat <= -3 else mark("watch") if one.heat < 0 else None
    said = f"{name} chưa báo cáo" if one.value is None else f"{name} {score(one.value)} trên {number(one.indicator.maximum)}"
    said += f", trung vị {score(one.median)}" if one.median is not None else ""
    bar = median_bar(one.value, one.median, one.indicator.maximum, said)
    away = None if one.value is None or one.median is None else signed(round(one.value - one.median, 6))
    cells = [
        tag("span", sign, tag("a", name, href=f"/chi-tieu/{one.indicator.key}"), class_="nm"),
        bar,
        tag("b", points(one.value, one.indicator.maximum, figure_id(one.indicator.key, unit, period) if one.value is not None else "")),
        tag("span", away or NOT_REPORTED, class_="n dv", title="so với trung vị"),
        tag("span", f"thứ {one.rank}" if one.rank is not None else "", class_="rk t0 i3 nw"),
        tag("span", f"{best[0]} ", figure(score(best[1])), class_="best t0 i3 nw") if best else None,
    ]
    return tag("li", *cells)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A claim with one verb at its right that opens what it rests on."""

    state: Judgement
    claim: str
    detail: str
    href: str
    verb: str = "Xem"
    is_simulated: bool = False


def findings(rows: Sequence[FindingRow]) -> Markup:
    """At most five findings, as given."""
    return tag("ul", *[_finding(row) for row in rows[:5]], class_="todo")


def _finding(row: FindingRow) -> Markup:
    head = tag("h3", row.claim, joined([" ", provenance_badge("simulated")]) if row.is_simulated else None)
    verb = tag("a", row.verb, tag("span", f": {row.claim}", class_="sr"), href=row.href, class_="go")
    return tag("li", mark(row.state), head, verb, tag("p", row.detail) if row.detail else None)


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """A figure as written with what it needs beside it. `figure` is the evidence's id; `bar` None with value `––` is a gap."""

    name: str
    value: str
    of: str
    bar: Target | None
    state: Judgement | None
    word: str = ""
    target_word: str = ""
    provenance: Provenance = "published"
    course: tuple[float | None, ...] = ()
    evidence: str = ""


def score_card(card: ScoreCard) -> Markup:
    """Name, figure and its course, target bar, denominator and target, state and provenance."""
    is_gap = card.value == NOT_REPORTED
    own = tag("a", card.value, href=evidence_href(card.evidence), class_="n ev") if card.evidence else figure(card.value)
    row = tag("div", tag("b", own), sparkline(card.course, f"Diễn biến: {card.name}"), class_="row")
    said = f"{card.name}: {card.value}{', ' + card.target_word if card.target_word else ''}"
    bar = target_bar(card.bar, said, card.state == "alarm") if card.bar else tag("div", class_="tb gap") if is_gap else None
    of = tag("p", tag("span", card.of), tag("span", card.target_word, class_="n nw"), class_="t0 i2 tl")
    foot = tag(
        "div", state_mark(card.state, card.word or None) if card.state else tag("span"), provenance_badge(card.provenance), class_="tl"
    )
    return tag("article", tag("h3", card.name), row, bar, of, foot, class_=f"sc {card.state or ''}".strip())


def cards(*each: Markup) -> Markup:
    """Score cards beside each other."""
    return tag("div", *each, class_="cards")


def empty(sentence: str, link: str = "", href: str = "") -> Markup:
    """Where there is nothing: a sentence and where to go, inside a dashed edge."""
    return tag("div", tag("p", sentence), tag("p", tag("a", link, href=href)) if link else None, class_="empty")


def late_strip(head: str, sentence: str, link: str = "", href: str = "") -> Markup:
    """One strip under the masthead: what is old and since when, what still works, the way back."""
    back = tag("a", link, href=href, class_="nw") if link else None
    return tag("div", mark("late"), tag("p", tag("b", head), " ", sentence), back, class_="strip", role="status")


def actions(*links: tuple[str, str], note: str = "") -> Markup:
    """Buttons that are links, (words, href); the first one is filled."""
    buttons = [tag("a", words, href=href, class_="bt main" if index == 0 else "bt quiet") for index, (words, href) in enumerate(links)]
    return tag("div", *buttons, tag("span", note, class_="t0 i3") if note else None, class_="acts")


def facts(pairs: Sequence[tuple[str, str]]) -> Markup:
    """Name and value, line by line: sources, definitions, revisions."""
    lines = [joined([tag("dt", name), tag("dd", value)]) for name, value in pairs]
    return tag("dl", *[tag("div", line) for line in lines], class_="facts")
