"""The score card: a figure as written, with what it needs beside it."""

from dataclasses import dataclass

from dashboard.charts.bars import Target, target_bar
from dashboard.charts.markup import Markup, figure, tag
from dashboard.charts.sparkline import sparkline
from dashboard.components.drawing import Drawing, drawing, markup_of
from dashboard.components.marks import Judgement, evidence_href, provenance_badge, state_word
from dashboard.formats import NOT_REPORTED
from dashboard.observations import Provenance


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """`value` and `of` (denominator) as written; `bar` None with value `––` is a gap; `evidence` is the figure's id."""

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


def score_cards(*each: ScoreCard) -> Drawing:
    """Cards beside each other: name, figure and its course, target bar, denominator and target, state and provenance."""
    return drawing(tag("div", *map(_card, each), class_="cards"))


def _card(card: ScoreCard) -> Markup:
    own = tag("a", card.value, href=evidence_href(card.evidence), class_="n ev") if card.evidence else figure(card.value)
    row = tag("div", tag("b", own), sparkline(card.course, f"Diễn biến: {card.name}"), class_="row")
    of = tag("p", tag("span", card.of), tag("span", card.target_word, class_="n nw"), class_="t0 i2 tl")
    state = markup_of(state_word(card.state, card.word or None)) if card.state else tag("span")
    foot = tag("div", state, provenance_badge(card.provenance), class_="tl")
    return tag("article", tag("h3", card.name), row, _bar(card), of, foot, class_=f"sc {card.state or ''}".strip())


def _bar(card: ScoreCard) -> Markup | None:
    if card.bar is None:
        return tag("div", class_="tb gap") if card.value == NOT_REPORTED else None
    said = f"{card.name}: {card.value}{', ' + card.target_word if card.target_word else ''}"
    return target_bar(card.bar, said, card.state == "alarm")
